"""Workbooks as spreadsheets keep them (.xlsx): read with what a reader would not see, and written."""

from onshi.sheets import errors
from onshi.sheets.model import Book, Choice, Look, NewSheet, Put, Sheet, Value, place
from onshi.sheets.reading import BYTES_MAX, read
from onshi.sheets.writing import FORMULA_STARTS, formula_safe, saved, table, write

__all__ = [
    "BYTES_MAX",
    "FORMULA_STARTS",
    "Book",
    "Choice",
    "Look",
    "NewSheet",
    "Put",
    "Sheet",
    "Value",
    "errors",
    "formula_safe",
    "place",
    "read",
    "saved",
    "table",
    "write",
]
