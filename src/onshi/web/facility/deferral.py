"""Whether the duty of an institution can wait: the six reasons, its applications, what became of them."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import facilities
from onshi.db import Tx
from onshi.facilities.deferrals import ApplicationId, DeferralKind
from onshi.facilities.errors import FacilityRefused
from onshi.web.facility.way import HOME, own_code
from onshi.web.facility.words import day_of, refusal_text
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(f"{HOME}/deferral", page),
        pages.take(f"{HOME}/deferral", ask),
    ]


def page(visit: Visit) -> Response:
    """The reasons and the applications."""
    return _page(visit)


def _page(visit: Visit, *, problem: str = "") -> Response:
    code = own_code(visit)
    with visit.app.db.transaction(reading=True) as tx:
        known = facilities.overview(tx, code, visit.app.today())
    return visit.page(
        "facility/deferral.html",
        status=422 if problem else 200,
        known=known,
        kinds=facilities.reading.deferral_rules(),
        given=visit.form,
        problem=problem,
        done=visit.query("done"),
    )


def ask(visit: Visit) -> Response:
    """Asks for the duty to be put off."""
    code, kind = own_code(visit), visit.form.get("kind")
    try:
        wanted, awaited_on = DeferralKind(kind), day_of(visit.form.get("awaited_on"))
    except ValueError:
        return _page(visit, problem=visit.say("facility.deferral.unreadable"))
    number = ApplicationId(visit.app.draw())

    def work(tx: Tx) -> None:
        made = facilities.deferrals.ask(tx, code, wanted, number=number, at=visit.now, awaited_on=awaited_on)
        visit.log(tx, facilities.entry_of(made, actor=visit.actor))

    try:
        visit.app.run(work)
    except FacilityRefused as error:
        return _page(visit, problem=refusal_text(visit, error))
    return go(f"{HOME}/deferral?done=asked")
