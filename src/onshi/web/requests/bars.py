"""The bars of reach: each level in parts, in the units of the drawing. Pure; templates draw them."""

from collections.abc import Iterable
from dataclasses import dataclass

from onshi.requests.model import LevelReach

WIDTH, _HEIGHT, _GAP = 720, 20, 12
_LABEL = 20  # what stands above a bar
# From dark to light: the same steps of one colour as everywhere, and the table has the numbers.
STEPS = {"acknowledged": 6, "waiting": 4, "late": 2, "unknown": 0}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar."""

    name: str
    number: int
    x: float
    width: float
    step: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One level."""

    level: LevelReach
    y: int
    parts: tuple[Part, ...]


def bars(levels: Iterable[LevelReach]) -> tuple[int, int, list[Bar]]:
    """Height of the drawing, height of a bar, the bars. Of a level without a number only those reached are drawn."""
    pitch = _LABEL + _HEIGHT + _GAP
    found = [Bar(one, place * pitch + _LABEL, tuple(_parts(one))) for place, one in enumerate(levels)]
    return len(found) * pitch, _HEIGHT, found


def _parts(level: LevelReach) -> Iterable[Part]:
    numbers = {
        "acknowledged": level.acknowledged,
        "waiting": level.waiting - level.late,
        "late": level.late,
        "unknown": level.unknown or 0,
    }
    whole = max(1, sum(numbers.values()))
    x = 0.0
    for name, number in numbers.items():
        width = WIDTH * number / whole
        if number:
            yield Part(name, number, round(x, 1), round(width, 1), STEPS[name])
        x += width
