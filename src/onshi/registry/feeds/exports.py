"""Findings as files that the sender opens: CSV and Excel, in Japanese or English."""

from collections.abc import Iterator, Mapping

import polars as pl
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from onshi.registry.feeds.catalogue import FINDINGS
from onshi.sheets import FORMULA_STARTS, saved

SHEET_ROWS = 1_000_000
_CHUNK = 100_000
_TITLES: Mapping[str, tuple[str, ...]] = {
    "ja": ("行", "項目", "コード", "重さ", "内容", "対処"),
    "en": ("row", "column", "code", "severity", "what", "what to do"),
}
_SEVERITIES: Mapping[str, Mapping[str, str]] = {
    "ja": {"error": "エラー", "held": "保留", "warning": "警告", "note": "参考"},
    "en": {"error": "error", "held": "held", "warning": "warning", "note": "note"},
}
_MORE = {
    "ja": "ほかに{count}件あります。全件はCSVで取り出してください。",
    "en": "{count} more findings are not shown. Export them all as CSV.",
}
_SHEET = {"ja": "指摘", "en": "findings"}
_WIDTHS = (10, 28, 26, 10, 60, 60)
# Light fills that keep black text readable; the word stands beside the colour.
_FILLS = {"error": "F8D7DA", "held": "FFE5B4", "warning": "FFF3CD", "note": "E2E3E5"}


def findings_csv(findings: pl.DataFrame, language: str) -> bytes:
    """All findings as CSV with a byte-order mark, as spreadsheets expect it; `language` is ja or en."""
    return b"".join(findings_csv_chunks(findings, language))


def findings_csv_chunks(findings: pl.DataFrame, language: str) -> Iterator[bytes]:
    """The same piece by piece, for findings by the million."""
    header = ",".join(_TITLES[language])
    yield f"\ufeff{header}\r\n".encode()
    for piece in findings.iter_slices(_CHUNK):
        yield _readable(piece, language).write_csv(include_header=False, line_terminator="\r\n").encode()


def findings_xlsx(findings: pl.DataFrame, language: str, *, most: int = SHEET_ROWS) -> bytes:
    """The first `most` findings as a workbook with a fixed header, filter and severities coloured.

    When there are more, the last row says how many are not shown.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_SHEET[language])
    shown = findings.head(most)
    _prepare(sheet, _WIDTHS, f"A1:F{shown.height + 1}")
    sheet.append(_bold(sheet, _TITLES[language]))
    fills = {severity: PatternFill("solid", fgColor=colour) for severity, colour in _FILLS.items()}
    for piece in shown.iter_slices(_CHUNK):
        for severity, row in zip(piece["severity"], _readable(piece, language).iter_rows(), strict=True):
            cell = WriteOnlyCell(sheet, row[3])
            cell.fill = fills[severity]
            sheet.append([row[0], row[1], row[2], cell, *row[4:]])
    if findings.height > most:
        sheet.append([None, None, None, None, _MORE[language].format(count=findings.height - most)])
    return saved(book)


def _readable(findings: pl.DataFrame, language: str) -> pl.DataFrame:
    whats = {code: kind.what(language) for code, kind in FINDINGS.items()}
    remedies = {code: kind.remedy(language) for code, kind in FINDINGS.items()}
    column, code = pl.col("column"), pl.col("code")
    risky = pl.any_horizontal(column.str.starts_with(start) for start in FORMULA_STARTS)
    return findings.select(
        "row",
        pl.when(risky).then(pl.lit("'") + column).otherwise(column).alias("column"),
        "code",
        pl.col("severity").replace_strict(dict(_SEVERITIES[language])),
        code.replace_strict(whats, return_dtype=pl.String).alias("what"),
        code.replace_strict(remedies, return_dtype=pl.String).alias("remedy"),
    )


def _prepare(sheet: Worksheet, widths: tuple[int, ...], filtered: str) -> None:
    for letter, width in zip("ABCDEFGH", widths, strict=False):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = filtered


def _bold(sheet: Worksheet, titles: tuple[str, ...]) -> list[WriteOnlyCell]:
    cells = [WriteOnlyCell(sheet, title) for title in titles]
    for cell in cells:
        cell.font = Font(bold=True)
    return cells
