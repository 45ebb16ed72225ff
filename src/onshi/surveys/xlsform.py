"""A survey as an XLSForm workbook, which ODK and KoboToolbox take, and back. Pure.

What we write has one question more, `addressee`, where the survey went to several. What we read may be made in any
spreadsheet; what anonymous surveys do not have (free text, devices, places, times) is a finding and not taken.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from onshi import sheets
from onshi.kernel import Finding, Severity
from onshi.sheets import NewSheet, Sheet
from onshi.surveys.errors import WorkbookUnreadable
from onshi.surveys.importing import finding
from onshi.surveys.model import Choice, Kind, OnlyIf, Question, Survey, Words, shown_survey_id
from onshi.surveys.rules import ADDRESSEE

_JA, _EN = "label::日本語 (ja)", "label::English (en)"
_ADDRESSEE_WORDS = Words("どの機関として回答しますか", "For which organisation do you answer?")
_TYPES = {Kind.NUMBER: "integer", Kind.DAY: "date"}
_SELECTS = {"select_one": Kind.ONE, "select_multiple": Kind.SEVERAL}
_GROUPS = {"begin_group", "begin group"}
# Question types of XLSForm that gather what nobody is to be known by, and those that only arrange the others.
_METADATA = {
    "start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit",
    "note", "end_group", "end group", *_GROUPS,
}  # fmt: skip
_RANGE = re.compile(r"\s*\.\s*>=\s*(-?[0-9]{1,13})\s+and\s+\.\s*<=\s*(-?[0-9]{1,13})\s*")
_ONE_IS = re.compile(r"\s*\$\{(\w+)\}\s*=\s*['\"‘’“”](\w+)['\"‘’“”]\s*")
_SELECTED = re.compile(r"\s*selected\(\s*\$\{(\w+)\}\s*,\s*['\"‘’“”](\w+)['\"‘’“”]\s*\)\s*")


# -- Writing -----------------------------------------------------------------------------------------------------------


def workbook(survey: Survey, parties: Mapping[str, str]) -> bytes:
    """The survey as .xlsx; `parties` are the names of its addressees by id."""
    asked = [["type", "name", _JA, _EN, "required", "relevant", "constraint"]]
    choices = [["list_name", "name", _JA, _EN]]
    if len(parties) > 1:
        asked.append([f"select_one {ADDRESSEE}", ADDRESSEE, *_pair(_ADDRESSEE_WORDS), "yes", "", ""])
        choices += [[ADDRESSEE, party, name, name] for party, name in parties.items()]
    for one in survey.draft.questions:
        asked.append([_type(one), one.code, *_pair(one.words), "yes" if one.required else "", *_bounds(survey, one)])
        choices += [[one.code, choice.code, *_pair(choice.words)] for choice in one.choices]
    settings = [
        ["form_title", "form_id", "version", "default_language"],
        [
            survey.draft.title.ja,
            f"onshi_{shown_survey_id(survey.id)}",
            survey.made_on.strftime("%Y%m%d"),
            "日本語 (ja)",
        ],
    ]
    pages = {"survey": asked, "choices": choices, "settings": settings}
    return sheets.write(NewSheet(name, rows) for name, rows in pages.items())


def _pair(words: Words) -> tuple[str, str]:
    return words.ja, words.en


def _type(question: Question) -> str:
    if question.is_ticked:
        return f"{'select_one' if question.kind is Kind.ONE else 'select_multiple'} {question.code}"
    return _TYPES[question.kind]


def _bounds(survey: Survey, question: Question) -> tuple[str, str]:
    limit = f". >= {question.low} and . <= {question.high}" if question.kind is Kind.NUMBER else ""
    condition = question.only_if
    if condition is None:
        return "", limit
    before = survey.question(condition.question)
    if before is not None and before.kind is Kind.SEVERAL:
        return f"selected(${{{condition.question}}}, '{condition.choice}')", limit
    return f"${{{condition.question}}} = '{condition.choice}'", limit


# -- Reading -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Described:
    """What a workbook asks. With an error among the findings the questions are not all of it."""

    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything in it was understood."""
        return not any(one.severity is Severity.ERROR for one in self.findings)


def read_workbook(data: bytes) -> Described:
    """The questions of a workbook. WorkbookUnreadable, and what `sheets.read` refuses."""
    book = sheets.read(data)
    asked, choices = (book.sheet(name) for name in ("survey", "choices"))
    if asked is None or "type" not in _heads(asked):
        raise WorkbookUnreadable
    reading = _Reading(_choices(choices))
    for number, row in enumerate(_rows(asked), start=1):
        reading.take(number, row)
    return Described(tuple(reading.questions), tuple(reading.findings))


def _heads(sheet: Sheet) -> list[str]:
    return [str(cell or "").strip() for cell in sheet.rows[0]] if sheet.rows else []


def _rows(sheet: Sheet) -> list[dict[str, str]]:
    heads = _heads(sheet)
    return [
        {head: "" if cell is None else str(cell).strip() for head, cell in zip(heads, row, strict=False)}
        for row in sheet.rows[1:]
    ]


def _words(row: Mapping[str, str]) -> Words | None:
    """Labels in both languages; None where one is missing."""
    found = dict.fromkeys(("ja", "en"), "")
    for head, text in row.items():
        for name in found:
            if head.startswith("label") and head.endswith(f"({name})"):
                found[name] = text
    return Words(**found) if all(found.values()) else None


def _choices(sheet: Sheet | None) -> dict[str, list[tuple[str, Words | None]]]:
    found: dict[str, list[tuple[str, Words | None]]] = {}
    for row in _rows(sheet) if sheet else ():
        if row.get("list_name") and row.get("name"):
            found.setdefault(row["list_name"], []).append((row["name"], _words(row)))
    return found


@dataclass
class _Reading:
    """The questions so far, and what was wrong with their rows."""

    choices: Mapping[str, Sequence[tuple[str, Words | None]]]
    questions: list[Question] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def take(self, number: int, row: Mapping[str, str]) -> None:
        """One row of the sheet; an empty one is skipped, and the question for the addressee is ours again."""
        kind, _, list_name = row.get("type", "").partition(" ")
        if not kind or row.get("name") == ADDRESSEE:
            return
        if row["type"] in _METADATA:
            # The condition of a group holds for all its questions: without it they would be asked of others.
            if row["type"] in _GROUPS and row.get("relevant"):
                self._note(number, "relevant", "condition-not-taken")
            else:
                self._note(number, "type", "type-dropped")
            return
        known = _SELECTS.get(kind) or next((one for one, name in _TYPES.items() if name == kind), None)
        if known is None:
            self._note(number, "type", "type-not-taken")
            return
        words = _words(row)
        if words is None:
            self._note(number, "label", "words-missing")
        low, high = self._range(number, row) if known is Kind.NUMBER else (0, 0)
        required = row.get("required", "").lower() in ("yes", "true", "true()")
        if required and known is Kind.SEVERAL:
            self._note(number, "required", "required-dropped")
        self.questions.append(
            Question(
                row.get("name", ""),
                known,
                words or Words("", ""),
                self._listed(number, list_name.strip()) if known in _SELECTS.values() else (),
                low,
                high,
                self._condition(number, row),
                required and known is not Kind.SEVERAL,
            )
        )

    def _note(self, number: int, column: str, code: str) -> None:
        self.findings.append(finding(number, column, code))

    def _range(self, number: int, row: Mapping[str, str]) -> tuple[int, int]:
        found = _RANGE.fullmatch(row.get("constraint", ""))
        if found is None:
            self._note(number, "constraint", "range-missing")
            return 0, 0
        return int(found[1]), int(found[2])

    def _listed(self, number: int, name: str) -> tuple[Choice, ...]:
        listed = self.choices.get(name, ())
        if not listed:
            self._note(number, "type", "choices-missing")
        if any(words is None for _, words in listed):
            self._note(number, "choices", "words-missing")
        return tuple(Choice(code, words) for code, words in listed if words is not None)

    def _condition(self, number: int, row: Mapping[str, str]) -> OnlyIf | None:
        text = row.get("relevant", "")
        if not text:
            return None
        found = _ONE_IS.fullmatch(text) or _SELECTED.fullmatch(text)
        if found is None:
            self._note(number, "relevant", "condition-not-taken")
            return None
        return OnlyIf(found[1], found[2])
