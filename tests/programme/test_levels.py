"""Kinds of facilities, kinds of insurers and ministries against their targets, as known on a day."""

from datetime import date

import pytest

from onshi import programme, record
from onshi.programme import Line, Rank, Standing


def line(on: str, rank: Rank, group: str, due: str) -> Line:
    (found,) = [
        one
        for one in programme.lines_on(date.fromisoformat(on))
        if (one.rank, one.group, one.due.isoformat()) == (rank, group, due)
        and "dependants" not in (one.name.en if one.name else "")
    ]
    return found


@pytest.mark.parametrize(
    ("on", "group", "due", "standing", "percent"),
    [
        ("2020-12-31", "all", "2021-03-31", Standing.OPEN, None),
        ("2021-04-30", "all", "2021-03-31", Standing.MISSED, 0.02),
        ("2021-07-01", "hospital", "2021-03-31", Standing.MISSED, 1.03),
        ("2022-02-01", "pharmacy", "2022-03-31", Standing.OPEN, 16.7),
        ("2022-04-30", "pharmacy", "2022-03-31", Standing.UNCOUNTED, 16.7),
        ("2022-02-01", "dental_clinic", "2023-03-31", Standing.WORDS, 8.4),
    ],
)
def test_a_kind_of_facilities(on: str, group: str, due: str, standing: Standing, percent: float | None) -> None:
    found = line(on, Rank.FACILITY_KIND, group, due)
    assert found.standing is standing
    assert (None if found.percent is None else round(found.percent, 2)) == percent


def test_all_facilities_stand_as_on_the_front_page() -> None:
    on = date(2022, 2, 1)
    mine = [one for one in programme.lines_on(on) if (one.rank, one.group) == (Rank.FACILITY_KIND, "all")]
    assert [(one.due, one.standing, one.percent) for one in mine] == [
        (one.target.due, one.standing, one.percent) for one in programme.facilities_on(on)
    ]


def test_every_kind_of_insurers_has_its_target() -> None:
    lines = [one for one in programme.lines_on(date(2020, 4, 30)) if one.rank is Rank.INSURER_KIND]
    assert {one.group for one in lines} == {one.code for one in record.papers.insurer_groups(date(2020, 4, 30))}
    national = line("2020-04-30", Rank.INSURER_KIND, "national_servants", "2020-03-31")
    assert (national.standing, national.percent) == (Standing.MISSED, 46.4)


@pytest.mark.parametrize(
    ("on", "members", "dependants"),
    [
        ("2019-10-30", (Standing.OPEN, None), (Standing.OPEN, None)),
        ("2019-10-31", (Standing.OPEN, 25.3), (Standing.OPEN, 13.1)),
        ("2020-03-31", (Standing.MISSED, 46.4), (Standing.OPEN, 13.1)),
        ("2020-04-01", (Standing.MISSED, 46.4), (Standing.UNCOUNTED, 13.1)),
    ],
)
def test_of_a_kind_the_last_figure_of_all_of_it_is_told(
    on: str, members: tuple[Standing, float | None], dependants: tuple[Standing, float | None]
) -> None:
    lines = [one for one in programme.lines_on(date.fromisoformat(on)) if one.group == "national_servants"]
    assert [(one.standing, one.percent) for one in lines] == [members, dependants]


def test_a_ministry_that_was_lowest() -> None:
    found = line("2020-04-30", Rank.MINISTRY, "mhlw", "2020-03-31")
    assert (found.standing, found.percent, found.low) == (Standing.MISSED, 48.4, 100.0)


@pytest.mark.parametrize(
    ("on", "standing", "percent"),
    [("2019-11-01", Standing.OPEN, 35.2), ("2020-04-30", Standing.MISSED, 58.2)],
)
def test_of_a_group_the_last_figure_counts(on: str, standing: Standing, percent: float) -> None:
    found = line(on, Rank.MINISTRY, "national-core", "2020-03-31")
    assert (found.standing, found.percent) == (standing, percent)


def test_a_later_count_that_falls_short_tells_that_the_day_was_missed() -> None:
    assert line("2020-07-31", Rank.MINISTRY, "hyogo", "2020-03-31").standing is Standing.MISSED


def test_nothing_is_known_before_it_was_published() -> None:
    assert programme.lines_on(date(2019, 9, 2)) == ()
    assert [one for one in programme.lines_on(date(2019, 9, 3)) if one.point is not None] == []
    for day in (date(2020, 4, 30), date(2021, 7, 1), date(2022, 2, 1)):
        assert [one for one in programme.lines_on(day) if one.point is not None and one.point.on > day] == []
