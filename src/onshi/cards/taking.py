"""How one step is taken: the table says whether, this file writes what comes of it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from onshi.cards.appointments import Purpose
from onshi.cards.errors import UnknownApplication, UnknownCard
from onshi.cards.model import (
    Application,
    ApplicationId,
    By,
    Card,
    CardId,
    CardState,
    Doer,
    Event,
    HolderId,
    Passage,
    Taken,
)
from onshi.cards.rules import check_reach, switched
from onshi.cards.steps import NEW, Step, is_closed, lane_of, main_way, next_step, open_steps, plain_step
from onshi.cards.store import applications as store
from onshi.cards.store import appointments as appointment_store
from onshi.cards.store import cards as card_store
from onshi.cards.store import holders as holder_store
from onshi.cards.store import moves as move_store
from onshi.db import Tx
from onshi.kernel import Moment, japan_day

_NOTICES = frozenset({"notify", "call_in"})
# A card that is made comes into the world in the verb that makes it; what becomes of it later is settled here.
_SETTLED = frozenset({CardState.ACTIVE, CardState.DESTROYED})


def application_by_id(tx: Tx, application_id: ApplicationId) -> Application:
    """The application; raises `UnknownApplication`."""
    found = store.application_of(tx, application_id)
    if found is None:
        raise UnknownApplication
    return found


def followed(tx: Tx, application_id: ApplicationId, *, by: By, at: Moment) -> Application:
    """The application as `by` may follow it: to a citizen or town that it is not of, it is not there."""
    found = store.application_of(tx, application_id)
    if found is None or not _is_of(tx, found, by):
        raise UnknownApplication
    check_in_reach(tx, found, by=by, at=at)
    return found


def _is_of(tx: Tx, application: Application, by: By) -> bool:
    if by.doer is Doer.MUNICIPALITY:
        return by.municipality == application.municipality
    if by.doer is Doer.CITIZEN and by.holder != application.holder:
        holder = holder_store.holder_of(tx, application.holder)
        return holder is not None and holder.guardian == by.holder
    return by.doer is not Doer.HELPER


def applications_of(tx: Tx, holder_id: HolderId) -> list[Application]:
    """Every application of a holder, the oldest first."""
    return store.applications_of(tx, holder_id)


def history(tx: Tx, thing: Application | Card) -> list[Passage]:
    """What happened to an application or a card, the oldest first."""
    return store.history(tx, thing.holder, thing.id)


def card_by_id(tx: Tx, card_id: CardId) -> Card:
    """The card; raises `UnknownCard`."""
    found = card_store.card_of(tx, card_id)
    if found is None:
        raise UnknownCard
    return found


def cards_of(tx: Tx, holder_id: HolderId) -> list[Card]:
    """Every card of a holder, the oldest first."""
    return card_store.cards_of(tx, holder_id)


def steps_ahead(application: Application, doer: Doer) -> tuple[Step, ...]:
    """What `doer` could do next with the application."""
    return () if is_closed(application.state) else open_steps(application.state, lane(application), doer)


def way_ahead(application: Application) -> tuple[Step, ...]:
    """The steps that lie between the application and the card in the hand; empty for a closed one."""
    return () if is_closed(application.state) else main_way(application.state, lane(application))


def lane(application: Application) -> str:
    """On which lane of the table of steps the application goes."""
    return lane_of(application.wish.method, application.wish.delivery)


def take_step(tx: Tx, application_id: ApplicationId, name: str, *, by: By, at: Moment) -> Taken:
    """Takes a step that needs nothing but its name.

    Raises `UnknownApplication`, `NotYourMunicipality`, `NotGuardian`, `GuardianRequired` or a `StepRefused`.
    """
    application = application_by_id(tx, application_id)
    check_in_reach(tx, application, by=by, at=at)
    step = plain_step(application.state, lane(application), name, by.doer)
    return take(tx, application, step, by=by, at=at)


def take_steps(tx: Tx, wanted: Iterable[ApplicationId], name: str, *, by: By, at: Moment) -> list[Taken]:
    """The same step for many, a lot from the maker or a day's notices; all or none."""
    return [take_step(tx, application_id, name, by=by, at=at) for application_id in wanted]


def ahead(tx: Tx, application_id: ApplicationId, name: str, *, by: By, at: Moment) -> tuple[Application, Step]:
    """The application and the row of the table that lets `by` take the step; raises what `take_step` raises."""
    application = application_by_id(tx, application_id)
    check_in_reach(tx, application, by=by, at=at)
    return application, next_step(application.state, lane(application), name, by.doer)


def check_in_reach(tx: Tx, application: Application, *, by: By, at: Moment) -> None:
    """Whether `by` may touch the application; raises what `check_reach` raises."""
    holder = holder_store.holder_of(tx, application.holder)
    assert holder is not None, "an application is somebody's"
    check_reach(by, holder, application.municipality, on=japan_day(at))


def begin(tx: Tx, application: Application, step: Step, *, by: By, at: Moment) -> Taken:
    """Writes a new application, which its first step brought into the state it is in."""
    store.add_application(tx, application)
    return Taken(application, (_noted(tx, application, step, NEW, by=by, at=at),))


def take(tx: Tx, application: Application, step: Step, *, by: By, at: Moment, **changes: Any) -> Taken:
    """Takes a step that the table allows, with what else changes; the card goes along."""
    day = japan_day(at)
    if step.name in _NOTICES:
        changes["notice_on"] = day
        changes["reminded_on"] = None
    if step.name == "remind":
        changes["reminded_on"] = day
    wish = changes.pop("wish", application.wish)
    card_id = changes.get("card", application.card)
    if step.card is CardState.DESTROYED:
        changes["card"] = None
    moved = replace(
        application,
        state=step.target,
        state_since=application.state_since if step.target is application.state else day,
        wish=switched(wish, step.becomes) if step.becomes else wish,
        is_open=not is_closed(step.target),
        **changes,
    )
    store.save_application(tx, moved)
    if not moved.is_open:
        appointment_store.free_seat(tx, moved.holder, Purpose.COLLECTION)
    events = [_noted(tx, moved, step, application.state.value, by=by, at=at)]
    fresh = None
    if step.card in _SETTLED and card_id is not None:
        fresh, event = _settle_card(tx, card_id, step, by=by, at=at)
        events.append(event)
    return Taken(moved, tuple(events), fresh)


def _noted(tx: Tx, application: Application, step: Step, before: str, *, by: By, at: Moment) -> Event:
    store.add_event(
        tx,
        application.holder,
        application.id,
        at=at,
        municipality=application.municipality,
        step=step.name,
        actor=by.actor,
        before=before,
        after=application.state.value,
        stage=step.counts,
    )
    return Event(f"application_{step.name}", by.actor, application.holder, application.name, application.state.value)


def _settle_card(tx: Tx, card_id: CardId, step: Step, *, by: By, at: Moment) -> tuple[Card | None, Event]:
    card = card_by_id(tx, card_id)
    assert step.card is not None, "only for steps that say what becomes of the card"
    if step.card is CardState.ACTIVE:
        card = replace(card, handed_on=japan_day(at))
    event = put_card(tx, card, step.card, step.name, by=by, at=at)
    return (card_by_id(tx, card_id) if step.card is CardState.ACTIVE else None), event


def put_card(
    tx: Tx, card: Card, state: CardState, step: str, *, by: By, at: Moment, outcome: str | None = None
) -> Event:
    """Brings a card into another state, with a line in its history."""
    changed = replace(card, state=state, state_since=japan_day(at))
    card_store.save_card(tx, changed)
    note_card(tx, changed, step, card.state.value, by=by, at=at)
    return Event(f"card_{step}", by.actor, card.holder, card.name, outcome or state.value)


def note_card(tx: Tx, card: Card, step: str, before: str, *, by: By, at: Moment) -> None:
    """A line in the history of a card."""
    store.add_event(
        tx,
        card.holder,
        card.id,
        at=at,
        municipality=card.municipality,
        step=step,
        actor=by.actor,
        before=before,
        after=card.state.value,
    )


def end_waiting(tx: Tx, holder_id: HolderId, reason: str, at: Moment) -> None:
    """No card has to be continued any more after the last move: another took its place, or the holder died."""
    waiting = move_store.waiting_of(tx, holder_id)
    if waiting is not None:
        move_store.save_move(tx, replace(waiting, ended_on=japan_day(at), end_reason=reason, is_waiting=False))


def close_open(tx: Tx, holder_id: HolderId, name: str, *, by: By, at: Moment) -> tuple[Event, ...]:
    """Takes a closing step for the application that is under way, if there is one; nothing else is asked."""
    application = store.open_application_of(tx, holder_id)
    if application is None:
        return ()
    step = next_step(application.state, lane(application), name, by.doer)
    return take(tx, application, step, by=by, at=at).events
