"""Questions from a file, one a row."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from onshi.cli.errors import HeaderUnknown, QuestionsUnreadable
from onshi.interfaces.rest.problems import BadRequest, problem
from onshi.interfaces.rest.shapes import CardIn, CheckIn, read_check
from onshi.kernel import OnshiError

_FIELDS = ("insurer_number", "symbol", "number", "branch", "birth_on", "on", "known_at", "reference")
_FLAGS = ("limit_consent", "disease_consent")
_CARD = ("card_issuer", "card_serial")
_TRUE, _FALSE = ("1", "true"), ("", "0", "false")
COLUMNS = (*_CARD, *_FIELDS, *_FLAGS)
"""The header of a CSV file of questions; any of them may be left out."""


class _Referred(msgspec.Struct):
    reference: str | None = None


_decode_reference = msgspec.json.Decoder(_Referred).decode


@dataclass(frozen=True, slots=True)
class Question:
    """One row, not read yet: `row` counts from 1, `content` is a JSON line or the cells of a CSV row by header."""

    row: int
    content: bytes | Mapping[str, str]

    def read(self) -> CheckIn:
        """The question as the REST interface has it. Raises BadRequest."""
        return read_check(self.content) if isinstance(self.content, bytes) else _of_cells(self.content)

    @property
    def reference(self) -> str | None:
        """The asker's own name for the row, also where the rest of it cannot be read."""
        if not isinstance(self.content, bytes):
            return self.content.get("reference") or None
        try:
            return _decode_reference(self.content).reference
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def refused(self, error: OnshiError) -> dict[str, object]:
        """The row's refusal as the REST interface tells it among results, and which row it was."""
        told: dict[str, object] = {"row": self.row, "error": msgspec.Raw(problem(error))}
        return told if self.reference is None else {**told, "reference": self.reference}


def asked_file(path: Path) -> Iterator[Question]:
    """The questions of a file: JSON objects one a line (`.jsonl`, `.ndjson`), CSV otherwise.

    Raises HeaderUnknown, QuestionsUnreadable.
    """
    if path.suffix in (".jsonl", ".ndjson"):
        return _of_lines(path)
    return _of_csv(path)


def _of_lines(path: Path) -> Iterator[Question]:
    with path.open("rb") as file:
        for row, line in enumerate(file, start=1):
            if line.strip():
                yield Question(row, line)


def _of_csv(path: Path) -> Iterator[Question]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="", restkey="")
            unknown = sorted(set(reader.fieldnames or ()) - set(COLUMNS))
            if unknown or not reader.fieldnames:
                raise HeaderUnknown(file=path.name, columns=", ".join(COLUMNS))
            for row, cells in enumerate(reader, start=1):
                yield Question(row, cells)
    except (UnicodeDecodeError, csv.Error):
        raise QuestionsUnreadable(file=path.name) from None


def _of_cells(cells: Mapping[str, str]) -> CheckIn:
    if "" in cells:
        raise BadRequest(why="the row has more cells than the header")
    issuer, serial = (cells.get(name, "") for name in _CARD)
    texts = {name: cells.get(name) or None for name in _FIELDS}
    flags = {name: _flag(cells.get(name, ""), name) for name in _FLAGS}
    asked = CheckIn(card=CardIn(issuer, serial) if issuer or serial else None)
    return msgspec.structs.replace(asked, **texts, **flags)


def _flag(text: str, name: str) -> bool:
    if text.lower() not in _TRUE + _FALSE:
        raise BadRequest(why=f"`{name}` is 1 or 0")
    return text.lower() in _TRUE
