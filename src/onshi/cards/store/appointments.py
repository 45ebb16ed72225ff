"""Slots and who booked them."""

from datetime import date
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from onshi.cards.appointments import Appointment, Purpose, Slot
from onshi.cards.model import HolderId
from onshi.cards.store.tables import bookings, slots
from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode


def _at(table: Any, slot: Slot) -> tuple[Any, ...]:
    return (
        table.c.municipality == slot.municipality,
        table.c.place == slot.place,
        table.c.day == slot.day,
        table.c.starts == slot.starts,
    )


def _place(slot: Slot) -> dict[str, Any]:
    return {"municipality": slot.municipality, "place": slot.place, "day": slot.day, "starts": slot.starts}


def _slot(row: Row[Any]) -> Slot:
    return Slot(MunicipalityCode(row.municipality), row.place, row.day, row.starts)


def capacity_of(tx: Tx, slot: Slot) -> int | None:
    """How many people a slot takes, or None where nobody receives them."""
    found: int | None = tx.execute(select(slots.c.capacity).where(*_at(slots, slot))).scalar_one_or_none()
    return found


def put_slot(tx: Tx, slot: Slot, capacity: int) -> None:
    """Opens a slot, or gives one another capacity."""
    if capacity_of(tx, slot) is None:
        tx.execute(insert(slots).values(**_place(slot), capacity=capacity))
    else:
        tx.execute(update(slots).where(*_at(slots, slot)).values(capacity=capacity))


def seats_taken(tx: Tx, slot: Slot) -> set[int]:
    """The seats that are booked."""
    return set(tx.execute(select(bookings.c.seat).where(*_at(bookings, slot))).scalars())


def take_seat(tx: Tx, slot: Slot, seat: int, *, capacity: int, holder: HolderId, purpose: Purpose, at: Moment) -> bool:
    """Books one seat; False when somebody else was first, or the holder has an appointment for this."""
    dialect = sqlite if tx.is_sqlite else postgresql
    statement = dialect.insert(bookings).values(
        **_place(slot), seat=seat, capacity=capacity, holder_id=holder, purpose=purpose.value, booked_at=at
    )
    # The keys decide and not a look beforehand, so two people at once cannot both have the last place.
    kept = statement.on_conflict_do_nothing().returning(bookings.c.seat)
    return tx.execute(kept).first() is not None


def move_seat(tx: Tx, slot: Slot, seat: int, holder: HolderId) -> None:
    """Gives a holder the seat of another number in the same slot."""
    tx.execute(update(bookings).where(*_at(bookings, slot), bookings.c.holder_id == holder).values(seat=seat))


def seated(tx: Tx, slot: Slot) -> list[tuple[int, HolderId]]:
    """Seat and holder, by seat."""
    query = select(bookings.c.seat, bookings.c.holder_id).where(*_at(bookings, slot)).order_by(bookings.c.seat)
    return [(row.seat, HolderId(row.holder_id)) for row in tx.execute(query)]


def appointment_of(tx: Tx, holder: HolderId, purpose: Purpose) -> Appointment | None:
    """What the holder booked for this."""
    row = tx.execute(
        select(bookings).where(bookings.c.holder_id == holder, bookings.c.purpose == purpose.value)
    ).first()
    return None if row is None else Appointment(_slot(row), row.seat, holder, purpose)


def free_seat(tx: Tx, holder: HolderId, purpose: Purpose) -> None:
    """Gives the holder's place back."""
    tx.execute(delete(bookings).where(bookings.c.holder_id == holder, bookings.c.purpose == purpose.value))


def free_all(tx: Tx, holder: HolderId) -> None:
    """Gives back whatever the holder booked."""
    tx.execute(delete(bookings).where(bookings.c.holder_id == holder))


def slots_on(tx: Tx, municipality: MunicipalityCode, *, first: date, last: date) -> list[tuple[Slot, int, int]]:
    """Slot, capacity and places taken, in the order of time."""
    taken = func.count(bookings.c.seat).label("taken")
    query = (
        select(slots, taken)
        .outerjoin(
            bookings,
            (bookings.c.municipality == slots.c.municipality)
            & (bookings.c.place == slots.c.place)
            & (bookings.c.day == slots.c.day)
            & (bookings.c.starts == slots.c.starts),
        )
        .where(slots.c.municipality == municipality, slots.c.day >= first, slots.c.day <= last)
        .group_by(slots.c.municipality, slots.c.place, slots.c.day, slots.c.starts, slots.c.capacity)
        .order_by(slots.c.day, slots.c.starts, slots.c.place)
    )
    return [(_slot(row), row.capacity, row.taken) for row in tx.execute(query)]


def appointments_on(tx: Tx, municipality: MunicipalityCode, day: date) -> list[Appointment]:
    """Who comes on a day, in the order of time."""
    query = (
        select(bookings)
        .where(bookings.c.municipality == municipality, bookings.c.day == day)
        .order_by(bookings.c.starts, bookings.c.place, bookings.c.seat)
    )
    return [
        Appointment(_slot(row), row.seat, HolderId(row.holder_id), Purpose(row.purpose)) for row in tx.execute(query)
    ]


def drop_past(tx: Tx, before: date) -> int:
    """Deletes bookings and slots of earlier days; returns how many bookings."""
    gone = tx.execute(delete(bookings).where(bookings.c.day < before)).rowcount
    tx.execute(delete(slots).where(slots.c.day < before))
    return gone
