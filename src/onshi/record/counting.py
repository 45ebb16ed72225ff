"""The record as it was known on a day."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from onshi.record.areas import towns
from onshi.record.errors import BeforeRecord
from onshi.record.model import Area, Count, Indicator, Point, Record, Target
from onshi.record.reading import indicators, points, record, targets


def last_date() -> date:
    """The last day the record knows."""
    return record().dates[-1]


def known_dates(on: date, held: Record | None = None) -> tuple[date, ...]:
    """The days of the counts known on `on`; of the public record, unless another is `held`. BeforeRecord."""
    found = held or record()
    return found.dates[: _known(found, on)]


def _known(held: Record, on: date) -> int:
    """How many counts were known. BeforeRecord."""
    found = bisect_right(held.dates, on)
    if not found:
        raise BeforeRecord(first=held.dates[0].isoformat())
    return found


def counts_of(area: Area, on: date, *, last: int | None = None, held: Record | None = None) -> tuple[Count, ...]:
    """The series of an area as known on `on`, or only its `last` counts; of the public record, unless another is
    `held`. BeforeRecord."""
    held = held or record()
    end = _known(held, on)
    issued, residents = held.issued[area.code], held.residents[area.code]
    return tuple(
        Count(
            on=held.dates[place],
            issued=issued[place],
            base=held.bases[held.base_of[place]],
            residents=residents[held.base_of[place]],
            is_rebased=place > 0 and held.base_of[place] != held.base_of[place - 1],
        )
        for place in range(0 if last is None else max(0, end - last), end)
    )


@lru_cache(maxsize=64)
def last_counts(on: date) -> tuple[tuple[Area, Count], ...]:
    """The last count of every municipality known on `on`. BeforeRecord."""
    return tuple((area, counts_of(area, on, last=1)[0]) for area in towns())


def in_force(versions: Iterable[Target], on: date) -> tuple[Target, ...]:
    """Of each target the last version published by `on`, in the order of their days; later ones are not known."""
    found: dict[str, Target] = {}
    for one in sorted(versions, key=lambda one: (one.known_from, one.version)):
        if one.known_from <= on:
            found[one.name] = one
    return tuple(sorted(found.values(), key=lambda one: (one.due, one.name)))


def targets_on(on: date, indicator: str) -> tuple[Target, ...]:
    """The targets of an indicator as published by `on`."""
    return tuple(one for one in in_force(targets(), on) if one.indicator == indicator)


def points_on(on: date) -> tuple[Point, ...]:
    """The single figures known on `on`: of each indicator and part the last; several may share a day."""
    last = {(one.indicator, one.part): one for one in points() if one.on <= on}
    return tuple(last.values())


def definitions_on(on: date) -> tuple[Indicator, ...]:
    """How each indicator is counted on a day: its last version that had begun."""
    found = {one.name: one for one in sorted(indicators(), key=lambda one: one.version) if one.since <= on}
    return tuple(found.values())


def redefinitions(name: str, first: date, last: date) -> tuple[Indicator, ...]:
    """The later versions of an indicator that begin between two days: from there on it moves without an event."""
    return tuple(one for one in indicators() if one.name == name and one.version > 1 and first < one.since <= last)
