"""Revocation lists (RFC 5280 §5): made, read, and never taken back to an older one."""

import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import SignatureAlgorithmOID

from onshi.kernel import Moment, moment_of
from onshi.pki import names
from onshi.pki.evidence import SKEW, CrlSnapshot
from onshi.pki.model import Purpose, Reason, Revocation
from onshi.pki.reading import UNREADABLE, Faulty, extension_of
from onshi.pki.shapes import Issuer, certify_list, in_seconds
from onshi.pki.trust import Pinned, TrustStore
from onshi.pki.verdicts import Examined, Fault, Refused

_FLAGS = {reason: x509.ReasonFlags(reason.value) for reason in Reason}
_REASONS = {flag: reason for reason, flag in _FLAGS.items()}


def revocation_list(
    issuer: Issuer,
    partition: str,
    *,
    number: int,
    this_update: Moment,
    next_update: Moment,
    revoked: Iterable[tuple[int, Revocation]],
) -> bytes:
    """The signed list of one municipality."""
    extensions: list[x509.Extension[x509.ExtensionType]] = [
        x509.Extension(one.oid, critical, one)
        for one, critical in (
            (issuer.key_identifier, False),
            (x509.CRLNumber(number), False),
            (_point(issuer.authority.purpose, partition), True),
        )
    ]
    # All at once: adding one by one copies the list each time, which a city's list has no time for.
    builder = x509.CertificateRevocationListBuilder(
        issuer.name,
        _naive(this_update),
        _naive(next_update),
        extensions,
        [_entry(serial, revocation) for serial, revocation in revoked],
    )
    return certify_list(builder, issuer.signer)


def _point(purpose: Purpose, partition: str) -> x509.IssuingDistributionPoint:
    return x509.IssuingDistributionPoint(
        full_name=[x509.DirectoryName(names.crl_point(purpose, partition))],
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )


def _entry(serial: int, revocation: Revocation) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder(serial, _naive(revocation.at))
    # RFC 5280 §5.3.1: no reason is said by leaving it out.
    if revocation.reason is not Reason.UNSPECIFIED:
        builder = builder.add_extension(x509.CRLReason(_FLAGS[revocation.reason]), critical=False)
    return builder.build()


def _naive(moment: Moment) -> datetime:
    return in_seconds(moment).astimezone(UTC).replace(tzinfo=None)


class CrlShelf:
    """The newest list of each authority key and municipality, for any number of threads.

    `seen` are the numbers of lists seen before this process began: none of a lower number is taken after it.
    """

    def __init__(self, trust: TrustStore, seen: Mapping[tuple[bytes, str], int] | None = None) -> None:
        self._trust = trust
        self._seen = dict(seen or {})
        self._kept: dict[tuple[bytes, str], tuple[bytes, CrlSnapshot]] = {}
        self._lock = threading.Lock()

    def take(self, der: bytes, *, at: Moment) -> CrlSnapshot | Refused:
        """Reads a list and keeps it; refused when it is not sound, or older than one seen before."""
        found = read_crl(der, trust=self._trust, at=at)
        if isinstance(found, Refused):
            return found
        place, digest = (found.issuer_key_id, found.partition), sha256(der).digest()
        with self._lock:
            kept_digest, kept = self._kept.get(place, (b"", None))
            is_twin = kept is not None and kept.number == found.number and kept_digest != digest
            if is_twin or found.number < self._seen.get(place, 0):
                return Refused(Fault.ROLLED_BACK)
            self._seen[place] = found.number
            self._kept[place] = digest, found
        return found

    def about(self, certificate: Examined) -> CrlSnapshot | None:
        """The list on which the certificate would stand."""
        kept = self._kept.get((certificate.issuer_key_id, certificate.municipality))
        return None if kept is None else kept[1]


def read_crl(der: bytes, *, trust: TrustStore, at: Moment) -> CrlSnapshot | Refused:
    """A list, checked: authority, name, signature, critical extensions, number, whole municipality, not from the
    future; in this order. That it is over is not looked at here. Never raises, whatever the bytes."""
    try:
        crl, extensions = _parsed(der)
        issuer = _issuer(crl, extensions, trust)
        return _snapshot(crl, extensions, issuer, at)
    except Faulty as fault:
        return Refused(fault.fault)


def _parsed(der: bytes) -> tuple[x509.CertificateRevocationList, x509.Extensions]:
    try:
        crl = x509.load_der_x509_crl(der)
        return crl, crl.extensions
    except UNREADABLE:
        raise Faulty(Fault.MALFORMED) from None


def _issuer(crl: x509.CertificateRevocationList, extensions: x509.Extensions, trust: TrustStore) -> Pinned:
    key_id = extension_of(extensions, x509.AuthorityKeyIdentifier)
    named = key_id.key_identifier if key_id is not None else None
    purpose = trust.purpose_of(named)
    issuer = None if purpose is None else trust.find(purpose, named)
    if issuer is None:
        raise Faulty(Fault.UNKNOWN_ISSUER)
    try:
        if crl.issuer != issuer.certificate.subject:
            raise Faulty(Fault.ISSUER_NAME_WRONG)
        is_ours = crl.signature_algorithm_oid == SignatureAlgorithmOID.RSA_WITH_SHA256
        if not (is_ours and crl.is_signature_valid(issuer.public_key)):
            raise Faulty(Fault.SIGNATURE_WRONG)
    except (InvalidSignature, *UNREADABLE):
        raise Faulty(Fault.SIGNATURE_WRONG) from None
    return issuer


def _snapshot(
    crl: x509.CertificateRevocationList, extensions: x509.Extensions, issuer: Pinned, at: Moment
) -> CrlSnapshot:
    if any(one.critical and one.oid != x509.IssuingDistributionPoint.oid for one in extensions):
        raise Faulty(Fault.UNKNOWN_CRITICAL_EXTENSION)
    number = extension_of(extensions, x509.CRLNumber)
    if number is None or crl.next_update_utc is None:
        raise Faulty(Fault.MALFORMED)
    point = extension_of(extensions, x509.IssuingDistributionPoint)
    partition = None if point is None else names.partition_at(point.full_name, issuer.purpose)
    # A list of only some reasons, or of somebody else's certificates, proves nothing good.
    if partition is None or point != _point(issuer.purpose, partition):
        raise Faulty(Fault.POINT_WRONG)
    this_update = moment_of(crl.last_update_utc)
    if this_update > at + SKEW:
        raise Faulty(Fault.NOT_YET_VALID)
    return CrlSnapshot(
        issuer_key_id=issuer.key_id,
        partition=partition,
        number=number.crl_number,
        this_update=this_update,
        next_update=moment_of(crl.next_update_utc),
        revoked=MappingProxyType(dict(map(_read_entry, crl))),
    )


def _read_entry(entry: x509.RevokedCertificate) -> tuple[int, Revocation]:
    try:
        extensions = entry.extensions
    except UNREADABLE:
        raise Faulty(Fault.MALFORMED) from None
    if any(one.critical for one in extensions):
        raise Faulty(Fault.UNKNOWN_CRITICAL_EXTENSION)
    reason = extension_of(extensions, x509.CRLReason)
    # A reason that none of ours ever has is a revocation all the same.
    why = Reason.UNSPECIFIED if reason is None else _REASONS.get(reason.reason, Reason.UNSPECIFIED)
    return entry.serial_number, Revocation(why, moment_of(entry.revocation_date_utc))
