"""Which paper an insurer gives beside the card, why, and how long it is valid."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from onshi.kernel import ONE_DAY
from onshi.law.card_days import birthday_in
from onshi.law.insurers import insurer_kind
from onshi.law.reasons import Reason, read_table, reasons_of


class Paper(StrEnum):
    """The papers; only the confirmation document and the old insurance card are enough by themselves."""

    INSURANCE_CARD = "insurance_card"
    CONFIRMATION_DOCUMENT = "confirmation_document"
    ELIGIBILITY_NOTICE = "eligibility_notice"


@dataclass(frozen=True, slots=True)
class PaperGround:
    """Why somebody gets a confirmation document; `on_request` when the insurer does not give it unasked."""

    reason: Reason
    on_request: bool
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class PaperDecision:
    """Which paper, why, and whether it has to be asked for."""

    paper: Paper
    because: Reason
    on_request: bool


@cache
def _table() -> dict[str, Any]:
    return read_table("desk_papers.toml")


@cache
def paper_grounds() -> dict[str, PaperGround]:
    """Every ground for a confirmation document by its code, in the order of the table."""
    return {
        row["code"]: PaperGround(
            Reason(row["code"], row["ja"], row["en"]), row["by"] == "request", row["since"], row["source"]
        )
        for row in _table()["ground"]
    }


@cache
def paper_names() -> dict[Paper, Reason]:
    """What each paper is called in both languages."""
    return {Paper(row["slug"]): Reason(row["slug"], row["ja"], row["en"]) for row in _table()["paper"]}


def _holds(row: dict[str, Any], family: str, on: date) -> bool:
    return family in row["families"] and row["since"] <= on and ("ends" not in row or on < row["ends"])


def _papers(family: str, on: date) -> set[str]:
    return {row["slug"] for row in _table()["paper"] if _holds(row, family, on)}


def paper_for(kind: str, on: date, *, ground: str | None) -> PaperDecision | None:
    """Which paper a member of that kind of insurer gets on that day; None where the table does not speak (medical aid).

    `ground` is a code of `paper_grounds`, None for somebody who uses the card. KeyError when there is no such kind or
    ground.
    """
    family = insurer_kind(kind).family
    why = None if ground is None else paper_grounds()[ground]
    given = _papers(family, on)
    if not given:
        return None
    texts = reasons_of(_table()["reasons"])
    if Paper.INSURANCE_CARD in given:
        return PaperDecision(Paper.INSURANCE_CARD, texts["before-the-change"], on_request=False)
    if why is not None and not why.on_request:
        return PaperDecision(Paper.CONFIRMATION_DOCUMENT, why.reason, on_request=False)
    for row in _table()["everybody"]:
        if _holds(row, family, on):
            everybody = Reason(row["code"], row["ja"], row["en"])
            return PaperDecision(Paper.CONFIRMATION_DOCUMENT, everybody, on_request=False)
    if why is not None:
        return PaperDecision(Paper.CONFIRMATION_DOCUMENT, why.reason, on_request=True)
    return PaperDecision(Paper.ELIGIBILITY_NOTICE, texts["uses-the-card"], on_request=False)


def paper_valid_to(issued_on: date, kind: str, wanted: date | None = None) -> date | None:
    """The last day of a confirmation document: as wanted, at the longest five years, for the elderly the next 31 July.

    None for a kind or a day the table does not speak of. ValueError when `wanted` lies before the day of issue.
    """
    if wanted is not None and wanted < issued_on:
        raise ValueError("a paper cannot end before it is issued")
    family = insurer_kind(kind).family
    row = next((row for row in _table()["validity"] if _holds(row, family, issued_on)), None)
    if row is None:
        return None
    longest = birthday_in(issued_on, issued_on.year + row["years"], feb29="mar1") - ONE_DAY
    if "until" in row:
        longest = min(longest, _next(row["until"], issued_on))
    return longest if wanted is None else min(wanted, longest)


def _next(month_and_day: str, on: date) -> date:
    """The next day of that month and number, `on` included."""
    this_year = date.fromisoformat(f"{on.year}-{month_and_day}")
    return this_year if on <= this_year else this_year.replace(year=on.year + 1)


def is_insurance_card_usable(*, issued_on: date, on: date, printed_to: date | None = None) -> bool:
    """Whether an old insurance card still served on that day; `printed_to` is the last day printed on it."""
    last_issue = next(row["ends"] for row in _table()["paper"] if row["slug"] == Paper.INSURANCE_CARD)
    use = _table()["insurance_card_use"][0]
    in_time = use["since"] <= issued_on < last_issue and issued_on <= on < use["ends"]
    return in_time and (printed_to is None or on <= printed_to)
