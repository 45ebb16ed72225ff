"""Whose turn a step is, and who must not be told what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.access import Party
from onshi.kernel import OnshiError
from onshi.tallies import Count, Delay, OfKind, Quartiles, Step, errors, rules

from . import make


@pytest.mark.parametrize(
    ("party", "step", "count", "refusal"),
    [
        (make.FUND, Step.RECORDED, None, None),
        (make.MINISTRY, Step.TAKEN, make.RECORDED, None),
        (make.MINISTRY, Step.SHARED, make.TAKEN, None),
        (make.MINISTRY, Step.RECORDED, None, errors.NotTheirStep),
        (make.FUND, Step.TAKEN, make.RECORDED, errors.NotTheirStep),
        (make.FUND, Step.SHARED, make.TAKEN, errors.NotTheirStep),
        (make.OTHER_MINISTRY, Step.TAKEN, make.RECORDED, errors.NotTheirStep),
        (make.OFFICE, Step.SHARED, make.TAKEN, errors.NotTheirStep),
        (make.SOCIETY, Step.RECORDED, None, errors.NotTheirStep),
        (make.MINISTRY, Step.TAKEN, None, errors.StepOutOfTurn),
        (make.MINISTRY, Step.TAKEN, make.TAKEN, errors.StepOutOfTurn),
        (make.MINISTRY, Step.SHARED, make.RECORDED, errors.StepOutOfTurn),
        (make.MINISTRY, Step.SHARED, make.SHARED, errors.StepOutOfTurn),
    ],
)
def test_whose_turn_it_is(party: Party, step: Step, count: Count | None, refusal: type[OnshiError] | None) -> None:
    if refusal is None:
        assert rules.check_step(party, step, count) is None
    else:
        with pytest.raises(refusal):
            rules.check_step(party, step, count)


@pytest.mark.parametrize(
    ("party", "recorded", "taken", "shared"),
    [
        (make.FUND, True, True, True),
        (make.MINISTRY, False, True, True),
        (make.OFFICE, False, True, True),
        (make.OTHER_MINISTRY, False, False, False),
        (make.SOCIETY, False, False, False),
        (make.PREFECTURE, False, False, False),
    ],
)
def test_who_sees_every_insurer(party: Party, recorded: bool, taken: bool, shared: bool) -> None:
    seen = [rules.may_see_all(party, one) for one in (make.RECORDED, make.TAKEN, make.SHARED)]
    assert seen == [recorded, taken, shared]


@pytest.mark.parametrize(
    ("kind", "recorded", "taken", "shared"),
    [("society", False, False, True), ("private_school", True, True, True), ("school_mutual", False, False, True)],
)
def test_from_when_on_an_insurer_sees_itself(kind: str, recorded: bool, taken: bool, shared: bool) -> None:
    assert [rules.may_see_own(one, kind) for one in (make.RECORDED, make.TAKEN, make.SHARED)] == [
        recorded,
        taken,
        shared,
    ]


SHARES = [(100, 10), (100, 22), (100, 31), (100, 44), (100, 90)]


@pytest.mark.parametrize(
    ("count", "listed", "quartiles"),
    [
        # Of five they would be insurers' own figures: 22, 31 and 44 per cent.
        (make.SHARED, SHARES, Quartiles(5, 20, 30, 45)),
        (make.SHARED, [*SHARES, (0, 0)], Quartiles(5, 20, 30, 45)),
        (make.SHARED, [*SHARES, (100, 50)], Quartiles(6, 25, 40, 50)),
        (make.SHARED, SHARES[:4], None),
        (make.SHARED, [*SHARES[:4], (0, 0)], None),
        (make.TAKEN, SHARES, None),
        (make.RECORDED, SHARES, None),
    ],
)
def test_quartiles_are_told_of_five_at_least_and_when_shared(
    count: Count, listed: list[tuple[int, int]], quartiles: Quartiles | None
) -> None:
    assert rules.quartiles(count, make.figures(society=listed)) == quartiles


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500)), min_size=5, max_size=12))
def test_quartiles_are_told_in_steps_whatever_the_figures_are(listed: list[tuple[int, int]]) -> None:
    figures = make.figures(society=[(members, min(members, registered)) for members, registered in listed])
    found = rules.quartiles(make.SHARED, figures)
    assert found is not None
    assert [one % 5 for one in (found.lower, found.median, found.upper)] == [0, 0, 0]
    assert 0 <= found.lower <= found.median <= found.upper <= 100


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ({"a": 3, "b": 4}, [(("a",), 3), (("b",), 4)]),
        # Two kinds of few together are three insurers.
        ({"a": 3, "b": 1, "c": 2}, [(("a",), 3), (("b", "c"), 3)]),
        # One alone takes the smallest other with it.
        ({"a": 3, "b": 1, "c": 5}, [(("c",), 5), (("b", "a"), 4)]),
        ({"b": 1, "c": 1}, []),
        ({}, []),
    ],
)
def test_the_public_is_told_kinds_of_enough_insurers(
    kinds: dict[str, int], told: list[tuple[tuple[str, ...], int]]
) -> None:
    counted = [OfKind((kind,), size, 100 * size, 40 * size) for kind, size in kinds.items()]
    found = rules.for_everybody(make.SHARED, counted)
    assert [(one.kinds, one.insurers) for one in found] == told
    assert [(one.members, one.registered) for one in found] == [(100 * n, 40 * n) for _, n in told]
    for earlier in (make.RECORDED, make.TAKEN):
        assert rules.for_everybody(earlier, counted) == []


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 6), max_size=8))
def test_no_insurer_is_told_by_its_kind(sizes: dict[str, int]) -> None:
    found = rules.for_everybody(make.SHARED, [OfKind((kind,), size, size, 0) for kind, size in sizes.items()])
    assert all(one.insurers >= 3 for one in found)
    # Whoever knows the sum of all learns nothing from what is left out: that is nobody, or everybody.
    assert sum(one.insurers for one in found) in (0, sum(sizes.values()))


@pytest.mark.parametrize(
    ("rows", "delay"),
    [
        ([(3, 0, 1)], Delay("x", 1, 3, 3, 0, 0, 0)),
        ([(0, 0, 5), (5, 0, 4), (5, 1, 1)], Delay("x", 10, 0, 5, 0, 0, 1)),
        ([(1, 0, 8), (40, 0, 1), (90, 30, 1)], Delay("x", 10, 1, 40, 0, 0, 2)),
    ],
)
def test_how_late_data_were(rows: list[tuple[int, int, int]], delay: Delay) -> None:
    assert rules.delay("x", rows) == delay
