"""Targets against reality for whoever is not a place, on the record and in the running country."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import programme, tallies
from onshi.programme import Rank
from onshi.web.programme import charts
from onshi.web.programme.facts import day_of, part_name
from onshi.web.serving import Pages
from onshi.web.visit import Visit


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show("/programme/levels", levels, is_public=True)]


def levels(visit: Visit) -> Response:
    """Every group with a target as known on the day, and how its like stands among those registered here."""
    on = day_of(visit)
    lines = programme.lines_on(on)
    with visit.app.db.transaction(reading=True) as tx:
        told = tallies.told_to_everybody(tx)
    return visit.page(
        "programme/levels.html",
        on=on,
        ranks=[(rank, found) for rank in Rank if (found := [one for one in lines if one.rank is rank])],
        tone_of=charts.tone_of,
        counted_on=told[0][0].counted_on if told else None,
        part_name=part_name,
    )
