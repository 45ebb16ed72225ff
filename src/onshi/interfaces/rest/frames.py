"""What the server and its checker say to each other: frames of MessagePack, each behind its length (4 bytes)."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec

from onshi.db import DatabaseBusy
from onshi.eligibility import Asker, Query
from onshi.interfaces.rest.logs import Fault, fault_of

_LENGTH = 4


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The checker can be asked."""


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """One outcome for each question of a frame, by its number (they count from 0): a body, a fault, or None, the
    database being busy."""

    frame: int
    outcomes: list[bytes | Fault | None]


class Counted(msgspec.Struct, frozen=True, tag="counted"):
    """A transaction of checks: answers by kind, and how long it took."""

    kinds: dict[str, int]
    micros: int


Told: TypeAlias = Ready | Answered | Counted
Asked: TypeAlias = tuple[Query, Asker, str | None]

_encode = msgspec.msgpack.Encoder().encode
read_told = msgspec.msgpack.Decoder(Told).decode
read_asked = msgspec.msgpack.Decoder(list[Asked]).decode


def framed(message: Told | Sequence[Asked]) -> bytes:
    """The message as it goes over the wire."""
    body = _encode(message)
    return len(body).to_bytes(_LENGTH) + body


class Cutter:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def cut(self, data: bytes) -> Iterator[bytes]:
        """The frames that are whole with this piece of the stream."""
        self._rest += data
        start = 0
        while len(self._rest) - start >= _LENGTH:
            end = start + _LENGTH + int.from_bytes(self._rest[start : start + _LENGTH])
            if end > len(self._rest):
                break
            yield bytes(self._rest[start + _LENGTH : end])
            start = end
        del self._rest[:start]


def told_outcome(outcome: bytes | Exception) -> bytes | Fault | None:
    """An outcome as it goes over the wire."""
    if isinstance(outcome, bytes):
        return outcome
    return None if isinstance(outcome, DatabaseBusy) else fault_of(outcome)
