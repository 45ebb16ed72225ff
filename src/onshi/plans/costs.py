"""Costs under the 個人番号カード交付事務費補助金: categories, and what of them may be paid. Pure."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from onshi.kernel import Dated, Entry, fold_name
from onshi.plans.model import Cost


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of cost, from the day it may be named on."""

    code: str
    since: date
    ja: str
    en: str
    source: str

    def title(self, language: str) -> str:
        """Its name."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class SubsidyRule:
    """The rate, and yen a resident at most; None: not known."""

    percent: int | None
    ceiling_per_resident: int | None


@dataclass(frozen=True, slots=True)
class Subsidy:
    """What the costs are and what of them is paid. `granted` is None while that cannot be told."""

    costs: int
    percent: int | None
    ceiling: int | None
    granted: int | None


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("onshi.plans") / "costs.toml").read_text(encoding="utf-8"))


@cache
def _categories() -> tuple[Category, ...]:
    return tuple(Category(**row) for row in _table()["category"])


def categories() -> dict[str, Category]:
    """Every category by code, whatever the day."""
    return {one.code: one for one in _categories()}


def category(code: str) -> Category:
    """The category of a code of the table."""
    return categories()[code]


def categories_on(day: date) -> dict[str, Category]:
    """The categories that may be named on the day, by code."""
    return {one.code: one for one in _categories() if one.since <= day}


def category_of(text: str) -> str | None:
    """The code of a category by its name in either language; None for none of ours, whatever the day."""
    folded = fold_name(text)
    return next((one.code for one in _categories() if folded in (fold_name(one.ja), fold_name(one.en))), None)


@cache
def subsidy_rules() -> Dated[SubsidyRule]:
    """Rate and ceiling by day."""
    return Dated(
        Entry(row["since"], SubsidyRule(row.get("percent"), row.get("ceiling_per_resident")), row["source"])
        for row in _table()["subsidy"]
    )


def subsidy_of(costs: Sequence[Cost], rule: SubsidyRule, *, residents: int) -> Subsidy:
    """What is paid of the costs under the rule: cannot be told while rate or ceiling is unknown."""
    whole = sum(one.yen for one in costs)
    ceiling = None if rule.ceiling_per_resident is None else rule.ceiling_per_resident * residents
    if rule.percent is None or ceiling is None:
        return Subsidy(whole, rule.percent, ceiling, None)
    return Subsidy(whole, rule.percent, ceiling, min(whole * rule.percent // 100, ceiling))
