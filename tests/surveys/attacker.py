"""Somebody with all that is told and linear algebra."""

from collections.abc import Collection, Iterable
from fractions import Fraction

Cell = tuple[str, ...]
"""An addressee and what its people answered: a number of people that nobody outside knows."""
Vector = list[Fraction]


class Attacker:
    """Learns sums of cells, and works out every sum that follows from them: the row space of all that was learnt."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._cells = list(cells)
        self._basis: list[tuple[int, Vector]] = []

    def learn(self, cells: Collection[Cell]) -> None:
        """The figure for these cells together is told."""
        rest = self._reduced(cells)
        pivot = next((place for place, value in enumerate(rest) if value), None)
        if pivot is not None:
            self._basis.append((pivot, [value / rest[pivot] for value in rest]))

    def can_work_out(self, cells: Collection[Cell]) -> bool:
        """Whether some sum and difference of what was learnt is the figure for these cells together."""
        return not any(self._reduced(cells))

    def _reduced(self, cells: Collection[Cell]) -> Vector:
        vector = [Fraction(cell in cells) for cell in self._cells]
        for pivot, known in self._basis:
            if vector[pivot]:
                by = vector[pivot]
                vector = [value - by * each for value, each in zip(vector, known, strict=True)]
        return vector
