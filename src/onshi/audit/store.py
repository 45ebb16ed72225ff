"""The tables of the log. Entries and blocks are only ever added; a batch is updated once, when it is sealed."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Row,
    Table,
    Text,
    func,
    or_,
    select,
    tuple_,
)

from onshi.audit.digests import entry_digests
from onshi.audit.model import Batch, Block, Entry, Head, Recorded, Tail
from onshi.audit.packing import Find, packed_entries, unpacked_entries
from onshi.audit.spans import Ahead, Span, finds_in, pieces
from onshi.audit.tree import root
from onshi.db import Tx, metadata
from onshi.kernel import Moment

# All entries of a batch in one value: a row for each, with an index for each way of finding it, was half the cost of
# a check (docs/decisions/0012).
entries_table = Table(
    "audit_entries",
    metadata,
    Column("batch", BigInteger, primary_key=True, autoincrement=False),
    Column("packed", LargeBinary, nullable=False),
)

# Where the sealed entries about a subject, or by an actor, are: pieces of sorted runs (spans.py). Written by the sealer
# out of the entries themselves, and no part of what is proven: whoever reads looks into the entries.
finds_table = Table(
    "audit_finds",
    metadata,
    Column("span", BigInteger, nullable=False),
    Column("first", LargeBinary, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("span", "first"),
)

# `upto`: how far a run is made that others are being merged into. Neither live nor being made: it was merged away.
spans_table = Table(
    "audit_spans",
    metadata,
    Column("span", BigInteger, primary_key=True, autoincrement=False),
    Column("is_live", Boolean, nullable=False),
    Column("upto", LargeBinary),
)

batches_table = Table(
    "audit_batches",
    metadata,
    Column("batch", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("block", BigInteger),
    CheckConstraint("entries > 0", name="audit_batches_hold_entries"),
)
Index("audit_batches_at", batches_table.c.at, batches_table.c.batch)
Index(
    "audit_batches_unsealed",
    batches_table.c.at,
    batches_table.c.batch,
    sqlite_where=batches_table.c.block.is_(None),
    postgresql_where=batches_table.c.block.is_(None),
)
Index(
    "audit_batches_of_block",
    batches_table.c.block,
    sqlite_where=batches_table.c.block.is_not(None),
    postgresql_where=batches_table.c.block.is_not(None),
)

blocks_table = Table(
    "audit_blocks",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("previous", LargeBinary, nullable=False, unique=True),
    Column("batches", Integer, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("members", LargeBinary, nullable=False),
    Column("kid", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("number > 0", name="audit_blocks_count_from_one"),
)

# A name for the sealer's lock that no other lock of ours has.
_SEALER_LOCK = 0x6F6E736869  # "onshi"
# How many blocks, and how many batch ids in one statement, are held in memory at once.
_BLOCKS_AT_ONCE = 16
_IDS_AT_ONCE = 500

_SQLITE_ENTRIES = "INSERT INTO audit_entries (batch, packed) VALUES (?, ?)"
_SQLITE_BATCH = "INSERT INTO audit_batches (batch, at, entries, root) VALUES (?, ?, ?, ?)"
_POSTGRESQL = (
    "WITH batch_row AS (INSERT INTO audit_batches (batch, at, entries, root)"
    " VALUES (%(batch)b, %(at)b, %(count)b, %(root)b))"
    " INSERT INTO audit_entries (batch, packed) VALUES (%(batch)b, %(packed)b)"
)

# Of each run merged, in one step; deleted, in one step.
_PIECES_AHEAD = 3
_PIECES_DROPPED = 100
_PIECES_BEHIND = (
    "SELECT * FROM (SELECT span, packed FROM audit_finds WHERE span = ? AND first >= "
    "coalesce((SELECT first FROM audit_finds WHERE span = ? AND first <= ? ORDER BY first DESC LIMIT 1), ?) "
    "ORDER BY first LIMIT ?) one"
)
_LAST_PIECES = (
    "SELECT f.span, f.first, f.packed FROM audit_spans s JOIN audit_finds f ON f.span = s.span "
    "AND f.first = (SELECT g.first FROM audit_finds g WHERE g.span = s.span AND g.first <= ? "
    "ORDER BY g.first DESC LIMIT 1) WHERE s.is_live"
)
_PIECE_BEFORE = "SELECT first, packed FROM audit_finds WHERE span = ? AND first < ? ORDER BY first DESC LIMIT 1"
_BEFORE_ALL = (-(2**63), -(2**63))
_UNSEALED = (
    "SELECT batch, at, entries, root, block FROM audit_batches WHERE block IS NULL AND (at, batch) > (?, ?)"
    " ORDER BY at, batch LIMIT ?"
)
_LAST_HEAD = "SELECT number, hash, at, kid, signature FROM audit_blocks ORDER BY number DESC LIMIT 1"
_ADD_BLOCK = (
    "INSERT INTO audit_blocks (number, at, previous, batches, entries, root, members, kid, signature, hash)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_PACKED_JSON = "SELECT e.batch, e.packed FROM json_each(?) q CROSS JOIN audit_entries e ON e.batch = q.value"
_PACKED_ARRAY = "SELECT batch, packed FROM audit_entries WHERE batch = ANY(?::bigint[])"


def append(tx: Tx, batch: int, entries: Sequence[Entry], *, at: Moment) -> None:
    """Writes the entries and their batch: on PostgreSQL one statement, on SQLite two without parsing."""
    digests = entry_digests(batch, at, entries)
    packed = packed_entries(at, entries, digests)
    whole = root(digests)
    if tx.is_sqlite:
        cursor = tx.cursor
        cursor.execute(_SQLITE_ENTRIES, (batch, packed))
        cursor.execute(_SQLITE_BATCH, (batch, at, len(entries), whole))
        return
    row = {"batch": batch, "at": at, "count": len(entries), "root": whole, "packed": packed}
    tx.cursor.execute(_POSTGRESQL, row)


def add_span(tx: Tx, span: int, finds: Sequence[Find]) -> None:
    """Writes a new run; finds in order."""
    _add_finds(tx, span, finds)
    tx.prepared("INSERT INTO audit_spans (span, is_live) VALUES (?, true)", (span,))


def _add_finds(tx: Tx, span: int, finds: Sequence[Find]) -> None:
    tx.insert_rows("audit_finds", ("span", "first", "packed"), [(span, *piece) for piece in pieces(finds)])


def spans(tx: Tx) -> list[Span]:
    """Every run, the oldest first."""
    rows = tx.prepared("SELECT span, is_live, upto FROM audit_spans ORDER BY span").fetchall()
    return [Span(span, bool(is_live), upto) for span, is_live, upto in rows]


def start_span(tx: Tx, span: int) -> None:
    """A run that others are to be merged into; nothing is looked for in it yet."""
    tx.prepared("INSERT INTO audit_spans (span, is_live, upto) VALUES (?, false, ?)", (span, b""))


def ahead(tx: Tx, children: Sequence[int], upto: Find) -> list[Ahead]:
    """The next finds behind `upto` of each of these runs."""
    read: dict[int, list[bytes]] = {child: [] for child in children}
    for span, piece in tx.prepared(
        " UNION ALL ".join([_PIECES_BEHIND] * len(children)),
        [value for child in children for value in (child, child, upto, upto, _PIECES_AHEAD)],
    ).fetchall():
        read[span].append(piece)
    return [
        Ahead([find for piece in found for find in finds_in(piece) if find > upto], len(found) == _PIECES_AHEAD)
        for found in read.values()
    ]


def extend_span(tx: Tx, span: int, finds: Sequence[Find]) -> None:
    """Writes the next finds, in order, of a run that is being made."""
    _add_finds(tx, span, finds)
    tx.prepared("UPDATE audit_spans SET upto = ? WHERE span = ?", (finds[-1], span))


def replace_spans(tx: Tx, span: int, children: Sequence[int]) -> None:
    """From now on the run is looked into, and its children are not."""
    tx.prepared(f"UPDATE audit_spans SET is_live = false WHERE span IN ({_marks(children)})", children)
    tx.prepared("UPDATE audit_spans SET is_live = true, upto = NULL WHERE span = ?", (span,))


def drop_spans(tx: Tx, dead: Sequence[int]) -> None:
    """Deletes some pieces of these runs, and the runs that have none left."""
    marks = _marks(dead)
    tx.prepared(
        "DELETE FROM audit_finds WHERE (span, first) IN "
        f"(SELECT span, first FROM audit_finds WHERE span IN ({marks}) ORDER BY span, first LIMIT {_PIECES_DROPPED})",
        dead,
    )
    tx.prepared(
        f"DELETE FROM audit_spans WHERE span IN ({marks}) "
        "AND NOT EXISTS (SELECT 1 FROM audit_finds f WHERE f.span = audit_spans.span)",
        dead,
    )


def _marks(values: Sequence[int]) -> str:
    return ", ".join("?" * len(values))


def last_pieces(tx: Tx, upto: Find) -> list[tuple[int, Find, bytes]]:
    """Of each run that is looked into, the piece that holds the last find that is at most `upto`: run, first find,
    piece."""
    return [(span, first, piece) for span, first, piece in tx.prepared(_LAST_PIECES, (upto,)).fetchall()]


def piece_before(tx: Tx, span: int, first: Find) -> tuple[Find, bytes] | None:
    """The piece of a run before the one that begins with `first`."""
    row = tx.prepared(_PIECE_BEFORE, (span, first)).fetchone()
    return None if row is None else (row[0], row[1])


def lock_sealing(tx: Tx) -> None:
    """Waits until no other transaction seals. On SQLite the open write transaction is that lock already."""
    if not tx.is_sqlite:
        tx.prepared("SELECT pg_advisory_xact_lock(?)", (_SEALER_LOCK,))


def unsealed(tx: Tx, *, limit: int, after: Batch | None = None) -> list[Batch]:
    """The oldest batches that no block has, those behind `after` in the order of (at, batch)."""
    place = _BEFORE_ALL if after is None else (after.at, after.batch)
    return [Batch(*row) for row in tx.prepared(_UNSEALED, (*place, limit)).fetchall()]


def all_unsealed(tx: Tx) -> Iterator[Batch]:
    """Every batch that no block has, the oldest first."""
    after: Batch | None = None
    while part := unsealed(tx, limit=_IDS_AT_ONCE, after=after):
        yield from part
        after = part[-1]


def tail(tx: Tx) -> Tail:
    """What is not sealed yet, counted through the index of just those batches."""
    columns = batches_table.c
    query = select(func.count(), func.sum(columns.entries), func.min(columns.at)).where(columns.block.is_(None))
    row: Any = tx.execute(query).one()
    return Tail(row[0], int(row[1] or 0), row[2])


def last_head(tx: Tx) -> Head | None:
    """The end of the chain."""
    row = tx.prepared(_LAST_HEAD).fetchone()
    return None if row is None else Head(*row)


def add_block(tx: Tx, block: Block, batches: Sequence[int]) -> int:
    """Writes the block and puts its number on the batches no block has yet; returns how many those were."""
    tx.prepared(_ADD_BLOCK, astuple(block))
    if tx.is_sqlite:
        cursor = tx.cursor
        rows = [(block.number, batch) for batch in batches]
        cursor.executemany("UPDATE audit_batches SET block = ? WHERE batch = ? AND block IS NULL", rows)
    else:
        statement = "UPDATE audit_batches SET block = ? WHERE batch = ANY(?::bigint[]) AND block IS NULL"
        cursor = tx.prepared(statement, (block.number, list(batches)))
    changed: int = cursor.rowcount
    return changed


def blocks(tx: Tx) -> Iterator[Block]:
    """The whole chain in the order of its numbers, a few blocks in memory at a time."""
    after: int | None = None
    while True:
        query = select(blocks_table).order_by(blocks_table.c.number).limit(_BLOCKS_AT_ONCE)
        if after is not None:
            query = query.where(blocks_table.c.number > after)
        part = [Block(**row._mapping) for row in tx.execute(query)]
        yield from part
        if len(part) < _BLOCKS_AT_ONCE:
            return
        after = part[-1].number


def batches_of_block(tx: Tx, number: int) -> dict[int, Batch]:
    """The batches that claim to be in this block, by id."""
    query = select(batches_table).where(batches_table.c.block == number)
    return {row.batch: _as_batch(row) for row in tx.execute(query)}


def batches_by_id(tx: Tx, ids: Sequence[int]) -> dict[int, Batch]:
    """Those of the batches that exist."""
    found: dict[int, Batch] = {}
    for start in range(0, len(ids), _IDS_AT_ONCE):
        query = select(batches_table).where(batches_table.c.batch.in_(ids[start : start + _IDS_AT_ONCE]))
        found |= {row.batch: _as_batch(row) for row in tx.execute(query)}
    return found


def packed_of(tx: Tx, batches: Sequence[int]) -> list[tuple[int, bytes]]:
    """(batch, its entries as one value) of those of the batches that have entries."""
    if tx.is_sqlite:
        rows = tx.prepared(_PACKED_JSON, (json.dumps(batches),)).fetchall()
    else:
        rows = tx.prepared(_PACKED_ARRAY, (batches,)).fetchall()
    return [(batch, packed) for batch, packed in rows]


def stored_entries(tx: Tx, batches: Sequence[int]) -> dict[int, list[Recorded]]:
    """The entries of a few batches by batch, in the order of `seq`, just as they stand, forged ones included."""
    found: dict[int, list[Recorded]] = {batch: [] for batch in batches}
    return found | {batch: unpacked_entries(batch, packed) for batch, packed in packed_of(tx, batches)}


def orphans(tx: Tx) -> Iterator[tuple[int, int]]:
    """Batch ids that stand only on entries, and how many entries of each."""
    columns = entries_table.c
    batch = select(batches_table.c.batch).where(batches_table.c.batch == columns.batch)
    for row in tx.execute(select(entries_table).where(~batch.exists()).order_by(columns.batch)):
        yield row.batch, len(unpacked_entries(row.batch, row.packed))


def batches_outside(tx: Tx, last: int) -> list[tuple[int, int]]:
    """Block numbers beyond 1 to `last` that batches claim, and how many claim each."""
    block = batches_table.c.block
    query = (
        select(block, func.count().label("batches")).where(or_(block > last, block < 1)).group_by(block).order_by(block)
    )
    return [(row.block, row.batches) for row in tx.execute(query)]


def places(
    tx: Tx, *, since: Moment | None, until: Moment | None, after: tuple[int, int] | None, limit: int
) -> list[tuple[int, int]]:
    """(at, batch) of all batches, the newest first. `after` is the last place of the part before."""
    columns = batches_table.c
    query = select(columns.at, columns.batch)
    if since is not None:
        query = query.where(columns.at >= since)
    if until is not None:
        query = query.where(columns.at < until)
    if after is not None:
        query = query.where(tuple_(columns.at, columns.batch) < after)
    return [
        (row.at, row.batch) for row in tx.execute(query.order_by(columns.at.desc(), columns.batch.desc()).limit(limit))
    ]


def _as_batch(row: Row[Any]) -> Batch:
    return Batch(row.batch, row.at, row.entries, row.root, row.block)
