"""Where everything of a Gantt chart stands, in the units of its drawing. Pure; a template draws it, styles colour it.

Rows of bars over fiscal quarters. A bar whose beginning or end nobody gave is drawn over all the time in which it could
lie, marked as open: templates hatch it, and the table beside the chart says it in words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from onshi.kernel import ONE_DAY, Quarter

_WIDTH, _LEFT, _RIGHT = 1160, 410, 14
_HEAD = 44
_LINE, _ROOM = 16, 9
_BAR, _MARK, _MARK_MORE = 14, 20, 16
_THIN = 4.0  # a single day is still seen
_LABEL_UNITS = 30.0
_NARROW = 0.56  # how wide a Latin letter is, where a Japanese one is 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """A bar: days, both included. None where an end is not known; `bound` is the last day it can have then."""

    first: date | None
    last: date | None
    bound: date | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """A dated point with the number under which a table explains it."""

    day: date
    number: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the chart; a heading has neither bars nor pins of its own kind, but may carry pins."""

    label: str
    stretches: tuple[Stretch, ...] = ()
    pins: tuple[Pin, ...] = ()
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A bar as it is drawn. Open: that end is not known."""

    x: float
    y: float
    width: float
    height: float
    is_open: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Pins that stand so near each other that they share one mark."""

    x: float
    y: float
    width: float
    height: float
    numbers: tuple[int, ...]
    label: str

    @property
    def text(self) -> str:
        """The numbers as they stand in the mark."""
        return "·".join(map(str, self.numbers))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A row as it is drawn: its label in lines, its bars and marks."""

    y: float
    height: float
    lines: tuple[tuple[float, str], ...]
    boxes: tuple[Box, ...]
    marks: tuple[Mark, ...]
    is_heading: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A fiscal year or a quarter of it in the head of the chart."""

    x: float
    width: float
    quarter: Quarter


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole drawing."""

    width: int
    height: float
    left: float
    right: float
    years: tuple[Column, ...]
    quarters: tuple[Column, ...]
    rows: tuple[Drawn, ...]
    has_open: bool
    has_marks: bool


def chart(lines: Sequence[Line], first: Quarter, last: Quarter) -> Chart:
    """The drawing of rows from the beginning of one fiscal quarter to the end of another; what lies outside is cut."""
    start, days = first.first, (last.last - first.first).days + 1
    inner = _WIDTH - _LEFT - _RIGHT

    def across(day: date) -> float:
        share = min(max((day - start).days, 0), days) / days
        return round(_LEFT + inner * share, 1)

    rows: list[Drawn] = []
    top = float(_HEAD)
    for line in lines:
        rows.append(_drawn(line, top, across, (start, last.last)))
        top += rows[-1].height
    quarters = _quarters(first, last, across)
    return Chart(
        width=_WIDTH,
        height=top + 6,
        left=_LEFT,
        right=_WIDTH - _RIGHT,
        years=_years(quarters),
        quarters=quarters,
        rows=tuple(rows),
        has_open=any(box.is_open for row in rows for box in row.boxes),
        has_marks=any(row.marks for row in rows),
    )


def months_of(quarter: Quarter, language: str) -> str:
    """The months of a quarter as a head has them: 4～6月, Apr–Jun."""
    if language == "ja":
        return f"{quarter.first.month}～{quarter.last.month}月"
    return ("Apr–Jun", "Jul–Sep", "Oct–Dec", "Jan–Mar")[quarter.number - 1]


def _drawn(line: Line, top: float, across: Callable[[date], float], frame: tuple[date, date]) -> Drawn:
    words = wrapped(line.label, _LABEL_UNITS)
    height = len(words) * _LINE + _ROOM
    middle = top + height / 2
    first = middle - (len(words) - 1) * _LINE / 2 + 5
    boxes = tuple(box for one in line.stretches if (box := _box(one, middle - _BAR / 2, across, frame)) is not None)
    return Drawn(
        y=top,
        height=height,
        lines=tuple((first + place * _LINE, text) for place, text in enumerate(words)),
        boxes=boxes,
        marks=_marks(line.pins, middle - _MARK / 2, across, frame),
        is_heading=line.is_heading,
    )


def _box(one: Stretch, y: float, across: Callable[[date], float], frame: tuple[date, date]) -> Box | None:
    begin = one.first or frame[0]
    end = one.last or one.bound or frame[1]
    if end < frame[0] or begin > frame[1]:
        return None
    x = across(begin)
    width = max(_THIN, round(across(end + ONE_DAY) - x, 1))
    return Box(x, y, width, _BAR, one.first is None or one.last is None)


def _marks(
    pins: Sequence[Pin], y: float, across: Callable[[date], float], frame: tuple[date, date]
) -> tuple[Mark, ...]:
    near: list[tuple[float, list[Pin]]] = []
    for one in sorted((one for one in pins if frame[0] <= one.day <= frame[1]), key=lambda one: (one.day, one.number)):
        x = across(one.day + ONE_DAY)
        if near and x - near[-1][0] < _MARK + _MARK_MORE * (len(near[-1][1]) - 1):
            near[-1][1].append(one)
        else:
            near.append((x, [one]))
    return tuple(_mark(x, y, found, across(frame[1] + ONE_DAY)) for x, found in near)


def _mark(x: float, y: float, pins: Sequence[Pin], right: float) -> Mark:
    numbers = tuple(one.number for one in pins)
    width = _MARK + _MARK_MORE * (len(pins) - 1)
    # The first and the last stand within the frame, or what they say would be cut off or lie on the labels.
    left = max(_LEFT, min(x - width / 2, right - width))
    return Mark(round(left, 1), y, width, _MARK, numbers, "; ".join(one.label for one in pins if one.label))


def _quarters(first: Quarter, last: Quarter, across: Callable[[date], float]) -> tuple[Column, ...]:
    found: list[Column] = []
    one = first
    while one <= last:
        x = across(one.first)
        found.append(Column(x, round(across(one.next.first) - x, 1), one))
        one = one.next
    return tuple(found)


def _years(quarters: Sequence[Column]) -> tuple[Column, ...]:
    found: list[Column] = []
    for one in quarters:
        if found and found[-1].quarter.year == one.quarter.year:
            found[-1] = Column(found[-1].x, round(one.x + one.width - found[-1].x, 1), found[-1].quarter)
        else:
            found.append(one)
    return tuple(found)


def wrapped(label: str, most: float) -> tuple[str, ...]:
    """A label in lines of about `most` Japanese letters: Latin ones are broken at blanks, others anywhere."""
    is_latin = sum(sign < "⺀" for sign in label) * 2 > len(label)
    parts, joint = (label.split(" "), " ") if is_latin else (list(label), "")
    lines = [parts[0]]
    for part in parts[1:]:
        longer = lines[-1] + joint + part
        if _units(longer) <= most:
            lines[-1] = longer
        else:
            lines.append(part)
    return tuple(lines)


def _units(text: str) -> float:
    return sum(_NARROW if sign < "⺀" else 1.0 for sign in text)
