"""What is typed into a form on a page, read exactly as the cells of a workbook are. Pure.

A row in which nothing is typed is no row. A row with a field that cannot be read is kept out of the records, and its
findings name the field by its place among the rows that are rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onshi.plans import catalogue, checking, costs
from onshi.plans.model import Finding
from onshi.plans.workbook import cells
from onshi.plans.workbook.cells import Wrong
from onshi.plans.workbook.layout import ROWS_MAX, TABLES, Column, Form, Table, record_of

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: `value` is all of it where `findings` are none, and what could be read otherwise."""

    value: Any
    findings: tuple[Finding, ...]


def table_of(section: str) -> Table:
    """The table of a section."""
    return next(one for one in TABLES if one.section == section)


def codes_of(column: Column) -> tuple[str, ...]:
    """The codes of the list that a column chooses from."""
    return tuple(costs.categories() if column.words == "category" else catalogue.words(column.words))


def read_rows(section: str, rows: Sequence[Row], year: int) -> Typed:
    """The records of a table, one for each row; words stand as their codes."""
    table, records = table_of(section), []
    found: list[Finding] = []
    if len(rows) > ROWS_MAX:
        return Typed((), (checking.finding("rows-too-many", section, limit=ROWS_MAX),))
    for place, row in enumerate(rows):
        values, wrong = _fields(table, row, f"{section}[{place}]", year)
        found += wrong
        if not wrong:
            records.append(record_of(table, values))
    return Typed(tuple(records), tuple(found))


def read_numbers(given: Row) -> Typed:
    """Single numbers by their name; None for an empty one."""
    values: dict[str, int | None] = {}
    found: list[Finding] = []
    for name, text in given.items():
        try:
            values[name] = None if cells.is_empty(text) else cells.count(text)
        except Wrong as wrong:
            found.append(checking.finding(wrong.code, name, **wrong.facts))
    return Typed(values, tuple(found))


def _fields(table: Table, row: Row, path: str, year: int) -> tuple[dict[str, Any], list[Finding]]:
    values: dict[str, Any] = {}
    found: list[Finding] = []
    for column in table.columns:
        where, text = f"{path}.{column.name}", row.get(column.name, "")
        if cells.is_empty(text):
            if column.required:
                found.append(checking.finding("blank", where))
            continue
        try:
            values[column.name] = _read(text, column, year)
        except Wrong as wrong:
            found.append(checking.finding(wrong.code, where, **wrong.facts))
    return values, found


def _read(text: str, column: Column, year: int) -> object:
    if column.form is not Form.WORD:
        return cells.read_cell(text, column, year)
    if text not in codes_of(column):
        raise Wrong("not-in-list")
    return cells.KINDS[column.words](text)
