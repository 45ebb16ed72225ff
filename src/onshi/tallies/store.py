"""The tables of counts and their queries. Rows are only added."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    tuple_,
)

from onshi.db import Tx, metadata
from onshi.kernel import InsurerNumber
from onshi.tallies.model import Count, Done, Figure, OfKind, Step

_CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}

steps = Table(
    "tallies_steps",
    metadata,
    Column("counted_on", Date, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("step", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("party", Text, nullable=False),
    **_CLUSTERED,
)

figures = Table(
    "tallies_figures",
    metadata,
    Column("counted_on", Date, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("insurer", String(8), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("members", BigInteger, nullable=False),
    Column("registered", BigInteger, nullable=False),
    **_CLUSTERED,
)


def last_version(tx: Tx, on: date) -> int:
    """The number of the newest count of the day; 0 without one."""
    query = select(func.max(steps.c.version)).where(steps.c.counted_on == on)
    return tx.execute(query).scalar_one() or 0


def add_step(tx: Tx, on: date, version: int, done: Done) -> None:
    """A step of a count; each is taken once."""
    row = {"counted_on": on, "version": version, "step": done.step.value, "at": done.at, "party": done.by}
    tx.execute(insert(steps).values(row))


def add_figures(tx: Tx, on: date, version: int, new: Sequence[Figure]) -> None:
    """What a count came to."""
    if new:
        rows = [
            {
                "counted_on": on,
                "version": version,
                "insurer": one.insurer,
                "kind": one.kind,
                "members": one.members,
                "registered": one.registered,
            }
            for one in new
        ]
        tx.execute(insert(figures), rows)


def counts(tx: Tx, on: date | None = None) -> list[Count]:
    """Every count, or those of a day; the newest day first, of a day the newest version."""
    query = select(steps).order_by(steps.c.counted_on.desc(), steps.c.version.desc(), steps.c.at, steps.c.step)
    if on is not None:
        query = query.where(steps.c.counted_on == on)
    found: dict[tuple[date, int], list[Done]] = {}
    for row in tx.execute(query):
        found.setdefault((row.counted_on, row.version), []).append(Done(Step(row.step), row.at, row.party))
    order = list(Step)
    return [
        Count(day, version, tuple(sorted(done, key=lambda one: order.index(one.step))))
        for (day, version), done in found.items()
    ]


def figures_of(tx: Tx, counts: Sequence[Count], *, kind: str | None = None) -> list[list[Figure]]:
    """What each of the counts came to, by insurer; only of a kind of insurer where one is given."""
    found: dict[tuple[date, int], list[Figure]] = {}
    query = select(figures).where(_in(counts)).order_by(figures.c.insurer)
    if kind is not None:
        query = query.where(figures.c.kind == kind)
    for row in tx.execute(query):
        one = Figure(InsurerNumber(row.insurer), row.kind, row.members, row.registered)
        found.setdefault((row.counted_on, row.version), []).append(one)
    return [found.get((one.counted_on, one.version), []) for one in counts]


def kinds_of(tx: Tx, counts: Sequence[Count]) -> list[list[OfKind]]:
    """What each of the counts came to by kind of insurer; insurers without members left out."""
    found: dict[tuple[date, int], list[OfKind]] = {}
    by = (figures.c.counted_on, figures.c.version, figures.c.kind)
    sums = (func.sum(figures.c.members).label("members"), func.sum(figures.c.registered).label("registered"))
    query = select(*by, func.count().label("insurers"), *sums).where(_in(counts), figures.c.members > 0).group_by(*by)
    for row in tx.execute(query.order_by(figures.c.kind)):
        one = OfKind((row.kind,), row.insurers, int(row.members), int(row.registered))
        found.setdefault((row.counted_on, row.version), []).append(one)
    return [found.get((one.counted_on, one.version), []) for one in counts]


def _in(counts: Sequence[Count]) -> ColumnElement[bool]:
    return tuple_(figures.c.counted_on, figures.c.version).in_([(one.counted_on, one.version) for one in counts])
