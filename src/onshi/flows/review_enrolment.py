"""A reviewer looks at a registration in doubt and decides whom its card means; both stand in the log."""

import hashlib

from onshi import audit
from onshi.audit import Action, Entry
from onshi.db import Tx
from onshi.flows.follow_enrolments import enrolment_entry
from onshi.flows.review_held import ACCEPT, REJECT
from onshi.kernel import Moment, PersonId
from onshi.registry import enrolling
from onshi.registry.enrolling import Enrolment, EnrolmentId, UnknownEnrolment

_SHOWN = "registration"


def disclose_enrolment(tx: Tx, enrolment_id: EnrolmentId, *, actor: str, at: Moment, batch: int) -> Enrolment:
    """The registration for a reviewer to look at, beside whom its card may mean: a disclosure of that person.

    UnknownEnrolment when none waits for a decision under this id (any more).
    """
    found = enrolling.under_review(tx, enrolment_id)
    audit.append(tx, batch, [_entry(actor, Action.DISCLOSE, _SHOWN, found.candidate, found)], at=at)
    return found


def decide_enrolment(
    tx: Tx, enrolment_id: EnrolmentId, person: PersonId | None, *, actor: str, at: Moment, batch: int
) -> Enrolment:
    """The card means this person, or none of those who come near; returns the registration that goes on with it.

    UnknownEnrolment, UnknownPerson.
    """
    before = enrolling.under_review(tx, enrolment_id)
    decided = enrolling.decide_enrolment(tx, enrolment_id, person, by=actor, at=at)
    return _noted(tx, before, decided, person, actor=actor, at=at, batch=batch)


def answer_enrolment(
    tx: Tx, enrolment_id: EnrolmentId, candidate: PersonId, *, is_meant: bool, actor: str, at: Moment, batch: int
) -> Enrolment:
    """Who was shown this candidate says whether the card means them; of others nothing is said.

    UnknownEnrolment when nobody is asked about this candidate (any more).
    """
    before = enrolling.under_review(tx, enrolment_id)
    if before.candidate != candidate:
        raise UnknownEnrolment
    if is_meant:
        decided = enrolling.decide_enrolment(tx, enrolment_id, candidate, by=actor, at=at)
    else:
        decided = enrolling.rule_out(tx, enrolment_id, candidate, by=actor, at=at)
    return _noted(tx, before, decided, candidate if is_meant else None, actor=actor, at=at, batch=batch)


def _noted(
    tx: Tx, before: Enrolment, decided: Enrolment, meant: PersonId | None, *, actor: str, at: Moment, batch: int
) -> Enrolment:
    choice, about = (REJECT, before.candidate) if meant is None else (ACCEPT, meant)
    entries = [_entry(actor, Action.REVIEW, choice, about, before)]
    if decided.is_live:
        entries.append(enrolment_entry(actor, Action.CARD_LINKED, decided))
    audit.append(tx, batch, entries, at=at)
    return decided


def _entry(actor: str, action: Action, outcome: str, subject: PersonId | None, enrolment: Enrolment) -> Entry:
    thing = enrolling.shown_enrolment_id(enrolment.id)
    words = "\x1f".join((action.value, outcome, str(subject or ""), thing))
    return Entry(actor, action, outcome, hashlib.sha256(words.encode()).digest(), subject, thing)
