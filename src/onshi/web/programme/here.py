"""The running country by area, as last rolled up: who has registered a card, and how far applications are."""

from collections.abc import Mapping
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi import flows, programme, record
from onshi.cards import Stage
from onshi.record import Area, Count, Level, Record
from onshi.settings import EXPORTS
from onshi.web.programme import charts
from onshi.web.programme.facts import areas_above, short_number
from onshi.web.serving import Pages
from onshi.web.visit import Visit

# How the stages of the record are called where cards are made.
_STAGES = {"applied": Stage.RECEIVED, "preset": Stage.PRESET, "notified": Stage.NOTIFIED, "issued": Stage.ISSUED}


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/programme/here", here, is_public=True),
        pages.show("/programme/here/{code}", here, is_public=True),
    ]


def here(visit: Visit) -> Response:
    """The nation or one area; before the first roll-up a page that says how to make one."""
    area = record.find_area(visit.request.path_params.get("code", record.nation().code))
    figures = flows.rolled_up_figures(visit.app.settings.data / EXPORTS)
    if figures is None:
        return visit.page("programme/here.html", area=area, held=None)
    on = figures.people.dates[-1]
    held = programme.record_of(figures.people, flows.REGISTERED, base=on)
    counts = record.counts_of(area, on, held=held) if held.residents[area.code][0] else ()
    return visit.page(
        "programme/here.html",
        area=area,
        above=areas_above(area),
        held=held,
        on=on,
        counts=counts,
        unplaced=figures.people.unplaced if area.level is Level.NATION else 0,
        series=charts.series(counts, ()) if counts else None,
        tiles=_tiles(held, on) if counts and area.level is Level.NATION else None,
        funnel=_funnel(figures.stages.get(area.code), on),
        parts_of=_parts(area, held, on),
        steps=charts.STEPS,
        short=short_number,
        series_name=visit.say("programme.here.series"),
        series_about=visit.say("programme.here.series_about"),
        tiles_about=visit.say("programme.here.tiles_about"),
        steps_about=visit.say("programme.here.steps_about"),
        at="/programme/here",
    )


def _parts(area: Area, held: Record, on: date) -> list[tuple[Area, Count]]:
    """The parts in which somebody lives, those with the lowest share first."""
    parts = () if area.level is Level.MUNICIPALITY else record.parts(area.code)
    found = [(one, record.counts_of(one, on, last=1, held=held)[0]) for one in parts if held.residents[one.code][0]]
    return sorted(found, key=lambda one: (one[1].rate, one[0].code))


def _tiles(held: Record, on: date) -> tuple[int, int, list[charts.Tile]]:
    return charts.tile_grid(_parts(record.nation(), held, on), dict(record.tiles()))


def _funnel(totals: Mapping[Stage, int] | None, on: date) -> charts.FunnelChart | None:
    """The four counted stages of the applications that were made here; None before the first."""
    if totals is None:
        return None
    return charts.funnel_chart(programme.funnel_of(on, {name: totals[stage] for name, stage in _STAGES.items()}))
