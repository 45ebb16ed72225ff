"""A workbook as it comes from outside: looked over before it is opened, then read with what a reader would not see."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from onshi.sheets.errors import NotAWorkbook, WorkbookTooLarge
from onshi.sheets.model import Book, Sheet, Value

BYTES_MAX = 20 << 20
_UNPACKED_MAX = 200 << 20
_PARTS_MAX = 1_000
_CELLS_MAX = 2_000_000
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\sr="([0-9]{1,7})"')
_COLUMN = re.compile(rb'<(?:\w+:)?c\b[^>]*?\sr="([A-Z]{1,3})[0-9]')
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_UNSEEN = re.compile(rb'<(?:\w+:)?f[\s>/]|\shidden="(?:1|true)"')
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
            hides = [_part_hides(archive.read(name), name) for name in names if name.endswith((".xml", ".rels"))]
            return any(hides)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        raise NotAWorkbook from None


def _part_hides(text: bytes, name: str) -> bool:
    if not text.startswith(_UTF8_STARTS) or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise NotAWorkbook
    if not name.startswith("xl/worksheets/"):
        return False
    # The reader keeps a sheet as a full rectangle, so two cells far apart would fill the memory.
    last_row = max((int(one) for one in _ROW.findall(text)), default=0)
    columns = max((column_index_from_string(one.decode()) for one in set(_COLUMN.findall(text))), default=0)
    if max(last_row, 1) * max(columns, 1) > _CELLS_MAX or len(_CELL.findall(text)) > _CELLS_MAX:
        raise _too_large()
    return bool(_UNSEEN.search(text))


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
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        }
        found[sheet.title] = (rows, columns, formulas)
    return found
