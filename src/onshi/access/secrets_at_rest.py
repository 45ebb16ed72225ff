"""Passwords as Argon2id hashes; secrets we must read again, sealed with AES-256-GCM."""

import base64
import hashlib
import hmac
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onshi.access.errors import FormTokenWrong, SecretUnreadable
from onshi.access.model import PasswordProof

_HASHER = PasswordHasher()  # the library's default is the second choice of RFC 9106 section 4: 64 MiB, 3 passes
_NONCE_BYTES = 12
PASSWORD_LENGTH_MAX = 128


def _plain(password: str) -> bytes:
    # The same password typed on another keyboard may arrive composed differently. One character more than any
    # password may have is enough to tell that it is wrong, however much is sent.
    return _bytes(unicodedata.normalize("NFKC", password[: PASSWORD_LENGTH_MAX + 1]))


def _bytes(text: str) -> bytes:
    # A lone surrogate, which JSON can carry, must be merely wrong and not crash.
    return text.encode("utf-8", "surrogatepass")


def _stand_in() -> str:
    cost = f"$argon2id$v=19$m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    salt, digest = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (_HASHER.salt_len, _HASHER.hash_len))
    return f"{cost}${salt}${digest}"


_STAND_IN = _stand_in()


def hash_password(password: str) -> str:
    """Argon2id with a random salt, in the encoded form that names its parameters. Takes tens of milliseconds."""
    return _HASHER.hash(_plain(password))


def prove_password(login: str, stored_hash: str | None, password: str) -> PasswordProof:
    """Compares, outside any transaction: it takes tens of milliseconds, on purpose.

    `stored_hash` comes from `password_hash_of`. Without one (unknown login, account without password)
    a stand-in is compared, so that the time tells nothing.
    """
    try:
        _HASHER.verify(stored_hash or _STAND_IN, _plain(password))
    except (VerificationError, InvalidHashError):
        return PasswordProof(login, None)
    outdated = stored_hash is not None and _HASHER.check_needs_rehash(stored_hash)
    return PasswordProof(login, stored_hash, hash_password(password) if outdated else None)


def seal(key: bytes, secret: bytes, context: str) -> bytes:
    """`secret` encrypted under the 32 bytes of `key`; opens only with the same key and `context`."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """The secret inside; raises `SecretUnreadable`."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise SecretUnreadable from error


def session_id(token: str) -> bytes:
    """How a session is stored: a token is 256 random bits, so one plain SHA-256 is enough."""
    return hashlib.sha256(_bytes(token)).digest()


def form_token(token: str) -> str:
    """The token for the forms of a session, derived from its secret: nothing to store, nothing to guess."""
    return hmac.digest(_bytes(token), b"onshi form token", "sha256").hex()


def check_form_token(token: str, given: str) -> None:
    """Raises `FormTokenWrong` unless a form came from the session with this token; compared in constant time."""
    if not hmac.compare_digest(form_token(token).encode(), _bytes(given)):
        raise FormTokenWrong
