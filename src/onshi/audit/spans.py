"""Runs of the finder: each block's own at first, then a run in place of 16, and one in place of 16 of those.

A look-up looks into every run, so there must be few; and writing into one large table would touch a page of its own
for nearly every entry, which cost more than the check itself (docs/decisions/0012). A run is kept in pieces of some
finds, because a row for each find cost ten times as much. A merge is done in steps of about as many finds as a few
blocks have, each a short transaction: while it runs, checks wait for none longer than for each other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onshi.audit.packing import FIND_SIZE, Find

_FAN_BITS = 4
_FAN = 1 << _FAN_BITS
_LEVEL_BITS = 56
_INDEX = (1 << _LEVEL_BITS) - 1
# A row of PostgreSQL beyond 2 kB is stored in two places, and of these two fit a page of SQLite.
PIECE_FINDS = 80


@dataclass(frozen=True, slots=True)
class Span:
    """A run: its number, whether it is looked into, and up to which find it is made (None: it is made, or merged
    away since)."""

    span: int
    is_live: bool
    upto: Find | None


@dataclass(frozen=True, slots=True)
class Merge:
    """Runs, `children`, to become the run `into`, made so far up to the find `upto`; None: it is yet to be started."""

    into: int
    children: tuple[int, ...]
    upto: Find | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next finds of a run, in order, and whether there are more behind them."""

    finds: Sequence[Find]
    is_more: bool


def span_of_block(number: int) -> int:
    """The run that a block's finds make."""
    return number


def parent(span: int) -> int:
    """The run that will hold this one."""
    level, index = span >> _LEVEL_BITS, span & _INDEX
    return (level + 1 << _LEVEL_BITS) | index >> _FAN_BITS


def children(span: int) -> tuple[int, ...]:
    """The runs that make up this one."""
    level, index = span >> _LEVEL_BITS, span & _INDEX
    first = (level - 1 << _LEVEL_BITS) | index << _FAN_BITS
    return tuple(range(first, first + _FAN))


def dead(spans: Sequence[Span]) -> list[int]:
    """Runs whose finds are in a larger one."""
    return [one.span for one in spans if not one.is_live and one.upto is None]


def next_merge(spans: Sequence[Span]) -> Merge | None:
    """The merge that is under way, else one that is due, else None."""
    for one in spans:
        if one.upto is not None:
            return Merge(one.span, children(one.span), one.upto)
    live = {one.span for one in spans if one.is_live}
    for span in sorted(live):
        if span & (_FAN - 1) == _FAN - 1:
            family = children(parent(span))
            # Block numbers begin with 1: the first run has no block 0.
            if all(child in live for child in family if child):
                return Merge(parent(span), family, None)
    return None


def next_finds(ahead: Sequence[Ahead]) -> tuple[list[Find], bool]:
    """What comes next in the run made of these, in order, and whether that is all: nothing may be passed over that is
    behind what was read of a run."""
    known_upto = min((one.finds[-1] for one in ahead if one.is_more), default=None)
    finds = (find for one in ahead for find in one.finds)
    if known_upto is None:
        return sorted(finds), True
    return sorted(find for find in finds if find <= known_upto), False


def pieces(finds: Sequence[Find]) -> Iterator[tuple[Find, bytes]]:
    """Finds in order as they are kept: the first of each piece, and the piece."""
    for start in range(0, len(finds), PIECE_FINDS):
        yield finds[start], b"".join(finds[start : start + PIECE_FINDS])


def finds_in(piece: bytes) -> list[Find]:
    """The finds of a piece, in order."""
    return [piece[start : start + FIND_SIZE] for start in range(0, len(piece), FIND_SIZE)]
