"""Folds and days over columns say exactly what the kernel says of each value."""

import unicodedata
from datetime import date, timedelta

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from onshi.kernel import era_date, fold_name, fold_number, parse_day
from onshi.registry.feeds.dates import FIRST_DAY, LAST_DAY, fast_days, read_day
from onshi.registry.feeds.folding import folded_names, folded_numbers, tidy_kana, tidy_names

# Left out: surrogates, which no text holds, and what the two Unicode versions do not both know.
_ANY = st.characters(exclude_categories=("Cs", "Cn", "Co"))
_FIELD = st.sampled_from("０１00129ａAzｱｶﾞァッヶヱぁゖ゙゚ー－-~〜　 \t\u00a0山髙﨑神々〆ヴガ゛ßŉǰ①㈱ﬁ")
TEXTS = st.lists(st.text(_FIELD, max_size=12) | st.text(_ANY, max_size=12), min_size=1, max_size=20)


@given(TEXTS)
@example(["０００１２", "12", " 12 ", "ア－１", "ｱ-01", "0", "000", "", "00a00b", "-0-00"])
def test_numbers_fold_as_in_the_kernel(texts: list[str]) -> None:
    assert folded_numbers(pl.Series(texts, dtype=pl.String)).to_list() == [fold_number(text) for text in texts]


@given(TEXTS)
@example(["見本　花子", "みほんハナコ", "ミホン ハナコ", "Ｓｍｉｔｈ　Ａ", "か\u3099", "ｶﾞ", "straße"])
def test_names_fold_as_in_the_kernel(texts: list[str]) -> None:
    assert folded_names(pl.Series(texts, dtype=pl.String)).to_list() == [fold_name(text) for text in texts]


@given(TEXTS)
def test_tidying_changes_no_fold(texts: list[str]) -> None:
    column = pl.Series(texts, dtype=pl.String)
    expected = [fold_name(text) for text in texts]
    assert [fold_name(text) for text in tidy_names(column)] == expected
    assert [fold_name(text) for text in tidy_kana(column)] == expected


def test_folds_keep_nulls() -> None:
    column = pl.Series([None, "Ａ", None, "㈱"], dtype=pl.String)
    assert folded_names(column).to_list() == [None, "A", None, "(株)"]
    assert folded_numbers(column).to_list() == [None, "A", None, "(株)"]


def _written(day: date) -> list[str]:
    plain = [f"{day:%Y%m%d}", day.isoformat(), f"{day:%Y/%m/%d}", f"{day.year}/{day.month}/{day.day}", era_date(day)]
    return plain + [unicodedata.normalize("NFKC", era_date(day)), f" {day.isoformat()} "]


@given(st.dates(FIRST_DAY, date(2117, 12, 31)))
@example(date(2019, 4, 30))
@example(date(2019, 5, 1))
@example(date(2024, 2, 29))
def test_days_read_as_in_the_kernel(day: date) -> None:
    texts = _written(day)
    quick = fast_days(pl.DataFrame({"day": texts}))["day"]
    assert quick.to_list()[:3] == [day] * 3
    assert [read_day(text) for text in texts] == [parse_day(text) for text in texts] == [day] * len(texts)


@given(st.lists(st.text("0123456789-/.年月日RHS令和 ", max_size=11) | st.text(_ANY, max_size=10), min_size=1))
@example(["20230229", "2023-02-29", "2023/02-01", "+2024010", "18721231", "21510101", "00000000", "2024 0101"])
def test_no_text_reads_as_another_day_than_in_the_kernel(texts: list[str]) -> None:
    quick = fast_days(pl.DataFrame({"day": texts}))["day"]
    for text, day in zip(texts, quick, strict=True):
        kernel = _day_or_none(text)
        assert day in (None, kernel)
        if kernel is not None and FIRST_DAY <= kernel <= LAST_DAY:
            assert read_day(text) == kernel
        else:
            assert isinstance(read_day(text), str)


def _day_or_none(text: str) -> date | None:
    try:
        return parse_day(text)
    except ValueError:
        return None


def test_every_day_of_the_table() -> None:
    days = [FIRST_DAY + timedelta(days=number) for number in range((LAST_DAY - FIRST_DAY).days + 1)]
    texts = [f"{day:%Y%m%d}" for day in days]
    assert fast_days(pl.DataFrame({"day": texts}))["day"].to_list() == days
