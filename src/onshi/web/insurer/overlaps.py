"""資格重複: days that another insurer claims for the same person, month by month."""

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi import registry
from onshi.audit import Action
from onshi.db import Tx
from onshi.registry import Overlap, Person
from onshi.web.acts import act
from onshi.web.formats import insurer_number
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, sheet
from onshi.web.visit import Visit, download

_SHOWN = 200
_COLUMNS = ("name", "kana", "birth", "symbol", "number", "branch", "mine_from", "mine_to", "other_number", "other_name",
            "other_from", "other_to", "newer")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One overlap with whom it is about and what the other insurer is called."""

    overlap: Overlap
    person: Person
    other_name: str


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/insurer/overlaps", overlaps),
        pages.show("/insurer/overlaps.csv", overlaps_file),
    ]


def overlaps(visit: Visit) -> Response:
    """The overlaps of a month."""
    visit.require("insurer.read")
    month = _month(visit)
    with visit.app.db.transaction(reading=True) as tx:
        found = registry.overlaps_of(tx, visit.own_insurer, month=month)
        lines = _named(tx, found[:_SHOWN])
    return visit.page("insurer/overlaps.html", month=month, lines=lines, count=len(found))


def overlaps_file(visit: Visit) -> Response:
    """The whole list of a month as CSV; taking it away is logged."""
    visit.require("insurer.read")
    month = _month(visit)

    def work(tx: Tx) -> list[Line]:
        lines = _named(tx, registry.overlaps_of(tx, visit.own_insurer, month=month))
        visit.log(tx, act(visit.actor, Action.EXPORT, "overlaps", thing=f"month:{month:%Y-%m}"))
        return lines

    lines = visit.app.run(work)
    header = [visit.say(f"insurer.overlaps.column.{name}") for name in _COLUMNS]
    cells = [_cells(visit, line) for line in lines]
    return download(sheet(header, cells), f"overlaps-{month:%Y-%m}.csv", CSV)


def _named(tx: Tx, found: list[Overlap]) -> list[Line]:
    book = registry.insurer_book(tx)
    return [Line(one, registry.person_of(tx, one.person), book[one.other_insurer].name) for one in found]


def _cells(visit: Visit, line: Line) -> list[str]:
    mine, other = line.overlap.mine, line.overlap.other_period
    newer = visit.say("insurer.overlaps.mine" if line.overlap.is_newer_mine else "insurer.overlaps.theirs")
    return [
        line.person.name,
        line.person.kana,
        line.person.birth_on.isoformat(),
        mine.symbol or "",
        mine.number,
        mine.branch or "",
        mine.starts_on.isoformat(),
        _day(mine.lost_on),
        insurer_number(line.overlap.other_insurer),
        line.other_name,
        other.start.isoformat(),
        _day(other.end),
        newer,
    ]


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _month(visit: Visit) -> date:
    try:
        return date.fromisoformat(f"{visit.query('month')}-01")
    except ValueError:
        return visit.app.today().replace(day=1)
