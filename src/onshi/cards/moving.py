"""The verbs of moving: what a move makes void, and what has to be done in which time."""

from dataclasses import replace
from datetime import date, timedelta

from onshi import law
from onshi.cards.errors import NoMoveOpen
from onshi.cards.model import By, Card, CardState, Doer, Event, Holder, HolderId
from onshi.cards.moves import (
    ANNOUNCED_AGAIN,
    CONTINUED,
    NO_CARD,
    Continued,
    Lapsed,
    Move,
    MovedIn,
    MoveId,
    RunningOut,
    Work,
    check_days,
    verdict_on,
    works_after,
)
from onshi.cards.moves import running_out as running_out_of
from onshi.cards.rules import check_alive, check_doer, check_reach
from onshi.cards.service import STANDING, holder_by_id
from onshi.cards.store import appointments as appointment_store
from onshi.cards.store import cards as card_store
from onshi.cards.store import holders as holder_store
from onshi.cards.store import moves as store
from onshi.cards.taking import close_open, note_card, put_card
from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode, japan_day


def move_out(
    tx: Tx,
    holder_id: HolderId,
    *,
    move_id: MoveId,
    planned_on: date,
    by: By,
    at: Moment,
    to: MunicipalityCode | None = None,
) -> tuple[Move, Event]:
    """Announces a move where the holder lives (転出). A later announcement takes the place of an earlier one.

    Nothing becomes void yet: that is decided where the person arrives.
    """
    check_doer(by, "move_out", Doer.MUNICIPALITY)
    holder = holder_by_id(tx, holder_id)
    check_alive(holder)
    check_reach(by, holder, holder.municipality, on=japan_day(at))
    earlier = store.announced_of(tx, holder_id)
    if earlier is not None:
        store.save_move(tx, replace(earlier, ended_on=japan_day(at), end_reason=ANNOUNCED_AGAIN))
    move = Move(move_id, holder_id, holder.municipality, to, planned_on)
    store.add_move(tx, move)
    return move, Event("move_announced", by.actor, holder_id, None, "done")


def move_in(
    tx: Tx,
    holder_id: HolderId,
    *,
    move_id: MoveId,
    moved_on: date,
    post_number: str,
    address: str,
    by: By,
    at: Moment,
) -> MovedIn:
    """A 転入届, received today by the municipality of `by`.

    The application under way and the forms become void. The card becomes void when the notice comes too late (14 days
    after moving, 30 after the planned day), or an earlier move was never followed by 継続利用; otherwise it has to be
    continued in time. `move_id` names the move when nobody announced it. Raises `MoveRefused` or `HolderDeceased`.
    """
    check_doer(by, "move_in", Doer.MUNICIPALITY)
    assert by.municipality is not None, "a municipality acts as one"
    here = by.municipality
    holder = holder_by_id(tx, holder_id)
    check_alive(holder)
    day = japan_day(at)
    check_days(holder, here, moved_on, day)
    events = [Event("move_notified", by.actor, holder_id, None, "done")]
    events += close_open(tx, holder_id, "void_move", by=by, at=at)
    events += _end_waiting(tx, holder_id, by=by, at=at, moves_again_on=moved_on)
    holder_store.end_forms(tx, holder_id, on=day, reason="moved")
    appointment_store.free_all(tx, holder_id)
    arrived = replace(holder, municipality=here, post_number=post_number, address=address)
    holder_store.put_holder(tx, arrived, at)
    announced = store.announced_of(tx, holder_id)
    move = replace(
        announced or Move(move_id, holder_id, holder.municipality),
        to_municipality=here,
        moved_on=moved_on,
        notified_on=day,
    )
    judged = _judged(tx, arrived, move, events, by=by, at=at)
    if announced is None:
        store.add_move(tx, judged.move)
    else:
        store.save_move(tx, judged.move)
    return judged


def _judged(tx: Tx, holder: Holder, move: Move, events: list[Event], *, by: By, at: Moment) -> MovedIn:
    """The verdict on the card, and the move as it follows from it."""
    day = japan_day(at)
    cards = card_store.cards_of(tx, holder.id, STANDING)
    if not any(card.state is CardState.ACTIVE for card in cards):
        ended = replace(move, ended_on=day, end_reason=NO_CARD)
        return MovedIn(ended, None, (), tuple(events))
    verdict = verdict_on(move, day)
    if verdict.standing is law.MoveStanding.VOID:
        voided = _void(tx, cards, verdict, by=by, at=at)
        ended = replace(move, ended_on=day, end_reason=verdict.because.code)
        return MovedIn(ended, verdict, (Work.APPLY_ANEW,), (*events, *voided))
    waiting = replace(move, continue_by=verdict.last_day, is_waiting=True)
    return MovedIn(waiting, verdict, (Work.CONTINUE,), tuple(events))


def _void(tx: Tx, cards: list[Card], verdict: law.MoveInVerdict, *, by: By, at: Moment) -> list[Event]:
    code = verdict.because.code
    return [put_card(tx, card, CardState.VOID, "void_move", by=by, at=at, outcome=code) for card in cards]


def _end_waiting(tx: Tx, holder_id: HolderId, *, by: By, at: Moment, moves_again_on: date | None = None) -> list[Event]:
    """Whoever moves again, or lets the time pass, without having continued the card, loses it."""
    waiting = store.waiting_of(tx, holder_id)
    if waiting is None:
        return []
    day = japan_day(at)
    verdict = verdict_on(waiting, day, moves_again_on=moves_again_on)
    if verdict.standing is not law.MoveStanding.VOID:
        return []
    store.save_move(tx, replace(waiting, ended_on=day, end_reason=verdict.because.code, is_waiting=False))
    return _void(tx, card_store.cards_of(tx, holder_id, STANDING), verdict, by=by, at=at)


def continue_use(tx: Tx, holder_id: HolderId, *, by: By, at: Moment) -> Continued | Lapsed:
    """継続利用: the card goes on at the new municipality, its entries and the signature certificate in the same visit.

    After the last day the answer is `Lapsed`, and the card is void. Raises `NoMoveOpen` or what `check_reach` raises.
    """
    check_doer(by, "continue_use", Doer.MUNICIPALITY)
    holder = holder_by_id(tx, holder_id)
    check_alive(holder)
    day = japan_day(at)
    check_reach(by, holder, holder.municipality, on=day)
    waiting = store.waiting_of(tx, holder_id)
    if waiting is None:
        raise NoMoveOpen
    done = replace(waiting, continued_on=day)
    verdict = verdict_on(done, day)
    if verdict.standing is law.MoveStanding.VOID:
        events = _end_waiting(tx, holder_id, by=by, at=at)
        return Lapsed(verdict.because.code, (Work.APPLY_ANEW,), tuple(events))
    active = card_store.cards_of(tx, holder_id, (CardState.ACTIVE,))
    if not active:  # lost or returned since the notice of moving in
        store.save_move(tx, replace(waiting, ended_on=day, end_reason=NO_CARD, is_waiting=False))
        return Lapsed(NO_CARD, (Work.APPLY_ANEW,), ())
    store.save_move(tx, replace(done, ended_on=day, end_reason=CONTINUED, is_waiting=False))
    card = replace(active[0], municipality=holder.municipality)
    card_store.save_card(tx, card)
    note_card(tx, card, "continue", card.state.value, by=by, at=at)
    event = Event("card_continue", by.actor, holder_id, card.name, "done")
    return Continued(card, works_after(card, holder, day), (event,))


def running_out(
    tx: Tx, municipality: MunicipalityCode, *, on: date, within_days: int = 30, limit: int = 1_000
) -> list[RunningOut]:
    """Who has at most `within_days` left to continue the card, the most urgent first, those who are late too."""
    last = on + timedelta(days=within_days)
    found = store.continuing_by(tx, municipality, last, limit=limit, with_card=True)
    return [running_out_of(move, on) for move in found]


def lapse_overdue(tx: Tx, *, by: By, at: Moment, limit: int = 1_000) -> tuple[Event, ...]:
    """Makes void what was not continued in time at the municipality of `by`; up to `limit`, the oldest first."""
    check_doer(by, "lapse_overdue", Doer.MUNICIPALITY)
    assert by.municipality is not None, "a municipality acts as one"
    events: list[Event] = []
    for move in store.continuing_by(tx, by.municipality, japan_day(at) - timedelta(days=1), limit=limit):
        events += _end_waiting(tx, move.holder, by=by, at=at)
    return tuple(events)


def moves_of(tx: Tx, holder_id: HolderId) -> list[Move]:
    """Every move of a holder, the oldest first."""
    return store.moves_of(tx, holder_id)
