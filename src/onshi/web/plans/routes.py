"""Every page of the plans with its address."""

from starlette.routing import Route

from onshi.web.plans import (
    above,
    checks,
    compilation,
    deciding,
    files,
    overview,
    results,
    sections,
    versions,
    windows,
)
from onshi.web.serving import Pages


def routes(pages: Pages) -> list[Route]:
    """The addresses of this group."""
    return [
        *windows.routes(pages),
        *overview.routes(pages),
        *sections.routes(pages),
        *files.routes(pages),
        *checks.routes(pages),
        *versions.routes(pages),
        *results.routes(pages),
        *compilation.routes(pages),
        *deciding.routes(pages),
        *above.routes(pages),
    ]
