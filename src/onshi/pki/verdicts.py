"""What a look at a certificate can come to: a closed list of values, each with its facts."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from onshi.kernel import Moment
from onshi.law import Medium
from onshi.pki.model import CertificateKey, Kind, Reason


class Fault(StrEnum):
    """Why something that was shown is not believed: a certificate, a revocation list, an OCSP answer."""

    MALFORMED = "malformed"
    UNKNOWN_ISSUER = "unknown-issuer"  # no authority that we pinned has the key it names
    WRONG_PURPOSE = "wrong-purpose"  # an authority that we pinned, for something else
    ISSUER_NAME_WRONG = "issuer-name-wrong"
    SIGNATURE_WRONG = "signature-wrong"
    POLICY_WRONG = "policy-wrong"
    KEY_USAGE_WRONG = "key-usage-wrong"
    AUTHORITY_FLAG_WRONG = "authority-flag-wrong"  # says it is an authority, or does not say that it is none
    UNKNOWN_CRITICAL_EXTENSION = "unknown-critical-extension"
    KEY_UNFIT = "key-unfit"
    POINT_WRONG = "distribution-point-wrong"
    ISSUER_NOT_IN_FORCE = "issuer-not-in-force"
    NOT_YET_VALID = "not-yet-valid"
    ROLLED_BACK = "rolled-back"  # an older list than one seen before, or another of the same number
    NOT_AN_ANSWER = "not-an-answer"  # the responder would not or could not say
    ANSWER_FOR_ANOTHER = "answer-for-another"
    RESPONDER_UNFIT = "responder-unfit"
    NONCE_WRONG = "nonce-wrong"


class Unavailable(StrEnum):
    """Why nothing fresh is known of a certificate."""

    MISSING = "missing"  # nobody was asked
    STALE = "stale"  # what there is, is over
    ELSEWHERE = "elsewhere"  # what there is, is about other certificates
    UNKNOWN = "unknown"  # who should know it does not


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A certificate of which everything is right that does not change with time.

    `begins` is the first moment of its validity, `ends` the first after it; `not_after` is the last day in Japan.
    `issuer_since` and `issuer_until` are those of its authority, likewise.
    """

    key: CertificateKey
    kind: Kind
    medium: Medium
    municipality: str
    issuer_key_id: bytes
    serial: int
    begins: Moment
    ends: Moment
    not_after: date
    issuer_since: Moment
    issuer_until: Moment
    public_key: RSAPublicKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """Not believed at all."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Valid:
    """It counts."""

    certificate: Examined


@dataclass(frozen=True, slots=True)
class ExpiredInGrace:
    """Over since the day after `expired_on`, and still good for eligibility up to and on the day `until`."""

    certificate: Examined
    expired_on: date
    until: date


@dataclass(frozen=True, slots=True)
class Expired:
    """Over since the day after `expired_on`."""

    certificate: Examined
    expired_on: date


@dataclass(frozen=True, slots=True)
class Revoked:
    """It does not count since `at`; held ones have the reason `certificateHold`."""

    certificate: Examined
    reason: Reason
    at: Moment


@dataclass(frozen=True, slots=True)
class Superseded:
    """It was renewed; `newer` is the serial number of the one that replaced it, where that is known."""

    certificate: Examined
    newer: str | None
    at: Moment


@dataclass(frozen=True, slots=True)
class StatusUnavailable:
    """Whether it was revoked cannot be told; that is neither a yes nor a no."""

    certificate: Examined
    because: Unavailable


Verdict: TypeAlias = Valid | ExpiredInGrace | Expired | Revoked | Superseded | StatusUnavailable | Refused
