"""How many cards a month's windows can hand out, what holds them back, and which smallest change would do. Pure.

A case needs a window, staff and a terminal at once, so the scarcest of the three decides. The terminals also serve who
moves in, and the setting up of cards before (交付前設定); both come first. Whole numbers only: more of anything never
gives less.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec.structs import replace

from onshi.kernel import Dated, Entry, Month
from onshi.plans.model import Content, Place, Site, Stages

_MOST_ADDED = 200
_MOST_EVENINGS = 23
_HUNDRED = 100
_MOVES_UNIT = 10_000


class Resource(StrEnum):
    """What a case needs."""

    WINDOWS = "windows"
    STAFF = "staff"
    TERMINALS = "terminals"


@dataclass(frozen=True, slots=True)
class Parameters:
    """The dated figures of `capacity.toml` as they hold in a month."""

    minutes_per_case: int
    minutes_per_preset: int
    minutes_per_move: int
    moves_per_10000: int
    moves_busy_percent: int
    availability_percent: int
    staff_per_window: int
    busy_months: tuple[int, ...]
    slow_hours: tuple[tuple[time, time], ...]
    slow_percent: int
    slow_busy_percent: int
    evening_minutes: int


@dataclass(frozen=True, slots=True)
class SiteCapacity:
    """What one site can hand out in a month; the minutes it has of each resource, those of terminals after moves and
    setting up."""

    site: Site
    cards: int
    minutes: dict[Resource, int]
    scarcest: Resource


@dataclass(frozen=True, slots=True)
class MonthCapacity:
    """What all sites can hand out in a month. `unmet_minutes`: what moves and setting up need of terminals beyond those
    there are."""

    month: Month
    sites: tuple[SiteCapacity, ...]
    unmet_minutes: int

    @property
    def cards(self) -> int:
        """Cards in the month."""
        return sum(one.cards for one in self.sites)

    @property
    def scarcest(self) -> Resource | None:
        """What holds the largest site back; None without a site."""
        return None if not self.sites else max(self.sites, key=lambda one: one.site.windows).scarcest


@dataclass(frozen=True, slots=True)
class Remedy:
    """The fewest windows, staff and terminals to add at one site, or the fewest more evenings there; None where no
    number of that kind would do."""

    site: Site
    windows: int
    staff: int
    terminals: int
    evenings: int | None


@cache
def dated_parameters() -> dict[str, Dated[Any]]:
    """The table: name → value, by day."""
    table = tomllib.loads((files("onshi.plans") / "capacity.toml").read_text(encoding="utf-8"))
    return {
        name: Dated(Entry(row["since"], row["value"], row["source"]) for row in rows) for name, rows in table.items()
    }


@cache
def parameters_on(day: date) -> Parameters:
    """The figures that hold on the day."""
    found = {name: dated.on(day) for name, dated in dated_parameters().items()}
    hours = tuple((time.fromisoformat(first), time.fromisoformat(last)) for first, last in found["slow_hours"])
    return Parameters(**(found | {"slow_hours": hours, "busy_months": tuple(found["busy_months"])}))


def capacity_of(content: Content, month: Month, stages: Stages, *, residents: int) -> MonthCapacity:
    """What the sites of the plan can hand out in the month while as many cards as `stages` says are set up."""
    given = parameters_on(month.first)
    per_case = content.minutes_per_case or given.minutes_per_case
    sites = [one for one in content.sites if one.is_open(month)]
    terminals = [_terminal_minutes(one, month, given) for one in sites]
    moves = _moves(content, month, residents, given) * given.minutes_per_move
    fixed = [0 if one.kind is Place.TEMPORARY else minutes for one, minutes in zip(sites, terminals, strict=True)]
    fixed_left, unmet_moves = _after(fixed, moves)
    left = [left + whole - part for left, whole, part in zip(fixed_left, terminals, fixed, strict=True)]
    left, unmet_presets = _after(left, stages.preset * given.minutes_per_preset)
    found = (_site_capacity(one, minutes, per_case, given) for one, minutes in zip(sites, left, strict=True))
    return MonthCapacity(month, tuple(found), unmet_moves + unmet_presets)


def _site_capacity(site: Site, terminal_minutes: int, per_case: int, given: Parameters) -> SiteCapacity:
    hours = _open_minutes(site)
    minutes = {
        Resource.WINDOWS: site.windows * hours,
        Resource.STAFF: site.staff * hours // given.staff_per_window,
        Resource.TERMINALS: terminal_minutes,
    }
    scarcest = min(minutes, key=lambda one: minutes[one])
    cards = minutes[scarcest] * given.availability_percent // (_HUNDRED * per_case)
    return SiteCapacity(site, cards, minutes, scarcest)


def _minutes_between(first: time, last: time) -> int:
    return max(0, (last.hour - first.hour) * 60 + last.minute - first.minute)


def _open_minutes(site: Site) -> int:
    """Minutes that one window is open in a month, evenings and weekends counted."""
    extra = site.weekends * site.weekend_minutes + site.evenings * site.evening_minutes
    return site.days * _minutes_between(site.opens, site.closes) + extra


def _terminal_minutes(site: Site, month: Month, given: Parameters) -> int:
    """Minutes of all terminals of a site; a minute of a slow hour is not a whole one."""
    slow = sum(_minutes_between(max(first, site.opens), min(last, site.closes)) for first, last in given.slow_hours)
    is_busy = month.number in given.busy_months
    lost = _HUNDRED - (given.slow_busy_percent if is_busy else given.slow_percent)
    return site.terminals * (_open_minutes(site) * _HUNDRED - site.days * slow * lost) // _HUNDRED


def _moves(content: Content, month: Month, residents: int, given: Parameters) -> int:
    average = content.moves if content.moves is not None else residents * given.moves_per_10000 // _MOVES_UNIT
    return average * given.moves_busy_percent // _HUNDRED if month.number in given.busy_months else average


def _after(minutes: Sequence[int], wanted: int) -> tuple[list[int], int]:
    """What is left of each when `wanted` is taken from all of them in proportion, and what could not be taken."""
    whole = sum(minutes)
    if wanted >= whole:
        return [0 for _ in minutes], wanted - whole
    return [one * (whole - wanted) // whole for one in minutes], 0


def remedy_of(content: Content, month: Month, stages: Stages, *, residents: int) -> Remedy | None:
    """The smallest change at the main site with which the month's cards can be handed out; None when they can be
    anyway, or nothing at one site would do.

    Adding one of what is scarcest, again and again, adds no more of anything than is needed, because each of the three
    has to be enough by itself.
    """
    place = _main_site(content, month)
    if place is None or _is_enough(content, month, stages, residents):
        return None
    start, changed = content.sites[place], content
    for _ in range(_MOST_ADDED):
        capacity = capacity_of(changed, month, stages, residents=residents)
        if capacity.cards >= stages.issued and not capacity.unmet_minutes:
            break
        site = changed.sites[place]
        here = next(one for one in capacity.sites if one.site is site)
        scarce = Resource.TERMINALS if capacity.unmet_minutes else here.scarcest
        changed = _with(changed, place, replace(site, **{scarce.value: getattr(site, scarce.value) + 1}))
    else:
        return None
    end = changed.sites[place]
    evenings = _evenings(content, place, month, stages, residents)
    added = (end.windows - start.windows, end.staff - start.staff, end.terminals - start.terminals)
    return Remedy(start, *added, evenings)


def _main_site(content: Content, month: Month) -> int | None:
    """The place of the open site with the most windows, the first of equal ones."""
    found = [place for place, one in enumerate(content.sites) if one.is_open(month) and _open_minutes(one)]
    return max(found, key=lambda place: content.sites[place].windows) if found else None


def _is_enough(content: Content, month: Month, stages: Stages, residents: int) -> bool:
    capacity = capacity_of(content, month, stages, residents=residents)
    return capacity.cards >= stages.issued and not capacity.unmet_minutes


def _evenings(content: Content, place: int, month: Month, stages: Stages, residents: int) -> int | None:
    """How many more evenings would do; None when every weekday is not enough."""
    site = content.sites[place]
    minutes = site.evening_minutes or parameters_on(month.first).evening_minutes
    for more in range(1, _MOST_EVENINGS - site.evenings + 1):
        longer = replace(site, evenings=site.evenings + more, evening_minutes=minutes)
        if _is_enough(_with(content, place, longer), month, stages, residents):
            return more
    return None


def _with(content: Content, place: int, site: Site) -> Content:
    sites = (*content.sites[:place], site, *content.sites[place + 1 :])
    return replace(content, sites=sites)
