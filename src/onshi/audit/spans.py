"""Runs of the finder: each block's own at first, then a run in place of 256, and one in place of 256 of those.

A look-up looks into every run, so there must be few; and writing into one large table would touch a page of its own
for nearly every entry, which cost more than the check itself (docs/decisions/0012). A merge is done slice by slice of
the keys, each a short transaction: while it runs, checks wait for none longer than for each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_FAN_BITS = 8
_FAN = 1 << _FAN_BITS
_LEVEL_BITS = 56
_INDEX = (1 << _LEVEL_BITS) - 1
# Of a run in place of 256 blocks; a larger one has as many times more as it holds more.
_SLICES = 64
_KEYS = 1 << 64
_FIRST_KEY = -(1 << 63)


@dataclass(frozen=True, slots=True)
class Span:
    """A run: its number, how many slices were copied into it (-1: it was merged away), whether it is looked into."""

    span: int
    slices: int
    is_live: bool


@dataclass(frozen=True, slots=True)
class Merge:
    """256 runs, `children`, to become the run `into`; `slices` of `of` are done; None: it is yet to be started."""

    into: int
    children: tuple[int, ...]
    slices: int | None

    @property
    def of(self) -> int:
        """How many slices there are."""
        return _SLICES << _FAN_BITS * ((self.into >> _LEVEL_BITS) - 1)

    @property
    def keys(self) -> tuple[int, int]:
        """The first and the last key of the next slice."""
        size = _KEYS // self.of
        first = _FIRST_KEY + size * (self.slices or 0)
        return first, first + size - 1


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
    """Runs whose rows are in a larger one."""
    return [one.span for one in spans if one.slices < 0]


def next_merge(spans: Sequence[Span]) -> Merge | None:
    """The merge that is under way, else one that is due, else None."""
    for one in spans:
        if not one.is_live and one.slices >= 0:
            return Merge(one.span, children(one.span), one.slices)
    live = {one.span for one in spans if one.is_live}
    for span in sorted(live):
        if span & (_FAN - 1) == _FAN - 1:
            family = children(parent(span))
            # Block numbers begin with 1: the first run has no block 0.
            if all(child in live for child in family if child):
                return Merge(parent(span), family, None)
    return None
