"""Practices told by organisations, by version; the practice itself is one JSON object."""

from typing import Any

import msgspec
from sqlalchemy import Row, delete, insert, select

from onshi.db import Tx
from onshi.kernel import Moment
from onshi.outreach.contributions import Contribution, ContributionState
from onshi.outreach.practices import Practice
from onshi.outreach.store.tables import contributions as table

_DECODER = msgspec.json.Decoder(Practice)


def as_contribution(row: Row[Any]) -> Contribution:
    """A row of `outreach_contributions`."""
    return Contribution(
        id=row.contribution_id,
        version=row.version,
        owner=row.owner,
        practice=_DECODER.decode(row.practice),
        state=ContributionState(row.state),
        reason=row.reason,
        comment=row.comment,
        sent_at=Moment(row.sent_at),
        decided_at=None if row.decided_at is None else Moment(row.decided_at),
    )


def every(tx: Tx) -> list[Contribution]:
    """Every version of all."""
    return [as_contribution(row) for row in tx.execute(select(table))]


def of_owner(tx: Tx, owner: str) -> list[Contribution]:
    """Every version of those of one organisation."""
    return [as_contribution(row) for row in tx.execute(select(table).where(table.c.owner == owner))]


def last(tx: Tx, contribution_id: int) -> Contribution | None:
    """The newest version of one."""
    mine = select(table).where(table.c.contribution_id == contribution_id)
    row = tx.execute(mine.order_by(table.c.version.desc()).limit(1)).first()
    return None if row is None else as_contribution(row)


def put(tx: Tx, one: Contribution) -> None:
    """Writes a version in place of what it was."""
    key = (table.c.contribution_id == one.id) & (table.c.version == one.version)
    tx.execute(delete(table).where(key))
    row = {
        "contribution_id": one.id,
        "version": one.version,
        "owner": one.owner,
        "practice": msgspec.json.encode(one.practice).decode(),
        "state": one.state.value,
        "reason": one.reason,
        "comment": one.comment,
        "sent_at": one.sent_at,
        "decided_at": one.decided_at,
    }
    tx.execute(insert(table), [row])
