"""Rows that wait for review."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import insert, select, update

from onshi.db import OPEN, Tx
from onshi.kernel import InsurerNumber, Moment, PersonId
from onshi.registry.model import Feed, HeldRow
from onshi.registry.store.frames import add_keys
from onshi.registry.store.tables import held as table

_IN_CHUNK = 500
# What the guard adds to a row; everything else is what the insurer sent.
_OURS = (
    "round", "verdict", "reason", "candidate", "differences", "rank", "is_joined", "flags", "unsaid", "details",
    "link_code",
)  # fmt: skip


def _plain(value: object) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def add(tx: Tx, feed: Feed, rows: pl.DataFrame, *, ids: Sequence[int], blocks: bool, at: Moment) -> None:
    """Holds rows (feed columns, key, reason, candidate, differences, rank) from `at` on.

    The same row held before, from an earlier file, is not held twice. A row that `blocks` makes its number
    answer "identity under review".
    """
    records = []
    for held_id, row in zip(ids, rows.rows(named=True), strict=True):
        content = {name: _plain(value) for name, value in row.items() if name not in (*_OURS, "row")}
        content["link_code"] = row["link_code"]
        content["differences"] = row["differences"]
        records.append(
            {
                "held_id": held_id,
                "known_to": OPEN,
                "known_from": at,
                "insurer": feed.insurer,
                "feed_id": feed.id,
                "row": row["row"],
                "reason": row["reason"],
                "rank": row["rank"] or 0,
                "candidate": row["candidate"],
                "blocks": blocks,
                "content": msgspec.json.encode(content).decode(),
            }
        )
        records[-1]["digest"] = _digest(records[-1])
    known = _known_digests(tx, feed.insurer, [record["digest"] for record in records])
    fresh = [record for record in records if record["digest"] not in known]
    if not fresh:
        return
    tx.execute(insert(table), fresh)
    if blocks:
        keyed = dict(zip(ids, rows["key"], strict=True))
        places = [record["held_id"] for record in fresh]
        keys = [keyed[place] for place in places]
        add_keys(tx, pl.DataFrame({"key": keys, "person_id": [0] * len(keys), "coverage_id": places}))


def _digest(record: Mapping[str, Any]) -> bytes:
    """What two rows share that say the same and are held for the same reason."""
    return sha256(f"{record['reason']}\n{record['content']}".encode()).digest()


def _known_digests(tx: Tx, insurer: InsurerNumber, digests: Sequence[bytes]) -> set[bytes]:
    """Those of the digests under which a row of this insurer waits."""
    found: set[bytes] = set()
    for start in range(0, len(digests), _IN_CHUNK):
        query = select(table.c.digest).where(
            table.c.insurer == insurer,
            table.c.known_to == OPEN,
            table.c.digest.in_(digests[start : start + _IN_CHUNK]),
        )
        found |= set(tx.execute(query).scalars())
    return found


def _as_held(row: Any) -> HeldRow:
    content = msgspec.json.decode(row.content, type=dict[str, str | None])
    differences = (content.pop("differences", None) or "").split(",")
    return HeldRow(
        row.held_id,
        row.insurer,
        row.feed_id,
        row.row,
        row.reason,
        row.rank,
        row.candidate,
        row.blocks,
        row.known_from,
        content,
        tuple(name for name in differences if name),
    )


def waiting(tx: Tx, insurer: InsurerNumber | None, limit: int) -> list[HeldRow]:
    """The rows that wait, the most doubtful first."""
    query = select(table).where(table.c.known_to == OPEN)
    if insurer is not None:
        query = query.where(table.c.insurer == insurer)
    ordered = query.order_by(table.c.blocks.desc(), table.c.rank.desc(), table.c.known_from, table.c.held_id)
    return [_as_held(row) for row in tx.execute(ordered.limit(limit))]


def one(tx: Tx, held_id: int) -> HeldRow | None:
    """A row that waits, or None."""
    row = tx.execute(select(table).where(table.c.held_id == held_id, table.c.known_to == OPEN)).first()
    return None if row is None else _as_held(row)


def rename_candidate(tx: Tx, person: PersonId, to: PersonId) -> None:
    """Rows that wait with `person` as their candidate now wait with `to`."""
    tx.execute(update(table).where(table.c.candidate == person, table.c.known_to == OPEN).values(candidate=to))


def decide(tx: Tx, held_ids: Iterable[int], *, decision: str, by: str, at: Moment) -> None:
    """Ends the waiting of these rows with a decision and who made it."""
    tx.execute(
        update(table)
        .where(table.c.held_id.in_(list(held_ids)), table.c.known_to == OPEN)
        .values(known_to=at, decision=decision, decided_by=by)
    )
