"""When what is due, and how it stands on a day. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from onshi.kernel import Month, MunicipalityCode, fiscal_year, months_of_fiscal_year, parse_month
from onshi.plans.errors import UnknownFiscalYear
from onshi.plans.model import Due, Head, Standing

_APRIL = 4
_LAST_DAY = (3, 31)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a fiscal year's plans, first and last day inside; `source` says where it stands."""

    code: str
    first: date
    last: date
    ja: str
    en: str
    source: str

    def title(self, language: str) -> str:
        """Its name."""
        return self.ja if language == "ja" else self.en


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("onshi.plans") / "calendar.toml").read_text(encoding="utf-8"))


def first_year() -> int:
    """The first fiscal year for which plans were made."""
    return min(int(row["since"]) for row in _table()["step"])


def report_day() -> int:
    """The day of the next month on which results are due, where nothing else is set."""
    return int(_table()["reports"]["day"])


def check_year(year: int) -> None:
    """UnknownFiscalYear."""
    if year < first_year():
        raise UnknownFiscalYear(year=year, first=first_year())


def steps_of(year: int) -> tuple[Step, ...]:
    """The calendar of a fiscal year. UnknownFiscalYear."""
    check_year(year)
    return tuple(
        Step(
            row["code"],
            _day(year, row["first"]),
            _day(year, row.get("last", "03-31")),
            row["ja"],
            row["en"],
            row["source"],
        )
        for row in _table()["step"]
        if row["since"] <= year <= row.get("until", year)
    )


def _day(year: int, text: str) -> date:
    month, day = map(int, text.split("-"))
    return date(year + (month < _APRIL), month, day)


def plan_due(year: int) -> date:
    """The last day for the plan of a fiscal year. UnknownFiscalYear."""
    return next(one.last for one in steps_of(year) if one.code == "compiled")


def report_due(month: Month, *, day: int | None = None) -> date:
    """The last day for the results of a month: so many days into the next."""
    following = month.next
    return following.first.replace(day=min(day or report_day(), following.last.day))


def reported_months(year: int) -> tuple[Month, ...]:
    """The months of a fiscal year whose results are owed. UnknownFiscalYear."""
    check_year(year)
    begin = parse_month(_table()["reports"]["from"])
    return tuple(one for one in months_of_fiscal_year(year) if one >= begin)


def standing_of(due: date, handed_on: date | None, *, on: date) -> Standing:
    """How it stands on the day with something that is due; what came after the day counts as not there yet."""
    if handed_on is not None and handed_on <= on:
        return Standing.IN_TIME if handed_on <= due else Standing.LATE
    return Standing.OPEN if on <= due else Standing.MISSING


def plan_standing(town: MunicipalityCode, year: int, head: Head | None, *, on: date) -> Due:
    """How it stands with a plan; one that went back and was not handed in again is neither there nor missing."""
    due = plan_due(year)
    handed_on = None if head is None else head.first_submitted_on
    standing = standing_of(due, handed_on, on=on)
    if head is not None and head.counts is None and handed_on is not None:
        standing = Standing.RETURNED
    return Due(town, year, None, due, handed_on, standing)


def report_standing(
    town: MunicipalityCode, month: Month, handed: Mapping[tuple[MunicipalityCode, Month], date], *, on: date, day: int
) -> Due:
    """How it stands with the results of a month; `handed` says when those that came came first."""
    due, handed_on = report_due(month, day=day), handed.get((town, month))
    return Due(town, fiscal_year(month.first), month, due, handed_on, standing_of(due, handed_on, on=on))
