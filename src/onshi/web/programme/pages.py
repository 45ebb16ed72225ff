"""The programme's front page and the pages of its areas."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from onshi import programme, record
from onshi.kernel import MunicipalityCode
from onshi.record import Area, Indicator, Level, Point
from onshi.web.plans import site_values
from onshi.web.programme import charts
from onshi.web.programme.facts import TONES, areas_above, day_of, drawing_values, part_name, since_of
from onshi.web.serving import Pages
from onshi.web.visit import Visit

_FURTHEST = 3


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/programme", front, is_public=True),
        pages.show("/programme/areas/{code}", one_area, is_public=True),
    ]


def front(visit: Visit) -> Response:
    """The nation on a day: verdict, series, prefectures, municipalities."""
    on = day_of(visit)
    return _page(
        visit,
        record.nation(),
        on,
        towns=record.last_counts(on),
        behind_towns=programme.count_behind(record.towns(), on),
        facilities=programme.facilities_on(on),
        points=_points(on),
    )


def one_area(visit: Visit) -> Response:
    """A prefecture with its municipalities, or one municipality; the nation has the front page."""
    area = record.find_area(visit.request.path_params["code"])
    if area == record.nation():
        return front(visit)
    return _page(visit, area, day_of(visit), **_sites(visit, area))


def _sites(visit: Visit, area: Area) -> dict[str, Any]:
    """Where a municipality of this country hands out cards today, by its plan that counts."""
    if area.level is not Level.MUNICIPALITY:
        return {}
    with visit.app.db.transaction(reading=True) as tx:
        return site_values(tx, MunicipalityCode(area.code), visit.app.today(), visit.language)


def _page(visit: Visit, area: Area, on: date, **more: Any) -> Response:
    status = programme.status_of(area, on)
    parts = programme.statuses_of_parts(area, on)
    nothing: dict[str, Any] = {"card_sites": None, "towns": (), "behind_towns": None, "facilities": (), "points": ()}
    values: dict[str, Any] = {
        **drawing_values(area, on, status),
        "tone": TONES[status.course],
        "since": since_of(status),
        "parts_of": parts,
        "behind": programme.count_behind(record.parts(area.code), on) if parts else None,
        "furthest": parts[:_FURTHEST],
        "above": areas_above(area),
        "dates": record.known_dates(record.last_date()),
        "defined": next(one for one in record.definitions_on(on) if one.name == "issued"),
        "is_after": on > record.last_date(),
        "tone_of": charts.tone_of,
        "part_name": part_name,
    }
    return visit.page("programme/area.html", **{**nothing, **values, **more})


def _points(on: date) -> list[tuple[Indicator, Sequence[Point]]]:
    """The single figures by their indicator; cards issued have a series of their own."""
    known = record.points_on(on)
    return [
        (indicator, found)
        for indicator in record.definitions_on(on)
        if indicator.name != "issued" and (found := [one for one in known if one.indicator == indicator.name])
    ]
