"""The fund's pages: subsidies and deferrals to decide, the monthly batch, tests recorded by hand."""

from collections.abc import Callable, Mapping

from starlette.responses import Response
from starlette.routing import Route

from onshi import access, facilities
from onshi.access import PartyKind
from onshi.audit import Action
from onshi.db import Tx
from onshi.facilities import Function
from onshi.facilities.deferrals import Deferral
from onshi.facilities.errors import FacilityRefused, UnknownApplication
from onshi.facilities.subsidies import Application, ApplicationId, WhyNot
from onshi.facilities.vendors import PackageTest
from onshi.kernel import ONE_DAY, Month, month_of, parse_month
from onshi.web.acts import act
from onshi.web.errors import MonthUnreadable
from onshi.web.facility import day_of, names_of, refusal_text, yen_of
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, sheet
from onshi.web.visit import Visit, download, go

HOME = "/fund"
_SHOWN = 200
_REPORT_LENGTH_MAX = 40
# What only somebody who reads the papers can say; the other reasons follow from the days.
_BY_CLERKS = (WhyNot.PAPERS_DO_NOT_FIT, WhyNot.COST_NOT_COVERED, WhyNot.PAID_BEFORE)
BATCH_COLUMNS = ("application", "institution", "name", "granted", "decided_on", "batch", "pay_on")


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(HOME, page),
        pages.take(f"{HOME}/subsidy", decide),
        pages.take(f"{HOME}/deferral", defer),
        pages.take(f"{HOME}/pay", pay),
        pages.show(f"{HOME}/batch.csv", batch),
        pages.take(f"{HOME}/test", test),
    ]


def page(visit: Visit) -> Response:
    """What waits for a decision, and the month that can be paid."""
    return _page(visit)


def _require(visit: Visit) -> None:
    visit.require("fund.write")
    visit.own_party(PartyKind.OPERATOR)


def _page(visit: Visit, *, problem: str = "") -> Response:
    _require(visit)
    today = visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        applications = facilities.subsidies.waiting(tx, limit=_SHOWN)
        unpaid = facilities.subsidies.count_unpaid(tx)
        deferrals = facilities.deferrals.waiting(tx, limit=_SHOWN)
        packages = facilities.vendors.packages_of(tx)
        asked = [one.institution for one in applications] + [one.institution for one in deferrals]
        names = names_of(tx, asked)
        vendors = access.party_names(tx, (one.package.vendor for one in packages))
    return visit.page(
        "fund/home.html",
        status=422 if problem else 200,
        applications=applications,
        unpaid=unpaid,
        deferrals=deferrals,
        packages=packages,
        vendors=vendors,
        names=names,
        reasons=[*_BY_CLERKS, *(one for one in WhyNot if one not in _BY_CLERKS)],
        functions=list(Function),
        kinds=facilities.reading.deferral_rules(),
        longest=facilities.deferrals.longest,
        last_month=month_of(month_of(today).first - ONE_DAY),
        problem=problem,
        done=visit.query("done"),
        done_count=visit.number("count"),
        shown_id=facilities.shown_id,
        given=visit.form,
    )


def decide(visit: Visit) -> Response:
    """Grants or refuses one application."""
    form = visit.form
    try:
        amount = yen_of(form.get("amount"))
        reason = WhyNot(form.get("reason")) if _refuses(visit) else None
    except ValueError:
        return _page(visit, problem=visit.say("fund.unreadable"))

    def work(tx: Tx) -> Application:
        number = _number(form.get("application"))
        if reason is not None:
            return facilities.subsidies.refuse(tx, number, reason, at=visit.now)
        return facilities.subsidies.decide(tx, number, amount, at=visit.now)

    return _decided(visit, work)


def defer(visit: Visit) -> Response:
    """Grants or refuses one deferral."""
    form = visit.form
    try:
        until, refuses = day_of(form.get("until")), _refuses(visit)
    except ValueError:
        return _page(visit, problem=visit.say("fund.unreadable"))

    def work(tx: Tx) -> Deferral:
        number = _number(form.get("application"))
        if refuses:
            return facilities.deferrals.refuse(tx, number, at=visit.now)
        return facilities.deferrals.grant(tx, number, until, at=visit.now)

    return _decided(visit, work)


def _refuses(visit: Visit) -> bool:
    """Which of the two buttons was pressed. ValueError for neither: nothing is granted by default."""
    act = visit.form.get("act")
    if act not in ("grant", "refuse"):
        raise ValueError("neither granted nor refused")
    return act == "refuse"


def _decided(visit: Visit, work: Callable[[Tx], Application | Deferral | PackageTest]) -> Response:
    _require(visit)

    def logged(tx: Tx) -> None:
        visit.log(tx, facilities.entry_of(work(tx), actor=visit.actor))

    try:
        visit.app.run(logged)
    except FacilityRefused as error:
        return _page(visit, problem=refusal_text(visit, error))
    return go(f"{HOME}?done=decided")


def _number(text: str) -> ApplicationId:
    try:
        return ApplicationId(facilities.parse_id(text))
    except ValueError:
        raise UnknownApplication from None


def pay(visit: Visit) -> Response:
    """Makes the batch of a month that is over."""
    _require(visit)
    month = _month(visit.form.get("month"))

    def work(tx: Tx) -> int:
        made = facilities.subsidies.pay(tx, month, at=visit.now)
        if made:
            visit.log(tx, *(facilities.entry_of(one, actor=visit.actor) for one in made))
        return len(made)

    try:
        count = visit.app.run(work)
    except FacilityRefused as error:
        return _page(visit, problem=refusal_text(visit, error))
    return go(f"{HOME}?done=paid&count={count}")


def batch(visit: Visit) -> Response:
    """The batch of a month as CSV, for whoever transfers the money. Taking it is logged."""
    _require(visit)
    month = _month(visit.query("month"))

    def work(tx: Tx) -> tuple[list[Application], Mapping[str, str]]:
        visit.log(tx, act(visit.actor, Action.EXPORT, "subsidies", thing=f"batch:{month}"))
        found = facilities.subsidies.batch_of(tx, month)
        return found, names_of(tx, (one.institution for one in found))

    found, names = visit.app.run(work)
    header = [visit.say("fund.column." + name) for name in BATCH_COLUMNS]
    rows = [
        [
            facilities.shown_id(one.id),
            one.institution,
            names.get(one.institution, ""),
            str(one.granted),
            str(one.decided_on),
            str(one.batch),
            str(one.pay_on),
        ]
        for one in found
    ]
    return download(sheet(header, rows), f"subsidies-{month}.csv", CSV)


def _month(text: str) -> Month:
    try:
        return parse_month(text)
    except ValueError:
        raise MonthUnreadable from None


def test(visit: Visit) -> Response:
    """A test of a package that the operator ran: for what the sandbox cannot try yet."""
    form = visit.form
    report = " ".join(form.get("report").split())[:_REPORT_LENGTH_MAX]
    if form.get("function") not in set(Function) or not report:
        return _page(visit, problem=visit.say("fund.test.unreadable"))

    def work(tx: Tx) -> PackageTest:
        return facilities.vendors.record(
            tx,
            facilities.vendors.parse_package_id(form.get("package")),
            Function(form.get("function")),
            report,
            passed=form.get("result") == "passed",
            at=visit.now,
            by=visit.actor,
        )

    return _decided(visit, work)
