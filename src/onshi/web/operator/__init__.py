"""The operator's and the auditor's pages: health, delays, keys, the audit log and its verification, parties."""

from starlette.routing import Route

from onshi.web.operator import health, log, parties
from onshi.web.serving import Pages

__all__ = ["routes"]


def routes(pages: Pages) -> list[Route]:
    """The addresses of the operator's pages."""
    return [*health.routes(pages), *log.routes(pages), *parties.routes(pages)]
