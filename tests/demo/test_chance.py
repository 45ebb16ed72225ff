"""Chance is the same in Python and in columns, and is splitmix64."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from onshi.demo.chance import Chance, mix

from .reference import MASK, splitmix

NUMBERS = st.lists(st.integers(min_value=0, max_value=2**40), min_size=1, max_size=50)


def test_mix_gives_the_published_first_outputs_of_splitmix64() -> None:
    gamma = 0x9E3779B97F4A7C15
    # The first outputs of the generator seeded with 1234567, as its author's C code prints them.
    assert [mix((1234567 + gamma * step) & MASK) for step in (1, 2, 3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


@given(st.integers(min_value=0, max_value=MASK))
def test_mix_agrees_with_the_reference(state: int) -> None:
    assert mix(state) == splitmix(state)


@given(st.integers(min_value=0, max_value=2**63), st.text("abc ", min_size=1, max_size=8), NUMBERS)
def test_columns_agree_with_single_throws(seed: int, kind: str, numbers: list[int]) -> None:
    chance = Chance(seed)
    frame = pl.DataFrame({"n": pl.Series(numbers, dtype=pl.Int64)}).select(
        bits=chance.bits_of(kind, pl.col("n")), below=chance.below_of(kind, pl.col("n"), 97)
    )
    assert frame["bits"].to_list() == [chance.bits(kind, number) for number in numbers]
    assert frame["below"].to_list() == [chance.below(kind, number, 97) for number in numbers]


def test_throws_spread_evenly() -> None:
    frame = pl.DataFrame({"n": pl.int_range(100_000, eager=True)})
    counts = frame.select(Chance(1).below_of("even", pl.col("n"), 10).alias("t"))["t"].value_counts()["count"]
    assert counts.min() > 9_600
    assert counts.max() < 10_400
