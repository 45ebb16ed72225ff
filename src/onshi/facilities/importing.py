"""A file of steps: every row that can be read, and what is wrong with the others. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from onshi.facilities import way
from onshi.facilities.errors import StepsUnreadable
from onshi.facilities.model import Entered, Progress, Step
from onshi.kernel import Finding, ProviderCode, Severity, narrow, parse_day, parse_provider_code

COLUMNS = ("institution", "step", "on")
FINDINGS: Mapping[str, tuple[str, str]] = {
    "steps-institution": ("医療機関コードは10桁の数字です。", "The institution's code has ten digits."),
    "steps-unknown-facility": (
        "この施設はまだ登録されていません。",
        "This facility has not said yet what it is.",
    ),
    "steps-step": ("手順の名前が一覧にありません。", "There is no step of that name."),
    "steps-day": ("日付を読み取れません。", "The day cannot be read."),
    "facility-step-missing": ("先に済ませる手順がありません。", "A step it stands on was not taken."),
    "facility-step-too-early": ("前提となる手順より前の日付です。", "It would come before a step it stands on."),
    "facility-step-ahead": ("まだ来ていない日付です。", "Its day has not come yet."),
}
"""Codes of findings with their meaning, Japanese and English."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row that could be read, by its number from 1."""

    row: int
    entered: Entered


def read(data: bytes) -> tuple[list[Line], list[Finding]]:
    """The rows of a CSV in UTF-8 with the columns `COLUMNS`, in any order. StepsUnreadable."""
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error):
        raise StepsUnreadable(columns=", ".join(COLUMNS)) from None
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        raise StepsUnreadable(columns=", ".join(COLUMNS))
    lines: list[Line] = []
    findings: list[Finding] = []
    for number, row in enumerate(rows, start=1):
        found = _line(number, {name: row[name] or "" for name in COLUMNS})
        if isinstance(found, Line):
            lines.append(found)
        else:
            findings.append(found)
    return lines, findings


def _line(number: int, row: Mapping[str, str]) -> Line | Finding:
    try:
        institution = parse_provider_code(row["institution"])
    except ValueError:
        return Finding(number, "institution", "steps-institution", Severity.ERROR)
    name = narrow(row["step"])
    if name not in set(Step):
        return Finding(number, "step", "steps-step", Severity.ERROR)
    try:
        on = parse_day(row["on"])
    except ValueError:
        return Finding(number, "on", "steps-day", Severity.ERROR)
    return Line(number, Entered(institution, Step(name), on))


def fit(lines: list[Line], known: Mapping[ProviderCode, Progress], *, on: date) -> tuple[list[Line], list[Finding]]:
    """The rows that can be taken beside what is known of every facility, and why not the others.

    Of two rows for one step the later one in the file counts; otherwise their order does not matter.
    """
    taken: list[Line] = []
    findings: list[Finding] = []
    order = list(Step)
    for institution, theirs in groupby(
        sorted(lines, key=lambda one: (one.entered.institution, order.index(one.entered.step), one.row)),
        key=lambda one: one.entered.institution,
    ):
        progress = known.get(institution)
        if progress is None:
            findings += [Finding(one.row, "institution", "steps-unknown-facility", Severity.ERROR) for one in theirs]
            continue
        fitting, unfit = _fit_of_one(list(theirs), progress, on)
        taken += fitting
        findings += unfit
    return taken, sorted(findings, key=lambda one: one.row)


def _fit_of_one(lines: list[Line], progress: Progress, on: date) -> tuple[list[Line], list[Finding]]:
    """All rows of a facility where they fit together, as when days move that stand on each other; otherwise each that
    fits, tried in the order of the way."""
    if not any(way.faults({**progress, **_days(lines)}, on=on)):
        return lines, []
    taken: list[Line] = []
    findings: list[Finding] = []
    for line in lines:
        fault = next(iter(way.faults({**progress, **_days([*taken, line])}, on=on)), None)
        if fault is None:
            taken.append(line)
        else:
            findings.append(Finding(line.row, "on", fault.code, Severity.ERROR))
    return taken, findings


def _days(lines: Iterable[Line]) -> dict[Step, date]:
    return {one.entered.step: one.entered.on for one in lines if one.entered.on is not None}
