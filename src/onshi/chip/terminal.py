"""How a terminal proves itself to the card, so that the 利用者証明用 key works without a PIN.

The real exchange (特定機関認証) is not public. This one is **our own design**: only the class and instruction byte, the
parameters and the length of 307 bytes are as on the card. The card has no clock, so it checks the signature only;
whoever believes the result checks the day of expiry.
"""

import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from onshi.chip.signing import SIGNATURE_BYTES, digest_info, is_signed

TerminalKey: TypeAlias = EllipticCurvePublicKey
"""The public key of a terminal, on P-256."""

CHALLENGE_BYTES = 16
CERTIFICATE_BYTES = 307
PROOF_BYTES = 64

_VERSION = 1
_ID_BYTES = 13
_POINT_BYTES = 33
_TBS_BYTES = CERTIFICATE_BYTES - SIGNATURE_BYTES
_DOMAIN = b"onshi-terminal-1"
_ID = re.compile(r"[!-~]{1,13}")
_BCD = re.compile(r"[0-9]{8}")


@dataclass(frozen=True, slots=True)
class TerminalCertificate:
    """The certificate of a terminal, read and not verified. `expires_on` is its last day."""

    id: str
    expires_on: date
    public_key: TerminalKey
    signed: bytes
    signature: bytes


def terminal_tbs(id: str, expires_on: date, public_key: EllipticCurvePublicKey) -> bytes:
    """The 51 bytes that the terminal authority signs (RSA-2048, PKCS #1 v1.5, SHA-256); the certificate is both.

    ValueError for an id that is not 1 to 13 visible ASCII signs, and for a key that is not on P-256.
    """
    if not _ID.fullmatch(id):
        raise ValueError("a terminal id has 1 to 13 visible ASCII signs")
    if not isinstance(public_key.curve, SECP256R1):
        raise ValueError("a terminal key is on P-256")
    day = bytes.fromhex(f"{expires_on.year:04d}{expires_on:%m%d}")
    point = public_key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return bytes((_VERSION,)) + day + id.ljust(_ID_BYTES).encode() + point


def parse_terminal_certificate(raw: bytes) -> TerminalCertificate | None:
    """The certificate in these bytes; None when they are none. It is not verified."""
    if len(raw) != CERTIFICATE_BYTES or raw[0] != _VERSION:
        return None
    signed, signature = raw[:_TBS_BYTES], raw[_TBS_BYTES:]
    expires_on = _day(signed[1:5])
    id = signed[5 : 5 + _ID_BYTES].decode("ascii", "replace").rstrip(" ")
    key = _key(signed[-_POINT_BYTES:])
    if expires_on is None or not _ID.fullmatch(id) or key is None:
        return None
    return TerminalCertificate(id, expires_on, key, signed, signature)


def verify_terminal_certificate(certificate: TerminalCertificate, root: RSAPublicKey) -> bool:
    """Whether the terminal authority signed it. The day of expiry is for the caller to compare."""
    return is_signed(root, certificate.signature, digest_info(sha256(certificate.signed).digest()))


def terminal_proof_bytes(challenge: bytes, auth_certificate: bytes) -> bytes:
    """What a terminal signs (ES256: r and s, 32 bytes each): bound to one challenge of one card."""
    return _DOMAIN + challenge + sha256(auth_certificate).digest()


def is_terminal_proof(key: EllipticCurvePublicKey, proof: bytes, challenge: bytes, auth_certificate: bytes) -> bool:
    """Whether the holder of the terminal's key answered this challenge of this card."""
    r, s = int.from_bytes(proof[:32]), int.from_bytes(proof[32:])
    signed = terminal_proof_bytes(challenge, auth_certificate)
    try:
        key.verify(encode_dss_signature(r, s), signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _day(bcd: bytes) -> date | None:
    digits = bcd.hex()
    if not _BCD.fullmatch(digits):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _key(point: bytes) -> EllipticCurvePublicKey | None:
    if point[0] not in (2, 3):
        return None
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        return None
