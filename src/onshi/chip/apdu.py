"""Commands and responses as bytes (ISO/IEC 7816-4: cases 1 to 4, short and extended), and the status words."""

from dataclasses import dataclass, field
from enum import IntEnum

_SHORT_MAX = 256
_EXTENDED_MAX = 65_536
_TRIES_LEFT = 0x63C0


class Status(IntEnum):
    """The two bytes every response ends with. 63Cx (so many tries left) is made by `tries_status`."""

    OK = 0x9000
    NOT_PROVED = 0x6300  # an answer to a challenge that does not fit
    WRONG_LENGTH = 0x6700
    WRONG_FILE = 0x6981  # not the kind of file the command is for
    NOT_ALLOWED = 0x6982  # nothing has been shown that opens this
    BLOCKED = 0x6984
    CONDITIONS = 0x6985
    NOTHING_SELECTED = 0x6986
    WRONG_DATA = 0x6A80
    NOT_FOUND = 0x6A82
    WRONG_PARAMETERS = 0x6A86
    PAST_THE_END = 0x6B00
    UNKNOWN_INSTRUCTION = 0x6D00
    UNKNOWN_CLASS = 0x6E00


def tries_status(left: int) -> int:
    """63Cx: so many tries are left."""
    return _TRIES_LEFT | left


def tries_of(status: int) -> int | None:
    """How many tries a status word says are left; None for any other word."""
    return status & 0x0F if status & 0xFFF0 == _TRIES_LEFT else None


@dataclass(frozen=True, slots=True)
class Command:
    """What is asked of the card. `expected` is Le as a number of bytes, None where no answer is asked for.

    The data may be a PIN, so they are not shown.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    expected: int | None = None

    def __bytes__(self) -> bytes:
        """Short where that is enough, extended otherwise."""
        head = bytes((self.cla, self.ins, self.p1, self.p2))
        if len(self.data) < _SHORT_MAX and (self.expected or 0) <= _SHORT_MAX:
            length = bytes((len(self.data),)) if self.data else b""
            return head + length + self.data + _le(self.expected, size=1)
        if self.data:
            return head + b"\0" + len(self.data).to_bytes(2) + self.data + _le(self.expected, size=2)
        return head + b"\0" + _le(self.expected, size=2)


def _le(expected: int | None, *, size: int) -> bytes:
    # The largest length is written as zero.
    return b"" if expected is None else (expected % (1 << 8 * size)).to_bytes(size)


@dataclass(frozen=True, slots=True)
class Response:
    """What the card answers."""

    data: bytes = field(repr=False)
    status: int

    def __bytes__(self) -> bytes:
        return self.data + self.status.to_bytes(2)


def parse_command(raw: bytes) -> Command | None:
    """The command in these bytes; None when the lengths in it do not add up."""
    if len(raw) < 4:
        return None
    cla, ins, p1, p2 = raw[:4]
    body = raw[4:]
    if not body:
        return Command(cla, ins, p1, p2)
    found = _extended(body) if body[0] == 0 and len(body) > 1 else _short(body)
    if found is None:
        return None
    data, expected = found
    return Command(cla, ins, p1, p2, data, expected)


def _short(body: bytes) -> tuple[bytes, int | None] | None:
    if len(body) == 1:
        return b"", body[0] or _SHORT_MAX
    data, rest = body[1 : 1 + body[0]], body[1 + body[0] :]
    if len(data) != body[0] or len(rest) > 1:
        return None
    return data, (rest[0] or _SHORT_MAX) if rest else None


def _extended(body: bytes) -> tuple[bytes, int | None] | None:
    if len(body) < 3:
        return None
    length = int.from_bytes(body[1:3])
    if len(body) == 3:
        return b"", length or _EXTENDED_MAX
    data, rest = body[3 : 3 + length], body[3 + length :]
    if length == 0 or len(data) != length or len(rest) not in (0, 2):
        return None
    return data, (int.from_bytes(rest) or _EXTENDED_MAX) if rest else None


def parse_response(raw: bytes) -> Response | None:
    """The response in these bytes; None for fewer than the two of a status word."""
    if len(raw) < 2:
        return None
    return Response(raw[:-2], int.from_bytes(raw[-2:]))
