"""The tables of the log. Entries and blocks are only ever added; a batch is updated once, when it is sealed."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
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
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from onshi.audit.digests import entry_digests
from onshi.audit.model import Batch, Block, Entry, Head, Recorded, Tail
from onshi.audit.packing import Find, packed_entries, unpacked_entries
from onshi.audit.spans import Span
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

# Where the sealed entries about a subject, or by an actor, are. Written by the sealer out of the entries themselves,
# and no part of what is proven: whoever reads looks into the entries.
finds_table = Table(
    "audit_finds",
    metadata,
    Column("span", BigInteger, nullable=False),
    Column("key", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("batch", BigInteger, nullable=False),
    PrimaryKeyConstraint("span", "key", "at", "batch"),
    sqlite_with_rowid=False,
)

# Each block's finds are a sorted run at the end of the table; runs are merged in the background (spans.py). `slices`
# counts those copied into a run while it is made; -1: its rows are in a larger run.
spans_table = Table(
    "audit_spans",
    metadata,
    Column("span", BigInteger, primary_key=True, autoincrement=False),
    Column("slices", BigInteger, nullable=False),
    Column("is_live", Boolean, nullable=False),
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

# Run by run: with the bare column SQLite reads all rows of all runs, and then looks each one's run up.
_EACH_SPAN = spans_table.c.span + 0
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
    """Writes a new run."""
    tx.insert_rows("audit_finds", ("span", "key", "at", "batch"), [(span, *find) for find in finds])
    tx.execute(insert(spans_table).values(span=span, slices=0, is_live=True))


def spans(tx: Tx) -> list[Span]:
    """Every run, the oldest first."""
    cursor = tx.cursor
    cursor.execute("SELECT span, slices, is_live FROM audit_spans ORDER BY span")
    return [Span(span, slices, bool(is_live)) for span, slices, is_live in cursor.fetchall()]


def start_span(tx: Tx, span: int) -> None:
    """A run that others are to be merged into; nothing is looked for in it yet."""
    tx.execute(insert(spans_table).values(span=span, slices=0, is_live=False))


def copy_slice(tx: Tx, span: int, children: Sequence[int], keys: tuple[int, int]) -> None:
    """Copies what lies in [first, last] of `keys` from the children into the run."""
    first, last = keys
    old = finds_table.alias("old")
    rows = (
        select(literal(span), old.c.key, old.c.at, old.c.batch)
        .where(spans_table.c.span.between(children[0], children[-1]), old.c.span == _EACH_SPAN)
        .where(old.c.key.between(first, last))
        .order_by(old.c.key, old.c.at, old.c.batch)
    )
    tx.execute(insert(finds_table).from_select(["span", "key", "at", "batch"], rows))
    tx.execute(update(spans_table).where(spans_table.c.span == span).values(slices=spans_table.c.slices + 1))


def replace_spans(tx: Tx, span: int, children: Sequence[int]) -> None:
    """From now on the run is looked into, and its children are not."""
    tx.execute(update(spans_table).where(spans_table.c.span.in_(children)).values(is_live=False, slices=-1))
    tx.execute(update(spans_table).where(spans_table.c.span == span).values(is_live=True))


def drop_spans(tx: Tx, dead: Sequence[int]) -> None:
    """Deletes runs with their rows."""
    tx.execute(delete(finds_table).where(finds_table.c.span.in_(dead)))
    tx.execute(delete(spans_table).where(spans_table.c.span.in_(dead)))


def lock_sealing(tx: Tx) -> None:
    """Waits until no other transaction seals. On SQLite the open write transaction is that lock already."""
    if not tx.is_sqlite:
        tx.execute(select(func.pg_advisory_xact_lock(_SEALER_LOCK)))


def unsealed(tx: Tx, *, limit: int, after: Batch | None = None) -> list[Batch]:
    """The oldest batches that no block has, those behind `after` in the order of (at, batch)."""
    columns = batches_table.c
    query = select(batches_table).where(columns.block.is_(None)).order_by(columns.at, columns.batch).limit(limit)
    if after is not None:
        query = query.where(tuple_(columns.at, columns.batch) > (after.at, after.batch))
    return [_as_batch(row) for row in tx.execute(query)]


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
    columns = blocks_table.c
    query = select(columns.number, columns.hash, columns.at, columns.kid, columns.signature)
    row = tx.execute(query.order_by(columns.number.desc()).limit(1)).first()
    return None if row is None else Head(row.number, row.hash, row.at, row.kid, row.signature)


def add_block(tx: Tx, block: Block, batches: Sequence[int]) -> int:
    """Writes the block and puts its number on the batches no block has yet; returns how many those were."""
    tx.execute(insert(blocks_table).values(asdict(block)))
    cursor = tx.cursor
    if tx.is_sqlite:
        rows = [(block.number, batch) for batch in batches]
        cursor.executemany("UPDATE audit_batches SET block = ? WHERE batch = ? AND block IS NULL", rows)
    else:
        statement = "UPDATE audit_batches SET block = %s WHERE batch = ANY(%s::bigint[]) AND block IS NULL"
        cursor.execute(statement, (block.number, list(batches)))
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
    query = select(entries_table).where(entries_table.c.batch.in_(batches))
    return [(row.batch, row.packed) for row in tx.execute(query)]


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
    tx: Tx, *, key: int | None, since: Moment | None, until: Moment | None, after: tuple[int, int] | None, limit: int
) -> list[tuple[int, int]]:
    """(at, batch) of sealed batches with something under `key`, or of all batches; the newest first.

    `after` is the last place of the part before.
    """
    columns = batches_table.c if key is None else finds_table.c
    query = select(columns.at, columns.batch)
    if key is not None:
        query = query.where(spans_table.c.is_live, finds_table.c.span == _EACH_SPAN, finds_table.c.key == key)
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
