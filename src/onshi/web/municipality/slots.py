"""The times at which cards are collected: opened by the town, and how far they are booked."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards, flows
from onshi.cards import Slot
from onshi.db import Tx
from onshi.kernel import MunicipalityCode, narrow, parse_day
from onshi.web.municipality.town import HOME, clerk, own_place
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

FIELDS = ("first", "last", "times", "place", "capacity")
_DAYS_SHOWN = 28
_DAYS_MAX, _TIMES_MAX, _CAPACITY_MAX, _PLACE_MAX = 62, 40, 99, 40
_SATURDAY = 5


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(f"{HOME}/slots", ask),
        pages.take(f"{HOME}/slots/open", opened),
        pages.show(f"{HOME}/slots/open", lambda _: go(f"{HOME}/slots")),
    ]


def ask(visit: Visit) -> Response:
    """The slots of the next weeks, and the form for more."""
    return _page(visit)


def opened(visit: Visit) -> Response:
    """Opens the slots of working days, or gives them another capacity."""
    by, place = clerk(visit), own_place(visit)
    found = _read(visit, place)
    if found is None:
        return _page(visit, problem=visit.say("municipality.slots.unreadable"))
    slots, capacity = found

    def work(tx: Tx) -> None:
        event = cards.open_slots(tx, slots, capacity, by=by)
        flows.record_card_acts(tx, [event], batch=visit.app.draw(), at=visit.now)

    try:
        visit.app.run(work)
    except cards.errors.SlotBooked as error:
        return _page(visit, problem=error.text(visit.language))
    return go(f"{HOME}/slots?opened={len(slots)}")


def _read(visit: Visit, municipality: MunicipalityCode) -> tuple[list[Slot], int] | None:
    """What was typed, or None when a part of it cannot be read or is out of bounds."""
    given = {name: visit.form.get(name) for name in FIELDS}
    capacity = narrow(given["capacity"])
    times = [one for one in re.split(r"[\s,、]+", narrow(given["times"])) if one]
    try:
        first, last = parse_day(given["first"]), parse_day(given["last"])
        days = list(_working_days(first, min(last, first + timedelta(days=_DAYS_MAX))))
        slots = [Slot(municipality, given["place"][:_PLACE_MAX], day, time) for day in days for time in times]
    except ValueError:
        return None
    fits = capacity.isascii() and capacity.isdigit() and len(capacity) < 3 and 0 < int(capacity) <= _CAPACITY_MAX
    if not slots or not fits or not given["place"] or len(times) > _TIMES_MAX or first < visit.app.today():
        return None
    return slots, int(capacity)


def _working_days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        if day.weekday() < _SATURDAY:
            yield day
        day += timedelta(days=1)


def _page(visit: Visit, *, problem: str = "") -> Response:
    place, today = own_place(visit), visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        offered = cards.offered(tx, place, first=today, last=today + timedelta(days=_DAYS_SHOWN))
    return visit.page(
        "municipality/slots.html",
        status=422 if problem else 200,
        offered=offered,
        problem=problem,
        given={name: visit.form.get(name) for name in FIELDS},
        opened=visit.number("opened"),
    )
