"""A plan as a workbook: the form that is handed out, filled in and read again."""

from onshi.plans.workbook.reading import Read, read
from onshi.plans.workbook.writing import template, workbook

__all__ = ["Read", "read", "template", "workbook"]
