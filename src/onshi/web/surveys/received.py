"""The surveys that went to an organisation: how many of its people answered, and once closed its own totals."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import access
from onshi.access import Party
from onshi.surveys import NATION, Sort, service, shown_survey_id
from onshi.web.errors import PageNotAllowed
from onshi.web.serving import Pages
from onshi.web.surveys.managing import TONES, survey_id
from onshi.web.surveys.telling import area_name, bars
from onshi.web.visit import Visit

# The same page where each kind of organisation looks for it.
BODY, OTHERS = "/body/surveys", "/surveys/received"


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        route
        for home in (BODY, OTHERS)
        for route in (pages.show(home, all_of_them), pages.show(f"{home}/{{survey:str}}", one_of_them))
    ]


def _asked(visit: Visit) -> Party:
    visit.require("body.read", "insurer.read", "municipality.read", "programme.read")
    if visit.party is None:
        raise PageNotAllowed
    return visit.party


def all_of_them(visit: Visit) -> Response:
    """Every survey that went to the reader's organisation."""
    party = _asked(visit)
    with visit.app.db.transaction(reading=True) as tx:
        found = service.received(tx, party)
        names = access.party_names(tx, {one.party for one, _ in found})
    return visit.page(
        "surveys/received.html",
        found=found,
        limit=service.LIMIT,
        names=names,
        tones=TONES,
        home=visit.request.url.path,
        shown=shown_survey_id,
        sorts=Sort,
    )


def one_of_them(visit: Visit) -> Response:
    """The totals of the reader's organisation beside those of everybody; not those of any other."""
    party = _asked(visit)
    with visit.app.db.transaction(reading=True) as tx:
        survey, _ = service.received_one(tx, party, survey_id(visit))
        found = service.results_of(tx, survey)
        names = access.party_names(tx, [party.id])
    seen = [one for one in found.areas if one.code in (party.id, NATION)]
    area = next((one for one in seen if one.code == visit.query("area")), seen[-1])
    return visit.page(
        "surveys/results.html",
        found=found,
        address=visit.request.url.path,
        area=area,
        area_name=lambda one: area_name(visit, one, names),
        bars=lambda table: bars(visit, found, table, area.code),
        is_sender=False,
        seen=seen,
    )
