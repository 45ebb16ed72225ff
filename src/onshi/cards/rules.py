"""The decisions about who may act, and what a form, a photo and a wish must be."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from onshi import law
from onshi.cards.errors import (
    CardNotIn,
    FormMalformed,
    FormVoid,
    GuardianRequired,
    HolderDeceased,
    MethodNotYet,
    NotGuardian,
    NotYourMunicipality,
    PhotoRefused,
    PostingRefused,
    StayRefused,
    StepNotYours,
    WishRefused,
)
from onshi.cards.model import (
    Assurances,
    By,
    Card,
    CardKind,
    CardState,
    Documents,
    Doer,
    Form,
    FormId,
    Helper,
    Holder,
    HolderId,
    Kind,
    Papers,
    PhotoSource,
    Venue,
    Wish,
)
from onshi.kernel import MunicipalityCode, PersonId, narrow, parse_person_id, shown_person_id

FORM_DIGITS = 23
PHOTO_MOST = 7 * 1024 * 1024
EXPRESS = "express"
UNDER_ONE = "under_one"
OLD_CARD = "old_card"
_JPEG = b"\xff\xd8\xff"


def citizen(holder: HolderId) -> By:
    """The holder, or a guardian: who is at the keyboard."""
    return By(Doer.CITIZEN, f"holder:{holder}", holder=holder)


def municipality(code: MunicipalityCode, actor: str) -> By:
    """A member of staff (`staff:…`, `local:cli`) of the municipality."""
    return By(Doer.MUNICIPALITY, actor, municipality=code)


def maker(actor: str) -> By:
    """Who makes the cards."""
    return By(Doer.MAKER, actor)


def helper(kind: Helper) -> By:
    """申請サポート. Only the kind of helper is known: a helper keeps nothing, and nothing is kept about the helper."""
    return By(Doer.HELPER, f"helper:{kind.value}")


def shown_holder_id(holder: HolderId) -> str:
    """The id for screens, with a check sign, as ids of people are shown."""
    return shown_person_id(PersonId(holder))


def parse_holder_id(text: str) -> HolderId:
    """Reads what `shown_holder_id` writes; ValueError when the check sign disagrees."""
    return HolderId(parse_person_id(text))


def parse_form_id(text: str) -> FormId:
    """Reads 23 digits in any width, with blanks or dashes between groups. Raises `FormMalformed`."""
    digits = narrow(text).replace("-", "").replace(" ", "")
    if len(digits) != FORM_DIGITS or not digits.isascii() or not digits.isdigit():
        raise FormMalformed
    return FormId(digits)


def needs_guardian(holder: Holder, on: date) -> bool:
    """Whether somebody has to act for the holder."""
    return law.needs_guardian(holder.birth_on, on, is_ward=holder.is_ward)


def is_led(holder: Holder, on: date) -> bool:
    """Whether the guardian may act for the holder: a minor or a ward."""
    return holder.is_ward or not law.is_card_adult(holder.birth_on, on)


def check_reach(by: By, holder: Holder, place: MunicipalityCode, *, on: date) -> None:
    """Whether `by` may touch a case of this holder at this municipality.

    Raises `NotYourMunicipality`, `NotGuardian` or `GuardianRequired`.
    """
    if by.doer is Doer.MUNICIPALITY and by.municipality != place:
        raise NotYourMunicipality
    if by.doer is not Doer.CITIZEN:
        return
    if by.holder == holder.id:
        if needs_guardian(holder, on):
            raise GuardianRequired
    elif by.holder is None or by.holder != holder.guardian or not is_led(holder, on):
        raise NotGuardian


def check_doer(by: By, step: str, *allowed: Doer) -> None:
    """Raises `StepNotYours` unless `by` is one of `allowed`."""
    if by.doer not in allowed:
        raise StepNotYours(step=step, doer=by.doer.value)


def check_alive(holder: Holder) -> None:
    """Raises `HolderDeceased`."""
    if holder.deceased_on is not None:
        raise HolderDeceased


def check_stay(holder: Holder, on: date) -> None:
    """Raises `StayRefused` where a limited stay has no known end, or has ended."""
    if holder.residence is law.Residence.LIMITED:
        if holder.stay_until is None:
            raise StayRefused(reason="unknown")
        if holder.stay_until < on:
            raise StayRefused(reason="over")


def check_form(form: Form, on: date) -> None:
    """Raises `FormVoid` from the day on which the form became void."""
    if form.ended_on is not None and form.ended_on <= on:
        raise FormVoid(since=form.ended_on.isoformat(), reason=form.end_reason)


def photo_digest(photo: bytes) -> bytes:
    """By which a photo is named."""
    return hashlib.sha256(photo).digest()


def check_photo(wish: Wish, photo: bytes | None, holder: Holder, on: date) -> None:
    """Raises `PhotoRefused`, naming why."""
    is_needed = law.needs_photo(holder.birth_on, on)
    if wish.photo_source is PhotoSource.NONE:
        if is_needed:
            raise PhotoRefused(reason="missing")
        return
    if not is_needed:
        raise PhotoRefused(reason="not-needed")
    if wish.photo_source is PhotoSource.LICENCE and wish.venue is not Venue.LICENCE_CENTRE:
        raise PhotoRefused(reason="no-licence-here")
    if wish.photo_source is PhotoSource.REUSED:
        return
    if not photo:
        raise PhotoRefused(reason="missing")
    if len(photo) > PHOTO_MOST:
        raise PhotoRefused(reason="too-large")
    if not photo.startswith(_JPEG):
        raise PhotoRefused(reason="not-jpeg")


# What has to have become of earlier cards for a wish of this kind; FIRST is for whoever never had one in hand.
_BEFORE: dict[Kind, tuple[CardState, ...]] = {
    Kind.RENEWAL: (CardState.ACTIVE, CardState.EXPIRED),
    Kind.LOST: (CardState.SUSPENDED,),
    Kind.DAMAGED: (CardState.ACTIVE,),
    Kind.ENTRIES_FULL: (CardState.ACTIVE,),
    Kind.LAPSED: (CardState.VOID,),
    Kind.RETURNED: (CardState.RETURNED,),
}


def check_kind(wish: Wish, held: Sequence[Card], on: date) -> None:
    """Raises `WishRefused` when the kind of application does not fit the cards the holder has or had.

    A renewal is for a card whose window is open or that has ended.
    """
    if wish.kind not in kinds_open(held, on):
        raise WishRefused(field="kind", method=wish.method)


def kinds_open(held: Sequence[Card], on: date) -> tuple[Kind, ...]:
    """What a card can be applied for by somebody who holds or held these, in the order of the kinds."""
    in_hand = [card for card in held if card.state not in (CardState.MADE, CardState.DESTROYED)]
    if not in_hand:
        return (Kind.FIRST,)
    # The last card speaks: what became of those before it does not matter any more.
    last = in_hand[-1]
    is_due = law.renewal_from(last.valid_to) <= on
    return tuple(kind for kind, states in _BEFORE.items() if last.state in states and (is_due or kind != Kind.RENEWAL))


def check_wish(wish: Wish, holder: Holder, on: date) -> None:
    """Whether route, method and what goes with them are lawful together on that day.

    Raises `StayRefused`, `MethodNotYet`, or `WishRefused` naming the first field that does not fit.
    """
    check_stay(holder, on)
    told = {method.slug: method for method in law.issuance_methods()}.get(wish.method)
    if told is None:
        raise WishRefused(field="method", method=wish.method)
    if on < told.since:
        raise MethodNotYet(method=wish.method, since=told.since.isoformat())
    fits = {
        "route": wish.route in told.routes,
        "delivery": wish.delivery in told.deliveries,
        "helper": (wish.helper is not None) == told.has_helper,
        "workplace": (wish.workplace is not None) == told.counts_only,
        "venue": wish.venue is None or wish.route == "visiting_reception",
        "express_ground": _has_ground(wish, holder, on) if wish.method == EXPRESS else wish.express_ground is None,
    }
    for field, is_right in fits.items():
        if not is_right:
            raise WishRefused(field=field, method=wish.method)


def switched(wish: Wish, method: str) -> Wish:
    """The wish after the town had to go on by another method: collected at the window, and no express card."""
    has_helper = law.issuance_method(method).has_helper
    return replace(
        wish,
        method=method,
        delivery="window",
        helper=Helper.MUNICIPALITY if has_helper else None,
        express_ground=None,
        express_since=None,
    )


def _has_ground(wish: Wish, holder: Holder, on: date) -> bool:
    """Whether the ground for an express card is one, and the time to use it is not over."""
    ground = law.express_grounds().get(wish.express_ground or "")
    event_on = holder.birth_on if wish.express_ground == UNDER_ONE else wish.express_since
    return ground is not None and event_on is not None and ground.is_open(on, event_on=event_on)


def check_posting(wish: Wish, assured: Assurances | None, held: Sequence[Card], on: date) -> None:
    """Raises `PostingRefused` with every reason why the card cannot be posted; nothing for one that is not to be."""
    if not law.card_deliveries()[wish.delivery].by_post:
        return
    if assured is None:
        raise PostingRefused(reasons="not-asked")
    active = [card for card in held if card.state is CardState.ACTIVE]
    case = law.PostingAnswers(
        # A child under one, applied for with the report of birth, need not come (law/identity_documents.toml).
        in_person=assured.in_person or wish.express_ground == UNDER_ONE,
        forwards_mail=assured.forwards_mail,
        moves_on=assured.moves_on,
        entries_change=assured.entries_change,
        old_card_to=active[0].valid_to if active else None,
        old_card_returned=assured.old_card_returned,
        entries_full=wish.kind is Kind.ENTRIES_FULL,
    )
    if reasons := law.why_not_posted(case, on=on):
        raise PostingRefused(reasons=", ".join(reason.code for reason in reasons))


def is_early_renewal(wish: Wish, held: Sequence[Card], applied_on: date) -> bool:
    """Whether the new card counts one birthday more: applied for in the last months of one that was still good."""
    return wish.kind is Kind.RENEWAL and any(
        card.state is CardState.ACTIVE and law.renewal_from(card.valid_to) <= applied_on <= card.valid_to
        for card in held
    )


def decide(wish: Wish, papers: Papers, holder: Holder, held: Sequence[Card], on: date) -> law.DocumentDecision:
    """Whether the papers on the desk are enough. A card that is still in the holder's hands is to be given back."""
    is_handed_over = law.issuance_method(wish.method).identity_at == "hand_over"
    has_old_card = any(card.state is CardState.ACTIVE for card in held)
    return law.decide_documents(
        method=wish.method,
        shown=papers.shown,
        on=on,
        is_minor=needs_guardian(holder, on),
        guardian_shown=papers.guardian_shown,
        guardian_known=papers.guardian_known,
        agent_ground=papers.agent_ground,
        agent_shown=papers.agent_shown,
        pin_entered=papers.pin_entered,
        to_return=[OLD_CARD] if is_handed_over and has_old_card else (),
        express_ground=wish.express_ground,
    )


def documents_kept(papers: Papers, decision: law.DocumentDecision, on: date) -> Documents:
    """What is kept of a decision: kinds of papers that the law knows and codes; whatever else was typed is not."""
    shown = (*papers.shown, *papers.guardian_shown, *papers.agent_shown)
    return Documents(
        decision.accepted,
        tuple(dict.fromkeys(slug for slug in shown if slug in law.known_documents())),
        tuple(reason.code for reason in decision.because),
        on,
    )


def card_kind(wish: Wish) -> CardKind:
    """How the card for this wish is made."""
    if wish.photo_source is PhotoSource.NONE:
        return CardKind.CHILD
    return CardKind.FACE if wish.is_face_card else CardKind.STANDARD


def check_card_in(card: Card, states: Collection[CardState]) -> None:
    """Raises `CardNotIn` unless the card is in one of these states."""
    if card.state not in states:
        raise CardNotIn(state=card.state.value)
