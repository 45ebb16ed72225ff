"""Builders with safe defaults: an invented clinic, its software, its staff."""

import base64
import functools
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from onshi import access
from onshi.access.totp import code_of, step_of
from onshi.db import Tx
from onshi.kernel import Moment, parse_moment

NOW = parse_moment("2026-11-02T09:00:00")
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
ISSUER = "https://onshi.example"
ENDPOINT = "https://onshi.example/token"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CLINIC = "institution:1312345678"
INSURER = "insurer:06139992"
CLIENT = "clinic-software"
PASSWORD = "correct horse battery"
SEAL_KEY = bytes(range(32))
BY = "local:cli"


class Signer:
    """A server key that lives for one test."""

    def __init__(self, number: int) -> None:
        self._key = ec.derive_private_key(number, ec.SECP256R1())
        numbers = self._key.public_key().public_numbers()
        x, y = (base64.urlsafe_b64encode(part.to_bytes(32)).decode().rstrip("=") for part in (numbers.x, numbers.y))
        self.jwk: dict[str, object] = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
        self.kid = hashlib.sha256(json.dumps(self.jwk, sort_keys=True).encode()).hexdigest()[:16]
        self.jwk["kid"] = self.kid

    def sign(self, data: bytes) -> bytes:
        r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)


SERVER = Signer(20_190_903)


def server_keys() -> dict[str, object]:
    return {"keys": [SERVER.jwk]}


@functools.cache
def client_key(kind: str = "P-256", name: str = "k1") -> Key:
    """A private key of the client's own, made by another library than ours."""
    if kind == "RSA":
        return RSAKey.generate_key(2048, {"kid": name})
    return ECKey.generate_key(kind, {"kid": name})


def public(*keys: Key) -> dict[str, object]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


def assertion(
    *, key: Key | None = None, alg: str = "ES256", header: dict[str, Any] | None = None, **changes: object
) -> str:
    """A good assertion, save for what is changed; a change to None leaves the claim out."""
    signing = key or client_key()
    claims = {
        "iss": CLIENT,
        "sub": CLIENT,
        "aud": ENDPOINT,
        "exp": NOW // SECOND + 240,
        "iat": NOW // SECOND,
        "jti": "one",
    }
    kept = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": signing.kid} | (header or {}), kept, signing, algorithms=[alg])


def form(client_assertion: str | None = None, **changes: str) -> dict[str, str]:
    """A good token request, save for what is changed."""
    good = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": client_assertion or assertion(),
    }
    return good | changes


def clinic(**changes: Any) -> access.Party:
    values = {"kind": access.PartyKind.INSTITUTION, "code": "1312345678", "name": "見本内科", "municipality": "131016"}
    return access.Party(**(values | changes))


def insurer() -> access.Party:
    return access.Party(access.PartyKind.INSURER, "06139992", "見本健康保険組合")


def enrol_clinic(tx: Tx, *, keys: dict[str, object] | None = None, **changes: Any) -> None:
    """The clinic, its client and an insurer."""
    access.register_parties(tx, [clinic(**changes), insurer()], by=BY)
    access.register_client(
        tx,
        CLINIC,
        name="見本レセコン",
        jwks=keys or public(client_key()),
        scopes=["check", "disclose"],
        at=NOW,
        by=BY,
        client_id=CLIENT,
    )


def token(tx: Tx, *, at: Moment = NOW, **changes: str) -> access.Granted:
    return access.exchange(tx, form(**changes), at=at, audience=ENDPOINT, issuer=ISSUER, signer=SERVER)


def enrol_staff(
    tx: Tx, *, login: str = "uketsuke", password: str | None = PASSWORD, party: str = CLINIC
) -> access.Enrolled:
    roles = [access.Role.RECEPTION] if party == CLINIC else [access.Role.INSURER_CLERK]
    return access.register_staff(
        tx,
        party,
        login=login,
        roles=roles,
        password=password,
        key=SEAL_KEY,
        at=NOW,
        by=BY,
        staff_id=f"s-{login.strip().lower()}",
    )


def code(enrolled: access.Enrolled, at: Moment) -> str:
    """What the authenticator app shows, from the address in its QR code."""
    secret = parse_qs(urlsplit(enrolled.totp_uri).query)["secret"][0]
    return code_of(base64.b32decode(secret), step_of(at))


def sign_in(
    tx: Tx, login: str, password: str, shown: str | None, *, at: Moment = NOW
) -> access.SignedIn | access.NeedsCode | access.NotSignedIn:
    proof = access.prove_password(login, access.password_hash_of(tx, login), password)
    return access.sign_in(tx, proof, shown, at=at, key=SEAL_KEY)
