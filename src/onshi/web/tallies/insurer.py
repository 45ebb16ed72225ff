"""An insurer's page: its own figure over time, how its kind lies, and how late its data were."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import registry, tallies
from onshi.web.serving import Pages
from onshi.web.tallies.parts import kinds_of, month_in
from onshi.web.visit import Visit

HOME = "/insurer/registration-counts"


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show(HOME, overview)]


def overview(visit: Visit) -> Response:
    """What the insurer is told of itself; of others it sees quartiles, and those only of enough."""
    visit.require("insurer.read")
    own, month = visit.own_insurer, month_in(visit)
    with visit.app.db.transaction(reading=True) as tx:
        found = tallies.own_figures(tx, own)
        delays = tallies.own_delays(tx, own, month)
        known = registry.insurer_book(tx).get(own)
    kind = kinds_of(visit)(known.kind) if known else ""
    return visit.page(
        "tallies/insurer.html",
        found=found,
        kind=kind,
        month=month,
        delays=[(visit.say("tallies.own") if one.of == own else kind, one) for one in delays],
        late=tallies.sharing()["late_after_days"],
        least=tallies.sharing()["least_for_quartiles"],
        step=tallies.sharing()["quartile_step"],
    )
