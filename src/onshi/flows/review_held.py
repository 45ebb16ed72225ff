"""A reviewer decides on a held row, and the log says so in the same transaction."""

import hashlib
from collections.abc import Callable

from onshi import audit, consents, references, registry
from onshi.audit import Action, Entry
from onshi.db import Tx
from onshi.kernel import Moment, PersonId
from onshi.registry import HeldRow

Draw = Callable[[int], list[int]]
ACCEPT, REJECT = "accept", "reject"


def review_held(
    tx: Tx, held_id: int, *, accept: bool, actor: str, at: Moment, draw: Draw, candidate: PersonId | None = None
) -> HeldRow:
    """Accepts the row as being about its candidate (or the one named here), or rejects it; returns it as it was.

    Where two people become one by that, what institutions have about the one follows to the other.
    Raises UnknownHeldRow, and UnknownPerson when it is accepted and nobody is named.
    """
    row = registry.decide_held(tx, held_id, accept=accept, by=actor, at=at, draw=draw, candidate=candidate)
    meant = candidate or row.candidate
    if accept and row.own_person is not None and meant is not None:
        references.follow(tx, row.own_person, meant, at=at)
        consents.follow(tx, row.own_person, meant, at=at)
    choice = ACCEPT if accept else REJECT
    audit.append(tx, draw(1)[0], [_entry(row, choice, actor, meant)], at=at)
    return row


def disclose_held(tx: Tx, held_id: int, *, actor: str, at: Moment, draw: Draw) -> HeldRow:
    """The row for somebody to look at: that shows a person, so it is logged as a disclosure. Raises UnknownHeldRow."""
    row = registry.held_row(tx, held_id)
    thing = f"held:{row.id}"
    leaf = _leaf(Action.DISCLOSE, "held-row", row.candidate, thing)
    audit.append(tx, draw(1)[0], [Entry(actor, Action.DISCLOSE, "held-row", leaf, row.candidate, thing)], at=at)
    return row


def _entry(row: HeldRow, choice: str, actor: str, candidate: PersonId | None) -> Entry:
    thing = f"held:{row.id}"
    return Entry(actor, Action.REVIEW, choice, _leaf(Action.REVIEW, choice, candidate, thing), candidate, thing)


def _leaf(action: Action, outcome: str, subject: int | None, thing: str) -> bytes:
    words = "\x1f".join((action.value, outcome, str(subject or ""), thing))
    return hashlib.sha256(words.encode()).digest()
