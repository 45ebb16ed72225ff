"""Links between an insurer's member and a person that are in doubt: stopped, and resumed."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from onshi import registry
from onshi.audit import Action
from onshi.db import Tx
from onshi.kernel import PersonId, parse_day, parse_person_id
from onshi.registry import Person, UnknownPerson
from onshi.web.acts import act
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

FIELDS = ("symbol", "number", "birth")


@dataclass(frozen=True, slots=True)
class Stopped:
    """A member whose coverage here answers "under review" until the link is resumed."""

    person: Person
    numbers: tuple[tuple[str | None, str, str | None], ...]


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/insurer/links", links),
        pages.take("/insurer/links/suspend", suspend),
        pages.take("/insurer/links/resume", resume),
        pages.show("/insurer/links/suspend", lambda _: go("/insurer/links")),
    ]


def links(visit: Visit) -> Response:
    """The links in doubt, and the form that stops one more."""
    visit.require("feeds.review")
    return _page(visit)


def suspend(visit: Visit) -> Response:
    """Stops the link of the member who has this number: until resumed, checks answer "under review"."""
    visit.require("feeds.review")
    own, form = visit.own_insurer, visit.form
    try:
        birth_on = parse_day(form.get("birth"))
    except ValueError:
        return _page(visit, problem="reception.problem.birth")
    if not form.get("number") or not form.has("confirmed"):
        return _page(visit, problem="insurer.links.incomplete")
    key = registry.number_key(own, form.get("symbol") or None, form.get("number"), birth_on)

    def work(tx: Tx) -> bool:
        (found,) = registry.find_by_number(tx, [key])
        if len(found.sightings) != 1:
            return False
        _set(tx, visit, found.sightings[0].person.id, action=Action.SUSPEND)
        return True

    if not visit.app.run(work):
        return _page(visit, problem="insurer.links.nobody")
    return go("/insurer/links?done=suspended")


def resume(visit: Visit) -> Response:
    """Takes up a link again."""
    visit.require("feeds.review")
    try:
        person = parse_person_id(visit.form.get("person"))
    except ValueError:
        raise UnknownPerson from None
    visit.app.run(lambda tx: _set(tx, visit, person, action=Action.RESUME))
    return go("/insurer/links?done=resumed")


def _set(tx: Tx, visit: Visit, person: PersonId, *, action: Action) -> None:
    own = visit.own_insurer
    change = registry.suspend_link if action is Action.SUSPEND else registry.resume_link
    change(tx, own, person, at=visit.now)
    visit.log(tx, act(visit.actor, action, "done", subject=person, thing=f"insurer:{own}"))


def _page(visit: Visit, *, problem: str = "") -> Response:
    own = visit.own_insurer
    with visit.app.db.transaction(reading=True) as tx:
        stopped = [
            Stopped(
                registry.person_of(tx, link.person),
                tuple(
                    (c.symbol, c.number, c.branch) for c in registry.coverages_of(tx, link.person) if c.insurer == own
                ),
            )
            for link in registry.suspended_links(tx, own)
        ]
    return visit.page(
        "insurer/links.html",
        status=422 if problem else 200,
        stopped=stopped,
        problem=visit.say(problem) if problem else "",
        given={name: visit.form.get(name) for name in FIELDS},
        done=visit.query("done"),
    )
