"""Days over whole columns: every form the kernel reads, the common ones without leaving the engine."""

import calendar
import re
from datetime import date, timedelta
from functools import cache, lru_cache

import polars as pl

from onshi.kernel import narrow, parse_day

FIRST_DAY = date(1873, 1, 1)
LAST_DAY = date(2150, 12, 31)
_BASE = 1873_01_01
_TOP = 2150_12_31

# What systems write where a day has no end or was never filled in.
OPEN_ENDED = frozenset({"99999999", "9999-12-31", "99991231", "9999/12/31", "99999999日"})
UNFILLED = frozenset({"00000000", "0"})

_WESTERN = re.compile(r"([0-9]{4})([-/.年])?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?")
_ERA = re.compile(r"((?:令和|平成|昭和|大正|明治|[RHSTM])(?:[0-9]{1,2}|元)[-/.年])([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_ERA_COMPACT = re.compile(r"([RHSTM1-5][0-9]{2})([0-9]{2})([0-9]{2})")


_DASHED = (("%Y-%m-%d", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), ("%Y/%m/%d", "^[0-9]{4}/[0-9]{2}/[0-9]{2}$"))
_NUMBER = pl.all().cast(pl.Int32, strict=False)
_PLACE = pl.when(_NUMBER.is_between(_BASE, _TOP) & (pl.all().str.len_bytes() == 8)).then(_NUMBER - _BASE)


@cache
def _days() -> pl.Series:
    """Place yyyymmdd - 18730101 holds that day, or null where the calendar has none."""
    days = pl.date_range(FIRST_DAY, LAST_DAY, timedelta(days=1), eager=True)
    places = (days.dt.year().cast(pl.Int32) * 10000 + days.dt.month().cast(pl.Int32) * 100 + days.dt.day()) - _BASE
    return pl.Series([None], dtype=pl.Date).new_from_index(0, _TOP - _BASE + 1).scatter(places, days)


def fast_days(sent: pl.DataFrame) -> dict[str, pl.Series]:
    """For each text column the days written as 20240401, 2024-04-01 or 2024/04/01; null for everything else."""
    numbers = sent.select(_PLACE)
    days = {column.name: _days().gather(column) for column in numbers}
    for form in _DASHED:
        left = [key for key, found in days.items() if found.null_count() > sent[key].null_count()]
        if not left:
            break
        for read in sent.select(_in_form(pl.col(left), *form)):
            days[read.name] = _filled(days[read.name], read)
    return days


def _in_form(text: pl.Expr, form: str, digits: str) -> pl.Expr:
    days = text.str.to_date(form, strict=False, cache=False)
    # The engine alone would read more leniently than we do.
    return pl.when(text.str.contains(digits) & days.is_between(FIRST_DAY, LAST_DAY)).then(days)


def _filled(days: pl.Series, others: pl.Series) -> pl.Series:
    return others if days.null_count() == len(days) else days.zip_with(days.is_not_null(), others)


@lru_cache(maxsize=65_536)
def read_day(text: str) -> date | str:
    """The day, or the code of the finding: not-a-date, date-impossible, era-mismatch, open-ended-date; "" if blank."""
    plain = narrow(text).upper()
    if plain in UNFILLED or not plain:
        return ""
    if plain in OPEN_ENDED:
        return "open-ended-date"
    try:
        day = parse_day(plain)
    except ValueError:
        return _why_not(plain)
    return day if FIRST_DAY <= day <= LAST_DAY else "date-impossible"


def _why_not(plain: str) -> str:
    if (match := _ERA.fullmatch(plain)) or (match := _ERA_COMPACT.fullmatch(plain)):
        month, day = int(match[2]), int(match[3])
        if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(2000, month)[1]:
            return "date-impossible"
        first = match[1] + (f"{month}.1" if match.re is _ERA else f"{month:02}01")
        last = match[1] + (f"{month}.28" if match.re is _ERA else f"{month:02}28")
        return "date-impossible" if _is_day(first) and _is_day(last) else "era-mismatch"
    match = _WESTERN.fullmatch(plain)
    return "date-impossible" if match and (match[2] or len(plain) == 8) else "not-a-date"


def _is_day(text: str) -> bool:
    try:
        parse_day(text)
    except ValueError:
        return False
    return True
