"""Where the card stands, what lies ahead, and what can be done now."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards, flows
from onshi.cards import Appointment, CardState, Doer, Passage, Purpose, State
from onshi.db import Tx
from onshi.web.citizen.session import ENTRY, Case, case_of, gate
from onshi.web.errors import NotConfirmed
from onshi.web.serving import Pages
from onshi.web.stepwords import passage_text
from onshi.web.visit import Visit, go

# What the eye takes in first.
TONES: dict[State, str] = {
    State.DEFECTIVE: "care",
    State.NOTIFIED: "good",
    State.NOTICE_RETURNED: "care",
    State.NOTICE_EXPIRED: "care",
    State.MAIL_RETURNED: "care",
    State.ISSUED: "good",
    State.UNCOLLECTED: "bad",
    State.CANCELLED: "bad",
    State.VOID_MOVED: "bad",
    State.DECEASED: "bad",
}
COLLECTED = frozenset({State.NOTIFIED, State.NOTICE_RETURNED, State.NOTICE_EXPIRED})
_DONE = frozenset({"applied", "corrected", "cancelled", "booked", "unbooked", "lost", "found"})


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(f"{ENTRY}/case", show, gate=gate),
        pages.show(f"{ENTRY}/cancel", ask_cancel, gate=gate),
        pages.take(f"{ENTRY}/cancel", cancel, gate=gate),
    ]


def show(visit: Visit) -> Response:
    """The state in one look, the steps ahead, and the acts that are open."""
    with visit.app.db.transaction(reading=True) as tx:
        case = case_of(tx, visit)
        passages = _passages(tx, case)
        appointment = booked(tx, case)
    done = visit.query("done")
    application = case.application
    return visit.page(
        "citizen/case.html",
        case=case,
        application=application,
        tone="open" if application is None else TONES.get(application.state, "open"),
        ahead=() if application is None else cards.way_ahead(application),
        until=None if application is None else cards.notice_until(application),
        passages=[(one.at, passage_text(one, visit.language)) for one in passages],
        appointment=appointment,
        may_apply=may_apply(case),
        may_cancel=may_cancel(case),
        may_correct=application is not None and application.state is State.DEFECTIVE,
        may_book=application is not None and application.state in COLLECTED,
        may_lose=any(card.state is CardState.ACTIVE for card in case.cards),
        may_find=any(card.state is CardState.SUSPENDED for card in case.cards),
        done=done if done in _DONE else "",
    )


def ask_cancel(visit: Visit) -> Response:
    """Whether it is really meant."""
    return _cancel_page(visit, problem="")


def cancel(visit: Visit) -> Response:
    """Takes the application back."""
    if not visit.form.has("confirmed"):
        return _cancel_page(visit, problem=NotConfirmed().text(visit.language))

    def work(tx: Tx) -> None:
        case = case_of(tx, visit)
        if case.application is None:
            raise cards.errors.UnknownApplication
        taken = cards.take_step(tx, case.application.id, "cancel", by=case.by, at=visit.now)
        flows.record_card_acts(tx, taken.events, batch=visit.app.draw(), at=visit.now)

    visit.app.run(work)
    return go(f"{ENTRY}/case?done=cancelled")


def may_apply(case: Case) -> bool:
    """Whether an application can begin: none is under way, and the form is still good."""
    return (case.application is None or not case.application.is_open) and case.form.ended_on is None


def may_cancel(case: Case) -> bool:
    """Whether the table of steps lets the citizen take the application back."""
    application = case.application
    return application is not None and any(
        step.name == "cancel" for step in cards.steps_ahead(application, Doer.CITIZEN)
    )


def booked(tx: Tx, case: Case) -> Appointment | None:
    """The appointment to collect the card."""
    try:
        return cards.appointment_of(tx, case.holder.id, Purpose.COLLECTION)
    except cards.errors.NoAppointment:
        return None


def _passages(tx: Tx, case: Case) -> list[Passage]:
    return [] if case.application is None else cards.history(tx, case.application)


def _cancel_page(visit: Visit, *, problem: str) -> Response:
    with visit.app.db.transaction(reading=True) as tx:
        case = case_of(tx, visit)
    if not may_cancel(case):
        return go(f"{ENTRY}/case")
    return visit.page("citizen/cancel.html", status=422 if problem else 200, problem=problem)
