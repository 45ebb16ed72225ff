"""Open to everybody: when and where one can apply for a card or collect it near home, as far as towns have told.

Only days that a town marked public in a plan that was handed in are here; plans themselves are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from onshi import plans, record
from onshi.db import Tx
from onshi.kernel import MunicipalityCode, fiscal_year, month_of, parse_day
from onshi.places import Municipality, municipalities, prefectures
from onshi.plans import PlanState
from onshi.plans.model import Occasion, OccasionKind, Site
from onshi.web.errors import DayUnreadable, PageNotFound
from onshi.web.plans.town import words
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, sheet
from onshi.web.visit import Visit, download

_DAYS, _DAYS_MAX = 31, 366
_SHOWN = 500
WITHIN = (10, 20, 30, 50)
"""How many km around a municipality can be asked for."""
COLUMNS = ("day", "starts", "ends", "kind", "place", "code", "town", "km")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: a prefecture or one of its municipalities, which others within so many km, days, and
    kinds."""

    prefecture: str
    town: MunicipalityCode | None
    within: int
    first: date
    last: date
    kind: OccasionKind | None

    @property
    def distances(self) -> dict[str, float]:
        """The municipalities around the one that is asked for, itself among them, and how far each is."""
        if self.town is None or not self.within:
            return {}
        return {one.area.code: one.km for one in record.near(self.town, self.within)}

    @property
    def name(self) -> str:
        """How a file of it is called."""
        around = f"-{self.within}km" if self.within else ""
        return f"{self.town or self.prefecture}{around}-{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Offered:
    """A day, whose it is, and how far away they are from the municipality that was asked for, if from any."""

    town: Municipality
    what: Occasion
    km: float | None = None


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/windows", page, is_public=True),
        pages.show("/windows.csv", file, is_public=True),
        pages.show("/about-the-card", about, is_public=True),
    ]


def page(visit: Visit) -> Response:
    """The form, and what was found; day by day."""
    asked = _asked(visit)
    found = [] if asked is None else _found(visit, asked)
    prefecture = None if asked is None else asked.prefecture
    first = asked.first if asked else _day(visit, "from") or visit.app.today()
    return visit.page(
        "plans/windows.html",
        asked=asked,
        first=first,
        last=asked.last if asked else _day(visit, "to") or _days_after(first, _DAYS - 1),
        prefectures=prefectures(),
        towns=[one for one in municipalities() if one.prefecture_code == prefecture],
        distances=WITHIN,
        kinds=list(OccasionKind),
        kind=visit.query("kind"),
        days=_by_day(found[:_SHOWN]),
        count=len(found),
        more=max(0, len(found) - _SHOWN),
        **words(visit),
    )


def file(visit: Visit) -> Response:
    """The same as CSV."""
    asked = _asked(visit)
    if asked is None:
        raise PageNotFound
    header = [visit.say("plans.windows.column_" + name) for name in COLUMNS]
    rows = [_cells(visit, one) for one in _found(visit, asked)]
    return download(sheet(header, rows), f"windows-{asked.name}.csv", CSV)


def about(visit: Visit) -> Response:
    """What the card is for, how to get it, and how safe it is."""
    return visit.page("plans/about.html")


def _asked(visit: Visit) -> Asked | None:
    """What the address asks for; None without a prefecture or a town. PageNotFound for one that does not exist;
    DayUnreadable. A town that is not of the prefecture is left out: the prefecture was changed after it."""
    codes = {one.code: one for one in municipalities()}
    given, town = visit.query("prefecture"), codes.get(MunicipalityCode(visit.query("town")))
    prefecture = given or (town.prefecture_code if town else "")
    if not prefecture and not visit.query("town"):
        return None
    if prefecture not in {one.code for one in prefectures()}:
        raise PageNotFound
    first = _day(visit, "from") or visit.app.today()
    last = min(_day(visit, "to") or _days_after(first, _DAYS - 1), _days_after(first, _DAYS_MAX))
    own = town.code if town is not None and town.prefecture_code == prefecture else None
    kind = next((one for one in OccasionKind if one == visit.query("kind")), None)
    within = visit.number("within")
    return Asked(prefecture, own, within if own and within in WITHIN else 0, first, last, kind)


def _day(visit: Visit, name: str) -> date | None:
    given = visit.query(name)
    try:
        return parse_day(given) if given else None
    except ValueError:
        raise DayUnreadable from None


def _days_after(day: date, days: int) -> date:
    """So many days later, as far as there are any."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def _found(visit: Visit, asked: Asked) -> list[Offered]:
    towns = {one.code: one for one in municipalities()}
    near = asked.distances
    with visit.app.db.transaction(reading=True) as tx:
        found = plans.occasions(tx, tuple(near) or asked.town or asked.prefecture, asked.first, asked.last)
    # Nearest first within a day; without a distance the hours stand in their order.
    offered = [Offered(towns[town], one, near.get(town)) for town, one in found if asked.kind in (None, one.kind)]
    return sorted(offered, key=lambda one: (one.what.on, one.km or 0))


def _by_day(found: Sequence[Offered]) -> list[tuple[date, list[Offered]]]:
    days: dict[date, list[Offered]] = {}
    for one in found:
        days.setdefault(one.what.on, []).append(one)
    return list(days.items())


def _cells(visit: Visit, one: Offered) -> list[str]:
    what = one.what
    kind = plans.catalogue.word("occasion", what.kind, visit.language)
    times = (what.on.isoformat(), f"{what.starts:%H:%M}", f"{what.ends:%H:%M}")
    town = (one.town.code, f"{one.town.prefecture}{one.town.name}", "" if one.km is None else str(one.km))
    return [*times, kind, what.name, *town]


# -- For the programme's pages -----------------------------------------------------------------------------------------


def public_sites(tx: Tx, town: MunicipalityCode, on: date) -> tuple[Site, ...]:
    """Where a municipality hands out cards, out of the newest plan that its prefecture accepted for the fiscal year of
    the day, or for the one before, as far as they are not closed for good by then; empty where there is none."""
    for year in (fiscal_year(on), fiscal_year(on) - 1):
        versions = plans.versions_of(tx, town, year)
        accepted = next((one for one in versions if one.state is PlanState.ACCEPTED), None)
        if accepted is not None:
            return tuple(one for one in accepted.content.sites if one.last is None or month_of(on) <= one.last)
    return ()


def site_values(tx: Tx, town: MunicipalityCode, on: date, language: str) -> dict[str, Any]:
    """What a page needs to show them: `{% from "plans/sites.html" import listed with context %}` and
    `{{ listed(card_sites, town, plan_word) }}`."""
    return {
        "card_sites": public_sites(tx, town, on),
        "plan_word": lambda kind, code: plans.catalogue.word(kind, code, language),
    }
