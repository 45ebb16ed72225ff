"""A cooperating body's page: what it is asked, its visits and totals, materials to hand on, devices it has."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import places, requests
from onshi.access import Party, PartyKind
from onshi.cards import Venue
from onshi.kernel import MunicipalityCode, narrow
from onshi.requests import HandedOn, errors, loans, materials, passing, visiting, visits
from onshi.requests.model import MaterialId, VisitId
from onshi.web.requests.following import waiting
from onshi.web.requests.house import day_in, done, entries_of, id_in, names_of, number_in, own, tried
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

HOME = "/body"
WISHED = ("wished1", "wished2", "wished3")
FIELDS = ("municipality", "venue", "expected", *WISHED, "material", "copies", "on")


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(HOME, home),
        pages.take(f"{HOME}/ask", ask),
        pages.take(f"{HOME}/agree", agree),
        pages.take(f"{HOME}/cancel", cancel),
        pages.take(f"{HOME}/hand-on", hand_on),
    ]


def home(visit: Visit) -> Response:
    """Everything of the own body."""
    return _page(visit)


def _page(visit: Visit, *, problem: str = "") -> Response:
    party, today = _body(visit), visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        asked = visits.visits_of(tx, party.id)
        totals = visits.totals_of(tx, party.id)
        catalogue = materials.catalogue(tx)
        borrowed = loans.lent_to(tx, party.id)
        names = names_of(tx, [*(one.owner for one in catalogue), *(one.owner for one in borrowed)])
        open_requests = waiting(passing.inbox(tx, party.id, on=today))
    given = visit.form.again(*FIELDS)
    given["municipality"] = given["municipality"] or party.municipality or ""
    prefecture = given["municipality"][:2]
    return visit.page(
        "requests/body.html",
        status=422 if problem else 200,
        asked=asked,
        totals=totals,
        few=visiting.FEW,
        catalogue=catalogue,
        borrowed=borrowed,
        names=names,
        open_requests=open_requests,
        towns=[one for one in places.municipalities() if one.prefecture_code == prefecture],
        town_name=lambda code: places.municipality(code).name,
        venues=list(Venue),
        given=given,
        may_ask=visit.may("body.write"),
        problem=problem,
        done=visit.query("done"),
        shown_id=requests.shown_id,
    )


def ask(visit: Visit) -> Response:
    """A town is asked to come."""
    party, form = _writer(visit), visit.form

    def act() -> Response:
        venue = form.get("venue")
        new = requests.Visit(
            id=VisitId(visit.app.draw()),
            body=party.id,
            municipality=MunicipalityCode(narrow(form.get("municipality"))),
            venue=Venue(venue) if venue in set(Venue) else Venue.OTHER,
            wished=tuple(day_in(visit, name) for name in WISHED if form.get(name)),
            expected=number_in(visit, "expected"),
            asked_on=visit.app.today(),
        )
        done(visit, lambda tx: [visits.ask(tx, new, at=visit.now)], entries=entries_of(visit))
        return go(f"{HOME}?done=asked")

    return tried(visit, act, lambda problem: _page(visit, problem=problem))


def agree(visit: Visit) -> Response:
    """The day that the town proposed is taken."""
    party, which = _writer(visit), _visit(visit)

    def act() -> Response:
        day, time = day_in(visit, "day"), visit.form.get("time")
        done(
            visit,
            lambda tx: [visits.agree(tx, party.id, which, day=day, time=time, at=visit.now)],
            entries=entries_of(visit),
        )
        return go(f"{HOME}?done=agreed")

    return tried(visit, act, lambda problem: _page(visit, problem=problem))


def cancel(visit: Visit) -> Response:
    """The visit is not wanted any more."""
    party, which = _writer(visit), _visit(visit)

    def act() -> Response:
        done(visit, lambda tx: [visits.cancel(tx, party.id, which, at=visit.now)], entries=entries_of(visit))
        return go(f"{HOME}?done=cancelled")

    return tried(visit, act, lambda problem: _page(visit, problem=problem))


def hand_on(visit: Visit) -> Response:
    """So many copies of a material were handed on."""
    party = _writer(visit)

    def act() -> Response:
        material = MaterialId(id_in(visit.form.get("material"), errors.UnknownMaterial))
        on = day_in(visit, "on", visit.app.today())
        handed = HandedOn(material, party.id, on, number_in(visit, "copies"))
        number = visit.app.draw()
        done(
            visit,
            lambda tx: [materials.hand_on(tx, handed, handing_id=number, at=visit.now)],
            entries=entries_of(visit),
        )
        return go(f"{HOME}?done=handed_on")

    return tried(visit, act, lambda problem: _page(visit, problem=problem))


def _body(visit: Visit) -> Party:
    visit.require("body.read")
    return visit.own_party(PartyKind.BODY)


def _writer(visit: Visit) -> Party:
    own(visit, ("body.write",))
    return visit.own_party(PartyKind.BODY)


def _visit(visit: Visit) -> VisitId:
    return VisitId(id_in(visit.form.get("visit"), errors.UnknownVisit))
