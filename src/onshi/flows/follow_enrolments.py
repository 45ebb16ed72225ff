"""Registrations of cards go on by themselves: they complete when their people have come, and end when it is time."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import msgspec

from onshi import audit
from onshi.audit import Action, Entry
from onshi.db import Database, Tx
from onshi.kernel import Moment, japan_day
from onshi.registry import enrolling
from onshi.registry.enrolling import Enrolment, EnrolmentId

FOLLOWED_AT_ONCE = 500
_ACTOR = "local:enrolments"


def follow_enrolments(db: Database, *, now: Callable[[], Moment], draw: Callable[[], int]) -> bool:
    """Settles all whose people have come, and some withdrawals that are due, with an entry in the log for every one;
    whether there may be more of these.

    Who waits is looked for beside whoever writes; only what has to change takes the writer's place.
    """
    with db.transaction(reading=True) as tx:
        pages = list(_pages(tx))
        is_due = enrolling.is_withdrawal_due(tx, on=japan_day(now()))
    for near in pages:
        db.run(partial(_completed, near=near, at=now(), batch=draw()))
    return is_due and db.run(lambda tx: _ended(tx, at=now(), batch=draw())) == FOLLOWED_AT_ONCE


def _pages(tx: Tx) -> Iterator[list[EnrolmentId]]:
    """Those that wait and have company by now; most of them stay as they are, so a page that does is no end."""
    last: Enrolment | None = None
    while page := enrolling.arrivals(tx, after=last, limit=FOLLOWED_AT_ONCE):
        yield [one.id for one in page]
        last = page[-1]


def _completed(tx: Tx, *, near: Sequence[EnrolmentId], at: Moment, batch: int) -> int:
    return _noted(
        tx, Action.CARD_LINKED, enrolling.complete_reserved(tx, at=at, limit=len(near), among=near), at, batch
    )


def _ended(tx: Tx, *, at: Moment, batch: int) -> int:
    gone = enrolling.take_effect(tx, on=japan_day(at), at=at, limit=FOLLOWED_AT_ONCE)
    return _noted(tx, Action.CARD_UNLINKED, gone, at, batch)


def _noted(tx: Tx, action: Action, changed: Sequence[Enrolment], at: Moment, batch: int) -> int:
    audit.append(tx, batch, [enrolment_entry(_ACTOR, action, one) for one in changed], at=at)
    return len(changed)


def enrolment_entry(actor: str, action: Action, enrolment: Enrolment) -> Entry:
    """The log entry of a step of a registration; its leaf is the SHA-256 of a JSON list: enrolment, state, first day
    without it."""
    name = enrolling.receipt_of(enrolment).enrolment
    words = msgspec.json.encode([name, enrolment.state, enrolment.effective_on])
    return Entry(actor, action, enrolment.state, hashlib.sha256(words).digest(), enrolment.person, name)
