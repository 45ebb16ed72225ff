"""The bars of reach: their parts are as long as what they stand for, and fill the bar."""

import pytest

from onshi.requests.model import LevelReach
from onshi.web.requests.bars import WIDTH, bars


@pytest.mark.parametrize(
    ("level", "parts"),
    [
        (
            LevelReach(1, 100, 60, 30, 30, 10),
            [("acknowledged", 216.0), ("waiting", 144.0), ("late", 72.0), ("unknown", 288.0)],
        ),
        (LevelReach(1, 100, 0, 0, 0, 0), [("unknown", 720.0)]),
        (LevelReach(1, None, 8, 2, 6, 0), [("acknowledged", 180.0), ("waiting", 540.0)]),
        (LevelReach(1, None, 0, 0, 0, 0), []),
    ],
)
def test_a_bar_is_cut_as_the_level_is(level: LevelReach, parts: list[tuple[str, float]]) -> None:
    _, _, (bar,) = bars([level])
    assert [(one.name, one.width) for one in bar.parts] == parts
    assert [one.x for one in bar.parts] == [sum(width for _, width in parts[:place]) for place in range(len(parts))]
    assert sum(width for _, width in parts) in (0, WIDTH)


def test_bars_stand_below_each_other() -> None:
    level = LevelReach(1, 1, 1, 1, 0, 0)
    height, thick, found = bars([level, level])
    assert [one.y for one in found] == [20, 72]
    assert (height, thick) == (104, 20)
    assert bars([]) == (0, 20, [])
