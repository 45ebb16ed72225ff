"""The front page: what this is and who it is for; in the demo, one click to be somebody."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from onshi import access, flows
from onshi.access import Party, Role, Staff
from onshi.db import Tx
from onshi.web.errors import PageNotFound
from onshi.web.serving import Pages, give_session
from onshi.web.visit import Visit, go

# The accounts that a demo country may have, in the order of the buttons. They have no password.
DEMO_STAFF = (
    "s-demo-reception",
    "s-demo-pharmacy",
    "s-demo-insurer",
    "s-demo-reviewer",
    "s-demo-municipality",
    "s-demo-prefecture",
    "s-demo-ministry",
    "s-demo-office",
    "s-demo-body",
    "s-demo-vendor",
    "s-demo-fund",
    "s-demo-operator",
    "s-demo-auditor",
)

_HOMES = (
    (Role.RECEPTION, "/reception"),
    (Role.INSURER_CLERK, "/insurer"),
    (Role.REVIEWER, "/insurer"),
    (Role.MUNICIPAL_CLERK, "/municipality"),
    (Role.PROGRAMME_OFFICER, "/programme"),
    (Role.BODY_CLERK, "/body"),
    (Role.VENDOR_CLERK, "/vendor"),
    (Role.FUND_CLERK, "/fund"),
    (Role.OPERATOR, "/operator"),
    (Role.AUDITOR, "/operator"),
)


@dataclass(frozen=True, slots=True)
class DemoDoor:
    """One button of the demo: a made-up member of staff and where they work."""

    staff: Staff
    party: Party


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/", front, is_public=True),
        pages.take("/demo/enter", enter, is_public=True),
    ]


def home_of(roles: frozenset[Role]) -> str:
    """Where somebody lands after signing in."""
    return next((address for role, address in _HOMES if role in roles), "/")


def front(visit: Visit) -> Response:
    """What onshi is, and the ways in."""
    doors: list[DemoDoor] = []
    if visit.app.settings.demo:
        with visit.app.db.transaction(reading=True) as tx:
            doors = _demo_doors(tx)
    home = home_of(visit.session.staff.roles) if visit.session else None
    return visit.page("front.html", doors=doors, home=home)


def enter(visit: Visit) -> Response:
    """Opens a session for a demo account without a password; only in the demo, and only for those accounts."""
    staff_id = visit.form.get("staff")
    if not visit.app.settings.demo or staff_id not in DEMO_STAFF:
        raise PageNotFound

    def work(tx: Tx) -> access.SignedIn:
        opened = access.open_session(tx, staff_id, at=visit.now)
        visit.log(tx, flows.entry_of(opened.event))
        return opened

    opened = visit.app.run(work)
    response = go(home_of(opened.session.staff.roles))
    give_session(visit, response, opened.token)
    return response


def _demo_doors(tx: Tx) -> list[DemoDoor]:
    doors = []
    for staff_id in DEMO_STAFF:
        try:
            staff = access.staff_by_id(tx, staff_id)
        except access.errors.UnknownStaff:
            continue  # a smaller demo has fewer of them
        doors.append(DemoDoor(staff, access.party_by_id(tx, staff.party_id)))
    return doors
