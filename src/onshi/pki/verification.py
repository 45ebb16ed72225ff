"""Whether a certificate counts: everything is judged here, nothing is fetched."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import SignatureAlgorithmOID

from onshi.kernel import Moment, japan_day, moment_of
from onshi.law import Medium
from onshi.pki import names
from onshi.pki.evidence import Evidence, OcspStatus, judge
from onshi.pki.model import CertificateKey, Kind, Purpose, serial_number, serial_text
from onshi.pki.ocsp import read_answer
from onshi.pki.reading import UNREADABLE, Faulty, extension_of
from onshi.pki.shapes import USAGE_OF
from onshi.pki.trust import Pinned, TrustStore
from onshi.pki.verdicts import Examined, Expired, ExpiredInGrace, Fault, Refused, Valid, Verdict

_SECOND = 1_000_000
_BITS, _EXPONENT = 2048, 65537
# What is read here; the others of our certificates are for people and may be passed over.
_UNDERSTOOD = frozenset(
    kind.oid for kind in (x509.BasicConstraints, x509.KeyUsage, x509.CertificatePolicies, x509.CRLDistributionPoints)
)


@dataclass(frozen=True, slots=True)
class _Read:
    """A certificate with its extensions, each of which stands there once."""

    certificate: x509.Certificate
    extensions: x509.Extensions


def examine(certificate: bytes, *, purpose: Purpose, trust: TrustStore) -> Examined | Refused:
    """All that does not depend on the time: chain, policy, key usage, authority flag, the rest; in this order.

    The first thing that is wrong is the answer. Never raises, whatever the bytes.
    """
    try:
        read = _read(certificate)
        issuer = _issuer(read, purpose, trust)
        kind, medium = _policy(read, purpose)
        _check_form(read, kind)
        return _examined(read, issuer, kind, medium)
    except Faulty as fault:
        return Refused(fault.fault)


def decide(certificate: Examined, *, evidence: Evidence, at: Moment, grace_until: date | None) -> Verdict:
    """What an examined certificate is worth at `at`: authority in force, begun, status, expiry; in this order.

    `grace_until` is the last day on which an expired one still serves for eligibility (law/ says it; None: no day).
    """
    if not certificate.issuer_since <= at < certificate.issuer_until:
        return Refused(Fault.ISSUER_NOT_IN_FORCE)
    if at < certificate.begins:
        return Refused(Fault.NOT_YET_VALID)
    judged = judge(certificate, evidence, at=at)
    if judged is not None:
        return judged
    if at < certificate.ends:
        return Valid(certificate)
    if grace_until is not None and japan_day(at) <= grace_until:
        return ExpiredInGrace(certificate, certificate.not_after, grace_until)
    return Expired(certificate, certificate.not_after)


def verify(
    certificate: bytes,
    *,
    purpose: Purpose = Purpose.AUTHENTICATION,
    trust: TrustStore,
    evidence: Evidence,
    at: Moment,
    grace_until: date | None,
) -> Verdict:
    """`examine` and `decide` in one."""
    examined = examine(certificate, purpose=purpose, trust=trust)
    if isinstance(examined, Refused):
        return examined
    return decide(examined, evidence=evidence, at=at, grace_until=grace_until)


class Verifier:
    """Examines with a memory: the same certificate comes again and again, its chain is worked out once.

    It keeps `size` certificates that were sound, by the SHA-256 of their bytes, and lets the oldest go; refused ones
    are not kept. For any number of threads.
    """

    def __init__(self, trust: TrustStore, *, size: int = 50_000) -> None:
        self.trust = trust
        self._size = size
        self._known: dict[tuple[Purpose, bytes], Examined] = {}
        self._lock = threading.Lock()

    def examine(self, certificate: bytes, *, purpose: Purpose = Purpose.AUTHENTICATION) -> Examined | Refused:
        """As the function of that name."""
        place = (purpose, sha256(certificate).digest())
        known = self._known.get(place)
        if known is not None:
            return known
        found = examine(certificate, purpose=purpose, trust=self.trust)
        if isinstance(found, Examined):
            self._keep(place, found)
        return found

    def verify(
        self,
        certificate: bytes,
        *,
        purpose: Purpose = Purpose.AUTHENTICATION,
        evidence: Callable[[Examined], Evidence],
        at: Moment,
        grace_until: Callable[[Examined], date | None],
    ) -> Verdict:
        """As the function of that name; what is known of the certificate is looked up once it is read."""
        found = self.examine(certificate, purpose=purpose)
        if isinstance(found, Refused):
            return found
        return decide(found, evidence=evidence(found), at=at, grace_until=grace_until(found))

    def answered(
        self, answer: bytes, certificate: Examined, *, at: Moment, nonce: bytes | None = None
    ) -> OcspStatus | Refused:
        """What an OCSP answer says of the certificate, once everything about the answer is right. Never raises."""
        return read_answer(answer, certificate=certificate, trust=self.trust, at=at, nonce=nonce)

    def _keep(self, place: tuple[Purpose, bytes], found: Examined) -> None:
        with self._lock:
            if place not in self._known and len(self._known) >= self._size:
                del self._known[next(iter(self._known))]
            self._known[place] = found

    def __len__(self) -> int:
        return len(self._known)


def _read(der: bytes) -> _Read:
    try:
        certificate = x509.load_der_x509_certificate(der)
        return _Read(certificate, certificate.extensions)
    except UNREADABLE:
        raise Faulty(Fault.MALFORMED) from None


def _issuer(read: _Read, purpose: Purpose, trust: TrustStore) -> Pinned:
    """The authority by the key that is named, then everything that ties the certificate to it."""
    named = extension_of(read.extensions, x509.AuthorityKeyIdentifier)
    key_id = None if named is None else named.key_identifier
    issuer = trust.find(purpose, key_id)
    if issuer is None:
        raise Faulty(Fault.UNKNOWN_ISSUER if trust.purpose_of(key_id) is None else Fault.WRONG_PURPOSE)
    try:
        if read.certificate.issuer != issuer.certificate.subject:
            raise Faulty(Fault.ISSUER_NAME_WRONG)
        if read.certificate.signature_algorithm_oid != SignatureAlgorithmOID.RSA_WITH_SHA256:
            raise Faulty(Fault.SIGNATURE_WRONG)
        read.certificate.verify_directly_issued_by(issuer.certificate)
    except (InvalidSignature, *UNREADABLE):
        raise Faulty(Fault.SIGNATURE_WRONG) from None
    return issuer


def _policy(read: _Read, purpose: Purpose) -> tuple[Kind, Medium]:
    found = extension_of(read.extensions, x509.CertificatePolicies)
    policies = [] if found is None else [one.policy_identifier for one in found]
    meaning = names.POLICIES.get(policies[0]) if len(policies) == 1 else None
    if meaning is None or meaning[0].purpose is not purpose:
        raise Faulty(Fault.POLICY_WRONG)
    return meaning


def _check_form(read: _Read, kind: Kind) -> None:
    if extension_of(read.extensions, x509.KeyUsage) != USAGE_OF[kind]:
        raise Faulty(Fault.KEY_USAGE_WRONG)
    flag = extension_of(read.extensions, x509.BasicConstraints)
    if flag is None or flag.ca:
        raise Faulty(Fault.AUTHORITY_FLAG_WRONG)
    if any(one.critical and one.oid not in _UNDERSTOOD for one in read.extensions):
        raise Faulty(Fault.UNKNOWN_CRITICAL_EXTENSION)


def _examined(read: _Read, issuer: Pinned, kind: Kind, medium: Medium) -> Examined:
    municipality = _partition(read, issuer.purpose)
    serial = serial_text(read.certificate.serial_number)
    if serial_number(serial) is None:
        raise Faulty(Fault.MALFORMED)
    last = moment_of(read.certificate.not_valid_after_utc)
    return Examined(
        key=CertificateKey(issuer.name, serial),
        kind=kind,
        medium=medium,
        municipality=municipality,
        issuer_key_id=issuer.key_id,
        serial=read.certificate.serial_number,
        begins=moment_of(read.certificate.not_valid_before_utc),
        ends=Moment(last + _SECOND),
        not_after=japan_day(last),
        issuer_since=issuer.since,
        issuer_until=issuer.until,
        public_key=_key(read),
    )


def _key(read: _Read) -> RSAPublicKey:
    try:
        key = read.certificate.public_key()
    except UNREADABLE:
        raise Faulty(Fault.KEY_UNFIT) from None
    if not isinstance(key, RSAPublicKey) or key.key_size != _BITS or key.public_numbers().e != _EXPONENT:
        raise Faulty(Fault.KEY_UNFIT)
    return key


def _partition(read: _Read, purpose: Purpose) -> str:
    found = extension_of(read.extensions, x509.CRLDistributionPoints)
    points = [] if found is None else list(found)
    partition = names.partition_at(points[0].full_name, purpose) if len(points) == 1 else None
    if partition is None:
        raise Faulty(Fault.POINT_WRONG)
    return partition
