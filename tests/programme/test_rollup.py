"""People rolled up: every figure is what counting them one by one gives, and every level sums."""

from datetime import date, timedelta
from random import Random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from onshi import record
from onshi.kernel import MunicipalityCode
from onshi.programme import at_every_level, rolled_up

DATES = (date(2020, 4, 1), date(2020, 5, 1), date(2020, 8, 1))
SOME = [one.code for one in record.towns()][::150]
# Municipalities that were merged into others and wards, with where their people are counted (places/changed_codes.csv).
MERGED = {"112267": "112038", "234818": "232131", "234834": "232131", "403059": "402311", "141011": "141003"}
UNKNOWN = "999999"
DAYS = st.none() | st.sampled_from([day + timedelta(days=shift) for day in DATES for shift in (-400, -1, 0, 1, 400)])
PEOPLE = st.lists(st.tuples(st.sampled_from([*SOME, *MERGED, *MERGED.values(), UNKNOWN]), DAYS, DAYS), max_size=60)
COLUMNS = ("issued_on", "registered_on")


def frame(people: list[tuple[str, date | None, date | None]]) -> pl.LazyFrame:
    schema = {"municipality": pl.String, **dict.fromkeys(COLUMNS, pl.Date)}
    return pl.DataFrame(people, schema=schema, orient="row").lazy()


@settings(max_examples=60, deadline=None)
@given(PEOPLE, st.integers(0, 60))
def test_it_is_what_counting_one_by_one_gives(people: list[tuple[str, date | None, date | None]], cut: int) -> None:
    found = rolled_up([frame(people[:cut]), frame(people[cut:])], DATES, COLUMNS)
    assert found.unplaced == sum(one[0] == UNKNOWN for one in people)
    assert not MERGED.keys() & found.residents.keys()
    for code in [*SOME, *MERGED.values()]:
        here = [one for one in people if MERGED.get(one[0], one[0]) == code]
        assert found.residents[code] == len(here)
        for place, column in enumerate(COLUMNS, start=1):
            days = [one[place] for one in here]
            expected = tuple(sum(day is not None and day < at for day in days) for at in DATES)
            assert found.counts[column][code] == expected


@settings(max_examples=30, deadline=None)
@given(PEOPLE)
def test_every_level_sums(people: list[tuple[str, date | None, date | None]]) -> None:
    found = rolled_up([frame(people)], DATES, COLUMNS)
    assert found.residents["00"] + found.unplaced == len(people)
    for figures in (*found.counts.values(), {code: (number,) for code, number in found.residents.items()}):
        for whole in (record.nation(), *record.parts("00")):
            parts = [figures[part.code] for part in record.parts(whole.code)]
            assert figures[whole.code] == tuple(map(sum, zip(*parts, strict=True)))


@settings(max_examples=30, deadline=None)
@given(PEOPLE, st.randoms())
def test_an_enum_of_codes_is_read_as_well(people: list[tuple[str, date | None, date | None]], chance: Random) -> None:
    codes = sorted({code for code, *_ in people} | {"131016"}, key=lambda _: chance.random())
    as_enum = frame(people).with_columns(pl.col("municipality").cast(pl.Enum(codes)))
    assert rolled_up([as_enum], DATES, COLUMNS) == rolled_up([frame(people)], DATES, COLUMNS)


CODES = st.sampled_from([MunicipalityCode(code) for code in (*SOME, *MERGED, *MERGED.values(), UNKNOWN)])


@given(st.dictionaries(CODES, st.tuples(st.integers(0, 9), st.integers(0, 9))))
def test_figures_of_towns_sum_at_every_level(found: dict[MunicipalityCode, tuple[int, int]]) -> None:
    figures = at_every_level(found)
    counted = {code: pair for code, pair in found.items() if code != UNKNOWN}
    assert figures.get("00", (0, 0)) == tuple(sum(pair[place] for pair in counted.values()) for place in (0, 1))
    assert not MERGED.keys() & figures.keys()
    for whole in (record.nation(), *record.parts("00")):
        parts = [figures[part.code] for part in record.parts(whole.code) if part.code in figures]
        assert figures.get(whole.code) == (tuple(map(sum, zip(*parts, strict=True))) if parts else None)
