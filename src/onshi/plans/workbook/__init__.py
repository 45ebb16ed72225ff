"""A plan as a workbook: the form that is handed out, filled in and read again."""

from onshi.plans.workbook.layout import MYKEY, SCALARS, TABLES, Column, Form, Table, field_of
from onshi.plans.workbook.reading import Read, read
from onshi.plans.workbook.typed import Typed, codes_of, read_numbers, read_rows, table_of
from onshi.plans.workbook.writing import template, workbook

__all__ = [
    "MYKEY",
    "SCALARS",
    "TABLES",
    "Column",
    "Form",
    "Read",
    "Table",
    "Typed",
    "codes_of",
    "field_of",
    "read",
    "read_numbers",
    "read_rows",
    "table_of",
    "template",
    "workbook",
]
