"""A national figure shared out to the areas, so that every level sums."""

from collections.abc import Mapping
from functools import cache

from onshi.record.reading import NATION, record

_TOWN_DIGITS = 6


def share_out(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Whole parts of `total` by weight that add up to it exactly.

    What rounding down leaves goes to the largest rests, of equal ones to the first.
    """
    whole = sum(weights.values())
    floors = [total * weight // whole for weight in weights.values()]
    rests = [total * weight % whole for weight in weights.values()]
    by_rest = sorted(range(len(rests)), key=rests.__getitem__, reverse=True)
    for place in by_rest[: total - sum(floors)]:
        floors[place] += 1
    return dict(zip(weights, floors, strict=True))


@cache
def allotted(total: int, base: int) -> Mapping[str, int]:
    """A national number of cards by residents of the `base`-th base day, for every area of every level."""
    residents = {code: row[base] for code, row in record().residents.items() if len(code) == _TOWN_DIGITS}
    found = share_out(total, residents)
    sums: dict[str, int] = {NATION: total}
    for code, part in found.items():
        sums[code[:2]] = sums.get(code[:2], 0) + part
    return {**found, **sums}
