"""The papers of 2019 made again, section by section, and the road map with its versions. Open to everybody."""

from datetime import date
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from onshi.programme import papers
from onshi.programme.papers import Cell, Column, Section
from onshi.record.papers import FIRST_PUBLISHED
from onshi.web import gantt
from onshi.web.papers import PDF
from onshi.web.programme import papers_charts
from onshi.web.programme.facts import day_of
from onshi.web.programme.papers_print import papers_pdf
from onshi.web.serving import Pages
from onshi.web.visit import Visit, download

HOME = "/programme/papers"


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(HOME, contents, is_public=True),
        pages.show(f"{HOME}.pdf", printed, is_public=True),
        pages.show(f"{HOME}/{{section}}", one_section, is_public=True),
        pages.show("/programme/roadmap", roadmap, is_public=True),
    ]


def contents(visit: Visit) -> Response:
    """What the papers hold, with the schedule at once."""
    on = day_of(visit, FIRST_PUBLISHED)
    found = papers.document(on)
    return _page(visit, "programme/papers.html", on, document=found, sections=found.sections[:1])


def one_section(visit: Visit) -> Response:
    """One section, drawn where it has something to draw."""
    on = day_of(visit, FIRST_PUBLISHED)
    found = papers.document(on)
    one = found.section(visit.request.path_params["section"])
    place = found.sections.index(one)
    before = found.sections[place - 1] if place else None
    after = found.sections[place + 1] if place + 1 < len(found.sections) else None
    return _page(visit, "programme/section.html", on, sections=(one,), before=before, after=after)


def roadmap(visit: Visit) -> Response:
    """Schedule and road map as known on a day: today's, if none is asked for."""
    on = day_of(visit, visit.app.today())
    found = papers.document(on)
    return _page(visit, "programme/roadmap.html", on, sections=(found.section("roadmap"), found.section("schedule")))


def printed(visit: Visit) -> Response:
    """The whole document as a PDF."""
    on = day_of(visit, FIRST_PUBLISHED)
    return download(papers_pdf(papers.document(on), visit.language), f"papers-{on}.pdf", PDF)


def _page(visit: Visit, template: str, on: date, *, sections: tuple[Section, ...], **more: Any) -> Response:
    language = visit.language
    points = visit.say("programme_papers.gantt.points")
    charts = {one.code: papers_charts.chart_of(one.plan, language, points) for one in sections if one.plan is not None}

    def cell(value: Cell) -> str:
        return papers.shown(value, language)

    def months(column: gantt.Column) -> str:
        return gantt.months_of(column.quarter, language)

    def year(column: gantt.Column) -> str:
        return papers.year_text(column.quarter.year, language)

    return visit.page(
        template,
        on=on,
        on_text=papers.day_text(on, language),
        sections=sections,
        charts=charts,
        cell=cell,
        months=months,
        fiscal=year,
        is_narrow=_is_narrow,
        **more,
    )


def _is_narrow(column: Column) -> bool:
    """Whether what stands in a column is short: such a cell is not broken."""
    return column.is_number or column.code in _NARROW


_NARROW = frozenset({"number_text", "sheet", "code"})
