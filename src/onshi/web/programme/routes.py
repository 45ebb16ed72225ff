"""Every address of the programme."""

from starlette.routing import Route

from onshi.web.programme import exports, pages
from onshi.web.serving import Pages


def routes(served: Pages) -> list[Route]:
    """The pages, and what can be taken away."""
    return [*pages.routes(served), *exports.routes(served)]
