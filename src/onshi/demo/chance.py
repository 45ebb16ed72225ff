"""Chance without a stream: splitmix64 of (seed, kind, number), once in Python and once for whole columns.

Polars multiplies and adds UInt64 columns modulo 2**64, which is what splitmix64 asks for; a test
holds the two forms against each other. Division by a power of two stands for the right shift.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256

import polars as pl

_GAMMA = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_MASK = (1 << 64) - 1


def mix(value: int) -> int:
    """The output function of splitmix64."""
    value = ((value ^ (value >> 30)) * _FIRST) & _MASK
    value = ((value ^ (value >> 27)) * _SECOND) & _MASK
    return value ^ (value >> 31)


@cache
def _base(seed: int, kind: str) -> int:
    return mix((seed ^ int.from_bytes(sha256(kind.encode()).digest()[:8], "big")) & _MASK)


def _word(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


def _mix_column(value: pl.Expr) -> pl.Expr:
    value = (value ^ (value // _word(1 << 30))) * _word(_FIRST)
    value = (value ^ (value // _word(1 << 27))) * _word(_SECOND)
    return value ^ (value // _word(1 << 31))


@dataclass(frozen=True, slots=True)
class Chance:
    """Every throw of one country. The same (seed, kind, number) gives the same 64 bits, anywhere."""

    seed: int

    def bits(self, kind: str, number: int) -> int:
        """64 even bits."""
        return mix((_base(self.seed, kind) + number * _GAMMA) & _MASK)

    def below(self, kind: str, number: int, limit: int) -> int:
        """An integer from 0 up to, not including, `limit` (small against 2**64)."""
        return self.bits(kind, number) % limit

    def bits_of(self, kind: str, number: pl.Expr) -> pl.Expr:
        """`bits` for a column of whole numbers, as UInt64."""
        return _mix_column(number.cast(pl.UInt64) * _word(_GAMMA) + _word(_base(self.seed, kind)))

    def below_of(self, kind: str, number: pl.Expr, limit: int | pl.Expr) -> pl.Expr:
        """`below` for a column, as Int64."""
        bound = limit.cast(pl.UInt64) if isinstance(limit, pl.Expr) else _word(limit)
        return (self.bits_of(kind, number) % bound).cast(pl.Int64)

    def happens(self, kind: str, number: pl.Expr, per_mille: int | pl.Expr) -> pl.Expr:
        """True for `per_mille` of a thousand numbers."""
        return self.below_of(kind, number, 1000) < per_mille
