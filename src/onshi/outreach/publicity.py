"""Publicity: what is shown where, how often and when, and how many showings that comes to. Pure.

A showing is one run of a film on one screen, or one page in one issue. How many people see it is in no source, so it is
never computed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from onshi.kernel import Month, month_of


class Medium(StrEnum):
    """Through what it reaches people."""

    TV = "tv"
    RADIO = "radio"
    NEWSPAPER = "newspaper"
    MAGAZINE = "magazine"
    SCREEN = "screen"  # a film on screens in malls, clinics, pharmacies, trains
    WEB_ARTICLE = "web_article"
    WEB_VIDEO = "web_video"
    BANNER = "banner"
    POSTER = "poster"
    LEAFLET = "leaflet"
    OTHER = "other"


_PRINTED = (Medium.NEWSPAPER, Medium.MAGAZINE)
_RUN = (Medium.SCREEN, Medium.TV, Medium.RADIO)


class Status(StrEnum):
    """How far it is."""

    PLANNED = "planned"  # 予定
    ADJUSTING = "adjusting"  # 予定・一部調整中
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Rate:
    """How often, from the lowest to the highest."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.high:
            raise ValueError("a rate is more than nothing, and its ends are in order")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a campaign, as one version; every version stays.

    `sites` are screens or papers, `places` the houses they stand in. `hours` are those a day in which it runs: an
    assumption where a source gives a rate per hour only. `last` is the last day inside; `days` is how many of the days
    it runs, None for all of them. `counted` is how many showings there really were.
    """

    campaign: str
    code: str
    version: int
    medium: Medium
    title_ja: str
    title_en: str
    sites: int | None
    places: int | None
    seconds: int | None
    per_hour: Rate | None
    per_day: Rate | None
    hours: int | None
    first: date | None
    last: date | None
    days: int | None
    issues: tuple[date, ...]
    status: Status
    audience_ja: str
    audience_en: str
    source: str
    reason: str
    known_from: date
    is_rate_about: bool = False
    counted: int | None = None

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError("a run ends on or after its first day")
        if self.last is not None and self.first is None:
            raise ValueError("a run that ends has a first day")
        if self.days is not None and self.span is not None and self.days > self.span:
            raise ValueError("a run has no more days than there are in its span")
        if self.hours is not None and not 0 < self.hours <= 24:
            raise ValueError("a day has 1 to 24 hours")
        if any(one is not None and one < 0 for one in (self.sites, self.places, self.seconds, self.days, self.counted)):
            raise ValueError("a count is not below zero")

    @property
    def span(self) -> int | None:
        """How many days lie between its ends, both included; None where an end is not known."""
        return None if self.first is None or self.last is None else (self.last - self.first).days + 1

    @property
    def key(self) -> tuple[str, str]:
        """What stays the same in every version."""
        return self.campaign, self.code

    def title(self, language: str) -> str:
        """In `ja` or `en`."""
        return self.title_ja if language == "ja" else self.title_en

    def audience(self, language: str) -> str:
        """In `ja` or `en`."""
        return self.audience_ja if language == "ja" else self.audience_en

    @property
    def thing(self) -> str:
        """How the log names it."""
        return f"publicity:{self.campaign}:{self.code}:{self.version}"


class Unit(StrEnum):
    """What is counted; two units are never added."""

    SCREENINGS = "screenings"
    INSERTIONS = "insertions"


class Assumption(StrEnum):
    """What was taken to be so to get a number."""

    EVERY_DAY = "every_day"  # it runs on every day of the span, holidays too
    SOME_DAYS = "some_days"  # on as many days of the span as the source says
    PER_DAY_STATED = "per_day_stated"  # the source's own rate a day
    RATE_ABOUT = "rate_about"  # the source says "about"
    HOURS_ASSUMED = "hours_assumed"  # the rate an hour, in so many hours a day
    EVERY_SITE = "every_site"  # every site runs it all the time
    ONE_AN_ISSUE = "one_an_issue"  # one page in each issue of each paper


class Lack(StrEnum):
    """What is missing to compute it."""

    SITES = "sites"
    RATE = "rate"
    HOURS = "hours"
    DAYS = "days"
    VIEWS = "views"  # of a page or a banner only whoever runs it could tell how often it was opened
    COPIES = "copies"  # of a poster or a leaflet, how many stood where for how long
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True)
class Showings:
    """How many, from the lowest to the highest, and what was assumed. By month it adds up to the whole."""

    unit: Unit
    by_month: Mapping[Month, tuple[int, int]]
    assumptions: tuple[Assumption, ...]

    @property
    def low(self) -> int:
        """At least."""
        return sum(low for low, _ in self.by_month.values())

    @property
    def high(self) -> int:
        """At most."""
        return sum(high for _, high in self.by_month.values())


@dataclass(frozen=True, slots=True)
class CannotTell:
    """No number, and what is missing for one."""

    lacks: tuple[Lack, ...]


def showings(item: Item) -> Showings | CannotTell:
    """How many showings an item comes to: sites x rate a day x days, or papers x issues."""
    if item.status is Status.CANCELLED:
        return CannotTell((Lack.CALLED_OFF,))
    if item.medium in _PRINTED:
        return _insertions(item)
    if item.medium in _RUN:
        return _screenings(item)
    return CannotTell((Lack.COPIES if item.medium in (Medium.POSTER, Medium.LEAFLET) else Lack.VIEWS,))


def _insertions(item: Item) -> Showings | CannotTell:
    if not item.issues:
        return CannotTell((Lack.DAYS,))
    papers = 1 if item.sites is None else item.sites
    found: dict[Month, tuple[int, int]] = {}
    for day in item.issues:
        low, high = found.get(month_of(day), (0, 0))
        found[month_of(day)] = low + papers, high + papers
    return Showings(Unit.INSERTIONS, found, (Assumption.ONE_AN_ISSUE,))


def _screenings(item: Item) -> Showings | CannotTell:
    rate, how = _rate_a_day(item)
    days = _days_run(item)
    lacks = [Lack.SITES] * (item.sites is None)
    lacks += [Lack.RATE if item.per_hour is None else Lack.HOURS] * (rate is None)
    lacks += [Lack.DAYS] * (days is None)
    if rate is None or item.sites is None or days is None:
        return CannotTell(tuple(lacks))
    found = {month: (item.sites * rate.low * count, item.sites * rate.high * count) for month, count in days.items()}
    about = [Assumption.RATE_ABOUT] * item.is_rate_about
    span = Assumption.EVERY_DAY if item.days is None else Assumption.SOME_DAYS
    return Showings(Unit.SCREENINGS, found, (how, *about, span, Assumption.EVERY_SITE))


def _days_run(item: Item) -> dict[Month, int] | None:
    """How many days it runs in each month; None when the days are not known well enough to tell."""
    if item.first is None or item.last is None:
        return None
    if item.days is None:
        return days_by_month(item.first, item.last)
    # Some days of one month are days of that month; which days of several months they are nobody says.
    is_one_month = month_of(item.first) == month_of(item.last)
    return {month_of(item.first): item.days} if is_one_month else None


def _rate_a_day(item: Item) -> tuple[Rate | None, Assumption]:
    if item.per_day is not None:
        return item.per_day, Assumption.PER_DAY_STATED
    if item.per_hour is None or item.hours is None:
        return None, Assumption.HOURS_ASSUMED
    return Rate(item.per_hour.low * item.hours, item.per_hour.high * item.hours), Assumption.HOURS_ASSUMED


def days_by_month(first: date, last: date) -> dict[Month, int]:
    """How many days of the span lie in each month, both ends inside."""
    found: dict[Month, int] = {}
    month = month_of(first)
    while month.first <= last:
        found[month] = (min(last, month.last) - max(first, month.first)).days + 1
        month = month.next
    return found


def with_hours(item: Item, hours: int) -> Item:
    """What if an item whose hours are not known ran for so many hours a day."""
    return item if item.hours is not None or item.per_hour is None else replace(item, hours=hours)


@dataclass(frozen=True, slots=True)
class Sum:
    """What is planned and what was really shown, of one medium. `untold` items could not be computed, `uncounted` were
    done and nobody counted them."""

    medium: Medium
    unit: Unit | None
    items: int
    low: int
    high: int
    untold: int
    done: int
    counted: int
    uncounted: int
    by_month: Mapping[Month, tuple[int, int]]


def by_medium(items: Iterable[Item]) -> tuple[Sum, ...]:
    """The items of each medium together, in the order of the media; what was called off is left out."""
    kept = [one for one in items if one.status is not Status.CANCELLED]
    return tuple(_sum(medium, theirs) for medium in Medium if (theirs := [one for one in kept if one.medium is medium]))


def _sum(medium: Medium, items: list[Item]) -> Sum:
    found = [showings(one) for one in items]
    told = [one for one in found if isinstance(one, Showings)]
    months: dict[Month, tuple[int, int]] = {}
    for one in told:
        for month, (low, high) in one.by_month.items():
            before = months.get(month, (0, 0))
            months[month] = before[0] + low, before[1] + high
    done = [one for one in items if one.status is Status.DONE]
    return Sum(
        medium,
        told[0].unit if told else None,
        len(items),
        sum(one.low for one in told),
        sum(one.high for one in told),
        len(items) - len(told),
        len(done),
        sum(one.counted or 0 for one in done),
        sum(one.counted is None for one in done),
        dict(sorted(months.items())),
    )


def newest(items: Iterable[Item], on: date) -> tuple[Item, ...]:
    """Of each item the last version known on a day, by its days and its code."""
    found: dict[tuple[str, str], Item] = {}
    for one in sorted(items, key=lambda one: one.version):
        if one.known_from <= on:
            found[one.key] = one
    return tuple(sorted(found.values(), key=lambda one: (span_of(one)[0], *one.key)))


def span_of(item: Item) -> tuple[date, date]:
    """The first and the last day on which it is seen; for one without days the day it became known."""
    days = [*item.issues, *(day for day in (item.first, item.last) if day is not None)] or [item.known_from]
    return min(days), max(days)
