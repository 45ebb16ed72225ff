"""Mailings of municipalities as those above them see them: counts by run, small ones hidden, nobody named."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import places
from onshi.access import PartyKind
from onshi.cards import mailing
from onshi.kernel import MunicipalityCode
from onshi.web.errors import PageNotAllowed
from onshi.web.serving import Pages
from onshi.web.visit import Visit


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show("/mailings", overview)]


def overview(visit: Visit) -> Response:
    """The newest runs: of a prefecture its towns', of a ministry or the office everybody's."""
    area = _area(visit)
    with visit.app.db.transaction(reading=True) as tx:
        found = mailing.counts(tx, area)
    return visit.page("mailings/counts.html", found=found, name=_name, least=mailing.SMALL, most=mailing.LISTED_MOST)


def _area(visit: Visit) -> str:
    """The beginning of the codes of the reader's municipalities; PageNotAllowed for everybody else."""
    visit.require("programme.read")
    party = visit.party
    if party is not None and party.kind is PartyKind.PREFECTURE:
        return party.code
    if party is None or party.kind not in (PartyKind.MINISTRY, PartyKind.OFFICE):
        raise PageNotAllowed
    return ""


def _name(code: MunicipalityCode) -> str:
    place = places.municipality(code)
    return f"{place.prefecture}{place.name}"
