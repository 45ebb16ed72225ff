"""Visits that a town is asked for: the list, one visit with the town's answer, and for how many it comes."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import Route

from onshi import requests
from onshi.audit import Action
from onshi.db import Tx
from onshi.requests import errors, visiting, visits
from onshi.requests.model import DeclineReason, VisitId
from onshi.web.acts import act as entry
from onshi.web.municipality.town import own_place
from onshi.web.requests.house import day_in, done, entries_of, id_in, names_of, number_in, tried
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

HOME = "/municipality/visits"


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    one = HOME + "/{visit:str}"
    return [
        pages.show(HOME, listed),
        pages.take(f"{HOME}/minimum", minimum),
        pages.show(one, show),
        pages.take(f"{one}/accept", accept),
        pages.take(f"{one}/propose", propose),
        pages.take(f"{one}/decline", decline),
        pages.take(f"{one}/result", result),
    ]


def listed(visit: Visit) -> Response:
    """What the own town was asked for: what waits first, then what is over."""
    return _list(visit)


def _list(visit: Visit, *, problem: str = "") -> Response:
    place = own_place(visit)
    with visit.app.db.transaction(reading=True) as tx:
        found = visits.visits_to(tx, place)
        names = names_of(tx, (one.body for one in found))
        least = visits.minimum_of(tx, place)
    return visit.page(
        "requests/visits.html",
        status=422 if problem else 200,
        waiting=[one for one in found if one.state in visiting.OPEN],
        over=[one for one in found if one.state not in visiting.OPEN],
        names=names,
        least=least,
        given=visit.form.get("minimum"),
        problem=problem,
        done=visit.query("done"),
        shown_id=requests.shown_id,
    )


def minimum(visit: Visit) -> Response:
    """For how many people the town comes."""
    place = own_place(visit)
    visit.require("municipality.write")

    def act() -> Response:
        least = number_in(visit, "minimum")

        def work(tx: Tx) -> None:
            visits.set_minimum(tx, place, least, at=visit.now)
            thing = f"municipality:{place}"
            visit.log(tx, entry(visit.actor, Action.SETTING_CHANGED, "visit_minimum", thing=thing))

        visit.app.run(work)
        return go(f"{HOME}?done=minimum")

    return tried(visit, act, lambda problem: _list(visit, problem=problem))


def show(visit: Visit) -> Response:
    """One visit, and what the town can say. Another town's looks just like one that does not exist."""
    return _one(visit)


def _one(visit: Visit, *, problem: str = "") -> Response:
    place = own_place(visit)
    with visit.app.db.transaction(reading=True) as tx:
        found = visits.visit_to(tx, place, _id(visit))
        names = names_of(tx, [found.body])
    return visit.page(
        "requests/visit.html",
        status=422 if problem else 200,
        found=found,
        names=names,
        reasons=list(DeclineReason),
        given={name: visit.form.get(name) for name in ("day", "time", "reason", "applications")},
        problem=problem,
        may_answer=visit.may("municipality.write"),
        shown_id=requests.shown_id,
    )


def accept(visit: Visit) -> Response:
    """The town comes on one of the days."""
    place = own_place(visit)
    return _answered(
        visit,
        lambda tx: visits.accept(
            tx, place, _id(visit), day=day_in(visit, "day"), time=visit.form.get("time"), at=visit.now
        ),
    )


def propose(visit: Visit) -> Response:
    """The town could come on another day."""
    place = own_place(visit)
    return _answered(
        visit,
        lambda tx: visits.propose(
            tx, place, _id(visit), day=day_in(visit, "day"), time=visit.form.get("time"), at=visit.now
        ),
    )


def decline(visit: Visit) -> Response:
    """The town does not come."""
    place, given = own_place(visit), visit.form.get("reason")

    def work(tx: Tx) -> requests.Visit:
        if given not in set(DeclineReason):
            raise errors.VisitRefused(field="reason")
        return visits.decline(tx, place, _id(visit), DeclineReason(given), at=visit.now)

    return _answered(visit, work)


def result(visit: Visit) -> Response:
    """How many applications were taken."""
    place, number = own_place(visit), number_in(visit, "applications")
    return _answered(visit, lambda tx: visits.enter_result(tx, place, _id(visit), number, at=visit.now))


def _answered(visit: Visit, work: Callable[[Tx], requests.Visit]) -> Response:
    visit.require("municipality.write")

    def act() -> Response:
        (changed,) = done(visit, lambda tx: [work(tx)], entries=entries_of(visit))
        return go(f"{HOME}?done={changed.state}")

    return tried(visit, act, lambda problem: _one(visit, problem=problem))


def _id(visit: Visit) -> VisitId:
    return VisitId(id_in(visit.request.path_params["visit"], errors.UnknownVisit))
