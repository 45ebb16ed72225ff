"""Timetables: times as exactly as they are planned, where a line stands, and that no version is lost."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.db import Tx
from onshi.kernel import Moment
from onshi.requests import StepKind, planning, timetables, windows
from onshi.requests.errors import StepChanged, StepMalformed, TooEarly, UnknownStep, WindowUnreadable
from onshi.requests.model import Exactness, StepId, StepStanding, Window

from .make import AT, MINISTRY, OTHER_MINISTRY, TODAY, day, step

LATER = Moment(AT + 60_000_000)


@pytest.mark.parametrize(
    ("text", "first", "last", "exactness", "is_about"),
    [
        ("2020-03-12", "2020-03-12", "2020-03-12", Exactness.DAY, False),
        ("令和2年3月12日", "2020-03-12", "2020-03-12", Exactness.DAY, False),
        ("2019-09-01..2019-09-12", "2019-09-01", "2019-09-12", Exactness.DAY, False),
        ("2019-09-01〜2019-09-12", "2019-09-01", "2019-09-12", Exactness.DAY, False),
        ("2019-09上旬", "2019-09-01", "2019-09-10", Exactness.PART, False),
        ("2020-02下旬", "2020-02-21", "2020-02-29", Exactness.PART, False),
        ("2020-03", "2020-03-01", "2020-03-31", Exactness.MONTH, False),
        ("２０２０年３月頃", "2020-03-01", "2020-03-31", Exactness.MONTH, True),
        ("2019Q4", "2020-01-01", "2020-03-31", Exactness.QUARTER, False),
        ("2019年度第1四半期ごろ", "2019-04-01", "2019-06-30", Exactness.QUARTER, True),
    ],
)
def test_a_planned_time_is_as_exact_as_it_is_written(
    text: str, first: str, last: str, exactness: Exactness, is_about: bool
) -> None:
    read = windows.parse_window(text)
    assert read == Window(date.fromisoformat(first), date.fromisoformat(last), exactness, is_about)
    assert windows.parse_window(windows.written(read)) == read


@pytest.mark.parametrize(
    "text", ["", "頃", "soon", "2020-13", "2020Q5", "2020-02-30", "2020-03-02..2020-03-01", "..", "2020"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(WindowUnreadable):
        windows.parse_window(text)


@given(
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.sampled_from(["{:%Y-%m-%d}", "{:%Y-%m}", "{:%Y-%m}中旬", "{:%Y}Q3"]),
)
def test_every_time_is_written_as_it_is_read(on: date, form: str) -> None:
    read = windows.parse_window(form.format(on) + "頃")
    assert windows.parse_window(windows.written(read)) == read


@pytest.mark.parametrize(
    ("window", "done_on", "on", "standing"),
    [
        ("2020-02", None, "01-31", StepStanding.AHEAD),
        ("2020-02", None, "02-01", StepStanding.OPEN),
        ("2020-02", None, "02-29", StepStanding.OPEN),
        ("2020-02", None, "03-01", StepStanding.LATE),
        ("2020-02頃", None, "03-31", StepStanding.OPEN),  # a month of patience
        ("2020-02頃", None, "04-01", StepStanding.LATE),
        ("2020-02", "02-20", "03-01", StepStanding.DONE),
        ("2020-02", "03-20", "03-10", StepStanding.LATE),  # as known on that day
    ],
)
def test_where_a_line_stands(window: str, done_on: str | None, on: str, standing: StepStanding) -> None:
    line = step(window=windows.parse_window(window), done_on=done_on and day(done_on))
    assert planning.standing_of(line, day(on)) is standing


def test_what_is_still_ahead_was_not_done(tx: Tx) -> None:
    tomorrow = step(done_on=day("02-11"))
    with pytest.raises(TooEarly):
        timetables.plan(tx, tomorrow, at=AT)
    first = timetables.plan(tx, step(done_on=TODAY), at=AT)
    with pytest.raises(TooEarly):
        timetables.revise(tx, replace(first, done_on=tomorrow.done_on), at=LATER)
    assert timetables.timetable(tx, MINISTRY, known_at=LATER) == [first]


def test_a_revision_keeps_what_was_planned_before(tx: Tx) -> None:
    first = timetables.plan(tx, step(), at=AT)
    second = timetables.revise(tx, replace(first, window=windows.parse_window("2020-05頃")), at=LATER)
    assert (first.version, second.version) == (1, 2)
    assert timetables.timetable(tx, MINISTRY, known_at=AT) == [first]
    assert timetables.timetable(tx, MINISTRY, known_at=LATER) == [second]
    assert timetables.history(tx, MINISTRY, first.id) == [(first, AT), (second, LATER)]


def test_a_dropped_line_is_gone_from_the_table_and_not_from_its_history(tx: Tx) -> None:
    first = timetables.plan(tx, step(), at=AT)
    timetables.revise(tx, replace(first, is_dropped=True), at=LATER)
    assert timetables.timetable(tx, MINISTRY, known_at=LATER) == []
    assert len(timetables.history(tx, MINISTRY, first.id)) == 2


def test_two_who_looked_at_the_same_version_do_not_overwrite_each_other(tx: Tx) -> None:
    first = timetables.plan(tx, step(), at=AT)
    timetables.revise(tx, replace(first, note="先の人"), at=AT)
    with pytest.raises(StepChanged):
        timetables.revise(tx, replace(first, note="後の人"), at=AT)


def test_a_timetable_is_its_owners(tx: Tx) -> None:
    own = timetables.plan(tx, step(), at=AT)
    other = timetables.plan(tx, step(owner=OTHER_MINISTRY, title="別の省の予定"), at=AT)
    assert timetables.timetable(tx, MINISTRY, known_at=AT) == [own]
    assert timetables.all_timetables(tx, known_at=AT) == {MINISTRY: [own], OTHER_MINISTRY: [other]}
    for line in (replace(other, owner=MINISTRY), replace(own, id=StepId(1))):
        with pytest.raises(UnknownStep):
            timetables.revise(tx, line, at=AT)


def test_a_liaison_meeting_has_organisations_and_decisions(tx: Tx) -> None:
    line = step(kind=StepKind.LIAISON_BUREAU, participants=("医療保険省", "事業省"), decisions="工程表を点検する")
    assert timetables.plan(tx, line, at=AT) == line


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "題" * 121}, "title"),
        ({"audience": "宛" * 81}, "audience"),
        ({"note": "注" * 401}, "note"),
        ({"kind": StepKind.MEETING, "decisions": "決" * 1001}, "decisions"),
        ({"kind": StepKind.MEETING, "participants": ("",)}, "participants"),
        ({"kind": StepKind.MEETING, "participants": ("省",) * 61}, "participants"),
        ({"kind": StepKind.SURVEY, "participants": ("省",)}, "participants"),
        ({"kind": StepKind.REQUEST, "decisions": "決定"}, "participants"),
    ],
)
def test_what_is_no_line(tx: Tx, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(StepMalformed) as found:
        timetables.plan(tx, step(**changes), at=AT)
    assert found.value.facts == {"field": field}
