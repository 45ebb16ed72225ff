"""Who takes part: organisations by kind, with how much software and how many accounts each has."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from onshi import access
from onshi.access import Party, PartyKind
from onshi.web.serving import Pages
from onshi.web.visit import Visit

ROWS = 50
_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One organisation with what works for it; disabled software and accounts are not counted."""

    party: Party
    clients: int
    staff: int


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show("/operator/parties", parties)]


def parties(visit: Visit) -> Response:
    """How many there are of each kind, and one kind page by page."""
    visit.require("parties.write")
    given = visit.query("kind")
    kind = PartyKind(given) if given in set(PartyKind) else PartyKind.INSTITUTION
    with visit.app.db.transaction(reading=True) as tx:
        counts = {one: len(access.parties(tx, kind=one, limit=_COUNTED)) for one in PartyKind}
        found = access.parties(tx, kind=kind, after=visit.query("after"), limit=ROWS + 1)
        lines = [
            Line(
                party,
                sum(client.disabled_at is None for client in access.clients_of(tx, party.id)),
                sum(staff.disabled_at is None for staff in access.staff_at(tx, party.id)),
            )
            for party in found[:ROWS]
        ]
    return visit.page(
        "operator/parties.html",
        kind=kind,
        counts=counts,
        many=_COUNTED,
        lines=lines,
        after=lines[-1].party.id if len(found) > ROWS else None,
    )
