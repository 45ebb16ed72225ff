"""A municipality's pages: the day at the window, applications, residents, the lists to work through."""

from starlette.routing import Route

from onshi.web.municipality import (
    applications,
    lists,
    mailings,
    people,
    person,
    person_acts,
    photos,
    printing,
    queue,
    slots,
    stages,
    taking,
)
from onshi.web.serving import Pages

__all__ = ["routes"]


def routes(pages: Pages) -> list[Route]:
    """The addresses of the municipality's pages."""
    return [
        *queue.routes(pages),
        *taking.routes(pages),
        *applications.routes(pages),
        *photos.routes(pages),
        *printing.routes(pages),
        *people.routes(pages),
        *person.routes(pages),
        *person_acts.routes(pages),
        *lists.routes(pages),
        *slots.routes(pages),
        *mailings.routes(pages),
        *stages.routes(pages),
    ]
