"""Moves from one municipality to another."""

from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select, update

from onshi.cards.model import CardState, HolderId
from onshi.cards.moves import Move, MoveId
from onshi.cards.store.tables import cards, moves
from onshi.db import Tx
from onshi.kernel import MunicipalityCode

_PLAIN = (
    "from_municipality",
    "to_municipality",
    "planned_on",
    "moved_on",
    "notified_on",
    "continue_by",
    "continued_on",
    "ended_on",
    "end_reason",
    "is_waiting",
)


def _as_move(row: Row[Any]) -> Move:
    return Move(MoveId(row.move_id), HolderId(row.holder_id), **{name: getattr(row, name) for name in _PLAIN})


def add_move(tx: Tx, move: Move) -> None:
    """Adds a move."""
    values = {name: getattr(move, name) for name in _PLAIN}
    tx.execute(insert(moves).values(holder_id=move.holder, move_id=move.id, **values))


def save_move(tx: Tx, move: Move) -> None:
    """Writes a move that is there as it stands now."""
    same = (moves.c.holder_id == move.holder, moves.c.move_id == move.id)
    tx.execute(update(moves).where(*same).values({name: getattr(move, name) for name in _PLAIN}))


def waiting_of(tx: Tx, holder_id: HolderId) -> Move | None:
    """The move after which the card has still to be continued, if there is one."""
    row = tx.execute(select(moves).where(moves.c.holder_id == holder_id, moves.c.is_waiting)).first()
    return None if row is None else _as_move(row)


def announced_of(tx: Tx, holder_id: HolderId) -> Move | None:
    """The move that was announced where the holder lives, and not yet notified where they go."""
    open_ones = (moves.c.holder_id == holder_id, moves.c.notified_on.is_(None), moves.c.ended_on.is_(None))
    row = tx.execute(select(moves).where(*open_ones)).first()
    return None if row is None else _as_move(row)


def moves_of(tx: Tx, holder_id: HolderId) -> list[Move]:
    """Every move of a holder, the oldest first by its notice."""
    query = select(moves).where(moves.c.holder_id == holder_id).order_by(moves.c.notified_on, moves.c.move_id)
    return [_as_move(row) for row in tx.execute(query)]


def continuing_by(
    tx: Tx, municipality: MunicipalityCode, last: date, *, limit: int, with_card: bool = False
) -> list[Move]:
    """Moves into a municipality after which a card has to be continued up to `last`, the soonest first.

    `with_card`: only of holders who still have an active card.
    """
    query = (
        select(moves)
        .where(moves.c.to_municipality == municipality, moves.c.is_waiting, moves.c.continue_by <= last)
        .order_by(moves.c.continue_by, moves.c.move_id)
        .limit(limit)
    )
    if with_card:
        active = select(cards.c.card_id).where(
            cards.c.holder_id == moves.c.holder_id, cards.c.state == CardState.ACTIVE.value
        )
        query = query.where(active.exists())
    return [_as_move(row) for row in tx.execute(query)]
