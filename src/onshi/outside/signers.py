"""Signing keys in files: one P-256 key that signs, and every public key that ever did."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from onshi.audit import public_jwk
from onshi.kernel import Moment
from onshi.outside.errors import KeyExposed, KeyRingExists, KeyRingMissing, KeyUnreadable

_ES256 = ec.ECDSA(SHA256())
_OWNER_ONLY = 0o600


class FileSigner:
    """Signs with the P-256 private key of one PEM file (PKCS #8) that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self._key = private_key(path)
        self.jwk = public_jwk(self._key.public_key())
        self._kid = self.jwk["kid"]

    @property
    def kid(self) -> str:
        """The RFC 7638 thumbprint of the public key."""
        return self._kid

    def sign(self, data: bytes) -> bytes:
        """ES256: r and s, 32 bytes each."""
        r, s = decode_dss_signature(self._key.sign(data, _ES256))
        return r.to_bytes(32) + s.to_bytes(32)


@dataclass(frozen=True, slots=True)
class PublicKeyRecord:
    """A public key and when it signed: from `since` up to `until`, still now when that is None."""

    jwk: dict[str, str]
    since: Moment
    until: Moment | None


class KeyRing:
    """A directory of keys: `<kid>.pem` (private), `<kid>.jwk.json` (public, with its time), `current` (a kid).

    A key is complete on disk before `current` names it, and `current` changes in one step; so a crash at any
    point leaves a ring that signs, at worst with a spare key nobody used.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @classmethod
    def create(cls, directory: Path, *, at: Moment) -> "KeyRing":
        """A new ring with one key. KeyRingExists when there is one already."""
        ring = cls(directory)
        if ring._pointer.exists():
            raise KeyRingExists
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        ring._add_key(at)
        return ring

    def signer(self) -> FileSigner:
        """Signs with the current key."""
        return FileSigner(self._private(self._current()))

    def rotate(self, *, at: Moment) -> FileSigner:
        """A new key signs from `at` on. The public half of the old one stays; its private half is deleted."""
        self._current()
        fresh = self._add_key(at)
        # All others and not only the last: a crash may have left one that was never retired.
        for record in self.history():
            if record.until is None and record.jwk["kid"] != fresh.kid:
                self._retire(record, at)
        return fresh

    def history(self) -> list[PublicKeyRecord]:
        """Every public key, the oldest first."""
        self._current()
        found = [_record(path) for path in self.directory.glob("*.jwk.json")]
        return sorted(found, key=lambda record: (record.since, record.jwk["kid"]))

    def public_jwks(self) -> dict[str, list[dict[str, str]]]:
        """The JWK set (RFC 7517 §5) that verifies everything this ring ever signed."""
        return {"keys": [record.jwk for record in self.history()]}

    @property
    def _pointer(self) -> Path:
        return self.directory / "current"

    def _private(self, kid: str) -> Path:
        return self.directory / f"{kid}.pem"

    def _public(self, kid: str) -> Path:
        return self.directory / f"{kid}.jwk.json"

    def _current(self) -> str:
        try:
            return self._pointer.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise KeyRingMissing from None

    def _add_key(self, at: Moment) -> FileSigner:
        key = ec.generate_private_key(ec.SECP256R1())
        jwk = public_jwk(key.public_key())
        kid = jwk["kid"]
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(self._private(kid), pem)
        write_private(self._public(kid), msgspec.json.encode(PublicKeyRecord(jwk, at, None)))
        write_private(self._pointer, kid.encode("ascii"))
        return FileSigner(self._private(kid))

    def _retire(self, record: PublicKeyRecord, at: Moment) -> None:
        kid = record.jwk["kid"]
        write_private(self._public(kid), msgspec.json.encode(PublicKeyRecord(record.jwk, record.since, at)))
        self._private(kid).unlink(missing_ok=True)


def private_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The P-256 key of a PEM file that only its owner may read. KeyUnreadable, KeyExposed."""
    try:
        if path.stat().st_mode & 0o077:
            raise KeyExposed
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError:
        raise KeyUnreadable from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyUnreadable from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyUnreadable
    return key


def _record(path: Path) -> PublicKeyRecord:
    try:
        return msgspec.json.decode(path.read_bytes(), type=PublicKeyRecord)
    except msgspec.MsgspecError:
        raise KeyUnreadable from None


def write_private(path: Path, data: bytes) -> None:
    """The file, for its owner only, with all of `data` or as it was before: written beside, forced to disk, renamed."""
    draft = path.with_name(path.name + ".new")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
