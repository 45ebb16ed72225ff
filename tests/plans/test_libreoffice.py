"""The form, opened and filled in with LibreOffice, saved by it, and taken in without a finding."""

import json
import subprocess
from pathlib import Path

import pytest

from onshi import plans, sheets
from onshi.db import Database
from onshi.plans import catalogue, workbook
from onshi.plans.model import Outcome
from onshi.sheets import Book, Sheet, place

from .make import CHIYODA, YEAR, at, content

pytestmark = [pytest.mark.libreoffice, pytest.mark.xdist_group("libreoffice")]
_SCRIPT = Path(__file__).with_name("fill_with_libreoffice.py")
_ADDED = {"経費": {"C26": "=SUM(C6:C25)"}, "月別": {"E18": "=SUM(E6:E17)"}}
_SINGLE = ("issued_before", "moves", "mykey.windows", "mykey.terminals", "mykey.expected")


def spot(book: Book, text: str) -> tuple[Sheet, int]:
    """The row whose first cell says this."""
    return next(
        (sheet, number) for sheet in book.sheets for number, row in enumerate(sheet.rows) if row and row[0] == text
    )


def typed(value: object, words: str) -> str:
    """What somebody types for a value."""
    if value is None:
        return ""
    if words:
        return catalogue.title_of(words, str(value), "ja")
    return str(value)[:5] if hasattr(value, "hour") else str(value)


def cells_of(form: bytes) -> dict[str, dict[str, str]]:
    """Everything that 千代田区 types into its form to say what `content` says."""
    book = sheets.read(form)
    found: dict[str, dict[str, str]] = {}

    def put(sheet: Sheet, row: int, column: int, text: str) -> None:
        name, _, cell = place(sheet.name, row, column).partition("!")
        found.setdefault(name, {})[cell] = text

    for name in _SINGLE:
        sheet, row = spot(book, catalogue.field("", name, "ja"))
        value = content()
        for part in name.split("."):
            value = getattr(value, part)
        put(sheet, row, 1, str(value))
    for table in workbook.TABLES:
        sheet, row = spot(book, catalogue.field(table.section, table.columns[0].name, "ja"))
        for number, record in enumerate(getattr(content(), table.section), start=row + 1):
            for column, one in enumerate(table.columns):
                put(sheet, number, column, typed(workbook.field_of(record, one.name), one.words))
    # The form names one date more than this plan does.
    sheet, row = spot(book, catalogue.field("assumed", "due", "ja"))
    put(sheet, row + 1 + len(content().assumed), 0, "")
    return found


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The form filled in by LibreOffice: with what there is to say, and with totals that it adds up."""
    form = workbook.template(CHIYODA, YEAR)
    plain = cells_of(form)
    folder = tmp_path_factory.mktemp("office")
    (folder / "form.xlsx").write_bytes(form)
    summed = {name: {**cells, **_ADDED.get(name, {})} for name, cells in plain.items()}
    found = {}
    for name, cells in (("plain", plain), ("summed", summed)):
        (folder / "cells.json").write_text(json.dumps(cells), encoding="utf-8")
        out = folder / f"{name}.xlsx"
        words = [str(folder / "form.xlsx"), str(out), str(folder / "cells.json"), str(folder / "profile")]
        subprocess.run(["/usr/bin/python3", str(_SCRIPT), *words], check=True, capture_output=True, timeout=300)
        found[name] = out.read_bytes()
    return found


def test_what_libreoffice_saved_is_taken_in_without_a_finding(saved: dict[str, bytes], db: Database) -> None:
    read = workbook.read(saved["plain"])
    assert (read.findings, read.town, read.year) == ((), CHIYODA, YEAR)
    assert read.content == content()
    taken = db.run(lambda tx: plans.take_in(tx, read, at=at("2020-10-05T10:00:00"), submit=True))
    assert taken.outcome is Outcome.SUBMITTED


def test_totals_that_libreoffice_added_up_are_read_and_told(saved: dict[str, bytes]) -> None:
    read = workbook.read(saved["summed"])
    assert [(one.code, one.cell, dict(one.facts)) for one in read.findings] == [
        ("formula", "経費!C26", {"formula": "=SUM(C6:C25)"}),
        ("formula", "月別!E18", {"formula": "=SUM(E6:E17)"}),
    ]
    assert read.content == content()
