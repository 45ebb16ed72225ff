"""How many showings an item of publicity comes to, by which assumptions, and where nobody can tell."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.kernel import Month
from onshi.outreach import campaigning, publicity
from onshi.outreach.publicity import Assumption, CannotTell, Lack, Medium, Rate, Showings, Status, Unit

from . import make

PUBLISHED = date(2019, 9, 3)
PLAN = {one.code: one for one in campaigning.of_papers(PUBLISHED)}


@pytest.mark.parametrize(
    ("code", "unit", "showings"),
    [
        ("screens-hospitals", Unit.SCREENINGS, 1301 * 32 * 30),
        ("screens-pharmacies", Unit.SCREENINGS, 780 * 48 * 30),
        ("newspapers", Unit.INSERTIONS, 71),
        ("magazine-nikkei-business", Unit.INSERTIONS, 3),
        ("magazine-akachan-to-mama", Unit.INSERTIONS, 3),
        ("magazine-mini", Unit.INSERTIONS, 3),
    ],
)
def test_what_of_the_plan_of_2019_can_be_computed(code: str, unit: Unit, showings: int) -> None:
    found = publicity.showings(PLAN[code])
    assert isinstance(found, Showings)
    assert (found.unit, found.low, found.high) == (unit, showings, showings)


@pytest.mark.parametrize(
    ("code", "lacks"),
    [
        ("screens-malls", (Lack.SITES, Lack.HOURS)),
        ("screens-shopping", (Lack.SITES, Lack.RATE)),
        ("screens-trains", (Lack.SITES, Lack.RATE)),
        ("tv-march", (Lack.SITES, Lack.RATE)),
        ("tv-may", (Lack.SITES, Lack.RATE)),
        ("radio", (Lack.SITES, Lack.RATE)),
        ("web-video", (Lack.VIEWS,)),
        ("banner", (Lack.VIEWS,)),
        ("web-toyo-keizai", (Lack.VIEWS,)),
        ("web-tamahiyo", (Lack.VIEWS,)),
        ("web-studyplus", (Lack.VIEWS,)),
        ("poster", (Lack.COPIES,)),
        ("leaflet-make", (Lack.COPIES,)),
        ("leaflet-safe", (Lack.COPIES,)),
    ],
)
def test_what_of_it_cannot_and_what_is_missing(code: str, lacks: tuple[Lack, ...]) -> None:
    assert publicity.showings(PLAN[code]) == CannotTell(lacks)


def test_nothing_of_the_plan_is_left_out() -> None:
    told = {code for code, one in PLAN.items() if isinstance(publicity.showings(one), Showings)}
    assert (len(PLAN), len(told)) == (20, 6)
    assert campaigning.of_papers(PUBLISHED - timedelta(days=1)) == ()


def test_every_assumption_is_named() -> None:
    found = publicity.showings(PLAN["screens-hospitals"])
    assert isinstance(found, Showings)
    assert found.assumptions == (
        Assumption.PER_DAY_STATED,
        Assumption.RATE_ABOUT,
        Assumption.EVERY_DAY,
        Assumption.EVERY_SITE,
    )


def test_a_rate_an_hour_needs_the_hours_of_a_day() -> None:
    hourly = make.item(per_hour=Rate(3, 4))
    assert publicity.showings(hourly) == CannotTell((Lack.HOURS,))
    found = publicity.showings(publicity.with_hours(hourly, 10))
    assert isinstance(found, Showings)
    assert (found.low, found.high) == (10 * 30 * 21, 10 * 40 * 21)
    assert found.by_month == {Month(2020, 4): (3_300, 4_400), Month(2020, 5): (3_000, 4_000)}
    assert Assumption.HOURS_ASSUMED in found.assumptions


def test_days_that_are_fewer_than_the_span_belong_to_its_month_or_to_nobody() -> None:
    daily = make.item(per_day=Rate(5, 5), days=7, first=date(2020, 4, 1), last=date(2020, 4, 30))
    found = publicity.showings(daily)
    assert isinstance(found, Showings)
    assert (found.by_month, found.assumptions[1]) == ({Month(2020, 4): (350, 350)}, Assumption.SOME_DAYS)
    over_two = make.item(per_day=Rate(5, 5), days=7)
    assert publicity.showings(over_two) == CannotTell((Lack.DAYS,))


def test_what_is_called_off_is_no_showing_and_in_no_sum() -> None:
    off = make.item(per_day=Rate(5, 5), status=Status.CANCELLED)
    assert publicity.showings(off) == CannotTell((Lack.CALLED_OFF,))
    assert publicity.by_medium([off]) == ()


days = st.dates(date(2019, 1, 1), date(2022, 12, 31))


@given(days, st.integers(0, 500), st.integers(0, 2_000), st.integers(1, 60), st.integers(0, 20))
def test_the_months_add_up_to_the_whole(first: date, span: int, sites: int, low: int, more: int) -> None:
    last = first + timedelta(days=span)
    found = publicity.showings(make.item(first=first, last=last, sites=sites, per_day=Rate(low, low + more)))
    assert isinstance(found, Showings)
    assert (found.low, found.high) == (sites * low * (span + 1), sites * (low + more) * (span + 1))
    assert sum(publicity.days_by_month(first, last).values()) == span + 1


@given(st.lists(st.tuples(st.sampled_from(Medium), st.sampled_from(Status), st.none() | st.integers(0, 9_999))))
def test_the_media_add_up_to_the_items(drawn: list[tuple[Medium, Status, int | None]]) -> None:
    items = [
        make.item(code=f"i{place}", medium=medium, status=status, counted=counted, per_day=Rate(2, 3))
        for place, (medium, status, counted) in enumerate(drawn)
    ]
    kept = [one for one in items if one.status is not Status.CANCELLED]
    found = publicity.by_medium(items)
    assert sum(one.items for one in found) == len(kept)
    told = [one for item in kept if isinstance(one := publicity.showings(item), Showings)]
    assert sum(one.low for one in found) == sum(one.low for one in told)
    assert sum(one.high for one in found) == sum(one.high for one in told)
    assert sum(high for one in found for _, high in one.by_month.values()) == sum(one.high for one in told)
    done = [one for one in kept if one.status is Status.DONE]
    assert sum(one.counted for one in found) == sum(one.counted or 0 for one in done)
    assert sum(one.uncounted for one in found) == sum(one.counted is None for one in done)


@pytest.mark.parametrize(
    "changes",
    [
        {"first": date(2020, 5, 2), "last": date(2020, 5, 1)},
        {"first": None, "last": date(2020, 5, 1)},
        {"days": 22},  # of the 21 from 20 April to 10 May
        {"hours": 25},
        {"hours": 0},
        {"sites": -1},
        {"counted": -1},
    ],
)
def test_what_cannot_be_is_no_item(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="day|hours|count|run"):
        make.item(**changes)
