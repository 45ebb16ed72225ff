"""Reach per level: worked out by hand once, and whatever is reported it adds up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.kernel import OnshiError
from onshi.requests import Request, rules
from onshi.requests.errors import TooEarly
from onshi.requests.model import LevelReach, Report, Tree, What
from onshi.requests.reach import late, reach, states
from onshi.requests.trees import levels_below

from .make import AT, CHIYODA, CHUO, ISSUED, MINISTRY, OSAKA, TODAY, TOKYO, day, request, tree

SMALL = tree((TOKYO, "", 1), (OSAKA, "", 1), (CHIYODA, TOKYO, 1), (CHUO, TOKYO, 1), ("group:schools", OSAKA, 120))


def told(node: str, what: What, on: str, number: int = 1, revision: int = 1) -> Report:
    return Report(request().id, node, what, revision, day(on), number, MINISTRY, AT)


REPORTS = [
    told(TOKYO, What.REACHED, "01-06"),
    told(OSAKA, What.REACHED, "01-06"),
    told(TOKYO, What.ACKNOWLEDGED, "01-07"),
    told(CHIYODA, What.REACHED, "01-08"),
    told(CHUO, What.REACHED, "01-08"),
    told(CHIYODA, What.ACKNOWLEDGED, "01-20"),
    told(OSAKA, What.ACKNOWLEDGED, "01-21"),
    told("group:schools", What.REACHED, "01-22", 50),
    told("group:schools", What.REACHED, "01-25", 100, 2),
    told("group:schools", What.ACKNOWLEDGED, "01-30", 40),
    told("group:schools", What.ACKNOWLEDGED, "02-01", 60, 2),
]


@pytest.mark.parametrize(
    ("on", "levels"),
    [
        ("01-05", [(2, 0, 0, 0, 0, 2), (122, 0, 0, 0, 0, 122)]),
        ("01-06", [(2, 2, 0, 2, 0, 0), (122, 0, 0, 0, 0, 122)]),
        ("01-08", [(2, 2, 1, 1, 0, 0), (122, 2, 0, 2, 0, 120)]),
        ("01-31", [(2, 2, 2, 0, 0, 0), (122, 102, 41, 61, 0, 20)]),  # the last day: nobody is late yet
        ("02-01", [(2, 2, 2, 0, 0, 0), (122, 102, 61, 41, 41, 20)]),
    ],
)
def test_a_request_day_by_day(on: str, levels: list[tuple[int, ...]]) -> None:
    found = reach(states(SMALL, request(tree="own"), REPORTS, day(on)).values())
    told_of = [(one.bodies, one.reached, one.acknowledged, one.waiting, one.late, one.unknown) for one in found]
    assert told_of == levels


def test_the_late_are_named_with_how_many() -> None:
    found = late(states(SMALL, request(tree="own"), REPORTS, day("02-02")).values())
    assert [(one.node.key, one.late) for one in found] == [(CHUO, 1), ("group:schools", 40)]
    without_day = request(tree="own", due_on=None)
    assert late(states(SMALL, without_day, REPORTS, day("02-02")).values()) == []


def test_where_a_number_is_not_known_none_is_made_up() -> None:
    found = reach(states(tree(("group:companies", "", None)), request(depth=1), (), TODAY).values())
    assert found == [LevelReach(1, None, 0, 0, 0, 0)]
    assert found[0].unknown is None


def test_a_prefecture_sends_below_itself_only() -> None:
    own = request(sender=TOKYO, depth=1)
    assert list(states(SMALL, own, (), TODAY)) == [CHIYODA, CHUO]


def test_the_last_report_on_a_group_is_the_latest_day_whatever_it_was_about() -> None:
    """Half has it and answers in three steps, then the rest gets it: nobody answers before that last day."""
    boards = tree(("group:boards", "", 20))
    reports = [
        told("group:boards", What.REACHED, "01-06", 10),
        told("group:boards", What.ACKNOWLEDGED, "01-07", 2),
        told("group:boards", What.ACKNOWLEDGED, "01-08", 5, 2),
        told("group:boards", What.ACKNOWLEDGED, "01-09", 10, 3),
        told("group:boards", What.REACHED, "01-20", 20, 2),
    ]
    state = states(boards, request(tree="own", depth=1), reports, TODAY)["group:boards"]
    assert state.told_on == day("01-20")
    with pytest.raises(TooEarly):
        rules.acknowledged(state, 20, on=day("01-19"), today=TODAY)
    assert rules.acknowledged(state, 20, on=day("01-20"), today=TODAY) == 20


# -- Whatever happens --------------------------------------------------------------------------------------------------


@st.composite
def trees_of_three_levels(draw: st.DrawFn) -> Tree:
    nodes: list[tuple[str, str, int | None]] = []
    above = [""]
    for level in range(3):
        here = []
        for number in range(draw(st.integers(1, 3))):
            is_group = draw(st.booleans())
            key = f"{'group' if is_group else 'body'}:l{level}n{number}"
            nodes.append((key, draw(st.sampled_from(above)), draw(st.integers(1, 50)) if is_group else 1))
            here.append(key)
        above = here
    return tree(*nodes)


@st.composite
def stories(draw: st.DrawFn) -> tuple[Tree, Request, list[Report]]:
    """A tree, and whatever anybody tried: what was refused left nothing."""
    made = draw(trees_of_three_levels())
    asked = request(tree="own", depth=3)
    reports: list[Report] = []
    for _ in range(draw(st.integers(0, 25))):
        known = states(made, asked, reports, TODAY)
        key = draw(st.sampled_from(sorted(known)))
        on = ISSUED + timedelta(days=draw(st.integers(-2, 40)))
        number = draw(st.integers(0, 60))
        what = draw(st.sampled_from([What.REACHED, What.ACKNOWLEDGED]))
        try:
            if what is What.REACHED:
                parent = known[key].node.parent
                if not parent:
                    rules.check_at_root(on, issued_on=ISSUED, today=TODAY)
                rules.passed_on(known, parent, "", {key: number}, on=on, today=TODAY)
            else:
                rules.acknowledged(known[key], number, on=on, today=TODAY)
        except OnshiError:
            continue
        revision = 1 + sum(one.node == key and one.what is what for one in reports)
        reports.append(Report(asked.id, key, what, revision, on, number, MINISTRY, AT))
    return made, asked, reports


@given(stories(), st.integers(-1, 45))
def test_the_sums_are_coherent_on_every_day(story: tuple[Tree, Request, list[Report]], days: int) -> None:
    made, asked, reports = story
    for one in reach(states(made, asked, reports, ISSUED + timedelta(days=days)).values()):
        assert one.bodies is not None
        assert one.unknown is not None
        assert one.bodies == one.reached + one.unknown
        assert one.reached == one.acknowledged + one.waiting
        assert 0 <= one.late <= one.waiting
        assert min(one.reached, one.acknowledged, one.waiting, one.unknown) >= 0


@given(stories(), st.integers(-1, 45))
def test_no_more_are_reached_than_hang_below_those_who_passed_on(
    story: tuple[Tree, Request, list[Report]], days: int
) -> None:
    made, asked, reports = story
    known = states(made, asked, reports, ISSUED + timedelta(days=days))
    for level in levels_below(made, "")[1:]:
        passed_on = {node.parent for node in level if known[node.key].reached}
        assert all(known[key].acknowledged for key in passed_on)
        possible = sum(node.count or 0 for node in level if node.parent in passed_on)
        assert sum(known[node.key].reached for node in level) <= possible


@given(stories())
def test_what_was_known_on_a_day_does_not_change_with_what_is_told_later(
    story: tuple[Tree, Request, list[Report]],
) -> None:
    made, asked, reports = story
    middle = ISSUED + timedelta(days=20)
    early = [one for one in reports if one.on <= middle]
    assert states(made, asked, reports, middle) == states(made, asked, early, middle)
