"""A part of a plan as fields of a form, and the fields back as rows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from onshi.kernel import months_of_fiscal_year
from onshi.plans import catalogue, workbook
from onshi.plans.model import OWN_PLACES, Content, Finding
from onshi.plans.workbook import Column, Form, Table
from onshi.web.plans.parts import Part, field_id

Row = Mapping[str, str]
REMOVE = "remove"
SPARE = 2
_SPARE_SITES = 1
MORE = 5
# What a new row may say before anybody has typed anything; a row with nothing else is no row.
_DEFAULTS: Mapping[str, Row] = {"sites": {"days": "20", "opens": "08:30", "closes": "17:15"}}
_KINDS: Mapping[Form, Mapping[str, str]] = {
    Form.COUNT: {"inputmode": "numeric", "class": "count"},
    Form.YEN: {"inputmode": "numeric", "class": "yen"},
    Form.PERCENT: {"inputmode": "decimal", "class": "count"},
    Form.TEXT: {"maxlength": "200", "class": "text"},
    Form.DAY: {"type": "date", "class": "day"},
    Form.TIME: {"type": "time", "class": "day"},
}


@dataclass(frozen=True, slots=True)
class Input:
    """One field: its id is its name. `problems` are ids of the findings that are about it."""

    name: str
    title: str
    value: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[tuple[str, str]] = ()
    required: bool = False
    hint: str = ""
    problems: tuple[str, ...] = ()
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: how it is called, and its fields."""

    number: int
    fields: tuple[Input, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of fields."""

    section: str
    headers: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """Which field has which findings."""

    ids: Mapping[str, tuple[str, ...]]
    wrong: frozenset[str]


def marks_of(findings: Sequence[Finding]) -> Marks:
    """Findings by field; `finding-0` is the id of the first in the list."""
    ids: dict[str, tuple[str, ...]] = {}
    for place, one in enumerate(findings):
        name = field_id(one.path)
        ids[name] = (*ids.get(name, ()), f"finding-{place}")
    return Marks(ids, frozenset(field_id(one.path) for one in findings if one.is_error))


def rows_of(section: str, content: Content) -> list[Row]:
    """What is filled in, as text."""
    table = workbook.table_of(section)
    return [
        {one.name: _text(workbook.field_of(record, one.name)) for one in table.columns}
        for record in getattr(content, section)
    ]


def numbers_of(part: Part, content: Content) -> Row:
    """The single numbers of a part, as text."""
    found = {}
    for path in part.numbers:
        section, dot, name = path.rpartition(".")
        found[path] = _text(getattr(getattr(content, section) if dot else content, name))
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def typed_rows(section: str, given: Mapping[str, str]) -> list[Row]:
    """The rows of a form that are rows: not those that were removed, nor those in which nothing was typed."""
    table = workbook.table_of(section)
    found: dict[int, dict[str, str]] = {}
    for name, value in given.items():
        first, dot, rest = name.partition(".")
        number, dot_again, column = rest.partition(".")
        if first == section and dot and dot_again and number.isascii() and number.isdigit() and len(number) < 5:
            found.setdefault(int(number), {})[column] = value.strip()
    rows = (found[number] for number in sorted(found))
    return [row for row in rows if not row.get(REMOVE) and not _is_blank(table, row)]


def _is_blank(table: Table, row: Row) -> bool:
    given = _DEFAULTS.get(table.section, {})
    names = (one.name for one in table.columns if one.name != "month")
    return all(row.get(name, "") in ("", given.get(name)) for name in names)


def grid(section: str, rows: Sequence[Row], year: int, language: str, marks: Marks, *, spare: int = SPARE) -> Grid:
    """The table with its rows, and empty ones below for more; the months of a year are all there."""
    table, empty = workbook.table_of(section), _DEFAULTS.get(section, {})
    numbered = list(enumerate(rows))
    if section == "months":
        numbered, spare = _all_months(rows, year), 0
    elif section == "sites":
        spare -= SPARE - _SPARE_SITES
    lines = [_line(table, number, row, year, language, marks) for number, row in numbered]
    first = len(lines)
    lines += [_line(table, first + more, empty, year, language, marks, is_new=True) for more in range(spare)]
    return Grid(section, tuple(_title(section, one.name, language) for one in table.columns), tuple(lines))


def _all_months(rows: Sequence[Row], year: int) -> list[tuple[int, Row]]:
    """April to March, each with the number under which findings know it; what is no month of the year, or there twice,
    stands after them."""
    left, new = dict(enumerate(rows)), len(rows)
    found: list[tuple[int, Row]] = []
    for month in months_of_fiscal_year(year):
        number = next((one for one, row in left.items() if row.get("month") == str(month)), None)
        if number is None:
            found.append((new, {"month": str(month)}))
            new += 1
        else:
            found.append((number, left.pop(number)))
    return [*found, *left.items()]


def _line(table: Table, number: int, row: Row, year: int, language: str, marks: Marks, *, is_new: bool = False) -> Line:
    fields = (_input(table, number, one, row.get(one.name, ""), year, language, marks) for one in table.columns)
    return Line(number, tuple(fields), is_new)


def _input(table: Table, number: int, column: Column, value: str, year: int, language: str, marks: Marks) -> Input:
    section = table.section
    name = f"{section}.{number}.{column.name}"
    whole_row = marks.ids.get(f"{section}.{number}", ()) if column is table.columns[0] else ()
    return Input(
        name,
        _title(section, column.name, language),
        value,
        _KINDS.get(column.form, {}),
        _options(section, column, value, year, language),
        column.required,
        catalogue.word("help", f"{section}.{column.name}", language),
        (*marks.ids.get(name, ()), *whole_row),
        name in marks.wrong,
    )


def _options(section: str, column: Column, value: str, year: int, language: str) -> list[tuple[str, str]]:
    """What a field chooses from; a value that is none of it stays, so that it can be seen and changed."""
    if column.form is Form.MONTH:
        months = [str(one) for one in months_of_fiscal_year(year)]
        found = [(one, one) for one in months]
    elif column.form is Form.WORD:
        codes = (one for one in workbook.codes_of(column) if section != "sites" or _may_be_site(column, one))
        found = [(one, catalogue.title_of(column.words, one, language)) for one in codes]
    else:
        return []
    known = {one for one, _ in found}
    return [("", ""), *found, *([(value, value)] if value and value not in known else [])]


def _may_be_site(column: Column, code: str) -> bool:
    return column.words != "place" or code in OWN_PLACES


def numbers(part: Part, given: Row, language: str, marks: Marks) -> list[Input]:
    """The fields of single numbers."""
    return [
        Input(
            path,
            _title(*_split(path), language),
            given.get(path, ""),
            _KINDS[Form.COUNT],
            hint=catalogue.word("help", path, language),
            problems=marks.ids.get(path, ()),
            is_wrong=path in marks.wrong,
        )
        for path in part.numbers
    ]


def _split(path: str) -> tuple[str, str]:
    section, _, name = path.rpartition(".")
    return section, name


def _title(section: str, name: str, language: str) -> str:
    """The title of a field as a label begins: with a capital."""
    found = catalogue.field(section, name, language)
    return found[:1].upper() + found[1:]
