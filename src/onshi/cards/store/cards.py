"""The cards themselves."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from onshi.cards.model import ApplicationId, Card, CardId, CardKind, CardState, HolderId, State
from onshi.cards.store.tables import applications, card_keys, cards
from onshi.db import Tx
from onshi.kernel import MunicipalityCode

_PLAIN = ("municipality", "state_since", "made_on", "valid_to", "handed_on")


def _as_card(row: Row[Any]) -> Card:
    return Card(
        id=CardId(row.card_id),
        holder=HolderId(row.holder_id),
        application=ApplicationId(row.application_id),
        kind=CardKind(row.kind),
        state=CardState(row.state),
        **{name: getattr(row, name) for name in _PLAIN},
    )


def _values(card: Card) -> dict[str, Any]:
    values = {name: getattr(card, name) for name in _PLAIN}
    return values | {"application_id": card.application, "kind": card.kind.value, "state": card.state.value}


def add_card(tx: Tx, card: Card) -> None:
    """Adds a card and the key by which it is found."""
    tx.execute(insert(cards).values(holder_id=card.holder, card_id=card.id, **_values(card)))
    tx.execute(insert(card_keys).values(card_id=card.id, holder_id=card.holder))


def save_card(tx: Tx, card: Card) -> None:
    """Writes a card that is there as it stands now."""
    same = (cards.c.holder_id == card.holder, cards.c.card_id == card.id)
    tx.execute(update(cards).where(*same).values(**_values(card)))


def card_of(tx: Tx, card_id: CardId) -> Card | None:
    """The card with this id, over the table that knows whose it is."""
    whose = select(card_keys.c.holder_id).where(card_keys.c.card_id == card_id)
    holder = tx.execute(whose).scalar_one_or_none()
    if holder is None:
        return None
    return _as_card(tx.execute(select(cards).where(cards.c.holder_id == holder, cards.c.card_id == card_id)).one())


def cards_of(tx: Tx, holder_id: HolderId, states: Iterable[CardState] = tuple(CardState)) -> list[Card]:
    """A holder's cards in these states, the oldest first."""
    query = (
        select(cards)
        .where(cards.c.holder_id == holder_id, cards.c.state.in_(sorted(state.value for state in states)))
        .order_by(cards.c.made_on, cards.c.card_id)
    )
    return [_as_card(row) for row in tx.execute(query)]


def ending(tx: Tx, municipality: MunicipalityCode, *, first: date, last: date, limit: int) -> list[Card]:
    """Active cards of a municipality whose last day lies in these days, the soonest first."""
    query = (
        select(cards)
        .where(
            cards.c.municipality == municipality,
            cards.c.state == CardState.ACTIVE.value,
            cards.c.valid_to >= first,
            cards.c.valid_to <= last,
        )
        .order_by(cards.c.valid_to, cards.c.card_id)
        .limit(limit)
    )
    return [_as_card(row) for row in tx.execute(query)]


def over(tx: Tx, municipality: MunicipalityCode, *, on: date, limit: int) -> list[Card]:
    """Cards that still stand as good although their last day is past, the oldest first."""
    standing = (CardState.ACTIVE.value, CardState.SUSPENDED.value)
    query = (
        select(cards)
        .where(cards.c.municipality == municipality, cards.c.state.in_(standing), cards.c.valid_to < on)
        .order_by(cards.c.valid_to, cards.c.card_id)
        .limit(limit)
    )
    return [_as_card(row) for row in tx.execute(query)]


def active_among(tx: Tx, municipality: MunicipalityCode, wanted: list[CardId]) -> list[Card]:
    """Those of `wanted` that are active cards of the municipality."""
    found: list[Card] = []
    for start in range(0, len(wanted), 500):
        query = (
            select(cards)
            .join(card_keys, (card_keys.c.card_id == cards.c.card_id) & (card_keys.c.holder_id == cards.c.holder_id))
            .where(
                card_keys.c.card_id.in_(wanted[start : start + 500]),
                cards.c.municipality == municipality,
                cards.c.state == CardState.ACTIVE.value,
            )
        )
        found.extend(_as_card(row) for row in tx.execute(query))
    return found


def stock(tx: Tx, municipality: MunicipalityCode, states: Iterable[State]) -> list[tuple[str | None, State, int, date]]:
    """What lies in custody: place, state, how many, and since when the longest."""
    query = (
        select(
            applications.c.custody_place,
            applications.c.state,
            func.count().label("cards"),
            func.min(applications.c.state_since).label("oldest"),
        )
        .where(
            applications.c.municipality == municipality,
            applications.c.state.in_(sorted(state.value for state in states)),
            applications.c.card_id.is_not(None),
        )
        .group_by(applications.c.custody_place, applications.c.state)
        .order_by(applications.c.custody_place, applications.c.state)
    )
    return [(row.custody_place, State(row.state), row.cards, row.oldest) for row in tx.execute(query)]
