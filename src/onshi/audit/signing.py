"""Signatures: the Signer this room calls, and how what it made is checked."""

import contextlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

PublicKey = ec.EllipticCurvePublicKey
_ES256 = ec.ECDSA(SHA256())
_SIZE = 32
_NOT_BASE64URL = "not base64url as RFC 7515 writes it"


class Signer(Protocol):
    """Who signs for onshi. `kid` is the RFC 7638 thumbprint of the public key."""

    @property
    def kid(self) -> str:
        """The name of the key."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The ES256 signature of `data` as RFC 7518 §3.4 writes it: r and s, 32 bytes each."""
        ...


def unpadded(data: bytes) -> str:
    """base64url without padding (RFC 7515 §2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def from_unpadded(text: str) -> bytes:
    """The reverse of `unpadded`; ValueError for anything it would not have written."""
    try:
        data = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        raise ValueError(_NOT_BASE64URL) from None
    if unpadded(data) != text:
        raise ValueError(_NOT_BASE64URL)
    return data


def public_jwk(key: PublicKey) -> dict[str, str]:
    """The public key as a JWK, its thumbprint as `kid`."""
    numbers = key.public_numbers()
    point = {"x": unpadded(numbers.x.to_bytes(_SIZE)), "y": unpadded(numbers.y.to_bytes(_SIZE))}
    required = {"crv": "P-256", "kty": "EC", **point}
    return {**required, "kid": thumbprint(required), "alg": "ES256", "use": "sig"}


def thumbprint(jwk: Mapping[str, str]) -> str:
    """RFC 7638: SHA-256 over the required members in their order."""
    required = {name: jwk.get(name, "") for name in ("crv", "kty", "x", "y")}
    return unpadded(sha256(json.dumps(required, separators=(",", ":")).encode()).digest())


def public_key(jwk: Mapping[str, str]) -> PublicKey:
    """The key of an EC P-256 JWK; ValueError for any other kind."""
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise ValueError("only EC P-256 keys are read")
    x, y = (int.from_bytes(from_unpadded(jwk.get(name, ""))) for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def public_keys(jwks: Iterable[Mapping[str, str]]) -> dict[str, PublicKey]:
    """The P-256 keys of a key set by `kid`; the name is computed, not believed. Other keys are left out."""
    found: dict[str, PublicKey] = {}
    for jwk in jwks:
        with contextlib.suppress(ValueError):
            found[thumbprint(jwk)] = public_key(jwk)
    return found


def verify_signature(key: PublicKey, data: bytes, signature: bytes) -> bool:
    """Whether `signature` is ES256 over `data` by `key`."""
    if len(signature) != 2 * _SIZE:
        return False
    r, s = int.from_bytes(signature[:_SIZE]), int.from_bytes(signature[_SIZE:])
    try:
        key.verify(encode_dss_signature(r, s), data, _ES256)
    except InvalidSignature:
        return False
    return True
