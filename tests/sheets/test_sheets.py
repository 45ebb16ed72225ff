"""Workbooks from outside and for outside: read whole, nothing hidden, nothing larger than it is worth."""

import io
import random
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from onshi import sheets
from onshi.sheets import Choice, Look, NewSheet, Put

TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20).filter(
    lambda text: text.strip() == text and "_x" not in text
)
VALUES = st.one_of(st.none(), TEXTS, st.integers(-(10**12), 10**12), st.booleans(), st.dates(date(1950, 1, 1)))


def saved(book: Workbook) -> bytes:
    return sheets.saved(book)


def with_part(data: bytes, name: str, text_of_part: bytes) -> bytes:
    """The workbook with one part put in the place of another."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for one in source.infolist():
            out.writestr(one.filename, text_of_part if one.filename == name else source.read(one.filename))
    return target.getvalue()


SMALL = sheets.write([NewSheet("計画", [["交付枚数", 1200], [None, "x"]])])
SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


@settings(max_examples=60)
@given(st.lists(st.lists(VALUES, min_size=1, max_size=5), min_size=1, max_size=8))
def test_what_is_written_is_read(rows: list[list[sheets.Value]]) -> None:
    (found,) = sheets.read(sheets.write([NewSheet("表", rows)])).sheets
    width = max(map(len, rows))
    read = [[found.value(row, column) for column in range(width)] for row in range(len(rows))]
    assert read == [[*row, *[None] * (width - len(row))] for row in rows]
    assert (found.is_hidden, found.formulas) == (False, {})
    assert (found.hidden_rows, found.hidden_columns) == (frozenset(), frozenset())


@pytest.mark.parametrize("text", ["=1+1", "+81", "-3", "@x", "=cmd|' /C calc'!A1"])
def test_a_text_stays_a_text(text: str) -> None:
    data = sheets.write([NewSheet("表", [[text]])])
    assert sheets.read(data).sheets[0].rows == ((text,),)
    assert load_workbook(io.BytesIO(data))["表"]["A1"].data_type == "s"
    assert sheets.formula_safe(text) == "'" + text


def test_control_signs_are_left_out() -> None:
    assert sheets.read(sheets.write([NewSheet("表", [["区\x00役\x1f所\n2階"]])])).sheets[0].rows == (("区役所\n2階",),)


def test_what_is_hidden_or_calculated_is_named() -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "窓口"
    sheet.append(["窓口", 3])
    sheet.append(["職員", "=B1*2"])
    sheet.row_dimensions[1].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("控え").sheet_state = "hidden"
    book.create_sheet("作業").sheet_state = "veryHidden"
    found = sheets.read(saved(book))
    assert [(one.name, one.is_hidden) for one in found.sheets] == [("窓口", False), ("控え", True), ("作業", True)]
    first = found.sheets[0]
    assert first.formulas == {(1, 1): "=B1*2"}
    assert (first.hidden_rows, first.hidden_columns) == (frozenset({0}), frozenset({1}))
    assert first.value(1, 1) is None  # nobody has calculated it yet
    assert found.sheet("控え") is found.sheets[1]
    assert found.sheet("ない") is None


def test_a_place_is_said_as_spreadsheets_say_it() -> None:
    assert [sheets.place("計画", *at) for at in ((11, 2), (0, 0), (9, 25), (9, 26), (0, 701), (0, 702))] == [
        "計画!C12",
        "計画!A1",
        "計画!Z10",
        "計画!AA10",
        "計画!ZZ1",
        "計画!AAA1",
    ]


def test_a_form_can_be_told_from_what_is_given() -> None:
    form = NewSheet(
        "計画",
        [[Put("枚数", Look.LABEL), Put(None, Look.INPUT, "#,##0")]],
        widths=(20, 10),
        frozen="A2",
        choices=[Choice("B1:B3", ("本庁", "支所"))],
        is_landscape=True,
    )
    sheet = load_workbook(io.BytesIO(sheets.write([form])))["計画"]
    assert sheet["B1"].fill.fgColor.rgb != sheet["A1"].fill.fgColor.rgb
    assert sheet["B1"].border.left.style == "thin"
    (listed,) = sheet.data_validations.dataValidation
    assert (listed.formula1, str(listed.sqref)) == ('"本庁,支所"', "B1:B3")
    assert (sheet.freeze_panes, sheet.page_setup.orientation) == ("A2", "landscape")


def test_a_table_is_as_wide_as_it_needs() -> None:
    sheet = sheets.table("表", ["地域", "枚数"], [["東京都千代田区見本町", 1234567], ["港区", None]])
    assert list(sheet.widths) == [22, 12]
    assert [len(row) for row in sheet.rows] == [2, 2, 2]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04nothing",
        "コード,枚数\r\n".encode(),
        SMALL[: len(SMALL) // 2],
        with_part(SMALL, "xl/workbook.xml", b"<workbook"),
        with_part(SMALL, SHEET, b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'),
        with_part(SMALL, SHEET, "<worksheet/>".encode("utf-16")),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(sheets.errors.NotAWorkbook):
        sheets.read(data)


def far_apart() -> bytes:
    book = Workbook()
    book.active["A1"], book.active["XFD1048576"] = 1, 2
    return saved(book)


def sheet_of(rows: bytes) -> bytes:
    """The workbook with a sheet that no spreadsheet wrote."""
    return with_part(SMALL, SHEET, HEAD + b"<sheetData>" + rows + b"</sheetData></worksheet>")


def moved(data: bytes) -> bytes:
    """The workbook with its sheet where none is looked for."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for one in source.infolist():
            text = source.read(one.filename).replace(b"/xl/worksheets/sheet1.xml", b"/media/picture.png")
            out.writestr("media/picture.png" if one.filename == SHEET else one.filename, text)
    return target.getvalue()


def many_sheets() -> bytes:
    """Each alone is not too large."""
    book = Workbook()
    for _ in range(3):
        sheet = book.create_sheet()
        sheet["A1"], sheet["A900000"] = 1, 2
    return saved(book)


FIRST = b'<row r="1"><c r="A1"><v>1</v></c></row>'
TALL = sheet_of(FIRST + b'<row r="2"><c r="A3000000"><v>2</v></c></row>')


@pytest.mark.parametrize(
    "data",
    [
        far_apart(),
        bytes(sheets.BYTES_MAX + 1),
        with_part(SMALL, SHEET, b"<worksheet>" + b" " * (201 << 20)),
        many_sheets(),
        TALL,
        moved(TALL),
        sheet_of(FIRST + b"<row r='3000000'><c r='A3000000'><v>2</v></c></row>"),
        sheet_of(FIRST + b'<row r = "3000000"><c><v>2</v></c></row>'),
        sheet_of(b'<row><c r="CZZ1"><v>1</v></c></row>' + b"<row><c><v>2</v></c></row>" * 1_000),
        sheet_of(b'<row r="2000"><c r="A2000"/>' + b"<c/>" * 1_000 + b"</row>"),
        sheet_of(FIRST + b'<row r="2"><x-y:c r="a3000000"><v>2</v></x-y:c></row>'),
        sheet_of(FIRST + b'<row r="2"><c x=">"r="A3000000"><v>2</v></c></row>'),
        sheet_of(FIRST + b'<row r="2"><c r="AAAAA2"><v>2</v></c></row>'),
    ],
    ids=[
        "far apart",
        "many bytes",
        "unpacks to more",
        "many sheets",
        "the cell says more than its row",
        "a sheet by another name",
        "single quotes",
        "a cell without a place",
        "rows without a place",
        "many cells without a place",
        "a prefix",
        "a sign that ends a tag",
        "a column of nobody",
    ],
)
def test_what_would_fill_the_memory_is_refused(data: bytes) -> None:
    with pytest.raises(sheets.errors.WorkbookTooLarge):
        sheets.read(data)


def test_rows_and_cells_that_do_not_say_where_they_stand_are_read() -> None:
    rows = b"<row><c><v>1</v></c><c><v>2</v></c></row>" * 2_000
    (found,) = sheets.read(sheet_of(rows)).sheets
    assert (len(found.rows), found.rows[0]) == (2_000, (1, 2))


def test_a_row_without_cells_takes_no_room() -> None:
    (found,) = sheets.read(sheet_of(FIRST + b'<row r="1048576" ht="12.8" hidden="false"></row>')).sheets
    assert found.rows == ((1,),)


def test_what_is_hidden_in_another_way_of_writing_is_named_too() -> None:
    (found,) = sheets.read(sheet_of(b"<row r='1' hidden = 'true'><c r='A1'><v>1</v></c></row>")).sheets
    assert found.hidden_rows == frozenset({0})


@pytest.mark.filterwarnings("ignore::UserWarning")  # of the slow reader, about what it leaves out
def test_a_damaged_workbook_is_read_or_refused() -> None:
    chance = random.Random(5)
    book = Workbook()
    book.active.append(["a", "=1+1", 3])
    book.active.row_dimensions[1].hidden = True
    whole, outcomes = saved(book), set()
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            sheets.read(bytes(data))
            outcomes.add("read")
        except (sheets.errors.NotAWorkbook, sheets.errors.WorkbookTooLarge):
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


@pytest.mark.filterwarnings("ignore::UserWarning")  # of the slow reader, about what it leaves out
def test_a_damaged_sheet_is_read_or_refused() -> None:
    """The same one level down, where no checksum of the archive stands before the reader."""
    chance = random.Random(6)
    book = Workbook()
    book.active.append(["a", "=1+1", 3])
    whole, outcomes = saved(book), set()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in (SHEET, "xl/workbook.xml", "xl/styles.xml")}
    for _ in range(400):
        name = chance.choice(sorted(parts))
        text = bytearray(parts[name])
        for _ in range(chance.randint(1, 3)):
            text[chance.randrange(len(text))] = chance.randrange(32, 127)
        try:
            sheets.read(with_part(whole, name, bytes(text)))
            outcomes.add("read")
        except (sheets.errors.NotAWorkbook, sheets.errors.WorkbookTooLarge):
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
