"""The four stages, month by month, and what an employer may see of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from onshi import cards
from onshi.cards import HolderId, Stage, StageCount, State, WorkplaceCounts
from onshi.cards.counts import SMALL, months, suppressed
from onshi.cards.store import applications as store
from onshi.db import Tx
from onshi.kernel import MunicipalityCode, parse_moment

from .make import CLERK, HANAKO, HERE, NOW, THERE, WORKPLACE, applied, holder, on, registered, stepped, taken_to, wish


def person(tx: Tx, number: int, place: MunicipalityCode = HERE) -> HolderId:
    registered(tx, holder(id=HolderId(number), municipality=place), at=on("2026-09-01"))
    return HolderId(number)


def hand_made_months(tx: Tx) -> None:
    """Six people in two towns, from the end of September to the beginning of December 2026."""
    one = applied(tx, person(tx, 1), at=on("2026-09-30")).application
    taken_to(tx, one, "issued", at=on("2026-10-31"))
    two = taken_to(tx, applied(tx, person(tx, 2), at=on("2026-10-01")).application, "notified", at=on("2026-11-05"))
    for name in ("note_returned_notice", "remind", "remind"):  # a notice counts once
        two = stepped(tx, two, name, at=on("2026-11-20"))
    three = applied(tx, person(tx, 3), at=on("2026-11-01")).application
    cards.take_step(tx, three.id, "cancel", by=CLERK, at=on("2026-11-02"))
    applied(tx, HolderId(3), at=on("2026-11-03"))  # and again: another application
    four = applied(tx, person(tx, 4), method="at_application", at=on("2026-11-30")).application
    taken_to(tx, four, "posted", at=on("2026-12-01"))
    applied(tx, person(tx, 5, THERE), at=on("2026-11-15"))
    cards.refer(
        tx,
        person(tx, 6),
        cards.Desk.TAX,
        wish("at_application"),
        application_id=cards.ApplicationId(6),
        by=CLERK,
        at=on("2026-11-15"),
    )


def test_a_hand_made_season_is_counted_exactly(tx: Tx) -> None:
    hand_made_months(tx)
    assert cards.stages(tx, HERE, 202609, 202612) == [
        StageCount(HERE, 202609, 1, 0, 0, 0),
        StageCount(HERE, 202610, 1, 1, 1, 1),
        StageCount(HERE, 202611, 3, 1, 1, 0),
        StageCount(HERE, 202612, 0, 1, 0, 0),
    ]
    assert cards.stages(tx, None, 202611, 202611) == [
        StageCount(HERE, 202611, 3, 1, 1, 0),
        StageCount(THERE, 202611, 1, 0, 0, 0),
    ]


def test_all_months_are_summed_by_municipality(tx: Tx) -> None:
    assert cards.stage_totals(tx) == {}
    hand_made_months(tx)
    here = {Stage.RECEIVED: 5, Stage.PRESET: 3, Stage.NOTIFIED: 2, Stage.ISSUED: 1}
    there = {Stage.RECEIVED: 1, Stage.PRESET: 0, Stage.NOTIFIED: 0, Stage.ISSUED: 0}
    assert cards.stage_totals(tx) == {HERE: here, THERE: there}


def test_a_month_without_anything_is_a_row_of_zeros(tx: Tx) -> None:
    assert cards.stages(tx, HERE, 202612, 202701) == [
        StageCount(HERE, 202612, 0, 0, 0, 0),
        StageCount(HERE, 202701, 0, 0, 0, 0),
    ]
    assert cards.stages(tx, None, 202612, 202701) == []


@pytest.mark.parametrize(("moment", "month"), [("2026-10-31T23:59:59", 202610), ("2026-11-01T00:00:00", 202611)])
def test_a_month_is_one_in_japan(tx: Tx, moment: str, month: int) -> None:
    who = person(tx, 1)
    applied(tx, who, at=parse_moment(moment))
    assert [(one.month, one.received) for one in cards.stages(tx, HERE, 202610, 202611) if one.received] == [(month, 1)]


def test_the_database_counts_nothing_twice(tx: Tx) -> None:
    who = person(tx, 1)
    one = applied(tx, who).application
    line = {"at": NOW, "municipality": HERE, "step": "apply", "actor": "x", "before": "new", "after": "received"}
    store.add_event(tx, who, one.id, **line)
    with pytest.raises(IntegrityError):
        store.add_event(tx, who, one.id, **line, stage=Stage.RECEIVED)


# -- The employer ------------------------------------------------------------------------------------------------------


def staff_of(tx: Tx, *, under_way: int, issued: int, ended: int) -> None:
    """Applications through the workplace, so many of each."""
    number = 100
    for count, state in ((under_way, "received"), (issued, "issued"), (ended, "cancelled")):
        for _ in range(count):
            number += 1
            one = applied(tx, person(tx, number), method="workplace").application
            if state == "issued":
                taken_to(tx, one, "issued")
            elif state == "cancelled":
                cards.take_step(tx, one.id, "cancel", by=CLERK, at=NOW)


@pytest.mark.parametrize(
    ("under_way", "issued", "ended", "seen"),
    [
        (10, 11, 12, WorkplaceCounts(10, 11, 12)),
        (9, 11, 12, WorkplaceCounts(None, None, 12)),  # nine are hidden, and with them the next smallest
        (0, 25, 0, WorkplaceCounts(None, 25, None)),
        (3, 2, 1, WorkplaceCounts(None, None, None)),
        (0, 0, 0, WorkplaceCounts(None, None, None)),
    ],
)
def test_an_employer_sees_counts_only(tx: Tx, under_way: int, issued: int, ended: int, seen: WorkplaceCounts) -> None:
    staff_of(tx, under_way=under_way, issued=issued, ended=ended)
    assert cards.workplace_counts(tx, WORKPLACE) == seen
    assert cards.workplace_counts(tx, "body:other") == WorkplaceCounts(None, None, None)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=5))
def test_a_hidden_cell_is_never_alone(cells: list[int]) -> None:
    shown = suppressed(*cells)
    assert all(one is None or one >= SMALL for one in shown)
    assert [one for one in shown if one is not None] == [
        count for count, one in zip(cells, shown, strict=True) if one is not None
    ]
    assert shown.count(None) != 1
    if min(cells) >= SMALL:
        assert list(shown) == cells


def test_months_go_over_the_end_of_the_year() -> None:
    assert list(months(202611, 202702)) == [202611, 202612, 202701, 202702]
    assert list(months(202702, 202611)) == []


def test_the_last_stage_is_the_card(tx: Tx) -> None:
    registered(tx)
    one = taken_to(tx, applied(tx).application, "issued")
    assert [passage.stage for passage in cards.history(tx, one) if passage.stage] == list(Stage)
    assert (one.state, one.holder) == (State.ISSUED, HANAKO)
