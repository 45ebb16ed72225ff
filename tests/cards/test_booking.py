"""Appointments: capacity, and two people who want the last place at the same moment."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from onshi import cards
from onshi.cards import Appointment, Event, HolderId, Purpose, Slot, errors
from onshi.cards.store.tables import bookings, slots
from onshi.db import Database, Tx
from onshi.kernel import OnshiError

from .make import (
    CLERK,
    HANAKO,
    HERE,
    MAKER,
    NOW,
    OTHER_CLERK,
    PAPERS,
    TARO,
    THERE,
    applied,
    holder,
    on,
    registered,
    taken_to,
)

SLOT = Slot(HERE, "2F", date(2026, 11, 10), "10:00")
LATER = Slot(HERE, "2F", date(2026, 11, 10), "10:30")
PEOPLE = tuple(HolderId(number) for number in range(1, 5))


def open_for(tx: Tx, capacity: int, *which: Slot) -> None:
    cards.open_slots(tx, which or [SLOT], capacity, by=CLERK)


def book(
    tx: Tx, who: HolderId = HANAKO, slot: Slot = SLOT, purpose: Purpose = Purpose.RENEWAL, **more: Any
) -> Appointment:
    made, _ = cards.book(tx, who, slot, purpose, **({"by": cards.citizen(who), "at": NOW} | more))
    return made


def free(tx: Tx) -> list[int]:
    return [one.free for one in cards.offered(tx, HERE, first=date(2026, 11, 1), last=date(2026, 11, 30))]


def test_a_place_is_booked_moved_and_given_back(tx: Tx) -> None:
    registered(tx)
    open_for(tx, 2, SLOT, LATER)
    made, event = cards.book(tx, HANAKO, SLOT, Purpose.RENEWAL, by=cards.citizen(HANAKO), at=NOW)
    assert made == Appointment(SLOT, 1, HANAKO, Purpose.RENEWAL)
    assert event == Event("appointment_booked", f"holder:{HANAKO}", HANAKO, f"municipality:{HERE}", "renewal")
    assert free(tx) == [1, 2]
    assert cards.appointments_on(tx, HERE, SLOT.day) == [made]
    moved, _ = cards.move_booking(tx, HANAKO, LATER, Purpose.RENEWAL, by=CLERK, at=NOW)
    assert (moved.slot, free(tx)) == (LATER, [2, 1])
    cards.cancel_booking(tx, HANAKO, Purpose.RENEWAL, by=cards.citizen(HANAKO), at=NOW)
    assert free(tx) == [2, 2]
    with pytest.raises(errors.NoAppointment):
        cards.appointment_of(tx, HANAKO, Purpose.RENEWAL)


def test_a_full_slot_is_refused_by_name(tx: Tx) -> None:
    registered(tx, *(holder(id=one) for one in PEOPLE))
    open_for(tx, 3)
    assert [book(tx, one).seat for one in PEOPLE[:3]] == [1, 2, 3]
    with pytest.raises(errors.SlotFull):
        book(tx, PEOPLE[3])
    cards.cancel_booking(tx, PEOPLE[1], Purpose.RENEWAL, by=CLERK, at=NOW)
    assert book(tx, PEOPLE[3]).seat == 2


def test_an_appointment_is_not_lost_when_the_other_time_is_full(db: Database) -> None:
    with db.transaction() as tx:
        registered(tx, holder(), holder(id=TARO))
        open_for(tx, 1, SLOT, LATER)
        book(tx)
        book(tx, TARO, LATER)
    with pytest.raises(errors.SlotFull), db.transaction() as tx:
        cards.move_booking(tx, HANAKO, LATER, Purpose.RENEWAL, by=CLERK, at=NOW)
    with db.transaction() as tx:
        assert cards.appointment_of(tx, HANAKO, Purpose.RENEWAL).slot == SLOT


NO_PLACE: list[tuple[Slot, dict[str, Any], type[OnshiError]]] = [
    (Slot(HERE, "2F", date(2026, 11, 10), "11:00"), {}, errors.UnknownSlot),
    (Slot(HERE, "1F", date(2026, 11, 10), "10:00"), {}, errors.UnknownSlot),
    (SLOT, {"at": on("2026-11-11")}, errors.SlotOver),
    (Slot(THERE, "2F", date(2026, 11, 10), "10:00"), {}, errors.NotYourMunicipality),
    (SLOT, {"by": cards.citizen(TARO)}, errors.NotGuardian),
    (SLOT, {"by": OTHER_CLERK}, errors.NotYourMunicipality),
    (SLOT, {"by": MAKER}, errors.StepNotYours),
    (SLOT, {"purpose": Purpose.COLLECTION}, errors.NothingToCollect),
]


def test_what_cannot_be_booked(tx: Tx) -> None:
    registered(tx)
    open_for(tx, 1)
    for slot, changes, refusal in NO_PLACE:
        with pytest.raises(OnshiError) as refused:
            book(tx, slot=slot, **changes)
        assert type(refused.value) is refusal, (slot, changes)
    assert book(tx).seat == 1


def test_a_collection_is_booked_when_there_is_a_card(tx: Tx) -> None:
    registered(tx)
    open_for(tx, 1)
    one = taken_to(tx, applied(tx).application, "notified")
    assert book(tx, purpose=Purpose.COLLECTION).seat == 1
    with pytest.raises(errors.AlreadyBooked):
        book(tx, purpose=Purpose.COLLECTION)
    for name in ("identify", "hand_over"):
        one = taken_to_next(tx, one, name)
    assert free(tx) == [1], "who has the card needs no appointment any more"


def taken_to_next(tx: Tx, one: cards.Application, name: str) -> cards.Application:
    if name == "hand_over":
        return cards.hand_over(tx, one.id, by=CLERK, at=NOW).application
    seen = cards.identify(tx, one.id, PAPERS, by=CLERK, at=NOW)
    assert seen.taken is not None
    return seen.taken.application


def test_a_place_comes_free_when_there_is_nothing_to_come_for(tx: Tx) -> None:
    registered(tx, holder(), holder(id=TARO))
    open_for(tx, 2)
    one = taken_to(tx, applied(tx).application, "notified")
    book(tx, purpose=Purpose.COLLECTION)
    book(tx, TARO)
    assert free(tx) == [0]
    cards.take_step(tx, one.id, "cancel", by=cards.citizen(HANAKO), at=NOW)
    assert free(tx) == [1]
    cards.note_death(tx, TARO, date(2026, 11, 2), by=CLERK, at=NOW)
    assert free(tx) == [2]


def test_an_appointment_of_the_past_does_not_block_the_next(tx: Tx) -> None:
    registered(tx)
    open_for(tx, 1, SLOT, Slot(HERE, "2F", date(2026, 12, 1), "10:00"))
    book(tx)
    assert book(tx, slot=Slot(HERE, "2F", date(2026, 12, 1), "10:00"), at=on("2026-11-20")).slot.day.month == 12


def test_capacity_follows_but_nobody_is_sent_away(tx: Tx) -> None:
    registered(tx, *(holder(id=one) for one in PEOPLE))
    open_for(tx, 4)
    for one in PEOPLE[:3]:
        book(tx, one)
    with pytest.raises(errors.SlotBooked):
        open_for(tx, 2)
    cards.cancel_booking(tx, PEOPLE[0], Purpose.RENEWAL, by=CLERK, at=NOW)
    open_for(tx, 2)  # seats 2 and 3 close up
    assert sorted(one.seat for one in cards.appointments_on(tx, HERE, SLOT.day)) == [1, 2]
    assert free(tx) == [0]
    with pytest.raises(errors.NotYourMunicipality):
        cards.open_slots(tx, [SLOT], 9, by=OTHER_CLERK)


def test_who_came_when_is_deleted(tx: Tx) -> None:
    registered(tx)
    open_for(tx, 1)
    book(tx)
    assert cards.purge_appointments(tx, before=SLOT.day) == 0
    assert cards.purge_appointments(tx, before=date(2026, 11, 11)) == 1
    assert free(tx) == []


@pytest.mark.parametrize("starts", ["9:00", "25:00", "morning", "10:00:00"])
def test_a_slot_starts_at_a_time(starts: str) -> None:
    with pytest.raises(ValueError, match="."):
        Slot(HERE, "2F", SLOT.day, starts)


# -- Two at once -------------------------------------------------------------------------------------------------------


def at_once(*works: Callable[[], None]) -> None:
    """Runs these in threads that begin together."""
    gate = threading.Barrier(len(works))

    def begin(work: Callable[[], None]) -> None:
        gate.wait()
        work()

    threads = [threading.Thread(target=begin, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_last_place_goes_to_exactly_one(db: Database, db_url: str) -> None:
    """Two servers, each with a connection of its own, book the last place of each of ten slots."""
    many = [Slot(HERE, "2F", date(2026, 11, 10), f"{hour:02}:00") for hour in range(9, 19)]
    with db.transaction() as tx:
        registered(tx, *(holder(id=one) for one in PEOPLE[:2]))
        open_for(tx, 1, *many)
    other = Database(db_url)
    told: list[tuple[Slot, HolderId, str]] = []

    def booking(where: Database, who: HolderId, slot: Slot) -> Callable[[], None]:
        def work() -> None:
            try:
                where.run(lambda tx: book(tx, who, slot))
                told.append((slot, who, "booked"))
            except OnshiError as error:
                told.append((slot, who, error.code))

        return work

    for slot in many:
        at_once(booking(db, PEOPLE[0], slot), booking(other, PEOPLE[1], slot))
        assert sorted(what for where, _, what in told if where == slot) == ["booked", "slot-full"]
        winner = next(who for where, who, what in told if where == slot and what == "booked")
        with db.transaction() as tx:
            assert [one.holder for one in cards.appointments_on(tx, HERE, slot.day)] == [winner]
            cards.cancel_booking(tx, winner, Purpose.RENEWAL, by=CLERK, at=NOW)
    other.close()


def row(**changes: Any) -> dict[str, Any]:
    values = {
        "municipality": HERE,
        "place": SLOT.place,
        "day": SLOT.day,
        "starts": SLOT.starts,
        "seat": 1,
        "capacity": 1,
        "holder_id": TARO,
        "purpose": "renewal",
        "booked_at": NOW,
    }
    return values | changes


@pytest.mark.parametrize(
    "changes",
    [
        {},  # Hanako's seat
        {"seat": 2},  # a seat beyond the capacity
        {"seat": 2, "capacity": 2},  # a capacity the slot does not have
        {"seat": 0},
        {"starts": "12:00"},  # no slot
        {"holder_id": HANAKO, "seat": 2, "capacity": 2},
    ],
)
def test_the_database_overbooks_for_nobody(db: Database, changes: dict[str, Any]) -> None:
    with db.transaction() as tx:
        registered(tx, holder(), holder(id=TARO))
        open_for(tx, 1)
        book(tx)
    with pytest.raises(IntegrityError), db.transaction() as tx:
        tx.execute(insert(bookings).values(**row(**changes)))
    with pytest.raises(IntegrityError), db.transaction() as tx:
        tx.execute(update(slots).values(capacity=0))
    with db.transaction() as tx:
        open_for(tx, 2)
        tx.execute(insert(bookings).values(**row(seat=2, capacity=2)))
