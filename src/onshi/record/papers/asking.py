"""What the papers said, as published by a day: nothing published later is in an answer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from onshi.record.papers import reading
from onshi.record.papers.model import (
    Act,
    Bar,
    InsurerGroup,
    Item,
    Measure,
    MediaItem,
    Method,
    Milestone,
    MinistryStep,
    Path,
    Row,
    Scheme,
    ServantsFigure,
    Track,
)

FIRST_PUBLISHED = date(2019, 9, 3)
_LISTS = {
    "summary": ("summary", "item"),
    "plan": ("plan", "item"),
    "town_hall": ("methods", "town_hall"),
    "model_site": ("methods", "model_site"),
    "points_flow": ("points", "flow"),
    "ministries": ("ministries", "principle"),
    "publicity": ("media", "principle"),
}


def insurer_groups(on: date) -> tuple[InsurerGroup, ...]:
    """The ten kinds of insurers, with persons, bodies, day to be reached and follow-up."""
    return reading.as_known(reading.all_groups(), on)


def public_servants(on: date) -> tuple[InsurerGroup, ...]:
    """The kinds whose members and dependants are all to get a card at once, and by when."""
    return tuple(one for one in insurer_groups(on) if one.is_public_servants)


def servants_figures(on: date) -> tuple[ServantsFigure, ...]:
    """Which figures of the record belong to which public servants."""
    return reading.as_known(reading.all_servants_figures(), on)


def measures(on: date) -> tuple[Measure, ...]:
    """Who does what for whom, by which ways; follow-up among it, marked."""
    return reading.as_known(reading.all_measures(), on)


def media_plan(on: date) -> tuple[MediaItem, ...]:
    """Every piece of publicity, done and planned."""
    return reading.as_known(reading.all_media(), on)


def acts(on: date) -> tuple[Act, ...]:
    """Notices, circulars, meetings, briefings; those ahead are marked as planned."""
    return reading.as_known(reading.all_acts(), on)


def higher_levels(on: date) -> tuple[Path, ...]:
    """Who passes it on to whom."""
    return reading.as_known(reading.all_paths(), on)


def tracks(on: date) -> tuple[Track, ...]:
    """The lines of work of the road map, from the top down."""
    return reading.as_known(reading.all_tracks(), on)


def bars(on: date) -> tuple[Bar, ...]:
    """The tasks of the tracks."""
    return reading.as_known(reading.all_bars(), on)


def milestones(on: date) -> tuple[Milestone, ...]:
    """The dated points of the road map, in the order of their days."""
    found = reading.as_known(reading.all_milestones(), on)
    return tuple(sorted(found, key=lambda one: one.when.last or date.max))


def roadmap_versions(on: date) -> Mapping[str, tuple[Row, ...]]:
    """Every version of every bar and milestone published by a day, the oldest first: nothing is overwritten."""
    rows: tuple[Row, ...] = (*reading.all_bars(), *reading.all_milestones())
    return reading.versions_of(rows, on)


def methods(on: date) -> tuple[Method, ...]:
    """The ways from an application to the card in the hand, with the municipalities named for them."""
    return reading.as_known(reading.all_methods(), on)


def points_timeline(on: date) -> tuple[Scheme, ...]:
    """The payment schemes around the rise of the consumption tax, in their order."""
    return reading.as_known(reading.all_schemes(), on)


def plan_items(on: date) -> tuple[Item, ...]:
    """The points of the plan form (交付円滑化計画), as they are numbered."""
    return listed("plan", on)


def ministries_timetable(on: date) -> tuple[MinistryStep, ...]:
    """The steps that every ministry in charge of an industry plans for; one that is an act has its days."""
    days = {one.code: one.when for one in acts(on)}
    steps = reading.as_known(reading.all_steps(), on)
    return tuple(replace(one, when=days[one.act]) if one.act in days else one for one in steps)


def listed(name: str, on: date) -> tuple[Item, ...]:
    """A numbered list: `summary`, `plan`, `town_hall`, `model_site`, `points_flow`, `ministries`, `publicity`."""
    return reading.as_known(reading.all_items(*_LISTS[name]), on)
