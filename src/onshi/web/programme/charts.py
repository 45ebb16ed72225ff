"""Where everything of a chart stands, in the units of its drawing. Pure; templates draw it and styles colour it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians, sqrt

from onshi.programme import Funnel, Standing, Step, Verdict
from onshi.record import Area, Count

# The lower ends of the steps of a rate, in per cent. The same on every date, so that two dates can be compared.
STEPS = (0, 10, 15, 20, 25, 30, 40)
_WIDTH, _HEIGHT = 760, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 34, 34
_GRID_LINES = 5
_TILE = 60
_MAP_WIDTH, _MARGIN = 760, 12
_STAGE_NAMES, _WAITING, _BAR, _BETWEEN = 270, 150, 30, 12
_MIDDLE_LATITUDE = 36.0  # where a degree of longitude is drawn as long as it is


def step_of(rate: float) -> int:
    """Which step of colour a rate has; what is over the last one has the last."""
    return max(place for place, low in enumerate(STEPS) if rate >= low)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a place across, with what it means."""

    x: float
    day: date


@dataclass(frozen=True, slots=True)
class Aim:
    """The range of a target at the day that is due."""

    x: float
    top: float
    bottom: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Series:
    """Cards issued over time, the range of the targets, and where the base of residents changed."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    line: str
    dots: tuple[tuple[float, float, Count], ...]
    band: str
    aims: tuple[Aim, ...]
    rebased: tuple[Mark, ...]
    redefined: tuple[Mark, ...]
    """Where another version of how it is counted begins."""
    years: tuple[Mark, ...]
    grid: tuple[tuple[float, int], ...]


def series(counts: Sequence[Count], verdicts: Iterable[Verdict], redefined: Iterable[date] = ()) -> Series:
    """The drawing of one area's counts and targets."""
    aims = [one for one in verdicts if one.low is not None and one.high is not None]
    first, last = counts[0].on, max([counts[-1].on, *(one.target.due for one in aims)])
    step = _round_step(max([counts[-1].issued, *(one.high or 0 for one in aims)]) / _GRID_LINES)
    days = max(1, (last - first).days)
    inner_width, inner_height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def across(day: date) -> float:
        return round(_LEFT + inner_width * (day - first).days / days, 1)

    def up(cards: int) -> float:
        return round(_HEIGHT - _BOTTOM - inner_height * cards / (step * _GRID_LINES), 1)

    dots = tuple((across(one.on), up(one.issued), one) for one in counts)
    shown = tuple(Aim(across(one.target.due), up(one.high or 0), up(one.low or 0), one) for one in aims)
    edge = [*((one.x, one.top) for one in shown), *((one.x, one.bottom) for one in reversed(shown))]
    return Series(
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        right=_WIDTH - _RIGHT,
        top=_TOP,
        bottom=_HEIGHT - _BOTTOM,
        line=_points((x, y) for x, y, _ in dots),
        dots=dots,
        band=_points(edge) if len(shown) > 1 else "",
        aims=shown,
        rebased=tuple(Mark(across(one.on), one.base) for one in counts if one.is_rebased),
        redefined=tuple(Mark(across(day), day) for day in redefined),
        years=tuple(
            Mark(across(day), day)
            for day in (date(year, 1, 1) for year in range(first.year + 1, last.year + 1))
            if day <= last
        ),
        grid=tuple((up(place * step), place * step) for place in range(_GRID_LINES + 1)),
    )


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)


def _round_step(least: float) -> int:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `least`; at least one."""
    power = 1
    while power * 10 < least:
        power *= 10
    return next(step for step in (power, 2 * power, 5 * power // 2, 5 * power, 10 * power) if step >= max(1.0, least))


@dataclass(frozen=True, slots=True)
class Tile:
    """One prefecture in the grid."""

    x: int
    y: int
    area: Area
    count: Count
    step: int


def tile_grid(counts: Iterable[tuple[Area, Count]], places: dict[str, tuple[int, int]]) -> tuple[int, int, list[Tile]]:
    """Width, height and tiles."""
    found = [
        Tile(places[area.code][0] * _TILE, places[area.code][1] * _TILE, area, count, step_of(count.rate))
        for area, count in counts
    ]
    return max(one.x for one in found) + _TILE, max(one.y for one in found) + _TILE, found


@dataclass(frozen=True, slots=True)
class Bubble:
    """One municipality at its place, its area as large as its residents are many."""

    x: float
    y: float
    radius: float
    area: Area
    count: Count
    step: int


def bubble_map(
    counts: Iterable[tuple[Area, Count]], places: dict[str, tuple[float, float]]
) -> tuple[int, int, list[Bubble]]:
    """Width, height and bubbles, the large ones first so that they hide no small one."""
    largest_first = sorted(counts, key=lambda one: (-one[1].residents, one[0].code))
    flat = {code: (east * cos(radians(_MIDDLE_LATITUDE)), -north) for code, (east, north) in places.items()}
    west, north = min(x for x, _ in flat.values()), min(y for _, y in flat.values())
    east, south = max(x for x, _ in flat.values()), max(y for _, y in flat.values())
    scale = (_MAP_WIDTH - 2 * _MARGIN) / (east - west)
    found = [
        Bubble(
            x=round(_MARGIN + (flat[area.code][0] - west) * scale, 1),
            y=round(_MARGIN + (flat[area.code][1] - north) * scale, 1),
            radius=round(max(1.2, sqrt(count.residents) / 110), 1),
            area=area,
            count=count,
            step=step_of(count.rate),
        )
        for area, count in largest_first
    ]
    return _MAP_WIDTH, round((south - north) * scale) + 2 * _MARGIN, found


@dataclass(frozen=True, slots=True)
class Bar:
    """One stage, and beside it how many of the stage before have not come so far."""

    y: int
    height: int
    width: float
    gap_width: float
    step: Step


@dataclass(frozen=True, slots=True)
class FunnelChart:
    """The stages one below the other, each as long as it is large."""

    width: int
    height: int
    left: int
    on: date
    bars: tuple[Bar, ...]


def funnel_chart(funnel: Funnel) -> FunnelChart:
    """The drawing of a funnel."""
    inner = _WIDTH - _STAGE_NAMES - _WAITING
    most = max([1, *(one.count for one in funnel.steps)])
    bars = tuple(
        Bar(
            y=place * (_BAR + _BETWEEN),
            height=_BAR,
            width=round(inner * one.count / most, 1),
            gap_width=round(inner * max(0, one.gap or 0) / most, 1),
            step=one,
        )
        for place, one in enumerate(funnel.steps)
    )
    return FunnelChart(_WIDTH, len(bars) * (_BAR + _BETWEEN), _STAGE_NAMES, funnel.on, bars)


def tone_of(standing: Standing) -> str:
    """The tone of a badge."""
    tones = {Standing.MET: "good", Standing.MISSED: "bad", Standing.UNCOUNTED: "care"}
    return tones.get(standing, "open")
