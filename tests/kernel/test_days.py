"""Days, eras, moments and periods."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.kernel import Moment, Period, era_date, japan_day, japan_time, moment_of, parse_day, parse_moment


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-04-01", "2024-04-01"),
        ("20240401", "2024-04-01"),
        ("2024/4/1", "2024-04-01"),
        ("2024.4.1", "2024-04-01"),
        ("2024年4月1日", "2024-04-01"),
        ("２０２４－０４－０１", "2024-04-01"),
        (" 20240401 ", "2024-04-01"),
        ("令和6年4月1日", "2024-04-01"),
        ("令和６年４月１日", "2024-04-01"),
        ("R6.4.1", "2024-04-01"),
        ("r6/04/01", "2024-04-01"),
        ("R060401", "2024-04-01"),
        ("5060401", "2024-04-01"),  # the digit of old claim files
        ("㋿6年4月1日", "2024-04-01"),
        ("令和元年5月1日", "2019-05-01"),
        ("R1.5.1", "2019-05-01"),
        ("平成31年4月30日", "2019-04-30"),
        ("平成元年1月8日", "1989-01-08"),
        ("H010108", "1989-01-08"),
        ("4010108", "1989-01-08"),
        ("㍻31.4.30", "2019-04-30"),
        ("昭和64年1月7日", "1989-01-07"),
        ("S640107", "1989-01-07"),
        ("3640107", "1989-01-07"),
        ("昭和元年12月25日", "1926-12-25"),
        ("大正15年12月24日", "1926-12-24"),
        ("T010730", "1912-07-30"),
        ("2010730", "1912-07-30"),
        ("明治45年7月29日", "1912-07-29"),
        ("M060101", "1873-01-01"),
        ("1450729", "1912-07-29"),
        # The year that was already printed may run on to its end.
        ("平成31年12月31日", "2019-12-31"),
        ("昭和64年3月1日", "1989-03-01"),
        ("大正15年12月31日", "1926-12-31"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_every_way_to_write_a_day(text: str, day: str) -> None:
    assert parse_day(text) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "2024",
        "202404",
        "2023-02-29",
        "20230230",
        "2024-13-01",
        "00000000",
        "99999999",
        "令和0年5月1日",
        "令和元年4月30日",  # still 平成
        "平成元年1月7日",  # still 昭和
        "平成32年1月1日",  # after the year of grace
        "昭和65年1月1日",
        "明治5年12月31日",  # before the Gregorian calendar
        "6060401",  # no such era
        "0060401",
        "R061301",
        "2024-04-01T00:00",
        "-2024-04-01",
        "٢٠٢٤٠٤٠١",  # digits, but not of any form read here
        "2024-04-01; DROP TABLE registry_people",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_day(text)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2024-04-01", "令和6年4月1日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-04-30", "平成31年4月30日"),
        ("1989-01-08", "平成元年1月8日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1926-12-25", "昭和元年12月25日"),
        ("1926-12-24", "大正15年12月24日"),
        ("1912-07-30", "大正元年7月30日"),
        ("1912-07-29", "明治45年7月29日"),
        ("1873-01-01", "明治6年1月1日"),
    ],
)
def test_era_of_a_day(day: str, text: str) -> None:
    assert era_date(date.fromisoformat(day)) == text


def test_no_era_before_1873() -> None:
    with pytest.raises(ValueError, match="no era is known"):
        era_date(date(1872, 12, 31))


@given(st.dates(date(1873, 1, 1), date(2116, 12, 31)))
def test_a_day_reads_back_from_its_era(day: date) -> None:
    assert parse_day(era_date(day)) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-04-01T09:00:00+09:00", datetime(2026, 4, 1, 0, 0, tzinfo=UTC)),
        ("2026-04-01T00:00:00Z", datetime(2026, 4, 1, 0, 0, tzinfo=UTC)),
        ("2026-04-01T09:00:00", datetime(2026, 4, 1, 0, 0, tzinfo=UTC)),  # no offset: Japan
        ("2026-04-01 09:00", datetime(2026, 4, 1, 0, 0, tzinfo=UTC)),
        ("2026-04-01", datetime(2026, 4, 1, 14, 59, 59, 999_999, tzinfo=UTC)),  # a day means its last moment
        ("20260401", datetime(2026, 4, 1, 14, 59, 59, 999_999, tzinfo=UTC)),
        ("2026-W14-3", datetime(2026, 4, 1, 14, 59, 59, 999_999, tzinfo=UTC)),
        ("2026W14T09", datetime(2026, 3, 30, 0, 0, tzinfo=UTC)),  # as short as a day, but a moment
        ("1969-12-31T23:59:59Z", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment_of(moment)


@pytest.mark.parametrize("text", ["", "now", "2026-04-31", "2026-04-01T25:00", "令和8年4月1日"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_moment(text)


def test_the_day_in_japan_begins_at_15_utc() -> None:
    midnight = moment_of(datetime(2026, 3, 31, 15, 0, tzinfo=UTC))
    assert japan_day(midnight) == date(2026, 4, 1)
    assert japan_day(Moment(midnight - 1)) == date(2026, 3, 31)
    assert japan_time(midnight).isoformat() == "2026-04-01T00:00:00+09:00"


@given(st.integers(-(10**15), 4 * 10**15))
def test_a_moment_reads_back_to_the_microsecond(number: int) -> None:
    assert parse_moment(japan_time(Moment(number)).isoformat()) == number


START, LOSS = date(2024, 4, 1), date(2025, 4, 1)


@pytest.mark.parametrize(
    ("day", "covered"),
    [
        ("2024-03-31", False),  # the day before
        ("2024-04-01", True),  # first day
        ("2025-03-31", True),  # last day
        ("2025-04-01", False),  # the day of loss itself
    ],
)
def test_a_period_holds_its_first_day_and_not_its_last(day: str, covered: bool) -> None:
    assert (date.fromisoformat(day) in Period(START, LOSS)) is covered


@pytest.mark.parametrize("end", [START, START - timedelta(1)])
def test_a_period_ends_after_its_first_day(end: date) -> None:
    with pytest.raises(ValueError, match="ends after its first day"):
        Period(START, end)


def test_an_open_period_has_no_number_of_days() -> None:
    assert (Period(START).days, Period(START, LOSS).days) == (None, 365)


DAYS = st.dates(date(2020, 1, 1), date(2020, 1, 20))
PERIODS = st.builds(
    lambda start, length: Period(start, None if length is None else start + timedelta(length)),
    DAYS,
    st.none() | st.integers(1, 9),
)


@given(PERIODS, PERIODS, st.dates(date(2019, 12, 30), date(2020, 2, 5)))
def test_an_overlap_is_the_days_that_lie_in_both(one: Period, other: Period, day: date) -> None:
    shared = one.overlap(other)
    assert shared == other.overlap(one)
    assert (shared is not None and day in shared) == (day in one and day in other)


@given(st.integers(-(10**16), 10**17))
def test_the_day_is_that_of_the_clock_on_the_wall(number: int) -> None:
    assert japan_day(Moment(number)) == japan_time(Moment(number)).date()
