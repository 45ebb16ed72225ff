"""Fiscal years from April, their quarters and months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.kernel import (
    Month,
    Quarter,
    fiscal_year,
    fiscal_year_name,
    month_of,
    months_of_fiscal_year,
    parse_month,
    quarter_of,
)

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("day", "year", "quarter"),
    [
        ("2019-03-31", 2018, 4),
        ("2019-04-01", 2019, 1),
        ("2019-07-01", 2019, 2),
        ("2019-12-31", 2019, 3),
        ("2020-01-01", 2019, 4),
        ("2020-03-31", 2019, 4),
    ],
)
def test_quarters_count_from_april(day: str, year: int, quarter: int) -> None:
    assert fiscal_year(date.fromisoformat(day)) == year
    assert quarter_of(date.fromisoformat(day)) == Quarter(year, quarter)


@pytest.mark.parametrize(("year", "name"), [(2018, "平成30年度"), (2019, "令和元年度"), (2022, "令和4年度")])
def test_a_fiscal_year_has_its_era(year: int, name: str) -> None:
    assert fiscal_year_name(year) == name


@given(DAYS)
def test_every_day_lies_in_its_quarter_and_its_month(day: date) -> None:
    for span in (quarter_of(day), month_of(day)):
        assert span.first <= day <= span.last
        assert span.next.first == span.last + timedelta(days=1)


@given(st.integers(1900, 2200))
def test_the_months_of_a_fiscal_year_are_its_quarters(year: int) -> None:
    months = months_of_fiscal_year(year)
    assert len(months) == 12
    assert [quarter_of(one.first) for one in months] == [Quarter(year, n) for n in (1, 2, 3, 4) for _ in range(3)]
    assert [parse_month(str(one)) for one in months] == list(months)


@pytest.mark.parametrize(
    "text",
    ["", "2019", "2019-13", "2019-00", "19-10", "2019-1", "2019/10", "２０１９-10", "2019-10-1", "0000-05", "9999-12"],
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"month"):
        parse_month(text)


def test_a_quarter_has_a_number_from_one_to_four() -> None:
    with pytest.raises(ValueError, match="quarters 1 to 4"):
        Quarter(2019, 5)
    with pytest.raises(ValueError, match="months 1 to 12"):
        Month(2019, 0)
