"""Deciding: until when a consent holds, what may be said under it. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from onshi import law
from onshi.audit import Action, Entry
from onshi.consents.model import (
    Consent,
    Disclosed,
    Giving,
    Kind,
    RecordsAsked,
    RecordsState,
    Withdrawal,
    WithdrawnState,
)
from onshi.kernel import Moment, PersonId, japan_day
from onshi.registry import Person, PrintedNumber

_HOUR = 3_600_000_000


def consents_of(giving: Giving, *, at: Moment) -> tuple[Consent, ...]:
    """What a giving at that moment comes to: a consent of each kind, once, in the order of the kinds."""
    until = Moment(at + law.view_consent_hours(giving.care.value, japan_day(at)) * _HOUR)
    return tuple(
        Consent(
            giving.party,
            giving.person,
            kind,
            giving.care,
            at,
            until,
            giving.check_id,
            giving.card,
            giving.examined_on,
        )
        for kind in Kind
        if kind in giving.kinds
    )


def newest(consents: Iterable[Consent]) -> tuple[Consent, ...]:
    """Of each kind the last one given, in the order of the kinds."""
    last: dict[Kind, Consent] = {}
    for one in consents:
        if one.kind not in last or one.given_at > last[one.kind].given_at:
            last[one.kind] = one
    return tuple(last[kind] for kind in Kind if kind in last)


def withdrawn(consent: Consent, *, at: Moment) -> Consent:
    """It ends now."""
    return replace(consent, until=at, withdrawn=True)


def state_of_withdrawal(people: Sequence[Person], ended: Sequence[Consent]) -> WithdrawnState:
    """What is said to a withdrawal that named these people and ended these."""
    if len(people) != 1:
        return WithdrawnState.NOT_FOUND
    return WithdrawnState.WITHDRAWN if ended else WithdrawnState.NO_CONSENT


def disclosed(people: Sequence[Person], consent: Consent | None, *, at: Moment) -> Disclosed:
    """What may be said of the records of whom a number names, under the last consent of theirs.

    Several are nobody: a family's number does not say whose records are wanted.
    """
    if len(people) != 1:
        return Disclosed(RecordsState.NOT_FOUND)
    if consent is None:
        return Disclosed(RecordsState.NO_CONSENT)
    if not consent.in_force(at):
        return Disclosed(RecordsState.CONSENT_OVER)
    return Disclosed(RecordsState.NONE, consent.until, people[0])


def entry_of(consent: Consent) -> Entry:
    """The log entry of a consent given; its leaf is the SHA-256 of a JSON list: party, kind, care, given at, until,
    check id, issuer, serial."""
    told = [
        consent.party,
        consent.kind,
        consent.care,
        consent.given_at,
        consent.until,
        consent.check_id,
        consent.card.issuer,
        consent.card.serial,
    ]
    return Entry(
        consent.party, Action.CONSENT, consent.kind.value, _leaf(told), consent.person, f"check:{consent.check_id}"
    )


def disclosure_entry(party: str, asked: RecordsAsked, told: Disclosed, person: PersonId | None) -> Entry:
    """The log entry of records that were asked for; its leaf is the SHA-256 of a JSON list: party, kind, care, what
    was sent (保険者番号, 記号, 番号, 枝番), state."""
    leaf = _leaf([party, asked.kind, asked.care, *_sent(asked.asked), told.state])
    return Entry(party, Action.DISCLOSE, told.state.value, leaf, person, f"records:{asked.kind}")


def withdrawal_entry(party: str, given: Withdrawal, state: WithdrawnState, person: PersonId | None) -> Entry:
    """The log entry of a withdrawal; its leaf is the SHA-256 of a JSON list: party, kinds, what was sent, state."""
    leaf = _leaf([party, list(given.kinds), *_sent(given.asked), state])
    return Entry(party, Action.CONSENT_WITHDRAWN, state.value, leaf, person)


def _sent(asked: PrintedNumber) -> list[Any]:
    return [asked.insurer, asked.symbol, asked.number, asked.branch]


def _leaf(told: list[Any]) -> bytes:
    return hashlib.sha256(msgspec.json.encode(told)).digest()
