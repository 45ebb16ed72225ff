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
    figures: tuple[Figure, ...]
    """Those of all of them; a figure of some judges nothing."""
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
        ServantsPart(group, is_dependants, persons, own, _states(group, own, on=day))
        for group in papers.public_servants(day)
        for is_dependants, persons in ((False, group.insured or 0), (True, group.dependants or 0))
        for own in [_of_all(group, figures, is_dependants=is_dependants)]
    ]
    counted = next(one for one in indicators() if one.name == NEW_HIRES)
    return ServantsStatus(day, tuple(parts), figures, counted)


def _figures(day: date) -> tuple[Figure, ...]:
    meanings = {one.part: one for one in papers.servants_figures(day)}
    known = [one for one in points() if one.indicator == HOLDING and one.on <= day and one.part in meanings]
    return tuple(Figure(one, meanings[one.part]) for one in known)


def _of_all(group: InsurerGroup, figures: Sequence[Figure], *, is_dependants: bool) -> tuple[Figure, ...]:
    wanted = (group.code, is_dependants, True)
    return tuple(
        one for one in figures if (one.meaning.group, one.meaning.is_dependants, one.meaning.is_whole_group) == wanted
    )


def _states(group: InsurerGroup, own: Sequence[Figure], *, on: date) -> tuple[DueState, ...]:
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


def deciding(figures: Sequence[Figure], due: date) -> Figure | None:
    """The first figure as of the day that is due or later; until there is one, the last."""
    return next((one for one in figures if one.point.on >= due), figures[-1] if figures else None)


def judge(figure: Figure | None, due: date, *, on: date) -> Standing:
    """Whether everybody holds a card by the day that is due.

    A later figure that falls short shows that it was missed: cards held by staff do not become fewer. One that counts
    those who applied as well, or a later one, never shows that it was met.
    """
    if figure is None or figure.point.percent is None or figure.point.on < due:
        return Standing.OPEN if on <= due else Standing.UNCOUNTED
    if figure.point.percent < _EVERYBODY:
        return Standing.MISSED
    is_shown = figure.point.on == due and figure.meaning.includes_applied is False
    return Standing.MET if is_shown else Standing.UNCOUNTED


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
