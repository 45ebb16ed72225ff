"""BER objects as the 券面 applications hold them: a tag, a length, a value."""

from collections.abc import Sequence
from typing import NamedTuple


class Item(NamedTuple):
    """One object: its tag, its value, and the bytes it was read from."""

    tag: int
    value: bytes
    raw: bytes


def head(tag: int, length: int) -> bytes:
    """Tag and length."""
    name = tag.to_bytes(2 if tag > 0xFF else 1)
    if length < 0x80:
        return name + bytes((length,))
    size = 1 if length <= 0xFF else 2
    return name + bytes((0x80 | size,)) + length.to_bytes(size)


def tlv(tag: int, value: bytes) -> bytes:
    """One object."""
    return head(tag, len(value)) + value


def indexed(tag: int, table: int, parts: Sequence[bytes]) -> bytes:
    """An object that begins with a table of where each part begins, counted from the first byte of the file."""
    body = sum(map(len, parts))
    inner = len(tlv(table, bytes(2 * len(parts)))) + body
    place = len(head(tag, inner)) + inner - body
    places = []
    for part in parts:
        places.append(place.to_bytes(2))
        place += len(part)
    return tlv(tag, tlv(table, b"".join(places)) + b"".join(parts))


def size_of(raw: bytes) -> int | None:
    """How long the object is that begins here, head included; None when this is no head."""
    if len(raw) < 2:
        return None
    # A tag goes on while the low five bits, or the eighth bit of what follows, say so; two bytes are the longest here.
    start = 2 if raw[0] & 0x1F == 0x1F else 1
    if len(raw) <= start:
        return None
    first = raw[start]
    if first < 0x80:
        return start + 1 + first
    count = first & 0x7F
    if count not in (1, 2) or len(raw) < start + 1 + count:
        return None
    return start + 1 + count + int.from_bytes(raw[start + 1 : start + 1 + count])


def first_item(raw: bytes) -> Item | None:
    """The object at the beginning; None when it is none or is cut off."""
    size = size_of(raw)
    if size is None or len(raw) < size:
        return None
    tag_size = 2 if raw[0] & 0x1F == 0x1F else 1
    first = raw[tag_size]
    start = tag_size + 1 + (first & 0x7F if first >= 0x80 else 0)
    return Item(int.from_bytes(raw[:tag_size]), raw[start:size], raw[:size])


def items_in(value: bytes) -> tuple[Item, ...] | None:
    """Every object of a value; None when something else is between or behind them."""
    found = []
    while value:
        item = first_item(value)
        if item is None:
            return None
        found.append(item)
        value = value[len(item.raw) :]
    return tuple(found)


def items_of(raw: bytes, tag: int) -> tuple[Item, ...] | None:
    """What is inside the object with this tag at the beginning of a file; filler may follow it."""
    outer = first_item(raw)
    return items_in(outer.value) if outer is not None and outer.tag == tag else None
