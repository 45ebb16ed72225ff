"""Publicity, open to everybody: what runs when and where, how many showings it comes to, and by which assumptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi.kernel import Month, month_of
from onshi.outreach import campaigning, publicity
from onshi.outreach.publicity import CannotTell, Item, Showings, Status
from onshi.web.measures.common import typed_day
from onshi.web.serving import Pages
from onshi.web.visit import Visit

HOME = "/publicity"
STATUS_TONES = {Status.PLANNED: "wait", Status.ADJUSTING: "care", Status.DONE: "good", Status.CANCELLED: "open"}
_WIDTH, _LEFT, _TOP, _ROW = 760, 250, 34, 26


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(HOME, campaigns, is_public=True),
        pages.show(f"{HOME}/{{campaign}}/{{code}}", one_item, is_public=True),
    ]


@dataclass(frozen=True, slots=True)
class Shown:
    """An item with what can be said of its showings."""

    item: Item
    told: Showings | None
    lacks: CannotTell | None


@dataclass(frozen=True, slots=True)
class Bar:
    """Where an item stands in the drawing: a bar for a run, marks for issues."""

    y: float
    x: float
    width: float
    marks: tuple[float, ...]
    item: Item


@dataclass(frozen=True, slots=True)
class Timeline:
    """The drawing of a campaign's items over time."""

    width: int
    height: int
    left: int
    top: int
    row: int
    months: tuple[tuple[float, Month], ...]
    bars: tuple[Bar, ...]


def shown(item: Item) -> Shown:
    """An item with its showings."""
    found = publicity.showings(item)
    return Shown(item, found, None) if isinstance(found, Showings) else Shown(item, None, found)


def timeline(items: Sequence[Item]) -> Timeline | None:
    """The drawing; None for nothing. Months stand at the top, items below each other."""
    if not items:
        return None
    spans = [publicity.span_of(one) for one in items]
    first = month_of(min(start for start, _ in spans)).first
    last = month_of(max(end for _, end in spans)).last
    days = (last - first).days + 1

    def across(day: date) -> float:
        return round(_LEFT + (_WIDTH - _LEFT) * (day - first).days / days, 1)

    bars = []
    for place, (item, (start, end)) in enumerate(zip(items, spans, strict=True)):
        width = max(3.0, round(across(end) - across(start) + (_WIDTH - _LEFT) / days, 1))
        marks = tuple(across(day) for day in item.issues)
        bars.append(Bar(_TOP + place * _ROW, across(start), 0.0 if marks else width, marks, item))
    months = []
    month = month_of(first)
    while month.first <= last:
        months.append((across(month.first), month))
        month = month.next
    return Timeline(_WIDTH, _TOP + len(items) * _ROW + 6, _LEFT, _TOP, _ROW, tuple(months), tuple(bars))


def campaigns(visit: Visit) -> Response:
    """Every item known on a day, its showings, and the sums by medium and month."""
    on = typed_day(visit.query("on")) or visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        items = campaigning.items_on(tx, on)
    found = publicity.by_medium(items)
    return visit.page(
        "measures/publicity.html",
        on=on,
        items=[shown(one) for one in items],
        sums=found,
        months=sorted({month for one in found for month in one.by_month}),
        drawing=timeline(items),
        tones=STATUS_TONES,
    )


def one_item(visit: Visit) -> Response:
    """One item with every version of it. UnknownItem."""
    key = (visit.request.path_params["campaign"], visit.request.path_params["code"])
    with visit.app.db.transaction(reading=True) as tx:
        versions = campaigning.versions_of(tx, key, visit.app.today())
    return visit.page(
        "measures/publicity_item.html",
        found=shown(versions[-1]),
        versions=[shown(one) for one in reversed(versions)],
        tones=STATUS_TONES,
    )
