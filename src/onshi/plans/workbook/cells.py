"""What is in a cell, as people fill it in: full-width digits, thousands, eras, months of a year. Pure.

Each reader returns the value, or raises `Wrong` with the code of a finding. Nothing is guessed: about 100 is no number.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from onshi.kernel import Month, fold_name, has_personal_number, narrow, parse_day, squeeze
from onshi.plans import catalogue, checking, costs
from onshi.plans.model import CostPart, Medium, Method, ModelSite, OccasionKind, Place, Progress
from onshi.plans.workbook.layout import Column, Form
from onshi.sheets import Value

TEXT_MAX = 200
_DIGITS_MAX = 15
_PERCENT_MAX = 1_000
# The same headers and words come again and again, in every workbook.
folded = lru_cache(maxsize=4096)(fold_name)
_WHOLE = re.compile(r"[-−]?[0-9]+")
_FRACTION = re.compile(r"[-−]?[0-9]*\.[0-9]+")
# What stands between thousands; anywhere else it may be a list of numbers.
_THOUSANDS = re.compile(r"(?<=[0-9])[,、 ](?=[0-9]{3}(?![0-9]))")
_TIME = re.compile(r"([0-9]{1,2})[:時]([0-9]{1,2})?分?(?::[0-9]{2})?")
_MONTH_OF_YEAR = re.compile(r"([0-9]{1,2})月?")
_MONTH = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?")
_YEAR = re.compile(r"([0-9]{4})(?:年度?)?")
_APRIL = 4
_DAY_SECONDS = 24 * 60 * 60


class Wrong(ValueError):
    """A cell that cannot be read, with the code of the finding and its numbers."""

    def __init__(self, code: str, **facts: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def is_empty(value: Value) -> bool:
    """Whether nothing is in the cell, for people who look at it."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_cell(value: Value, column: Column, year: int) -> object:
    """What the cell says, as the column takes it. Wrong."""
    if column.form is Form.WORD:
        return _word(value, column.words)
    return _READERS[column.form](value, year)


def count(value: Value, _year: int = 0) -> int:
    """A whole number. Wrong for a fraction, for words, for a day that a spreadsheet made of it, for one that no field
    of a plan can have."""
    if isinstance(value, bool | date | time | timedelta):
        raise Wrong("not-a-number")
    if isinstance(value, float):
        raise Wrong("decimal")
    found = value if isinstance(value, int) else _whole(_digits(value))
    if abs(found) > checking.YEN_MAX:
        raise Wrong("too-large", limit=checking.YEN_MAX)
    return found


def _whole(plain: str) -> int:
    if _FRACTION.fullmatch(plain):
        raise Wrong("decimal")
    if not _WHOLE.fullmatch(plain):
        raise Wrong("not-a-number")
    if len(plain) > _DIGITS_MAX:
        raise Wrong("too-large", limit=checking.YEN_MAX)
    return int(plain.replace("−", "-"))


def percent(value: Value, _year: int = 0) -> float:
    """A share of a hundred, with or without its sign. Wrong."""
    if isinstance(value, bool | date | time | timedelta):
        raise Wrong("not-a-number")
    plain = str(value)
    if isinstance(value, str):
        plain = _digits(narrow(value).removesuffix("%"))
        if not (_WHOLE.fullmatch(plain) or _FRACTION.fullmatch(plain)):
            raise Wrong("not-a-number")
    found = float(plain.replace("−", "-"))
    # Said this way round because nothing can be compared with what is no number.
    if not abs(found) <= _PERCENT_MAX:
        raise Wrong("too-large", limit=_PERCENT_MAX)
    return found


def _digits(value: Value) -> str:
    return _THOUSANDS.sub("", narrow(str(value)))


def text(value: Value, _year: int = 0) -> str:
    """A short text. Wrong when it is long, or may hold a 個人番号."""
    found = squeeze(str(value))
    if len(found) > TEXT_MAX:
        raise Wrong("text-too-long", limit=TEXT_MAX)
    if has_personal_number(found):
        raise Wrong("personal-number")
    return found


def day(value: Value, _year: int = 0) -> date:
    """A day, in eras too. Wrong."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return parse_day(str(value))
    except ValueError:
        raise Wrong("not-a-day") from None


def month(value: Value, year: int) -> Month:
    """A month: 2020-10, 令和2年10月, or 10 for that of the fiscal year; a spreadsheet makes a day of the first two.
    Wrong."""
    if isinstance(value, date):
        return Month(value.year, value.month)
    plain = narrow(str(value)).replace(" ", "")
    try:
        if found := _MONTH_OF_YEAR.fullmatch(plain):
            number = int(found[1])
            return Month(year + (number < _APRIL), number)
        if found := _MONTH.fullmatch(plain):
            return Month(int(found[1]), int(found[2]))
        first = parse_day(f"{plain}1日" if plain.endswith("月") else f"{plain}.1")
        return Month(first.year, first.month)
    except ValueError:
        raise Wrong("not-a-month") from None


def clock(value: Value, _year: int = 0) -> time:
    """A time of the day to the minute. Wrong."""
    if isinstance(value, datetime):
        return value.time().replace(second=0, microsecond=0)
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    seconds = _seconds(value)
    if seconds is not None:
        return time(seconds // 3600, seconds // 60 % 60)
    found = _TIME.fullmatch(narrow(str(value)).replace(" ", ""))
    try:
        if found:
            return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        pass
    raise Wrong("not-a-time")


def _seconds(value: Value) -> int | None:
    """Of a part of a day, which is how spreadsheets keep a time whose cell has no form."""
    if isinstance(value, timedelta):
        value = value.total_seconds() / _DAY_SECONDS
    is_part = isinstance(value, float) and 0 <= value < 1
    return round(float(str(value)) * _DAY_SECONDS) % _DAY_SECONDS if is_part else None


def fiscal_year(value: Value) -> int:
    """A fiscal year: 2020, 令和2年度, R2. Wrong."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    plain = narrow(str(value)).replace(" ", "")
    if found := _YEAR.fullmatch(plain):
        return int(found[1])
    try:
        # The era's year has its April and its May in the same calendar year.
        return parse_day(f"{plain.removesuffix('度').removesuffix('年')}.12.31").year
    except ValueError:
        raise Wrong("not-a-year") from None


def _word(value: Value, kind: str) -> str:
    plain = str(value)
    found = costs.category_of(plain) if kind == "category" else catalogue.code_of(kind, plain)
    if found is None:
        raise Wrong("not-in-list")
    return KINDS[kind](found)


KINDS: Mapping[str, type[str]] = {
    "place": Place,
    "method": Method,
    "model": ModelSite,
    "progress": Progress,
    "medium": Medium,
    "part": CostPart,
    "occasion": OccasionKind,
    "category": str,
}
"""What the words of each list are inside."""

_READERS: dict[Form, Callable[[Value, int], object]] = {
    Form.COUNT: count,
    Form.YEN: count,
    Form.PERCENT: percent,
    Form.TEXT: text,
    Form.DAY: day,
    Form.MONTH: month,
    Form.TIME: clock,
}
