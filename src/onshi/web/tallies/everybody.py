"""The public's page: registrations by kind of insurer; no insurer by itself."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import Route

from onshi import tallies
from onshi.tallies import OfKind
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, sheet
from onshi.web.tallies.parts import kinds_of
from onshi.web.visit import Visit, download

HOME = "/programme/registrations"
_COLUMNS = ("counted_on", "kind", "insurers", "members", "registered", "percent")


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(HOME, overview, is_public=True),
        pages.show(f"{HOME}.csv", as_csv, is_public=True),
    ]


def overview(visit: Visit) -> Response:
    """The counts that were shared, the newest first; the newest as bars."""
    with visit.app.db.transaction(reading=True) as tx:
        found = tallies.told_to_everybody(tx)
    names = _names(visit)
    return visit.page(
        "tallies/everybody.html",
        found=found,
        names=names,
        bars=[
            (names(one), round(one.percent or 0, 1), f"{one.percent or 0:.1f}%")
            for one in (found[0][1] if found else ())
        ],
        least=tallies.sharing()["least_for_public"],
    )


def as_csv(visit: Visit) -> Response:
    """Everything on the page, one kind of a day a line."""
    with visit.app.db.transaction(reading=True) as tx:
        found = tallies.told_to_everybody(tx)
    rows = [
        [
            count.counted_on.isoformat(),
            "+".join(one.kinds),
            *map(str, (one.insurers, one.members, one.registered)),
            "" if one.percent is None else f"{one.percent:.2f}",
        ]
        for count, kinds in found
        for one in kinds
    ]
    return download(sheet(_COLUMNS, rows), "registrations.csv", CSV)


def _names(visit: Visit) -> Callable[[OfKind], str]:
    """What the kinds of a line are called."""
    name, between = kinds_of(visit), "・" if visit.language == "ja" else ", "
    return lambda one: between.join(name(kind) for kind in one.kinds)
