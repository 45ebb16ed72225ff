"""What cards did, put into the audit log."""

import hashlib
from collections.abc import Iterable

import msgspec

from onshi import audit
from onshi.audit import Action, Entry
from onshi.cards import Event
from onshi.db import Tx
from onshi.kernel import Moment


def card_entry(event: Event) -> Entry:
    """The log entry of an event of cards; its leaf is the SHA-256 of a JSON list: action, actor, object, outcome."""
    words = msgspec.json.encode([event.action, event.actor, event.object, event.outcome])
    action = Action.CARD_CHANGED if event.action.startswith("card_") else Action.CARD_APPLICATION
    return Entry(event.actor, action, event.outcome, hashlib.sha256(words).digest(), event.subject, event.object)


def record_card_acts(tx: Tx, events: Iterable[Event], *, batch: int, at: Moment) -> None:
    """Writes what a verb of cards did into the log, in its transaction; `batch` is a fresh random 63-bit number."""
    entries = [card_entry(event) for event in events]
    if entries:
        audit.append(tx, batch, entries, at=at)
