"""The tables of the log. Entries and blocks are only ever added; a batch is updated once, when it is sealed."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    BigInteger,
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
    insert,
    or_,
    select,
    tuple_,
)

from onshi.audit.digests import entry_digests
from onshi.audit.errors import EntryUnreadable
from onshi.audit.ids import shown_check_id
from onshi.audit.model import Action, Batch, Block, Entry, Head, Recorded, Tail
from onshi.audit.tree import root
from onshi.db import Tx, metadata
from onshi.kernel import Moment

entries_table = Table(
    "audit_entries",
    metadata,
    Column("batch", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", BigInteger),
    Column("object", Text),
    Column("outcome", Text),
    Column("leaf", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    PrimaryKeyConstraint("batch", "seq"),
)
Index(
    "audit_entries_of_subject",
    entries_table.c.subject,
    entries_table.c.at,
    sqlite_where=entries_table.c.subject.is_not(None),
    postgresql_where=entries_table.c.subject.is_not(None),
)
Index("audit_entries_of_actor", entries_table.c.actor, entries_table.c.at)

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

_SQLITE_ENTRIES = (
    "INSERT INTO audit_entries (batch, seq, at, actor, action, subject, object, outcome, leaf, digest)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SQLITE_BATCH = "INSERT INTO audit_batches (batch, at, entries, root) VALUES (?, ?, ?, ?)"
# The digests travel as one value that the server cuts up: 64 of them as an array take ten times as long to adapt.
_POSTGRESQL = (
    "WITH batch_row AS (INSERT INTO audit_batches (batch, at, entries, root)"
    " VALUES (%(batch)b, %(at)b, %(count)b, %(root)b))"
    " INSERT INTO audit_entries (batch, seq, at, actor, action, subject, object, outcome, leaf, digest)"
    " SELECT %(batch)b, place - 1, %(at)b, actor, action, subject, object, outcome,"
    " substring(%(leaves)b FROM place::int * 32 - 31 FOR 32), substring(%(digests)b FROM place::int * 32 - 31 FOR 32)"
    " FROM unnest(%(actors)s::text[], %(actions)s::text[], %(subjects)s::bigint[], %(objects)s::text[],"
    " %(outcomes)s::text[]) WITH ORDINALITY AS row (actor, action, subject, object, outcome, place)"
)


def append(tx: Tx, batch: int, entries: Sequence[Entry], *, at: Moment) -> None:
    """Writes the entries and their batch: on PostgreSQL one statement, on SQLite two without parsing."""
    digests = entry_digests(batch, at, entries)
    if tx.is_sqlite:
        _append_sqlite(tx, batch, entries, digests, at=at)
        return
    tx.cursor.execute(
        _POSTGRESQL,
        {
            "batch": batch,
            "at": at,
            "count": len(entries),
            "root": root(digests),
            "leaves": b"".join([entry.leaf for entry in entries]),
            "digests": b"".join(digests),
            "actors": [entry.actor for entry in entries],
            "actions": [str(entry.action) for entry in entries],
            "subjects": [entry.subject for entry in entries],
            "objects": [entry.object for entry in entries],
            "outcomes": [entry.outcome for entry in entries],
        },
    )


def _append_sqlite(tx: Tx, batch: int, entries: Sequence[Entry], digests: Sequence[bytes], *, at: Moment) -> None:
    cursor = tx.cursor
    cursor.executemany(
        _SQLITE_ENTRIES,
        [
            (batch, seq, at, entry.actor, str(entry.action), entry.subject, entry.object, entry.outcome, entry.leaf, d)
            for seq, entry, d in zip(range(len(entries)), entries, digests, strict=True)
        ],
    )
    cursor.execute(_SQLITE_BATCH, (batch, at, len(entries), root(digests)))


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


def stored_entries(tx: Tx, batches: Sequence[int]) -> dict[int, list[Recorded]]:
    """The rows of a few batches by batch, in the order of `seq`, just as they stand, forged ones included."""
    columns = entries_table.c
    found: dict[int, list[Recorded]] = {batch: [] for batch in batches}
    query = select(entries_table).where(columns.batch.in_(batches)).order_by(columns.batch, columns.seq)
    for row in tx.execute(query):
        found[row.batch].append(_as_recorded(row, row.action))
    return found


def orphans(tx: Tx) -> Iterator[tuple[int, int]]:
    """Batch ids that stand only on entries, and how many entries of each."""
    columns = entries_table.c
    batch = select(batches_table.c.batch).where(batches_table.c.batch == columns.batch)
    query = (
        select(columns.batch, func.count().label("entries"))
        .where(~batch.exists())
        .group_by(columns.batch)
        .order_by(columns.batch)
    )
    for row in tx.execute(query):
        yield row.batch, row.entries


def batches_outside(tx: Tx, last: int) -> list[tuple[int, int]]:
    """Block numbers beyond 1 to `last` that batches claim, and how many claim each."""
    block = batches_table.c.block
    query = (
        select(block, func.count().label("batches")).where(or_(block > last, block < 1)).group_by(block).order_by(block)
    )
    return [(row.block, row.batches) for row in tx.execute(query)]


def entry(tx: Tx, batch: int, seq: int) -> Recorded | None:
    """One entry."""
    columns = entries_table.c
    row = tx.execute(select(entries_table).where(columns.batch == batch, columns.seq == seq)).first()
    return None if row is None else _as_recorded(row, _action(row))


def entries_of(
    tx: Tx,
    *,
    subject: int | None,
    actor: str | None,
    action: Action | None,
    since: Moment | None,
    until: Moment | None,
    limit: int,
) -> list[Recorded]:
    """Entries that fit all that is given, the newest first."""
    columns = entries_table.c
    query = select(entries_table)
    for column, value in ((columns.subject, subject), (columns.actor, actor), (columns.action, action)):
        if value is not None:
            query = query.where(column == value)
    if since is not None:
        query = query.where(columns.at >= since)
    if until is not None:
        query = query.where(columns.at < until)
    query = query.order_by(columns.at.desc(), columns.batch, columns.seq).limit(limit)
    return [_as_recorded(row, _action(row)) for row in tx.execute(query)]


def _as_batch(row: Row[Any]) -> Batch:
    return Batch(row.batch, row.at, row.entries, row.root, row.block)


def _as_recorded(row: Row[Any], action: Action) -> Recorded:
    written = Entry(row.actor, action, row.outcome, row.leaf, row.subject, row.object)
    return Recorded(row.batch, row.seq, row.at, written, row.digest)


def _action(row: Row[Any]) -> Action:
    try:
        return Action(row.action)
    except ValueError:
        raise EntryUnreadable(check_id=shown_check_id(row.batch, row.seq)) from None
