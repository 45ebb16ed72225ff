"""Nothing about fewer than the least can be worked out from all that is told: attacked with linear algebra."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onshi.surveys.areas import Area, Level, areas_of
from onshi.surveys.model import Target
from onshi.surveys.rules import CHOICES_MAX
from onshi.surveys.suppression import Told, tell

from .attacker import Attacker, Cell

LEAST = 10
_QUICK_S = 10  # it takes less than one where nothing else runs
Counts = Mapping[str, Mapping[str, int]]


def subsets(items: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(items, size) for size in range(1, len(items) + 1))


def cells(parties: Collection[str], answers: Collection[str]) -> set[Cell]:
    return set(product(parties, answers))


def teach(
    attacker: Attacker, areas: Sequence[Area], told: Mapping[str, Told], parties: Collection[str], answers: list[str]
) -> None:
    """All that is told, and how many answered at each addressee."""
    for party in parties:
        attacker.learn(cells([party], answers))
    for area in areas:
        for group in told[area.code].groups if area.code in told else ():
            attacker.learn(cells(area.parties, group))


def number(counts: Counts, parties: Sequence[str], answers: Sequence[str]) -> int:
    return sum(counts[party][answer] for party in parties for answer in answers)


def targets(kinds: Sequence[tuple[str, str | None]]) -> list[Target]:
    return [Target(f"{kind}:{place}", 0, prefecture) for place, (kind, prefecture) in enumerate(kinds)]


@st.composite
def surveys(draw: st.DrawFn) -> tuple[tuple[Area, ...], dict[str, dict[str, int]], list[str]]:
    """Up to six addressees of two kinds in three prefectures or in none, two to four answers; mostly small numbers."""
    places = st.tuples(st.sampled_from(["body", "municipality"]), st.sampled_from(["13", "14", "27", None]))
    found = targets(draw(st.lists(places, min_size=1, max_size=6)))
    answers = [f"c{place}" for place in range(draw(st.integers(2, 4)))]
    size = st.one_of(st.just(0), st.integers(0, 12), st.integers(8, 60))
    counts = {one.party: {answer: draw(size) for answer in answers} for one in found}
    return areas_of(found), counts, answers


@settings(max_examples=300, deadline=None)
@given(surveys())
def test_nothing_small_can_be_worked_out(made: tuple[tuple[Area, ...], dict[str, dict[str, int]], list[str]]) -> None:
    areas, counts, answers = made
    attacker = Attacker(product(counts, answers))
    teach(attacker, areas, tell(areas, counts, answers, LEAST), counts, answers)
    for parties in subsets(list(counts)):
        if number(counts, parties, answers) == 0:
            continue  # that nobody answered there is no secret
        for group in subsets(answers):
            if len(group) < len(answers) and number(counts, parties, group) < LEAST:
                assert not attacker.can_work_out(cells(parties, group)), (parties, group)


@settings(max_examples=200, deadline=None)
@given(surveys())
def test_what_is_told_is_true_and_covers_everybody(
    made: tuple[tuple[Area, ...], dict[str, dict[str, int]], list[str]],
) -> None:
    areas, counts, answers = made
    parties = {one.code: one.parties for one in areas}
    for area, told in tell(areas, counts, answers, LEAST).items():
        assert sorted(chain.from_iterable(told.groups)) == sorted(answers)
        assert told.counts == tuple(number(counts, sorted(parties[area]), group) for group in told.groups)


def one_kind(*rows: tuple[int, ...]) -> tuple[tuple[Area, ...], Counts]:
    found = targets([("body", None)] * len(rows))
    counts = {one.party: {f"c{n}": value for n, value in enumerate(row)} for one, row in zip(found, rows, strict=True)}
    return areas_of(found), counts


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        # Enough of everything everywhere: all is told.
        (((20, 30), (40, 10)), {"00": (60, 40), "body": (60, 40), "body:0": (20, 30), "body:1": (40, 10)}),
        # Nine are too few; with their parent's figure the neighbour's would give them away.
        (((20, 9), (40, 10)), {"00": (60, 19), "body": (60, 19)}),
        # Two small ones hide each other, and the large one may be told.
        (((20, 6), (40, 5), (90, 80)), {"00": (150, 91), "body": (150, 91), "body:2": (90, 80)}),
        # What two small ones leave is small: the large one is not told either.
        (((20, 4), (40, 5), (90, 80)), {"00": (150, 89), "body": (150, 89)}),
        # Of somebody who had no answer at all nothing can be learnt.
        (((20, 30), (0, 0)), {"00": (20, 30), "body": (20, 30), "body:0": (20, 30)}),
        # Too few even in all.
        (((20, 9),), {}),
        # Nobody is few: that all of them said the same is not told.
        (((20, 0),), {}),
    ],
)
def test_small_figures_and_what_would_give_them_away_are_withheld(
    rows: tuple[tuple[int, ...], ...], told: dict[str, tuple[int, ...]]
) -> None:
    areas, counts = one_kind(*rows)
    assert {area: one.counts for area, one in tell(areas, counts, ["c0", "c1"], LEAST).items()} == told


def test_rare_answers_are_told_together_where_they_are_too_few() -> None:
    areas, counts = one_kind((50, 30, 12, 8), (60, 40, 30, 20))
    told = tell(areas, counts, ["c0", "c1", "c2", "c3"], LEAST)
    # "body:0" could tell c2 and c3 only together; c2 alone elsewhere would leave its 12, which are enough.
    assert {area: dict(zip(one.groups, one.counts, strict=True)) for area, one in told.items()} == {
        "00": {("c0",): 110, ("c1",): 70, ("c2",): 42, ("c3",): 28},
        "body": {("c0",): 110, ("c1",): 70, ("c2",): 42, ("c3",): 28},
        "body:1": {("c0",): 60, ("c1",): 40, ("c2", "c3"): 50},
        "body:0": {("c0",): 50, ("c1",): 30, ("c2", "c3"): 20},
    }


def test_a_table_of_the_whole_country_is_quick() -> None:
    """With as many answers as a question can have; a page makes one of each question."""
    found = [Target(f"municipality:{n:06}", 0, f"{n % 47:02}") for n in range(1741)]
    answers = [f"c{c}" for c in range(CHOICES_MAX)]
    counts = {one.party: {f"c{c}": (n * 7 + c * 11) % 60 for c in range(CHOICES_MAX)} for n, one in enumerate(found)}
    began = time.perf_counter()
    told = tell(areas_of(found), counts, answers, LEAST)
    assert time.perf_counter() - began < _QUICK_S
    assert told["00"].groups == tuple((one,) for one in answers)
    assert {one.level for one in areas_of(found) if one.code in told} == set(Level)
