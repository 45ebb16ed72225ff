"""What of a table may be told so that no figure for fewer than `least` people can be worked out from it. Pure.

A table has a count for each addressee and answer. An area is told in a *partition* of the answers: all by themselves,
or the rarest of them together. Partitions form a chain, and an area within another is told in the same one or a coarser
one. Then it is enough to look at what is left of every area: for each answer that the area can tell apart, the people
outside those of its parts that can tell it apart as well. If these are nobody at all or at least `least` giving that
answer, everything that sums and differences of the published figures (and of how many answered in all) can yield is
made of such remainders. The argument is in docs/explanation/small-cells.md; a test attacks it with linear algebra.
"""

import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from onshi.kernel import Dated, Entry
from onshi.surveys.areas import Area
from onshi.surveys.model import PartyId

Counts = Mapping[PartyId, Mapping[str, int]]
"""How many gave each answer, by addressee."""
Partition = tuple[tuple[str, ...], ...]
"""The answers in groups that are told together."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of an area: how many gave one of the answers of each group."""

    area: str
    groups: Partition
    counts: tuple[int, ...]

    def can_tell(self, answer: str) -> bool:
        """Whether the figure for that answer stands by itself."""
        return (answer,) in self.groups


@cache
def _least() -> Dated[int]:
    rows = tomllib.loads(files("onshi.surveys").joinpath("suppression.toml").read_text(encoding="utf-8"))["least"]
    return Dated(Entry(row["start"], row["value"], row["source"]) for row in rows)


def least_people(on: date) -> int:
    """How many people at least stand behind a figure that is made on the day."""
    return _least().on(on)


class _Opened:
    """An area that is told, and what is left of it: by group, everybody outside the parts that can tell it apart."""

    def __init__(self, everybody: Counter[str], chain: Sequence[Partition]) -> None:
        self.chain = chain
        self.left = {group: everybody for partition in chain for group in partition}

    def after(self, part: Counter[str], partition: Partition) -> dict[tuple[str, ...], Counter[str]]:
        """What would be left of it with that part told in that partition."""
        return {group: left - part if _expresses(partition, group) else left for group, left in self.left.items()}


def tell(
    areas: Sequence[Area],
    counts: Counts,
    answers: Sequence[str],
    least: int,
    *,
    among: Collection[str] | None = None,
) -> dict[str, Told]:
    """What may be told, by area; only of those `among`, where given. `areas` come with the larger before those within
    them; of areas side by side those with the most answers come first, so that what cannot be helped falls on the
    small."""
    sums = {one.code: _sum(counts, one) for one in areas}
    chain = _chain(answers, counts)
    above = {one.code: one.parent for one in areas}
    opened: dict[str, _Opened] = {}
    told: dict[str, Told] = {}
    in_order = sorted(areas, key=lambda one: (_depth(one.code, above), -sums[one.code].total()))
    for area in (one for one in in_order if among is None or one.code in among):
        outer = _nearest(area.parent, above, opened)
        here = sums[area.code]
        possible = chain if outer is None else opened[outer].chain
        for place, partition in enumerate(possible):
            mine = _Opened(here, possible[place:])
            rest = {} if outer is None else opened[outer].after(here, partition)
            if here.total() and _is_enough(mine.left, least) and _is_enough(rest, least):
                opened[area.code] = mine
                groups = _in_order(partition, answers)
                told[area.code] = Told(area.code, groups, tuple(_of(here, group) for group in groups))
                if outer is not None:
                    opened[outer].left = rest
                break
    return told


def _is_enough(left: Mapping[tuple[str, ...], Counter[str]], least: int) -> bool:
    """Whether for every group nobody is left, or enough who gave one of its answers."""
    return all(not rest.total() or _of(rest, group) >= least for group, rest in left.items())


def _of(counted: Counter[str], group: tuple[str, ...]) -> int:
    return sum(counted[one] for one in group)


def _depth(code: str, above: Mapping[str, str | None]) -> int:
    parent = above[code]
    return 0 if parent is None else 1 + _depth(parent, above)


def _nearest(code: str | None, above: Mapping[str, str | None], opened: Mapping[str, object]) -> str | None:
    """The smallest area around that is told."""
    while code is not None and code not in opened:
        code = above.get(code)
    return code


def _chain(answers: Sequence[str], counts: Counts) -> list[Partition]:
    """The partitions from the finest on: the rarest two together, then three, down to two groups."""
    everywhere = sum((Counter(row) for row in counts.values()), Counter[str]())
    ranked = sorted(answers, key=lambda one: -everywhere[one])
    singles = tuple((one,) for one in ranked)
    merged = [(*singles[:place], tuple(ranked[place:])) for place in range(len(ranked) - 2, 0, -1)]
    return [one for one in (singles, *merged) if len(one) > 1]


def _in_order(partition: Partition, answers: Sequence[str]) -> Partition:
    """As the question has them, so that the order tells nothing of the figures."""
    groups = (tuple(sorted(group, key=answers.index)) for group in partition)
    return tuple(sorted(groups, key=lambda group: (len(group) > 1, answers.index(group[0]))))


def _expresses(partition: Partition, group: tuple[str, ...]) -> bool:
    """Whether the group is a union of groups of the partition."""
    wanted = set(group)
    return all(wanted.issuperset(one) or wanted.isdisjoint(one) for one in partition)


def _sum(counts: Counts, area: Area) -> Counter[str]:
    total: Counter[str] = Counter()
    for party in area.parties:
        total.update(counts.get(party, {}))
    return total
