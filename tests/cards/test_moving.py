"""Moving: what becomes void, and in which time a card is continued."""

from datetime import date
from typing import Any

import pytest

from onshi import cards, law
from onshi.cards import CardState, Continued, Kind, Lapsed, MovedIn, MoveId, PhotoSource, State, Work, errors
from onshi.db import Tx

from .make import (
    CHILD,
    CLERK,
    ELSEWHERE,
    GUARDIAN,
    HANAKO,
    HERE,
    NOW,
    OTHER_CLERK,
    PHOTO,
    THERE,
    applied,
    child,
    holder,
    issued,
    on,
    registered,
    taken_to,
)


def moved(tx: Tx, who: Any = HANAKO, *, day: str = "2027-04-05", moved_on: str = "2027-04-01", **more: Any) -> MovedIn:
    """A 転入届 at the next town."""
    values: dict[str, Any] = {"by": OTHER_CLERK, "move_id": MoveId(int(day.replace("-", "")))}
    return cards.move_in(
        tx,
        who,
        moved_on=date.fromisoformat(moved_on),
        post_number="1040001",
        address="東京都中央区見本一丁目２－３",
        at=on(day),
        **(values | more),
    )


def announced(tx: Tx, planned: str, *, at: str = "2027-03-01") -> None:
    cards.move_out(tx, HANAKO, move_id=MoveId(1), planned_on=date.fromisoformat(planned), by=CLERK, at=on(at))


@pytest.mark.parametrize(
    ("moved_on", "notified", "planned", "is_kept"),
    [
        ("2027-04-01", "2027-04-01", None, True),
        ("2027-04-01", "2027-04-15", None, True),  # the 14th day
        ("2027-04-01", "2027-04-16", None, False),
        ("2027-04-10", "2027-04-20", "2027-03-21", True),  # the 30th day after the planned one
        ("2027-04-10", "2027-04-21", "2027-03-21", False),
    ],
)
def test_a_late_notice_makes_the_card_void(
    tx: Tx, moved_on: str, notified: str, planned: str | None, is_kept: bool
) -> None:
    registered(tx)
    card = issued(tx)
    if planned:
        announced(tx, planned)
    done = moved(tx, day=notified, moved_on=moved_on)
    assert done.verdict is not None
    assert (done.verdict.standing is law.MoveStanding.VOID) is not is_kept
    assert done.works == ((Work.CONTINUE,) if is_kept else (Work.APPLY_ANEW,))
    assert cards.card_by_id(tx, card.id).state is (CardState.ACTIVE if is_kept else CardState.VOID)
    assert done.move.is_waiting is is_kept
    (kept,) = cards.moves_of(tx, HANAKO)
    assert kept == done.move


@pytest.mark.parametrize(
    ("day", "days_left", "is_kept"), [("2027-04-05", 90, True), ("2027-07-04", 0, True), ("2027-07-05", -1, False)]
)
def test_a_card_is_continued_within_ninety_days(tx: Tx, day: str, days_left: int, is_kept: bool) -> None:
    registered(tx)
    card = issued(tx)
    moved(tx)
    on_that_day = date.fromisoformat(day)
    (row,) = cards.running_out(tx, THERE, on=on_that_day, within_days=90)
    assert (row.move.holder, row.days_left) == (HANAKO, days_left)
    done = cards.continue_use(tx, HANAKO, by=OTHER_CLERK, at=on(day))
    after = cards.card_by_id(tx, card.id)
    if is_kept:
        assert isinstance(done, Continued)
        assert done.works == (Work.REWRITE_ENTRIES, Work.REISSUE_SIGNATURE)
        assert (after.state, after.municipality) == (CardState.ACTIVE, THERE)
    else:
        assert isinstance(done, Lapsed)
        assert (done.reason, done.works) == ("continued-use-late", (Work.APPLY_ANEW,))
        assert after.state is CardState.VOID
    assert cards.running_out(tx, THERE, on=on_that_day, within_days=90) == []
    with pytest.raises(errors.NoMoveOpen):
        cards.continue_use(tx, HANAKO, by=OTHER_CLERK, at=on(day))


def test_what_was_not_continued_lapses(tx: Tx) -> None:
    registered(tx)
    card = issued(tx)
    moved(tx)
    assert cards.lapse_overdue(tx, by=OTHER_CLERK, at=on("2027-07-04")) == ()
    (event,) = cards.lapse_overdue(tx, by=OTHER_CLERK, at=on("2027-07-05"))
    assert (event.object, event.outcome) == (f"card:{card.id}", "continued-use-late")
    assert cards.moves_of(tx, HANAKO)[0].end_reason == "continued-use-late"


def test_a_next_move_before_continuing_makes_the_card_void(tx: Tx) -> None:
    registered(tx)
    card = issued(tx)
    moved(tx)
    again = moved(tx, day="2027-05-10", moved_on="2027-05-08", by=cards.municipality(ELSEWHERE, "staff:s-else"))
    assert cards.card_by_id(tx, card.id).state is CardState.VOID
    assert (again.verdict, again.works, again.move.end_reason) == (None, (), "no-card")
    assert [move.end_reason for move in cards.moves_of(tx, HANAKO)] == ["moved-again", "no-card"]
    assert cards.holder_by_id(tx, HANAKO).municipality == ELSEWHERE


def test_a_continued_card_moves_again(tx: Tx) -> None:
    registered(tx)
    card = issued(tx)
    moved(tx)
    cards.continue_use(tx, HANAKO, by=OTHER_CLERK, at=on("2027-04-05"))
    moved(tx, day="2027-05-10", moved_on="2027-05-08", by=cards.municipality(ELSEWHERE, "staff:s-else"))
    assert cards.card_by_id(tx, card.id).state is CardState.ACTIVE


def test_a_move_makes_the_application_and_the_forms_void_and_the_photo_is_used_again(tx: Tx) -> None:
    registered(tx)
    one = taken_to(tx, applied(tx).application, "preset")
    done = moved(tx)
    gone = cards.application_by_id(tx, one.id)
    assert (gone.state, gone.municipality, gone.is_open) == (State.VOID_MOVED, HERE, False)
    assert cards.cards_of(tx, HANAKO)[0].state is CardState.DESTROYED
    assert one.form is not None
    assert cards.form_by_id(tx, one.form).end_reason == "moved"
    assert (done.verdict, done.move.end_reason) == (None, "no-card")
    again = applied(tx, at=on("2027-04-05"), photo=None, photo_source=PhotoSource.REUSED).application
    assert (again.municipality, cards.photo_of(tx, again)) == (THERE, PHOTO)


def test_a_new_card_is_not_lost_to_the_move_before(tx: Tx) -> None:
    """Who applies anew instead of continuing, and gets the card, has nothing left to continue."""
    registered(tx)
    old = issued(tx)
    moved(tx)
    new = issued(tx, at=on("2027-05-01"), kind=Kind.DAMAGED)
    assert cards.running_out(tx, THERE, on=date(2027, 5, 1), within_days=90) == []
    assert cards.lapse_overdue(tx, by=OTHER_CLERK, at=on("2027-08-01")) == ()
    assert cards.moves_of(tx, HANAKO)[0].end_reason == "card-replaced"
    assert [cards.card_by_id(tx, one.id).state for one in (old, new)] == [CardState.RETURNED, CardState.ACTIVE]


def test_who_gave_the_card_back_is_not_on_the_list(tx: Tx) -> None:
    registered(tx)
    card = issued(tx)
    moved(tx)
    assert len(cards.running_out(tx, THERE, on=date(2027, 4, 6), within_days=90)) == 1
    cards.return_card(tx, card.id, by=OTHER_CLERK, at=on("2027-04-06"))
    assert cards.running_out(tx, THERE, on=date(2027, 4, 6), within_days=90) == []


def test_who_died_is_not_on_the_list(tx: Tx) -> None:
    registered(tx)
    issued(tx)
    moved(tx)
    cards.note_death(tx, HANAKO, date(2027, 4, 6), by=OTHER_CLERK, at=on("2027-04-06"))
    assert cards.moves_of(tx, HANAKO)[0].end_reason == "holder-deceased"
    assert cards.lapse_overdue(tx, by=OTHER_CLERK, at=on("2027-08-01")) == ()


def test_a_child_has_no_signature_certificate_to_reissue(tx: Tx) -> None:
    registered(tx, holder(id=GUARDIAN), child())
    issued(tx, CHILD)
    moved(tx, CHILD)
    done = cards.continue_use(tx, CHILD, by=OTHER_CLERK, at=on("2027-04-06"))
    assert isinstance(done, Continued)
    assert done.works == (Work.REWRITE_ENTRIES,)


def test_a_card_lost_after_the_notice_is_not_continued(tx: Tx) -> None:
    registered(tx)
    card = issued(tx)
    moved(tx)
    cards.report_lost(tx, card.id, by=cards.citizen(HANAKO), at=on("2027-04-06"))
    done = cards.continue_use(tx, HANAKO, by=OTHER_CLERK, at=on("2027-04-07"))
    assert isinstance(done, Lapsed)
    assert (done.reason, cards.card_by_id(tx, card.id).state) == ("no-card", CardState.SUSPENDED)


NO_MOVE: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"by": CLERK}, errors.MoveRefused),  # to where she lives already
    ({"moved_on": "2027-04-06"}, errors.MoveRefused),  # tomorrow
    ({"moved_on": "1989-03-30"}, errors.MoveRefused),  # before her birth
    ({"by": cards.citizen(HANAKO)}, errors.StepNotYours),
]


def test_moves_that_cannot_be(tx: Tx) -> None:
    registered(tx)
    for changes, refusal in NO_MOVE:
        with pytest.raises(refusal):
            moved(tx, **changes)
    assert moved(tx).move.to_municipality == THERE


def test_a_later_announcement_takes_the_place_of_an_earlier(tx: Tx) -> None:
    registered(tx)
    announced(tx, "2027-03-10")
    cards.move_out(tx, HANAKO, move_id=MoveId(2), planned_on=date(2027, 4, 1), by=CLERK, at=on("2027-03-20"))
    issued(tx, at=on("2027-03-21"), kind=Kind.FIRST)
    done = moved(tx, day="2027-04-12", moved_on="2027-04-02")  # over thirty days after the first plan
    assert (done.move.id, done.works) == (MoveId(2), (Work.CONTINUE,))
    with pytest.raises(errors.NotYourMunicipality):
        cards.move_out(tx, HANAKO, move_id=MoveId(3), planned_on=date(2027, 5, 1), by=CLERK, at=NOW)
