"""The four figures a municipality reports, by month: 受付, 交付前設定, 通知書送付, 交付."""

from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards
from onshi.audit import Action
from onshi.cards import StageCount
from onshi.db import Tx
from onshi.web.acts import act
from onshi.web.municipality.town import HOME, own_place
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, sheet
from onshi.web.visit import Visit, download

NAMES = ("received", "preset", "notified", "issued")
_BACK = 11
_SPAN_MAX = 120


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(f"{HOME}/stages", stages),
        pages.show(f"{HOME}/stages.csv", file),
    ]


def stages(visit: Visit) -> Response:
    """The table, a year back if nothing else is asked."""
    first, last = _span(visit)
    with visit.app.db.transaction(reading=True) as tx:
        found = cards.stages(tx, own_place(visit), first, last)
    return visit.page(
        "municipality/stages.html",
        rows=found,
        names=NAMES,
        first=_shown(first),
        last=_shown(last),
        shown=_shown,
        totals={name: sum(getattr(one, name) for one in found) for name in NAMES},
    )


def file(visit: Visit) -> Response:
    """The same as CSV, for a spreadsheet."""
    first, last = _span(visit)
    place = own_place(visit)

    def work(tx: Tx) -> list[StageCount]:
        visit.log(tx, act(visit.actor, Action.EXPORT, "stages", thing=f"municipality:{place}"))
        return cards.stages(tx, place, first, last)

    header = [visit.say(f"municipality.stages.column_{name}") for name in ("place", "month", *NAMES)]
    cells = [
        [one.municipality, _shown(one.month), *(str(getattr(one, name)) for name in NAMES)]
        for one in visit.app.run(work)
    ]
    return download(sheet(header, cells), f"stages-{place}-{first}-{last}.csv", CSV)


def _span(visit: Visit) -> tuple[int, int]:
    """The months of the address; what cannot be read, or is out of order, is the last twelve."""
    today = visit.app.today()
    last = _month(visit.query("last")) or today.year * 12 + today.month - 1
    first = _month(visit.query("first")) or last - _BACK
    if not 0 <= last - first < _SPAN_MAX:
        first = last - _BACK
    return _number(first), _number(last)


def _month(text: str) -> int | None:
    """Months since the year 0."""
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return day.year * 12 + day.month - 1


def _number(month: int) -> int:
    """As `cards.stages` takes it: 202611."""
    return month // 12 * 100 + month % 12 + 1


def _shown(month: int) -> str:
    return f"{month // 100}-{month % 100:02}"
