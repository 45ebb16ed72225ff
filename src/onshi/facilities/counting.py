"""Counts out of patterns: facilities, milestones, stops; by nation, prefecture, municipality, kind or vendor. Pure.

Every count is a sum of the same patterns, so parts always add up to their whole.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, TypeVar

from onshi.facilities import duty, way
from onshi.facilities.model import Count, Function, Milestone, Pattern, Sake, Tally

__all__ = ["BY", "COARSE", "NATION", "Count", "Pattern", "Stop", "Tally", "by_function", "counts", "stops"]
Key = TypeVar("Key")
By: TypeAlias = Callable[[Pattern], str]
NATION = "00"

BY: Mapping[str, By] = {
    "nation": lambda _one: NATION,
    "prefecture": lambda one: one.municipality[:2],
    "municipality": lambda one: one.municipality,
    "kind": lambda one: one.kind.value,
    "vendor": lambda one: one.vendor or "",
}
COARSE = frozenset({"nation", "prefecture", "kind"})
"""What coarse patterns are enough for."""


@dataclass(frozen=True, slots=True)
class Stop:
    """So many facilities stand still at one thing for somebody's sake."""

    at: str
    sake: Sake
    count: int


def counts(patterns: Iterable[Pattern], by: Callable[[Pattern], Key], *, on: date) -> dict[Key, Count]:
    """The counts of every part."""
    facilities: Counter[tuple[Key, bool]] = Counter()
    reached: Counter[tuple[Key, bool, Milestone]] = Counter()
    keys: dict[Key, None] = {}
    for one in patterns:
        key, is_obliged = by(one), duty.is_reached(one.kind, one.claims, on)
        keys[key] = None
        facilities[key, is_obliged] += one.count
        for milestone in way.milestones(one.steps):
            reached[key, is_obliged, milestone] += one.count

    def tally(key: Key, which: tuple[bool, ...]) -> Tally:
        return Tally(
            sum(facilities[key, one] for one in which),
            {milestone: sum(reached[key, one, milestone] for one in which) for milestone in Milestone},
        )

    return {key: Count(tally(key, (True, False)), tally(key, (True,))) for key in keys}


def stops(patterns: Iterable[Pattern], by: Callable[[Pattern], Key]) -> dict[Key, tuple[Stop, ...]]:
    """Where the facilities of every part stand still, the largest first."""
    found: dict[Key, Counter[tuple[str, Sake]]] = {}
    for one in patterns:
        stop = way.stop(one.steps, one.deferral, waits_for_fund=one.waits_for_fund)
        if stop is not None:
            found.setdefault(by(one), Counter())[stop] += one.count
    return {
        key: tuple(Stop(at, sake, count) for (at, sake), count in sorted(counted.items(), key=_largest_first))
        for key, counted in found.items()
    }


def _largest_first(item: tuple[tuple[str, Sake], int]) -> tuple[int, str, str]:
    (at, sake), count = item
    return -count, at, sake.value


def by_function(patterns: Iterable[Pattern]) -> dict[Function, int]:
    """How many operate with each function."""
    found = dict.fromkeys(Function, 0)
    for one in patterns:
        for function in way.functions(one.steps):
            found[function] += one.count
    return found
