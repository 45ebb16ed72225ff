"""The papers as data: known by their day, whole, every row with a place, revisions beside what they revise."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi import places
from onshi.record import papers, points, targets
from onshi.record.papers import Row, When, Words

DAY = papers.FIRST_PUBLISHED
LISTS = ("summary", "plan", "town_hall", "model_site", "points_flow", "ministries", "publicity")
FUNCTIONS: dict[str, tuple[Callable[[date], Sequence[Row]], int]] = {
    "kinds of insurers": (papers.insurer_groups, 10),
    "kinds of public servants": (papers.public_servants, 4),
    "measures": (papers.measures, 97),
    "pieces of publicity": (papers.media_plan, 20),
    "acts": (papers.acts, 18),
    "ways down": (papers.higher_levels, 11),
    "tracks": (papers.tracks, 8),
    "bars": (papers.bars, 20),
    "milestones": (papers.milestones, 13),
    "methods": (papers.methods, 4),
    "payment schemes": (papers.points_timeline, 3),
    "points of the plan form": (papers.plan_items, 21),
    "steps of the ministries": (papers.ministries_timetable, 9),
}


def every_row() -> list[Row]:
    return [one for ask, _ in FUNCTIONS.values() for one in ask(DAY)] + [
        one for name in LISTS for one in papers.listed(name, DAY)
    ]


@pytest.mark.parametrize("what", FUNCTIONS)
def test_nothing_is_known_the_day_before_and_all_of_it_on_the_day(what: str) -> None:
    ask, count = FUNCTIONS[what]
    assert len(ask(DAY - timedelta(days=1))) == 0
    assert len(ask(DAY)) == count


def test_every_row_says_where_it_stands_and_why() -> None:
    rows = every_row()
    assert [one.code for one in rows if not one.place.startswith("別添")] == []
    assert {(one.version, one.reason, one.is_dropped) for one in rows} == {(1, "first published", False)}


def test_both_languages_say_something_and_not_the_same() -> None:
    words = [value for one in every_row() for value in fields(one) if isinstance(value, Words)]
    assert len(words) > 250
    assert [one for one in words if not one.ja or not one.en or one.ja == one.en] == []


def fields(row: Row) -> list[object]:
    return [getattr(row, name) for one in type(row).__mro__ for name in getattr(one, "__slots__", ())]


def test_what_rows_name_is_there() -> None:
    groups = {one.code for one in papers.insurer_groups(DAY)}
    assert {one.group for one in papers.measures(DAY)} == groups
    marks = {one.code for one in papers.milestones(DAY)}
    tracks = {one.code for one in papers.tracks(DAY)}
    assert {one.leads_to for one in papers.bars(DAY)} - marks == {None}
    assert {one.track for one in (*papers.bars(DAY), *papers.milestones(DAY))} == tracks
    assert {one.target for one in papers.milestones(DAY)} - {None} == {one.name for one in targets()}
    towns = {one.code for one in places.municipalities()}
    assert {one.municipality for way in papers.methods(DAY) for one in way.examples} - towns == set()
    parts = {one.part for one in points() if one.indicator == "servants_holding"}
    assert {one.part for one in papers.servants_figures(date(2020, 7, 1))} == parts


def test_points_of_a_list_stand_under_points_of_it() -> None:
    for name in LISTS:
        found = papers.listed(name, DAY)
        numbers = [one.number for one in found]
        assert len(set(numbers)) == len(numbers)
        assert {one.under for one in found} - set(numbers) <= {None}


def test_every_stretch_ends_after_it_begins() -> None:
    stretches = [value for one in every_row() for value in fields(one) if isinstance(value, When)]
    backwards = [one for one in stretches if one.first and one.last and one.first > one.last]
    assert (backwards, len(stretches) > 80) == ([], True)


def test_a_step_that_is_an_act_has_its_days() -> None:
    days = {one.code: one.when for one in papers.acts(DAY)}
    steps = [one for one in papers.ministries_timetable(DAY) if one.act]
    assert [(one.code, one.when) for one in steps] == [(one.code, days[one.act or ""]) for one in steps]
    assert len(steps) == 6


# -- Revisions ---------------------------------------------------------------------------------------------------------

LATER = DAY + timedelta(days=300)


def test_a_revision_is_shown_from_its_day_and_the_earlier_version_before() -> None:
    first = next(one for one in papers.milestones(DAY) if one.code == "use-starts")
    moved = When(date(2021, 10, 1), date(2021, 10, 31))
    second = replace(first, version=2, known_from=LATER, reason="the tests took longer", when=moved)
    rows = (*papers.milestones(DAY), second)
    before = {one.code: one for one in papers.as_known(rows, LATER - timedelta(days=1))}
    after = {one.code: one for one in papers.as_known(rows, LATER)}
    assert before["use-starts"] == first
    assert after["use-starts"] == second
    assert list(before) == list(after)
    assert papers.versions_of(rows, LATER)["use-starts"] == (first, second)


def test_what_a_revision_drops_is_gone_from_its_day_and_still_among_the_versions() -> None:
    first = papers.bars(DAY)[0]
    gone = replace(first, version=2, known_from=LATER, reason="no longer needed", is_dropped=True)
    assert papers.as_known((first, gone), LATER - timedelta(days=1)) == (first,)
    assert papers.as_known((first, gone), LATER) == ()
    assert papers.versions_of((first, gone), LATER) == {first.code: (first, gone)}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 400)), unique=True, max_size=12), st.integers(0, 400))
def test_whatever_is_revised_the_last_known_version_holds(made: list[tuple[str, int]], asked: int) -> None:
    base = papers.bars(DAY)[0]
    rows = [replace(base, code=code, known_from=DAY + timedelta(days=days)) for code, days in made]
    found = papers.as_known(rows, DAY + timedelta(days=asked))
    newest = {code: days for code, days in sorted(made) if days <= asked}  # the last of each code stays
    assert {one.code: (one.known_from - DAY).days for one in found} == newest
