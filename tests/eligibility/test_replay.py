"""What was answered at a moment is answered again when asked as of that moment, whatever happened since."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onshi import registry
from onshi.audit import Signer
from onshi.db import Database, Tx
from onshi.eligibility import AnswerKind, Query, check
from onshi.kernel import Moment, PersonId
from onshi.registry import Coverage, Person, number_key
from onshi.registry.store import held as held_store
from onshi.registry.store import people as people_store

from . import make
from .make import ASKER, BORN, MUNICIPAL, NOW, SOCIETY, UNLOADED, by_card, by_number

INSURERS = (SOCIETY, MUNICIPAL, UNLOADED)
STEPS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 60)), min_size=1, max_size=14)


@dataclass
class World:
    """Three people of their own numbers in a shared database; every change takes a later moment."""

    number: int
    clock: Iterator[int]
    people: dict[int, Person] = field(default_factory=dict)
    coverages: dict[int, Coverage] = field(default_factory=dict)
    next_id: int = 0
    held: list[int] = field(default_factory=list)

    def person_id(self, which: int) -> PersonId:
        return PersonId(self.number * 10 + which + 1)

    def new_id(self) -> int:
        self.next_id += 1
        return self.number * 1_000 + self.next_id

    def printed(self, which: int) -> str:
        """Two of the three share a number."""
        return f"{self.number}-{which % 2}"

    def queries(self) -> list[Query]:
        """By card and by number, on days before, between and after."""
        days = [date(2026, 1, 1), date(2026, 2, 10), date(2026, 6, 1)]
        asked: list[Query] = []
        for on in days:
            asked += [by_card(f"{self.number}-{which}", on=on) for which in range(3)]
            for insurer in INSURERS:
                for born in (BORN, BORN + timedelta(1)):
                    asked += [
                        by_number(insurer, on=on, branch=branch, number=self.printed(which), birth_on=born)
                        for which in (0, 1)
                        for branch in (None, "01")
                    ]
        return asked


def enter(world: World, tx: Tx, which: int, extra: int, at: int) -> None:
    """Somebody is registered, or covered once more."""
    who = world.person_id(which)
    if who not in world.people:
        born = BORN + timedelta(extra % 2)
        world.people[who] = make.person(who, birth_on=born)
        make.add_person(tx, world.people[who], at=at)
    start = date(2026, 1, 1) + timedelta(extra)
    one = make.coverage(
        world.new_id(),
        INSURERS[extra % 3],
        person=who,
        number=world.printed(which),
        branch=[None, "01", "02"][which],
        starts_on=start,
        lost_on=[None, start + timedelta(extra)][extra % 2] if extra else None,
    )
    world.coverages[one.id] = one
    make.add_coverage(tx, one, at=at, birth_on=world.people[who].birth_on)


def chosen(world: World, which: int) -> list[Coverage]:
    return [one for one in world.coverages.values() if one.person == world.person_id(which)]


def lose(world: World, tx: Tx, which: int, extra: int, at: int) -> None:
    """A loss is told, or corrected."""
    for one in chosen(world, which)[:1]:
        changed = msgspec.structs.replace(one, lost_on=one.starts_on + timedelta(1 + extra), loss_reason="03")
        world.coverages[one.id] = changed
        make.change_coverage(tx, changed, at=at)


def cancel(world: World, tx: Tx, which: int, extra: int, at: int) -> None:
    """A coverage is taken back."""
    for one in chosen(world, which)[:1]:
        make.end_coverage(tx, one, at=at)
        del world.coverages[one.id]


def renumber(world: World, tx: Tx, which: int, extra: int, at: int) -> None:
    """Another number is another coverage."""
    for one in chosen(world, which)[:1]:
        make.end_coverage(tx, one, at=at)
        del world.coverages[one.id]
        changed = msgspec.structs.replace(one, id=world.new_id(), number=world.printed(which + 1))
        world.coverages[changed.id] = changed
        make.add_coverage(tx, changed, at=at, birth_on=world.people[one.person].birth_on)


def suspend(world: World, tx: Tx, which: int, extra: int, at: int) -> None:
    """A link falls into doubt, or is sound after all."""
    for one in chosen(world, which)[:1]:
        world.coverages[one.id] = msgspec.structs.replace(one, suspended=not one.suspended)
        make.change_coverage(tx, world.coverages[one.id], at=at)


def correct(world: World, tx: Tx, which: int, extra: int, at: int) -> None:
    """A name or a birth date is corrected."""
    who = world.person_id(which)
    if who in world.people:
        born = BORN + timedelta(extra % 2)
        world.people[who] = msgspec.structs.replace(world.people[who], name=f"訂正　花子{extra}", birth_on=born)
        known = world.people[who]
        people_store.correct_person(
            tx, who, name=known.name, kana=known.kana, birth_on=born, sex=known.sex, at=Moment(at)
        )


def hand_card(world: World, tx: Tx, which: int, extra: int, at: int) -> None:
    """A card is on somebody from now on."""
    if world.person_id(which) in world.people:
        make.add_card(tx, world.person_id(which), f"{world.number}-{extra % 3}", at=at)


def freshen(world: World, tx: Tx, which: int, extra: int, at: int) -> None:
    """An insurer loads, closes, or opens again."""
    known = registry.insurer_book(tx)[INSURERS[which]]
    closed = date(2026, 2, 1) if extra % 5 == 0 else None
    changed = msgspec.structs.replace(
        known,
        first_loaded_at=known.first_loaded_at or Moment(at),
        last_loaded_at=Moment(at - (extra % 2) * 50 * make.DAY),
        delay_days=extra,
        closed_on=closed,
    )
    registry.put_insurers(tx, [changed], at=Moment(at))


def hold(world: World, tx: Tx, which: int, extra: int, at: int) -> None:
    """A row is held."""
    held_id = world.new_id()
    world.held.append(held_id)
    key = number_key(INSURERS[extra % 3], "721", world.printed(which), BORN)
    make.hold_row(tx, held_id, key, at=at, by=INSURERS[extra % 3])


def release(world: World, tx: Tx, which: int, extra: int, at: int) -> None:
    """A held row is decided on."""
    if world.held:
        held_store.decide(tx, [world.held.pop()], decision="rejected", by="staff:1", at=Moment(at))


CHANGES: list[Callable[[World, Tx, int, int, int], None]] = [
    enter,
    enter,
    lose,
    cancel,
    renumber,
    suspend,
    correct,
    hand_card,
    freshen,
    hold,
]
BATCHES = count(1)


def ask(tx: Tx, queries: list[Query], at: int, signer: Signer) -> list[Any]:
    return check(tx, queries, at=Moment(at), batch=next(BATCHES), asker=ASKER, signer=signer)


@pytest.fixture
def shared(db: Database) -> tuple[Database, Iterator[int], Iterator[int]]:
    """A database, rising moments an hour apart or more, and fresh numbers for worlds."""
    with db.transaction() as tx:
        make.add_insurers(tx)
    return db, count(NOW, 11 * make.DAY), count(1)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_every_past_answer_can_be_had_again(
    shared: tuple[Database, Iterator[int], Iterator[int]],
    check_signer: Signer,
    steps: list[tuple[int, int, int]],
) -> None:
    db, clock, numbers = shared
    world = World(next(numbers), clock)
    queries = world.queries()
    answered: dict[int, list[bytes]] = {}
    for step, which, extra in [(0, 0, 0), (7, 0, 0), *steps]:
        changed_at, asked_at = next(clock), next(clock)
        with db.transaction() as tx:
            CHANGES[step](world, tx, which, extra, changed_at)
            if extra % 7 == 0:
                release(world, tx, which, extra, changed_at + 1)
        with db.transaction(appending=True) as tx:
            answered[asked_at] = [one.answer_json for one in ask(tx, queries, asked_at, check_signer)]
            # The moment of the change itself already knows it.
            again = [msgspec.structs.replace(query, known_at=Moment(asked_at)) for query in queries]
            assert [one.answer_json for one in ask(tx, again, asked_at, check_signer)] == answered[asked_at]
    now = next(clock)
    with db.transaction(appending=True) as tx:
        for moment, before in answered.items():
            again = [msgspec.structs.replace(query, known_at=Moment(moment)) for query in queries]
            assert [one.answer_json for one in ask(tx, again, now, check_signer)] == before
        mixed = [
            msgspec.structs.replace(query, known_at=Moment(moment)) for query in queries[:20] for moment in answered
        ]
        together = [one.answer_json for one in ask(tx, mixed, now, check_signer)]
        assert together == [before[place] for place in range(20) for before in answered.values()]


def test_a_change_is_known_from_its_own_moment(db: Database, check_signer: Signer) -> None:
    with db.transaction() as tx:
        make.add_insurers(tx, at=NOW)
        make.add_person(tx, make.person(), at=NOW)
        make.add_coverage(tx, make.coverage(), at=NOW)
        later = NOW + 60 * make.DAY
        queries = [by_number(known_at=Moment(NOW - 1)), by_number(known_at=NOW), by_number()]
        kinds = [one.answer.kind for one in ask(tx, queries, later, check_signer)]
    assert kinds == [AnswerKind.NOT_REGISTERED, AnswerKind.IN_FORCE, AnswerKind.IN_FORCE]


def test_old_data_are_not_called_stale_for_a_day_on_which_they_were_fresh(db: Database, check_signer: Signer) -> None:
    with db.transaction() as tx:
        make.add_insurers(tx)
        later = NOW + 60 * make.DAY
        queries = [by_number(known_at=NOW), by_number()]
        kinds = [one.answer.kind for one in ask(tx, queries, later, check_signer)]
    assert kinds == [AnswerKind.NOT_REGISTERED, AnswerKind.CANNOT_TELL]
