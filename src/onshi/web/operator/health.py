"""How the network runs: the end of the sealed log, the signing keys, and which insurers are late."""

from collections.abc import Iterable

from starlette.responses import Response
from starlette.routing import Route

from onshi import audit, registry
from onshi.registry import Insurer
from onshi.web.serving import Pages
from onshi.web.visit import Visit

# A sealer that runs seals within a second; a minute of silence with work waiting is worth a look.
LATE_AFTER_US = 60 * 1_000_000


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show("/operator", health)]


def health(visit: Visit) -> Response:
    """Everything an operator looks at first."""
    visit.require("metrics.read", "audit.read", "audit.verify")
    with visit.app.db.transaction(reading=True) as tx:
        head = audit.head(tx)
        tail = audit.tail(tx)
        insurers = ranked(registry.insurer_book(tx).values())
        people = registry.count_people(tx)
    return visit.page(
        "operator/health.html",
        head=head,
        waiting=tail.entries,
        is_late=tail.since is not None and visit.now - tail.since > LATE_AFTER_US,
        insurers=insurers,
        people=people,
        keys=list(reversed(visit.app.ring.history())),
        database="SQLite" if visit.app.db.is_sqlite else "PostgreSQL",
    )


def ranked(insurers: Iterable[Insurer]) -> list[Insurer]:
    """The slowest first: those never loaded, then by usual delay, then by how long they have been silent."""
    return sorted(
        insurers,
        key=lambda one: (
            one.last_loaded_at is not None,
            -(one.delay_days if one.delay_days is not None else -1),
            one.last_loaded_at or 0,
            one.number,
        ),
    )
