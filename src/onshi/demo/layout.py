"""Who lives where: people and households numbered through the whole country, found by arithmetic."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

import polars as pl

from onshi.demo.chance import Chance
from onshi.demo.columns import pick
from onshi.demo.figures import largest_remainder
from onshi.demo.model import Scale
from onshi.demo.pattern import BLOCK, Pattern, pattern
from onshi.places import municipalities


@dataclass(frozen=True, slots=True)
class Layout:
    """People of each municipality (in the order of codes) and where its window into the block begins."""

    pattern: Pattern
    counts: tuple[int, ...]
    first_people: tuple[int, ...]
    first_households: tuple[int, ...]
    offsets: tuple[int, ...]

    @property
    def people(self) -> int:
        """Residents on the first day; their serials are 0 up to this."""
        return self.first_people[-1]

    @property
    def households(self) -> int:
        """Households on the first day, numbered from 0."""
        return self.first_households[-1]

    def first_person(self, household: int) -> int:
        """The serial of the head of a household (for the number behind the last one: how many people)."""
        if household >= self.households:
            return self.people
        place = bisect_right(self.first_households, household) - 1
        slot = self._slot(place) + household - self.first_households[place]
        rounds, slot = divmod(slot, self.pattern.households)
        return self.first_people[place] + rounds * BLOCK + self.pattern.first_places[slot] - self.offsets[place]

    def _slot(self, place: int) -> int:
        return bisect_right(self.pattern.first_places, self.offsets[place]) - 1

    def members(self, serial: pl.Series) -> pl.DataFrame:
        """What the pattern says of these people: serial, place, household, head and the pattern's columns."""
        places = pl.Series(self.first_people[1:], dtype=pl.Int64).search_sorted(serial, side="right")
        frame = pl.DataFrame({"serial": serial, "place": places.cast(pl.Int64)})
        frame = frame.with_columns(
            spot=pl.col("serial")
            - pick(pl.Series(self.first_people), pl.col("place"))
            + pick(pl.Series(self.offsets), pl.col("place"))
        )
        rows = self.pattern.places
        columns = [pick(rows[name], pl.col("spot") % BLOCK).alias(name) for name in rows.columns]
        slots = pl.Series([self._slot(place) for place in range(len(self.counts))], dtype=pl.Int64)
        household = (
            pick(pl.Series(self.first_households), pl.col("place"))
            + pl.col("spot") // BLOCK * self.pattern.households
            + pl.col("slot")
            - pick(slots, pl.col("place"))
        )
        return (
            frame.with_columns(columns)
            .with_columns(household=household, head=pl.col("serial") - pl.col("position"))
            .drop("spot", "slot")
        )


def _households(block: Pattern, offset: int, people: int) -> int:
    """How many households a window of `people` places from the start of a household touches."""
    if not people:
        return 0
    first = bisect_right(block.first_places, offset) - 1
    rounds, last = divmod(offset + people - 1, BLOCK)
    return rounds * block.households + bisect_right(block.first_places, last) - first


def layout(seed: int, scale: Scale) -> Layout:
    """Shares the people out over the municipalities by largest remainder and lays the windows."""
    block = pattern(seed)
    chance = Chance(seed)
    residents = [place.population for place in municipalities()]
    counts = largest_remainder(residents, sum(residents) * scale.part // scale.whole)
    slots = [chance.below("window", place, block.households) for place in range(len(counts))]
    offsets = [block.first_places[slot] for slot in slots]
    households = [_households(block, offset, count) for offset, count in zip(offsets, counts, strict=True)]
    return Layout(
        pattern=block,
        counts=tuple(counts),
        first_people=(0, *accumulate(counts)),
        first_households=(0, *accumulate(households)),
        offsets=tuple(offsets),
    )
