"""A plan as a workbook: the form that is handed out, filled in and read again."""

from onshi.plans.workbook.layout import TABLES, field_of
from onshi.plans.workbook.reading import Read, read
from onshi.plans.workbook.writing import template, workbook

__all__ = ["TABLES", "Read", "field_of", "read", "template", "workbook"]
