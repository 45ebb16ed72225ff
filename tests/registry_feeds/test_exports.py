"""Findings and templates as files: what a spreadsheet shows."""

import io

import polars as pl
import pytest
from openpyxl import load_workbook

from onshi.registry.feeds import COLUMNS, FINDINGS, findings_csv, findings_frame, findings_xlsx, template

FOUND = findings_frame([(0, "#5", "unknown-column"), (3, "氏名", "missing-value"), (4, "=1+1", "formula-like")])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_csv_opens_in_a_spreadsheet(language: str) -> None:
    content = findings_csv(FOUND, language)
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert len(lines) == 5
    assert (
        lines[0] == {"ja": "行,項目,コード,重さ,内容,対処", "en": "row,column,code,severity,what,what to do"}[language]
    )
    severity = {"ja": "エラー", "en": "error"}[language]
    kind = FINDINGS["missing-value"]
    assert lines[2] == f"3,氏名,missing-value,{severity},{kind.what(language)},{kind.remedy(language)}"
    assert lines[3].startswith("4,'=1+1,")


def test_csv_reads_back_whole() -> None:
    many = pl.concat([FOUND] * 70_000)
    assert pl.read_csv(findings_csv(many, "ja")).height == many.height


@pytest.mark.parametrize("language", ["ja", "en"])
def test_workbook_is_filtered_coloured_and_safe(language: str) -> None:
    sheet = load_workbook(io.BytesIO(findings_xlsx(FOUND, language))).active
    assert sheet is not None
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.max_row) == ("A2", "A1:F4", 4)
    assert [cell.value for cell in sheet[3]][:3] == [3, "氏名", "missing-value"]
    assert [sheet.cell(row, 4).fill.fgColor.rgb for row in (2, 3, 4)] == ["00FFF3CD", "00F8D7DA", "00E2E3E5"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}


def test_workbook_says_when_there_are_more() -> None:
    sheet = load_workbook(io.BytesIO(findings_xlsx(FOUND, "en", most=2))).active
    assert sheet is not None
    assert sheet.max_row == 4
    assert sheet.cell(4, 5).value == "1 more findings are not shown. Export them all as CSV."


def test_no_findings_still_make_files() -> None:
    assert findings_csv(findings_frame(), "en").decode("utf-8-sig") == "row,column,code,severity,what,what to do\r\n"
    sheet = load_workbook(io.BytesIO(findings_xlsx(findings_frame(), "en"))).active
    assert sheet is not None
    assert sheet.max_row == 1


@pytest.mark.parametrize("language", ["ja", "en"])
def test_template_workbook_explains_every_column(language: str) -> None:
    data, columns = load_workbook(io.BytesIO(template(language, "xlsx"))).worksheets
    headers = [cell.value for cell in data[1]]
    assert headers == [column.header if language == "ja" else column.key for column in COLUMNS]
    assert [row[0].value for row in columns.iter_rows(min_row=2)] == headers
    assert data.cell(2, 3).number_format == "@"
