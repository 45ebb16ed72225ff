"""The country as the ministries handed it in: by kind, measure and channel; who is late; to take away as CSV."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from onshi import access, law
from onshi.audit import Action
from onshi.db import Tx
from onshi.outreach import FIGURES, Measure, catalogue, planning, reporting, summarising, sums
from onshi.outreach.periods import Arrival
from onshi.outreach.sums import Cell, Compilation, Known
from onshi.web.acts import act
from onshi.web.measures.common import kind_word, office, year_at
from onshi.web.measures.own_pages import ARRIVAL_TONES, channel_words
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, sheet
from onshi.web.visit import Visit, download

HOME = "/office/measures"
_SHOWN = 200
COLUMNS = (
    "ministry", "as_of", "kind", "measure", "channel", "done", "partly", "not_done", "reach", "reach_unknown", "cost",
)  # fmt: skip


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show(HOME, compiled), pages.show(f"{HOME}.csv", csv_file)]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the matrix: a measure, and what each kind of insurer did about it (None: nothing was reported)."""

    title: str
    cells: tuple[Cell | None, ...]
    reach: Known


def compiled(visit: Visit) -> Response:
    """The compilation of a year."""
    above = office(visit)
    year, today = year_at(visit), visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        whole = summarising.compilation(tx, year, on=today)
        handings = summarising.every_handing(tx, year, on=today)
        expected = reporting.expected_below(tx, above, year, on=today)
        measures = planning.measures_on(tx, today)
        late = [one for one in reporting.late(expected) if one.kind in law.GROUPS]
        names = access.party_names(tx, [one.owner for one in late[:_SHOWN]])
    kinds = [one.part.kind for one in whole.told]
    return visit.page(
        "measures/office.html",
        home=HOME,
        year=year,
        whole=whole,
        kinds=kinds,
        rows=matrix(whole.cells, kinds, measures, visit.language),
        channels=sums.by_channel(whole.cells),
        handings=[one for one in handings if one.arrival is not Arrival.AHEAD],
        late=late[:_SHOWN],
        late_count=len(late),
        late_by_kind=sorted(Counter(one.kind for one in late).items()),
        names=names,
        figures=FIGURES,
        channel_words=channel_words(visit, measures),
        kind_word=lambda kind: kind_word(visit, kind),
        ministry_word=lambda code: visit.say("measures.ministry." + code),
        arrival_tones=ARRIVAL_TONES,
    )


def matrix(cells: Sequence[Cell], kinds: Sequence[str], measures: Sequence[Measure], language: str) -> list[Row]:
    """Kinds x measures: the same thing done by several kinds is one row, under the name the first of them gives it."""
    titles = catalogue.titles(measures, language)
    found: dict[str, dict[str, Cell]] = {}
    named: dict[str, str] = {}
    for cell in cells:
        row = catalogue.row_of(cell.measure)
        named.setdefault(row, titles.get(cell.measure, cell.measure))
        before = found.setdefault(row, {}).get(cell.kind)
        whole = Cell(cell.kind, row, "", cell.done, cell.partly, cell.not_done, cell.reach, cell.cost)
        found[row][cell.kind] = whole if before is None else before + whole
    return [
        Row(
            named[row],
            tuple(found[row].get(kind) for kind in kinds),
            sum((one.reach for one in found[row].values()), sums.NOTHING),
        )
        for row in sorted(found, key=lambda row: named[row])
    ]


def csv_file(visit: Visit) -> Response:
    """Every cell, as handed in. This is logged."""
    office(visit)
    year = year_at(visit)

    def work(tx: Tx) -> Compilation:
        visit.log(tx, act(visit.actor, Action.EXPORT, "measures", thing=f"measures:{year}"))
        return summarising.compilation(tx, year, on=visit.app.today())

    whole = visit.app.run(work)
    header = [visit.say("measures.column." + name) for name in COLUMNS]
    rows = [
        [told.ministry, told.as_of.isoformat(), *cell.key, *map(str, _numbers(cell))]
        for told in whole.told
        for cell in told.part.cells
    ]
    return download(sheet(header, rows), f"measures-{year}.csv", CSV)


def _numbers(cell: Cell) -> tuple[int, ...]:
    return cell.done, cell.partly, cell.not_done, cell.reach.total, cell.reach.unknown, cell.cost
