"""When to collect the card: book a place, move it, give it back."""

from datetime import date, timedelta
from itertools import groupby

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards, flows
from onshi.cards import Offered, Purpose, Slot
from onshi.db import Tx
from onshi.kernel import MunicipalityCode
from onshi.web.citizen.case import COLLECTED, booked
from onshi.web.citizen.session import ENTRY, Case, case_of, gate
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

_DAYS_SHOWN = 60


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(f"{ENTRY}/booking", ask, gate=gate),
        pages.take(f"{ENTRY}/booking", book, gate=gate),
        pages.take(f"{ENTRY}/booking/cancel", cancel, gate=gate),
        pages.show(f"{ENTRY}/booking/cancel", lambda _: go(f"{ENTRY}/booking"), gate=gate),
    ]


def slot_value(slot: Slot) -> str:
    """A slot as the value of a choice."""
    return f"{slot.day.isoformat()} {slot.starts} {slot.place}"


def ask(visit: Visit) -> Response:
    """The free places of the next weeks."""
    return _page(visit)


def book(visit: Visit) -> Response:
    """Books the chosen place, or moves the appointment to it."""
    if not visit.form.get("slot"):
        return _page(visit, problem=visit.say("citizen.booking.choose"))

    def work(tx: Tx) -> None:
        case = case_of(tx, visit)
        if case.application is None:
            raise cards.errors.NothingToCollect
        slot = _slot(visit.form.get("slot"), case.application.municipality)
        verb = cards.book if booked(tx, case) is None else cards.move_booking
        _, event = verb(tx, case.holder.id, slot, Purpose.COLLECTION, by=case.by, at=visit.now)
        flows.record_card_acts(tx, [event], batch=visit.app.draw(), at=visit.now)

    try:
        visit.app.run(work)
    except (cards.errors.SlotFull, cards.errors.SlotOver, cards.errors.UnknownSlot) as error:
        return _page(visit, problem=error.text(visit.language))
    return go(f"{ENTRY}/case?done=booked")


def cancel(visit: Visit) -> Response:
    """Gives the place back."""

    def work(tx: Tx) -> None:
        case = case_of(tx, visit)
        event = cards.cancel_booking(tx, case.holder.id, Purpose.COLLECTION, by=case.by, at=visit.now)
        flows.record_card_acts(tx, [event], batch=visit.app.draw(), at=visit.now)

    visit.app.run(work)
    return go(f"{ENTRY}/case?done=unbooked")


def _slot(value: str, municipality: MunicipalityCode) -> Slot:
    """Reads what `slot_value` writes."""
    day, _, rest = value.partition(" ")
    starts, _, place = rest.partition(" ")
    try:
        return Slot(municipality, place, date.fromisoformat(day), starts)
    except ValueError:
        raise cards.errors.UnknownSlot from None


def _page(visit: Visit, *, problem: str = "") -> Response:
    with visit.app.db.transaction(reading=True) as tx:
        case = case_of(tx, visit)
        if case.application is None or case.application.state not in COLLECTED:
            return go(f"{ENTRY}/case")
        offered = _offered(tx, visit, case, case.application.municipality)
        appointment = booked(tx, case)
    return visit.page(
        "citizen/booking.html",
        status=422 if problem else 200,
        problem=problem,
        days=[(day, list(slots)) for day, slots in groupby(offered, key=lambda one: one.slot.day)],
        places=sorted({one.slot.place for one in offered}),
        appointment=appointment,
        value_of=slot_value,
        chosen=visit.form.get("slot"),
    )


def _offered(tx: Tx, visit: Visit, case: Case, municipality: MunicipalityCode) -> list[Offered]:
    """From tomorrow on: what is still to come today is told at the window."""
    first = visit.app.today() + timedelta(days=1)
    until = cards.notice_until(case.application) if case.application else None
    last = first + timedelta(days=_DAYS_SHOWN)
    return cards.offered(tx, municipality, first=first, last=min(last, until) if until and until >= first else last)
