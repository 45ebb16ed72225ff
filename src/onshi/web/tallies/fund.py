"""The fund's page: days counted, and counting one."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import tallies
from onshi.access import PartyKind
from onshi.kernel import ONE_DAY, OnshiError
from onshi.tallies import Step
from onshi.web.serving import Pages
from onshi.web.tallies.parts import day_in, stepped
from onshi.web.visit import Visit

HOME = "/fund/registration-counts"


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show(HOME, overview), pages.take(f"{HOME}/record", record)]


def overview(visit: Visit) -> Response:
    """Every count and how far it has come."""
    visit.require("fund.write")
    visit.own_party(PartyKind.OPERATOR)
    return _page(visit)


def record(visit: Visit) -> Response:
    """Counts a day."""
    visit.require("fund.write")
    fund = visit.own_party(PartyKind.OPERATOR)
    return stepped(
        visit,
        Step.RECORDED,
        lambda tx: tallies.record_counts(tx, fund, day_in(visit.form.get("on")), at=visit.now),
        HOME,
        lambda error: _page(visit, error),
    )


def _page(visit: Visit, refusal: OnshiError | None = None) -> Response:
    with visit.app.db.transaction(reading=True) as tx:
        found = tallies.counts(tx)
    return visit.page(
        "tallies/fund.html",
        status=422 if refusal else 200,
        counts=found,
        steps=list(Step),
        yesterday=visit.app.today() - ONE_DAY,
        problem=refusal.text(visit.language) if refusal else "",
        done=visit.query("done"),
    )
