"""What happens to certificates: renewed, revoked, held, resumed, reissued; who moves, dies or gives up the PINs.

A new PIN changes nothing here: the certificates of the card stay as they are.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from onshi.db import Tx
from onshi.kernel import Moment
from onshi.law import Medium
from onshi.pki import rules, store
from onshi.pki.errors import CertificateUnknown
from onshi.pki.model import (
    Certificate,
    CertificateKey,
    CertificateSigner,
    Ending,
    Kind,
    Order,
    Purpose,
    Reason,
    Replaced,
    Status,
)
from onshi.pki.service import certificate, issue


def revoke(tx: Tx, keys: Sequence[CertificateKey], reason: Reason, *, at: Moment) -> list[Certificate]:
    """Revokes all of them for good, held ones too, or none. CertificateUnknown, CertificateOff, ReasonUnfit."""
    known = store.certificates_with(tx, keys)
    for key in keys:
        if key not in known:
            raise CertificateUnknown(issuer=key.issuer)
    return _saved(tx, [rules.revoked(known[key], reason, at=at) for key in dict.fromkeys(keys)])


def renew(tx: Tx, signer: CertificateSigner, old: CertificateKey, order: Order, *, at: Moment) -> Replaced:
    """A new certificate; the old one, expired or not, is superseded by it.

    With a card's certificate go those of its holder's phone of that kind: they were derived from it and are issued
    anew. CertificateUnknown, CertificateOff, CertificateHeld, OrderForAnother, or what `issue` refuses.
    """
    before = certificate(tx, old)
    rules.check_renewable(before)
    replaced = _replaced(tx, signer, before, order, at=at)
    if before.medium is Medium.PHONE:
        return replaced
    phones = _standing(tx, before.holder, lambda one: one.medium is Medium.PHONE and one.kind is before.kind)
    gone = _saved(tx, [rules.revoked(one, Reason.CEASED, at=at) for one in phones])
    return Replaced(replaced.new, (*replaced.off, *gone))


def suspend(tx: Tx, holder: int, card: int, *, at: Moment) -> list[Certificate]:
    """Holds what counts of a lost card or phone."""
    found = _standing(tx, holder, lambda one: one.card == card and one.status is Status.ACTIVE)
    return _saved(tx, [rules.held(one, at=at) for one in found])


def resume(tx: Tx, key: CertificateKey) -> Certificate:
    """A phone was found: its authentication certificate counts again.

    Lists published while it was held say otherwise: publish the next. CertificateUnknown, CertificateNotHeld,
    CertificateOff, HoldNotReleased.
    """
    (found,) = _saved(tx, [rules.resumed(certificate(tx, key))])
    return found


def reissue_after_found(
    tx: Tx, signer: CertificateSigner, old: CertificateKey, order: Order, *, at: Moment
) -> Replaced:
    """A lost card was found: its held certificate is not released but superseded by a new one.

    CertificateUnknown, CertificateNotHeld, CertificateOff, OrderForAnother, or what `issue` refuses.
    """
    before = certificate(tx, old)
    rules.check_held(before)
    return _replaced(tx, signer, before, order, at=at)


def details_changed(tx: Tx, holder: int, *, at: Moment) -> list[Certificate]:
    """Name, address, birthday or sex changed: every signature certificate, which says them, is revoked.

    Those for authentication, which say nothing, stay.
    """
    found = _standing(tx, holder, lambda one: one.kind is Kind.SIGN)
    return _saved(tx, [rules.revoked(one, Reason.DETAILS_CHANGED, at=at) for one in found])


def deceased(tx: Tx, holder: int, *, at: Moment) -> list[Certificate]:
    """Everything of somebody who died, or who lives here no more, is revoked."""
    return _saved(tx, [rules.revoked(one, Reason.CEASED, at=at) for one in _standing(tx, holder, _any)])


def to_face_card(tx: Tx, holder: int, card: int, *, at: Moment) -> list[Certificate]:
    """A card becomes one without PINs (顔認証マイナンバーカード): it has no signature certificate."""
    found = _standing(tx, holder, lambda one: one.card == card and one.kind is Kind.SIGN)
    return _saved(tx, [rules.revoked(one, Reason.CEASED, at=at) for one in found])


def endings_of(tx: Tx, keys: Sequence[CertificateKey]) -> dict[CertificateKey, Ending]:
    """Until when each certificate counts, by the thousand; one that was replaced as the last in its place does. Those
    that the register does not know are absent."""
    found = _endings(tx, keys)
    last = dict(found)
    while replaced := {key: CertificateKey(key.issuer, one.successor) for key, one in last.items() if one.successor}:
        next_ones = _endings(tx, list(replaced.values()))
        moved = {key: next_ones[new] for key, new in replaced.items() if new in next_ones}
        found |= moved
        last = moved
    return found


def cards_ending(tx: Tx, municipality: str, *, first: date, last: date, limit: int = 5_000) -> dict[int, date]:
    """Cards with good certificates issued at this municipality that end on these days: of each the first of these days.

    At most `limit` certificates of each generation of an authority are looked at, those that end soonest.
    """
    ends: dict[int, date] = {}
    for one in store.all_authorities(tx):
        if one.purpose in (Purpose.AUTHENTICATION, Purpose.SIGNATURE):
            for card, day in store.card_ends(tx, one, municipality, first=first, last=last, limit=limit):
                ends[card] = min(day, ends.get(card, day))
    return ends


def _endings(tx: Tx, keys: Sequence[CertificateKey]) -> dict[CertificateKey, Ending]:
    return {one.key: one for one in store.endings_of(tx, keys)}


def _replaced(tx: Tx, signer: CertificateSigner, before: Certificate, order: Order, *, at: Moment) -> Replaced:
    rules.check_same(before, order)
    (new,) = issue(tx, signer, [order], at=at)
    off = _saved(tx, [rules.revoked(before, Reason.SUPERSEDED, at=at, successor=new.key.serial)])
    return Replaced(new, tuple(off))


def _any(_: Certificate) -> bool:
    return True


def _standing(tx: Tx, holder: int, wanted: Callable[[Certificate], bool]) -> list[Certificate]:
    """What of somebody's is not revoked."""
    found = store.certificates_of(tx, holder)
    return [one for one in found if one.status is not Status.REVOKED and wanted(one)]


def _saved(tx: Tx, changed: Iterable[Certificate]) -> list[Certificate]:
    saved = list(changed)
    for one in saved:
        store.set_certificate(tx, one)
    return saved
