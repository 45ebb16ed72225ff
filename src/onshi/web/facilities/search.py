"""For everybody: which facilities are in operation, by place and function."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from onshi import facilities
from onshi.db import Tx
from onshi.facilities import Facility, Function
from onshi.kernel import MunicipalityCode
from onshi.places import municipality, prefectures
from onshi.web.facilities.places import Place, place_of
from onshi.web.facility import names_of
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, sheet
from onshi.web.visit import Visit, download

_ROWS = 50
COLUMNS = ("institution", "name", "kind", "prefecture", "municipality")


@dataclass(frozen=True, slots=True)
class Line:
    """One facility in operation."""

    facility: Facility
    name: str
    prefecture: str
    municipality: str


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/facilities", page, is_public=True),
        pages.show("/facilities.csv", file, is_public=True),
    ]


def page(visit: Visit) -> Response:
    """The search and what it found, a page at a time. Nothing is listed before a prefecture is chosen."""
    place, function = place_of(visit), function_of(visit)
    lines: list[Line] = []
    if place.code:
        with visit.app.db.transaction(reading=True) as tx:
            lines = _lines(tx, visit, place, function, after=visit.query("after"), limit=_ROWS + 1)
    shown = {"prefecture": place.prefecture.code if place.prefecture else "", "function": function.value}
    shown["municipality"] = place.municipality.code if place.municipality else ""
    return visit.page(
        "facilities/search.html",
        place=place,
        prefectures=prefectures(),
        functions=list(Function),
        function=function,
        lines=lines[:_ROWS],
        address=urlencode(shown),
        after=lines[_ROWS - 1].facility.institution if len(lines) > _ROWS else "",
    )


def file(visit: Visit) -> Response:
    """All that the search finds, as CSV."""
    place, function = place_of(visit), function_of(visit)
    with visit.app.db.transaction(reading=True) as tx:
        lines = _lines(tx, visit, place, function)
    header = [visit.say("facilities.column." + name) for name in COLUMNS]
    rows = [
        [
            one.facility.institution,
            one.name,
            visit.say("facility.kind." + one.facility.kind.value),
            one.prefecture,
            one.municipality,
        ]
        for one in lines
    ]
    return download(sheet(header, rows), f"facilities-{place.code or 'all'}-{function.value}.csv", CSV)


def function_of(visit: Visit) -> Function:
    """The function that is asked for; eligibility for anything else."""
    asked = visit.query("function")
    return Function(asked) if asked in set(Function) else Function.ELIGIBILITY


def _lines(
    tx: Tx, visit: Visit, place: Place, function: Function, *, after: str = "", limit: int | None = None
) -> list[Line]:
    found = facilities.operating(tx, visit.app.today(), function, place=place.code, after=after, limit=limit)
    names = names_of(tx, (one.institution for one in found))
    lines = []
    for one in found:
        town = municipality(MunicipalityCode(one.municipality))
        lines.append(Line(one, names.get(one.institution, ""), town.prefecture, town.name))
    return lines
