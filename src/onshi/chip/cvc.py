"""Card-verifiable certificates: how a card names the key that signed its 券面 records.

Layout as read from cards (soltia48/myna-card): two key ids of 16 bytes and an RSA-2048 key, signed with PKCS #1 v1.5
and SHA-256. The numbers of real keys begin with 5, those of the official test cards with 6; ours begin with 9.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from onshi.chip.signing import SIGNATURE_BYTES, digest_info, is_signed
from onshi.chip.tlv import first_item, items_in, items_of, tlv

KEY_ID_BYTES = 16

_CERTIFICATE, _BODY, _SIGNATURE = 0x7F21, 0x5F4E, 0x5F37
_EXPONENT, _MODULUS = 0x90, 0x91
_NUMBER = re.compile(r"9[0-9]{6}")
_GROUP = re.compile(r"[0-9]{3}")


@dataclass(frozen=True, slots=True)
class RecordCertificate:
    """The certificate of a 券面 issuer, read. `issuer` and `subject` are key ids; `body` is what is signed."""

    issuer: bytes
    subject: bytes
    public_key: RSAPublicKey
    body: bytes
    signature: bytes


def key_id(number: str, group: str = "000") -> bytes:
    """The 16 bytes that name a key: seven digits that begin with 9, and three."""
    if not _NUMBER.fullmatch(number) or not _GROUP.fullmatch(group):
        raise ValueError("a key id of ours is seven digits that begin with 9, and three digits")
    return number.encode() + b"\x08\x05" + group.encode() + bytes(4)


def public_key_bytes(key: RSAPublicKey) -> bytes:
    """Exponent and modulus as the card holds them."""
    numbers = key.public_numbers()
    return tlv(_EXPONENT, numbers.e.to_bytes(3)) + tlv(_MODULUS, numbers.n.to_bytes(SIGNATURE_BYTES))


def parse_public_key(raw: bytes) -> RSAPublicKey | None:
    """The key in these bytes; None when they are no RSA-2048 key."""
    items = items_in(raw)
    if items is None or [item.tag for item in items] != [_EXPONENT, _MODULUS]:
        return None
    exponent, modulus = (int.from_bytes(item.value) for item in items)
    if modulus.bit_length() != 8 * SIGNATURE_BYTES:
        return None
    try:
        return RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        return None


def record_certificate(issuer: bytes, subject: bytes, key: RSAPublicKey, sign: Callable[[bytes], bytes]) -> bytes:
    """The certificate of `key`. `sign` is PKCS #1 v1.5 over exactly the bytes that it gets."""
    body = issuer + subject + public_key_bytes(key)
    signature = sign(digest_info(sha256(body).digest()))
    return tlv(_CERTIFICATE, tlv(_BODY, body) + tlv(_SIGNATURE, signature))


def parse_record_certificate(raw: bytes) -> RecordCertificate | None:
    """The certificate in these bytes, not verified; None when they are none."""
    items = items_of(raw, _CERTIFICATE)
    if items is None or [item.tag for item in items] != [_BODY, _SIGNATURE]:
        return None
    body, signature = (item.value for item in items)
    key = parse_public_key(body[2 * KEY_ID_BYTES :])
    if key is None:
        return None
    return RecordCertificate(body[:KEY_ID_BYTES], body[KEY_ID_BYTES : 2 * KEY_ID_BYTES], key, body, signature)


def is_certified(certificate: RecordCertificate, root: RSAPublicKey) -> bool:
    """Whether `root` signed it. The root must not come from the card."""
    return is_signed(root, certificate.signature, digest_info(sha256(certificate.body).digest()))


def subject_of(raw: bytes) -> bytes:
    """The key id of the subject, without reading the rest; empty when there is none."""
    outer = first_item(raw)
    body = first_item(outer.value) if outer else None
    return body.value[KEY_ID_BYTES : 2 * KEY_ID_BYTES] if body else b""
