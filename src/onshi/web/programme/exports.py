"""The programme to take away: datasets as CSV, Excel and JSON, charts as SVG and PNG, and a catalogue of all of it."""

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
from onshi.programme import DATASETS, Dataset
from onshi.record import Area, Level
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
# What lies below the nation has the first alone.
_CHARTS_OF_PARTS = CHARTS[:1]
_HAVE_STEPS = ("tiles", "map")
_SOURCES = {"map": "programme.data.source_map", "funnel": "programme.data.source_funnel"}
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
    """What there is to take away, dataset by dataset. BeforeRecord."""
    on = day_of(visit)
    record.known_dates(on)  # refuses a day of which no file could be made
    last_month = month_of(on - timedelta(days=1))
    area = _area(visit)
    values: dict[str, Any] = {"datasets": DATASETS.values(), "forms": TYPES, "area": area}
    values["charts"] = CHARTS if area.level is Level.NATION else _CHARTS_OF_PARTS
    return visit.page("programme/data.html", on=on, last_month=last_month, **values)


def data_file(visit: Visit) -> Response:
    """One dataset as a file. The file says for which area and day it is."""
    name, form = visit.request.path_params["name"], visit.request.path_params["form"]
    if name not in DATASETS or form not in TYPES:
        raise PageNotFound
    dataset, on = DATASETS[name], day_of(visit)
    area = record.nation() if dataset.is_national else _area(visit)
    return download(file_of(dataset, area, on, form, visit.language), f"{name}-{area.code}-{on}.{form}", TYPES[form])


def file_of(dataset: Dataset, area: Area, on: date, form: str, language: str) -> bytes:
    """A dataset as `csv`, `xlsx` or `json`; numbers stay numbers wherever the form has them."""
    if form == "json":
        documents = list(dataset.documents(area, on))
        return msgspec.json.encode({"table": dataset.name, "area": area.code, "as_known_on": on, "rows": documents})
    if form == "xlsx":
        return sheets.write([sheets.table(dataset.name, dataset.header(language), dataset.rows(area, on))])
    rows = (["" if value is None else str(value) for value in row] for row in dataset.rows(area, on))
    return sheet(dataset.header(language), rows)


def chart_file(visit: Visit) -> Response:
    """One chart as a picture."""
    name, form = visit.request.path_params["name"], visit.request.path_params["form"]
    if name not in CHARTS or form not in ("svg", "png"):
        raise PageNotFound
    area, on = _area(visit), day_of(visit)
    drawn = drawing(name, area, on, visit.language)
    if drawn is None:
        raise PageNotFound
    data = drawn if form == "svg" else png_of(drawn)
    return download(data, f"{name}-{area.code}-{on}.{form}", SVG if form == "svg" else PNG)


def drawing(name: str, area: Area, on: date, language: str) -> bytes | None:
    """A chart as SVG with its styles, its heading and its source; None where the area has none of that name."""
    svg = bare_drawing(name, area, on, language)
    if svg is None:
        return None
    heading = text("programme.data.heading", language, area=area.called(language), day=formats.day(on, language),
                   chart=text(f"programme.data.chart_{name}", language))  # fmt: skip
    source = text(_SOURCES.get(name, "programme.data.source"), language)
    lows = charts.STEPS if name in _HAVE_STEPS else ()
    return standalone(svg, heading, source, [text("programme.tiles.step", language, low=low) for low in lows])


def bare_drawing(name: str, area: Area, on: date, language: str) -> str | None:
    """A chart as pages have it; None where the area has none of that name."""
    values = drawing_values(area, on)
    return None if values.get(name) is None else render("programme/drawing.svg", language, {**values, "chart": name})


def catalogue(visit: Visit) -> Response:
    """The datasets as a catalogue that other catalogues read (DCAT 3, as JSON-LD)."""
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
        "dcat:dataset": [_dataset(base, one) for one in DATASETS.values()],
    }
    return Response(json.dumps(document, ensure_ascii=False, indent=1), media_type=JSON_LD)


def _both(name: str) -> list[Mapping[str, str]]:
    return [{"@value": text(name, language), "@language": language} for language in LANGUAGES]


def _dataset(base: str, dataset: Dataset) -> dict[str, object]:
    first, last = record.known_dates(record.last_date())[0], record.last_date()
    return {
        "@id": f"{base}/programme/data#{dataset.name}",
        "@type": "dcat:Dataset",
        "dct:identifier": dataset.name,
        "dct:title": [{"@value": dataset.title(language), "@language": language} for language in LANGUAGES],
        "dct:license": {"@id": _LICENCE},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": first.isoformat(), "@type": "xsd:date"},
            "dcat:endDate": {"@value": last.isoformat(), "@type": "xsd:date"},
        },
        "dcat:distribution": list(_distributions(base, dataset)),
    }


def _distributions(base: str, dataset: Dataset) -> Iterator[dict[str, object]]:
    for form, kind in TYPES.items():
        address = f"{base}/programme/data/{dataset.name}.{form}"
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
