"""The day at the window: who has an appointment, and which applications wait for which step."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards
from onshi.cards import Application, Appointment, Doer, Holder, HolderId, Purpose, State
from onshi.db import Tx
from onshi.kernel import MunicipalityCode
from onshi.web.errors import PageNotFound
from onshi.web.municipality.town import HOME, disclosed, own_place
from onshi.web.serving import Pages
from onshi.web.visit import Visit

# What the town itself has to do next, in the order of the way of a card.
WAITING = (
    State.REFERRED,
    State.RECEIVED,
    State.DEFECTIVE,
    State.IDENTIFIED,
    State.SHIPPED,
    State.IN_CUSTODY,
    State.PRESET,
    State.AT_WINDOW,
    State.MAIL_RETURNED,
    State.POSTED,
)
# What waits for somebody else.
AWAY = (State.MAKING, State.NOTIFIED, State.NOTICE_RETURNED, State.NOTICE_EXPIRED)
_SHOWN = 100
_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who comes today, and the application they come for."""

    appointment: Appointment
    holder: Holder
    application: Application | None


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(HOME, queue),
        pages.show(f"{HOME}/waiting/{{state:str}}", waiting),
    ]


def queue(visit: Visit) -> Response:
    """The visitors of today, and how many applications wait in each state."""
    place = own_place(visit)

    def work(tx: Tx) -> tuple[list[Visitor], dict[State, int]]:
        return _visitors(tx, visit, place), _counts(tx, place)

    visitors, counts = visit.app.run(work)
    return visit.page(
        "municipality/queue.html", visitors=visitors, counts=counts, waiting=WAITING, away=AWAY, purposes=list(Purpose)
    )


def waiting(visit: Visit) -> Response:
    """The applications in one state, who waits longest first."""
    place = own_place(visit)
    state = next((one for one in (*WAITING, *AWAY) if one == visit.request.path_params["state"]), None)
    if state is None:
        raise PageNotFound

    def work(tx: Tx) -> tuple[list[Application], dict[HolderId, Holder]]:
        found = cards.waiting(tx, place, [state], limit=_SHOWN)
        return found, disclosed(tx, visit, [one.holder for one in found])

    found, holders = visit.app.run(work)
    return visit.page(
        "municipality/waiting.html",
        state=state,
        found=found,
        holders=holders,
        is_cut=len(found) == _SHOWN,
        next_of={one.id: cards.steps_ahead(one, Doer.MUNICIPALITY)[:1] for one in found},
    )


def _visitors(tx: Tx, visit: Visit, place: MunicipalityCode) -> list[Visitor]:
    booked = cards.appointments_on(tx, place, visit.app.today())
    holders = disclosed(tx, visit, [one.holder for one in booked])
    return [Visitor(one, holders[one.holder], _under_way(tx, one, place)) for one in booked]


def _under_way(tx: Tx, appointment: Appointment, place: MunicipalityCode) -> Application | None:
    found = cards.applications_of(tx, appointment.holder)
    return next((one for one in found if one.is_open and one.municipality == place), None)


def _counts(tx: Tx, place: MunicipalityCode) -> dict[State, int]:
    counts = dict.fromkeys((*WAITING, *AWAY), 0)
    for one in cards.waiting(tx, place, counts, limit=_COUNTED):
        counts[one.state] += 1
    return counts
