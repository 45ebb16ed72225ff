"""Small pieces: sharing out, birthdays, check digits, symbols, the pattern of households."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.demo import ImpossibleScale, Scale
from onshi.demo.certificates import from_70
from onshi.demo.columns import as_day, birthday, day_number, scrambled, with_check_digit
from onshi.demo.figures import figures, largest_remainder
from onshi.demo.layout import layout
from onshi.demo.names import given_names, surnames
from onshi.demo.pattern import BLOCK, CHILD, pattern
from onshi.kernel import check_digit
from onshi.law import elderly_certificate_from
from onshi.places import municipalities


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=30), st.integers(0, 10**5))
def test_largest_remainder_shares_out_everything(weights: list[int], total: int) -> None:
    shares = largest_remainder(weights, total)
    assert sum(shares) == total
    assert all(
        abs(share * sum(weights) - weight * total) < sum(weights) for share, weight in zip(shares, weights, strict=True)
    )


def test_largest_remainder_prefers_the_larger_rest_and_then_the_earlier() -> None:
    assert largest_remainder([5, 3, 1], 4) == [2, 1, 1]
    assert largest_remainder([1, 1, 1], 2) == [1, 1, 0]


@pytest.mark.parametrize(
    ("birth", "age", "turns"),
    [
        ("1951-11-01", 75, "2026-11-01"),
        ("1952-02-29", 70, "2022-03-01"),  # no 29 February that year
        ("1952-02-29", 72, "2024-02-29"),
        ("1900-02-28", 100, "2000-02-28"),
    ],
)
def test_birthdays(birth: str, age: int, turns: str) -> None:
    day = pl.DataFrame({"b": [date.fromisoformat(birth)]}).select(birthday(pl.col("b"), age)).item()
    assert day == date.fromisoformat(turns)


@given(st.dates(date(1930, 1, 1), date(1990, 12, 31)))
def test_the_first_day_of_the_certificate_at_70_is_the_law_s(birth: date) -> None:
    assert pl.DataFrame({"b": [birth]}).select(from_70(pl.col("b"))).item() == elderly_certificate_from(birth)


@given(st.integers(0, 999_999))
def test_check_digits_are_the_kernel_s(number: int) -> None:
    text = pl.DataFrame({"n": [number]}).select(with_check_digit(pl.col("n"), 6)).item()
    assert text == f"{number:06}" + check_digit(f"{number:06}")


def test_scrambling_is_one_to_one() -> None:
    numbers = pl.DataFrame({"n": pl.int_range(100_000, eager=True)}).select(scrambled(pl.col("n"), 5)).to_series()
    assert sorted(numbers.to_list()) == list(range(100_000))


@given(st.dates(date(1880, 1, 1), date(2100, 1, 1)))
def test_day_numbers_go_there_and_back(day: date) -> None:
    assert pl.DataFrame({"n": [day_number(day)]}).select(as_day(pl.col("n"))).item() == day


def test_the_pattern_holds_the_pyramid_to_the_person() -> None:
    places = pattern(2019).places
    pyramid = figures()["pyramid"]
    wanted = largest_remainder([*pyramid["male"], *pyramid["female"]], BLOCK)
    counted = [places.filter(sex=sex, band=band).height for sex in (1, 2) for band in range(21)]
    assert counted == wanted


@pytest.mark.parametrize("seed", [0, 1, 2019, 2**63])
def test_every_household_has_an_adult_head_at_least_20_years_older_than_its_children(seed: int) -> None:
    block = pattern(seed)
    heads = block.places.filter(position=0)
    assert heads.height == block.households
    assert heads.filter((pl.col("role") != 0) | (pl.col("band") < 4)).height == 0
    children = block.places.filter(role=CHILD)
    assert children.filter(pl.col("head_band") - pl.col("band") < 5).height == 0


def test_households_are_as_in_the_nation() -> None:
    sizes = pattern(2019).places.filter(position=0)["size"]
    # 国勢調査 2020: 2.21 people to a household, 38 % of households of one.
    assert 2.0 < BLOCK / len(sizes) < 2.4
    assert 0.30 < (sizes == 1).sum() / len(sizes) < 0.42


@pytest.mark.parametrize("scale", [Scale(1, 20_000), Scale(1, 1000), Scale(1, 10), Scale(1, 1)])
def test_people_and_households_add_up_at_every_scale(scale: Scale) -> None:
    laid = layout(2019, scale)
    assert laid.people == 126_654_244 * scale.part // scale.whole == sum(laid.counts)
    assert laid.first_person(laid.households) == laid.people
    if scale == Scale(1, 1):
        assert list(laid.counts) == [place.population for place in municipalities()]


def test_the_head_of_each_household_is_found_by_its_number() -> None:
    laid = layout(2019, Scale(1, 20_000))
    rows = laid.members(pl.int_range(laid.people, dtype=pl.Int64, eager=True))
    heads = rows.filter(position=0)
    assert heads["household"].to_list() == list(range(laid.households))
    assert heads["serial"].to_list() == [laid.first_person(number) for number in range(laid.households)]
    assert rows["head"].is_in(heads["serial"].implode()).all()


@pytest.mark.parametrize(("part", "whole"), [(0, 1), (2, 1), (-1, 5)])
def test_a_scale_beyond_the_nation_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ImpossibleScale) as refusal:
        Scale(part, whole)
    assert refusal.value.facts == {"part": part, "whole": whole}


def test_there_are_names_enough() -> None:
    assert len(surnames()) == 220
    assert given_names().sizes.to_list() == [54] * 6
    assert len(set(surnames().kanji)) == 220
    # No two members of a household share a name: their places differ by multiples of 7 in lists of 54.
    assert len({7 * position % 54 for position in range(54)}) == 54
