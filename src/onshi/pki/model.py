"""Authorities, certificates, revocation lists and terminals, as values."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from onshi.kernel import Moment
from onshi.law import Medium


class Purpose(StrEnum):
    """What an authority signs. One name has one purpose: a card's two certificates never share an authority."""

    AUTHENTICATION = "authentication"  # 利用者証明用
    SIGNATURE = "signature"  # 署名用
    TERMINAL = "terminal"  # of readers that may use the authentication key without a PIN; our own design
    SURFACE = "surface"  # 券面事項


class Kind(StrEnum):
    """Which of the two certificates of a card."""

    AUTH = "auth"
    SIGN = "sign"

    @property
    def purpose(self) -> Purpose:
        """What its authority is for."""
        return Purpose.AUTHENTICATION if self is Kind.AUTH else Purpose.SIGNATURE


class Status(StrEnum):
    """Where a certificate stands; that it is over by its date is not a status."""

    ACTIVE = "active"
    HELD = "held"
    REVOKED = "revoked"


class Reason(StrEnum):
    """Why a certificate does not count: the names of RFC 5280 §5.3.1, of which the national system uses these."""

    UNSPECIFIED = "unspecified"  # destroyed before it was handed over
    KEY_COMPROMISE = "keyCompromise"
    AUTHORITY_COMPROMISE = "cACompromise"
    DETAILS_CHANGED = "affiliationChanged"  # 記載事項の変更
    SUPERSEDED = "superseded"  # 更新
    CEASED = "cessationOfOperation"  # death, return of the card, loss of residence
    HOLD = "certificateHold"  # 一時停止


class CertificateSigner(Protocol):
    """The private key of an authority, wherever it is kept."""

    @property
    def public_key(self) -> RSAPublicKey:
        """Its public half, RSA of 2048 bits or more."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`: RSA PKCS #1 v1.5 with SHA-256 (RFC 8017 §8.2)."""
        ...


class CertificateKey(msgspec.Struct, frozen=True, gc=False):
    """Which certificate: the short name of its authority, and its serial number as `serial_text` writes it."""

    issuer: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """One generation of an authority. Generations share the name and therefore the distinguished name.

    `key_id` is the SHA-1 of the public key (RFC 5280 §4.2.1.2): by it, and not by the name, an issuer is found.
    `responder` is the certificate that may answer OCSP for it.
    """

    name: str
    generation: int
    purpose: Purpose
    key_id: bytes
    certificate: bytes = field(repr=False)
    since: Moment
    until: Moment
    ocsp_url: str | None = None
    responder: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Who signs, as a signature certificate says it (基本4情報).

    `substituted`: letters that the card's character set lacks were replaced.
    """

    name: str = field(repr=False)
    birth_on: date = field(repr=False)
    sex: str = field(repr=False)
    address: str = field(repr=False)
    name_substituted: bool = False
    address_substituted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A certificate to be issued.

    `card` is the id of the card or of the phone's enrolment, `not_after` the last day on which it counts (law/ says
    which). Without `public_key` only its row is made: for a country whose cards are not made yet. `serial` is drawn
    unless it was given out beforehand.
    """

    kind: Kind
    holder: int
    card: int
    municipality: str
    not_after: date
    public_key: RSAPublicKey | None = field(default=None, repr=False)
    medium: Medium = Medium.CARD
    details: Details | None = field(default=None, repr=False)
    serial: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate of somebody's and where it stands.

    `revoked_at` is also the moment since which it is held. `successor` is the serial of the one that replaced it,
    from the same issuer. `der` is None until it was made.
    """

    key: CertificateKey
    kind: Kind
    holder: int
    card: int
    medium: Medium
    municipality: str
    generation: int
    not_before: Moment
    not_after: date
    status: Status = Status.ACTIVE
    reason: Reason | None = None
    revoked_at: Moment | None = None
    successor: str | None = None
    der: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Replaced:
    """A new certificate, and those that do not count any more because of it."""

    new: Certificate
    off: tuple[Certificate, ...]


class Standing(msgspec.Struct, frozen=True, gc=False):
    """What the register itself knew of a certificate at the moment `at`; `status` None: it was never issued here."""

    key: CertificateKey
    status: Status | None
    reason: Reason | None
    revoked_at: Moment | None
    successor: str | None
    at: Moment


class Ending(msgspec.Struct, frozen=True, gc=False):
    """Until when a certificate counts by its date, and what ended it before."""

    key: CertificateKey
    medium: Medium
    not_after: date
    reason: Reason | None
    revoked_at: Moment | None
    successor: str | None


class Revocation(msgspec.Struct, frozen=True, gc=False):
    """Since when and why a certificate does not count."""

    reason: Reason
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Crl:
    """A revocation list as it was published: of one generation, for one municipality."""

    issuer: str
    generation: int
    partition: str
    number: int
    this_update: Moment
    next_update: Moment
    der: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """Who may answer OCSP for one generation of an authority: its own certificate and key."""

    authority: Authority
    certificate: bytes = field(repr=False)
    key: RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Terminal:
    """A reader that may use the authentication key of a card without its PIN.

    `certificate` is what the reader shows to the card: what was signed, and the signature of the terminal authority.
    """

    id: str
    party: str
    certificate: bytes = field(repr=False)
    since: Moment
    revoked_at: Moment | None = None


_SERIAL_DIGITS = 10
_SERIALS_END = 2**63


def serial_text(number: int) -> str:
    """A serial number as people, feeds and the registry write it: decimal, zeros in front up to ten digits."""
    return f"{number:0{_SERIAL_DIGITS}}"


def serial_number(text: str) -> int | None:
    """The reverse of `serial_text`; None for anything it would not have written for one of our certificates."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    number = int(text)
    return number if 0 < number < _SERIALS_END and serial_text(number) == text else None
