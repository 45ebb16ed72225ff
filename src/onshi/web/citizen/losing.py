"""A card that is lost, and one that turned up again."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards, flows
from onshi.cards import Card, CardState, Event
from onshi.db import Tx
from onshi.web.citizen.session import ENTRY, Case, case_of, gate
from onshi.web.errors import NotConfirmed
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

LOST, FOUND = "lost", "found"
# What the card has to be for the report.
_BEFORE = {LOST: CardState.ACTIVE, FOUND: CardState.SUSPENDED}


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        route
        for what in (LOST, FOUND)
        for route in (
            pages.show(f"{ENTRY}/{what}", ask, gate=gate),
            pages.take(f"{ENTRY}/{what}", report, gate=gate),
        )
    ]


def ask(visit: Visit) -> Response:
    """What the report means, and whether it is meant."""
    return _page(visit, problem="")


def report(visit: Visit) -> Response:
    """Reports it, at any hour."""
    if not visit.form.has("confirmed"):
        return _page(visit, problem=NotConfirmed().text(visit.language))
    what = _what(visit)

    def work(tx: Tx) -> None:
        case = case_of(tx, visit)
        card = _card(case, what)
        if card is None:
            raise cards.errors.UnknownCard
        event = _reported(tx, visit, case, card)
        flows.record_card_acts(tx, [event], batch=visit.app.draw(), at=visit.now)

    visit.app.run(work)
    return go(f"{ENTRY}/case?done={what}")


def _reported(tx: Tx, visit: Visit, case: Case, card: Card) -> Event:
    # A lost card takes its certificates along: they are on hold from the same moment.
    verb = flows.lose if _what(visit) == LOST else cards.report_found
    _, event = verb(tx, card.id, by=case.by, at=visit.now)
    return event


def _what(visit: Visit) -> str:
    return FOUND if visit.request.url.path.endswith(f"/{FOUND}") else LOST


def _card(case: Case, what: str) -> Card | None:
    return next((card for card in case.cards if card.state is _BEFORE[what]), None)


def _page(visit: Visit, *, problem: str) -> Response:
    what = _what(visit)
    with visit.app.db.transaction(reading=True) as tx:
        case = case_of(tx, visit)
    card = _card(case, what)
    if card is None:
        return go(f"{ENTRY}/case")
    return visit.page("citizen/losing.html", status=422 if problem else 200, what=what, card=card, problem=problem)
