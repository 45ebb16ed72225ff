"""Consents kept, withdrawn, listed and followed, on both engines."""

from datetime import date
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from eligibility import make
from eligibility.make import BORN, NOW, SOCIETY, coverage, person
from onshi import audit, consents, flows
from onshi.audit import Action
from onshi.consents import (
    Care,
    Disclosed,
    Given,
    Giving,
    Kind,
    RecordsAsked,
    RecordsState,
    Span,
    Withdrawal,
    WithdrawnState,
)
from onshi.consents.store import given as table
from onshi.db import Database
from onshi.kernel import Moment, PersonId, day_start
from onshi.registry import CardKey, PrintedNumber
from registry.world import World, row

CLINIC, OTHER = "institution:1312345678", "institution:1312345686"
LOADED = NOW - 10 * make.DAY
DRUGS, CHECKUPS, OPERATIONS = Kind.DRUGS, Kind.CHECKUPS, Kind.OPERATIONS
_batches = count(1)


@pytest.fixture
def land(db: Database) -> Database:
    """Three people, of whom the third is 自己情報提供不可."""
    with db.transaction() as tx:
        make.add_insurers(tx)
        for who in (1, 2, 3):
            make.add_person(tx, person(who), at=LOADED)
            one = coverage(10 * who, person=PersonId(who), number=str(who), refused=who == 3)
            make.add_coverage(tx, one, at=LOADED)
    return db


def give(db: Database, who: int = 1, *kinds: Kind, at: int = NOW, **changes: Any) -> None:
    good: dict[str, Any] = {
        "party": CLINIC,
        "person": PersonId(who),
        "kinds": kinds or (DRUGS,),
        "care": Care.OUTPATIENT,
        "check_id": f"{next(_batches):013}-0AAA",
        "card": CardKey("ISSUER", f"S{who}"),
        "examined_on": date(2026, 4, 1),
    }
    giving = Giving(**(good | changes))
    with db.transaction(appending=True) as tx:
        consents.give(tx, [giving], at=Moment(at))


def printed(who: int = 1, birth_on: date | None = None) -> PrintedNumber:
    return PrintedNumber(SOCIETY, str(who), "721", None, birth_on)


def told(db: Database, who: int = 1, kind: Kind = DRUGS, *, at: int = NOW, **changes: Any) -> Disclosed:
    party = changes.pop("party", CLINIC)
    asked = RecordsAsked(kind, changes.pop("care", Care.OUTPATIENT), printed(who))
    return db.run(lambda tx: consents.disclose(tx, party, asked, at=Moment(at), batch=next(_batches)), appending=True)


def withdraw(db: Database, who: int = 1, *kinds: Kind, at: int = NOW, party: str = CLINIC) -> WithdrawnState:
    given = Withdrawal(kinds or (DRUGS,), printed(who, BORN))
    return db.run(lambda tx: consents.withdraw(tx, party, given, at=Moment(at), batch=next(_batches)))


def listed(db: Database, span: Span, care: Care = Care.OUTPATIENT, party: str = CLINIC, **more: Any) -> list[Given]:
    with db.transaction(reading=True) as tx:
        return consents.given_in(tx, party, care, span, **more)[0]


def test_a_consent_opens_one_kind_for_one_institution_and_form_of_care(land: Database) -> None:
    give(land, 1, DRUGS)
    assert told(land) == Disclosed(RecordsState.NONE, Moment(NOW + make.DAY), person(1))
    nothing = Disclosed(RecordsState.NO_CONSENT)
    assert told(land, kind=CHECKUPS) == nothing
    assert told(land, care=Care.ONLINE) == nothing
    assert told(land, party=OTHER) == nothing
    assert told(land, 2) == nothing


def test_it_ends_to_the_microsecond_and_can_be_given_again(land: Database) -> None:
    give(land)
    assert told(land, at=NOW + make.DAY - 1).state is RecordsState.NONE
    assert told(land, at=NOW + make.DAY) == Disclosed(RecordsState.CONSENT_OVER)
    give(land, at=NOW + make.DAY)
    assert told(land, at=NOW + make.DAY).until == NOW + 2 * make.DAY


def test_giving_less_later_takes_nothing_away(land: Database) -> None:
    give(land, 1, DRUGS, CHECKUPS)
    give(land, 1, DRUGS, at=NOW + 1)
    assert told(land, kind=CHECKUPS, at=NOW + 1).until == NOW + make.DAY


def test_two_of_one_moment_are_one(land: Database) -> None:
    give(land)
    give(land)
    with land.transaction(reading=True) as tx:
        assert tx.execute(select(func.count()).select_from(table)).scalar_one() == 1


def test_somebody_refused_is_nobody_although_they_gave_a_consent(land: Database) -> None:
    give(land, 3)
    assert told(land, 3) == told(land, 9) == Disclosed(RecordsState.NOT_FOUND)
    assert withdraw(land, 3) is withdraw(land, 9) is WithdrawnState.NOT_FOUND


def test_a_withdrawal_ends_these_kinds_for_every_form_of_care_and_nothing_else(land: Database) -> None:
    give(land, 1, DRUGS, CHECKUPS)
    give(land, 1, DRUGS, care=Care.HOME_VISIT)
    give(land, 1, DRUGS, party=OTHER)
    give(land, 2, DRUGS)
    assert withdraw(land, 1, DRUGS, OPERATIONS, at=NOW + 5) is WithdrawnState.WITHDRAWN
    over = Disclosed(RecordsState.CONSENT_OVER)
    assert told(land, at=NOW + 5) == told(land, at=NOW + 5, care=Care.HOME_VISIT) == over
    for still in (told(land, kind=CHECKUPS), told(land, party=OTHER), told(land, 2)):
        assert still.state is RecordsState.NONE
    assert withdraw(land, 1, DRUGS, at=NOW + 6) is WithdrawnState.NO_CONSENT
    give(land, 1, DRUGS, at=NOW + 7)
    assert told(land, at=NOW + 7).state is RecordsState.NONE


def test_a_withdrawal_in_the_moment_of_the_consent_leaves_both_in_the_books(land: Database) -> None:
    give(land)
    assert withdraw(land) is WithdrawnState.WITHDRAWN
    assert told(land) == Disclosed(RecordsState.CONSENT_OVER)
    with land.transaction(reading=True) as tx:
        rows = tx.execute(select(table.c.until, table.c.withdrawn).order_by(table.c.known_to)).all()
    assert [(one.until, one.withdrawn) for one in rows] == [(NOW + make.DAY, False), (NOW, True)]


def test_what_was_said_and_withdrawn_is_in_the_log(land: Database) -> None:
    give(land)
    for who in (1, 2, 3):
        told(land, who)
        withdraw(land, who)
    with land.transaction(reading=True) as tx:
        entries = [one.entry for one in audit.entries_of(tx, actor=CLINIC)]
    seen = sorted((one.action.value, str(one.outcome), str(one.subject), str(one.object)) for one in entries)
    assert seen == [
        ("consent_withdrawn", "no_consent", "2", "None"),
        ("consent_withdrawn", "not_found", "None", "None"),
        ("consent_withdrawn", "withdrawn", "1", "None"),
        ("disclose", "no_consent", "2", "records:drugs"),
        ("disclose", "none", "1", "records:drugs"),
        ("disclose", "not_found", "None", "records:drugs"),
    ]
    assert [one for one in entries if one.action is Action.CONSENT] == []  # whoever gives it writes that


# Everybody who gave one.

FIRST, SECOND, THIRD = date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 3)


def days(first: date, last: date | None = None, *, examined: bool = False) -> Span:
    return Span(first, last or first, is_of_examination=examined)


def test_everybody_is_listed_once_in_the_order_given(land: Database) -> None:
    start = day_start(FIRST)
    assert day_start(SECOND) - start == make.DAY
    give(land, 2, DRUGS, at=start, care=Care.ONLINE, examined_on=THIRD)
    give(land, 1, DRUGS, OPERATIONS, at=start + make.DAY - 1, care=Care.ONLINE, examined_on=SECOND)
    give(land, 2, CHECKUPS, at=start + make.DAY, care=Care.ONLINE, examined_on=THIRD)
    give(land, 3, DRUGS, at=start + 1, care=Care.HOME_VISIT)
    give(land, 3, DRUGS, at=start + 2, care=Care.ONLINE, party=OTHER)

    def names(span: Span, care: Care = Care.ONLINE, party: str = CLINIC) -> list[int]:
        return [one.person for one in listed(land, span, care, party)]

    assert names(days(FIRST)) == [2, 1]
    assert names(days(SECOND)) == [2]
    assert names(days(FIRST, SECOND)) == [1, 2]
    assert names(days(THIRD)) == names(days(SECOND, FIRST)) == []
    assert names(days(SECOND, examined=True)) == [1]
    assert names(days(SECOND, THIRD, examined=True)) == [1, 2]
    assert names(days(FIRST), Care.HOME_VISIT) == names(days(FIRST), party=OTHER) == [3]
    (one, two) = listed(land, days(FIRST, SECOND), Care.ONLINE)
    assert [each.kind for each in one.consents] == [DRUGS, OPERATIONS]
    assert [(each.kind, each.given_at) for each in two.consents] == [(DRUGS, start), (CHECKUPS, start + make.DAY)]
    assert (two.card, two.given_at) == (CardKey("ISSUER", "S2"), start + make.DAY)


def test_a_list_goes_on_where_its_page_ended(land: Database) -> None:
    for who in range(7):
        give(land, who, at=NOW + who // 3)  # three of one moment each
    found: list[int] = []
    after, is_more = None, True
    while is_more:
        with land.transaction(reading=True) as tx:
            span = days(date(1, 1, 1), date(9999, 12, 31))
            page, is_more = consents.given_in(tx, CLINIC, Care.OUTPATIENT, span, after=after, limit=2)
        found += [one.person for one in page]
        after = page[-1].place
    assert sorted(found) == list(range(7)) and len(found) == 7
    assert [who // 3 for who in found] == sorted(who // 3 for who in range(7))


def test_a_withdrawn_consent_stays_on_the_list_as_such(land: Database) -> None:
    give(land, 1, DRUGS, CHECKUPS)
    withdraw(land, 1, DRUGS, at=NOW + 5)
    (one,) = listed(land, days(FIRST))
    assert [(each.kind, each.until, each.withdrawn) for each in one.consents] == [
        (DRUGS, NOW + 5, True),
        (CHECKUPS, NOW + make.DAY, False),
    ]


# Two people become one.


def test_consents_follow_when_two_people_become_one(world: World) -> None:
    world.load([row()], "first")
    (hanako,) = world.people("見本　花子")
    world.load([row(number="900", address="東京都千代田区別町９")])
    (held,) = world.held()
    twin = held.own_person
    assert twin is not None and held.candidate == hanako
    give(world.db, twin, at=world.now())
    with world.db.transaction() as tx:
        flows.review_held(tx, held.id, accept=True, actor="staff:r", at=world.now(), draw=world.draw)
    asked = RecordsAsked(DRUGS, Care.OUTPATIENT, PrintedNumber(SOCIETY, "345", "12"))
    with world.db.transaction(appending=True) as tx:
        said = consents.disclose(tx, CLINIC, asked, at=world.now(), batch=1)
    assert (said.state, said.person and said.person.id) == (RecordsState.NONE, hanako)
    span = days(date(2026, 11, 1), date(2026, 11, 30))
    assert [one.person for one in listed(world.db, span)] == [hanako]
