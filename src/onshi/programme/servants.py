"""Public servants: who is to hold a card by when, members and dependants apart, and what is known of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from onshi.kernel import Period
from onshi.programme.model import Standing
from onshi.record import Indicator, Point, indicators, papers, points
from onshi.record.papers import InsurerGroup, ServantsFigure

HOLDING = "servants_holding"
NEW_HIRES = "servants_new_hires"
_EVERYBODY = 100.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that was published, and whose it is."""

    point: Point
    meaning: ServantsFigure


@dataclass(frozen=True, slots=True)
class DueState:
    """What is known as of one of the days that are asked about. The last one is the target, the others are looks."""

    due: date
    is_target: bool
    standing: Standing | None
    """UNCOUNTED: the day is over and nothing is known of it. None for a look of which a figure is known."""
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class ServantsPart:
    """The members of one kind, or their dependants."""

    group: InsurerGroup
    is_dependants: bool
    persons: int
    states: tuple[DueState, ...]


@dataclass(frozen=True, slots=True)
class ServantsStatus:
    """Every kind of public servants on a day, and every figure known by then."""

    on: date
    parts: tuple[ServantsPart, ...]
    figures: tuple[Figure, ...]
    new_hires: Indicator
    """How new hires who hold a card are counted. No figure of it is known."""


def public_servants_on(day: date) -> ServantsStatus:
    """Public servants as known on a day: members and dependants apart, against the days that are due."""
    figures = _figures(day)
    parts = [
        ServantsPart(group, is_dependants, persons, _states(group, figures, on=day, is_dependants=is_dependants))
        for group in papers.public_servants(day)
        for is_dependants, persons in ((False, group.insured or 0), (True, group.dependants or 0))
    ]
    counted = next(one for one in indicators() if one.name == NEW_HIRES)
    return ServantsStatus(day, tuple(parts), figures, counted)


def _figures(day: date) -> tuple[Figure, ...]:
    meanings = {one.part: one for one in papers.servants_figures(day)}
    known = [one for one in points() if one.indicator == HOLDING and one.on <= day and one.part in meanings]
    return tuple(Figure(one, meanings[one.part]) for one in known)


def _states(group: InsurerGroup, figures: Sequence[Figure], *, on: date, is_dependants: bool) -> tuple[DueState, ...]:
    own = [
        one
        for one in figures
        if one.meaning.group == group.code and one.meaning.is_dependants is is_dependants and one.meaning.is_whole_group
    ]
    *looks, last = group.follow_up_on
    return (
        *(DueState(due, False, _look(figure, due, on=on), figure) for due in looks for figure in [_as_of(own, due)]),
        DueState(last, True, judge(_as_of(own, last), last, on=on), _as_of(own, last)),
    )


def _as_of(figures: Sequence[Figure], due: date) -> Figure | None:
    return next((one for one in figures if one.point.on == due), None)


def _look(figure: Figure | None, due: date, *, on: date) -> Standing | None:
    if figure is not None:
        return None
    return Standing.OPEN if on <= due else Standing.UNCOUNTED


def judge(figure: Figure | None, due: date, *, on: date) -> Standing:
    """Whether everybody holds a card by the day that is due.

    A figure that counts those who applied as well can show that it was missed, and never that it was met.
    """
    if figure is None or figure.point.percent is None:
        return Standing.OPEN if on <= due else Standing.UNCOUNTED
    if figure.point.percent < _EVERYBODY:
        return Standing.MISSED
    return Standing.MET if figure.meaning.includes_applied is False else Standing.UNCOUNTED


# -- New hires ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hire:
    """Somebody hired, without a name: the day, and when they held a card."""

    hired_on: date
    held: Period | None


@dataclass(frozen=True, slots=True)
class NewHires:
    """How many of those hired held a card on their first day."""

    hired: int
    holding: int

    @property
    def percent(self) -> float | None:
        """None when nobody was hired: that is no zero."""
        return 100 * self.holding / self.hired if self.hired else None


def count_new_hires(hires: Iterable[Hire], within: Period) -> NewHires:
    """Those hired within a period, and those of them who held a card on the very day."""
    found = [one for one in hires if one.hired_on in within]
    return NewHires(len(found), sum(one.held is not None and one.hired_on in one.held for one in found))
