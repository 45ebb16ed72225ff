"""What makes no sense in a plan, as a table: what is changed, what is found, where."""

from datetime import date, time
from typing import Any

import pytest

from onshi.kernel import Month
from onshi.places import municipality
from onshi.plans import checking, sharing
from onshi.plans.model import (
    Assumed,
    Cost,
    CostPart,
    Method,
    ModelProject,
    ModelSite,
    MonthPlan,
    MyKey,
    Occasion,
    OccasionKind,
    Place,
    Progress,
    Reception,
    Stages,
)

from .make import CHIYODA, SAPPORO, YEAR, content, months, site

RESIDENTS = municipality(CHIYODA).population
END = date(2021, 3, 31)


def found(**changes: Any) -> list[tuple[str, str, str]]:
    """Severity, code and field."""
    return [(one.severity.value, one.code, one.path) for one in checking.check(content(**changes), CHIYODA, YEAR)]


def visit(times: int, expected: int, first: Month | None = None, last: Month | None = None) -> Reception:
    return Reception(Method.VISIT, Place.COMPANY, "企業", times, expected, first, last)


def seldom(number: int, stages: Stages) -> tuple[MonthPlan, ...]:
    """The usual months, but for one."""
    usual = months()
    return (*usual[:number], MonthPlan(usual[number].month, stages), *usual[number + 1 :])


def occasion(on: date, starts: time = time(9), ends: time = time(12)) -> Occasion:
    return Occasion(OccasionKind.WEEKEND, on, starts, ends, "区役所")


def test_a_plan_that_makes_sense() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # Sites.
        ({"sites": ()}, [("error", "site-none", "sites")]),
        (
            {"sites": (site(windows=0),), "months": ()},
            [("error", "site-none", "sites"), ("warning", "months-missing", "months")],
        ),
        ({"sites": (site(kind=Place.SHOPPING),)}, [("error", "site-kind", "sites[0].kind")]),
        ({"sites": (site(), site())}, [("warning", "site-twice", "sites[1].name")]),
        ({"sites": (site(opens=time(17), closes=time(9)),)}, [("error", "hours-reversed", "sites[0].closes")]),
        ({"sites": (site(days=32),)}, [("error", "days-too-many", "sites[0].days")]),
        ({"sites": (site(weekend_minutes=0),)}, [("warning", "opening-without-minutes", "sites[0].weekend_minutes")]),
        ({"sites": (site(evening_minutes=0),)}, [("warning", "opening-without-minutes", "sites[0].evening_minutes")]),
        ({"sites": (site(evening_minutes=1441),)}, [("error", "opening-too-long", "sites[0].evening_minutes")]),
        ({"sites": (site(first=Month(2020, 3)),)}, [("error", "outside-year", "sites[0].first")]),
        (
            {"sites": (site(first=Month(2020, 9), last=Month(2020, 8)),)},
            [("error", "months-reversed", "sites[0].last")],
        ),
        (
            {"sites": (site(windows=-1, staff=0, terminals=0), site(name="支所"))},
            [("error", "negative", "sites[0].windows")],
        ),
        # What is assumed.
        ({"assumed": ()}, [("warning", "assumed-none", "assumed")]),
        ({"assumed": (Assumed(END, 41_000, 40_000),)}, [("error", "low-above-high", "assumed[0].low")]),
        ({"assumed": (Assumed(END, 41_000), Assumed(END, 41_000))}, [("error", "assumed-twice", "assumed[1].due")]),
        (
            {"assumed": (Assumed(END, 41_000), Assumed(date(2023, 3, 31), 40_000))},
            [("error", "assumed-falls", "assumed[1].low")],
        ),
        ({"assumed": (Assumed(END, 31_119),)}, [("warning", "below-share", "assumed[0].low")]),
        ({"assumed": (Assumed(END, 31_120),)}, []),
        ({"assumed": (Assumed(END, 41_000, RESIDENTS + 1),)}, [("note", "above-residents", "assumed[0].high")]),
        ({"assumed": (Assumed(END, 41_000, RESIDENTS),)}, []),
        ({"assumed": (Assumed(END, 41_000, None, 61.9),)}, []),
        ({"assumed": (Assumed(END, 41_000, None, 62.1),)}, [("warning", "percent-differs", "assumed[0].percent")]),
        (
            {"assumed": (Assumed(date(2022, 3, 31), 68_000, None, 101.2),)},
            [
                ("note", "above-residents", "assumed[0].low"),
                ("note", "percent-over-100", "assumed[0].percent"),
            ],
        ),
        # The months.
        ({"months": ()}, [("warning", "months-missing", "months")]),
        ({"months": months()[:11], "issued_before": 31_000}, [("warning", "months-missing", "months")]),
        ({"months": (*months(), months()[0])}, [("error", "month-twice", "months[12].month")]),
        (
            {"months": (*months(), MonthPlan(Month(2021, 4), Stages()))},
            [("error", "outside-year", "months[12].month")],
        ),
        ({"months": months(issued=1_051), "sites": (site(windows=6),)}, [("warning", "stages-out-of-order", "months")]),
        ({"issued_before": 28_999}, [("warning", "months-below-assumed", "months")]),
        ({"issued_before": 29_000}, []),
        (
            {"months": seldom(0, Stages(1100, 1050, 1050, -1)), "issued_before": 31_001},
            [("error", "negative", "months[0].issued")],
        ),
        (
            {"months": seldom(0, Stages(10_000_001, 1_050, 1_050, 1_000))},
            [("error", "too-large", "months[0].received")],
        ),
        # Receptions and the rest.
        ({"receptions": (visit(0, 0),)}, []),
        ({"receptions": (visit(3, 0),)}, [("warning", "reception-without-expected", "receptions[0].expected")]),
        ({"receptions": (visit(0, 3),)}, [("warning", "reception-without-times", "receptions[0].times")]),
        ({"receptions": (visit(1, 3, Month(2021, 4)),)}, [("error", "outside-year", "receptions[0].first")]),
        ({"mykey": MyKey(0, 1, 5)}, [("warning", "mykey-without-windows", "mykey.windows")]),
        ({"mykey": MyKey(1, 0, 5)}, [("warning", "mykey-without-windows", "mykey.windows")]),
        ({"mykey": MyKey()}, []),
        (
            {"models": (ModelProject(ModelSite.IMMIGRATION, Progress.NONE, 5),)},
            [("warning", "model-without-progress", "models[0].progress")],
        ),
        ({"occasions": (occasion(date(2021, 4, 1)),)}, [("error", "outside-year", "occasions[0].on")]),
        ({"occasions": (occasion(date(2020, 4, 1)), occasion(END))}, []),
        (
            {"occasions": (occasion(END, time(12), time(12)),)},
            [("error", "hours-reversed", "occasions[0].ends")],
        ),
        # Costs.
        ({"costs": ()}, [("warning", "costs-none", "costs")]),
        ({"costs": (Cost("dinner", CostPart.ISSUING, 5),)}, [("error", "cost-category", "costs[0].category")]),
        ({"costs": (Cost("staff", CostPart.ISSUING, 10_000_001),)}, []),  # yen may be many
        ({"costs": (Cost("staff", CostPart.ISSUING, -1),)}, [("error", "negative", "costs[0].yen")]),
        # Windows × minutes ≥ cards?
        (
            {"sites": (site(windows=2, evenings=0, evening_minutes=0, weekends=0, weekend_minutes=0),)},
            [
                *(("warning", "capacity-short", f"months[{number}].issued") for number in range(12)),
                ("note", "capacity-remedy", "months[0].issued"),
                ("note", "capacity-evenings", "months[0].issued"),
            ],
        ),
    ],
)
def test_what_is_found(changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found(**changes) == expected


def test_by_how_much_it_falls_short_and_what_would_do() -> None:
    changed = content(sites=(site(windows=2),), months=seldom(5, Stages(1100, 1050, 1050, 1050)))
    told = checking.check(changed, CHIYODA, YEAR)
    by_code = {one.code: dict(one.facts) for one in told if one.path == "months[5].issued"}
    # 20 days of 525 minutes, four evenings of 120, two weekends of 240 are 11,460 minutes a window.
    assert 2 * 11_460 * 80 // 2_000 == 916
    assert by_code == {
        "capacity-short": {
            "month": "2020-09",
            "planned": 1_050,
            "cards": 916,
            "short": 134,
            "scarcest": "resource:windows",
        },
        "capacity-remedy": {"month": "2020-09", "site": "千代田区役所", "windows": 1, "staff": 0, "terminals": 0},
        "capacity-evenings": {"month": "2020-09", "site": "千代田区役所", "evenings": 14},
    }


def test_a_month_in_which_no_site_is_open_lacks_windows() -> None:
    told = checking.check(content(sites=(site(first=Month(2020, 5)),)), CHIYODA, YEAR)
    (april,) = [one.facts for one in told if (one.code, one.path) == ("capacity-short", "months[0].issued")]
    assert (april["cards"], april["scarcest"]) == (0, "resource:windows")


def test_terminals_that_setting_up_takes_are_told() -> None:
    told = checking.check(content(sites=(site(terminals=1),)), CHIYODA, YEAR)
    march = {one.code: dict(one.facts) for one in told if one.path.startswith("months[11]")}
    # 11,460 minutes less 40 % of 4,200 slow ones; 750 moves of 10 minutes and 1,050 cards of 3 are more.
    left = 11_460 - 4_200 * 40 // 100
    assert march["preset-does-not-fit"] == {"month": "2021-03", "minutes": 7_500 + 3_150 - left}


def test_the_gravest_come_first() -> None:
    told = found(sites=(site(windows=2, staff=1, days=40),), costs=())
    assert [one[0] for one in told] == sorted((one[0] for one in told), key=["error", "warning", "note"].index)


def test_of_a_part_only_rows_are_judged() -> None:
    part = content(sites=(), costs=(), receptions=(visit(3, 0),))
    told = checking.check(part, CHIYODA, YEAR, is_whole=False)
    assert [(one.code, one.path) for one in told] == [("reception-without-expected", "receptions[0].expected")]


def test_the_shares_are_what_was_published_when_the_plan_was_due() -> None:
    assert [one.due.isoformat() for one in sharing.shares_of(SAPPORO, 2019)] == [
        "2020-03-31",
        "2020-07-31",
        "2021-03-31",
        "2022-03-31",
        "2023-03-31",
    ]
    later = sharing.shares_of(SAPPORO, 2022)
    assert [(one.low, one.high) for one in later] == [(None, None)] * 4  # in words, or nothing


def test_all_shares_are_the_national_figure() -> None:
    codes = [one.code for one in sharing.record.towns()]
    lows = [next(one.low for one in sharing.shares_of(code, 2020) if one.due == END) for code in codes]
    assert sum(low or 0 for low in lows) == 60_000_000
