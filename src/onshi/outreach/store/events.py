"""Events."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row, delete, insert, select

from onshi.db import Tx
from onshi.outreach.model import Event
from onshi.outreach.store.tables import events


def as_event(row: Row[Any]) -> Event:
    """A row of `outreach_events`."""
    return Event(
        row.event_id,
        row.owner,
        row.held_on,
        row.sort,
        row.place,
        row.expected,
        row.came,
        row.applications,
        row.cancelled,
    )


def of_owners(tx: Tx, owners: Iterable[str], first: date, last: date) -> list[Event]:
    """The events of organisations on days from `first` to `last`, in the order of their days."""
    where = events.c.owner.in_(list(owners)) & events.c.held_on.between(first, last)
    return [as_event(row) for row in tx.execute(select(events).where(where).order_by("held_on", "event_id"))]


def one(tx: Tx, event_id: int) -> Event | None:
    """The event with this id."""
    row = tx.execute(select(events).where(events.c.event_id == event_id)).first()
    return None if row is None else as_event(row)


def put(tx: Tx, event: Event) -> None:
    """Writes an event in place of what it was."""
    tx.execute(delete(events).where(events.c.event_id == event.id))
    row = {
        "event_id": event.id,
        "owner": event.owner,
        "held_on": event.on,
        "sort": event.sort,
        "place": event.place,
        "expected": event.expected,
        "came": event.came,
        "applications": event.applications,
        "cancelled": event.cancelled,
    }
    tx.execute(insert(events), [row])
