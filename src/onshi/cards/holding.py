"""What becomes of a card in somebody's hands: lost, found, returned, switched, over."""

from dataclasses import dataclass, replace

from onshi.cards.errors import CardNotIn, CardNotLost, NotYourMunicipality
from onshi.cards.model import By, Card, CardId, CardKind, CardState, Doer, Event
from onshi.cards.rules import check_card_in, check_doer, check_reach
from onshi.cards.service import STANDING, holder_by_id
from onshi.cards.store import cards as store
from onshi.cards.taking import card_by_id, note_card, put_card
from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode, japan_day


@dataclass(frozen=True, slots=True)
class Found:
    """A lost card that was found. It is not released: it has to be replaced, and is handed in when it is."""

    card: Card
    needs_replacement: bool = True


def report_lost(tx: Tx, card_id: CardId, *, by: By, at: Moment) -> tuple[Card, Event]:
    """The card is lost or stolen: from now on it counts for nothing, and its certificates are put on hold.

    Open to the holder at any hour. Raises `UnknownCard`, `CardNotIn` (it must be active) or what `check_reach` raises.
    """
    card = _reached(tx, card_id, "report_lost", by, at)
    check_card_in(card, (CardState.ACTIVE,))
    event = put_card(tx, card, CardState.SUSPENDED, "report_lost", by=by, at=at)
    return card_by_id(tx, card_id), event


def report_found(tx: Tx, card_id: CardId, *, by: By, at: Moment) -> tuple[Found, Event]:
    """The card turned up. A hold on certificates is never released, so neither is the card; the find is noted.

    Raises `UnknownCard`, `CardNotLost` or what `check_reach` raises.
    """
    card = _reached(tx, card_id, "report_found", by, at)
    if card.state is not CardState.SUSPENDED:
        raise CardNotLost
    note_card(tx, card, "report_found", card.state.value, by=by, at=at)
    return Found(card), Event("card_report_found", by.actor, card.holder, card.name, card.state.value)


def return_card(tx: Tx, card_id: CardId, *, by: By, at: Moment) -> tuple[Card, Event]:
    """The holder gives the card back for good; its certificates are revoked. Raises as `report_lost` does."""
    check_doer(by, "return", Doer.MUNICIPALITY)
    card = _reached(tx, card_id, "return", by, at)
    check_card_in(card, STANDING)
    event = put_card(tx, card, CardState.RETURNED, "return", by=by, at=at)
    return card_by_id(tx, card_id), event


def switch_kind(tx: Tx, card_id: CardId, kind: CardKind, *, by: By, at: Moment) -> tuple[Card, Event]:
    """Sets a card as a 顔認証カード or back, on the same plastic (since 2023-12-15), at the municipality.

    A face card has no PINs and no signature certificate: what follows for certificates is the caller's. Raises
    `CardNotIn` for a card that is not active or a kind it has already, and for a child's card without a photo.
    """
    check_doer(by, "switch_kind", Doer.MUNICIPALITY)
    card = _reached(tx, card_id, "switch_kind", by, at)
    check_card_in(card, (CardState.ACTIVE,))
    if CardKind.CHILD in (kind, card.kind) or kind is card.kind:
        raise CardNotIn(state=card.kind.value)
    changed = replace(card, kind=kind)
    store.save_card(tx, changed)
    note_card(tx, changed, f"switch_to_{kind.value}", card.state.value, by=by, at=at)
    return changed, Event("card_switch_kind", by.actor, card.holder, card.name, kind.value)


def reset_pin(tx: Tx, card_id: CardId, *, by: By, at: Moment) -> tuple[Card, Event]:
    """The municipality has set a PIN or password of this card anew, which counted as locked or was forgotten.

    Which one and what it is now is known to the card alone. Raises as `switch_kind` does.
    """
    check_doer(by, "reset_pin", Doer.MUNICIPALITY)
    card = _reached(tx, card_id, "reset_pin", by, at)
    check_card_in(card, (CardState.ACTIVE,))
    note_card(tx, card, "reset_pin", card.state.value, by=by, at=at)
    return card, Event("card_reset_pin", by.actor, card.holder, card.name, "done")


def expire_cards(tx: Tx, municipality: MunicipalityCode, *, by: By, at: Moment, limit: int = 1_000) -> list[Event]:
    """Notes for up to `limit` cards that their last day is past, the oldest first."""
    check_doer(by, "expire", Doer.MUNICIPALITY)
    if by.municipality != municipality:
        raise NotYourMunicipality
    late = store.over(tx, municipality, on=japan_day(at), limit=limit)
    return [put_card(tx, card, CardState.EXPIRED, "expire", by=by, at=at) for card in late]


def _reached(tx: Tx, card_id: CardId, step: str, by: By, at: Moment) -> Card:
    """The card, if `by` may touch it: a town its residents' cards, those not yet continued there included."""
    check_doer(by, step, Doer.CITIZEN, Doer.MUNICIPALITY)
    card = card_by_id(tx, card_id)
    holder = holder_by_id(tx, card.holder)
    check_reach(by, holder, holder.municipality, on=japan_day(at))
    return card
