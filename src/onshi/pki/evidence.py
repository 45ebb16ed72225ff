"""What is known of the status of a certificate, and what follows from all of it together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from onshi.kernel import Moment
from onshi.pki.model import Reason, Revocation, Standing, Status
from onshi.pki.verdicts import Examined, Revoked, StatusUnavailable, Superseded, Unavailable

SKEW = 60_000_000
"""By how much the clock of who published something may be ahead of ours."""

_STANDING_LIFE = 60_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CrlSnapshot:
    """A revocation list whose signature was checked: of one authority key, for one municipality."""

    issuer_key_id: bytes
    partition: str
    number: int
    this_update: Moment
    next_update: Moment
    revoked: Mapping[int, Revocation] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OcspStatus:
    """An OCSP answer whose signature was checked. `known` false: the responder has never heard of the certificate."""

    issuer_key_id: bytes
    serial: int
    known: bool
    revocation: Revocation | None
    this_update: Moment
    next_update: Moment


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whatever there is about one certificate.

    `standing` is the word of the register of this very database, read in the same transaction: who is the authority
    itself need not ask a responder that reads the same row. A verifier elsewhere has none.
    """

    crl: CrlSnapshot | None = None
    ocsp: OcspStatus | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class _Word:
    """What one source says: not fresh, or good, or revoked, or (`unavailable`) nothing."""

    fresh: bool
    revocation: Revocation | None = None
    unavailable: Unavailable | None = None


def judge(certificate: Examined, evidence: Evidence, *, at: Moment) -> Revoked | Superseded | StatusUnavailable | None:
    """Why the certificate does not count by its status; None when something fresh says it is good and nothing objects.

    A revocation is for good, so even a list that is out of date proves one; of a hold, and of being good, only what
    is fresh is believed. Who should know the certificate and does not makes its status unavailable.
    """
    words = list(_words(certificate, evidence, at))
    for word in words:
        if word.revocation is not None and (word.fresh or word.revocation.reason is not Reason.HOLD):
            return _off(certificate, word.revocation, evidence.standing)
    if any(word.fresh and word.unavailable is Unavailable.UNKNOWN for word in words):
        return StatusUnavailable(certificate, Unavailable.UNKNOWN)
    if any(word.fresh and word.unavailable is None for word in words):
        return None
    return StatusUnavailable(certificate, _why(words))


def _off(certificate: Examined, revocation: Revocation, standing: Standing | None) -> Revoked | Superseded:
    if revocation.reason is Reason.SUPERSEDED:
        return Superseded(certificate, standing.successor if standing is not None else None, revocation.at)
    return Revoked(certificate, revocation.reason, revocation.at)


def _why(words: list[_Word]) -> Unavailable:
    if any(word.unavailable is None for word in words):
        return Unavailable.STALE
    return Unavailable.ELSEWHERE if words else Unavailable.MISSING


def _words(certificate: Examined, evidence: Evidence, at: Moment) -> Iterator[_Word]:
    # The most recent source first: where two know of a revocation, its reason is taken.
    if evidence.standing is not None:
        yield _register_says(certificate, evidence.standing, at)
    if evidence.ocsp is not None:
        yield _responder_says(certificate, evidence.ocsp, at)
    if evidence.crl is not None:
        yield _list_says(certificate, evidence.crl, at)


def _register_says(certificate: Examined, standing: Standing, at: Moment) -> _Word:
    if standing.key != certificate.key:
        return _Word(fresh=False, unavailable=Unavailable.ELSEWHERE)
    fresh = abs(at - standing.at) <= _STANDING_LIFE
    if standing.status is None:
        # Our key has signed what our register has never heard of: the worst that can be, and no reason to trust it.
        return _Word(fresh, unavailable=Unavailable.UNKNOWN if fresh else None)
    if standing.status is Status.ACTIVE:
        return _Word(fresh)
    assert standing.reason is not None and standing.revoked_at is not None, "off without a reason"
    return _Word(fresh, Revocation(standing.reason, standing.revoked_at))


def _responder_says(certificate: Examined, ocsp: OcspStatus, at: Moment) -> _Word:
    if ocsp.issuer_key_id != certificate.issuer_key_id or ocsp.serial != certificate.serial:
        return _Word(fresh=False, unavailable=Unavailable.ELSEWHERE)
    fresh = is_fresh(ocsp.this_update, ocsp.next_update, at)
    if not ocsp.known:
        return _Word(fresh, unavailable=Unavailable.UNKNOWN if fresh else None)
    return _Word(fresh, ocsp.revocation)


def _list_says(certificate: Examined, crl: CrlSnapshot, at: Moment) -> _Word:
    if crl.issuer_key_id != certificate.issuer_key_id or crl.partition != certificate.municipality:
        return _Word(fresh=False, unavailable=Unavailable.ELSEWHERE)
    return _Word(is_fresh(crl.this_update, crl.next_update, at), crl.revoked.get(certificate.serial))


def is_fresh(this_update: Moment, next_update: Moment, at: Moment) -> bool:
    """Whether what was published counts at `at`."""
    return this_update <= at + SKEW and at < next_update
