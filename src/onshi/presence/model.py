"""What is shown at a reader, and what it proves: values only."""

from dataclasses import dataclass, field
from enum import StrEnum

from onshi.kernel import Moment


class Purpose(StrEnum):
    """What somebody shows the card for. A proof made for one purpose is worth nothing for another."""

    CHECK = "check"  # 資格確認
    REGISTER = "register"  # 利用登録 (初回登録)
    PORTAL = "portal"  # 本人の閲覧


class Mode(StrEnum):
    """How the reader made sure that the holder is there (公的個人認証法 38条2項, 38条の2)."""

    PIN = "pin"  # 暗証番号
    FACE = "face"  # 顔認証
    STAFF = "staff"  # 目視確認

    @property
    def needs_terminal(self) -> bool:
        """Whether the card opens its key to a certified terminal and not to a PIN."""
        return self is not Mode.PIN


class Outcome(StrEnum):
    """What came of showing a card: a closed list, texts in `outcomes.toml`."""

    PRESENT = "present"
    PRESENT_IN_GRACE = "present_in_grace"
    NONCE_MALFORMED = "nonce_malformed"
    NONCE_OF_ANOTHER = "nonce_of_another"
    NONCE_EXPIRED = "nonce_expired"
    NONCE_USED = "nonce_used"
    WRONG_SIGNATURE = "wrong_signature"
    NO_TERMINAL = "no_terminal"
    WRONG_TERMINAL = "wrong_terminal"
    TERMINAL_EXPIRED = "terminal_expired"
    TERMINAL_REVOKED = "terminal_revoked"
    UNTRUSTED = "untrusted"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    STATUS_UNAVAILABLE = "status_unavailable"

    @property
    def is_present(self) -> bool:
        """Whether the holder may be taken to be there, for eligibility at least."""
        return self in (Outcome.PRESENT, Outcome.PRESENT_IN_GRACE)


@dataclass(frozen=True, slots=True)
class Bound:
    """What a nonce is good for: this party, at this terminal of theirs, for this purpose, shown in this way."""

    party: str
    terminal: str
    purpose: Purpose
    mode: Mode


@dataclass(frozen=True, slots=True)
class Nonce:
    """A question that only a card can answer: `value` is what it signs over; good once, until `expires_at`."""

    value: bytes
    expires_at: Moment


@dataclass(frozen=True, slots=True)
class Presented:
    """What the reader sends back: the certificate (DER) and the card's signature over `chip.presence_digest`.

    `terminal_certificate` (307 bytes) and `terminal_signature` (64 bytes, ES256 of that digest) are sent where
    the mode needs a certified terminal.
    """

    bound: Bound
    nonce: bytes
    certificate: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    terminal_certificate: bytes | None = field(default=None, repr=False)
    terminal_signature: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Proven:
    """What it proved. `issuer` and `serial` name the certificate where its chain holds, whatever the outcome;
    `reason` says more of an untrusted or a revoked one, in the words of `pki`."""

    outcome: Outcome
    issuer: str | None = None
    serial: str | None = None
    reason: str | None = None
