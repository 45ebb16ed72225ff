"""An institution's own way onto the network: its steps, what the fund pays it, whether its duty can wait."""

from starlette.routing import Route

from onshi.web.facility import deferral, subsidy, way
from onshi.web.facility.words import day_of, names_of, refusal_text, yen_of
from onshi.web.serving import Pages

__all__ = ["day_of", "names_of", "refusal_text", "routes", "yen_of"]


def routes(pages: Pages) -> list[Route]:
    """The addresses of the institution's way."""
    return [*way.routes(pages), *subsidy.routes(pages), *deferral.routes(pages)]
