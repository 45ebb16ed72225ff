"""An empty feed for an insurer to fill in."""

from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from onshi.registry.feeds.columns import COLUMNS, Column
from onshi.sheets import saved

_ROWS_AS_TEXT = 1000
_SHEETS = {"ja": ("データ", "項目の説明"), "en": ("data", "columns")}
_TITLES = {
    "ja": ("項目", "英語キー", "必須", "最大文字数", "説明", "使える値"),
    "en": ("header", "key", "required", "longest", "meaning", "accepted values"),
}
_REQUIRED = {
    "ja": {"": "", "always": "必須", "daily": "日次では必須", "loss": "喪失では必須", "39": "後期高齢者では必須",
           "unless_39_12": "後期高齢者と医療扶助以外は必須"},
    "en": {"": "", "always": "yes", "daily": "in daily changes", "loss": "for a loss", "39": "for the elderly scheme",
           "unless_39_12": "unless elderly scheme or medical aid"},
}  # fmt: skip


def template(language: str, form: Literal["csv", "xlsx"] = "csv") -> bytes:
    """A feed with headers and no rows, `language` ja or en.

    CSV comes with a byte-order mark. The workbook has its columns formatted as text, so that leading zeros stay,
    and a second sheet that explains every column; it is filled in and then saved as CSV.
    """
    headers = [_header(column, language) for column in COLUMNS]
    if form == "csv":
        return ("\ufeff" + ",".join(headers) + "\r\n").encode()
    return _workbook(headers, language)


def _header(column: Column, language: str) -> str:
    return column.header if language == "ja" else column.key


def _workbook(headers: list[str], language: str) -> bytes:
    book = Workbook()
    data, columns = book.active, book.create_sheet(_SHEETS[language][1])
    data.title = _SHEETS[language][0]
    data.append(headers)
    columns.append(_TITLES[language])
    for place, (column, header) in enumerate(zip(COLUMNS, headers, strict=True), start=1):
        data.column_dimensions[get_column_letter(place)].width = max(12, 2 * len(header))
        for row in range(2, _ROWS_AS_TEXT + 2):
            data.cell(row, place).number_format = "@"
        columns.append(_explained(column, header, language))
    for sheet, frozen in ((data, "A2"), (columns, "A2")):
        sheet.freeze_panes = frozen
        for cell in sheet[1]:
            cell.font = Font(bold=True)
    for letter, width in zip("ABCDEF", (34, 22, 28, 10, 70, 50), strict=True):
        columns.column_dimensions[letter].width = width
    return saved(book)


def _explained(column: Column, header: str, language: str) -> list[str | int]:
    meaning = column.ja if language == "ja" else column.en
    required = _REQUIRED[language][column.required]
    return [header, column.key, required, column.max_length, meaning, ", ".join(column.codes)]
