"""What is typed into a page says what a workbook's cells say; two versions compared say what changed."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from onshi.plans import comparing, workbook
from onshi.plans.comparing import Difference, differences
from onshi.plans.model import Assumed, Content, Cost, CostPart, MonthPlan, Place, Site, Stages

from .make import OCTOBER, YEAR, content, site

SITE = {"kind": "branch", "name": "支所", "windows": "２", "staff": "3", "terminals": "1,000", "days": "20"} | {
    "opens": "8:30",
    "closes": "17時15分",
}


def codes(section: str, *rows: dict[str, str]) -> list[tuple[str, str]]:
    """Code and field of every finding."""
    return [(one.code, one.path) for one in workbook.read_rows(section, rows, YEAR).findings]


def test_a_row_is_read_as_the_cells_of_a_workbook_are() -> None:
    found = workbook.read_rows("sites", [SITE], YEAR)
    assert (found.findings, found.value) == ((), (Site(Place.BRANCH, "支所", 2, 3, 1000),))
    assert type(found.value[0].kind) is Place


def test_a_month_has_its_stages_beside_it() -> None:
    row = {"month": "10月", "received": "4", "preset": "3", "notified": "2", "issued": "1"}
    assert workbook.read_rows("months", [row], YEAR).value == (MonthPlan(OCTOBER, Stages(4, 3, 2, 1)),)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"windows": ""}, [("blank", "sites[0].windows")]),
        ({"windows": "多い", "staff": "1.5"}, [("not-a-number", "sites[0].windows"), ("decimal", "sites[0].staff")]),
        ({"kind": "支所"}, [("not-in-list", "sites[0].kind")]),  # a page sends codes, not words
        ({"opens": "25:00"}, [("not-a-time", "sites[0].opens")]),
        ({"first": "13月"}, [("not-a-month", "sites[0].first")]),
        ({"name": "あ" * 201}, [("text-too-long", "sites[0].name")]),
        ({"name": "番号123456789018"}, [("personal-number", "sites[0].name")]),
        ({"windows": "1,2"}, [("not-a-number", "sites[0].windows")]),
        (
            {"windows": "3、4", "staff": "1 2"},
            [("not-a-number", "sites[0].windows"), ("not-a-number", "sites[0].staff")],
        ),
        (
            {"windows": "100000000001", "staff": "9" * 5_000},
            [("too-large", "sites[0].windows"), ("too-large", "sites[0].staff")],
        ),
        ({"windows": "-100000000001"}, [("too-large", "sites[0].windows")]),
        ({"weekends": ""}, []),
    ],
)
def test_what_cannot_be_read_is_found_at_its_field(changes: dict[str, str], found: list[tuple[str, str]]) -> None:
    assert codes("sites", SITE | changes) == found


@pytest.mark.parametrize(
    ("text", "read"),
    [("１，２３４", 1_234), ("12、345、678", 12_345_678), ("30 000", 30_000), ("１００００００００００００", None)],
)
def test_thousands_may_stand_apart(text: str, read: int | None) -> None:
    assert workbook.read_numbers({"moves": text}).value.get("moves") == read


@pytest.mark.parametrize("text", ["1001", "-1001", "9" * 400])
def test_a_share_beyond_any_is_none(text: str) -> None:
    row = {"due": "2021-03-31", "percent": text}
    assert codes("assumed", row) == [("too-large", "assumed[0].percent")]


def test_more_rows_than_a_workbook_may_have_are_too_many() -> None:
    assert codes("sites", *[SITE] * 401) == [("rows-too-many", "sites")]


def test_numbers_are_read_by_their_name() -> None:
    found = workbook.read_numbers({"moves": "１２０", "issued_before": "", "mykey.windows": "x"})
    assert found.value == {"moves": 120, "issued_before": None}
    assert [(one.code, one.path) for one in found.findings] == [("not-a-number", "mykey.windows")]


# -- Two versions ------------------------------------------------------------------------------------------------------


def told(before: Content, after: Content) -> list[tuple[str, str, Any, Any]]:
    """Part, field, before, after."""
    return [(one.section, one.name, one.before, one.after) for one in differences(before, after)]


def test_a_field_that_changed() -> None:
    assert told(content(), content(moves=1)) == [("", "moves", 300, 1)]
    changed = content(sites=(site(windows=9),))
    assert told(content(), changed) == [("sites", "windows", 4, 9)]
    (one,) = differences(content(), changed)
    assert one.about == (Place.HEAD_OFFICE, "千代田区役所")


def test_a_row_that_came_and_one_that_went() -> None:
    annexe = site(name="別館")
    assert told(content(), content(sites=(site(), annexe))) == [("sites", "", None, annexe)]
    assert told(content(), content(models=())) == [("models", "", content().models[0], None)]


def test_rows_about_the_same_thing_are_compared_in_their_order() -> None:
    before = content(costs=(Cost("rent", CostPart.ISSUING, 1), Cost("rent", CostPart.ISSUING, 2)))
    after = content(costs=(Cost("rent", CostPart.ISSUING, 1), Cost("rent", CostPart.ISSUING, 3)))
    assert told(before, after) == [("costs", "yen", 2, 3)]


assumed = st.lists(
    st.builds(
        Assumed,
        st.sampled_from([date(2021, 3, 31), date(2022, 3, 31), date(2023, 3, 31)]),
        st.none() | st.integers(0, 3),
        st.none() | st.integers(0, 3),
    ),
    max_size=5,
).map(tuple)
sites = st.lists(
    st.builds(
        Site, st.just(Place.BRANCH), st.sampled_from("甲乙丙"), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)
    ),
    max_size=4,
).map(tuple)
contents = st.builds(Content, moves=st.none() | st.integers(0, 2), assumed=assumed, sites=sites)


@given(contents, contents)
def test_differences_are_none_of_the_same_and_turn_around(before: Content, after: Content) -> None:
    assert differences(before, before) == ()
    around = {_turned(one) for one in differences(after, before)}
    assert {_shown(one) for one in differences(before, after)} == around


@given(contents)
def test_the_order_of_rows_with_different_keys_is_no_difference(one: Content) -> None:
    by_key = {tuple(getattr(each, name) for name in comparing.key_of("sites")): each for each in one.sites}
    once = tuple(by_key.values())
    assert differences(replace(one, sites=once), replace(one, sites=once[::-1])) == ()


def _shown(one: Difference) -> tuple[str, ...]:
    return one.section, str(one.about), one.name, str(one.before), str(one.after)


def _turned(one: Difference) -> tuple[str, ...]:
    return one.section, str(one.about), one.name, str(one.after), str(one.before)
