"""Nonces that carry what they are bound to, so that giving one out writes nothing: only a used one is noted.

A nonce has 48 bytes: 16 random, 8 for the moment it ends, 8 of the digest of what it is bound to, and 16 of an
HMAC-SHA-256 over those. So one that we did not make, one made for somebody else and one that is too old are told apart
without asking the database; that it is used once is the database's part (`store.use`).
"""

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache

from onshi.kernel import Moment
from onshi.presence.model import Bound, Nonce, Outcome

LIFE = 60_000_000
RANDOM_LENGTH = 16
NONCE_LENGTH = 48
_BODY = 32
_KIND = b"onshi-nonce-1"


@dataclass(frozen=True, slots=True)
class NonceRead:
    """What a nonce says: `id` names it among those used, `refusal` says why it is not good."""

    id: bytes
    expires_at: Moment
    refusal: Outcome | None = None


def make_nonce(secret: bytes, bound: Bound, *, at: Moment, random: bytes) -> Nonce:
    """A nonce for `bound` that ends a minute after `at`; `random` are 16 fresh random bytes."""
    assert len(random) == RANDOM_LENGTH, "a nonce is told from others by 16 random bytes"
    expires_at = Moment(at + LIFE)
    body = random + expires_at.to_bytes(8) + _binding(bound)
    return Nonce(body + _mac(secret, body), expires_at)


def read_nonce(secret: bytes, value: bytes, bound: Bound, *, at: Moment) -> NonceRead:
    """Whether the nonce is ours, meant for `bound` and still good at `at`; whether it was used is not asked here."""
    if len(value) != NONCE_LENGTH or not hmac.compare_digest(value[_BODY:], _mac(secret, value[:_BODY])):
        return NonceRead(b"", Moment(0), Outcome.NONCE_MALFORMED)
    name, expires_at = value[:RANDOM_LENGTH], Moment(int.from_bytes(value[16:24]))
    if value[24:_BODY] != _binding(bound):
        return NonceRead(name, expires_at, Outcome.NONCE_OF_ANOTHER)
    return NonceRead(name, expires_at, Outcome.NONCE_EXPIRED if expires_at <= at else None)


def _mac(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, _KIND + body, "sha256")[:16]


@lru_cache(maxsize=4096)  # a desk asks again and again
def _binding(bound: Bound) -> bytes:
    fields = (bound.party, bound.terminal, bound.purpose.value, bound.mode.value)
    told = b"".join(len(part).to_bytes(4) + part for part in (field.encode() for field in fields))
    return hashlib.sha256(told).digest()[:8]
