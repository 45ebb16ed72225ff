"""The verbs up to the order: apply, be referred, correct, show who one is."""

from dataclasses import dataclass, replace
from datetime import date

from onshi import law
from onshi.cards.errors import AlreadyApplied, PhotoRefused
from onshi.cards.model import (
    Application,
    ApplicationId,
    Assurances,
    By,
    Desk,
    Doer,
    Event,
    FormId,
    Holder,
    HolderId,
    Papers,
    PhotoSource,
    State,
    Taken,
    Wish,
)
from onshi.cards.rules import (
    check_alive,
    check_doer,
    check_kind,
    check_photo,
    check_posting,
    check_reach,
    check_wish,
    decide,
    documents_kept,
    photo_digest,
)
from onshi.cards.service import holder_by_id, usable_form
from onshi.cards.steps import NEW, lane_of, next_step
from onshi.cards.store import applications as store
from onshi.cards.store import cards as card_store
from onshi.cards.taking import ahead, begin, take
from onshi.db import Tx
from onshi.kernel import Moment, japan_day


@dataclass(frozen=True, slots=True)
class Identified:
    """What came of the papers: the decision, which explains itself, and the step when it was taken.

    `may_switch`: nothing was shown at the application, so it can go on as help with the application, the identity
    being checked at the hand-over (`switch_to_support`).
    """

    decision: law.DocumentDecision
    taken: Taken | None
    events: tuple[Event, ...]
    may_switch: bool = False


def apply(
    tx: Tx,
    form_id: FormId,
    wish: Wish,
    *,
    photo: bytes | None,
    application_id: ApplicationId,
    by: By,
    at: Moment,
) -> Taken:
    """An application by the 申請書ID of a printed form, over any route; it is received (受付) with that.

    There is no field for a personal number here or anywhere. Raises `UnknownForm`, `FormVoid`, `HolderDeceased`,
    `AlreadyApplied`, `StayRefused`, `WishRefused`, `MethodNotYet`, `PhotoRefused`, or what `take_step` raises.
    """
    day = japan_day(at)
    form, holder = usable_form(tx, form_id, on=day)
    check_wish(wish, holder, day)
    step = next_step(NEW, lane_of(wish.method, wish.delivery), "apply", by.doer)
    check_reach(by, holder, form.municipality, on=day)
    _check_none_open(tx, holder.id)
    check_kind(wish, card_store.cards_of(tx, holder.id), day)
    kept = _kept_photo(tx, holder, wish, photo, at)
    new = Application(
        application_id,
        holder.id,
        form.municipality,
        form_id,
        wish,
        step.target,
        day,
        applied_on=day,
        photo=kept,
    )
    return begin(tx, new, step, by=by, at=at)


def refer(
    tx: Tx,
    holder_id: HolderId,
    desk: Desk,
    wish: Wish,
    *,
    application_id: ApplicationId,
    by: By,
    at: Moment,
) -> Taken:
    """A referral ticket (連絡票) from another desk of the town hall: the person is expected at the card desk.

    Nothing is counted yet. Raises `UnknownHolder`, `HolderDeceased`, `AlreadyApplied`, or what `apply` raises about the
    wish.
    """
    day = japan_day(at)
    holder = holder_by_id(tx, holder_id)
    check_alive(holder)
    check_wish(wish, holder, day)
    step = next_step(NEW, lane_of(wish.method, wish.delivery), "refer", by.doer)
    check_reach(by, holder, holder.municipality, on=day)
    _check_none_open(tx, holder_id)
    check_kind(wish, card_store.cards_of(tx, holder_id), day)
    new = Application(application_id, holder_id, holder.municipality, None, wish, step.target, day, desk=desk)
    return begin(tx, new, step, by=by, at=at)


def receive(
    tx: Tx,
    application_id: ApplicationId,
    *,
    photo: bytes | None,
    by: By,
    at: Moment,
    wish: Wish | None = None,
) -> Taken:
    """Receives (受付) somebody who came with a referral ticket, with another wish if the person has one."""
    application, step = ahead(tx, application_id, "receive", by=by, at=at)
    wanted = wish or application.wish
    day = japan_day(at)
    holder = holder_by_id(tx, application.holder)
    check_wish(wanted, holder, day)
    check_kind(wanted, card_store.cards_of(tx, holder.id), day)
    kept = _kept_photo(tx, holder, wanted, photo, at)
    return take(tx, application, step, by=by, at=at, wish=wanted, photo=kept, applied_on=day)


def correct(
    tx: Tx,
    application_id: ApplicationId,
    *,
    photo: bytes | None,
    by: By,
    at: Moment,
    photo_source: PhotoSource = PhotoSource.TAKEN,
) -> Taken:
    """Another photo after a defect. The application keeps its day; identity is checked again where it was before."""
    application, step = ahead(tx, application_id, "correct", by=by, at=at)
    wish = replace(application.wish, photo_source=photo_source)
    kept = _kept_photo(tx, holder_by_id(tx, application.holder), wish, photo, at)
    return take(tx, application, step, by=by, at=at, wish=wish, photo=kept, documents=None)


def identify(
    tx: Tx,
    application_id: ApplicationId,
    papers: Papers,
    *,
    assured: Assurances | None = None,
    by: By,
    at: Moment,
) -> Identified:
    """Decides on the papers shown, at the application or at the hand-over, as the method has it.

    Not enough is an answer and no refusal: the decision says what would be. Where the card is to be posted, `assured`
    is asked for as well. Raises `PostingRefused` or what `take_step` raises.
    """
    application, step = ahead(tx, application_id, "identify", by=by, at=at)
    day = japan_day(at)
    holder = holder_by_id(tx, application.holder)
    held = card_store.cards_of(tx, holder.id)
    is_first = step.target is State.IDENTIFIED
    if is_first:
        check_posting(application.wish, assured, held, day)
    decision = decide(application.wish, papers, holder, held, day)
    documents = documents_kept(papers, decision, day)
    if decision.accepted:
        taken = take(tx, application, step, by=by, at=at, documents=documents)
        return Identified(decision, taken, taken.events)
    store.save_application(tx, replace(application, documents=documents))
    event = Event("application_identify", by.actor, application.holder, application.name, "not_accepted")
    return Identified(decision, None, (event,), may_switch=is_first and not papers.shown)


def forget_photos(tx: Tx, holder_id: HolderId, *, by: By, at: Moment) -> Event:
    """Deletes every photo of a holder; applications keep the digest, by which nobody sees anything."""
    check_doer(by, "forget_photos", Doer.CITIZEN, Doer.MUNICIPALITY)
    holder = holder_by_id(tx, holder_id)
    check_reach(by, holder, holder.municipality, on=japan_day(at))
    return Event("photos_deleted", by.actor, holder_id, None, str(store.drop_photos_of(tx, holder_id)))


def purge_photos(tx: Tx, *, closed_before: date) -> int:
    """Deletes photos that no application has that is under way or was closed since; returns how many.

    Until then a photo can be used again after a move.
    """
    return store.drop_photos(tx, closed_before)


def photo_of(tx: Tx, application: Application) -> bytes | None:
    """The photo of an application, unless it was deleted."""
    return None if application.photo is None else store.photo_of(tx, application.holder, application.photo)


def _check_none_open(tx: Tx, holder: HolderId) -> None:
    if store.open_application_of(tx, holder) is not None:
        raise AlreadyApplied


def _kept_photo(tx: Tx, holder: Holder, wish: Wish, photo: bytes | None, at: Moment) -> bytes | None:
    """Keeps the photo apart and returns its digest; None where none is needed."""
    day = japan_day(at)
    check_photo(wish, photo, holder, day)
    if wish.photo_source is PhotoSource.NONE:
        return None
    if wish.photo_source is PhotoSource.REUSED:
        return _photo_to_reuse(tx, holder.id)
    assert photo is not None, "checked above"
    digest = photo_digest(photo)
    store.keep_photo(tx, holder.id, digest, photo, day)
    return digest


def _photo_to_reuse(tx: Tx, holder: HolderId) -> bytes:
    """The photo of the last application that a move made void."""
    for earlier in reversed(store.applications_of(tx, holder)):
        is_void = earlier.state is State.VOID_MOVED
        if is_void and earlier.photo is not None and store.photo_of(tx, holder, earlier.photo) is not None:
            return earlier.photo
    raise PhotoRefused(reason="none-to-reuse")
