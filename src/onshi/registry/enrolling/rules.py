"""What becomes of an enrolment: pure decisions."""

import re
from collections.abc import Collection
from datetime import date

import msgspec

from onshi.kernel import InsurerNumber, Moment, PersonId
from onshi.registry.enrolling.model import LIVE, Enrolment, EnrolmentId, Receipt, State, Verdict
from onshi.registry.model import CardKey

_ID = re.compile(r"[0-7][0-9a-f]{15}")
LINKED_ELSEWHERE = "card-linked-elsewhere"
ENROLLED_ALREADY = "enrolled-already"
REASONS = ("several-match", "near-match", "same-but-address", LINKED_ELSEWHERE, ENROLLED_ALREADY)
"""Why a reviewer is asked: the guard's, and two of enrolling itself."""


def judged(enrolment: Enrolment, verdict: Verdict, *, linked: PersonId | None, is_enrolled: bool) -> Enrolment:
    """A waiting enrolment after a look at who is known.

    `linked` is whose card the certificate is already, `is_enrolled` whether the person meant has, or had, another
    enrolment. Joined only to who is meant without a doubt; a doubt goes to a reviewer; nobody: it waits.
    """
    if linked is not None and linked != verdict.person:
        return _doubtful(enrolment, LINKED_ELSEWHERE, linked)
    if verdict.person is not None:
        if is_enrolled:
            return _doubtful(enrolment, ENROLLED_ALREADY, verdict.person)
        return joined(enrolment, verdict.person)
    if verdict.reason is not None:
        return _doubtful(enrolment, verdict.reason, verdict.candidate)
    return reserved(enrolment)


def joined(enrolment: Enrolment, person: PersonId) -> Enrolment:
    """It is this person's."""
    return msgspec.structs.replace(
        enrolment, state=State.COMPLETE, person=person, reason=None, candidate=None, not_meant=()
    )


def reserved(enrolment: Enrolment) -> Enrolment:
    """It waits for its person, at the place it has."""
    return msgspec.structs.replace(enrolment, state=State.RESERVED, person=None, reason=None, candidate=None)


def _doubtful(enrolment: Enrolment, reason: str, candidate: PersonId | None) -> Enrolment:
    return msgspec.structs.replace(enrolment, state=State.UNDER_REVIEW, reason=reason, candidate=candidate)


def ruled_out(enrolment: Enrolment, others: Collection[PersonId]) -> Enrolment:
    """A reviewer found that none of these is meant: it waits again, and is not asked about them any more."""
    ids = tuple(sorted({*enrolment.not_meant, *others}))
    return msgspec.structs.replace(reserved(enrolment), not_meant=ids)


def begun_again(old: Enrolment, new: Enrolment) -> Enrolment:
    """A withdrawn enrolment whose holder registers again: the same one, at the end of the queue."""
    return msgspec.structs.replace(new, id=old.id)


def following(enrolment: Enrolment, new: Enrolment) -> Enrolment:
    """The enrolment of somebody who registers another certificate: it follows to that card and stands as it stood.

    One that was withdrawn begins again.
    """
    if enrolment.state in LIVE:
        return msgspec.structs.replace(enrolment, card=new.card, holder=new.holder, decided_by=new.decided_by)
    assert enrolment.person is not None, "only somebody's enrolment is followed"
    return joined(begun_again(enrolment, new), enrolment.person)


def on_card(enrolment: Enrolment, card: CardKey) -> Enrolment:
    """The same on another card."""
    return msgspec.structs.replace(enrolment, card=card)


def withdrawal_asked(enrolment: Enrolment, insurer: InsurerNumber, effective_on: date) -> Enrolment:
    """Withdrawal was asked for; the card serves until the day before."""
    return msgspec.structs.replace(
        enrolment, state=State.WITHDRAWAL_REQUESTED, effective_on=effective_on, withdrawn_by=insurer
    )


def withdrawn(enrolment: Enrolment) -> Enrolment:
    """The withdrawal has taken effect."""
    return msgspec.structs.replace(enrolment, state=State.WITHDRAWN)


def shown_enrolment_id(enrolment_id: EnrolmentId) -> str:
    """The id as people read it: 16 hexadecimal digits."""
    return f"{enrolment_id:016x}"


def parse_enrolment_id(text: str) -> EnrolmentId:
    """The id, read back. ValueError."""
    if not _ID.fullmatch(text):
        raise ValueError("an enrolment id has 16 hexadecimal digits and 63 bits")
    return EnrolmentId(int(text, 16))


def receipt_of(enrolment: Enrolment) -> Receipt:
    """What a door may tell of it."""
    return Receipt(shown_enrolment_id(enrolment.id), enrolment.state, Moment(enrolment.at), enrolment.effective_on)
