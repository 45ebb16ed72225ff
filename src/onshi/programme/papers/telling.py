"""The document for programs: every table as rows under the codes of its columns. Pure."""

from onshi.programme.papers.model import Document, Section, Table
from onshi.programme.papers.wording import for_programs


def as_json(document: Document) -> dict[str, object]:
    """The whole document, ready to be written as JSON."""
    return {
        "on": document.on.isoformat(),
        "title": for_programs(document.title),
        "sections": [_section(one) for one in document.sections],
    }


def _section(section: Section) -> dict[str, object]:
    return {
        "section": section.code,
        "title": for_programs(section.title),
        "place": section.place,
        "about": [for_programs(one) for one in section.about],
        "tables": {one.code: table_as_json(one) for one in section.tables},
    }


def table_as_json(table: Table) -> list[dict[str, object]]:
    """The rows of a table, each value under the code of its column."""
    return [
        {column.code: for_programs(cell) for column, cell in zip(table.columns, row, strict=True)} for row in table.rows
    ]
