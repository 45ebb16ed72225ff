"""The nonces that were used, until they would have ended anyway. One text for all of a batch, as in every hot path."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Index, Table, Text, delete

from onshi.db import Tx, metadata
from onshi.kernel import Moment

_CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}
_encode = msgspec.json.Encoder().encode

# The random part of a nonce, in hex: what tells it from all others.
used = Table(
    "presence_used",
    metadata,
    Column("nonce", Text, primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
    **_CLUSTERED,
)
Index("presence_used_by_end", used.c.expires_at)

_INSERT = "INSERT INTO presence_used (nonce, expires_at) SELECT {} ON CONFLICT DO NOTHING RETURNING nonce"
# SQLite needs a WHERE before ON CONFLICT, to tell it from the ON of a join.
_SQLITE = _INSERT.format("json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?) WHERE TRUE")
_POSTGRESQL = _INSERT.format("value->>0, (value->>1)::bigint FROM json_array_elements(?::json)")


def use(tx: Tx, nonces: Sequence[tuple[bytes, Moment]]) -> set[bytes]:
    """Notes these as used; returns those that were not before. Of two transactions only one gets a nonce."""
    if not nonces:
        return set()
    # In order, so that two transactions with the same nonces wait for each other in one direction only.
    rows = sorted((name.hex(), expires_at) for name, expires_at in nonces)
    fresh = tx.prepared(_SQLITE if tx.is_sqlite else _POSTGRESQL, (_encode(rows).decode(),))
    return {bytes.fromhex(row[0]) for row in fresh.fetchall()}


def purge(tx: Tx, *, at: Moment) -> int:
    """Forgets those that had ended by `at`: by then each is refused for its age."""
    return tx.execute(delete(used).where(used.c.expires_at <= at)).rowcount
