"""Everybody an insurer insures, at once: what a room above needs to decide about all of them."""

from collections.abc import Collection
from datetime import date
from itertools import groupby

import msgspec

from onshi.db import Tx
from onshi.kernel import InsurerNumber, PersonId
from onshi.registry.enrolling.model import State
from onshi.registry.model import CardKey, Coverage, Person
from onshi.registry.store import members as store


class Member(msgspec.Struct, frozen=True, gc=False):
    """Somebody under one coverage, and what they have that could serve as insurance card.

    `cards` are their certificates of today. `ends_on`: the first day without the registration, withdrawal having been
    asked for; `withdrawn_on`: the same of one that has been carried out.
    """

    person: PersonId
    coverage: int
    starts_on: date
    lost_on: date | None
    cards: tuple[CardKey, ...]
    ends_on: date | None = None
    withdrawn_on: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether `on` is a day of the coverage."""
        return self.starts_on <= on and (self.lost_on is None or on < self.lost_on)


def members_of(tx: Tx, insurer: InsurerNumber, first: date, after: date) -> list[Member]:
    """Whom the insurer insures on a day of [first, after), by person and coverage. Two statements for all of them."""
    asked: dict[int, date] = {}
    done: dict[int, date] = {}
    for person, state, day in store.endings(tx, insurer).iter_rows():
        kept = done if state == State.WITHDRAWN.value else asked
        kept[person] = max(day, kept.get(person, day))
    rows = store.members(tx, insurer, first, after).iter_rows()
    return [
        Member(
            PersonId(person),
            coverage,
            starts_on,
            lost_on,
            tuple(CardKey(row[4], row[5]) for row in cards if row[4] is not None),
            asked.get(person),
            done.get(person),
        )
        for (person, coverage, starts_on, lost_on), cards in groupby(rows, key=lambda row: row[:4])
    ]


def people_with(tx: Tx, people: Collection[PersonId]) -> dict[PersonId, Person]:
    """Those of these people who are known, as known now."""
    return store.people_with(tx, sorted(set(people)))


def coverages_with(tx: Tx, people: Collection[PersonId]) -> list[Coverage]:
    """Every coverage of these people."""
    return store.coverages_with(tx, sorted(set(people)))
