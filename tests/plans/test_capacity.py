"""Windows × minutes ≥ cards: what a month's sites can hand out, what holds them back, what would do."""

from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from onshi.kernel import Month
from onshi.plans import capacity
from onshi.plans.capacity import Resource, capacity_of, parameters_on, remedy_of
from onshi.plans.model import Content, Place, Site, Stages

from .make import OCTOBER, content, site

NOBODY_MOVES = {"moves": 0}
PLAIN = site(weekends=0, evenings=0, opens=time(9), closes=time(17), windows=1, staff=1, terminals=9)


def cards(*sites: Site, preset: int = 0, month: Month = OCTOBER, **changes: Any) -> int:
    """Cards of a month with these sites."""
    plan = content(sites=sites, **(NOBODY_MOVES | changes))
    return capacity_of(plan, month, Stages(preset=preset), residents=60_000).cards


def test_by_hand() -> None:
    # 20 days of 8 hours are 9,600 minutes; a case takes 20 of them, and a fifth of the time is lost.
    assert cards(PLAIN) == 9_600 * 80 // (100 * 20) == 384


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"windows": 2}, 384),  # one member of staff
        ({"windows": 2, "staff": 2}, 768),
        ({"windows": 0}, 0),
        ({"terminals": 0}, 0),
        ({"days": 10}, 192),
        ({"evenings": 5, "evening_minutes": 120}, 384 + 5 * 120 * 8 // 200),
        ({"weekends": 2, "weekend_minutes": 240}, 384 + 2 * 240 * 8 // 200),
        ({"evenings": 5, "evening_minutes": 0}, 384),  # of no length
        # A terminal in slow hours: 9:30–12:00 and 14:00–15:00 are 210 minutes a day, of which a fifth is lost.
        ({"terminals": 1}, (9_600 - 20 * 210 // 5) * 80 // 2_000),
        ({"terminals": 1, "opens": time(12), "closes": time(14)}, 20 * 120 * 80 // 2_000),
        ({"first": Month(2020, 11)}, 0),  # not open yet
        ({"last": Month(2020, 9)}, 0),
        ({"first": OCTOBER, "last": OCTOBER}, 384),
    ],
)
def test_what_a_site_gives(changes: dict[str, Any], expected: int) -> None:
    assert cards(replace(PLAIN, **changes)) == expected


def test_a_case_may_take_longer_here() -> None:
    assert cards(PLAIN, minutes_per_case=30) == 256
    assert cards(PLAIN, minutes_per_case=5) == 1_536


def test_a_window_serves_as_many_a_day_as_a_city_saw() -> None:
    # 17 slots a window and day (枚方市, 2016), with the longest of the times it gave the figure is below that.
    a_day = cards(PLAIN) / PLAIN.days
    assert 17 <= a_day <= 21


def test_setting_up_and_moves_come_first() -> None:
    one = replace(PLAIN, terminals=1)
    left = 9_600 - 20 * 210 // 5
    assert cards(one, preset=1_000) == (left - 3_000) * 80 // 2_000
    assert cards(one, moves=100) == (left - 1_000) * 80 // 2_000
    assert cards(one, preset=1_000, moves=100) == (left - 4_000) * 80 // 2_000


def test_in_march_more_people_move_and_the_centre_is_slower() -> None:
    one, march = replace(PLAIN, terminals=1), Month(2021, 3)
    left = 9_600 - 20 * 210 * 40 // 100
    assert cards(one, month=march) == left * 80 // 2_000
    assert cards(one, month=march, moves=100) == (left - 2_500) * 80 // 2_000


def test_nobody_moves_in_at_a_temporary_site() -> None:
    hall = replace(PLAIN, kind=Place.TEMPORARY, terminals=1)
    plan = content(sites=(hall,), moves=100)
    found = capacity_of(plan, OCTOBER, Stages(), residents=60_000)
    assert (found.cards, found.unmet_minutes) == (cards(hall), 1_000)


def test_moves_go_by_residents_where_the_plan_says_nothing() -> None:
    one = replace(PLAIN, terminals=1)
    assert cards(one, moves=None) == cards(one, moves=60_000 * 35 // 10_000)


def test_what_does_not_fit_is_told() -> None:
    one = replace(PLAIN, terminals=1)
    found = capacity_of(content(sites=(one,), moves=0), OCTOBER, Stages(preset=4_000), residents=60_000)
    assert (found.cards, found.unmet_minutes) == (0, 12_000 - 8_760)


@pytest.mark.parametrize(
    ("windows", "staff", "terminals", "scarcest"),
    [(1, 2, 3, Resource.WINDOWS), (3, 2, 4, Resource.STAFF), (3, 3, 2, Resource.TERMINALS)],
)
def test_what_is_scarcest(windows: int, staff: int, terminals: int, scarcest: Resource) -> None:
    one = replace(PLAIN, windows=windows, staff=staff, terminals=terminals)
    assert capacity_of(content(sites=(one,)), OCTOBER, Stages(), residents=60_000).scarcest is scarcest


@pytest.mark.parametrize(
    ("wanted", "added"),
    [
        (384, None),  # is enough
        (385, (1, 1, 0)),
        (768, (1, 1, 0)),
        (769, (2, 2, 0)),
    ],
)
def test_the_smallest_change(wanted: int, added: tuple[int, int, int] | None) -> None:
    plan = content(sites=(PLAIN,), moves=0)
    found = remedy_of(plan, OCTOBER, Stages(issued=wanted), residents=60_000)
    assert (None if found is None else (found.windows, found.staff, found.terminals)) == added


def test_evenings_instead() -> None:
    plan = content(sites=(PLAIN,), moves=0)
    found = remedy_of(plan, OCTOBER, Stages(issued=400), residents=60_000)
    # Sixteen more cards are 400 minutes with what is lost: four evenings of two hours.
    assert found is not None and found.evenings == 4
    far = remedy_of(plan, OCTOBER, Stages(issued=600), residents=60_000)
    assert far is not None and far.evenings is None  # 23 evenings bring 110


def test_nothing_would_do() -> None:
    closed = replace(PLAIN, days=0)
    assert remedy_of(content(sites=(closed,)), OCTOBER, Stages(issued=1), residents=60_000) is None
    assert remedy_of(content(sites=(PLAIN,)), OCTOBER, Stages(issued=10_000_000), residents=60_000) is None


@pytest.mark.parametrize("name", sorted(capacity.dated_parameters()))
def test_every_figure_says_where_it_is_from(name: str) -> None:
    assert all(entry.source for entry in capacity.dated_parameters()[name].entries)
    assert parameters_on(date(2020, 10, 1)) == parameters_on(date(2019, 9, 1))


sites = st.builds(
    Site,
    kind=st.sampled_from([Place.HEAD_OFFICE, Place.BRANCH, Place.TEMPORARY]),
    name=st.just("窓口"),
    windows=st.integers(0, 12),
    staff=st.integers(0, 20),
    terminals=st.integers(0, 12),
    days=st.integers(0, 23),
    weekends=st.integers(0, 8),
    weekend_minutes=st.integers(0, 480),
    evenings=st.integers(0, 12),
    evening_minutes=st.integers(0, 180),
)
plans = st.builds(Content, sites=st.lists(sites, min_size=1, max_size=4).map(tuple), moves=st.integers(0, 3_000))
stages = st.builds(Stages, preset=st.integers(0, 5_000), issued=st.integers(0, 5_000))


@given(plans, stages, st.data())
def test_more_of_anything_never_gives_less(plan: Content, planned: Stages, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(plan.sites) - 1))
    name = data.draw(st.sampled_from(["windows", "staff", "terminals", "days", "weekends", "evenings"]))
    old = plan.sites[place]
    more = replace(old, **{name: getattr(old, name) + 1})
    richer = replace(plan, sites=(*plan.sites[:place], more, *plan.sites[place + 1 :]))
    before, after = (capacity_of(one, OCTOBER, planned, residents=50_000) for one in (plan, richer))
    assert after.cards >= before.cards
    assert after.unmet_minutes <= before.unmet_minutes


@given(plans, stages)
def test_the_smallest_change_does_and_one_less_of_anything_does_not(plan: Content, planned: Stages) -> None:
    found = remedy_of(plan, OCTOBER, planned, residents=50_000)
    if found is None:
        return
    added = {"windows": found.windows, "staff": found.staff, "terminals": found.terminals}
    place = plan.sites.index(found.site)

    def does(more: dict[str, int]) -> bool:
        old = plan.sites[place]
        new = replace(old, **{name: getattr(old, name) + number for name, number in more.items()})
        changed = replace(plan, sites=(*plan.sites[:place], new, *plan.sites[place + 1 :]))
        told = capacity_of(changed, OCTOBER, planned, residents=50_000)
        return told.cards >= planned.issued and not told.unmet_minutes

    assert does(added)
    assert not any(does(added | {name: number - 1}) for name, number in added.items() if number)
