"""The papers of 2019-09-03 made again from data: a document of sections and tables, for people and for programs."""

from onshi.programme.papers.assembling import document
from onshi.programme.papers.model import About, Cell, Column, Document, Lane, Percent, Plan, Section, Span, Table
from onshi.programme.papers.telling import as_json, table_as_json
from onshi.programme.papers.versions import versions_table
from onshi.programme.papers.wording import day_text, shown, when_text, year_text

__all__ = [
    "About",
    "Cell",
    "Column",
    "Document",
    "Lane",
    "Percent",
    "Plan",
    "Section",
    "Span",
    "Table",
    "as_json",
    "day_text",
    "document",
    "shown",
    "table_as_json",
    "versions_table",
    "when_text",
    "year_text",
]
