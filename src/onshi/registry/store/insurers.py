"""Insurers by time."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import case, insert, select, update

from onshi.db import OPEN, Tx
from onshi.kernel import InsurerNumber, Moment
from onshi.registry.model import Insurer
from onshi.registry.store.tables import insurer_changes, insurers


def _as_insurer(row: Any) -> Insurer:
    return Insurer(
        row.number,
        row.law_code,
        row.kind,
        row.name,
        row.prefecture,
        row.opened_on,
        row.closed_on,
        row.first_loaded_at,
        row.last_loaded_at,
        row.delay_days,
    )


def _load(tx: Tx, known_at: Moment | None) -> dict[InsurerNumber, Insurer]:
    query = select(insurers)
    if known_at is None:
        query = query.where(insurers.c.known_to == OPEN)
    else:
        query = query.where(insurers.c.known_from <= known_at, known_at < insurers.c.known_to)
    return {row.number: _as_insurer(row) for row in tx.execute(query.order_by(insurers.c.number))}


def changes(tx: Tx) -> int:
    """How often any insurer was changed: the version of every copy."""
    cursor = tx.cursor
    cursor.execute('SELECT count FROM registry_insurer_changes WHERE "only" = 1')
    row = cursor.fetchone()
    return int(row[0]) if row else 0


def book(tx: Tx, known_at: Moment | None = None) -> Mapping[InsurerNumber, Insurer]:
    """Every insurer by number, as known now (kept in memory until one changes) or at `known_at`."""
    if known_at is not None:
        return _load(tx, known_at)
    return tx.remembered("registry.insurers", changes(tx), lambda: _load(tx, None))


def put(tx: Tx, changed: Iterable[Insurer], *, at: Moment) -> None:
    """Makes these what is known of them from `at` on."""
    records = list(changed)
    if not records:
        return
    numbers = [insurer.number for insurer in records]
    tx.execute(update(insurers).where(insurers.c.number.in_(numbers), insurers.c.known_to == OPEN).values(known_to=at))
    columns = [column.name for column in insurers.columns if column.name not in ("known_from", "known_to")]
    rows = [{name: getattr(one, name) for name in columns} | {"known_from": at, "known_to": OPEN} for one in records]
    tx.execute(insert(insurers), rows)
    # Not just one more: a transaction that is rolled back has shown its number to copies, and no later change may
    # come to the same one.
    count = insurer_changes.c.count
    counted = tx.execute(update(insurer_changes).values(count=case((count >= at, count + 1), else_=at)))
    if counted.rowcount == 0:
        tx.execute(insert(insurer_changes).values(only=1, count=at))
