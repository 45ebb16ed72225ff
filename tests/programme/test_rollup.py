"""People rolled up: every figure is what counting them one by one gives, and every level sums."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from onshi import record
from onshi.programme import rolled_up

DATES = (date(2020, 4, 1), date(2020, 5, 1), date(2020, 8, 1))
SOME = [one.code for one in record.towns()][::150]
DAYS = st.none() | st.sampled_from([day + timedelta(days=shift) for day in DATES for shift in (-400, -1, 0, 1, 400)])
PEOPLE = st.lists(st.tuples(st.sampled_from([*SOME, "999999"]), DAYS, DAYS), max_size=60)
COLUMNS = ("issued_on", "registered_on")


def frame(people: list[tuple[str, date | None, date | None]]) -> pl.LazyFrame:
    schema = {"municipality": pl.String, **dict.fromkeys(COLUMNS, pl.Date)}
    return pl.DataFrame(people, schema=schema, orient="row").lazy()


@settings(max_examples=60, deadline=None)
@given(PEOPLE, st.integers(0, 60))
def test_it_is_what_counting_one_by_one_gives(people: list[tuple[str, date | None, date | None]], cut: int) -> None:
    found = rolled_up([frame(people[:cut]), frame(people[cut:])], DATES, COLUMNS)
    for code in SOME:
        here = [one for one in people if one[0] == code]
        assert found.residents[code] == len(here)
        for place, column in enumerate(COLUMNS, start=1):
            days = [one[place] for one in here]
            expected = tuple(sum(day is not None and day < at for day in days) for at in DATES)
            assert found.counts[column][code] == expected


@settings(max_examples=30, deadline=None)
@given(PEOPLE)
def test_every_level_sums(people: list[tuple[str, date | None, date | None]]) -> None:
    found = rolled_up([frame(people)], DATES, COLUMNS)
    for figures in (*found.counts.values(), {code: (number,) for code, number in found.residents.items()}):
        for whole in (record.nation(), *record.parts("00")):
            parts = [figures[part.code] for part in record.parts(whole.code)]
            assert figures[whole.code] == tuple(map(sum, zip(*parts, strict=True)))


def test_an_enum_of_codes_is_read_as_well() -> None:
    codes = pl.Enum([one.code for one in record.towns()])
    people = frame([("131016", date(2020, 4, 30), None)] * 3).with_columns(pl.col("municipality").cast(codes))
    found = rolled_up([people], DATES, COLUMNS)
    assert found.counts["issued_on"]["13"] == (0, 3, 3)
    assert found.counts["registered_on"]["00"] == (0, 0, 0)
