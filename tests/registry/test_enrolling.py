"""A card is registered as insurance card: complete at once, reserved, or a question for a reviewer."""

import contextlib
import threading
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from onshi import registry
from onshi.db import Database, Tx
from onshi.kernel import Moment, PersonId
from onshi.registry import CardKey, UnknownPerson, enrolling
from onshi.registry.enrolling import Enrolment, EnrolmentId, Place, State, UnknownEnrolment

from .desk import CARD, HANAKO, OTHER_CARD, THIRD_CARD, Desk, holder
from .world import OTHER, SOCIETY, TABLES, World, row


@pytest.fixture
def desk(world: World) -> Desk:
    """Where cards are registered."""
    return Desk(world)


# ── whom a card means ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("known", "card", "state", "reason"),
    [
        # the five items, written otherwise
        ({}, {}, "complete", None),
        ({}, {"name": "見本花子", "kana": "ﾐﾎﾝ ﾊﾅｺ", "address": "東京都千代田区見本町1-1"}, "complete", None),
        # no address is known: four items do
        ({"address": "", "post_number": ""}, {}, "complete", None),
        # nobody
        ({}, {"name": "例　太郎", "kana": "レイ　タロウ", "sex": "1", "address": "東京都港区例町２"}, "reserved", None),
        ({}, {"birth_on": date(1985, 4, 2), "address": "東京都港区例町２"}, "reserved", None),
        ({}, {"sex": "1", "address": "東京都港区例町２"}, "reserved", None),
        ({}, {"name": "美本　花子", "address": "東京都港区例町２"}, "reserved", None),  # another name, elsewhere
        # somebody near
        ({}, {"address": "東京都港区例町２"}, "under_review", "same-but-address"),
        ({}, {"name": "美本　花子"}, "under_review", "near-match"),
        ({}, {"kana": "ケンポン　ハナコ"}, "under_review", "near-match"),
        ({}, {"birth_on": date(1985, 4, 11)}, "under_review", "near-match"),
        ({}, {"sex": "1"}, "under_review", "near-match"),
        ({"address": "", "post_number": ""}, {"name": "美本　花子"}, "under_review", "near-match"),
        ({"address": "", "post_number": ""}, {"kana": "ケンポン　ハナコ"}, "reserved", None),
        ({"address": "", "post_number": ""}, {"name": "美本　花子", "sex": "1"}, "reserved", None),
    ],
)
def test_whom_a_card_means(
    world: World, desk: Desk, known: dict[str, str], card: dict[str, Any], state: str, reason: str | None
) -> None:
    world.load([row(**known)], "first")
    (person,) = world.people()
    found = desk.enrol(who=holder(**card))
    assert (found.state.value, found.reason) == (state, reason)
    assert (found.person, found.candidate) == (
        person if state == "complete" else None,
        person if state == "under_review" else None,
    )
    assert desk.holder_of() == (person if state == "complete" else None)


def test_several_are_a_question(world: World, desk: Desk) -> None:
    world.load([row(address="", post_number="")], "first")
    world.load([row(number="2", address="", post_number="")])
    one, two = world.people()
    found = desk.enrol()
    assert (found.state, found.reason, found.candidate) == (State.UNDER_REVIEW, "several-match", min(one, two))
    assert desk.decide(found, max(one, two)).state is State.COMPLETE
    assert desk.holder_of() == max(one, two)


def test_one_of_several_with_the_address_is_meant(world: World, desk: Desk) -> None:
    world.load([row(address="", post_number="")], "first")
    world.load([row(number="2", address="大阪府大阪市遠町９", post_number="")])
    far = next(one.id for one in (world.run(registry.person_of, who) for who in world.people()) if one.address)
    found = desk.enrol(who=holder(address="大阪府大阪市遠町９"))
    assert (found.state, found.person) == (State.COMPLETE, far)


@pytest.mark.parametrize("place", Place)
def test_every_place_is_kept(desk: Desk, place: Place) -> None:
    desk.enrol(place=place)
    kept = desk.now()
    assert kept is not None
    assert (kept.place, kept.party, kept.holder, kept.card) == (place, "portal:demo", HANAKO, CARD)


def test_a_card_that_is_somebody_elses_is_a_question(world: World, desk: Desk) -> None:
    world.load([row(), row(number="2", name="例　太郎", name_kana="レイ　タロウ", sex="1")], "first")
    (hanako,), (taro,) = world.people(), world.people("例　太郎")
    world.run(registry.put_card, CARD, taro, at=world.now())
    found = desk.enrol()
    assert (found.state, found.reason, found.candidate) == (State.UNDER_REVIEW, "card-linked-elsewhere", taro)
    assert desk.holder_of() == taro
    assert desk.round() == []
    assert desk.decide(found, hanako).person == hanako
    assert desk.holder_of() == hanako


@pytest.mark.parametrize("is_enrolled", [True, False])
@pytest.mark.parametrize("is_known", [True, False])
def test_a_card_that_is_not_whose_it_was_is_looked_at_afresh(
    world: World, desk: Desk, is_known: bool, is_enrolled: bool
) -> None:
    rows = [row(number="2", name="例　太郎", name_kana="レイ　タロウ", sex="1")]
    world.load([*rows, row()] if is_known else rows, "first")
    (taro,) = world.people("例　太郎")
    if is_enrolled:
        desk.enrol(CARD)
    world.run(registry.put_card, OTHER_CARD, taro, at=world.now())
    found = desk.enrol(OTHER_CARD)
    assert (found.reason, found.candidate, desk.holder_of(OTHER_CARD)) == ("card-linked-elsewhere", taro, taro)
    decided = desk.decide(found, None)
    expected = "reserved"
    if is_known:
        expected = "under_review" if is_enrolled else "complete"
    assert (decided.state.value, decided.reason) == (expected, "enrolled-already" if is_known and is_enrolled else None)
    assert desk.holder_of(OTHER_CARD) == (world.people()[0] if expected == "complete" else None)
    assert (desk.round(), desk.now(OTHER_CARD)) == ([], decided)


def test_who_was_shown_one_of_several_rules_out_that_one_only(world: World, desk: Desk) -> None:
    world.load([row(address="", post_number="")], "first")
    world.load([row(number="2", address="", post_number="")])
    shown, other = sorted(world.people())
    asked = desk.enrol()
    with pytest.raises(UnknownEnrolment):
        desk.rule_out(asked, other)
    decided = desk.rule_out(asked, shown)
    assert (decided.state, decided.person, decided.decided_by) == (State.COMPLETE, other, "staff:r")
    assert desk.holder_of() == other
    with pytest.raises(UnknownEnrolment):
        desk.rule_out(asked, shown)


def test_who_is_ruled_out_loses_the_card_that_was_theirs(world: World, desk: Desk) -> None:
    world.load([row(number="2", name="例　太郎", name_kana="レイ　タロウ", sex="1")], "first")
    (taro,) = world.people("例　太郎")
    world.run(registry.put_card, CARD, taro, at=world.now())
    decided = desk.rule_out(desk.enrol(), taro)
    assert (decided.state, decided.not_meant, desk.holder_of()) == (State.RESERVED, (taro,), None)
    assert desk.round() == []


def test_an_insurer_is_asked_about_whom_it_insures_or_will(world: World, desk: Desk) -> None:
    world.load([row(acquired_on="2020-04-01")], "first")
    asked = desk.enrol(who=holder(name="美本　花子"))
    reserved = desk.enrol(OTHER_CARD, holder(name="例　太郎", kana="レイ　タロウ", sex="1", address="東京都港区例町２"))
    assert (asked.state, reserved.state) == (State.UNDER_REVIEW, State.RESERVED)
    for day, found in ((date(2019, 4, 1), [asked]), (date(2026, 11, 1), [asked]), (date(2026, 11, 2), [])):
        if not found:
            world.load([row(kind="loss", lost_on="2026-11-02", loss_reason="03")])
        assert (desk.asked(SOCIETY, day), desk.asked(OTHER, day)) == (found, [])
    assert desk.asked(SOCIETY, date(2026, 11, 1)) == [asked]


def test_a_card_that_is_theirs_already_is_not_linked_again(world: World, desk: Desk) -> None:
    world.load([row()], "first")
    (hanako,) = world.people()
    world.run(registry.put_card, CARD, hanako, at=world.now())
    before = world.dump("cards")
    assert desk.enrol().state is State.COMPLETE
    assert world.dump("cards") == before


# ── again, and with another card ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("is_known", [True, False])
def test_the_same_card_again_is_the_same_enrolment(world: World, desk: Desk, is_known: bool) -> None:
    if is_known:
        world.load([row()], "first")
    first = desk.enrol()
    before = world.dump("enrolments", "cards")
    assert desk.enrol(place=Place.READER) == first
    assert world.dump("enrolments", "cards") == before


def test_a_reserved_card_again_completes_if_its_person_is_there(world: World, desk: Desk) -> None:
    first = desk.enrol()
    world.load([row()], "first")
    again = desk.enrol()
    assert (again.id, again.at, again.state) == (first.id, first.at, State.COMPLETE)
    assert desk.holder_of() == world.people()[0]


def test_a_reserved_card_again_says_who_its_holder_is_now(world: World, desk: Desk) -> None:
    first = desk.enrol(who=holder(name="例　花子", kana="レイ　ハナコ", address="東京都港区例町２"))
    again = desk.enrol()
    assert (again.id, again.state, again.holder) == (first.id, State.RESERVED, HANAKO)
    world.load([row()], "first")
    assert [one.state for one in desk.round()] == [State.COMPLETE]
    assert desk.told(first) == ["reserved", "completed"]


def test_another_card_of_somebody_enrolled_takes_its_place(world: World, desk: Desk) -> None:
    world.load([row()], "first")
    first = desk.enrol()
    then = world.now()
    second = desk.enrol(OTHER_CARD)
    (person,) = world.people()
    assert (second.id, second.card, second.state, second.at) == (first.id, OTHER_CARD, State.COMPLETE, first.at)
    assert (desk.holder_of(CARD), desk.holder_of(OTHER_CARD)) == (None, person)
    assert (desk.holder_of(CARD, then), desk.holder_of(OTHER_CARD, then)) == (person, None)
    assert (desk.now(CARD), desk.of(person)) == (None, [second])
    assert desk.told(first) == ["completed"]


def test_a_certificate_linked_beside_an_enrolled_card_leaves_the_card_alone(world: World, desk: Desk) -> None:
    """A phone of hers, say."""
    world.load([row()], "first")
    (person,) = world.people()
    first = desk.enrol()
    world.run(registry.put_card, OTHER_CARD, person, at=world.now())
    before = world.dump("enrolments", "cards")
    assert desk.enrol(OTHER_CARD) == first
    assert world.dump("enrolments", "cards") == before


@pytest.mark.parametrize("is_known", [True, False])
def test_a_renewed_certificate_stands_in_for_the_old_one(world: World, desk: Desk, is_known: bool) -> None:
    if is_known:
        world.load([row()], "first")
    first = desk.enrol()
    then = world.now()
    renewed = world.run(enrolling.replace_card, CARD, OTHER_CARD, at=world.now())
    assert renewed == msgspec.structs.replace(first, card=OTHER_CARD)
    before = world.dump("enrolments", "cards")
    assert world.run(enrolling.replace_card, CARD, OTHER_CARD, at=world.now()) == renewed
    assert world.dump("enrolments", "cards") == before
    world.load([row()], "first")
    desk.round()
    (person,) = world.people()
    assert (desk.holder_of(CARD), desk.holder_of(OTHER_CARD)) == (None, person)
    assert (desk.holder_of(CARD, then), desk.holder_of(OTHER_CARD, then)) == (person if is_known else None, None)
    assert desk.enrol(OTHER_CARD).id == first.id


def test_renewal_ends_what_the_new_certificate_got_meanwhile(world: World, desk: Desk) -> None:
    first = desk.enrol()
    desk.enrol(OTHER_CARD)
    renewed = world.run(enrolling.replace_card, CARD, OTHER_CARD, at=world.now())
    assert (renewed.id, desk.now(OTHER_CARD), desk.now(CARD)) == (first.id, renewed, None)
    world.load([row()], "first")
    assert [one.id for one in desk.round()] == [first.id]


def test_a_card_without_enrolment_is_renewed_as_a_link(world: World, desk: Desk) -> None:
    world.load([row()], "first")
    (person,) = world.people()
    world.run(registry.put_card, CARD, person, at=world.now())
    assert world.run(enrolling.replace_card, CARD, OTHER_CARD, at=world.now()) is None
    assert (desk.holder_of(CARD), desk.holder_of(OTHER_CARD)) == (None, person)
    assert world.run(enrolling.replace_card, CARD, THIRD_CARD, at=world.now()) is None
    assert desk.holder_of(THIRD_CARD) is None


# ── those that wait ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reserved_card_completes_when_its_person_arrives(world: World, desk: Desk) -> None:
    first = desk.enrol()
    assert (first.state, world.ask_card(CARD).kind.value) == (State.RESERVED, "not_registered")
    assert desk.round() == []
    then = world.now()
    world.load([row()], "first")
    (completed,) = desk.round()
    assert (completed.id, completed.at, completed.person) == (first.id, first.at, world.people()[0])
    assert (world.ask_card(CARD).kind.value, world.ask_card(CARD, known_at=then).kind.value) == (
        "in_force",
        "not_registered",
    )
    assert desk.round() == []
    assert desk.told(first) == ["reserved", "completed"]


def test_reserved_ones_keep_their_places(world: World, desk: Desk) -> None:
    rows = [
        row(number=str(n), name=f"例{n}　人", name_kana=f"レイ　{sign}", address=f"東京都千代田区例町{n}")
        for n, sign in enumerate("アイウエ")
    ]
    cards = [registry.CardKey("DEMO-CA", str(n)) for n in range(4)]
    for n in (2, 0, 3, 1):
        said = rows[n]
        desk.enrol(cards[n], holder(name=said["name"], kana=said["name_kana"], address=said["address"]))
    world.load(rows, "first")
    assert [[one.card for one in desk.round(limit=3)] for _ in range(3)] == [
        [cards[2], cards[0], cards[3]],
        [cards[1]],
        [],
    ]


def test_a_look_beforehand_names_those_to_complete(world: World, desk: Desk) -> None:
    rows = [
        row(number=str(n), name=f"例{n}　人", name_kana=f"レイ　{sign}", address=f"東京都千代田区例町{n}")
        for n, sign in enumerate("アイウエ")
    ]
    made = [
        desk.enrol(CardKey("DEMO-CA", said["number"]), holder(name=said["name"], kana=said["name_kana"]))
        for said in rows
    ]
    for said in rows:
        desk.enrol(
            CardKey("DEMO-CA", f"9{said['number']}"),
            holder(name=said["name"], kana=said["name_kana"], address=said["address"]),
        )
    assert world.run(enrolling.arrivals) == []
    world.load(rows[:3], "first")
    pages: list[list[Enrolment]] = [[]]
    with world.db.transaction(reading=True) as tx:
        while page := enrolling.arrivals(tx, after=pages[-1][-1] if pages[-1] else None, limit=4):
            pages.append(page)
    assert [len(page) for page in pages] == [0, 4, 2]
    assert [one.id for one in pages[1][:3]] == [one.id for one in made[:3]]
    last = [one.id for one in pages[2]]
    done = world.run(enrolling.complete_reserved, at=world.now(), limit=100, among=last)
    assert [(one.id, one.state) for one in done] == [(one, State.COMPLETE) for one in last]
    assert world.run(enrolling.complete_reserved, at=world.now(), limit=100, among=last) == []


def test_a_corrected_name_completes_a_question(world: World, desk: Desk) -> None:
    code = world.codes(world.load([row(name="美本　花子")], "first"))[0]
    first = desk.enrol()
    assert first.reason == "near-match"
    assert desk.round() == []
    world.load([row(kind="change", link_code=code, name="見本　花子", name_before="美本　花子")])
    assert [one.state for one in desk.round()] == [State.COMPLETE]
    assert desk.told(first) == ["under-review", "completed"]


@pytest.mark.parametrize("near", [{"name": "美本　花子"}, {"birth_on": "1985-04-11"}])
def test_somebody_near_who_arrives_makes_it_a_question(world: World, desk: Desk, near: dict[str, str]) -> None:
    first = desk.enrol()
    world.load([row(**near)], "first")
    (asked,) = desk.round()
    assert (asked.state, asked.reason) == (State.UNDER_REVIEW, "near-match")
    assert desk.round() == []
    assert desk.told(first) == ["reserved", "under-review"]


def test_of_two_that_mean_one_person_the_earlier_joins(world: World, desk: Desk) -> None:
    first, second = desk.enrol(CARD), desk.enrol(OTHER_CARD)
    world.load([row()], "first")
    (person,) = world.people()
    done = desk.round()
    assert [(one.id, one.state, one.reason) for one in done] == [
        (first.id, State.COMPLETE, None),
        (second.id, State.UNDER_REVIEW, "enrolled-already"),
    ]
    assert (desk.holder_of(CARD), desk.holder_of(OTHER_CARD)) == (person, None)
    assert (desk.round(), desk.enrol(OTHER_CARD)) == ([], done[1])
    # The reviewer finds that both cards are theirs: the newer card takes the place of the first enrolment.
    decided = desk.decide(done[1], person)
    assert (decided.id, decided.card, decided.decided_by) == (first.id, OTHER_CARD, "staff:r")
    assert (desk.holder_of(CARD), desk.holder_of(OTHER_CARD)) == (None, person)
    assert desk.of(person) == [decided]


def test_none_of_these_waits_on_and_is_not_asked_again(world: World, desk: Desk) -> None:
    world.load([row(name="美本　花子")], "first")
    world.load([row(number="2", name="未本　花子", name_kana="ミホン　ハナコ", address="", post_number="")])
    first = desk.enrol()
    decided = desk.decide(first, None)
    assert (decided.state, decided.candidate, decided.decided_by) == (State.RESERVED, None, "staff:r")
    assert set(decided.not_meant) == {*world.people("美本　花子"), *world.people("未本　花子")}
    assert desk.round() == []
    world.load([row(insurer_number=OTHER, number="3", address="", post_number="")], insurer=OTHER)
    (completed,) = desk.round()
    assert (completed.id, completed.person, completed.not_meant) == (first.id, world.people()[0], ())


def test_nobody_decides_twice_or_for_nobody(world: World, desk: Desk) -> None:
    world.load([row(name="美本　花子")], "first")
    first = desk.enrol()
    (near,) = world.people("美本　花子")
    before = world.dump("enrolments", "cards")
    with pytest.raises(UnknownPerson):
        desk.decide(first, PersonId(1))
    assert world.dump("enrolments", "cards") == before
    assert desk.decide(first, near).person == near
    for person in (near, None):
        with pytest.raises(UnknownEnrolment):
            desk.decide(first, person)
    with pytest.raises(UnknownEnrolment):
        world.run(enrolling.messages_of, EnrolmentId(1))


# ── what else happens to people ─────────────────────────────────────────────────────────────────────────────────────


def test_a_change_of_insurer_needs_no_new_registration(world: World, desk: Desk) -> None:
    code = world.codes(world.load([row()], "first"))[0]
    first = desk.enrol()
    world.load([row(kind="loss", link_code=code, lost_on="2026-11-01", loss_reason="03")])
    world.load([row(insurer_number=OTHER, number="888", acquired_on="2026-11-01")], insurer=OTHER)
    shown = [world.ask_card(CARD, day).coverage for day in ("2026-10-31", "2026-11-01")]
    assert [one.insurer_number for one in shown if one is not None] == [SOCIETY, OTHER]
    assert desk.now() == first


def test_two_people_who_become_one_take_their_enrolments_along(world: World, desk: Desk) -> None:
    world.load([row()], "first")
    world.load([row(insurer_number=OTHER, number="888", address="大阪府大阪市遠町９")], insurer=OTHER)
    (held,) = world.held()
    one = held.candidate
    assert one is not None
    (two,) = [who for who in world.people() if who != one]
    far = holder(address="大阪府大阪市遠町９")
    first = desk.enrol(OTHER_CARD, far)
    question = desk.enrol(THIRD_CARD, holder(address="大阪府大阪市遠町９", sex="1"))
    assert (first.person, question.candidate) == (two, two)
    then = world.now()
    world.decide(held, accept=True)
    moved, asked = desk.now(OTHER_CARD), desk.now(THIRD_CARD)
    assert moved == msgspec.structs.replace(first, person=one)
    assert asked == msgspec.structs.replace(question, candidate=one)
    assert (desk.of(one), desk.of(two)) == ([moved], [])
    assert (desk.holder_of(OTHER_CARD), desk.holder_of(OTHER_CARD, then)) == (one, two)
    assert desk.told(first) == ["completed"]


def test_a_link_in_doubt_holds_the_answer_and_not_the_enrolment(world: World, desk: Desk) -> None:
    world.load([row()], "first")
    (person,) = world.people()
    world.run(registry.suspend_link, SOCIETY, person, at=world.now())
    first = desk.enrol()
    assert (first.state, world.ask_card(CARD).kind.value) == (State.COMPLETE, "under_review")
    world.run(registry.resume_link, SOCIETY, person, at=world.now())
    assert (desk.now(), world.ask_card(CARD).kind.value) == (first, "in_force")


def test_two_cards_of_one_person_at_the_same_moment_are_one_enrolment(world: World, desk: Desk) -> None:
    world.load([row()], "first")
    (person,) = world.people()
    # Both have decided before either commits, where the engine lets them: with SQLite the second waits for the first.
    both = threading.Barrier(2)

    def enrol(card: CardKey, number: int) -> None:
        beside = Database(world.db.url)
        tries = count()

        def work(tx: Tx) -> None:
            enrolling.enrol(
                tx,
                card,
                HANAKO,
                enrolment_id=EnrolmentId(number),
                place=Place.PORTAL,
                party="p",
                at=Moment(at + number),
            )
            if next(tries) == 0:
                with contextlib.suppress(threading.BrokenBarrierError):
                    both.wait(timeout=1)

        beside.run(work)
        beside.close()

    at = Moment(world.now() + 1)
    threads = [threading.Thread(target=enrol, args=(card, n)) for n, card in enumerate((CARD, OTHER_CARD), start=1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (one,) = desk.of(person)
    (left,) = {CARD, OTHER_CARD} - {one.card}
    assert (desk.holder_of(one.card), desk.holder_of(left), desk.now(left)) == (person, None, None)
    assert both.broken == world.db.is_sqlite


# ── what leaves ─────────────────────────────────────────────────────────────────────────────────────────────────────


def leaving(world: World, **flags: str) -> list[tuple[bytes, int]]:
    """What a door sends and how many statements it took, step by step, for somebody with these flags."""
    world.load([row(**flags)], "first")
    sent = []
    for card in (CARD, CARD, OTHER_CARD):
        statements: list[str] = []
        with world.db.transaction() as tx:
            if world.db.is_sqlite:
                tx.cursor.connection.set_trace_callback(statements.append)
            found = enrolling.enrol(
                tx, card, HANAKO, enrolment_id=EnrolmentId(7), place=Place.PORTAL, party="p", at=world.now()
            )
            told = enrolling.messages_of(tx, found.id)
            if world.db.is_sqlite:
                tx.cursor.connection.set_trace_callback(None)
        sent.append((msgspec.json.encode([enrolling.receipt_of(found), told]), len(statements)))
    return sent


def test_a_protected_person_enrols_like_everybody(world: World, tmp_path: Path) -> None:
    protected = leaving(world, refused="1", undisclosed="1")
    assert [(one.refused, one.undisclosed) for one in world.coverages(world.people()[0])] == [(True, True)]
    with world.db.transaction() as tx:
        for table in (*TABLES, "cards", "enrolments"):
            tx.cursor.execute(f"DELETE FROM registry_{table}")
    (tmp_path / "again").mkdir()
    again = World(world.db, tmp_path / "again", seed=8)
    ordinary = leaving(again)
    assert [(one.refused, one.undisclosed) for one in again.coverages(again.people()[0])] == [(False, False)]
    assert protected == ordinary


def test_a_receipt_holds_nothing_of_the_person(world: World, desk: Desk) -> None:
    world.load([row()], "first")
    found = desk.enrol()
    sent = msgspec.json.decode(msgspec.json.encode(enrolling.receipt_of(found)))
    assert sent == {"enrolment": f"{found.id:016x}", "state": "complete", "at": found.at, "effective_on": None}
