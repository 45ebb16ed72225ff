"""An insurer's pages: how fresh its data are, files and findings, what is held or in doubt, overlaps, papers."""

from starlette.routing import Route

from onshi.web.insurer import (
    links,
    overlaps,
    overview,
    papers,
    papers_acts,
    papers_files,
    registrations,
    review,
    sending,
)
from onshi.web.serving import Pages

__all__ = ["routes"]


def routes(pages: Pages) -> list[Route]:
    """The addresses of the insurer's pages."""
    return [
        *overview.routes(pages),
        *sending.routes(pages),
        *review.routes(pages),
        *registrations.routes(pages),
        *links.routes(pages),
        *overlaps.routes(pages),
        *papers.routes(pages),
        *papers_acts.routes(pages),
        *papers_files.routes(pages),
    ]
