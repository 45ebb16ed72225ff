"""What is hashed and signed, byte for byte.

Every structure begins with the leaf prefix and a tag of its own, so that none can pose as another.
Integers are big endian (8 bytes), a text is its length in UTF-8 bytes (2) and those bytes, an absent
text has length 0xFFFF, an absent subject is a zero byte instead of a one and the number.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from struct import Struct

from onshi.audit.model import Block, Entry, Head
from onshi.kernel import Moment

_ENTRY = Struct(">4sqqq")
_BATCH = Struct(">4sqqq32s")
_BLOCK = Struct(">4sqq32sqq32s")
_MEMBER = Struct(">q32s")
_ABSENT = b"\xff\xff"
_TEXT_LIMIT = 0xFFFE
MEMBER_SIZE = _MEMBER.size


def _new_text(value: str) -> bytes:
    data = value.encode()
    if len(data) > _TEXT_LIMIT:
        raise ValueError("a text of the audit log has at most 65,534 bytes")
    return len(data).to_bytes(2) + data


# Actors, actions and outcomes come again and again; an object, the note of a check above all, hardly ever does.
_text = lru_cache(maxsize=65536)(_new_text)


def _subject(value: int | None) -> bytes:
    return b"\x00" if value is None else b"\x01" + value.to_bytes(8, signed=True)


def entry_digest(batch: int, seq: int, at: Moment, entry: Entry) -> bytes:
    """SHA-256 over every column of an entry but the digest."""
    place = _ENTRY.pack(b"\x00E01", batch, seq, at)
    actor, action, outcome, thing = entry.actor, entry.action, entry.outcome, entry.object
    return sha256(
        b"".join(
            (
                place,
                _text(actor),
                _text(action),
                _subject(entry.subject),
                _ABSENT if thing is None else _new_text(thing),
                _ABSENT if outcome is None else _text(outcome),
                entry.leaf,
            )
        )
    ).digest()


def entry_digests(batch: int, at: Moment, entries: Sequence[Entry]) -> list[bytes]:
    """The digests of a whole batch, in order."""
    return [entry_digest(batch, seq, at, entry) for seq, entry in enumerate(entries)]


def batch_leaf(batch: int, at: Moment, entries: int, root: bytes) -> bytes:
    """What stands for a batch in its block's tree."""
    return sha256(_BATCH.pack(b"\x00B01", batch, at, entries, root)).digest()


def packed_members(members: Sequence[tuple[int, bytes]]) -> bytes:
    """Batch ids and leaves as a block keeps them."""
    return b"".join(_MEMBER.pack(batch, leaf) for batch, leaf in members)


def members_of(packed: bytes) -> list[tuple[int, bytes]]:
    """The reverse of `packed_members`; bytes over at the end are left out (the root then disagrees)."""
    whole = len(packed) // MEMBER_SIZE * MEMBER_SIZE
    return list(_MEMBER.iter_unpack(packed[:whole]))


def block_hash(block: Block) -> bytes:
    """SHA-256 over what a block says. Its members are in it through the root."""
    fixed = _BLOCK.pack(b"\x00K01", block.number, block.at, block.previous, block.batches, block.entries, block.root)
    return sha256(fixed + _text(block.kid)).digest()


def signed_bytes(head: Head) -> bytes:
    """What a block's signature is over: number, moment, key and hash. A head can be checked without its block.

    The zero byte in the tag keeps it apart from the JWS texts the same key signs.
    """
    numbers = head.number.to_bytes(8, signed=True) + head.at.to_bytes(8, signed=True)
    return b"onshi-audit-head\x00" + numbers + _text(head.kid) + head.hash
