"""Builders for audit tests: plain values with safe defaults."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import text

from onshi import audit
from onshi.audit import Action, Block, Entry, Signer
from onshi.db import Database, Tx
from onshi.kernel import Moment

AT = Moment(1_700_000_000_000_000)


def entry(
    number: int = 0,
    *,
    actor: str = "institution:1312345678",
    action: Action = Action.CHECK,
    subject: int | None = 4711,
    outcome: str | None = "in_force",
    object: str | None = None,
) -> Entry:
    leaf = sha256(number.to_bytes(8)).digest()
    return Entry(actor, action, outcome, leaf, subject, object)


def append(db: Database, batch: int, count: int, *, at: int = AT) -> None:
    """A batch of `count` different entries, committed."""
    with db.transaction(appending=True) as tx:
        audit.append(tx, batch, [entry(number, object=f"coverage:{number}") for number in range(count)], at=Moment(at))


def seal(db: Database, signer: Signer, *, at: int = AT + 1_000_000) -> Block | None:
    with db.transaction(appending=True) as tx:
        return audit.seal(tx, at=Moment(at), signer=signer)


def sealed_log(db: Database, signer: Signer) -> None:
    """Three blocks and a tail: batches 11, 12 in block 1; 21, 22, 23 in block 2; 31 in block 3; 41 unsealed."""
    for block, batches in enumerate(((11, 12), (21, 22, 23), (31,)), start=1):
        for place, batch in enumerate(batches):
            append(db, batch, 5, at=AT + block * 1_000_000 + place)
        seal(db, signer, at=AT + block * 1_000_000 + 500_000)
    append(db, 41, 3, at=AT + 9_000_000)


COLUMNS = ("seq", "at", "actor", "action", "subject", "object", "outcome", "leaf", "digest")
Rows = list[dict[str, Any]]


def forge(tx: Tx, batch: int, edit: Callable[[Rows], Rows | None]) -> None:
    """Rewrites the stored entries of a batch, as somebody with access to the database could."""
    packed = tx.execute(text("SELECT packed FROM audit_entries WHERE batch = :batch"), {"batch": batch}).scalar_one()
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in msgspec.msgpack.decode(packed)]
    edited = edit(rows)
    values = [[row[name] for name in COLUMNS] for row in (rows if edited is None else edited)]
    put = text("UPDATE audit_entries SET packed = :packed WHERE batch = :batch")
    tx.execute(put, {"batch": batch, "packed": msgspec.msgpack.encode(values)})


def rewritten(batch: int, place: int | None = None, **values: object) -> Callable[[Tx], None]:
    """Puts other values into one entry of a batch, or into all."""

    def edit(rows: Rows) -> None:
        for row in rows:
            if place is None or row["seq"] == place:
                row.update(values)

    return lambda tx: forge(tx, batch, edit)


def dropped(batch: int, *seqs: int) -> Callable[[Tx], None]:
    """Takes entries out of a batch."""
    return lambda tx: forge(tx, batch, lambda rows: [row for row in rows if row["seq"] not in seqs])


def swapped(batch: int, one: int, other: int) -> Callable[[Tx], None]:
    """Lets two entries of a batch change places."""

    def edit(rows: Rows) -> None:
        rows[one]["seq"], rows[other]["seq"] = other, one

    return lambda tx: forge(tx, batch, edit)


def moved(batch: int, seq: int, to: int, place: int) -> Callable[[Tx], None]:
    """Takes an entry out of one batch and puts it into another."""

    def change(tx: Tx) -> None:
        taken: Rows = []
        forge(tx, batch, lambda rows: taken.extend(row for row in rows if row["seq"] == seq))
        forge(tx, batch, lambda rows: [row for row in rows if row["seq"] != seq])
        forge(tx, to, lambda rows: [*rows, taken[0] | {"seq": place}])

    return change
