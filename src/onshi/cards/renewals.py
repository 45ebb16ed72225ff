"""What ends soon, what waits too long, and what is told about it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from onshi import law
from onshi.cards.model import Application, Card, CardId, State
from onshi.kernel import ONE_DAY

IN_CUSTODY = (
    State.IN_CUSTODY,
    State.PRESET,
    State.NOTIFIED,
    State.NOTICE_RETURNED,
    State.NOTICE_EXPIRED,
    State.AT_WINDOW,
    State.MAIL_RETURNED,
)
"""States in which the card lies in the town hall."""


class Ends(StrEnum):
    """What of a card ends."""

    CARD = "card"
    CERTIFICATES = "certificates"


@dataclass(frozen=True, slots=True)
class CertificateEnd:
    """The last day of a card's certificates, as their authority has it: the caller brings it along."""

    card: CardId
    last_day: date


@dataclass(frozen=True, slots=True)
class RenewalDue:
    """A card, or its certificates, that may be renewed now; `days_left` is negative when it is over."""

    card: Card
    ends: Ends
    last_day: date
    open_since: date
    days_left: int


@dataclass(frozen=True, slots=True)
class Stock:
    """Cards that lie at one place in one state, and since when the longest of them."""

    place: str | None
    state: State
    cards: int
    oldest: date


def due(card: Card, ends: Ends, last_day: date, on: date) -> RenewalDue | None:
    """The row of the queue, or None before the window opens."""
    opens = law.renewal_from(last_day)
    return RenewalDue(card, ends, last_day, opens, (last_day - on).days) if opens <= on else None


def is_reminder_due(application: Application, on: date, keep_days: int | None = None) -> bool:
    """Whether nobody came in the time of the notice, and it was not sent again yet; `keep_days` as the town has it."""
    if application.notice_on is None or application.reminded_on is not None:
        return False
    return law.notice_until(application.notice_on, keep_days=keep_days) < on


def disposal_from(
    application: Application, after_notice_months: int | None = None, after_reminder_months: int | None = None
) -> date | None:
    """The first day on which an uncollected card may be destroyed; None before the notice was sent again."""
    if application.notice_on is None:
        return None
    return law.disposal_from(
        application.notice_on,
        application.reminded_on,
        after_notice_months=after_notice_months,
        after_reminder_months=after_reminder_months,
    )


def notice_until(application: Application, keep_days: int | None = None) -> date | None:
    """The last day to collect the card: the one printed on the notice, and after a reminder the day before disposal.

    `keep_days` overrules the table for the first notice. None before there is one.
    """
    if application.notice_on is None:
        return None
    since = disposal_from(application)
    return law.notice_until(application.notice_on, keep_days=keep_days) if since is None else since - ONE_DAY
