"""The papers made again as a PDF to hand out: a section a page or more, the charts drawn over fiscal quarters."""

from collections.abc import Mapping

from onshi.outside import PdfValue, pdf_of
from onshi.programme.papers import Column, Document, Section, Table, day_text, shown, year_text
from onshi.web import gantt
from onshi.web.gantt import Chart
from onshi.web.papers import template_of
from onshi.web.programme import papers_charts
from onshi.web.texts import text

# How wide a column is beside the others: what holds sentences gets more room than a number.
_WIDE = {
    **dict.fromkeys(("text", "value"), 9),
    **dict.fromkeys(("action", "subject", "counted", "way"), 6),
    **dict.fromkeys(("what", "task"), 5),
    **dict.fromkeys(("channels", "who"), 4),
}
_DATED = dict.fromkeys(("due", "when", "as_of", "known_from", "quarters", "follow_up_on", "new_hires_from"), 4)
_NARROW = {
    **dict.fromkeys(("number", "number_text", "sheet", "version", "days", "unit"), 1.2),
    **dict.fromkeys(("sites", "facilities", "length_s", "per_hour", "per_day", "persons", "screens", "percent"), 1.8),
    **dict.fromkeys(("place", "state", "medium", "audience", "sender", "kind", "code", "actor"), 2.2),
}
_WIDTHS: Mapping[str, float] = _WIDE | _DATED | _NARROW
_USUAL = 3


def papers_pdf(document: Document, language: str) -> bytes:
    """The whole document in one language."""
    return pdf_of(template_of("programme_papers"), values_of(document, language))


def values_of(document: Document, language: str) -> dict[str, PdfValue]:
    """What stands in the PDF: texts, and where the bars of a chart stand."""
    return {
        "title": document.title.of(language),
        "as_known": text("programme_papers.as_known", language, day=day_text(document.on, language)),
        "about": text("programme_papers.about", language),
        "contents": text("programme_papers.contents", language),
        "open": text("programme_papers.gantt.open", language),
        "known": text("programme_papers.gantt.known", language),
        "pin": text("programme_papers.gantt.pin", language),
        "language": language,
        "sections": [_section(one, language) for one in document.sections],
    }


def _section(section: Section, language: str) -> dict[str, PdfValue]:
    made: dict[str, PdfValue] = {
        "title": section.title.of(language),
        "place": text("programme_papers.place", language, place=section.place),
        "about": [one.of(language) for one in section.about],
        "tables": [_table(one, language) for one in section.tables if one.rows],
        "charts": [],
    }
    if section.plan is not None:
        points = text("programme_papers.gantt.points", language)
        made["charts"] = [_chart(papers_charts.chart_of(section.plan, language, points), language)]
    return made


def _table(table: Table, language: str) -> dict[str, PdfValue]:
    return {
        "title": table.title.of(language),
        "columns": [one.title.of(language) for one in table.columns],
        "numbers": [one.is_number for one in table.columns],
        "widths": [_width(one) for one in table.columns],
        "rows": [[shown(cell, language) for cell in row] for row in table.rows],
    }


def _width(column: Column) -> float:
    return _WIDTHS.get(column.code, _USUAL)


def _chart(chart: Chart, language: str) -> dict[str, PdfValue]:
    return {
        "width": chart.width,
        "height": chart.height,
        "left": chart.left,
        "right": chart.right,
        "has_open": chart.has_open,
        "has_marks": chart.has_marks,
        "years": [[one.x, one.width, year_text(one.quarter.year, language)] for one in chart.years],
        "quarters": [[one.x, one.width, gantt.months_of(one.quarter, language)] for one in chart.quarters],
        "rows": [
            {
                "y": row.y,
                "height": row.height,
                "is_heading": row.is_heading,
                "lines": [[y, line] for y, line in row.lines],
                "boxes": [[box.x, box.y, box.width, box.height, box.is_open] for box in row.boxes],
                "marks": [[mark.x, mark.y, mark.width, mark.height, mark.text] for mark in row.marks],
            }
            for row in chart.rows
        ],
    }
