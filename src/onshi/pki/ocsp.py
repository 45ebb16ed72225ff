"""OCSP (RFC 6960): answering for an authority, and reading an answer."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from onshi.kernel import Moment, moment_of
from onshi.pki.evidence import SKEW, OcspStatus
from onshi.pki.model import CertificateKey, Reason, Responder, Revocation, Standing, Status, serial_text
from onshi.pki.reading import UNREADABLE, Faulty, extension_of
from onshi.pki.shapes import NO_AUTHORITY, in_seconds, key_id_of
from onshi.pki.trust import Pinned, TrustStore
from onshi.pki.verdicts import Examined, Fault, Refused

LIFE = timedelta(hours=1)
"""How long an answer counts."""

# RFC 9654 §2.1 lets a nonce have up to 128 bytes; a longer one is no nonce.
_NONCE_MAX = 128
_MALFORMED = ocsp.OCSPResponseStatus.MALFORMED_REQUEST
_UNAUTHORIZED = ocsp.OCSPResponseStatus.UNAUTHORIZED


def answer(
    request: bytes,
    *,
    responders: Sequence[Responder],
    standing_of: Callable[[CertificateKey], Standing],
    at: Moment,
) -> bytes:
    """The signed answer about the one certificate that was asked for, or the unsigned error of RFC 6960 §2.3.

    For an issuer that no responder speaks for it is `unauthorized`. Never raises, whatever the bytes.
    """
    try:
        asked = ocsp.load_der_ocsp_request(request)
        nonce = _nonce_of(asked.extensions)
        responder = next((one for one in responders if _is_about(asked, one)), None)
        serial = asked.serial_number
    except (Faulty, *UNREADABLE):
        return _error(_MALFORMED)
    if serial <= 0:
        return _error(_MALFORMED)
    if responder is None:
        return _error(_UNAUTHORIZED)
    standing = standing_of(CertificateKey(responder.authority.name, serial_text(serial)))
    return _answer(asked, responder, standing, nonce, at)


def _error(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _is_about(asked: ocsp.OCSPRequest, responder: Responder) -> bool:
    authority = x509.load_der_x509_certificate(responder.authority.certificate)
    named = asked.issuer_name_hash, asked.issuer_key_hash
    return named == _issuer_hashes(authority, asked.hash_algorithm)


def _issuer_hashes(authority: x509.Certificate, algorithm: HashAlgorithm) -> tuple[bytes, bytes]:
    """The issuer as a request names it (RFC 6960 §4.1.1): hashes of its name and of its key."""
    key = authority.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return _hash(authority.subject.public_bytes(), algorithm), _hash(key, algorithm)


def _hash(data: bytes, algorithm: HashAlgorithm) -> bytes:
    digest = Hash(algorithm)
    digest.update(data)
    return digest.finalize()


def _nonce_of(extensions: x509.Extensions) -> bytes | None:
    """The nonce; MALFORMED for one that is none, and for what we must understand and do not."""
    nonce = extension_of(extensions, x509.OCSPNonce)
    if nonce is not None and not 1 <= len(nonce.nonce) <= _NONCE_MAX:
        raise Faulty(Fault.MALFORMED)
    if any(one.critical and one.oid != x509.OCSPNonce.oid for one in extensions):
        raise Faulty(Fault.UNKNOWN_CRITICAL_EXTENSION)
    return None if nonce is None else nonce.nonce


def _answer(
    asked: ocsp.OCSPRequest, responder: Responder, standing: Standing, nonce: bytes | None, at: Moment
) -> bytes:
    status, since, reason = _said(standing)
    own = x509.load_der_x509_certificate(responder.certificate)
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            asked.issuer_name_hash,
            asked.issuer_key_hash,
            asked.serial_number,
            asked.hash_algorithm,
            status,
            in_seconds(at),
            in_seconds(at) + LIFE,
            None if since is None else in_seconds(since),
            reason,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, own)
        .certificates([own])
    )
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.sign(responder.key, SHA256()).public_bytes(Encoding.DER)


def _said(standing: Standing) -> tuple[ocsp.OCSPCertStatus, Moment | None, x509.ReasonFlags | None]:
    if standing.status is None:
        return ocsp.OCSPCertStatus.UNKNOWN, None, None
    if standing.status is Status.ACTIVE:
        return ocsp.OCSPCertStatus.GOOD, None, None
    is_silent = standing.reason in (None, Reason.UNSPECIFIED)
    reason = None if is_silent else x509.ReasonFlags(standing.reason)
    return ocsp.OCSPCertStatus.REVOKED, standing.revoked_at, reason


def read_answer(
    answer: bytes, *, certificate: Examined, trust: TrustStore, at: Moment, nonce: bytes | None = None
) -> OcspStatus | Refused:
    """An answer, checked: that it is one, about this certificate, by who may give it, signed, with the nonce that was
    sent, not from the future; in this order. That it is over is not looked at here. Never raises, whatever the bytes.
    """
    try:
        return _status(_successful(answer), certificate, trust, at, nonce)
    except Faulty as fault:
        return Refused(fault.fault)
    except UNREADABLE:
        return Refused(Fault.MALFORMED)


def _successful(answer: bytes) -> ocsp.OCSPResponse:
    response = ocsp.load_der_ocsp_response(answer)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise Faulty(Fault.NOT_AN_ANSWER)
    return response


def _status(
    response: ocsp.OCSPResponse, certificate: Examined, trust: TrustStore, at: Moment, nonce: bytes | None
) -> OcspStatus:
    issuer = trust.find(certificate.kind.purpose, certificate.issuer_key_id)
    if issuer is None:
        raise Faulty(Fault.UNKNOWN_ISSUER)
    named = response.issuer_name_hash, response.issuer_key_hash
    is_issuer = named == _issuer_hashes(issuer.certificate, response.hash_algorithm)
    if not is_issuer or response.serial_number != certificate.serial:
        raise Faulty(Fault.ANSWER_FOR_ANOTHER)
    _check_signature(response, _responder_key(response, issuer, at))
    given = _nonce_of(response.extensions)
    if nonce is not None and given != nonce:
        raise Faulty(Fault.NONCE_WRONG)
    this_update, next_update = moment_of(response.this_update_utc), response.next_update_utc
    if this_update > at + SKEW:
        raise Faulty(Fault.NOT_YET_VALID)
    # Without an end an answer would count for ever.
    if next_update is None:
        raise Faulty(Fault.MALFORMED)
    return OcspStatus(
        issuer_key_id=certificate.issuer_key_id,
        serial=certificate.serial,
        known=response.certificate_status is not ocsp.OCSPCertStatus.UNKNOWN,
        revocation=_revocation(response),
        this_update=this_update,
        next_update=moment_of(next_update),
    )


def _revocation(response: ocsp.OCSPResponse) -> Revocation | None:
    if response.certificate_status is not ocsp.OCSPCertStatus.REVOKED or response.revocation_time_utc is None:
        return None
    flag = response.revocation_reason
    known = {reason.value: reason for reason in Reason}
    reason = Reason.UNSPECIFIED if flag is None else known.get(flag.value, Reason.UNSPECIFIED)
    return Revocation(reason, moment_of(response.revocation_time_utc))


def _responder_key(response: ocsp.OCSPResponse, issuer: Pinned, at: Moment) -> RSAPublicKey:
    """The key of the authority itself, or of the one responder that it has certified and that came along."""
    delegates = response.certificates
    if not delegates:
        return issuer.public_key
    key = delegates[0].public_key()
    is_named = isinstance(key, RSAPublicKey) and response.responder_key_hash in (None, key_id_of(key))
    by_name = response.responder_name in (None, delegates[0].subject)
    if not (is_named and by_name and _may_answer(delegates[0], issuer, at)):
        raise Faulty(Fault.RESPONDER_UNFIT)
    assert isinstance(key, RSAPublicKey), "seen above"
    return key


def _may_answer(delegate: x509.Certificate, issuer: Pinned, at: Moment) -> bool:
    """Whether the authority itself said so (RFC 6960 §4.2.2.2), for now."""
    try:
        delegate.verify_directly_issued_by(issuer.certificate)
    except (InvalidSignature, *UNREADABLE):
        return False
    use = extension_of(delegate.extensions, x509.ExtendedKeyUsage)
    is_for_answers = use is not None and ExtendedKeyUsageOID.OCSP_SIGNING in use
    is_no_authority = extension_of(delegate.extensions, x509.BasicConstraints) == NO_AUTHORITY
    in_force = moment_of(delegate.not_valid_before_utc) <= at <= moment_of(delegate.not_valid_after_utc)
    return is_for_answers and is_no_authority and in_force


def _check_signature(response: ocsp.OCSPResponse, key: RSAPublicKey) -> None:
    if response.signature_algorithm_oid != SignatureAlgorithmOID.RSA_WITH_SHA256:
        raise Faulty(Fault.SIGNATURE_WRONG)
    try:
        key.verify(response.signature, response.tbs_response_bytes, PKCS1v15(), SHA256())
    except InvalidSignature:
        raise Faulty(Fault.SIGNATURE_WRONG) from None
