"""Summaries of ministries; a version is only ever added."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select

from onshi.db import Tx
from onshi.outreach.model import KINDS
from onshi.outreach.store.tables import summaries, summary_cells, summary_parts
from onshi.outreach.sums import Cell, Known, Part, Summary

_Key = tuple[str, date, int]


def as_cell(row: Row[Any]) -> Cell:
    """A row of `outreach_summary_cells`."""
    reach = Known(row.reach, row.reach_unknown)
    return Cell(row.kind, row.measure, row.channel, row.done, row.partly, row.not_done, reach, row.cost)


def as_part(row: Row[Any], cells: Sequence[Cell]) -> Part:
    """A row of `outreach_summary_parts` with its cells."""
    numbers = [int(one) for one in row.figures.split()]
    figures = tuple(map(Known, numbers[::2], numbers[1::2]))
    return Part(row.kind, row.expected, row.reported, figures, tuple(cells))


def as_summary(row: Row[Any], parts: Mapping[_Key, Sequence[Part]]) -> Summary:
    """A row of `outreach_summaries` with its parts."""
    key = (row.ministry, row.as_of, row.version)
    return Summary(*key, tuple(parts.get(key, ())), row.note, row.reason, row.sent_at)


def in_span(tx: Tx, first: date, last: date) -> list[Summary]:
    """Every version of every summary of days from `first` to `last`, the oldest first."""
    cells: dict[tuple[_Key, str], list[Cell]] = {}
    order = (summary_cells.c.measure, summary_cells.c.channel)
    for row in tx.execute(select(summary_cells).where(summary_cells.c.as_of.between(first, last)).order_by(*order)):
        cells.setdefault(((row.ministry, row.as_of, row.version), row.kind), []).append(as_cell(row))
    parts: dict[_Key, list[Part]] = {}
    query = select(summary_parts).where(summary_parts.c.as_of.between(first, last))
    # In the order in which they were summed: that of the kinds.
    for row in sorted(tx.execute(query), key=lambda row: KINDS.index(row.kind)):
        key = (row.ministry, row.as_of, row.version)
        parts.setdefault(key, []).append(as_part(row, cells.get((key, row.kind), ())))
    found = select(summaries).where(summaries.c.as_of.between(first, last))
    ordered = found.order_by(summaries.c.ministry, summaries.c.as_of, summaries.c.version)
    return [as_summary(row, parts) for row in tx.execute(ordered)]


def add(tx: Tx, one: Summary) -> None:
    """A new version."""
    key: dict[str, Any] = {"ministry": one.ministry, "as_of": one.as_of, "version": one.version}
    tx.execute(insert(summaries), [key | {"note": one.note, "reason": one.reason, "sent_at": one.sent_at}])
    if one.parts:
        tx.execute(insert(summary_parts), [key | _part(part) for part in one.parts])
    cells = [key | _cell(cell) for part in one.parts for cell in part.cells]
    if cells:
        tx.execute(insert(summary_cells), cells)


def _part(one: Part) -> dict[str, Any]:
    figures = " ".join(f"{figure.total} {figure.unknown}" for figure in one.figures)
    return {"kind": one.kind, "expected": one.expected, "reported": one.reported, "figures": figures}


def _cell(one: Cell) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "measure": one.measure,
        "channel": one.channel,
        "done": one.done,
        "partly": one.partly,
        "not_done": one.not_done,
        "reach": one.reach.total,
        "reach_unknown": one.reach.unknown,
        "cost": one.cost,
    }
