"""The repeating block of households from which every municipality is cut.

One block holds `BLOCK` people whose bands of age and sex follow the pyramid to the person. They are put
together into households by simple rules, the households shuffled, and the block repeated without end; a
municipality of n people is a window of n places into it. So any household can be found by arithmetic alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import polars as pl

from onshi.demo.chance import Chance
from onshi.demo.figures import figures, largest_remainder

BLOCK = 5000
MALE, FEMALE = 1, 2
HEAD, SPOUSE, CHILD, PARENT = 0, 1, 2, 3

# Of a thousand people of a band, how many still live with a parent (bands of five years from 0).
_AT_HOME = (1000, 1000, 1000, 1000, 560, 330, 220, 160, 130, 110, 80, 50)
# A mother is that many bands older than her eldest child, of ten mothers; five bands make it at least 20 years.
_MOTHER_STEPS = (5, 5, 6, 6, 6, 6, 6, 7, 7, 7)
# Brothers and sisters: how many children of ten families.
_SIBSHIPS = (1, 1, 1, 1, 2, 2, 2, 2, 2, 3)


@dataclass(frozen=True, slots=True)
class _Member:
    role: int
    sex: int
    band: int


class _Pool:
    """People not yet in a household, counted by sex and band."""

    def __init__(self, chance: Chance) -> None:
        pyramid = figures()["pyramid"]
        counts = largest_remainder([*pyramid["male"], *pyramid["female"]], BLOCK)
        bands = len(pyramid["male"])
        self.left = {MALE: counts[:bands], FEMALE: counts[bands:]}
        self._chance = chance
        self._throws = 0

    def throw(self, limit: int) -> int:
        self._throws += 1
        return self._chance.below("pattern", self._throws, limit)

    def take(self, role: int, sex: int, bands: tuple[int, ...]) -> _Member | None:
        """One person of the first of `bands` that still has one."""
        for band in bands:
            if 0 <= band < len(self.left[sex]) and self.left[sex][band]:
                self.left[sex][band] -= 1
                return _Member(role, sex, band)
        return None

    def child(self, bands: tuple[int, ...]) -> _Member | None:
        """A child of either sex, drawn by what is left of each."""
        for band in bands:
            boys, girls = self.left[MALE][band], self.left[FEMALE][band]
            if boys + girls:
                return self.take(CHILD, MALE if self.throw(boys + girls) < boys else FEMALE, (band,))
        return None


def _siblings(pool: _Pool, first: _Member) -> list[_Member]:
    children = [first]
    while len(children) < _SIBSHIPS[pool.throw(len(_SIBSHIPS))]:
        youngest = children[-1].band
        # The same band first now and then: only there can twins be born.
        bands = (youngest, youngest - 1) if pool.throw(3) == 0 else (youngest - 1, youngest)
        another = pool.child(tuple(band for band in bands if 0 <= band < 4))
        if another is None:
            break
        children.append(another)
    return children


def _family(pool: _Pool, children: list[_Member]) -> list[_Member]:
    """Parents for the children, eldest first; sometimes one of their own parents lives with them."""
    band = children[0].band + _MOTHER_STEPS[pool.throw(len(_MOTHER_STEPS))]
    mother = pool.take(SPOUSE, FEMALE, (band, band + 1, band - 1 if band - 1 >= children[0].band + 5 else band + 2))
    # A father leads his wife by a band in four families of ten and is missing in one of nine.
    lead = 1 if pool.throw(10) < 4 else 0
    alone = mother is not None and pool.throw(9) == 0
    father = None if alone else pool.take(HEAD, MALE, (band + lead, band + 1 - lead, band + 2, band + 3))
    if father is None and mother is None:
        mother = pool.take(SPOUSE, FEMALE, tuple(range(children[0].band + 5, 21)))
    parents = [one for one in (father, mother) if one is not None]
    if not parents:
        return children
    parents[0] = _Member(HEAD, parents[0].sex, parents[0].band)
    eldest = max(one.band for one in parents)
    old: list[_Member] = []
    if pool.throw(100) < 9:
        sex = FEMALE if pool.throw(3) else MALE
        grandparent = pool.take(PARENT, sex, (eldest + 5, eldest + 6, eldest + 7))
        old = [grandparent] if grandparent else []
    return [*parents, *old, *children]


def _families(pool: _Pool) -> Iterator[list[_Member]]:
    for band in range(len(_AT_HOME) - 1, -1, -1):
        at_home = (pool.left[MALE][band] + pool.left[FEMALE][band]) * _AT_HOME[band] // 1000
        gone = 0
        while gone < at_home and (first := pool.child((band,))) is not None:
            children = _siblings(pool, first) if band < 4 else [first]
            gone += sum(1 for child in children if child.band == band)
            yield _family(pool, children)


def _couples_and_singles(pool: _Pool) -> Iterator[list[_Member]]:
    for band in range(20, -1, -1):
        while (man := pool.take(HEAD, MALE, (band,))) is not None:
            married = pool.throw(100) < (15 if band < 6 else 42 if band < 12 else 76)
            wife = pool.take(SPOUSE, FEMALE, (band, band - 1)) if married and band > 4 else None
            yield [man, wife] if wife else [man]
    for band in range(20, -1, -1):
        while (woman := pool.take(HEAD, FEMALE, (band,))) is not None:
            yield [woman]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One block: a row per place, and the first place of each household (with `BLOCK` behind the last).

    Columns: slot (household in the block), position (0 is the head), role, sex, band, head_sex,
    head_band, size, twin (how many places back a brother or sister of the same band stands, or 0).
    """

    places: pl.DataFrame
    first_places: tuple[int, ...]

    @property
    def households(self) -> int:
        """How many households one block holds."""
        return len(self.first_places) - 1


def _rows(slot: int, household: list[_Member]) -> Iterator[tuple[int, ...]]:
    head = household[0]
    for position, member in enumerate(household):
        before = household[position - 1] if position else None
        twin = before is not None and member.role == CHILD == before.role and member.band == before.band
        yield (slot, position, member.role, member.sex, member.band, head.sex, head.band, len(household), int(twin))


@cache
def pattern(seed: int) -> Pattern:
    """The block of a seed; the same on every machine."""
    chance = Chance(seed)
    pool = _Pool(chance)
    households = [*_families(pool), *_couples_and_singles(pool)]
    order = sorted(range(len(households)), key=lambda at: chance.bits("pattern order", at))
    rows = [row for slot, at in enumerate(order) for row in _rows(slot, households[at])]
    names = ("slot", "position", "role", "sex", "band", "head_sex", "head_band", "size", "twin")
    places = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int64), orient="row")
    firsts = [at for at, row in enumerate(rows) if row[1] == 0]
    return Pattern(places, (*firsts, len(rows)))
