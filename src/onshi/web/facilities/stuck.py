"""For those who run the programme: the facilities of their area that do not operate, and what each waits for."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import access, facilities
from onshi.access import PartyKind
from onshi.audit import Action
from onshi.db import Tx
from onshi.facilities import Overview, Step
from onshi.kernel import MunicipalityCode
from onshi.places import municipality, prefectures
from onshi.web.acts import act
from onshi.web.errors import PageNotAllowed, PageNotFound
from onshi.web.facilities.places import Place, place_of
from onshi.web.facility import names_of
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, sheet
from onshi.web.visit import Visit, download

_SHOWN = 200
# More than there are facilities in the country: the page promises that the file has all of them.
_FILE_MOST = 500_000
COLUMNS = ("institution", "name", "kind", "municipality", "vendor", "at", "sake", "since", "days", "long")


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/facilities/stuck", page),
        pages.show("/facilities/stuck.csv", file),
    ]


def own_area(visit: Visit) -> Place:
    """The place that is asked for, within the reader's area: a prefecture's own, everywhere for the nation's bodies.

    PageNotAllowed for everybody else, PageNotFound for another prefecture.
    """
    visit.require("programme.read")
    asked = place_of(visit)
    party = visit.party
    if party is not None and party.kind in (PartyKind.MINISTRY, PartyKind.OFFICE):
        return asked
    if party is None or party.kind is not PartyKind.PREFECTURE:
        raise PageNotAllowed
    if asked.prefecture is None:
        return Place(next(one for one in prefectures() if one.code == party.code))
    if asked.prefecture.code != party.code:
        raise PageNotFound
    return asked


def page(visit: Visit) -> Response:
    """The list of an area, the first of it; all of one step where one is chosen."""
    place, at = own_area(visit), _step(visit)
    with visit.app.db.transaction(reading=True) as tx:
        found = facilities.stuck_in(tx, visit.app.today(), place=place.code, at=at, limit=_SHOWN)
        names, vendors = _names(tx, found)
    return visit.page(
        "facilities/stuck.html",
        place=place,
        at=at,
        prefectures=() if visit.party is None or visit.party.kind is PartyKind.PREFECTURE else prefectures(),
        found=found,
        names=names,
        vendors=vendors,
        is_full=len(found) == _SHOWN,
        steps=[step for step, rule in facilities.reading.way().items() if rule.sake is not None],
        towns={one.facility.municipality: _town(one) for one in found},
        stop_word=facilities.reading.stop_word,
        sake_word=facilities.reading.sake_word,
    )


def _step(visit: Visit) -> str:
    asked = visit.query("at")
    return asked if asked in set(Step) else ""


def _names(tx: Tx, found: list[Overview]) -> tuple[dict[str, str], dict[str, str]]:
    """Of the facilities by code, and of the vendors by party."""
    vendors = {one.facility.vendor for one in found if one.facility.vendor is not None}
    return names_of(tx, (one.facility.institution for one in found)), access.party_names(tx, sorted(vendors))


def _town(one: Overview) -> str:
    return municipality(MunicipalityCode(one.facility.municipality)).name


def file(visit: Visit) -> Response:
    """The same as CSV, to write to them. Taking it is logged."""
    place, at = own_area(visit), _step(visit)

    def work(tx: Tx) -> list[list[str]]:
        visit.log(tx, act(visit.actor, Action.EXPORT, "facilities_stuck", thing=f"place:{place.code or 'all'}"))
        found = facilities.stuck_in(tx, visit.app.today(), place=place.code, at=at, limit=_FILE_MOST)
        names, vendors = _names(tx, found)
        return [_cells(visit, one, names, vendors) for one in found]

    header = [visit.say("facilities.column." + name) for name in COLUMNS]
    return download(sheet(header, visit.app.run(work)), f"stuck-{place.code or 'all'}.csv", CSV)


def _cells(visit: Visit, one: Overview, names: dict[str, str], vendors: dict[str, str]) -> list[str]:
    stuck, facility = one.stuck, one.facility
    assert stuck is not None, "only those that stand still are listed"
    return [
        facility.institution,
        names.get(facility.institution, ""),
        visit.say("facility.kind." + facility.kind.value),
        _town(one),
        vendors.get(facility.vendor or "", ""),
        facilities.reading.stop_word(stuck.at, visit.language),
        facilities.reading.sake_word(stuck.sake, visit.language),
        stuck.since.isoformat(),
        str(stuck.days),
        "+" if stuck.is_late else "",
    ]
