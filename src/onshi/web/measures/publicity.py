"""Publicity, open to everybody: what runs when and where, how many showings it comes to, and by which assumptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi.kernel import quarter_of
from onshi.outreach import campaigning, publicity
from onshi.outreach.publicity import CannotTell, Item, Showings, Status
from onshi.web import gantt
from onshi.web.gantt import Chart, Line, Stretch
from onshi.web.measures.common import typed_day
from onshi.web.serving import Pages
from onshi.web.visit import Visit

HOME = "/publicity"
STATUS_TONES = {Status.PLANNED: "wait", Status.ADJUSTING: "care", Status.DONE: "good", Status.CANCELLED: "open"}


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


def shown(item: Item) -> Shown:
    """An item with its showings."""
    found = publicity.showings(item)
    return Shown(item, found, None) if isinstance(found, Showings) else Shown(item, None, found)


def timeline(items: Sequence[Item], language: str) -> Chart | None:
    """The items over fiscal quarters, the first above; None for nothing. Issues are single days."""
    if not items:
        return None
    spans = [publicity.span_of(one) for one in items]
    lines = [Line(item.title(language), _stretches(item, span)) for item, span in zip(items, spans, strict=True)]
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    return gantt.chart(lines, quarter_of(first), quarter_of(last))


def _stretches(item: Item, span: tuple[date, date]) -> tuple[Stretch, ...]:
    if item.issues:
        return tuple(Stretch(day, day) for day in item.issues)
    # Some days of a span: which of them nobody says.
    is_open = item.last is None or item.days is not None
    return (Stretch(span[0], None, span[1]) if is_open else Stretch(*span),)


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
        columns=sorted({month for one in found for month in one.by_month}),
        drawing=timeline(items, visit.language),
        fiscal=lambda one: visit.say("measures.fiscal", year=one.quarter.year),
        months=lambda one: gantt.months_of(one.quarter, visit.language),
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
