"""What happens to a card after it was made: where the card, its certificates and its registration go together."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from onshi import cards, pki
from onshi.cards import (
    Application,
    By,
    Card,
    CardId,
    CardKind,
    CardState,
    Continued,
    Event,
    Holder,
    HolderId,
    Lapsed,
    MovedIn,
    Taken,
)
from onshi.chip import CardContent, CertifiedKey, Secrets, Surface
from onshi.db import Tx
from onshi.flows.make_card import Authorities, Blank, CardOrder, make_card
from onshi.kernel import Moment
from onshi.pki import Certificate, CertificateKey, Details, Kind, Order, Reason, Status
from onshi.registry import CardKey, enrolling


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is printed on the card as pictures: JPEG 2000 and PNG."""

    photo: bytes = field(repr=False)
    name: bytes = field(repr=False)
    address: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The card is in its holder's hands: the step, what is on the chip, and what goes into the log."""

    taken: Taken
    content: CardContent
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Renewing:
    """What a signature certificate is renewed with: who certifies it, and a new key (RSA-2048) for the card."""

    authorities: Authorities
    key: RSAPrivateKey = field(repr=False)


def hand_over(
    tx: Tx,
    application: Application,
    authorities: Authorities,
    blank: Blank,
    *,
    secrets: Secrets,
    pictures: Pictures,
    security_code: str,
    seed: int,
    by: By,
    at: Moment,
) -> HandedOver:
    """Hands the card of an application over (or notes its delivery) with the PINs its holder has chosen.

    The certificates of the card before are replaced by the new ones, and the registration as insurance card follows
    them, so that nobody registers twice. Raises what `cards.hand_over`, `pki.issue` and `chip.make_card` refuse.
    """
    is_posted = application.state is cards.State.POSTED
    deliver = cards.deliver if is_posted else cards.hand_over
    earlier = {one.kind: one.key for one in _standing(tx, application.holder)}
    taken = deliver(tx, application.id, by=by, at=at)
    assert taken.fresh_card is not None, "a card that is handed over is one"
    order = CardOrder(
        holder=application.holder,
        card=taken.fresh_card.id,
        surface=_surface(tx, taken.fresh_card, pictures, security_code),
        secrets=secrets,
        seed=seed,
        replaces=earlier,
    )
    content = make_card(tx, authorities, blank, order, at=at)
    _follow(tx, earlier.get(Kind.AUTH), application.holder, at=at)
    return HandedOver(taken, content, taken.events)


def _surface(tx: Tx, card: Card, pictures: Pictures, security_code: str) -> Surface:
    holder = cards.holder_by_id(tx, card.holder)
    return Surface(
        name=holder.name,
        address=holder.address,
        birth_on=holder.birth_on,
        sex=holder.sex.value,
        expires_on=card.valid_to,
        security_code=security_code,
        municipality=holder.municipality,
        photo=pictures.photo,
        name_image=pictures.name,
        address_image=pictures.address,
    )


def _standing(tx: Tx, holder: HolderId) -> list[Certificate]:
    """The certificates of a holder's card that are not revoked."""
    found = pki.certificates_of(tx, holder)
    return [one for one in found if one.status is not Status.REVOKED and one.medium is pki.Medium.CARD]


def _follow(tx: Tx, old: CertificateKey | None, holder: HolderId, *, at: Moment) -> None:
    """The registration as insurance card goes on with the newest authentication certificate."""
    if old is None:
        return
    newest = [one for one in _standing(tx, holder) if one.kind is Kind.AUTH][-1].key
    enrolling.replace_card(tx, CardKey(old.issuer, old.serial), CardKey(newest.issuer, newest.serial), at=at)


def move_in(tx: Tx, holder: HolderId, *, by: By, at: Moment, **notice: Any) -> MovedIn:
    """A 転入届; `notice` as in `cards.move_in`. A card that comes to nothing by it loses its certificates."""
    moved = cards.move_in(tx, holder, by=by, at=at, **notice)
    _end_orphans(tx, holder, at=at)
    return moved


def continue_use(
    tx: Tx, holder: HolderId, renewing: Renewing | None, *, by: By, at: Moment
) -> tuple[Continued | Lapsed, CertifiedKey | None]:
    """継続利用: the card goes on, its entries and its signature certificate are renewed in the same visit.

    What comes back is to be written to the card (None: it has no such certificate). Where nobody here can write to
    it (`renewing` is None) the certificate that says the old address is revoked, and no other is issued.
    """
    done = cards.continue_use(tx, holder, by=by, at=at)
    if isinstance(done, Lapsed):
        _end_orphans(tx, holder, at=at)
        return done, None
    return done, _signature_renewed(tx, done.card, renewing, at=at)


def change_details(
    tx: Tx, holder: Holder, renewing: Renewing | None, *, by: By, at: Moment
) -> tuple[Event, CertifiedKey | None]:
    """A name or an address changed without a move. Where the signature certificate said it, a new one says it now.

    `renewing` as for `continue_use`; a card that is not active gets no new certificate.
    """
    is_certified, event = cards.amend_holder(tx, holder, by=by, at=at)
    if not is_certified:
        return event, None
    card = next((one for one in cards.cards_of(tx, holder.id) if one.state is CardState.ACTIVE), None)
    if card is None:
        pki.changes.details_changed(tx, holder.id, at=at)
        return event, None
    return event, _signature_renewed(tx, card, renewing, at=at)


def _signature_renewed(tx: Tx, card: Card, renewing: Renewing | None, *, at: Moment) -> CertifiedKey | None:
    before = [one for one in _standing(tx, card.holder) if one.kind is Kind.SIGN and one.card == card.id]
    pki.changes.details_changed(tx, card.holder, at=at)
    if not before or renewing is None:
        return None
    holder = cards.holder_by_id(tx, card.holder)
    order = Order(
        kind=Kind.SIGN,
        holder=card.holder,
        card=card.id,
        municipality=holder.municipality,
        not_after=before[-1].not_after,
        public_key=renewing.key.public_key(),
        details=Details(name=holder.name, birth_on=holder.birth_on, sex=holder.sex.value, address=holder.address),
    )
    (made,) = pki.issue(tx, renewing.authorities.sign, [order], at=at)
    return CertifiedKey(renewing.key, made.der, renewing.authorities.sign_certificate)


def _end_orphans(tx: Tx, holder: HolderId, *, at: Moment) -> None:
    """Certificates of cards that count for nothing any more count for nothing either."""
    counting = {one.id for one in cards.cards_of(tx, holder) if one.state in cards.STANDING}
    keys = [one.key for one in _standing(tx, holder) if one.card not in counting]
    if keys:
        pki.changes.revoke(tx, keys, Reason.CEASED, at=at)


def lose(tx: Tx, card_id: CardId, *, by: By, at: Moment) -> tuple[Card, Event]:
    """The card is lost: it counts for nothing from now on, and its certificates are on hold."""
    card, event = cards.report_lost(tx, card_id, by=by, at=at)
    pki.changes.suspend(tx, card.holder, card.id, at=at)
    return card, event


def give_back(tx: Tx, card_id: CardId, *, by: By, at: Moment) -> tuple[Card, Event]:
    """The holder gives the card back for good."""
    card, event = cards.return_card(tx, card_id, by=by, at=at)
    keys = [one.key for one in _standing(tx, card.holder) if one.card == card.id]
    pki.changes.revoke(tx, keys, Reason.CEASED, at=at)
    return card, event


def switch_kind(tx: Tx, card_id: CardId, kind: CardKind, *, by: By, at: Moment) -> tuple[Card, Event]:
    """The card becomes a 顔認証カード, which has no signature certificate, or an ordinary one again."""
    card, event = cards.switch_kind(tx, card_id, kind, by=by, at=at)
    if kind is CardKind.FACE:
        pki.changes.to_face_card(tx, card.holder, card.id, at=at)
    return card, event


def note_death(tx: Tx, holder: HolderId, died_on: date, *, by: By, at: Moment) -> tuple[Event, ...]:
    """The holder died: applications and cards are void, every certificate is revoked."""
    events = cards.note_death(tx, holder, died_on, by=by, at=at)
    pki.changes.deceased(tx, holder, at=at)
    return events
