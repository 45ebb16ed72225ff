"""Where the bars of the four milestones stand, in the units of the drawing. Pure; styles colour them."""

from collections.abc import Sequence
from dataclasses import dataclass

from onshi.facilities import Milestone
from onshi.facilities.counting import Tally

_LEFT, _WIDTH, _RIGHT = 190, 480, 90
_TOP, _ROW, _BAR = 6, 34, 22


@dataclass(frozen=True, slots=True)
class Bar:
    """One milestone of one part: as long as its share of all facilities of the part."""

    y: int
    width: float
    count: int
    share: float
    step: int


@dataclass(frozen=True, slots=True)
class Row:
    """A part with its bars, one on top of the other: the shorter one is a part of the longer."""

    name: str
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """The whole drawing."""

    width: int
    height: int
    left: int
    full: int
    bar: int
    rows: tuple[Row, ...]


def bars(parts: Sequence[tuple[str, Tally]]) -> Bars:
    """The drawing of some parts; one without facilities has no bars."""
    tops = range(_TOP, _TOP + _ROW * len(parts), _ROW)
    rows = tuple(Row(name, y, _bars(tally, y)) for y, (name, tally) in zip(tops, parts, strict=True))
    return Bars(_LEFT + _WIDTH + _RIGHT, len(parts) * _ROW + 8, _LEFT, _WIDTH, _BAR, rows)


def _bars(tally: Tally, y: int) -> tuple[Bar, ...]:
    if not tally.facilities:
        return ()
    return tuple(
        Bar(y, round(_WIDTH * share / 100, 1), tally.reached[milestone], share, step)
        for step, milestone in zip((1, 2, 4, 6), Milestone, strict=True)
        if (share := tally.share(milestone)) is not None
    )
