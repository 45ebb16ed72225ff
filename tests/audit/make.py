"""Builders for audit tests: plain values with safe defaults."""

from hashlib import sha256

from onshi import audit
from onshi.audit import Action, Block, Entry, Signer
from onshi.db import Database
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
