"""A registration is withdrawn through the insurer: requested at once, in effect on a day, and no more by card then."""

from datetime import date

import msgspec
import pytest

from onshi import registry
from onshi.kernel import InsurerNumber, Moment, PersonId, parse_moment
from onshi.registry import CardKey, enrolling
from onshi.registry.enrolling import (
    Enrolment,
    Message,
    NewlyUnable,
    NotEnrolled,
    NotInsuredHere,
    State,
    WithdrawalTooEarly,
    text_of,
)

from .desk import CARD, ISSUER, OTHER_CARD, THIRD_CARD, Desk, holder
from .world import AID, CITY, OTHER, SOCIETY, World, row

# The world begins on 2026-11-02; a withdrawal asked for in November takes effect after the last day of December.
EFFECTIVE = date(2027, 1, 1)


@pytest.fixture
def desk(world: World) -> Desk:
    """Where Hanako has registered her card."""
    world.load([row()], "first")
    made = Desk(world)
    made.enrol()
    return made


def ask(
    world: World, person: PersonId, insurer: InsurerNumber = SOCIETY, *, months: int | None = None
) -> list[Enrolment]:
    """Asks for the withdrawal."""
    asked: list[Enrolment] = world.run(enrolling.request_withdrawal, person, insurer, at=world.now(), months=months)
    return asked


def effect(world: World, on: date, *, limit: int = 100) -> list[Enrolment]:
    """What takes effect on a day."""
    gone: list[Enrolment] = world.run(enrolling.take_effect, on=on, at=world.now(), limit=limit)
    return gone


def test_requested_at_once_and_in_effect_on_its_day(world: World, desk: Desk) -> None:
    (person,) = world.people()
    (asked,) = ask(world, person)
    assert (asked.state, asked.effective_on, asked.withdrawn_by) == (State.WITHDRAWAL_REQUESTED, EFFECTIVE, SOCIETY)
    assert desk.now() == asked
    assert effect(world, date(2026, 12, 31)) == []
    assert (desk.holder_of(), world.ask_card(CARD).kind.value) == (person, "in_force")
    then, before = world.now(), world.dump("coverages", "keys", "links")
    (gone,) = effect(world, EFFECTIVE)
    assert (gone.id, gone.state, gone.effective_on) == (asked.id, State.WITHDRAWN, EFFECTIVE)
    assert (world.ask_card(CARD).kind.value, world.kind()) == ("not_registered", "in_force")
    assert (world.ask_card(CARD, known_at=then).kind.value, desk.holder_of(CARD, then)) == ("in_force", person)
    assert world.dump("coverages", "keys", "links") == before
    assert effect(world, EFFECTIVE) == []


@pytest.mark.parametrize(
    ("asked_on", "months", "effective_on"),
    [
        ("2026-11-02", None, date(2027, 1, 1)),
        ("2026-11-30", None, date(2027, 1, 1)),
        ("2026-12-01", None, date(2027, 2, 1)),
        ("2026-11-02", 0, date(2026, 12, 1)),
        ("2026-11-30", 2, date(2027, 2, 1)),
    ],
)
def test_the_delay_is_a_setting(
    world: World, desk: Desk, asked_on: str, months: int | None, effective_on: date
) -> None:
    at = parse_moment(f"{asked_on}T23:59:59")
    (asked,) = world.run(enrolling.request_withdrawal, world.people()[0], SOCIETY, at=at, months=months)
    assert asked.effective_on == effective_on


@pytest.mark.parametrize(("day", "is_possible"), [("2024-10-27", False), ("2024-10-28", True)])
def test_withdrawal_is_possible_from_its_day_on(world: World, day: str, is_possible: bool) -> None:
    world.load([row(acquired_on="2020-04-01")], "first")
    world.moment = parse_moment(f"{day}T10:00:00")
    desk = Desk(world)
    desk.enrol()
    (person,) = world.people()
    if is_possible:
        assert [one.state for one in ask(world, person)] == [State.WITHDRAWAL_REQUESTED]
    else:
        with pytest.raises(WithdrawalTooEarly, match=f"On {day} a registration could not yet be withdrawn"):
            ask(world, person)
        assert desk.state() == "complete"


def test_asked_again_nothing_changes(world: World, desk: Desk) -> None:
    (person,) = world.people()
    asked = ask(world, person)
    world.wait(40)
    before = world.dump("enrolments")
    assert ask(world, person) == asked
    assert world.dump("enrolments") == before


@pytest.mark.parametrize("insurer", [OTHER, CITY])
def test_only_the_insurer_of_the_day_takes_it(world: World, desk: Desk, insurer: InsurerNumber) -> None:
    # One never insured her; the other did until the day before.
    world.load(
        [row(insurer_number=OTHER, number="888", acquired_on="2020-04-01", lost_on="2026-11-02", loss_reason="03")],
        "first",
        insurer=OTHER,
    )
    (person,) = world.people()
    before = world.dump("enrolments")
    with pytest.raises(NotInsuredHere, match=f"Insurer {insurer} does not insure that person on 2026-11-02"):
        ask(world, person, insurer)
    assert world.dump("enrolments") == before
    assert [one.state for one in ask(world, person)] == [State.WITHDRAWAL_REQUESTED]


def test_who_is_not_there_is_not_insured_here(world: World, desk: Desk) -> None:
    with pytest.raises(NotInsuredHere):
        ask(world, PersonId(1))


@pytest.mark.parametrize("state", ["none", "reserved", "withdrawn"])
def test_without_a_registration_there_is_nothing_to_withdraw(world: World, state: str) -> None:
    world.load([row()], "first")
    (person,) = world.people()
    desk = Desk(world)
    if state == "reserved":
        desk.enrol(who=holder(birth_on=date(1999, 9, 9), address="東京都港区例町２"))
    if state == "withdrawn":
        desk.enrol()
        ask(world, person)
        effect(world, EFFECTIVE)
    with pytest.raises(NotEnrolled, match="nothing to withdraw"):
        ask(world, person)
    assert desk.state() == {"none": None}.get(state, state)


def test_a_card_linked_without_enrolment_ends_with_the_person(world: World, desk: Desk) -> None:
    """A phone of hers, say, that was linked beside the card."""
    (person,) = world.people()
    world.run(registry.put_card, OTHER_CARD, person, at=world.now())
    ask(world, person)
    effect(world, EFFECTIVE)
    assert (desk.holder_of(CARD), desk.holder_of(OTHER_CARD)) == (None, None)


def test_another_enrolment_of_the_same_person_goes_on(world: World, desk: Desk) -> None:
    """Two people turn out to be one: what was asked for one card is not asked for the other."""
    far = "大阪府大阪市遠町９"
    world.load([row(insurer_number=OTHER, number="888", address=far)], insurer=OTHER)
    desk.enrol(OTHER_CARD, holder(address=far))
    (held,) = world.held()
    assert held.candidate is not None
    ask(world, held.candidate)
    world.decide(held, accept=True)
    assert [one.card for one in effect(world, EFFECTIVE)] == [CARD]
    assert (desk.holder_of(CARD), desk.holder_of(OTHER_CARD)) == (None, held.candidate)
    assert [one.state for one in desk.of(held.candidate)] == [State.WITHDRAWN, State.COMPLETE]
    # Whoever registers a third card goes on with the one that holds.
    third = desk.enrol(THIRD_CARD)
    assert (third.state, desk.now(OTHER_CARD), desk.state(CARD)) == (State.COMPLETE, None, "withdrawn")


def test_of_many_each_loses_only_their_own(world: World, desk: Desk) -> None:
    rows = [
        row(number=str(n), name=f"例{n}　人", name_kana=f"レイ　{sign}", address=f"東京都千代田区例町{n}")
        for n, sign in enumerate("アイウエ")
    ]
    world.load(rows)
    cards = [CardKey(ISSUER, str(n)) for n in range(4)]
    for card, said in zip(cards, rows, strict=True):
        desk.enrol(card, holder(name=said["name"], kana=said["name_kana"], address=said["address"]))
    for n in (0, 1, 2):
        ask(world, world.people(f"例{n}　人")[0])
    assert [len(effect(world, EFFECTIVE, limit=2)) for _ in range(3)] == [2, 1, 0]
    assert [desk.holder_of(card) is not None for card in (*cards, CARD)] == [False, False, False, True, True]


# ── after it ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_until_then_the_card_can_be_renewed_and_replaced(world: World, desk: Desk) -> None:
    (person,) = world.people()
    (asked,) = ask(world, person)
    assert desk.enrol() == asked
    followed = desk.enrol(OTHER_CARD)
    assert (followed.id, followed.state, followed.effective_on) == (asked.id, State.WITHDRAWAL_REQUESTED, EFFECTIVE)
    assert (desk.holder_of(CARD), desk.holder_of(OTHER_CARD)) == (None, person)
    effect(world, EFFECTIVE)
    assert desk.holder_of(OTHER_CARD) is None


def test_a_renewal_does_not_bring_it_back(world: World, desk: Desk) -> None:
    ask(world, world.people()[0])
    effect(world, EFFECTIVE)
    renewed = world.run(enrolling.replace_card, CARD, OTHER_CARD, at=world.now())
    assert (renewed.state, desk.holder_of(CARD), desk.holder_of(OTHER_CARD)) == (State.WITHDRAWN, None, None)
    assert desk.round() == []


@pytest.mark.parametrize("card", [CARD, OTHER_CARD])
def test_who_has_withdrawn_can_register_again(world: World, desk: Desk, card: CardKey) -> None:
    (person,) = world.people()
    (asked,) = ask(world, person)
    effect(world, EFFECTIVE)
    again = desk.enrol(card)
    assert (again.id, again.state, again.effective_on, again.withdrawn_by) == (asked.id, State.COMPLETE, None, None)
    assert again.at > asked.at
    assert desk.holder_of(card) == person
    assert desk.told(again) == ["completed", "withdrawal-requested", "withdrawn", "completed"]
    assert effect(world, EFFECTIVE) == []


def test_what_waited_before_the_withdrawal_does_not_undo_it(world: World) -> None:
    desk = Desk(world)
    desk.enrol(CARD)
    desk.enrol(OTHER_CARD)
    world.load([row()], "first")
    desk.round()
    (person,) = world.people()
    assert desk.state(OTHER_CARD) == "under_review"
    ask(world, person)
    effect(world, EFFECTIVE)
    assert desk.round() == []
    assert (desk.state(OTHER_CARD), desk.holder_of(OTHER_CARD)) == ("under_review", None)


def test_the_person_is_told_and_no_insurer_is_named(world: World, desk: Desk) -> None:
    (person,) = world.people()
    (asked,) = ask(world, person)
    effect(world, EFFECTIVE)
    told: list[Message] = world.run(enrolling.messages_of, asked.id)
    assert [(one.code, one.effective_on) for one in told] == [
        ("completed", None),
        ("withdrawal-requested", EFFECTIVE),
        ("withdrawn", EFFECTIVE),
    ]
    assert [one.at for one in told] == sorted(one.at for one in told)
    texts = [text_of(one, language) for one in told for language in ("ja", "en")]
    assert text_of(told[1], "en").startswith("Your request to withdraw the registration was received. From 2027-01-01")
    book = world.run(registry.insurer_book)
    assert [text for text in texts for one in book.values() if one.name in text or one.number in text] == []


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("code", ["reserved", "under-review", "completed", "withdrawal-requested", "withdrawn"])
def test_every_message_has_a_text(language: str, code: str) -> None:
    text = text_of(Message(Moment(0), code, EFFECTIVE), language)
    assert text.endswith("。" if language == "ja" else ".")
    assert ("2027-01-01" in text) == (code == "withdrawal-requested")


# ── who is owed a paper ─────────────────────────────────────────────────────────────────────────────────────────────


def test_who_is_newly_unable_is_told_to_the_insurer_of_that_day(world: World, desk: Desk) -> None:
    (person,) = world.people()
    (asked,) = ask(world, person)

    def unable(insurer: InsurerNumber, month: date) -> list[NewlyUnable]:
        found: list[NewlyUnable] = world.run(enrolling.newly_unable, insurer, month=month)
        return found

    def due(state: State, insurer: InsurerNumber = SOCIETY) -> list[NewlyUnable]:
        return [NewlyUnable(person, insurer, asked.id, EFFECTIVE, state)]

    assert unable(SOCIETY, date(2027, 1, 31)) == due(State.WITHDRAWAL_REQUESTED)
    assert (unable(SOCIETY, date(2026, 12, 1)), unable(SOCIETY, date(2027, 2, 1))) == ([], [])
    assert unable(OTHER, date(2027, 1, 1)) == []
    # She changes her insurer before it takes effect: the new one owes her the paper.
    code = world.code_of(person)
    world.load([row(kind="loss", link_code=str(code), lost_on="2026-12-10", loss_reason="03")])
    world.load([row(insurer_number=OTHER, number="888", acquired_on="2026-12-10")], insurer=OTHER)
    effect(world, EFFECTIVE)
    assert (unable(SOCIETY, date(2027, 1, 1)), unable(OTHER, date(2027, 1, 1))) == ([], due(State.WITHDRAWN, OTHER))
    desk.enrol()
    assert unable(OTHER, date(2027, 1, 1)) == []


# ── counts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_week_is_counted_by_insurer_municipality_and_day(world: World) -> None:
    world.moment = parse_moment("2026-11-26T05:00:00")
    desk = Desk(world)

    def said(sign: str, **changes: str) -> dict[str, str]:
        names = {"name": f"例{sign}　人", "name_kana": f"レイ　{sign}", "address": f"東京都港区例町{sign}"}
        return row(number=str(ord(sign)), **names, **changes)

    def enrol(sign: str, municipality: str = "131016") -> None:
        who = holder(name=f"例{sign}　人", kana=f"レイ　{sign}", address=f"東京都港区例町{sign}")
        desk.enrol(CardKey(ISSUER, sign), msgspec.structs.replace(who, municipality=municipality))

    # Thursday: two are known and one is not. Medical aid beside an insurance counts under the insurance.
    world.load([said("ア"), said("イ")], "first")
    world.load([said("ア", insurer_number=AID, acquired_on="2026-11-01")], "first", insurer=AID)
    enrol("ア")
    enrol("イ")
    enrol("ウ", "131024")
    # Friday: the third arrives, at another insurer; the second asks to withdraw.
    world.wait(1)
    world.load([said("ウ", insurer_number=OTHER, municipality="131024")], insurer=OTHER)
    desk.round()
    ask(world, world.people("例イ　人")[0], months=0)
    # Monday: the first renews her card, which is no registration; one more registers whom nobody insures yet.
    world.wait(3)
    world.run(enrolling.replace_card, CardKey(ISSUER, "ア"), OTHER_CARD, at=world.now())
    world.load([said("エ", acquired_on="2026-12-09")])
    enrol("エ")
    # Tuesday: the withdrawal takes effect. Wednesday: she registers again.
    world.wait(1)
    effect(world, date(2026, 12, 1))
    world.wait(1)
    enrol("イ")
    thursday, friday, monday, tuesday, wednesday = (
        date(2026, month, day) for month, day in ((11, 26), (11, 27), (11, 30), (12, 1), (12, 2))
    )
    counted = world.run(enrolling.enrolments_by, thursday, wednesday)
    assert counted.columns == ["insurer", "municipality", "day", "reserved", "registered", "withdrawn"]
    assert counted.rows() == [
        (OTHER, "131024", friday, 0, 1, 0),
        (SOCIETY, "131016", thursday, 0, 2, 0),
        (SOCIETY, "131016", tuesday, 0, 0, 1),
        (SOCIETY, "131016", wednesday, 0, 1, 0),
        (None, "131016", monday, 0, 1, 0),
        (None, "131024", thursday, 1, 0, 0),
    ]
    assert world.run(enrolling.enrolments_by, friday, friday).rows() == [(OTHER, "131024", friday, 0, 1, 0)]
    assert world.run(enrolling.enrolments_by, date(2026, 12, 3), date(2026, 12, 4)).rows() == []


@pytest.mark.parametrize(
    ("at", "day"),
    [("2026-11-03T00:00:00", date(2026, 11, 3)), ("2026-11-03T23:59:59.999999", date(2026, 11, 3))],
)
def test_a_day_is_a_day_in_japan(world: World, at: str, day: date) -> None:
    world.load([row()], "first")
    Desk(world).enrol(at=parse_moment(at))
    assert world.run(enrolling.enrolments_by, day, day).rows() == [(SOCIETY, "131016", day, 0, 1, 0)]
    for other in (date(2026, 11, 2), date(2026, 11, 4)):
        assert world.run(enrolling.enrolments_by, other, other).rows() == []


def test_counts_stay_when_two_people_become_one(world: World) -> None:
    far, day = "大阪府大阪市遠町９", date(2026, 11, 2)
    world.load([row()], "first")
    world.load([row(insurer_number=OTHER, number="888", address=far, acquired_on="2026-10-25")], insurer=OTHER)
    Desk(world).enrol(OTHER_CARD, holder(address=far, municipality="271004"))
    before = world.run(enrolling.enrolments_by, day, day).rows()
    assert before == [(OTHER, "271004", day, 0, 1, 0)]
    world.wait(1)
    world.decide(world.held()[0], accept=True)
    assert world.run(enrolling.enrolments_by, day, date(2026, 11, 3)).rows() == before
