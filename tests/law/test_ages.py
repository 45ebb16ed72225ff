"""Ages as the law counts them, and the share that follows from them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.law import (
    derived_share,
    elderly_certificate_from,
    is_elderly_certificate_age,
    is_preschool,
    share_rules,
    turned_75_on,
)

day = date.fromisoformat


@pytest.mark.parametrize(
    ("born", "last_day"),
    [
        ("2019-04-01", "2025-03-31"),  # six is reached on 31 March: at school from the next day
        ("2019-04-02", "2026-03-31"),  # a day later: a year longer
        ("2019-03-31", "2025-03-31"),
        ("2019-12-31", "2026-03-31"),
        ("2020-01-01", "2026-03-31"),
        ("2020-02-29", "2026-03-31"),
    ],
)
def test_preschool_ends(born: str, last_day: str) -> None:
    last = day(last_day)
    assert is_preschool(day(born), last)
    assert not is_preschool(day(born), last.replace(month=4, day=1))
    assert is_preschool(day(born), day(born))


def test_nobody_is_a_child_before_birth() -> None:
    assert not is_preschool(day("2020-02-29"), day("2020-02-28"))


@pytest.mark.parametrize(
    ("born", "first_day"),
    [
        ("1956-04-01", "2026-04-01"),  # born on the 1st: seventy is reached in the month before
        ("1956-04-02", "2026-05-01"),
        ("1956-04-30", "2026-05-01"),
        ("1956-12-01", "2026-12-01"),
        ("1956-12-02", "2027-01-01"),
        ("1957-01-01", "2027-01-01"),
        ("1956-02-29", "2026-03-01"),
        ("1956-03-01", "2026-03-01"),
    ],
)
def test_the_certificate_for_the_elderly_begins(born: str, first_day: str) -> None:
    first = day(first_day)
    assert elderly_certificate_from(day(born)) == first
    assert is_elderly_certificate_age(day(born), first)
    assert not is_elderly_certificate_age(day(born), date.fromordinal(first.toordinal() - 1))


@pytest.mark.parametrize(
    ("born", "birthday"),
    [
        ("1951-04-01", "2026-04-01"),
        ("1951-12-31", "2026-12-31"),
        ("1952-02-29", "2027-03-01"),
        ("1953-02-28", "2028-02-28"),
    ],
)
def test_the_75th_birthday(born: str, birthday: str) -> None:
    turned = day(birthday)
    assert turned_75_on(day(born)) == turned
    assert not is_elderly_certificate_age(day(born), turned)
    assert is_elderly_certificate_age(day(born), date.fromordinal(turned.toordinal() - 1))


@pytest.mark.parametrize(
    ("born", "on", "percent"),
    [
        ("2019-04-01", "2025-03-31", 20),  # preschool
        ("2019-04-01", "2025-04-01", 30),
        ("2019-04-02", "2026-03-31", 20),
        ("2019-04-02", "2026-04-01", 30),
        ("1980-05-05", "2026-04-01", 30),
        ("1956-04-02", "2026-04-30", 30),  # seventy, but the month is not over
        ("1956-04-02", "2026-05-01", None),  # from here on income decides
        ("1956-04-01", "2026-04-01", None),
        ("1951-04-01", "2026-04-01", None),  # 75
        ("1920-01-01", "2026-04-01", None),
        ("1980-05-05", "2003-04-01", 30),
        ("1980-05-05", "2003-03-31", None),  # before the table
        ("2005-05-05", "2008-04-01", 20),
        ("2005-05-05", "2008-03-31", None),  # another rule then, not in the table
    ],
)
def test_the_share_that_age_alone_fixes(born: str, on: str, percent: int | None) -> None:
    assert derived_share(day(born), day(on)) == percent


def test_every_share_names_its_source() -> None:
    assert {name: [entry.value for entry in dated.entries] for name, dated in share_rules().items()} == {
        "preschool": [20],
        "standard": [30],
    }
    assert all(entry.source for dated in share_rules().values() for entry in dated.entries)


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.dates(date(2008, 4, 1), date(2100, 1, 1)))
def test_ages_follow_each_other(born: date, on: date) -> None:
    share = derived_share(born, on)
    if is_preschool(born, on):
        assert share == 20
    elif on < elderly_certificate_from(born):
        assert share == 30
    else:
        assert share is None
    assert elderly_certificate_from(born).day == 1
    assert not (is_preschool(born, on) and is_elderly_certificate_age(born, on))
