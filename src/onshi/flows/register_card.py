"""Somebody registers their card as insurance card (利用登録), having proved to be there."""

from dataclasses import dataclass

from onshi import audit, cards, pki, presence
from onshi.audit import Action
from onshi.cards import HolderId
from onshi.db import Tx
from onshi.flows.follow_enrolments import enrolment_entry
from onshi.flows.present_card import presence_entry
from onshi.kernel import Moment
from onshi.pki import CertificateKey
from onshi.presence import Outcome, Presented, Proven, Purpose
from onshi.registry import CardKey, enrolling
from onshi.registry.enrolling import Enrolment, EnrolmentId, Place, Receipt


@dataclass(frozen=True, slots=True)
class Registered:
    """What the card proved, and how its registration stands where its holder was there.

    The receipt says nothing of whom it was joined to: who is protected registers like everybody.
    """

    proven: Proven
    receipt: Receipt | None


def register_card(
    tx: Tx,
    presented: Presented,
    *,
    place: Place,
    enrolment_id: EnrolmentId,
    party: str,
    at: Moment,
    batch: int,
    secret: bytes,
) -> Registered:
    """Registers the card for whoever its holder is, or reserves that until an insurer has told us of them.

    `tx` is alone, as if no other ran. `batch` is a fresh random 63-bit number, `secret` the one nonces are made with. A
    certificate in grace proves nothing here: it serves for eligibility only. May leave only after `tx` has committed.
    """
    assert presented.bound.purpose is Purpose.REGISTER, "the nonce is bound to what it is for"
    (proven,) = presence.prove(tx, [presented], at=at, secret=secret)
    entries = [presence_entry(presented, proven, party)]
    receipt = None
    if proven.outcome is Outcome.PRESENT:
        enrolment = _enrolled(tx, proven, place=place, enrolment_id=enrolment_id, party=party, at=at)
        receipt = enrolling.receipt_of(enrolment)
        entries.append(enrolment_entry(party, Action.CARD_LINKED, enrolment))
    audit.append(tx, batch, entries, at=at)
    return Registered(proven, receipt)


def _enrolled(tx: Tx, proven: Proven, *, place: Place, enrolment_id: EnrolmentId, party: str, at: Moment) -> Enrolment:
    assert proven.issuer is not None and proven.serial is not None, "a holder who is there has a certificate"
    certificate = pki.certificate(tx, CertificateKey(proven.issuer, proven.serial))
    found = cards.holder_by_id(tx, HolderId(certificate.holder))
    holder = enrolling.Holder(
        found.name, found.kana, found.birth_on, found.sex.value, found.address, found.municipality
    )
    card = CardKey(proven.issuer, proven.serial)
    return enrolling.enrol(tx, card, holder, enrolment_id=enrolment_id, place=place, party=party, at=at)
