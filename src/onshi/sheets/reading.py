"""A workbook as it comes from outside: looked over before it is opened, then read with what a reader would not see."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from functools import lru_cache

from openpyxl import load_workbook
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from onshi.kernel import ZIP_DAMAGE
from onshi.sheets.errors import NotAWorkbook, WorkbookTooLarge
from onshi.sheets.model import Book, Sheet, Value

BYTES_MAX = 20 << 20
_UNPACKED_MAX = 200 << 20
_PARTS_MAX = 1_000
_CELLS_MAX = 2_000_000
# As wide as any reader of XML might take them: what is matched too much only refuses, or looks twice.
_ROW = re.compile(rb"<(?:[^\s<>/:]+:)?row(?=[\s>/])")
_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c(?=[\s>/])")
_PLACE = re.compile(rb"""[\s"']r\s*=\s*["']([A-Za-z]*)([0-9]+)""")
_UNSEEN = re.compile(rb"""<(?:[^\s<>/:]+:)?f(?=[\s>/])|[\s"']hidden\s*=\s*["'](?:1|true)""")
_LETTERS_MAX = 3
_UTF8_STARTS = (b"<", b"\xef\xbb\xbf<")


def read(data: bytes) -> Book:
    """Every sheet that holds cells. NotAWorkbook, WorkbookTooLarge.

    Values are read by calamine, which is quick; only a workbook with formulas or hidden rows is opened a second time,
    slowly, to say where they are. Macros, links and pictures are not looked at.
    """
    needs_more = _looked_over(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [one for one in book.sheets_metadata if one.typ is SheetTypeEnum.WorkSheet]
        cells = {one.name: _values(book.get_sheet_by_name(one.name).to_python(skip_empty_area=False)) for one in shown}
    except (CalamineError, ValueError):
        raise NotAWorkbook from None
    unseen = _explained(data) if needs_more else {}
    return Book(
        tuple(
            Sheet(
                one.name,
                cells[one.name],
                one.visible is not SheetVisibleEnum.Visible,
                *unseen.get(one.name, (frozenset(), frozenset(), {})),
            )
            for one in shown
        )
    )


def _values(rows: Iterable[Iterable[Value]]) -> tuple[tuple[Value, ...], ...]:
    return tuple(tuple(_value(one) for one in row) for row in rows)


def _value(found: Value) -> Value:
    # Spreadsheets keep every number as a fraction, and calamine an empty cell as an empty text.
    if isinstance(found, float) and found.is_integer():
        return int(found)
    return None if found == "" else found


def _looked_over(data: bytes) -> bool:
    """Whether something in the workbook cannot be seen. Refuses what would take more room than it is worth."""
    if len(data) > BYTES_MAX:
        raise _too_large()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > _PARTS_MAX or sum(one.file_size for one in parts) > _UNPACKED_MAX:
                raise _too_large()
            names = [one.filename for one in parts]
            if "xl/workbook.xml" not in names or any(one.flag_bits & 1 for one in parts):
                raise NotAWorkbook
            return _any_hides((one.filename, archive.read(one)) for one in parts)
    except ZIP_DAMAGE:
        raise NotAWorkbook from None


def _any_hides(parts: Iterable[tuple[str, bytes]]) -> bool:
    """Of every part, because any of them may be named as a sheet. Together they may not fill the memory."""
    cells, hides = 0, False
    for name, text in parts:
        if name.endswith((".xml", ".rels")) and (
            not text.startswith(_UTF8_STARTS) or b"<!DOCTYPE" in text or b"<!ENTITY" in text
        ):
            raise NotAWorkbook
        cells += _cells_of(text)
        if cells > _CELLS_MAX:
            raise _too_large()
        hides = hides or _UNSEEN.search(text) is not None
    return hides


def _cells_of(text: bytes) -> int:
    """How many cells the reader makes of a part: a full rectangle, however far apart the filled ones are. A row or a
    cell that does not say where it stands follows the one before; a row without cells, which LibreOffice may write at
    the very end, is none."""
    number = last_row = last_column = 0
    for row in _ROW.split(text):
        places, cells = _PLACE.findall(row), len(_CELL.findall(row))
        number = max(number + 1, *map(int, {one for _, one in places}), 0)
        if cells:
            columns = [_column(letters) for letters, _ in places if letters]
            last_row, last_column = number, max(last_column, max(columns, default=0) + cells - len(columns))
    return last_row * last_column


@lru_cache(maxsize=1024)
def _column(letters: bytes) -> int:
    if len(letters) > _LETTERS_MAX:
        raise _too_large()
    return sum((one - ord("A") + 1) * 26**power for power, one in enumerate(reversed(letters.upper())))


def _too_large() -> WorkbookTooLarge:
    return WorkbookTooLarge(megabytes=BYTES_MAX >> 20, cells=_CELLS_MAX)


def _explained(data: bytes) -> Mapping[str, tuple[frozenset[int], frozenset[int], dict[tuple[int, int], str]]]:
    """Of each sheet the hidden rows and columns, and its formulas."""
    try:
        book = load_workbook(io.BytesIO(data))
    # What the slow reader trips over in a damaged file is of many kinds, all the file's fault.
    except Exception:  # noqa: BLE001 - see above
        raise NotAWorkbook from None
    found = {}
    for sheet in book.worksheets:
        rows = frozenset(number - 1 for number, one in sheet.row_dimensions.items() if one.hidden)
        columns = frozenset(
            place - 1
            for one in sheet.column_dimensions.values()
            if one.hidden
            for place in range(one.min or 1, (one.max or 1) + 1)
        )
        formulas = {
            (cell.row - 1, cell.column - 1): str(getattr(cell.value, "text", cell.value))
            # Not iter_rows, which would make a cell of every gap.
            for cell in sheet._cells.values()
            if cell.data_type == "f"
        }
        found[sheet.title] = (rows, columns, formulas)
    return found
