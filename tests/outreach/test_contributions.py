"""Practices that organisations tell: checked, published or sent back by the office, seen by everybody or by nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.access import Party, PartyKind
from onshi.db import Tx
from onshi.kernel import ONE_DAY, Moment, OnshiError, PersonalNumberTyped
from onshi.outreach import Evidence, contributing, contributions, errors
from onshi.outreach.contributions import Contribution, ContributionState, Told
from onshi.outreach.practices import Figure, Size

from . import make

TOWN = Party(PartyKind.MUNICIPALITY, "131016", "千代田区")
OTHER = Party(PartyKind.MUNICIPALITY, "131024", "中央区")
TODAY = date(2020, 1, 6)
FIGURE = Figure("申請した人", "", 120, "人", 40, date(2019, 11, 1), date(2019, 12, 1), "隣の区")
TOLD = Told(
    title=("図書館で申請", ""),
    what=("図書館の窓口で申請を手伝った。", ""),
    contact=("市民課", ""),
    kinds=("municipality",),
    channels=("app",),
    figure=FIGURE,
    cost=80_000,
)


def test_what_a_town_tells_is_a_practice_like_any_other() -> None:
    made = contributions.practice_of(7, TOWN, TOLD, on=TODAY)
    assert (made.code, made.who.ja, made.done_by, made.source) == ("own-7", "千代田区", "municipality", "千代田区")
    assert (made.title.en, made.figures[0].en) == ("図書館で申請", "申請した人"), "without English the Japanese stands"
    assert made.size is Size.MEDIUM, "by its residents"
    assert made.evidence is Evidence.COMPARED
    told = replace(TOLD, figure=replace(FIGURE, compared_with="", before_on=None), size=Size.LARGE)
    assert contributions.practice_of(7, TOWN, told, on=TODAY).evidence is Evidence.FIGURE
    assert contributions.practice_of(7, TOWN, told, on=TODAY).size is Size.MEDIUM, "whatever it says"
    assert contributions.practice_of(7, make.SOCIETY, told, on=TODAY).size is Size.LARGE


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        (replace(TOLD, title=(" ", "In English only")), errors.Incomplete),
        (replace(TOLD, what=("", "")), errors.Incomplete),
        (replace(TOLD, title=("あ" * 61, "")), errors.TextTooLong),
        (replace(TOLD, what=("番号は1234 5678 9012です", "")), PersonalNumberTyped),
        (replace(TOLD, contact=("123456789012", "")), PersonalNumberTyped),
        (replace(TOLD, kinds=()), errors.Incomplete),
        (replace(TOLD, kinds=("nobody",)), errors.Incomplete),
        (replace(TOLD, channels=("pigeon",)), errors.Incomplete),
        (replace(TOLD, cost=-1), errors.FigureOutOfRange),
        (replace(TOLD, figure=replace(FIGURE, ja=" ")), errors.PracticeUnreadable),
        (replace(TOLD, figure=replace(FIGURE, before_on=date(2019, 12, 2))), errors.PracticeUnreadable),
        (replace(TOLD, figure=replace(FIGURE, after_on=TODAY + timedelta(days=1))), errors.PracticeUnreadable),
        (replace(TOLD, figure=replace(FIGURE, after=300_000_000)), errors.FigureOutOfRange),
    ],
)
def test_what_cannot_be_is_refused(told: Told, refused: type[OnshiError]) -> None:
    with pytest.raises(refused):
        contributions.practice_of(7, TOWN, told, on=TODAY)


def test_the_office_tells_nothing_itself() -> None:
    with pytest.raises(errors.NotInProgramme):
        contributions.practice_of(7, make.OFFICE, TOLD, on=TODAY)


def seen(tx: Tx, on: date = TODAY) -> list[str]:
    """The names of what organisations told, as everybody sees it on a day."""
    return [one.title.ja for one in contributing.practices_on(tx, on) if one.code.startswith("own-")]


def later(days: int) -> Moment:
    return Moment(make.NEW_YEAR + days * 24 * 3_600_000_000)


def test_it_is_seen_from_the_day_it_was_published_until_it_is_taken_back(tx: Tx) -> None:
    first = contributing.tell(tx, 7, TOWN, TOLD, at=make.NEW_YEAR)
    assert (seen(tx), first.state) == ([], ContributionState.WAITING)
    contributing.publish(tx, 7, at=make.NEW_YEAR)
    assert (seen(tx, TODAY - ONE_DAY), seen(tx)) == ([], ["図書館で申請"])
    # A new version takes its place only when it is published itself.
    contributing.tell_again(tx, TOWN, 7, replace(TOLD, title=("本館で申請", "")), reason="場所を直した", at=later(1))
    assert seen(tx, TODAY + 2 * ONE_DAY) == ["図書館で申請"]
    contributing.send_back(tx, 7, "いつのことかも", at=later(2))
    contributing.tell_again(tx, TOWN, 7, replace(TOLD, title=("本館で申請", "")), reason="日を加えた", at=later(3))
    contributing.publish(tx, 7, at=later(4))
    assert seen(tx, TODAY + 4 * ONE_DAY) == ["本館で申請"]
    (versions,) = contributing.told_by(tx, TOWN)
    assert [(one.version, one.state.value, one.reason, one.comment) for one in versions] == [
        (1, "published", "", ""),
        (2, "returned", "場所を直した", "いつのことかも"),
        (3, "published", "日を加えた", ""),
    ]
    contributing.take_back(tx, TOWN, 7, at=later(5))
    assert seen(tx, TODAY + 9 * ONE_DAY) == []


def test_nobody_touches_what_another_told_and_no_step_is_skipped(tx: Tx) -> None:
    contributing.tell(tx, 7, TOWN, TOLD, at=make.NEW_YEAR)
    steps: list[tuple[type[OnshiError], Callable[[], Contribution]]] = [
        (errors.UnknownPractice, lambda: contributing.take_back(tx, OTHER, 7, at=later(1))),
        (errors.UnknownPractice, lambda: contributing.tell_again(tx, OTHER, 7, TOLD, reason="直す", at=later(1))),
        (errors.UnknownPractice, lambda: contributing.publish(tx, 8, at=later(1))),
        (errors.PracticeWaiting, lambda: contributing.tell_again(tx, TOWN, 7, TOLD, reason="直す", at=later(1))),
        (errors.ReasonMissing, lambda: contributing.send_back(tx, 7, " ", at=later(1))),
        (errors.ReasonMissing, lambda: contributing.take_down(tx, 7, "", at=later(1))),
    ]
    for refused, act in steps:
        with pytest.raises(refused):
            act()
    contributing.publish(tx, 7, at=later(1))
    with pytest.raises(errors.PracticeNotWaiting):
        contributing.publish(tx, 7, at=later(1))
    with pytest.raises(errors.ReasonMissing):
        contributing.tell_again(tx, TOWN, 7, TOLD, reason="", at=later(1))
    assert contributing.told_by(tx, OTHER) == []
    contributing.take_down(tx, 7, "数が確かめられない", at=later(2))
    with pytest.raises(errors.PracticeWithdrawn):
        contributing.take_back(tx, TOWN, 7, at=later(2))
    (versions,) = contributing.all_told(tx)
    assert (seen(tx, TODAY + 9 * ONE_DAY), versions[-1].comment) == ([], "数が確かめられない")


STATES = st.lists(st.sampled_from(list(ContributionState)), min_size=1, max_size=6)


@given(STATES)
def test_everybody_sees_the_last_published_version_and_nothing_once_the_newest_is_withdrawn(
    states: list[ContributionState],
) -> None:
    practice = contributions.practice_of(7, TOWN, TOLD, on=TODAY)
    versions = [
        Contribution(7, number, TOWN.id, practice, state, "", "", make.NEW_YEAR)
        for number, state in enumerate(states, start=1)
    ]
    found = contributions.in_force(versions)
    open_ones = [one for one in versions if one.state is ContributionState.PUBLISHED]
    expected = None if states[-1] is ContributionState.WITHDRAWN or not open_ones else open_ones[-1]
    assert found == expected
