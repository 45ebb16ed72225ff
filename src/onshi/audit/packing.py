"""The entries of a batch as one value, and the keys under which they are found again.

The value is MessagePack: for each entry a list of seq, at, actor, action, subject, object, outcome, leaf, digest.
Each says its own place and moment, so that one that was taken out, put in or moved is named.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import Any, TypeAlias

import msgspec

from onshi.audit.model import Act, Entry, Recorded
from onshi.kernel import Moment

# Where something is found: key, moment and batch, 8 bytes each, so that bytes sort as the numbers do.
Find: TypeAlias = bytes

_FIND = Struct(">QQQ")
FIND_SIZE = _FIND.size
_ALL = (1 << 64) - 1
_WIDTH = 9


class _Written(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """What the finder needs of an entry, as we write it."""

    seq: int
    at: int
    actor: str
    action: str
    subject: int | None
    object: str | None
    outcome: str | None
    leaf: bytes
    digest: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode
_decode_written = msgspec.msgpack.Decoder(list[_Written]).decode
_decode_acts = msgspec.msgpack.Decoder(list[Act]).decode


def packed_entries(at: Moment, entries: Sequence[Entry], digests: Sequence[bytes]) -> bytes:
    """The entries of one moment with their digests, in the order of `seq`."""
    return _encode(
        [
            (seq, at, entry.actor, entry.action, entry.subject, entry.object, entry.outcome, entry.leaf, digest)
            for seq, (entry, digest) in enumerate(zip(entries, digests, strict=True))
        ]
    )


def unpacked_entries(batch: int, packed: bytes) -> list[Recorded]:
    """The reverse, in the order of `seq`. Values are given as they stand, whatever their type; what is no entry at
    all is left out (its place is then missing)."""
    try:
        rows: Any = _decode(packed)
    except (msgspec.DecodeError, TypeError, ValueError):
        return []
    if not isinstance(rows, list):
        return []
    found = [_recorded(batch, row) for row in rows if isinstance(row, list) and len(row) == _WIDTH]
    return sorted(found, key=lambda one: one.seq if isinstance(one.seq, int) else -1)


def _recorded(batch: int, row: Sequence[Any]) -> Recorded:
    seq, at, actor, action, subject, thing, outcome, leaf, digest = row
    return Recorded(batch, seq, at, Entry(actor, action, outcome, leaf, subject, thing), digest)


def unpacked_acts(packed: bytes) -> list[Act]:
    """What the entries say, in the order of `seq`. ValueError for what is no list of entries as we write them."""
    try:
        return _decode_acts(packed)
    except msgspec.MsgspecError as error:
        raise ValueError("no entries of the audit log") from error


def find(key: int, at: int, batch: int) -> Find:
    """Where entries under this key, of this moment, are: in this batch. Any number has a place, a forged one too."""
    return _FIND.pack(key & _ALL, at & _ALL, batch & _ALL)


def finds_between(key: int, since: int | None, until: int | None) -> tuple[Find, Find]:
    """The least and the greatest find under this key, at least `since` and before `until`."""
    return find(key, since or 0, 0), find(key, _ALL if until is None else until - 1, _ALL)


def place_of(found: Find) -> tuple[Moment, int]:
    """Moment and batch of a find."""
    _, at, batch = _FIND.unpack(found)
    return Moment(at), batch


def subject_key(subject: int) -> int:
    """Where entries about this subject are found."""
    return subject


@lru_cache(maxsize=65536)
def actor_key(actor: str) -> int:
    """Where entries by this actor are found; two may share a key, and a subject too."""
    return int.from_bytes(sha256(actor.encode()).digest()[:8])


def finds_of(batch: int, packed: bytes) -> set[Find]:
    """A find for everyone whom these entries name. What is no entry as we write them names nobody: sealing must go on
    beside it, and verification says where it is."""
    try:
        rows = _decode_written(packed)
    except msgspec.MsgspecError:
        return set()
    by_actor = {find(actor_key(row.actor), row.at, batch) for row in rows}
    return by_actor | {find(subject_key(row.subject), row.at, batch) for row in rows if row.subject is not None}
