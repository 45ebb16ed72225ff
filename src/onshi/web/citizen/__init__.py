"""A citizen's own pages: apply, print the form, follow the card, book the collection, report it lost or found."""

from starlette.routing import Route

from onshi.web.citizen import applying, booking, case, entry, losing, printing
from onshi.web.serving import Pages

__all__ = ["routes"]


def routes(pages: Pages) -> list[Route]:
    """The addresses of the citizen's pages."""
    return [
        *entry.routes(pages),
        *case.routes(pages),
        *applying.routes(pages),
        *printing.routes(pages),
        *booking.routes(pages),
        *losing.routes(pages),
    ]
