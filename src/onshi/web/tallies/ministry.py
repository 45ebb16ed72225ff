"""The ministry's page: counts to take and to share, every insurer's figure of one, and how late data were."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import registry, tallies
from onshi.access import Party, PartyKind
from onshi.kernel import OnshiError
from onshi.tallies import Step
from onshi.web.errors import PageNotAllowed
from onshi.web.serving import Pages
from onshi.web.tallies.parts import day_in, kinds_of, month_in, stepped
from onshi.web.visit import Visit

HOME = "/ministry/registration-counts"


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(HOME, overview),
        pages.take(f"{HOME}/take", take),
        pages.take(f"{HOME}/share", share),
        pages.show(f"{HOME}/{{on:str}}", one_day),
    ]


def _reader(visit: Visit) -> Party:
    """The ministry that takes the counts, or the office, which only looks. PageNotAllowed."""
    visit.require("programme.write")
    party = visit.party
    if party is None or not (party.kind is PartyKind.OFFICE or tallies.is_ministry(party)):
        raise PageNotAllowed
    return party


def overview(visit: Visit) -> Response:
    """Every count and how far it has come; how late the data of a month were, by kind and insurer."""
    _reader(visit)
    return _page(visit)


def take(visit: Visit) -> Response:
    """Takes the newest count of a day."""
    party = _reader(visit)
    return stepped(
        visit,
        Step.TAKEN,
        lambda tx: tallies.take(tx, party, day_in(visit.form.get("on")), at=visit.now),
        HOME,
        lambda error: _page(visit, error),
    )


def share(visit: Visit) -> Response:
    """Shares it: from now on insurers and the public see their part."""
    party = _reader(visit)
    return stepped(
        visit,
        Step.SHARED,
        lambda tx: tallies.share(tx, party, day_in(visit.form.get("on")), at=visit.now),
        HOME,
        lambda error: _page(visit, error),
    )


def one_day(visit: Visit) -> Response:
    """Every insurer's figure of the newest count of a day that was taken."""
    party = _reader(visit)
    on = day_in(visit.request.path_params["on"])
    with visit.app.db.transaction(reading=True) as tx:
        count, figures = tallies.figures_for(tx, party, on)
        book = registry.insurer_book(tx)
    return visit.page(
        "tallies/day.html",
        count=count,
        figures=sorted(figures, key=lambda one: (one.kind, one.insurer)),
        name=lambda number: book[number].name if number in book else number,
        kind_name=kinds_of(visit),
    )


def _page(visit: Visit, refusal: OnshiError | None = None) -> Response:
    party, month = _reader(visit), month_in(visit)
    with visit.app.db.transaction(reading=True) as tx:
        counts = tallies.counts(tx)
        book = registry.insurer_book(tx)
        delays, by_kind = tallies.delays(tx, month)
    newest = {one.counted_on: one for one in reversed(counts)}
    return visit.page(
        "tallies/ministry.html",
        status=422 if refusal else 200,
        counts=counts,
        steps=list(Step),
        newest=newest,
        may_step=tallies.is_ministry(party),
        month=month,
        delays=sorted(delays, key=lambda one: -one.percent_over),
        by_kind=by_kind,
        late=tallies.sharing()["late_after_days"],
        name=lambda number: book[number].name if number in book else number,
        kind_name=kinds_of(visit),
        problem=refusal.text(visit.language) if refusal else "",
        done=visit.query("done"),
    )
