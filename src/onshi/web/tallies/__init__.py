"""The pages of counted registrations: the fund's, the ministry's, an insurer's, everybody's."""

from starlette.routing import Route

from onshi.web.serving import Pages
from onshi.web.tallies import everybody, fund, insurer, ministry

__all__ = ["routes"]


def routes(pages: Pages) -> list[Route]:
    """The addresses of the counts' pages."""
    return [
        *fund.routes(pages),
        *ministry.routes(pages),
        *insurer.routes(pages),
        *everybody.routes(pages),
    ]
