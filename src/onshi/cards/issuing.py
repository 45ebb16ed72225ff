"""The verbs from the maker to the holder's hand."""

from dataclasses import replace
from datetime import date

from onshi import law
from onshi.cards.errors import CardKept, CardOver, NoticeNotExpired
from onshi.cards.model import Application, ApplicationId, By, Card, CardId, CardState, Event, Kind, State, Taken
from onshi.cards.moves import REPLACED
from onshi.cards.renewals import disposal_from, notice_until
from onshi.cards.rules import OLD_CARD, card_kind, check_alive, is_early_renewal
from onshi.cards.service import STANDING, holder_by_id
from onshi.cards.steps import NEW
from onshi.cards.store import applications as store
from onshi.cards.store import cards as card_store
from onshi.cards.store import holders as holder_store
from onshi.cards.taking import ahead, application_by_id, card_by_id, end_waiting, lane, note_card, put_card, take
from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode, japan_day


def ship(
    tx: Tx,
    application_id: ApplicationId,
    *,
    card_id: CardId,
    by: By,
    at: Moment,
    on_birthday: law.OnBirthday = "next",
    feb29: law.Feb29 = "feb28",
) -> Taken:
    """The maker has made the card and sends it: to the municipality, or an express card to the holder.

    Its last day is fixed now, because it is printed on it; `on_birthday` and `feb29` as in `law.card_valid_to`. Raises
    `HolderDeceased`, `CardOver` (a stay that ended meanwhile) or what `take_step` raises.
    """
    application = application_by_id(tx, application_id)
    name = "post_express" if lane(application) == "express" else "ship"
    application, step = ahead(tx, application_id, name, by=by, at=at)
    holder = holder_by_id(tx, application.holder)
    check_alive(holder)
    day = japan_day(at)
    assert application.applied_on is not None, "a card is made only for an application that was received"
    held = card_store.cards_of(tx, holder.id)
    valid_to = law.card_valid_to(
        born=holder.birth_on,
        applied_on=application.applied_on,
        issued_on=day,
        residence=holder.residence,
        stay_until=holder.stay_until,
        early_renewal=is_early_renewal(application.wish, held, application.applied_on),
        on_birthday=on_birthday,
        feb29=feb29,
    )
    if valid_to < day:
        raise CardOver(valid_to=valid_to.isoformat())
    card = _made(application, card_id, valid_to, day)
    card_store.add_card(tx, card)
    note_card(tx, card, step.name, NEW, by=by, at=at)
    taken = take(tx, application, step, by=by, at=at, card=card_id)
    made = Event("card_made", by.actor, card.holder, card.name, card.state.value)
    return replace(taken, events=(*taken.events, made))


def _made(application: Application, card_id: CardId, valid_to: date, day: date) -> Card:
    return Card(
        id=card_id,
        holder=application.holder,
        application=application.id,
        municipality=application.municipality,
        kind=card_kind(application.wish),
        state=CardState.MADE,
        state_since=day,
        made_on=day,
        valid_to=valid_to,
    )


def arrive(tx: Tx, application_id: ApplicationId, *, place: str, by: By, at: Moment) -> Taken:
    """Takes a card into custody at a place in the town hall; raises what `take_step` raises."""
    application, step = ahead(tx, application_id, "arrive", by=by, at=at)
    return take(tx, application, step, by=by, at=at, custody_place=place)


def post(tx: Tx, application_id: ApplicationId, *, by: By, at: Moment) -> Taken:
    """The municipality posts the card, for whose posting the conditions were checked with the identity."""
    application, step = ahead(tx, application_id, "post", by=by, at=at)
    _check_still_good(card_of(tx, application), at)
    return take(tx, application, step, by=by, at=at)


def hand_over(tx: Tx, application_id: ApplicationId, *, by: By, at: Moment) -> Taken:
    """Hands the card over at the window. `fresh_card` of what comes back is the card: issue its certificates.

    A card the holder had before is returned, as the papers say, or becomes void. Raises `CardOver`, `HolderDeceased` or
    what `take_step` raises.
    """
    return _into_hand(tx, application_id, "hand_over", by=by, at=at)


def deliver(tx: Tx, application_id: ApplicationId, *, by: By, at: Moment) -> Taken:
    """The posted card was delivered; otherwise as `hand_over`."""
    return _into_hand(tx, application_id, "deliver", by=by, at=at)


def _into_hand(tx: Tx, application_id: ApplicationId, name: str, *, by: By, at: Moment) -> Taken:
    application, step = ahead(tx, application_id, name, by=by, at=at)
    check_alive(holder_by_id(tx, application.holder))
    _check_still_good(card_of(tx, application), at)
    old = _retire_old_cards(tx, application, by=by, at=at)
    holder_store.end_forms(tx, application.holder, on=japan_day(at), reason="used")
    end_waiting(tx, application.holder, REPLACED, at)
    taken = take(tx, application, step, by=by, at=at, custody_place=None)
    return replace(taken, events=(*old, *taken.events))


def card_of(tx: Tx, application: Application) -> Card:
    """The card of an application for which one was made."""
    assert application.card is not None, "a card was made"
    return card_by_id(tx, application.card)


def _check_still_good(card: Card, at: Moment) -> None:
    if card.valid_to < japan_day(at):
        raise CardOver(valid_to=card.valid_to.isoformat())


def _retire_old_cards(tx: Tx, application: Application, *, by: By, at: Moment) -> list[Event]:
    """One card is in force at a time: the new one takes the place of what was there."""
    # Who has a card posted gave the old one back before (law/issuance_methods.toml, old-card-kept).
    is_posted = law.card_deliveries()[application.wish.delivery].by_post
    is_shown = application.documents is not None and OLD_CARD in application.documents.shown
    events = []
    for card in card_store.cards_of(tx, application.holder, STANDING):
        is_returned = card.state is CardState.ACTIVE and (is_posted or is_shown)
        state = CardState.RETURNED if is_returned else CardState.VOID
        events.append(put_card(tx, card, state, "replace", by=by, at=at))
    return events


def expire_notices(
    tx: Tx, municipality: MunicipalityCode, *, by: By, at: Moment, keep_days: int | None = None, limit: int = 1_000
) -> list[Taken]:
    """Notes for up to `limit` applications that the time to collect is over, the oldest first.

    The cards stay in custody until `dispose`: who comes late but before that is served. `keep_days` is that of
    `notice_until`.
    """
    day = japan_day(at)
    waiting = store.in_states(tx, municipality, (State.NOTIFIED, State.NOTICE_RETURNED), since_before=day, limit=limit)
    taken = []
    for application in waiting:
        until = notice_until(application, keep_days)
        if until is not None and until < day:
            _, step = ahead(tx, application.id, "expire_notice", by=by, at=at)
            taken.append(take(tx, application, step, by=by, at=at))
    return taken


def expire_notice(tx: Tx, application_id: ApplicationId, *, by: By, at: Moment, keep_days: int | None = None) -> Taken:
    """The same for one; raises `NoticeNotExpired` or what `take_step` raises."""
    application, step = ahead(tx, application_id, "expire_notice", by=by, at=at)
    until = notice_until(application, keep_days)
    if until is None or until >= japan_day(at):
        raise NoticeNotExpired(until="?" if until is None else until.isoformat())
    return take(tx, application, step, by=by, at=at)


def dispose(
    tx: Tx,
    application_id: ApplicationId,
    *,
    by: By,
    at: Moment,
    after_notice_months: int | None = None,
    after_reminder_months: int | None = None,
) -> Taken:
    """Destroys a card that nobody collected, when the law (or the town, by the months it chose) lets it.

    Raises `CardKept` before that day, and while the notice was not sent again; else what `take_step` raises.
    """
    application, step = ahead(tx, application_id, "dispose", by=by, at=at)
    since = disposal_from(application, after_notice_months, after_reminder_months)
    if since is None or since > japan_day(at):
        raise CardKept(since="なし / none" if since is None else since.isoformat())
    return take(tx, application, step, by=by, at=at)


def fee_of(application: Application) -> law.Fee | None:
    """What the card costs its holder, or None where no source gives a fee."""
    assert application.applied_on is not None, "a fee is asked when the application is received"
    wish = application.wish
    case = wish.kind.value if wish.kind is not Kind.FIRST or wish.express_ground is None else wish.express_ground
    return law.card_fee(case, express=wish.express_ground is not None, on=application.applied_on)
