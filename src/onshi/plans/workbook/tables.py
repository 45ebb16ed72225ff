"""The tables of a workbook: each known by its headers, wherever it stands; a row by row of its own."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from msgspec.structs import replace

from onshi import sheets
from onshi.plans import catalogue
from onshi.plans.model import Finding, MonthPlan
from onshi.plans.workbook import cells
from onshi.plans.workbook.gathering import Gathered, Spot, value_at
from onshi.plans.workbook.layout import ROWS_MAX, TABLES, TOTAL, Column, Form, Table, field_of, record_of
from onshi.sheets import Sheet, Value

_REMARKS = ("■", "※")
_HEADERS_ENOUGH = 2
_Columns = dict[int, Column]


def read_tables(sheet: Sheet, year: int, found: Gathered) -> None:
    """Every table on the sheet: its rows, totals and findings. `year` is what a month without one is of."""
    current: tuple[Table, _Columns] | None = None
    for number, row in enumerate(sheet.rows):
        if all(cells.is_empty(value) for value in row):
            continue
        header = _header_of(row)
        if header is not None:
            current = header if _opens(sheet, number, *header, found) else None
        elif _is_remark(row):
            current = None
        elif current is not None:
            _row(sheet, number, *current, year, found)


@cache
def _words(section: str) -> dict[str, str]:
    """The headers of a table, as they are compared."""
    (table,) = (one for one in TABLES if one.section == section)
    return {
        cells.folded(catalogue.field(section, one.name, language)): one.name
        for one in table.columns
        for language in catalogue.LANGUAGES
    }


@cache
def _first_headers() -> frozenset[str]:
    return frozenset(
        cells.folded(catalogue.field(table.section, table.columns[0].name, language))
        for table in TABLES
        for language in catalogue.LANGUAGES
    )


def _header_of(row: Sequence[Value]) -> tuple[Table, _Columns] | None:
    """The table that a row is the header of, and which column stands where."""
    given = {place: cells.folded(value) for place, value in enumerate(row) if isinstance(value, str)}
    for table in () if _first_headers().isdisjoint(given.values()) else TABLES:
        words, by_name = _words(table.section), {one.name: one for one in table.columns}
        columns = {place: by_name[words[text]] for place, text in given.items() if text in words}
        if len(columns) >= _HEADERS_ENOUGH and table.columns[0] in columns.values():
            return table, columns
    return None


def _is_remark(row: Sequence[Value]) -> bool:
    first = next(str(value) for value in row if not cells.is_empty(value))
    return first.lstrip().startswith(_REMARKS)


def _opens(sheet: Sheet, number: int, table: Table, columns: _Columns, found: Gathered) -> bool:
    """Whether the table begins here; one that was there before is not read again."""
    section = table.section
    first = Spot(sheet, number, min(columns))
    if section in found.rows:
        found.find("table-twice", section, first.name)
        return False
    found.rows[section] = []
    found.cells[section] = first
    seen: set[Column] = set()
    for place, value in enumerate(sheet.rows[number]):
        cell, column = sheets.place(sheet.name, number, place), columns.get(place)
        if column is None:
            if not cells.is_empty(value):
                found.find("column-unknown", section, cell)
            continue
        if column in seen:
            found.find("column-twice", section, cell)
        if place in sheet.hidden_columns:
            found.find("hidden-column", section, cell)
        seen.add(column)
    for one in table.columns:
        if one.required and one not in columns.values():
            found.find("column-missing", f"{section}.{one.name}", first.name, column=f"field:{section}.{one.name}")
    return True


def _row(sheet: Sheet, number: int, table: Table, columns: _Columns, year: int, found: Gathered) -> None:
    filled = {place: one for place, one in columns.items() if not cells.is_empty(sheet.value(number, place))}
    if not filled or _is_only_given(table, filled.values()) or found.counts[table.section] > ROWS_MAX:
        return
    first = sheets.place(sheet.name, number, min(columns))
    if number in sheet.hidden_rows:
        found.find("hidden-row", table.section, first)
    if any(cells.folded(str(sheet.value(number, place))) == cells.folded(TOTAL) for place in filled):
        _total(sheet, number, table, columns, found)
        return
    found.counts[table.section] += 1
    if found.counts[table.section] <= ROWS_MAX:
        _record_of(sheet, number, table, columns, year, found)
    else:
        found.find("rows-too-many", table.section, first, limit=ROWS_MAX)


def _is_only_given(table: Table, filled: Iterable[Column]) -> bool:
    """Whether only the month is there, which the form itself says."""
    return table.record is MonthPlan and [one.name for one in filled] == ["month"]


def _record_of(sheet: Sheet, number: int, table: Table, columns: _Columns, year: int, found: Gathered) -> None:
    section, rows = table.section, found.rows[table.section]
    before, path = len(found.findings), f"{section}[{len(rows)}]"
    values: dict[str, Any] = {}
    for place, one in columns.items():
        spot, where = Spot(sheet, number, place), f"{path}.{one.name}"
        found.cells[where] = spot
        value = value_at(spot, where, found, _reader(one, year), is_required=one.required)
        if value is not None:
            values[one.name] = value
    if any(one.is_error for one in found.findings[before:]):
        found.findings[before:] = [_without_row(one, path, section) for one in found.findings[before:]]
    elif all(one.name in values for one in table.columns if one.required):
        found.cells[path] = Spot(sheet, number, min(columns))
        rows.append(record_of(table, values))


def _without_row(one: Finding, path: str, section: str) -> Finding:
    """The finding of a row that is left out: it has no place among those that are kept, only a cell."""
    return replace(one, path=one.path.replace(path, section, 1))


def _reader(column: Column, year: int) -> Callable[[Value], object]:
    return lambda value: cells.read_cell(value, column, year)


# -- Totals ------------------------------------------------------------------------------------------------------------


def _total(sheet: Sheet, number: int, table: Table, columns: _Columns, found: Gathered) -> None:
    totals = found.totals.setdefault(table.section, {})
    for place, one in columns.items():
        spot = Spot(sheet, number, place)
        if one.form in (Form.COUNT, Form.YEN) and not cells.is_empty(spot.value):
            value = value_at(spot, f"{table.section}.{one.name}", found, cells.count, is_required=False)
            if value is not None:
                totals[one.name] = (value, spot.name)


def add_up(found: Gathered) -> None:
    """What the municipality added up itself, against the rows; not where a row of the table could not be read."""
    broken = {one.path.partition(".")[0] for one in found.findings if one.is_error}
    for section, totals in found.totals.items():
        for name, (given, cell) in totals.items():
            whole = sum(int(field_of(one, name) or 0) for one in found.rows[section])
            if given != whole and section not in broken:
                found.find("total-differs", f"{section}.{name}", cell, given=given, whole=whole)
