"""Counts that leave the room: the four stages by month, and what an employer may see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onshi.kernel import MunicipalityCode

SMALL = 10
"""Fewer people than this are not told apart."""


@dataclass(frozen=True, slots=True)
class StageCount:
    """One municipality's month (202611 for November 2026): 受付, 交付前設定, 通知書送付, 交付."""

    municipality: MunicipalityCode
    month: int
    received: int
    preset: int
    notified: int
    issued: int


@dataclass(frozen=True, slots=True)
class WorkplaceCounts:
    """What an employer sees of the applications that came through it; None where fewer than ten people would show.

    The three are parts of a whole that is not told: a total would give a hidden part away.
    """

    under_way: int | None
    issued: int | None
    ended_otherwise: int | None


def months(first: int, last: int) -> Iterator[int]:
    """Every month from `first` to `last`, both included, as 202611."""
    month = first
    while month <= last:
        yield month
        month += 89 if month % 100 == 12 else 1


def filled(found: Iterable[StageCount], first: int, last: int, wanted: Iterable[MunicipalityCode]) -> list[StageCount]:
    """The series without gaps: a month in which nothing happened is a row of zeros."""
    known = {(one.municipality, one.month): one for one in found}
    places = sorted({place for place, _ in known} | set(wanted))
    return [
        known.get((place, month), StageCount(place, month, 0, 0, 0, 0))
        for place in places
        for month in months(first, last)
    ]


def suppressed(*cells: int) -> tuple[int | None, ...]:
    """The cells with every one under ten hidden; when that hides a single one, the next smallest is hidden too.

    Whoever knows the sum would otherwise read the hidden cell off the others.
    """
    hidden = {place for place, count in enumerate(cells) if count < SMALL}
    if len(hidden) == 1 and len(cells) > 1:
        hidden.add(min((count, place) for place, count in enumerate(cells) if place not in hidden)[1])
    return tuple(None if place in hidden else count for place, count in enumerate(cells))
