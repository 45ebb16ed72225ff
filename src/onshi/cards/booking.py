"""The verbs of appointments.

The last place of a slot goes to one of two who ask at the same moment: the other gets `SlotFull`, or is asked to try
again by the transaction (`App.run` does).
"""

from collections.abc import Iterable
from datetime import date

from onshi.cards.appointments import Appointment, Offered, Purpose, Slot, check_ahead, closed_up, free_seat, is_past
from onshi.cards.errors import (
    AlreadyBooked,
    NoAppointment,
    NothingToCollect,
    NotYourMunicipality,
    SlotFull,
    UnknownSlot,
)
from onshi.cards.model import By, Doer, Event, Holder, HolderId, State
from onshi.cards.rules import check_doer, check_reach
from onshi.cards.service import holder_by_id
from onshi.cards.store import applications
from onshi.cards.store import appointments as store
from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode, japan_day

_COLLECTED = frozenset({State.NOTIFIED, State.NOTICE_RETURNED, State.NOTICE_EXPIRED})


def open_slots(tx: Tx, slots: Iterable[Slot], capacity: int, *, by: By) -> Event:
    """Opens slots, or gives them another capacity. Raises `SlotBooked` when more is booked than should remain."""
    check_doer(by, "open_slots", Doer.MUNICIPALITY)
    count = 0
    for slot in slots:
        if by.municipality != slot.municipality:
            raise NotYourMunicipality
        for seat, holder in closed_up(store.seated(tx, slot), capacity):
            store.move_seat(tx, slot, seat, holder)
        store.put_slot(tx, slot, capacity)
        count += 1
    return Event("slots_opened", by.actor, None, f"municipality:{by.municipality}", str(count))


def offered(tx: Tx, municipality: MunicipalityCode, *, first: date, last: date) -> list[Offered]:
    """The slots of these days in the order of time, full ones too."""
    found = store.slots_on(tx, municipality, first=first, last=last)
    return [Offered(slot, capacity, capacity - taken) for slot, capacity, taken in found]


def book(tx: Tx, holder_id: HolderId, slot: Slot, purpose: Purpose, *, by: By, at: Moment) -> tuple[Appointment, Event]:
    """Books a place. An appointment that lies in the past counts for nothing.

    Raises `UnknownSlot`, `SlotOver`, `SlotFull`, `AlreadyBooked`, `NothingToCollect`, `NotYourMunicipality` (a slot of
    another town), or what `check_reach` raises.
    """
    holder = _reached(tx, holder_id, by, at)
    _check_reason(tx, holder, slot, purpose)
    earlier = store.appointment_of(tx, holder_id, purpose)
    if earlier is not None:
        if not is_past(earlier.slot, at):
            raise AlreadyBooked
        store.free_seat(tx, holder_id, purpose)
    made = _seat(tx, holder_id, slot, purpose, at)
    return made, _event("appointment_booked", by, made)


def move_booking(
    tx: Tx, holder_id: HolderId, slot: Slot, purpose: Purpose, *, by: By, at: Moment
) -> tuple[Appointment, Event]:
    """Another time for an appointment; the old place is kept when the new one cannot be had.

    Raises `NoAppointment` and what `book` raises.
    """
    holder = _reached(tx, holder_id, by, at)
    appointment_of(tx, holder_id, purpose)
    _check_reason(tx, holder, slot, purpose)
    store.free_seat(tx, holder_id, purpose)
    made = _seat(tx, holder_id, slot, purpose, at)
    return made, _event("appointment_moved", by, made)


def cancel_booking(tx: Tx, holder_id: HolderId, purpose: Purpose, *, by: By, at: Moment) -> Event:
    """Gives the place back; raises `NoAppointment`."""
    _reached(tx, holder_id, by, at)
    found = appointment_of(tx, holder_id, purpose)
    store.free_seat(tx, holder_id, purpose)
    return _event("appointment_cancelled", by, found)


def appointment_of(tx: Tx, holder_id: HolderId, purpose: Purpose) -> Appointment:
    """What the holder booked for this; raises `NoAppointment`."""
    found = store.appointment_of(tx, holder_id, purpose)
    if found is None:
        raise NoAppointment
    return found


def appointments_on(tx: Tx, municipality: MunicipalityCode, day: date) -> list[Appointment]:
    """Who comes on a day, in the order of time."""
    return store.appointments_on(tx, municipality, day)


def purge_appointments(tx: Tx, *, before: date) -> int:
    """Deletes slots and appointments of earlier days: who came when is nothing to keep. Returns how many people's."""
    return store.drop_past(tx, before)


def _reached(tx: Tx, holder_id: HolderId, by: By, at: Moment) -> Holder:
    check_doer(by, "book", Doer.CITIZEN, Doer.MUNICIPALITY)
    holder = holder_by_id(tx, holder_id)
    check_reach(by, holder, holder.municipality, on=japan_day(at))
    return holder


def _check_reason(tx: Tx, holder: Holder, slot: Slot, purpose: Purpose) -> None:
    """A place is for somebody who has something to do there."""
    municipality = holder.municipality
    if purpose is Purpose.COLLECTION:
        found = applications.open_application_of(tx, holder.id)
        if found is None or found.state not in _COLLECTED:
            raise NothingToCollect
        municipality = found.municipality
    if slot.municipality != municipality:
        raise NotYourMunicipality


def _seat(tx: Tx, holder: HolderId, slot: Slot, purpose: Purpose, at: Moment) -> Appointment:
    capacity = store.capacity_of(tx, slot)
    if capacity is None:
        raise UnknownSlot
    check_ahead(slot, at)
    seat = free_seat(capacity, store.seats_taken(tx, slot))
    if not store.take_seat(tx, slot, seat, capacity=capacity, holder=holder, purpose=purpose, at=at):
        raise SlotFull
    return Appointment(slot, seat, holder, purpose)


def _event(action: str, by: By, made: Appointment) -> Event:
    return Event(action, by.actor, made.holder, f"municipality:{made.slot.municipality}", made.purpose.value)
