"""Numbers registered, moved and told again, on both engines; what one institution has no other sees."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from eligibility import make
from eligibility.make import BORN, NOW, SOCIETY, coverage, person
from onshi import audit, flows, references
from onshi.audit import Action
from onshi.db import OPEN, Database, Tx
from onshi.kernel import Moment, PersonId
from onshi.references import Registration, State
from onshi.references.store import numbers
from onshi.registry import PrintedNumber
from registry.world import World, row

CLINIC, OTHER = "institution:1312345678", "institution:1312345686"
LOADED = NOW - 10 * make.DAY
# number → whom it names: 4410 Hanako alone, 77 a household, 88 somebody refused, 99 somebody in doubt.
ONE, HOUSEHOLD, REFUSED, DOUBTFUL, NOBODY = "4410", "77", "88", "99", "11"


@pytest.fixture
def land(db: Database) -> Database:
    with db.transaction() as tx:
        make.add_insurers(tx)
        add(tx, 1, ONE)
        add(tx, 2, HOUSEHOLD, branch="01")
        add(tx, 3, HOUSEHOLD, branch="02", born=date(2015, 3, 1))
        add(tx, 4, REFUSED, refused=True)
        add(tx, 5, DOUBTFUL, suspended=True)
    return db


def add(tx: Tx, who: int, number: str, *, born: Any = BORN, **changes: Any) -> None:
    make.add_person(tx, person(who, birth_on=born), at=LOADED)
    one = coverage(10 * who, person=PersonId(who), number=number, **changes)
    make.add_coverage(tx, one, at=LOADED, birth_on=born)


def wanted(reference: str, number: str = ONE, branch: str | None = None, symbol: str = "721") -> Registration:
    return Registration(reference, PrintedNumber(SOCIETY, number, symbol, branch))


def register(db: Database, *given: Registration, party: str = CLINIC, at: int = NOW, batch: int = 0) -> list[State]:
    chosen = batch or next(_batches)
    return db.run(lambda tx: references.register(tx, party, given, at=Moment(at), batch=chosen))


_batches = iter(range(1, 10_000))


def told(db: Database, party: str = CLINIC) -> dict[int, str]:
    with db.transaction(reading=True) as tx:
        found = references.numbers_of(tx, [(party, PersonId(who)) for who in range(6)])
    return {who: number for (_, who), number in found.items()}


def versions(db: Database) -> list[tuple[int, str, int, bool]]:
    with db.transaction(reading=True) as tx:
        rows = tx.execute(select(numbers).order_by(numbers.c.known_from, numbers.c.person_id)).all()
    return [(one.person_id, one.number, one.known_from, one.known_to == OPEN) for one in rows]


def test_what_comes_of_each(land: Database) -> None:
    given = [
        wanted("A-1"),
        wanted("A-2", HOUSEHOLD),
        wanted("A-3", HOUSEHOLD, "2"),
        wanted("A-4", REFUSED),
        wanted("A-5", DOUBTFUL),
        wanted("A-6", NOBODY),
        wanted("A-7", symbol=""),
        wanted("A-8", ONE, "05"),
    ]
    states = register(land, *given)
    nobody = State.NOT_FOUND
    assert states == [State.REGISTERED, State.MORE_THAN_ONE, State.REGISTERED, nobody, nobody, nobody, nobody, nobody]
    assert told(land) == {1: "A-1", 3: "A-3"}


def test_a_number_moves_to_another_person_and_a_new_one_replaces_the_old(land: Database) -> None:
    register(land, wanted("A-1"))
    register(land, wanted("A-1", HOUSEHOLD, "01"), at=NOW + 1)
    assert told(land) == {2: "A-1"}
    register(land, wanted("A-2", HOUSEHOLD, "01"), at=NOW + 2)
    assert told(land) == {2: "A-2"}
    assert versions(land) == [(1, "A-1", NOW, False), (2, "A-1", NOW + 1, False), (2, "A-2", NOW + 2, True)]


def test_the_same_again_changes_nothing(land: Database) -> None:
    register(land, wanted("A-1"))
    before = versions(land)
    assert register(land, wanted("A-1"), at=NOW + 9) == [State.REGISTERED]
    assert versions(land) == before


def test_changes_within_one_moment_are_kept_apart(land: Database) -> None:
    for number in ("A-1", "A-2", "A-3"):
        register(land, wanted(number))
    assert versions(land) == [(1, "A-1", NOW, False), (1, "A-2", NOW + 1, False), (1, "A-3", NOW + 2, True)]


def test_another_institution_has_numbers_of_its_own(land: Database) -> None:
    register(land, wanted("A-1"))
    assert told(land, OTHER) == {}
    register(land, wanted("A-1", HOUSEHOLD, "01"), party=OTHER)
    assert (told(land), told(land, OTHER)) == ({1: "A-1"}, {2: "A-1"})


def test_two_who_register_one_number_at_once_leave_it_with_one_person(land: Database) -> None:
    given = [wanted("A-1"), wanted("A-1", HOUSEHOLD, "01")]
    with ThreadPoolExecutor(2) as pool:
        assert [*pool.map(lambda one: register(land, one), given)] == [[State.REGISTERED]] * 2
    assert len(told(land)) == 1


def test_every_registration_is_in_the_log_and_names_only_whom_it_registered(land: Database) -> None:
    register(land, wanted("A-1"), wanted("A-4", REFUSED), wanted("A-6", NOBODY))
    register(land, wanted("A-1"), at=NOW + 1)
    with land.transaction(reading=True) as tx:
        entries = [one.entry for one in audit.entries_of(tx, actor=CLINIC, action=Action.REFERENCE)]
    seen = sorted((str(one.outcome), one.subject, one.object) for one in entries)
    assert seen == [("not_found", None, None)] * 2 + [("registered", 1, None)] * 2


def test_what_a_number_that_was_given_up_named_is_not_found_by_it(land: Database) -> None:
    """The key stays for ever; the number does not."""
    old = coverage(10, number=ONE)
    with land.transaction() as tx:
        make.change_coverage(tx, coverage(10, number="4411"), at=LOADED + 1)
        make.add_key(tx, coverage(10, number="4411"), BORN)
    assert register(land, wanted("A-1", old.number), wanted("A-2", "4411")) == [State.NOT_FOUND, State.REGISTERED]


# Two people become one.


def test_numbers_follow_when_two_people_become_one(world: World) -> None:
    world.load([row(), row(name="例　太郎", name_kana="レイ　タロウ", number="346", sex="1")], "first")
    (hanako,) = world.people("見本　花子")
    world.load([row(number="900", address="東京都千代田区別町９")], insurer=SOCIETY)
    (held,) = world.held()
    assert held.own_person is not None and held.candidate == hanako
    twin = held.own_person

    def put(party: str, number: str, reference: str) -> list[State]:
        one = Registration(reference, PrintedNumber(SOCIETY, number, "12"))
        return register(world.db, one, party=party, at=world.now())

    assert put(CLINIC, "900", "A-1") == [State.REGISTERED]
    assert put(OTHER, "900", "B-1") == put(OTHER, "345", "B-2") == [State.REGISTERED]
    with world.db.transaction() as tx:
        flows.review_held(tx, held.id, accept=True, actor="staff:r", at=world.now(), draw=world.draw)
    pairs = [(party, who) for party in (CLINIC, OTHER) for who in (hanako, twin)]
    with world.db.transaction(reading=True) as tx:
        assert references.numbers_of(tx, pairs) == {(CLINIC, hanako): "A-1", (OTHER, hanako): "B-2"}
