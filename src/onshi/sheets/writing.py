"""Workbooks that others open: tables to take away, and forms to be filled in."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from onshi.sheets.model import Look, NewSheet, Put, Value

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_LINE = Side(style="thin", color="8C8C8C")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
# Light fills that keep black text readable; a cell to be filled in has a frame as well.
_FILLS = {Look.HEADER: "E2E3E5", Look.LABEL: "F1F1F4", Look.INPUT: "FFF9DB", Look.TOTAL: "E2E3E5"}
_FONTS = {
    Look.TITLE: Font(bold=True, size=14),
    Look.HEADER: Font(bold=True),
    Look.TOTAL: Font(bold=True),
    Look.NOTE: Font(color="555555"),
}
_BOXED = frozenset({Look.HEADER, Look.LABEL, Look.INPUT, Look.TOTAL})
_WIDTH, _WIDTH_MAX = 12.0, 60.0


def formula_safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe in front."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def table(name: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> NewSheet:
    """A table to take away: its header stays in view, columns are as wide as their longest cell needs."""
    kept = [list(row) for row in rows]
    shown: list[list[Value]] = [[*header], *kept]
    widths = [
        min(_WIDTH_MAX, max(_WIDTH, *(_signs(row[place]) + 2 for row in shown if place < len(row))))
        for place in range(len(header))
    ]
    return NewSheet(name, [[Put(one, Look.HEADER) for one in header], *kept], widths, frozen="A2")


def _signs(value: Value) -> int:
    """How wide a value is: a Japanese sign takes two."""
    text = f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)
    return sum(2 if ord(char) > 0x2000 else 1 for char in text)


def write(sheets: Iterable[NewSheet]) -> bytes:
    """The workbook. A text stays a text, also one that looks like a formula, but for control signs, which no workbook
    can hold; whole numbers show their thousands."""
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        made = book.create_sheet(sheet.name)
        for row, cells in enumerate(sheet.rows, start=1):
            for column, given in enumerate(cells, start=1):
                _put(made, row, column, given if isinstance(given, Put) else Put(given))
        for column, width in enumerate(sheet.widths, start=1):
            made.column_dimensions[get_column_letter(column)].width = width
        for choice in sheet.choices:
            listed = DataValidation(type="list", formula1='"' + ",".join(choice.options) + '"', allow_blank=True)
            listed.showErrorMessage = True
            listed.add(choice.cells)
            made.add_data_validation(listed)
        made.freeze_panes = sheet.frozen
        made.page_setup.orientation = "landscape" if sheet.is_landscape else "portrait"
        made.page_setup.paperSize = made.PAPERSIZE_A4
        made.page_setup.fitToHeight = 0
        made.sheet_properties.pageSetUpPr.fitToPage = True
    return saved(book)


def _put(sheet: Worksheet, row: int, column: int, put: Put) -> None:
    if put.value is None and put.look is Look.PLAIN and not put.form:
        return
    cell = sheet.cell(row, column)
    if isinstance(put.value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", put.value)
        cell.data_type = "s"
    else:
        cell.value = put.value
    if put.form:
        cell.number_format = put.form
    elif isinstance(put.value, int) and not isinstance(put.value, bool):
        cell.number_format = "#,##0"
    if put.look in _FONTS:
        cell.font = _FONTS[put.look]
    if put.look in _FILLS:
        cell.fill = PatternFill("solid", fgColor=_FILLS[put.look])
    if put.look in _BOXED:
        cell.border = _BOX
    if put.look is not Look.PLAIN:
        cell.alignment = Alignment(vertical="center", wrap_text=put.look is not Look.TITLE)
