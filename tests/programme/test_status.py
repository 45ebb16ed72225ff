"""Targets against reality: what was known, what was missed, by how much, since when, what next."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi import programme, record
from onshi.programme import Course, Standing, rules
from onshi.record import Count, Target

NATION = record.nation()
TARGET = Target("t", 1, date(2020, 1, 1), "issued", date(2020, 12, 31), 1000, 1200, "", "", "first published")


def count(day: str, issued: int) -> Count:
    return Count(date.fromisoformat(day), issued, date(2019, 1, 1), 10_000, is_rebased=False)


def standing(day: str) -> list[str]:
    return [one.standing.value for one in programme.status_of(NATION, date.fromisoformat(day)).verdicts]


@pytest.mark.parametrize(
    ("day", "course", "standings"),
    [
        ("2017-03-08", "no_target", []),  # the first count
        ("2019-09-02", "no_target", []),  # the day before the papers
        ("2019-09-03", "cannot_tell", ["open", "open", "open", "words"]),  # published; nothing counted since
        ("2019-09-16", "off", ["open", "open", "open", "words"]),  # the first count after
        ("2020-07-31", "off", ["open", "open", "open", "words"]),  # the last day of the first target
        ("2020-08-01", "off", ["missed", "open", "open", "words"]),
        ("2021-03-31", "off", ["missed", "open", "open", "words"]),
        ("2021-04-01", "off", ["missed", "missed", "open", "words"]),
        ("2022-03-31", "off", ["missed", "missed", "open", "words"]),
        ("2022-04-01", "cannot_tell", ["missed", "missed", "uncounted", "words"]),  # over, and nothing counted since
    ],
)
def test_what_was_known_on_a_day(day: str, course: str, standings: list[str]) -> None:
    assert programme.status_of(NATION, date.fromisoformat(day)).course == course
    assert standing(day) == standings


def test_the_targets_of_july_2020_and_march_2021_were_missed_by_so_much() -> None:
    july, march, *_ = programme.status_of(NATION, date(2022, 3, 1)).verdicts
    assert (july.judged.on, july.judged.issued, july.short) == (date(2020, 8, 1), 23_246_822, 6_753_178)
    assert (march.judged.on, march.judged.issued, march.short) == (date(2021, 4, 1), 35_969_563, 24_030_437)
    assert [round(one.ratio or 0) for one in (july, march)] == [77, 60]


def test_since_when_and_what_next() -> None:
    status = programme.status_of(NATION, date(2021, 4, 1))
    assert status.ahead is not None
    assert status.ahead.target.name == "cards-2022"
    assert status.pace is not None
    assert status.pace.off_since == date(2019, 9, 16)
    # 90,000,000 - 35,969,563 in 365 days; March brought 2,526,229 in 31.
    assert status.pace.needed == pytest.approx(54_030_437 / 365)
    assert status.pace.actual == pytest.approx(2_526_229 / 31)


def test_a_prefecture_and_a_town_have_their_part_of_the_target() -> None:
    miyakonojo = programme.status_of(record.find_area("452025"), date(2021, 4, 1))
    assert miyakonojo.verdicts[1].standing is Standing.MET
    missed = {
        area.name
        for area in record.parts("00")
        if programme.status_of(area, date(2021, 4, 1)).verdicts[1].standing is Standing.MISSED
    }
    assert len(missed) == 47
    met = [
        area
        for area in record.towns()
        if programme.status_of(area, date(2021, 4, 1)).verdicts[1].standing is Standing.MET
    ]
    assert len(met) == 9


@pytest.mark.parametrize("day", [*record.record().dates, date(2019, 9, 10), date(2022, 12, 31)])
def test_targets_of_the_parts_add_up_to_that_of_the_whole(day: date) -> None:
    for whole in (NATION, record.find_area("13"), record.find_area("47")):
        parts = [programme.status_of(part, day).verdicts for part in record.parts(whole.code)]
        for place, verdict in enumerate(programme.status_of(whole, day).verdicts):
            if verdict.low is not None and verdict.high is not None and verdict.short is not None:
                assert verdict.low == sum(row[place].low or 0 for row in parts)
                assert verdict.high == sum(row[place].high or 0 for row in parts)
                assert verdict.judged.issued == sum(row[place].judged.issued for row in parts)
                assert verdict.short == sum(row[place].short or 0 for row in parts)


@given(st.dates(date(2017, 3, 8), date(2023, 1, 1)))
def test_nothing_later_than_the_day_is_in_an_answer(day: date) -> None:
    status = programme.status_of(NATION, day)
    assert all(one.on <= day for one in status.counts)
    assert all(one.target.known_from <= day and one.judged.on <= day for one in status.verdicts)
    assert all(one.on <= day for one in record.points_on(day))
    assert all(one.point is None or one.point.on <= day for one in programme.facilities_on(day))


@pytest.mark.parametrize("day", [date(2019, 9, 10), date(2019, 9, 16), date(2020, 8, 1), date(2022, 4, 1)])
def test_how_many_are_behind_is_what_their_statuses_say(day: date) -> None:
    for areas in (record.parts("00"), record.towns()[::7]):
        courses = [programme.status_of(area, day).course for area in areas]
        cannot_tell = set(courses) == {Course.CANNOT_TELL}
        assert programme.count_behind(areas, day) == (None if cannot_tell else courses.count(Course.OFF))


def test_the_last_counts_are_those_of_the_series() -> None:
    last = record.last_counts(date(2020, 8, 20))
    assert [count for _, count in last] == [record.counts_of(area, date(2020, 8, 20))[-1] for area, _ in last]
    assert len(last) == 1741


def test_before_the_record_there_is_no_answer() -> None:
    with pytest.raises(record.errors.BeforeRecord):
        programme.status_of(NATION, date(2017, 3, 7))


def test_facilities_are_judged_by_the_first_point_that_is_known() -> None:
    told = [
        [(one.target.name[-4:], one.standing.value, one.percent and round(one.percent, 1)) for one in found]
        for found in map(programme.facilities_on, (date(2020, 1, 1), date(2021, 3, 30), date(2022, 3, 1)))
    ]
    assert told == [
        [("2021", "open", None), ("2022", "open", None), ("2023", "words", None)],
        [("2021", "open", None), ("2022", "open", None), ("2023", "words", None)],
        [("2021", "missed", 0.0), ("2022", "open", 10.9), ("2023", "words", 10.9)],
    ]
    (first, *_) = programme.facilities_on(date(2022, 3, 1))
    assert first.is_worked_out
    assert [one.standing.value for one in programme.facilities_on(date(2022, 4, 1))] == ["missed", "uncounted", "words"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("00", "00"),
        ("13", "13"),
        ("１３", "13"),
        ("130001", "13"),
        ("13104", "131041"),
        ("131041", "131041"),
        ("01100", "011002"),
    ],
)
def test_an_area_by_its_code(text: str, code: str) -> None:
    assert record.find_area(text).code == code


@pytest.mark.parametrize("text", ["", "0", "48", "131042", "011011", "東京", "999999", "1310411"])
def test_a_code_that_names_no_area(text: str) -> None:
    with pytest.raises(record.errors.UnknownArea):
        record.find_area(text)


def test_the_tree_of_areas() -> None:
    chiyoda = record.find_area("131016")
    tokyo = record.parent(chiyoda)
    assert tokyo is not None
    assert (tokyo.code, record.parent(tokyo), record.parent(NATION)) == ("13", NATION, None)
    assert chiyoda in record.parts("13")
    assert (len(record.parts("00")), len(record.parts("13")), len(record.towns())) == (47, 62, 1741)


# -- The rules alone ---------------------------------------------------------------------------------------------------


def test_a_revision_counts_from_the_day_it_is_published_and_the_earlier_version_stays() -> None:
    lowered = replace(TARGET, version=2, known_from=date(2020, 6, 1), low=800, reason="hand-made")
    both = [lowered, TARGET]
    assert record.in_force(both, date(2019, 12, 31)) == ()
    assert record.in_force(both, date(2020, 5, 31)) == (TARGET,)
    assert record.in_force(both, date(2020, 6, 1)) == (lowered,)


@pytest.mark.parametrize(
    ("counts", "on", "expected"),
    [
        ([("2020-06-01", 500)], "2020-12-31", Standing.OPEN),
        ([("2020-06-01", 500)], "2021-01-01", Standing.UNCOUNTED),
        ([("2020-06-01", 1000)], "2020-06-01", Standing.MET),  # early, and exactly the low end
        ([("2020-12-31", 999), ("2021-01-01", 999)], "2021-01-01", Standing.MISSED),
        ([("2020-12-31", 999), ("2021-01-01", 1000)], "2021-01-01", Standing.MET),
        ([("2021-01-01", 999), ("2021-02-01", 2000)], "2021-02-01", Standing.MISSED),  # too late is missed
    ],
)
def test_how_one_target_stands(counts: list[tuple[str, int]], on: str, expected: Standing) -> None:
    verdict = rules.judge(TARGET, [count(*one) for one in counts], 1000, 1200, on=date.fromisoformat(on))
    assert verdict.standing is expected


def test_off_course_begins_with_the_unbroken_row() -> None:
    counts = [
        count("2020-01-01", 0),
        count("2020-02-01", 10),  # off
        count("2020-03-01", 400),  # on again
        count("2020-04-01", 405),  # off
        count("2020-05-01", 410),  # off
    ]
    assert [found.isoformat() if found else None for found in map(since, (counts[:2], counts[:3], counts))] == [
        "2020-02-01",
        None,
        "2020-04-01",
    ]


def since(counts: list[Count]) -> date | None:
    pace = rules.pace_to(TARGET, counts, [1000] * len(counts))
    assert pace is not None
    return pace.off_since


def test_exactly_the_pace_needed_is_on_course() -> None:
    start = date(2020, 12, 30)
    counts = [count("2020-12-30", 998), count("2020-12-31", 999)]
    pace = rules.pace_to(TARGET, counts, [1000, 1000])
    assert (pace and (pace.needed, pace.actual, pace.off_since)) == (1.0, 1.0, None)
    assert rules.pace_to(TARGET, [count((start + timedelta(days=2)).isoformat(), 5)], [1000]) is None
    assert rules.course_of([], None, None) is Course.NO_TARGET
