"""Pages of requests: sent and received, timetables, materials, what bodies and towns agree on, devices lent."""

from starlette.routing import Route

from onshi.web.requests import body, catalogue, following, loans, sending, timetable, trees, visits
from onshi.web.serving import Pages

__all__ = ["routes"]


def routes(pages: Pages) -> list[Route]:
    """The addresses of these pages."""
    return [
        *sending.routes(pages),
        *catalogue.routes(pages),
        *trees.routes(pages),
        *following.routes(pages),
        *timetable.routes(pages),
        *body.routes(pages),
        *visits.routes(pages),
        *loans.routes(pages),
    ]
