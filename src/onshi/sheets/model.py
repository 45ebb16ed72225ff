"""Cells, sheets and books, as read and as to be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None
"""What a cell holds. A whole number is an int, an empty cell None."""

_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as read; rows and columns count from 0. `formulas` has the text of each cell that is calculated."""

    name: str
    rows: Sequence[Sequence[Value]]
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def value(self, row: int, column: int) -> Value:
        """What the cell holds; None outside of what was written."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as read, its sheets in their order."""

    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name; None without one."""
        return next((one for one in self.sheets if one.name == name), None)


class Look(StrEnum):
    """How a written cell looks; what is to be filled in can be told from what is given, also in grey."""

    PLAIN = "plain"
    TITLE = "title"
    HEADER = "header"
    LABEL = "label"
    INPUT = "input"
    TOTAL = "total"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Put:
    """A cell to be written; `form` is a number format as spreadsheets write it, `@` for text."""

    value: Value
    look: Look = Look.PLAIN
    form: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Cells (`C5:C40`) that take only one of these."""

    cells: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet to be written. `widths` are in signs, column by column; `frozen` is the first cell that scrolls."""

    name: str
    rows: Sequence[Sequence[Put | Value]]
    widths: Sequence[float] = ()
    frozen: str | None = None
    choices: Sequence[Choice] = ()
    is_landscape: bool = False


def place(sheet: str, row: int, column: int) -> str:
    """Where a cell is, as spreadsheets say it: `計画!C12` for row 11, column 2."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return f"{sheet}!{letters}{row + 1}"
