"""The programme to take away: tables as CSV, Excel and JSON, charts as SVG and PNG, and a catalogue of all of it."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from onshi import record, sheets
from onshi.kernel import month_of
from onshi.outside import png_of
from onshi.programme import TABLES, Table
from onshi.record import Area
from onshi.web import formats
from onshi.web.drawings import standalone
from onshi.web.errors import PageNotFound
from onshi.web.programme import charts
from onshi.web.programme.facts import day_of, drawing_values
from onshi.web.rendering import render
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, XLSX, sheet
from onshi.web.texts import LANGUAGES, text
from onshi.web.visit import Visit, download

JSON, SVG, PNG, JSON_LD = "application/json", "image/svg+xml", "image/png", "application/ld+json"
TYPES = {"csv": CSV, "xlsx": XLSX, "json": JSON}
CHARTS = ("series", "tiles", "map", "funnel")
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/programme/data", data_page, is_public=True),
        pages.show("/programme/data/catalog.jsonld", catalogue, is_public=True),
        pages.show("/programme/data/{name}.{form}", data_file, is_public=True),
        pages.show("/programme/charts/{name}.{form}", chart_file, is_public=True),
    ]


def data_page(visit: Visit) -> Response:
    """What there is to take away, table by table."""
    on = day_of(visit)
    last_month = month_of(on - timedelta(days=1))
    values: dict[str, Any] = {"tables": TABLES.values(), "forms": TYPES, "area": _area(visit), "charts": CHARTS}
    return visit.page("programme/data.html", on=on, last_month=last_month, **values)


def data_file(visit: Visit) -> Response:
    """One table as a file. The file says for which area and day it is."""
    name, form = visit.request.path_params["name"], visit.request.path_params["form"]
    if name not in TABLES or form not in TYPES:
        raise PageNotFound
    table, area, on = TABLES[name], _area(visit), day_of(visit)
    return download(file_of(table, area, on, form, visit.language), f"{name}-{area.code}-{on}.{form}", TYPES[form])


def file_of(table: Table, area: Area, on: date, form: str, language: str) -> bytes:
    """A table as `csv`, `xlsx` or `json`; numbers stay numbers wherever the form has them."""
    if form == "json":
        documents = list(table.documents(area, on))
        return msgspec.json.encode({"table": table.name, "area": area.code, "as_known_on": on, "rows": documents})
    if form == "xlsx":
        return sheets.write([sheets.table(table.name, table.header(language), table.rows(area, on))])
    rows = (["" if cell is None else str(cell) for cell in row] for row in table.rows(area, on))
    return sheet(table.header(language), rows)


def chart_file(visit: Visit) -> Response:
    """One chart as a picture."""
    name, form = visit.request.path_params["name"], visit.request.path_params["form"]
    if name not in CHARTS or form not in ("svg", "png"):
        raise PageNotFound
    drawn = drawing(name, _area(visit), day_of(visit), visit.language)
    if drawn is None:
        raise PageNotFound
    data = drawn if form == "svg" else png_of(drawn)
    return download(data, f"{name}-{_area(visit).code}-{day_of(visit)}.{form}", SVG if form == "svg" else PNG)


def drawing(name: str, area: Area, on: date, language: str) -> bytes | None:
    """A chart as SVG with its styles, its heading and its source; None where the area has none of that name."""
    svg = bare_drawing(name, area, on, language)
    if svg is None:
        return None
    heading = text("programme.data.heading", language, area=area.called(language), day=formats.day(on, language),
                   chart=text(f"programme.data.chart_{name}", language))  # fmt: skip
    steps = [text("programme.tiles.step", language, low=low) for low in charts.STEPS]
    return standalone(svg, heading, text("programme.data.source", language), steps)


def bare_drawing(name: str, area: Area, on: date, language: str) -> str | None:
    """A chart as pages have it; None where the area has none of that name."""
    values = drawing_values(area, on)
    return None if values.get(name) is None else render("programme/drawing.svg", language, {**values, "chart": name})


def catalogue(visit: Visit) -> Response:
    """The tables as a catalogue that other catalogues read (DCAT 3, as JSON-LD)."""
    base = visit.app.settings.base_url
    document = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": f"{base}/programme/data",
        "@type": "dcat:Catalog",
        "dct:title": _both("programme.data.title"),
        "dct:description": _both("programme.data.about"),
        "dct:language": ["ja", "en"],
        "dct:license": {"@id": _LICENCE},
        "dcat:dataset": [_dataset(base, one) for one in TABLES.values()],
    }
    return Response(json.dumps(document, ensure_ascii=False, indent=1), media_type=JSON_LD)


def _both(name: str) -> list[Mapping[str, str]]:
    return [{"@value": text(name, language), "@language": language} for language in LANGUAGES]


def _dataset(base: str, table: Table) -> dict[str, object]:
    first, last = record.known_dates(record.last_date())[0], record.last_date()
    return {
        "@id": f"{base}/programme/data#{table.name}",
        "@type": "dcat:Dataset",
        "dct:identifier": table.name,
        "dct:title": [{"@value": table.title(language), "@language": language} for language in LANGUAGES],
        "dct:license": {"@id": _LICENCE},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": first.isoformat(), "@type": "xsd:date"},
            "dcat:endDate": {"@value": last.isoformat(), "@type": "xsd:date"},
        },
        "dcat:distribution": list(_distributions(base, table)),
    }


def _distributions(base: str, table: Table) -> Iterator[dict[str, object]]:
    for form, kind in TYPES.items():
        address = f"{base}/programme/data/{table.name}.{form}"
        yield {
            "@type": "dcat:Distribution",
            "dct:format": form,
            "dcat:mediaType": kind.partition(";")[0],
            "dcat:accessURL": {"@id": address},
            "dcat:downloadURL": {"@id": address},
        }


def _area(visit: Visit) -> Area:
    given = visit.query("area")
    return record.find_area(given) if given else record.nation()
