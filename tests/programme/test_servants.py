"""Public servants: members and dependants apart, against the days that are due; new hires on their first day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi import programme
from onshi.kernel import Period
from onshi.programme import Hire, NewHires, servants
from onshi.programme.model import Standing
from onshi.programme.servants import Figure
from onshi.record import Point, papers

DAY = papers.FIRST_PUBLISHED
DUE = date(2020, 3, 31)


def figure(percent: float | None, *, includes_applied: bool | None, on: date = DUE) -> Figure:
    made = next(one for one in papers.servants_figures(date(2020, 7, 1)) if one.code == "national-with-agencies")
    point = Point(on, False, "servants_holding", made.part, None, None, percent, "", "a source")
    meaning = replace(made, is_dependants=False, includes_applied=includes_applied, is_whole_group=True)
    return Figure(point, meaning)


@pytest.mark.parametrize(
    ("group", "persons", "due"),
    [
        ("national_servants", (800_000, 800_000), ["2019-12-31", "2020-03-31"]),
        ("local_servants", (1_610_000, 1_530_000), ["2019-10-31", "2019-12-31", "2020-03-31"]),
        ("public_school", (940_000, 730_000), ["2019-12-31", "2020-03-31"]),
        ("police", (300_000, 390_000), ["2019-12-31", "2020-03-31"]),
    ],
)
def test_members_and_dependants_are_apart_and_due_on_the_days_of_their_kind(
    group: str, persons: tuple[int, int], due: list[str]
) -> None:
    members, dependants = (one for one in programme.public_servants_on(DAY).parts if one.group.code == group)
    assert (members.is_dependants, dependants.is_dependants) == (False, True)
    assert (members.persons, dependants.persons) == persons
    for part in (members, dependants):
        assert [one.due.isoformat() for one in part.states] == due
        assert [one.is_target for one in part.states] == [False] * (len(due) - 1) + [True]


@pytest.mark.parametrize(
    ("day", "standings", "known"),
    [
        ("2019-09-02", [], 0),  # the day before the papers
        ("2019-09-03", ["open", "open"], 0),
        ("2019-10-31", ["open", "open"], 3),  # counted, though not a day on which this kind is asked
        ("2019-12-31", ["open", "open"], 3),  # the day itself
        ("2020-01-01", ["uncounted", "open"], 3),  # over, and nothing is known of it
        ("2020-03-31", ["uncounted", "missed"], 7),  # 46.4 % with those who applied
        ("2020-06-30", ["uncounted", "missed"], 9),
    ],
)
def test_what_was_known_of_national_servants_on_a_day(day: str, standings: list[str], known: int) -> None:
    status = programme.public_servants_on(date.fromisoformat(day))
    members = [one for one in status.parts if one.group.code == "national_servants" and not one.is_dependants]
    assert [state.standing for one in members for state in one.states] == standings
    assert len(status.figures) == known


def test_a_figure_of_some_of_them_judges_nothing() -> None:
    local = [one for one in programme.public_servants_on(date(2020, 6, 30)).parts if one.group.code == "local_servants"]
    assert {state.standing for one in local for state in one.states} == {Standing.UNCOUNTED}


@pytest.mark.parametrize(
    ("percent", "includes_applied", "standing"),
    [
        (99.9, False, Standing.MISSED),
        (99.9, True, Standing.MISSED),
        (99.9, None, Standing.MISSED),
        (100.0, False, Standing.MET),
        (100.0, True, Standing.UNCOUNTED),  # some of them may only have applied
        (100.0, None, Standing.UNCOUNTED),
        (None, False, Standing.UNCOUNTED),
    ],
)
def test_a_figure_with_those_who_applied_never_shows_that_it_was_met(
    percent: float | None, includes_applied: bool | None, standing: Standing
) -> None:
    found = servants.judge(figure(percent, includes_applied=includes_applied), DUE, on=DUE + timedelta(days=1))
    assert found is standing


@pytest.mark.parametrize(
    ("days", "percent", "standing"),
    [
        (-1, 100.0, Standing.UNCOUNTED),  # some may have left since
        (-1, 99.9, Standing.UNCOUNTED),  # the day before says nothing of the day
        (1, 99.9, Standing.MISSED),  # who has no card the day after had none on the day
        (1, 100.0, Standing.UNCOUNTED),  # the last of them may have got theirs a day late
    ],
)
def test_a_figure_of_another_day_can_show_a_miss_only_when_it_is_later(
    days: int, percent: float, standing: Standing
) -> None:
    made = figure(percent, includes_applied=False, on=DUE + timedelta(days=days))
    assert servants.judge(made, DUE, on=DUE + timedelta(days=9)) is standing


def test_the_first_figure_from_the_day_on_decides() -> None:
    before, late, later = (
        figure(percent, includes_applied=False, on=DUE + timedelta(days=days))
        for days, percent in ((-9, 40.0), (1, 90.0), (9, 100.0))
    )
    assert servants.deciding([], DUE) is None
    assert servants.deciding([before], DUE) is before
    assert servants.deciding([before, late, later], DUE) is late


def test_before_the_day_without_a_figure_it_is_open() -> None:
    assert servants.judge(None, DUE, on=DUE) is Standing.OPEN
    assert servants.judge(None, DUE, on=DUE + timedelta(days=1)) is Standing.UNCOUNTED


# -- New hires ---------------------------------------------------------------------------------------------------------

YEAR = Period(date(2020, 4, 1), date(2021, 4, 1))


@pytest.mark.parametrize(
    ("hired", "held", "counted"),
    [
        ("2020-04-01", ("2020-03-01", None), (1, 1)),  # held before
        ("2020-04-01", ("2020-04-01", None), (1, 1)),  # got on the very day
        ("2020-04-01", ("2020-04-02", None), (1, 0)),  # a day late does not count
        ("2020-04-01", ("2019-01-01", "2020-04-01"), (1, 0)),  # no longer valid that day
        ("2020-04-01", ("2019-01-01", "2020-04-02"), (1, 1)),  # its last day
        ("2020-04-01", None, (1, 0)),
        ("2020-03-31", ("2019-01-01", None), (0, 0)),  # hired before the period
        ("2021-04-01", ("2019-01-01", None), (0, 0)),  # hired after it
    ],
)
def test_a_new_hire_counts_who_holds_a_card_on_the_day_of_hiring(
    hired: str, held: tuple[str, str | None] | None, counted: tuple[int, int]
) -> None:
    period = (
        None if held is None else Period(date.fromisoformat(held[0]), held[1] and date.fromisoformat(held[1]) or None)
    )
    found = programme.count_new_hires([Hire(date.fromisoformat(hired), period)], YEAR)
    assert (found.hired, found.holding) == counted


def test_nobody_hired_is_no_zero_per_cent() -> None:
    assert NewHires(0, 0).percent is None
    assert NewHires(4, 3).percent == 75.0


@given(st.lists(st.tuples(st.integers(0, 500), st.none() | st.integers(-400, 400)), max_size=30))
def test_never_more_hold_a_card_than_were_hired(made: list[tuple[int, int | None]]) -> None:
    start = date(2020, 1, 1)
    hires = [
        Hire(start + timedelta(days=day), None if held is None else Period(start + timedelta(days=held)))
        for day, held in made
    ]
    found = programme.count_new_hires(hires, YEAR)
    assert 0 <= found.holding <= found.hired <= len(hires)


def test_the_indicator_is_defined_in_both_languages() -> None:
    counted = programme.public_servants_on(DAY).new_hires
    assert counted.name == "servants_new_hires"
    assert "採用の日" in counted.counted("ja")
    assert "day of hiring" in counted.counted("en")
