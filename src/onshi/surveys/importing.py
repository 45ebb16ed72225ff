"""Answers that were collected elsewhere: a CSV file as ODK Central and KoboToolbox export it. Pure."""

import csv
import io
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from onshi.kernel import Finding, Severity
from onshi.surveys.errors import NoAnswersTaken
from onshi.surveys.model import Content, Kind, PartyId, Question
from onshi.surveys.rules import ADDRESSEE, read_answers

ROWS_MAX = 200_000
BYTES_MAX = 64 << 20
_TICKED = {"1", "true", "yes"}


@dataclass(frozen=True, slots=True)
class FindingKind:
    """What a finding means, in Japanese and English."""

    code: str
    severity: Severity
    what_ja: str
    what_en: str

    def what(self, language: str) -> str:
        """In `ja` or `en`."""
        return self.what_ja if language == "ja" else self.what_en


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read: answers by addressee, and what was wrong. A row with an error is not taken."""

    answers: tuple[tuple[PartyId, Content], ...]
    findings: tuple[Finding, ...]


@cache
def finding_kinds() -> Mapping[str, FindingKind]:
    """Every finding by its code."""
    table = tomllib.loads(files("onshi.surveys").joinpath("findings.toml").read_text(encoding="utf-8"))
    return {row["code"]: FindingKind(**{**row, "severity": Severity(row["severity"])}) for row in table["finding"]}


def finding(row: int, column: str, code: str) -> Finding:
    """A finding with the severity of its kind."""
    return Finding(row, column, code, finding_kinds()[code].severity)


@cache
def _dropped() -> frozenset[str]:
    table = tomllib.loads(files("onshi.surveys").joinpath("metadata.toml").read_text(encoding="utf-8"))
    return frozenset(table["dropped"])


def read_file(
    data: bytes, questions: Sequence[Question], parties: Collection[PartyId], only: PartyId | None
) -> Imported:
    """The answers of a file, those of the addressee `only` or of the one each row names. NoAnswersTaken."""
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise NoAnswersTaken(limit=ROWS_MAX) from None
    if not 1 < len(lines) <= ROWS_MAX + 1:
        raise NoAnswersTaken(limit=ROWS_MAX)
    header = [name.strip() for name in lines[0]]
    columns = _Columns(header, questions)
    found = list(columns.findings(needs_addressee=only is None))
    if any(one.severity is Severity.ERROR for one in found):
        return Imported((), tuple(found))
    answers = []
    for number, line in enumerate(lines[1:], start=1):
        if not any(cell.strip() for cell in line):
            continue
        party = only or columns.addressee(line)
        content, faults = read_answers(questions, columns.given(line))
        wrong = [finding(number, columns.name(code), fault.value) for code, fault in faults.items()]
        if party not in parties:
            wrong.append(finding(number, ADDRESSEE, "addressee-unknown"))
        found += wrong
        if not wrong:
            answers.append((party, content))
    return Imported(tuple(answers), tuple(found))


class _Columns:
    """Where in a line the answer to each question stands: in one cell, or with several choices in one for each."""

    def __init__(self, header: Sequence[str], questions: Sequence[Question]) -> None:
        self._header = header
        self._questions = questions
        self._whole: dict[str, int] = {}
        self._split: dict[str, dict[str, int]] = {one.code: {} for one in questions}
        self._addressee: int | None = None
        self._known: set[int] = set()
        for place, name in enumerate(header):
            self._place(place, name)

    def _place(self, place: int, name: str) -> None:
        # Groups stand before the name, with a slash (KoboToolbox) or a dash (ODK Central).
        *before, last = name.replace("/", "-").split("-")
        of = next((one for one in self._questions if before and one.code == before[-1]), None)
        if of is not None and of.kind is Kind.SEVERAL and of.choice(last) is not None:
            self._split[of.code][last] = place
        elif last in self._split and last not in self._whole:
            self._whole[last] = place
        elif last == ADDRESSEE and self._addressee is None:
            self._addressee = place
        else:
            return
        self._known.add(place)

    def findings(self, *, needs_addressee: bool) -> Iterable[Finding]:
        """Questions without a column, and columns that are no question's."""
        for question in self._questions:
            if question.code not in self._whole and not self._split[question.code]:
                yield finding(0, question.code, "column-missing")
        if needs_addressee and self._addressee is None:
            yield finding(0, ADDRESSEE, "column-missing")
        for place, name in enumerate(self._header):
            if place not in self._known:
                # Its name is repeated only where it is one we know: anything may stand in a first line.
                yield finding(
                    0, name if name.split("/")[-1].lower() in _dropped() else f"#{place + 1}", "column-dropped"
                )

    def addressee(self, line: Sequence[str]) -> PartyId:
        """Which organisation a line names."""
        return self._cell(line, self._addressee).strip()

    def name(self, code: str) -> str:
        """The heading of a question."""
        return self._header[self._whole[code]] if code in self._whole else code

    def given(self, line: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """What stands in the line, by question."""
        return {question.code: self._texts(line, question) for question in self._questions}

    def _texts(self, line: Sequence[str], question: Question) -> Sequence[str]:
        if question.code in self._whole:
            text = self._cell(line, self._whole[question.code])
            return text.split() if question.kind is Kind.SEVERAL else [text]
        split = self._split[question.code]
        return [code for code, place in split.items() if self._cell(line, place).strip().lower() in _TICKED]

    @staticmethod
    def _cell(line: Sequence[str], place: int | None) -> str:
        return line[place] if place is not None and place < len(line) else ""
