"""What the programme's pages, pictures and reports have in common: the day asked about, and what their charts draw."""

from datetime import date
from typing import Any

from onshi import programme, record
from onshi.kernel import parse_day
from onshi.programme import FACILITY_KINDS, Course, Status
from onshi.record import Area, Level
from onshi.web.errors import DayUnreadable
from onshi.web.programme import charts
from onshi.web.texts import text
from onshi.web.visit import Visit

TONES = {Course.ON: "good", Course.OFF: "bad", Course.NO_TARGET: "open", Course.CANNOT_TELL: "care"}


def since_of(status: Status) -> date | None:
    """Since when an area is off course for the target it is held against."""
    if status.pace is not None:
        return status.pace.off_since
    held = status.in_question
    return None if held is None else programme.missed_since(status, held)


def day_of(visit: Visit, default: date | None = None) -> date:
    """The day in the address; without one the default, or else the last of the record. DayUnreadable."""
    given = visit.query("on")
    if not given:
        return default or record.last_date()
    try:
        return parse_day(given)
    except ValueError:
        raise DayUnreadable from None


def part_name(part: str, language: str) -> str:
    """What a part of a figure is called: kinds of facilities have a word, others stand as their source names them."""
    return text("programme.part." + part, language) if part in FACILITY_KINDS else part


def areas_above(area: Area) -> list[Area]:
    """The areas that an area lies in, the largest first."""
    found: list[Area] = []
    above = record.parent(area)
    while above is not None:
        found.insert(0, above)
        above = record.parent(above)
    return found


def drawing_values(area: Area, on: date, status: Status | None = None) -> dict[str, Any]:
    """Everything the charts of an area draw; None for those only the nation has."""
    found = status or programme.status_of(area, on)
    is_nation = area.level is Level.NATION
    funnel = programme.funnel_on(on) if is_nation else None
    return {
        "found": found,
        "area": area,
        "on": on,
        "short": short_number,
        "steps": charts.STEPS,
        "series": charts.series(found.counts, found.verdicts, _redefined(found)),
        "tiles": _tiles(on) if is_nation else None,
        "map": charts.bubble_map(record.last_counts(on), dict(record.places())) if is_nation else None,
        "funnel": None if funnel is None else charts.funnel_chart(funnel),
    }


def _redefined(found: Status) -> list[date]:
    return [one.since for one in record.redefinitions("issued", found.counts[0].on, found.last.on)]


def _tiles(on: date) -> tuple[int, int, list[charts.Tile]]:
    prefectures = record.parts(record.nation().code)
    last = ((area, record.counts_of(area, on, last=1)[0]) for area in prefectures)
    return charts.tile_grid(last, dict(record.tiles()))


def short_number(value: int, language: str) -> str:
    """A round number as an axis has it: 3,000万, 30 M."""
    if language == "ja":
        return f"{value / 10_000:,.0f}万" if value >= 100_000 else f"{value:,}"
    if value >= 1_000_000:
        return f"{value / 1_000_000:,.10g} M"
    return f"{value:,}"
