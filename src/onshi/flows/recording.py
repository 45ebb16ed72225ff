"""What access did, put into the audit log."""

import hashlib

import msgspec

from onshi import audit
from onshi.access import Event
from onshi.audit import Action, Entry
from onshi.db import Tx
from onshi.kernel import Moment

_ACTIONS = {
    "token": Action.TOKEN,
    "token_refused": Action.TOKEN_REFUSED,
    "login": Action.LOGIN,
    "login_failed": Action.LOGIN_FAILED,
    "logout": Action.LOGOUT,
    "client_registered": Action.CLIENT_REGISTERED,
    "client_keys_replaced": Action.CLIENT_CHANGED,
    "client_enabled": Action.CLIENT_CHANGED,
    "client_certified": Action.CLIENT_CHANGED,
    "client_disabled": Action.CLIENT_DISABLED,
    "staff_registered": Action.STAFF_CHANGED,
    "second_factor_renewed": Action.STAFF_CHANGED,
    "password_set": Action.STAFF_CHANGED,
    "roles_set": Action.STAFF_CHANGED,
    "staff_disabled": Action.STAFF_CHANGED,
    "parties_registered": Action.SETTING_CHANGED,
    "party_amended": Action.SETTING_CHANGED,
}


def entry_of(event: Event) -> Entry:
    """The log entry of an event of access; its leaf is the SHA-256 of the event as a JSON list of its four words.

    LookupError for an action that this table does not know.
    """
    words = msgspec.json.encode([event.action, event.actor, event.object, event.outcome])
    return Entry(event.actor, _ACTIONS[event.action], event.outcome, hashlib.sha256(words).digest(), None, event.object)


def record(tx: Tx, event: Event, *, batch: int, at: Moment) -> None:
    """Writes one event into the log; `batch` is a fresh random 63-bit number."""
    audit.append(tx, batch, [entry_of(event)], at=at)
