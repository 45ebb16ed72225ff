"""The verbs of waiting work: who waits in which state, what to renew, what lies in custody, whom to remind."""

from collections.abc import Iterable
from datetime import date, timedelta

from onshi.cards.model import Application, State
from onshi.cards.renewals import IN_CUSTODY, CertificateEnd, Ends, RenewalDue, Stock, due, is_reminder_due
from onshi.cards.store import applications as application_store
from onshi.cards.store import cards as store
from onshi.db import Tx
from onshi.kernel import MunicipalityCode

# Longer than any window for renewal; the law decides for each card.
_LOOK_AHEAD = timedelta(days=200)


def renewals(
    tx: Tx,
    municipality: MunicipalityCode,
    *,
    on: date,
    certificates: Iterable[CertificateEnd] = (),
    limit: int = 1_000,
) -> list[RenewalDue]:
    """What may be renewed now at this municipality, the soonest first: cards, and of `certificates` those of its cards.

    Where card and certificates end on one day, the card stands for both.
    """
    cards = store.ending(tx, municipality, first=on, last=on + _LOOK_AHEAD, limit=limit)
    queue = [row for card in cards if (row := due(card, Ends.CARD, card.valid_to, on))]
    ends = {one.card: one.last_day for one in certificates}
    for card in store.active_among(tx, municipality, list(ends)):
        row = due(card, Ends.CERTIFICATES, ends[card.id], on)
        if row is not None and ends[card.id] != card.valid_to:
            queue.append(row)
    return sorted(queue, key=lambda row: (row.last_day, row.card.id, row.ends))[:limit]


def custody(tx: Tx, municipality: MunicipalityCode) -> list[Stock]:
    """What lies in the town hall, by place and state."""
    return [Stock(*row) for row in store.stock(tx, municipality, IN_CUSTODY)]


def reminders_due(
    tx: Tx, municipality: MunicipalityCode, *, on: date, keep_days: int | None = None, limit: int = 1_000
) -> list[Application]:
    """Applications whose notice ran out (after `keep_days`, or as the law has it), who waits longest first.

    Send what you send and take the step `remind` for each: a card is destroyed only after that.
    """
    states = (State.NOTIFIED, State.NOTICE_RETURNED, State.NOTICE_EXPIRED)
    waiting = application_store.in_states(tx, municipality, states, since_before=on, limit=limit)
    return [application for application in waiting if is_reminder_due(application, on, keep_days)]


def waiting(
    tx: Tx, municipality: MunicipalityCode, states: Iterable[State], *, limit: int = 1_000
) -> list[Application]:
    """Applications of a municipality in these states, who waits longest first."""
    return application_store.in_states(tx, municipality, states, since_before=None, limit=limit)
