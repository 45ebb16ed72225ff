"""Facilities for everybody: which are in operation, how far all of them are, where they are stuck."""

from starlette.routing import Route

from onshi.web.facilities import progress, search, stuck
from onshi.web.serving import Pages

__all__ = ["routes"]


def routes(pages: Pages) -> list[Route]:
    """The addresses of these pages."""
    return [*search.routes(pages), *progress.routes(pages), *stuck.routes(pages)]
