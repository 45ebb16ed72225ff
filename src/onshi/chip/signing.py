"""RSA as the card does it: six schemes for its holder's keys, and the structure around a hash."""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

SIGNATURE_BYTES = 256
HASH_BYTES = 32
SCHEMES = range(6)
"""P1: 0 bytes as given · 1 bare hash, 2 DigestInfo over a hash, 3 card hashes · 4 PSS over a hash, 5 card hashes."""

_PSS = PSS(MGF1(SHA256()), HASH_BYTES)
# What PKCS #1 v1.5 leaves of 256 bytes.
_VERBATIM_MAX = 245
# AlgorithmIdentifier of SHA-256 without parameters' value: the middle of every DigestInfo (RFC 8017 §9.2).
_SHA256_ALGORITHM = bytes.fromhex("300D06096086480165030402010500")


def digest_info(digest: bytes) -> bytes:
    """The DigestInfo of one SHA-256 hash, or of the three that the face record joins in one."""
    value = _SHA256_ALGORITHM + bytes((0x04, len(digest))) + digest
    return bytes((0x30, len(value))) + value


def sign_verbatim(key: RSAPrivateKey, payload: bytes) -> bytes:
    """PKCS #1 v1.5 with exactly these bytes inside."""
    return key.sign(payload, PKCS1v15(), NoDigestInfo())


def sign_with_scheme(key: RSAPrivateKey, scheme: int, data: bytes) -> bytes | None:
    """The signature; None when the data do not have a length that the scheme takes."""
    if not _fits(scheme, len(data)):
        return None
    match scheme:
        case 0:
            return sign_verbatim(key, data)
        case 1:
            return sign_verbatim(key, sha256(data).digest())
        case 2:
            return key.sign(data, PKCS1v15(), Prehashed(SHA256()))
        case 3:
            return key.sign(data, PKCS1v15(), SHA256())
        case 4:
            return key.sign(data, _PSS, Prehashed(SHA256()))
        case _:
            return key.sign(data, _PSS, SHA256())


def _fits(scheme: int, length: int) -> bool:
    if scheme == 0:
        return 1 <= length <= _VERBATIM_MAX
    if scheme in (2, 4):
        return length == HASH_BYTES
    return length >= 1


def is_signed(key: RSAPublicKey, signature: bytes, payload: bytes) -> bool:
    """Whether exactly `payload` stands inside a PKCS #1 v1.5 signature."""
    try:
        return key.recover_data_from_signature(signature, PKCS1v15(), NoDigestInfo()) == payload
    except InvalidSignature:
        return False
