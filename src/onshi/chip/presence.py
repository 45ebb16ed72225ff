"""What a card signs to show that it is at this desk now."""

from hashlib import sha256

_DOMAIN = b"onshi-presence-1"


def presence_digest(*, institution: str, terminal: str, purpose: str, mode: str, nonce: bytes) -> bytes:
    """The 32 bytes to be signed, bound to who asks, where, what for and how the holder was verified.

    Every field stands behind its length, so no two sets of fields give the same bytes.
    """
    fields = (_DOMAIN, institution.encode(), terminal.encode(), purpose.encode(), mode.encode(), nonce)
    return sha256(b"".join(len(field).to_bytes(4) + field for field in fields)).digest()
