"""A card is made: its certificates are issued, and everything that is written to the chip is put together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from onshi import chip, law, pki
from onshi.chip import CardContent, CertifiedKey, Secrets, Surface, SurfaceIssuer
from onshi.db import Tx
from onshi.kernel import Moment, japan_day
from onshi.pki import CertificateKey, CertificateSigner, Details, Kind, Order, Status


@dataclass(frozen=True, slots=True)
class Authorities:
    """Those that certify cards, as far as making one needs them: two that sign, and the bytes of their certificates;
    who signs what is printed; and the key by which a card knows a terminal."""

    auth: CertificateSigner
    auth_certificate: bytes = field(repr=False)
    sign: CertificateSigner
    sign_certificate: bytes = field(repr=False)
    surface: SurfaceIssuer
    terminal: RSAPublicKey


@dataclass(frozen=True, slots=True)
class Blank:
    """A card before it is anybody's: three keys of RSA-2048, made beforehand because that takes a while."""

    auth: RSAPrivateKey = field(repr=False)
    sign: RSAPrivateKey = field(repr=False)
    surface: RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOrder:
    """Whose card, and what it holds.

    `secrets` without a PIN: a 顔認証マイナンバーカード; without a password it gets no signature certificate. `serial`:
    that of the authentication certificate, where it was given out beforehand. `replaces`: the certificates of the card
    before, which the new ones take the place of. `seed`: see `chip.false_number`.
    """

    holder: int
    card: int
    surface: Surface = field(repr=False)
    secrets: Secrets = field(repr=False)
    seed: int
    serial: str | None = None
    replaces: Mapping[Kind, CertificateKey] = field(default_factory=dict)
    is_demo: bool = False


def make_card(tx: Tx, authorities: Authorities, blank: Blank, order: CardOrder, *, at: Moment) -> CardContent:
    """The content of the card, its certificates issued at `at` and valid as the law says (law/card_validity.toml).

    Raises what `pki.issue` and `chip.make_card` refuse.
    """
    not_after = law.certificate_valid_to(
        born=order.surface.birth_on, issued_on=japan_day(at), card_to=order.surface.expires_on
    )
    auth = _certified(tx, authorities.auth, _auth(order, not_after, blank), order.replaces, at)
    signature = None
    if order.secrets.sign_password is not None:
        signature = _certified(tx, authorities.sign, _sign(order, not_after, blank), order.replaces, at)
    return chip.make_card(
        order.surface,
        order.secrets,
        auth=CertifiedKey(blank.auth, auth, authorities.auth_certificate),
        sign=CertifiedKey(blank.sign, signature, authorities.sign_certificate),
        card_key=blank.surface,
        issuer=authorities.surface,
        terminal_root=authorities.terminal,
        seed=order.seed,
        holder=order.holder,
        is_demo=order.is_demo,
    )


def _certified(
    tx: Tx, signer: CertificateSigner, order: Order, replaces: Mapping[Kind, CertificateKey], at: Moment
) -> bytes:
    old = replaces.get(order.kind)
    if old is None:
        (made,) = pki.issue(tx, signer, [order], at=at)
    elif pki.certificate(tx, old).status is Status.HELD:
        made = pki.changes.reissue_after_found(tx, signer, old, order, at=at).new
    else:
        made = pki.changes.renew(tx, signer, old, order, at=at).new
    assert made.der is not None, "ordered with its key"
    return made.der


def _auth(order: CardOrder, not_after: date, blank: Blank) -> Order:
    return Order(
        kind=Kind.AUTH,
        holder=order.holder,
        card=order.card,
        municipality=order.surface.municipality,
        not_after=not_after,
        public_key=blank.auth.public_key(),
        serial=order.serial,
    )


def _sign(order: CardOrder, not_after: date, blank: Blank) -> Order:
    surface = order.surface
    return Order(
        kind=Kind.SIGN,
        holder=order.holder,
        card=order.card,
        municipality=surface.municipality,
        not_after=not_after,
        public_key=blank.sign.public_key(),
        details=Details(name=surface.name, birth_on=surface.birth_on, sex=surface.sex, address=surface.address),
    )
