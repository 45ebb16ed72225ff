"""The pages of surveys: those of who asks, the one where anybody answers, and those of whom was asked."""

from starlette.routing import Route

from onshi.web.serving import Pages
from onshi.web.surveys import acts, answering, making, managing, received, telling

__all__ = ["routes"]


def routes(pages: Pages) -> list[Route]:
    """The addresses of the surveys' pages."""
    return [
        *making.routes(pages),
        *managing.routes(pages),
        *acts.routes(pages),
        *telling.routes(pages),
        *answering.routes(pages),
        *received.routes(pages),
    ]
