"""Appointments: a municipality opens slots, a person books a place in one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from onshi.cards.errors import SlotBooked, SlotFull, SlotOver
from onshi.cards.model import HolderId
from onshi.kernel import Moment, MunicipalityCode, japan_time


class Purpose(StrEnum):
    """What somebody comes for; one appointment each."""

    COLLECTION = "collection"  # 交付
    RENEWAL = "renewal"  # 電子証明書の更新
    MOVE = "move"  # 継続利用


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at a place; `starts` is `HH:MM`."""

    municipality: MunicipalityCode
    place: str
    day: date
    starts: str

    def __post_init__(self) -> None:
        if time.fromisoformat(self.starts).isoformat("minutes") != self.starts:
            raise ValueError("a slot starts at HH:MM")


@dataclass(frozen=True, slots=True)
class Offered:
    """A slot as people see it: how many places it has and how many are left."""

    slot: Slot
    capacity: int
    free: int


@dataclass(frozen=True, slots=True)
class Appointment:
    """One place in a slot."""

    slot: Slot
    seat: int
    holder: HolderId
    purpose: Purpose


def is_past(slot: Slot, at: Moment) -> bool:
    """Whether the slot has begun."""
    now = japan_time(at)
    return (slot.day, slot.starts) <= (now.date(), now.strftime("%H:%M"))


def check_ahead(slot: Slot, at: Moment) -> None:
    """Raises `SlotOver` for a slot that has begun."""
    if is_past(slot, at):
        raise SlotOver


def free_seat(capacity: int, taken: Iterable[int]) -> int:
    """The lowest seat nobody has; raises `SlotFull`."""
    seats = set(taken)
    for seat in range(1, capacity + 1):
        if seat not in seats:
            return seat
    raise SlotFull


def closed_up(seated: Sequence[tuple[int, HolderId]], capacity: int) -> list[tuple[int, HolderId]]:
    """Who has to change seats so that all fit into the first `capacity`: the new seat and the holder.

    Raises `SlotBooked` when they are more than that.
    """
    if len(seated) > capacity:
        raise SlotBooked(booked=len(seated))
    kept = {seat for seat, _ in seated if seat <= capacity}
    free = (seat for seat in range(1, capacity + 1) if seat not in kept)
    return [(next(free), holder) for seat, holder in seated if seat > capacity]
