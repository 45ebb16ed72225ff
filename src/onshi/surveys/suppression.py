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


@dataclass(slots=True)
class _Opened:
    """An area that is told: how many of the most frequent answers by themselves, and what is left of it. `left[n]` is
    everybody, by answer, outside those of its parts that tell more than `n` answers by themselves."""

    apart: int
    left: list[Sequence[int]]


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
    ranked = _ranked(answers, counts)
    sums = _sums(areas, counts, ranked)
    above = {one.code: one.parent for one in areas}
    opened: dict[str, _Opened] = {}
    told: dict[str, Told] = {}
    in_order = sorted(areas, key=lambda one: (_depth(one.code, above), -sum(sums[one.code])))
    for area in (one for one in in_order if among is None or one.code in among):
        around = _nearest(area.parent, above, opened)
        outer = None if around is None else opened[around]
        here = sums[area.code]
        if apart := _apart(here, outer, least):
            opened[area.code] = _Opened(apart, [here] * apart)
            if outer is not None:
                outer.left[:apart] = [_minus(left, here) for left in outer.left[:apart]]
            groups = (*((one,) for one in ranked[:apart]), tuple(ranked[apart:]))
            numbers = (*here[:apart], sum(here[apart:]))
            told[area.code] = _in_order(area.code, dict(zip(groups, numbers, strict=True)), answers)
    return told


def _apart(here: Sequence[int], outer: _Opened | None, least: int) -> int:
    """How many of the most frequent answers the area can tell by themselves, the others together; 0: none, and then
    nothing of it. Each needs enough people here and in what is left around."""
    if not any(here):
        return 0
    most = len(here) - 1 if outer is None else outer.apart
    for apart in range(most):
        if not _is_enough(here, apart, least):
            return apart
        if outer is not None and not _is_enough(_minus(outer.left[apart], here), apart, least):
            return apart
    return most


def _is_enough(left: Sequence[int], place: int, least: int) -> bool:
    """Whether nobody is left, or enough who gave the answer at that place, and enough who gave a rarer one."""
    return not any(left) or (left[place] >= least and sum(left[place + 1 :]) >= least)


def _minus(left: Sequence[int], here: Sequence[int]) -> Sequence[int]:
    return [all_of - part for all_of, part in zip(left, here, strict=True)]


def _depth(code: str, above: Mapping[str, str | None]) -> int:
    parent = above[code]
    return 0 if parent is None else 1 + _depth(parent, above)


def _nearest(code: str | None, above: Mapping[str, str | None], opened: Mapping[str, object]) -> str | None:
    """The smallest area around that is told."""
    while code is not None and code not in opened:
        code = above.get(code)
    return code


def _ranked(answers: Sequence[str], counts: Counts) -> list[str]:
    """The most frequent first."""
    everywhere: Counter[str] = Counter()
    for row in counts.values():
        everywhere.update(row)
    return sorted(answers, key=lambda one: -everywhere[one])


def _sums(areas: Sequence[Area], counts: Counts, ranked: Sequence[str]) -> dict[str, Sequence[int]]:
    """How many gave each answer, by area, the answers in their rank."""
    rows = {party: [row.get(one, 0) for one in ranked] for party, row in counts.items()}
    nobody = [0] * len(ranked)
    return {
        area.code: [
            sum(column) for column in zip(nobody, *(rows[one] for one in area.parties if one in rows), strict=True)
        ]
        for area in areas
    }


def _in_order(area: str, numbers: Mapping[tuple[str, ...], int], answers: Sequence[str]) -> Told:
    """The groups as the question has its answers, so that the order tells nothing of the figures."""
    told = {tuple(sorted(group, key=answers.index)): number for group, number in numbers.items()}
    groups = sorted(told, key=lambda group: (len(group) > 1, answers.index(group[0])))
    return Told(area, tuple(groups), tuple(told[one] for one in groups))
