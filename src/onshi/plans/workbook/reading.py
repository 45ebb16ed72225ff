"""A filled-in workbook read: what it says, and every finding with its cell.

Read by words, not by places: a table is known by its headers, a single field by its label, wherever they stand. A row
with a cell that cannot be read is left out of the content, so that what follows from it is not found as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from onshi import sheets
from onshi.kernel import MunicipalityCode
from onshi.plans import calendar, checking
from onshi.plans.errors import NotAPlan
from onshi.plans.model import Content, Finding, MyKey
from onshi.plans.workbook.gathering import Gathered
from onshi.plans.workbook.layout import MYKEY, SCALARS, TABLES
from onshi.plans.workbook.singles import labels_of, read_heading, read_singles
from onshi.plans.workbook.tables import add_up, read_tables
from onshi.sheets import Book, Sheet


@dataclass(frozen=True, slots=True)
class Read:
    """What a workbook says. `town` and `year` are None where they cannot be told; `is_whole`: every cell could be
    read, so the content is all there is."""

    town: MunicipalityCode | None
    year: int | None
    content: Content
    findings: tuple[Finding, ...]
    is_whole: bool


def read(data: bytes) -> Read:
    """The plan in a workbook, with what does not make sense in it. NotAPlan when it has none of the form's tables;
    NotAWorkbook, WorkbookTooLarge."""
    found = Gathered()
    shown = list(_visible(sheets.read(data), found))
    labels = labels_of(shown)
    town, year = read_heading(labels, found)
    read_singles(labels, found)
    for sheet in shown:
        read_tables(sheet, year or calendar.first_year(), found)
    if not found.rows:
        raise NotAPlan
    for table in TABLES:
        if table.section not in found.rows:
            found.find("table-missing", table.section, "", sheet=table.sheet)
    add_up(found)
    content, is_whole = _content(found), found.is_whole
    findings = [*found.findings, *_senses(content, town, year, found)]
    return Read(town, year, content, tuple(checking.in_order(findings)), is_whole)


def _visible(book: Book, found: Gathered) -> Iterator[Sheet]:
    for sheet in book.sheets:
        if sheet.is_hidden:
            found.find("hidden-sheet", "", sheets.place(sheet.name, 0, 0), sheet=sheet.name)
        else:
            yield sheet


def _content(found: Gathered) -> Content:
    tables: dict[str, Any] = {one.section: tuple(found.rows.get(one.section, ())) for one in TABLES}
    single = {name: found.single.get(name) for name in SCALARS}
    mykey = MyKey(**{name: found.single.get(f"mykey.{name}") or 0 for name in MYKEY})
    return Content(**(single | {"issued_before": single["issued_before"] or 0}), mykey=mykey, **tables)


def _senses(content: Content, town: MunicipalityCode | None, year: int | None, found: Gathered) -> Iterator[Finding]:
    """What makes no sense in what was read, each at the cell of its field, of its row or of its table's header."""
    if town is None or year is None:
        return
    for one in checking.check(content, town, year, is_whole=found.is_whole):
        row = one.path.partition(".")[0]
        spot = found.cells.get(one.path) or found.cells.get(row) or found.cells.get(row.partition("[")[0])
        yield replace(one, cell="" if spot is None else spot.name)
