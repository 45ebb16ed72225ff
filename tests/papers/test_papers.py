"""A month by hand: who is on its list and why, who gets a paper, and what becomes of it. On both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from onshi import papers, pki, registry
from onshi.kernel import InsurerNumber, Moment, PersonId, parse_moment
from onshi.papers import Handed, Paper, PaperId, PaperKind, PaperState, Sorting
from onshi.papers.errors import (
    EndsTooEarly,
    NotAMember,
    NotForEverybody,
    NothingToPrint,
    PaperHeld,
    PaperNotGiven,
    PaperOver,
    UnknownGround,
    UnknownPaper,
)
from onshi.pki import Reason
from onshi.registry import CardKey, UnknownInsurer, enrolling
from registry.desk import Desk, holder
from registry.world import AID, OTHER, SOCIETY

from .office import ELDERLY, NOVEMBER, Office, certificate, off

DECEMBER = date(2026, 12, 1)


def withdraw(office: Office, name: str, person: PersonId, card: CardKey) -> None:
    """The person registers a card, and asks for the end of that."""
    with office.world.db.transaction(reading=True) as tx:
        known = registry.person_of(tx, person)
    who = holder(name=known.name, kana=known.kana, birth_on=known.birth_on, address=known.address)
    assert Desk(office.world).enrol(card, who).person == person, name
    office.world.run(enrolling.request_withdrawal, person, SOCIETY, at=office.world.now())


def test_a_month_by_hand(office: Office) -> None:
    office.at("2026-09-10T10:00:00")
    withdrew = office.member("ア")
    withdraw(office, "ア", withdrew, office.card(withdrew))
    office.at("2026-11-02T10:00:00")
    office.card(office.member("イ"), "2026-07-15")  # its grace ends with October
    office.card(office.member("ウ"), "2026-08-01")  # … with November
    office.card(office.member("エ"), **off(Reason.CEASED, "2026-11-02"))
    office.card(office.member("オ"), **off(Reason.HOLD, "2026-11-02"))
    office.member("カ", "2026-11-01")
    office.card(office.member("キ", "2026-11-01"), "2025-01-01")
    office.card(office.member("ク", "2026-11-01"), None)  # not in the register
    office.card(office.member("ケ", "2026-11-01"))
    office.member("コ")  # never registered, and insured for long
    office.lose(office.card_of_past_grace("サ"), "2026-10-20")
    replaced = office.card(office.member("シ"), "2030-01-01")
    office.card(office.member("ス"), "2026-07-15", **off(Reason.SUPERSEDED, "2026-07-01", successor=replaced.serial))
    office.member("セ", "2026-11-01", insurer_number=OTHER)
    assert office.named() == {
        "ア": ("withdrawn", "2026-11-01"),
        "イ": ("past-grace", "2026-11-01"),
        "エ": ("card-returned", "2026-11-02"),
        "カ": ("never-registered", "2026-11-01"),
        "キ": ("past-grace", "2026-11-01"),
    }
    assert office.named(DECEMBER) == {"ウ": ("past-grace", "2026-12-01")}
    assert office.named(date(2024, 12, 1)) == {"コ": ("never-registered", "2024-12-02")}
    assert office.named(date(2024, 11, 1)) == {}
    assert office.named(insurer=OTHER) == {"セ": ("never-registered", "2026-11-01")}


@pytest.mark.parametrize(("last", "listed"), [("2030-01-01", {}), ("2026-07-15", {"ア": ("past-grace", "2026-11-01")})])
def test_the_last_of_a_row_of_renewals_counts(office: Office, last: str, listed: dict[str, tuple[str, str]]) -> None:
    newest = office.card(office.member("イ", "2019-01-01"), last)
    office.world.run(registry.put_card, newest, office.member("ウ", insurer_number=OTHER), at=office.world.now())
    middle = certificate(901, "2025-01-01", **off(Reason.SUPERSEDED, "2025-01-01", successor=newest.serial))
    office.world.run(pki.enter, [middle])
    first = off(Reason.SUPERSEDED, "2024-01-01", successor=middle.key.serial)
    office.card(office.member("ア"), "2024-06-01", **first)
    assert office.named() == listed


def test_the_list_agrees_with_enrolling_about_withdrawals(office: Office) -> None:
    office.at("2026-09-10T10:00:00")
    first, second = office.member("ア"), office.member("イ")
    withdraw(office, "ア", first, office.card(first))
    office.at("2026-10-10T10:00:00")
    withdraw(office, "イ", second, office.card(second))
    for month in (NOVEMBER, DECEMBER):
        before = office.named(month)
        with office.world.db.transaction(reading=True) as tx:
            theirs = [(one.person, one.effective_on) for one in enrolling.newly_unable(tx, SOCIETY, month=month)]
        assert [(one.person, one.since) for one in office.listed(month)] == theirs
        assert len(theirs) == 1
        office.world.run(enrolling.take_effect, on=month, at=office.at(f"{month}T00:10:00"))
        assert office.named(month) == before  # carried out or only asked for, it is the same day


def test_who_registers_after_all_is_not_named_any_more(office: Office) -> None:
    person = office.member("カ", "2026-11-01")
    assert office.named() == {"カ": ("never-registered", "2026-11-01")}
    office.card(person)
    assert office.named() == {}


def test_two_who_issue_at_once_bring_everybody_one(office: Office) -> None:
    people = [office.member(name, "2026-11-01") for name in "アイウエオカキク"]
    at, db = office.world.now(), office.world.db
    numbers = iter(office.world.draw(100))

    def issue() -> list[Paper]:
        draw = lambda count: [next(numbers) for _ in range(count)]  # noqa: E731 - for this thread only
        return db.run(lambda tx: papers.issue_ex_officio(tx, SOCIETY, NOVEMBER, at=at, draw=draw))

    with ThreadPoolExecutor(2) as pool:
        made = [one for future in [pool.submit(issue) for _ in range(2)] for one in future.result()]
    assert sorted(one.person for one in made) == sorted(people)
    assert [len(office.of(person)) for person in people] == [1] * len(people)


def test_an_insurer_that_gives_no_papers_has_no_list(office: Office) -> None:
    office.member("カ", "2026-11-01", insurer_number=AID)
    assert office.named(insurer=AID) == {}
    with pytest.raises(UnknownInsurer):
        office.listed(insurer=InsurerNumber("06999999"))


def test_everybody_on_the_list_gets_one_once(office: Office) -> None:
    people = [office.member("カ", "2026-11-01"), office.member("キ", "2026-11-01")]
    made = office.issue(handed=Handed.EMPLOYER)
    assert {one.person for one in made} == set(people)
    assert len({one.batch for one in made}) == 1
    assert [(one.ground, one.month, one.issued_on, one.valid_to, one.handed, one.state) for one in made] == [
        ("never-registered", NOVEMBER, date(2026, 11, 2), date(2031, 11, 1), Handed.EMPLOYER, PaperState.ISSUED)
    ] * 2
    assert [(one.is_owed, one.was_issued) for one in office.listed()] == [(False, True)] * 2
    assert office.issue() == []
    late = office.member("ク", "2026-11-01")
    assert [one.person for one in office.issue()] == [late]


def test_a_returned_paper_does_not_come_again_by_the_same_list(office: Office) -> None:
    person = office.member("カ", "2026-11-01")
    (paper,) = office.issue()
    office.world.run(papers.give_back, SOCIETY, person, paper.id, at=office.world.now())
    assert office.issue() == []
    assert [(one.paper, one.was_issued, one.is_owed) for one in office.listed()] == [(None, True, False)]
    assert office.ask(person, "never-registered").state is PaperState.ISSUED  # but on request it does


def test_who_has_a_valid_paper_is_owed_none(office: Office) -> None:
    person = office.member("イ")
    office.card(person, "2026-07-15")
    held = office.ask(person, "needs-help")
    assert [(one.paper, one.is_owed) for one in office.listed()] == [(held.id, False)]
    assert office.issue() == []


def test_a_paper_that_ends_before_the_day_does_not_count(office: Office) -> None:
    person = office.member("ウ")
    office.card(person, "2026-08-01")
    office.ask(person, wanted_to=date(2026, 11, 30))
    assert [(one.since, one.paper) for one in office.listed(DECEMBER)] == [(DECEMBER, None)]
    assert [one.person for one in office.issue(DECEMBER)] == [person]


def test_who_lost_the_coverage_before_the_issue_gets_none(office: Office) -> None:
    person, stays = office.member("カ", "2026-10-05"), office.member("キ", "2026-10-05")
    office.lose(person, "2026-10-20")
    october = date(2026, 10, 1)
    assert set(office.named(october)) == {"カ", "キ"}
    assert [one.person for one in office.issue(october)] == [stays]


@pytest.mark.parametrize(("wanted", "last"), [("2027-03-31", "2027-03-31"), ("2040-01-01", "2031-11-01")])
def test_the_insurer_sets_the_end(office: Office, wanted: str, last: str) -> None:
    office.member("カ", "2026-11-01")
    assert [one.valid_to for one in office.issue(wanted_to=date.fromisoformat(wanted))] == [date.fromisoformat(last)]


def test_an_end_in_the_past_is_refused_and_nothing_is_issued(office: Office) -> None:
    person = office.member("カ", "2026-11-01")
    with pytest.raises(EndsTooEarly):
        office.issue(wanted_to=date(2026, 11, 1))
    assert office.of(person) == []
    assert len(office.issue(wanted_to=date(2026, 11, 2))) == 1


@pytest.mark.parametrize("ground", papers.grounds())
def test_a_paper_on_request_on_every_ground(office: Office, ground: str) -> None:
    person = office.member("ケ")
    made = office.ask(person, ground, handed=Handed.DESK)
    assert office.of(person) == [made]
    told = (made.ground, made.kind, made.valid_to, made.month, made.handed, made.batch)
    assert told == (ground, PaperKind.QUALIFICATION, date(2031, 11, 1), NOVEMBER, Handed.DESK, None)


def test_a_notice_has_no_ground_and_no_end_and_is_no_valid_paper(office: Office) -> None:
    person = office.member("カ", "2026-11-01")
    notice = office.ask(person, "card-lost", kind=PaperKind.NOTICE)
    assert (notice.kind, notice.ground, notice.valid_to) == (PaperKind.NOTICE, None, None)
    assert [one.is_owed for one in office.listed()] == [True]
    (paper,) = office.issue()
    assert {one.id for one in office.of(person)} == {notice.id, paper.id}


def test_what_is_refused_on_request(office: Office) -> None:
    person = office.member("ケ", "2026-10-01")
    with pytest.raises(NotAMember, match=f"Insurer {OTHER} does not insure that person on 2026-11-02"):
        office.ask(person, insurer=OTHER)
    with pytest.raises(NotAMember, match="on 2026-09-30"):
        office.ask(person, at=parse_moment("2026-09-30T10:00:00"))
    with pytest.raises(UnknownGround):
        office.ask(person, "because")
    with pytest.raises(EndsTooEarly):
        office.ask(person, wanted_to=date(2026, 11, 1))
    assert office.of(person) == []
    office.ask(person)
    with pytest.raises(PaperHeld):
        office.ask(person, "needs-help")
    assert len(office.of(person)) == 1


def test_before_such_papers_were_given(office: Office) -> None:
    person = office.member("コ")
    with pytest.raises(PaperNotGiven, match=f"Insurer {SOCIETY} does not give that paper on 2024-12-01"):
        office.ask(person, at=parse_moment("2024-12-01T23:59:00"))
    assert office.ask(person, at=parse_moment("2024-12-02T00:00:00")).valid_to == date(2029, 12, 1)


def test_given_back_once_and_by_its_own_insurer_only(office: Office) -> None:
    person = office.member("ケ")
    paper = office.ask(person)
    with pytest.raises(UnknownPaper):
        office.world.run(papers.give_back, OTHER, person, paper.id, at=office.world.now())
    with pytest.raises(UnknownPaper):
        office.world.run(papers.give_back, SOCIETY, person, PaperId(1), at=office.world.now())
    back = office.world.run(papers.give_back, SOCIETY, person, paper.id, at=office.at("2026-11-20T10:00:00"))
    assert (back.state, back.ended_on) == (PaperState.RETURNED, date(2026, 11, 20))
    assert office.of(person) == [back]
    with pytest.raises(PaperOver, match="its state is returned"):
        office.world.run(papers.give_back, SOCIETY, person, paper.id, at=office.world.now())


def test_replaced_by_one_that_ends_with_it(office: Office) -> None:
    person = office.member("ケ")
    first = office.ask(person, wanted_to=date(2027, 3, 31))
    at = office.at("2026-12-10T10:00:00")
    old, new = office.run(
        lambda tx: papers.replace(tx, SOCIETY, person, first.id, new_id=PaperId(77), at=at, handed=Handed.DESK)
    )
    assert office.of(person) == [old, new]
    assert (old.id, old.state, old.ended_on) == (first.id, PaperState.REPLACED, date(2026, 12, 10))
    told = (new.id, new.ground, new.issued_on, new.valid_to, new.month, new.handed)
    assert told == (77, "card-lost", date(2026, 12, 10), date(2027, 3, 31), DECEMBER, Handed.DESK)
    with pytest.raises(PaperOver, match="its state is replaced"):
        office.run(lambda tx: papers.replace(tx, SOCIETY, person, first.id, new_id=PaperId(78), at=at))


def test_a_paper_lapses_with_its_coverage_and_is_to_be_returned(office: Office) -> None:
    leaves, stays = office.member("ケ"), office.member("コ")
    paper, kept = office.ask(leaves), office.ask(stays)
    office.lose(leaves, "2026-11-20")
    assert lapse(office, "2026-11-19") == []
    gone = lapse(office, "2026-11-20")
    assert [(one.id, one.state, one.ended_on) for one in gone] == [(paper.id, PaperState.LAPSED, date(2026, 11, 20))]
    assert lapse(office, "2026-11-21") == []
    assert office.of(stays) == [kept]
    assert back(office) == gone
    office.world.run(papers.give_back, SOCIETY, leaves, paper.id, at=office.world.now())
    assert back(office) == []
    with pytest.raises(NotAMember):
        office.ask(leaves)


def lapse(office: Office, day: str) -> list[Paper]:
    gone: list[Paper] = office.world.run(papers.lapse, SOCIETY, at=office.at(f"{day}T09:00:00"))
    return gone


def back(office: Office) -> list[Paper]:
    waiting: list[Paper] = office.world.run(papers.to_be_returned, SOCIETY)
    return waiting


def test_due_for_renewal_in_the_month_of_the_last_day(office: Office) -> None:
    stays, leaves, notice = office.member("ケ"), office.member("コ"), office.member("サ")
    end = date(2027, 3, 31)
    paper = office.ask(stays, wanted_to=end)
    office.ask(leaves, wanted_to=end)
    office.ask(notice, kind=PaperKind.NOTICE)
    office.lose(leaves, "2027-04-01")  # insured to the last day of the paper, and not beyond
    assert due(office, date(2027, 2, 1)) == []
    assert due(office, date(2027, 3, 15)) == [paper]
    assert due(office, date(2027, 4, 1)) == []


def due(office: Office, month: date) -> list[Paper]:
    found: list[Paper] = office.world.run(papers.due_for_renewal, SOCIETY, month)
    return found


def everybody(office: Office, insurer: InsurerNumber, at: Moment) -> list[Paper]:
    made: list[Paper] = office.run(lambda tx: papers.everybody_elderly(tx, insurer, at=at, draw=office.world.draw))
    return made


def test_everybody_of_the_elderly_scheme_to_2026_07_31(office: Office) -> None:
    able, never = (office.member(name, insurer_number=ELDERLY) for name in "アイ")
    office.card(able)
    young = office.member("ウ")
    on_request = office.ask(never, "needs-help", insurer=ELDERLY, at=office.at("2026-07-01T10:00:00"))
    made = everybody(office, ELDERLY, office.at("2026-07-31T23:59:00"))
    assert [(one.person, one.ground, one.valid_to) for one in made] == [(able, "everybody", date(2026, 7, 31))]
    assert (on_request.valid_to, office.of(young)) == (date(2026, 7, 31), [])
    assert everybody(office, ELDERLY, office.at("2026-07-31T23:59:30")) == []
    with pytest.raises(NotForEverybody, match=f"On 2026-08-01 insurer {ELDERLY} does not give"):
        everybody(office, ELDERLY, office.at("2026-08-01T00:00:00"))
    with pytest.raises(NotForEverybody, match=f"On 2026-07-31 insurer {SOCIETY} does not give"):
        everybody(office, SOCIETY, office.at("2026-07-31T12:00:00"))


def test_the_elderly_who_cannot_use_a_card_get_one_afterwards_too(office: Office) -> None:
    person = office.member("ア", "2026-11-01", insurer_number=ELDERLY)
    assert [(one.person, one.valid_to) for one in office.issue(insurer=ELDERLY)] == [(person, date(2027, 7, 31))]


def test_a_print_run_by_place_and_by_employer(office: Office) -> None:
    where: list[dict[str, Any]] = [
        {"symbol": "20", "municipality": "131024", "post_number": "103-0001"},
        {"symbol": "10", "municipality": "131016", "post_number": "100-0005"},
        {"symbol": "20", "municipality": "131016", "post_number": "100-0002", "undisclosed": "1"},
    ]
    for name, given in zip("アイウ", where, strict=True):
        office.member(name, "2026-11-01", **given)
    (batch,) = {one.batch for one in office.issue()}
    assert printed(office, batch, Sorting.PLACE) == ["ウ", "イ", "ア"]
    assert printed(office, batch, Sorting.EMPLOYER) == ["イ", "ア", "ウ"]
    with office.world.db.transaction(reading=True) as tx:
        assert batch is not None
        (line, *_) = papers.print_run(tx, SOCIETY, batch)
    assert line.coverage.undisclosed
    assert line.person.address == "東京都千代田区例町3"  # its own member: the insurer holds that address itself


def printed(office: Office, batch: Any, sorting: Sorting, insurer: InsurerNumber = SOCIETY) -> list[str]:
    with office.world.db.transaction(reading=True) as tx:
        return [one.person.name[-1] for one in papers.print_run(tx, insurer, batch, sorting=sorting)]


def test_nobody_elses_batch_is_printed_nor_what_came_back(office: Office) -> None:
    person = office.member("ア", "2026-11-01")
    (paper,) = office.issue()
    with pytest.raises(NothingToPrint):
        printed(office, paper.batch, Sorting.PLACE, OTHER)
    assert printed(office, paper.batch, Sorting.PLACE) == ["ア"]
    with office.world.db.transaction(reading=True) as tx:
        assert [one.paper for one in papers.print_one(tx, SOCIETY, person, paper.id)] == [paper]
        with pytest.raises(UnknownPaper):
            papers.print_one(tx, OTHER, person, paper.id)
    office.world.run(papers.give_back, SOCIETY, person, paper.id, at=office.world.now())
    with pytest.raises(NothingToPrint):
        printed(office, paper.batch, Sorting.PLACE)


def test_batches_tell_how_many_still_stand(office: Office) -> None:
    office.member("ア", "2026-11-01")
    office.member("イ", "2026-11-01")
    first, _ = office.issue(handed=Handed.EMPLOYER)
    office.world.run(papers.give_back, SOCIETY, first.person, first.id, at=office.world.now())
    (batch,) = office.world.run(papers.batches_of, SOCIETY)
    told = (batch.id, batch.month, batch.issued_on, batch.handed, batch.count, batch.standing)
    assert told == (first.batch, NOVEMBER, date(2026, 11, 2), Handed.EMPLOYER, 2, 1)
    assert office.world.run(papers.batches_of, OTHER) == []


def test_a_papers_holder_is_answered_by_number_like_anybody(office: Office) -> None:
    person, plain = office.member("ア"), office.member("イ")
    before = answers(office, person, plain)
    paper = office.ask(person)
    assert answers(office, person, plain) == before == ["in_force", "in_force"]
    office.world.run(papers.give_back, SOCIETY, person, paper.id, at=office.world.now())
    assert answers(office, person, plain) == before
    office.lose(person, "2026-11-02")
    assert answers(office, person, plain)[1:] == before[1:]
    assert answers(office, person, plain)[0] != before[0]


def answers(office: Office, *people: PersonId) -> list[str]:
    found = []
    for person in people:
        (coverage,) = office.world.coverages(person)
        with office.world.db.transaction(reading=True) as tx:
            birth = registry.person_of(tx, person).birth_on.isoformat()
        found.append(office.world.kind(number=coverage.number, symbol=coverage.symbol, birth=birth))
    return found
