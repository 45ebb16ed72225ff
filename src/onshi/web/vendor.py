"""A vendor's pages: its packages and how they did in the tests, and how far those are that named it."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import facilities
from onshi.access import PartyKind
from onshi.db import Tx
from onshi.facilities import Function, Milestone
from onshi.facilities.counting import BY, NATION, Count
from onshi.facilities.errors import FacilityRefused
from onshi.facilities.vendors import PackageId
from onshi.web.facility import names_of, refusal_text
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

HOME = "/vendor"
_REPORT_BYTES_MAX = 4 << 20
_SHOWN = 500


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(HOME, page),
        pages.take(f"{HOME}/package", register),
        pages.take(f"{HOME}/report", hand_in, takes_file=True, bytes_max=_REPORT_BYTES_MAX),
    ]


def own_vendor(visit: Visit) -> str:
    """The party the reader works at; PageNotAllowed for everybody else."""
    visit.require("vendor.write")
    return visit.own_party(PartyKind.VENDOR).id


def page(visit: Visit) -> Response:
    """Packages, tests, customers."""
    return _page(visit)


def _page(visit: Visit, *, problem: str = "") -> Response:
    vendor, today = own_vendor(visit), visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        packages = facilities.vendors.packages_of(tx, vendor)
        patterns = facilities.patterns(tx, today, vendor=vendor)
        customers = facilities.customers_of(tx, vendor, today)[:_SHOWN]
        names = names_of(tx, (one.institution for one in customers))
    return visit.page(
        "vendor/home.html",
        status=422 if problem else 200,
        packages=packages,
        functions=list(Function),
        tested_there=[one for one, rules in facilities.reading.sandbox_rules().items() if rules],
        count=facilities.counting.counts(patterns, BY["nation"], on=today).get(NATION, Count()).of_all,
        milestones=list(Milestone),
        stops=facilities.counting.stops(patterns, BY["nation"]).get(NATION, ()),
        customers=sorted(names.values()),
        given=visit.form,
        problem=problem,
        done=visit.query("done"),
        stop_word=facilities.reading.stop_word,
        sake_word=facilities.reading.sake_word,
        shown_id=facilities.shown_id,
    )


def register(visit: Visit) -> Response:
    """A new package, or a new version of one."""
    vendor, form = own_vendor(visit), visit.form
    functions = [one for one in Function if form.has(one.value)]
    number = PackageId(visit.app.draw())

    def work(tx: Tx) -> None:
        made = facilities.vendors.register(tx, vendor, form.get("name"), form.get("version"), functions, number=number)
        visit.log(tx, facilities.entry_of(made, actor=visit.actor))

    try:
        visit.app.run(work)
    except FacilityRefused as error:
        return _page(visit, problem=refusal_text(visit, error))
    return go(f"{HOME}?done=registered")


def hand_in(visit: Visit) -> Response:
    """A report of the sandbox about one package and one function."""
    vendor, form = own_vendor(visit), visit.form
    if form.file is None or form.get("function") not in set(Function):
        return _page(visit, problem=visit.say("vendor.report.no_file"))
    data = form.file.read_bytes()

    def work(tx: Tx) -> bool:
        number, function = facilities.vendors.parse_package_id(form.get("package")), Function(form.get("function"))
        test = facilities.vendors.hand_in(tx, vendor, number, function, data, at=visit.now, by=visit.actor)
        visit.log(tx, facilities.entry_of(test, actor=visit.actor))
        return test.passed

    try:
        passed = visit.app.run(work)
    except FacilityRefused as error:
        return _page(visit, problem=refusal_text(visit, error))
    return go(f"{HOME}?done={'passed' if passed else 'not_passed'}")
