"""On which days a kind of organisation reports, by when, and who is late. Pure."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from onshi.kernel import Moment, Quarter, fiscal_year, japan_day
from onshi.outreach.errors import NotAPeriod
from onshi.outreach.model import Report
from onshi.outreach.named import named_days
from onshi.outreach.organisations import kinds_below

_QUARTERS = {"quarter": (1, 2, 3, 4), "half": (2, 4)}


@dataclass(frozen=True, slots=True)
class Due:
    """A report tells how things stood at the end of `as_of`; it is late when it comes after `by`."""

    as_of: date
    by: date


class Arrival(StrEnum):
    """How a report that is expected stands on a day."""

    AHEAD = "ahead"  # its day has not come
    OPEN = "open"  # it may be sent, and is not late yet
    MISSING = "missing"  # late, and not there
    SENT = "sent"
    SENT_LATE = "sent_late"


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((files("onshi.outreach") / "reporting.toml").read_text(encoding="utf-8"))


def _every(kind: str, on: date) -> str:
    rows = [one for one in _table()["rhythm"] if one["from"] <= on and (one["kinds"] == "all" or kind in one["kinds"])]
    if not rows:
        raise NotAPeriod
    found: str = rows[-1]["every"]
    return found


def _within(name: str, on: date) -> timedelta:
    rows = [one for one in _table()[name] if one["from"] <= on]
    if not rows:
        raise NotAPeriod
    return timedelta(days=rows[-1]["days"])


@lru_cache(maxsize=1_000)
def dues_of(kind: str, year: int) -> tuple[Due, ...]:
    """The reports of a fiscal year: on the days the papers name for the kind, otherwise at the ends of quarters or
    half years; none before the table begins."""
    try:
        days = named_days(kind, year) or [Quarter(year, one).last for one in _QUARTERS[_every(kind, date(year, 4, 1))]]
        return tuple(Due(day, day + _within("within", day)) for day in days)
    except NotAPeriod:
        return ()


def due_on(kind: str, as_of: date) -> Due:
    """The report of a day. NotAPeriod."""
    for one in dues_of(kind, fiscal_year(as_of)):
        if one.as_of == as_of:
            return one
    raise NotAPeriod


def summary_dues(ministry: str, year: int) -> tuple[Due, ...]:
    """The days of which a ministry sums up: those of any kind below it."""
    kinds = kinds_below(ministry, Quarter(year, 4).last)
    days = sorted({due.as_of for kind in kinds for due in dues_of(kind, year)})
    return tuple(Due(day, day + _within("within_summary", day)) for day in days)


def arrival(due: Due, first_sent_at: Moment | None, on: date) -> Arrival:
    """How a report stands on a day, by when its first version was sent: a correction does not make it late."""
    if first_sent_at is not None and japan_day(first_sent_at) <= on:
        return Arrival.SENT if japan_day(first_sent_at) <= due.by else Arrival.SENT_LATE
    if on < due.as_of:
        return Arrival.AHEAD
    return Arrival.OPEN if on <= due.by else Arrival.MISSING


@dataclass(frozen=True, slots=True)
class Expected:
    """A report that is expected of somebody, and how it stands."""

    owner: str
    kind: str
    due: Due
    arrival: Arrival
    report: Report | None


def expected_of(owner: str, kind: str, year: int, reports: Iterable[Report], on: date) -> tuple[Expected, ...]:
    """Each report of a year with the last version sent of it. `reports` are the owner's, every version."""
    sent = sorted((one for one in reports if one.sent_at is not None), key=lambda one: one.version)
    found = []
    for due in dues_of(kind, year):
        theirs = [one for one in sent if one.as_of == due.as_of and one.sent_at and japan_day(one.sent_at) <= on]
        first = theirs[0].sent_at if theirs else None
        found.append(Expected(owner, kind, due, arrival(due, first, on), theirs[-1] if theirs else None))
    return tuple(found)
