"""Measures: planned and reported by whoever does them, decided on and summed up above, compiled for the country."""

from starlette.routing import Route

from onshi.web.measures import (
    above,
    catalogue,
    contributions,
    office,
    own_acts,
    own_pages,
    practices,
    publicity,
    publicity_acts,
)
from onshi.web.serving import Pages

__all__ = ["routes"]


def routes(pages: Pages) -> list[Route]:
    """The addresses of these pages."""
    return [
        *own_pages.routes(pages),
        *own_acts.routes(pages),
        *above.routes(pages),
        *office.routes(pages),
        *catalogue.routes(pages),
        *practices.routes(pages),
        *contributions.routes(pages),
        *publicity.routes(pages),
        *publicity_acts.routes(pages),
    ]
