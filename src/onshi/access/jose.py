"""Compact JWS and public JWKs, read strictly: one byte string has one meaning or none (RFC 7515, 7517, 7518).

Strict base64url matters: a lenient reader takes several spellings of one signature, so an altered
token would still be accepted.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from onshi.access.errors import KeyRefused

PublicKey: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

_HASHES: dict[str, type[SHA256] | type[SHA384]] = {"ES256": SHA256, "ES384": SHA384, "RS256": SHA256, "RS384": SHA384}
ALGORITHMS = frozenset(_HASHES)
_CURVES: dict[str, tuple[ec.EllipticCurve, int, str]] = {
    "P-256": (ec.SECP256R1(), 32, "ES256"),
    "P-384": (ec.SECP384R1(), 48, "ES384"),
}
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_KEYS_MAX = 16


class TokenSigner(Protocol):
    """The server's signing key: ES256, so a signature is r and s as 64 bytes (RFC 7518 section 3.4)."""

    @property
    def kid(self) -> str:
        """Names the key in the server's JWK Set."""

    def sign(self, data: bytes) -> bytes:
        """64 bytes over SHA-256 of `data`."""


@dataclass(frozen=True, slots=True)
class Compact:
    """A JWS that was read but not yet verified; `signed` is the signing input."""

    header: Mapping[str, object]
    claims: Mapping[str, object]
    signed: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key, its name and the algorithms it may verify."""

    kid: str
    algorithms: frozenset[str]
    key: PublicKey


def b64url(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_b64url(text: bytes) -> bytes:
    """The bytes of which `text` is *the* base64url; ValueError for any other spelling."""
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if base64.urlsafe_b64encode(data).rstrip(b"=") != text:
        raise ValueError("not the canonical base64url")
    return data


def _no_constant(_: str) -> NoReturn:
    raise ValueError("not JSON")


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is there twice")
    return found


def _json_object(data: bytes) -> dict[str, object]:
    try:
        found = json.loads(data.decode(), parse_constant=_no_constant, object_pairs_hook=_distinct)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")
    return found


def read_compact(text: bytes) -> Compact:
    """Takes a compact JWS with JSON claims apart; ValueError when it is none or has critical extensions."""
    signed, dot, signature = text.rpartition(b".")
    header, middle, claims = signed.partition(b".")
    if not dot or not middle or b"." in claims:
        raise ValueError("a compact JWS has three parts")
    parsed = Compact(
        _json_object(from_b64url(header)), _json_object(from_b64url(claims)), signed, from_b64url(signature)
    )
    if "crit" in parsed.header:
        raise ValueError("no critical extension is understood")
    return parsed


def write_compact(claims: Mapping[str, object], *, typ: str, signer: TokenSigner) -> str:
    """A compact ES256 JWS over `claims`."""
    header = {"alg": "ES256", "kid": signer.kid, "typ": typ}
    parts = (json.dumps(part, separators=(",", ":"), sort_keys=True).encode() for part in (header, claims))
    signed = ".".join(b64url(part) for part in parts)
    return f"{signed}.{b64url(signer.sign(signed.encode()))}"


def verifies(compact: Compact, key: PublicKey, algorithm: str) -> bool:
    """Whether `key` made the signature with `algorithm`, which must be one of `ALGORITHMS` and fit the key."""
    digest = _HASHES[algorithm]()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(compact.signature, compact.signed, padding.PKCS1v15(), digest)
            return True
        half = (key.curve.key_size + 7) // 8
        if len(compact.signature) != 2 * half:
            return False
        r, s = (int.from_bytes(part) for part in (compact.signature[:half], compact.signature[half:]))
        key.verify(encode_dss_signature(r, s), compact.signed, ec.ECDSA(digest))
    except InvalidSignature:
        return False
    return True


def number_claim(claims: Mapping[str, object], name: str) -> int | None:
    """A NumericDate as µs since 1970, None when absent; ValueError when it is no sensible number."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a NumericDate")
    if not abs(value) < 2**40:
        raise ValueError("not a moment anybody means")
    return round(value * 1_000_000)


def _unsigned(jwk: Mapping[str, object], member: str, size: int | None = None) -> int:
    value = jwk.get(member)
    if not isinstance(value, str):
        raise ValueError("a member is missing")
    data = from_b64url(value.encode())
    if size is not None and len(data) != size:
        raise ValueError("a coordinate has the wrong length")
    return int.from_bytes(data)


def _thumbprint(jwk: Mapping[str, object], members: Sequence[str]) -> str:
    canonical = json.dumps({member: jwk[member] for member in sorted(members)}, separators=(",", ":"))
    return b64url(hashlib.sha256(canonical.encode()).digest())


def _ec_key(jwk: Mapping[str, object], curve_name: str) -> tuple[frozenset[str], PublicKey]:
    curve, size, algorithm = _CURVES[curve_name]
    numbers = ec.EllipticCurvePublicNumbers(_unsigned(jwk, "x", size), _unsigned(jwk, "y", size), curve)
    return frozenset({algorithm}), numbers.public_key()


def _rsa_key(jwk: Mapping[str, object]) -> tuple[frozenset[str], PublicKey]:
    modulus, exponent = _unsigned(jwk, "n"), _unsigned(jwk, "e")
    # The upper bounds guard ourselves: a giant key makes every verification slow.
    if not 2048 <= modulus.bit_length() <= 8192 or exponent.bit_length() > 32:
        raise KeyRefused(reason="wrong-size")
    return frozenset({"RS256", "RS384"}), rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _public_key(jwk: Mapping[str, object]) -> tuple[list[str], frozenset[str], PublicKey]:
    curve = jwk.get("crv")
    try:
        if jwk.get("kty") == "EC" and isinstance(curve, str) and curve in _CURVES:
            return ["crv", "kty", "x", "y"], *_ec_key(jwk, curve)
        if jwk.get("kty") == "RSA":
            return ["e", "kty", "n"], *_rsa_key(jwk)
    except ValueError as error:
        raise KeyRefused(reason="malformed") from error
    raise KeyRefused(reason="unknown-type")


def _read_key(jwk: object) -> tuple[dict[str, object], VerificationKey]:
    if not isinstance(jwk, dict):
        raise KeyRefused(reason="not-an-object")
    if _PRIVATE_MEMBERS & jwk.keys():
        raise KeyRefused(reason="private-parts")
    if jwk.get("use", "sig") != "sig":
        raise KeyRefused(reason="not-for-signing")
    members, algorithms, key = _public_key(jwk)
    if "alg" in jwk:
        algorithms = frozenset(algorithm for algorithm in algorithms if algorithm == jwk["alg"])
        if not algorithms:
            raise KeyRefused(reason="wrong-algorithm")
    kid = jwk.get("kid") or _thumbprint(jwk, members)
    if not isinstance(kid, str) or len(kid) > 128:
        raise KeyRefused(reason="wrong-kid")
    kept = {member: jwk[member] for member in [*members, "alg"] if member in jwk}
    return kept | {"kid": kid, "use": "sig"}, VerificationKey(kid, algorithms, key)


def read_keys(jwks: Mapping[str, object]) -> tuple[dict[str, object], tuple[VerificationKey, ...]]:
    """The JWK Set as it is stored (known public members only, each key with a `kid`) and its keys.

    A key without a `kid` gets its RFC 7638 thumbprint. Raises `KeyRefused` with the reason.
    """
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not 1 <= len(keys) <= _KEYS_MAX:
        raise KeyRefused(reason="wrong-number")
    read = [_read_key(jwk) for jwk in keys]
    if len({key.kid for _, key in read}) != len(read):
        raise KeyRefused(reason="kid-twice")
    return {"keys": [jwk for jwk, _ in read]}, tuple(key for _, key in read)
