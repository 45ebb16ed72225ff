"""Versions: what holds now is closed and never changed, and what was known at a moment can be asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, insert, select, update

from onshi.db import OPEN, Tx
from onshi.kernel import Moment

_IN_CHUNK = 500


def known(table: Table, at: Moment | None) -> ColumnElement[bool]:
    """The rows that hold now, or that were known at the moment."""
    if at is None:
        return table.c.known_to == OPEN
    return and_(table.c.known_from <= at, table.c.known_to > at)


def replace(tx: Tx, table: Table, key: Mapping[str, Any], row: Mapping[str, Any] | None, *, at: Moment) -> None:
    """What holds of `key` ends at `at`, and `row` follows it, if any.

    A version lasts at least a microsecond, so that two changes of one moment are two versions.
    """
    this = and_(*(table.c[name] == value for name, value in key.items()))
    last = tx.execute(select(func.max(table.c.known_from)).where(this)).scalar()
    moment = at if last is None else max(at, last + 1)
    tx.execute(update(table).where(this, table.c.known_to == OPEN).values(known_to=moment))
    if row is not None:
        tx.execute(insert(table).values(**key, **row, known_from=moment, known_to=OPEN))


def add(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]], *, at: Moment) -> None:
    """Rows of which nothing was known before."""
    if rows:
        tx.execute(insert(table), [{**row, "known_from": at, "known_to": OPEN} for row in rows])


def chunks(wanted: Sequence[str]) -> list[Sequence[str]]:
    """Few enough at a time for one statement."""
    return [wanted[start : start + _IN_CHUNK] for start in range(0, len(wanted), _IN_CHUNK)]
