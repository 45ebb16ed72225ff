"""The own measures of an insurer, a ministry or a prefecture: catalogue, plan, reports, events."""

from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi.access import Party
from onshi.db import Tx
from onshi.kernel import fiscal_year, months_of_fiscal_year
from onshi.outreach import (
    FIGURES,
    EventSort,
    Measure,
    Outcome,
    Plan,
    PlanState,
    Why,
    catalogue,
    errors,
    organisations,
    periods,
    planning,
    reporting,
    rules,
)
from onshi.web.measures.common import OWN, day_at, kind_word, party_at, year_at
from onshi.web.serving import Pages
from onshi.web.visit import Visit

TONES = {
    PlanState.DRAFT: "open",
    PlanState.SUBMITTED: "wait",
    PlanState.RETURNED: "care",
    PlanState.ACCEPTED: "good",
}
ARRIVAL_TONES = {
    periods.Arrival.AHEAD: "open",
    periods.Arrival.OPEN: "wait",
    periods.Arrival.MISSING: "bad",
    periods.Arrival.SENT: "good",
    periods.Arrival.SENT_LATE: "care",
}


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module, under the address of each kind of organisation."""
    return [
        route
        for base in OWN.values()
        for route in (
            pages.show(base, overview),
            pages.show(f"{base}/plan", plan_page),
            pages.show(f"{base}/report", report_page),
        )
    ]


def overview(visit: Visit) -> Response:
    """The own kind's catalogue, how far the plan is, which reports are due, and events."""
    return show_overview(visit)


def show_overview(visit: Visit, problem: str = "") -> Response:
    """The same, with what was wrong with a form."""
    owner, base = party_at(visit, OWN)
    year, kind, today = year_at(visit), organisations.kind_of(owner), visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        measures = planning.measures_on(tx, today)
        versions = planning.plan_versions(tx, owner, year)
        expected = reporting.expected_reports(tx, owner, year, on=today)
        events = reporting.events_of(tx, [owner.id], year)
    return visit.page(
        "measures/own.html",
        status=422 if problem else 200,
        base=base,
        year=year,
        kind=kind_word(visit, kind),
        offered=catalogue.offered(measures, kind),
        plan=versions[-1] if versions else None,
        in_force=rules.in_force(versions),
        expected=expected,
        events=[one for one in events if not one.cancelled],
        sorts=list(EventSort),
        tones=TONES,
        arrival_tones=ARRIVAL_TONES,
        problem=problem,
        done=visit.query("done"),
        given=visit.form.again(),
    )


def plan_page(visit: Visit) -> Response:
    """The plan of a year: what it says, its lines, a form for another line, every version."""
    return show_plan(visit)


def show_plan(visit: Visit, problem: str = "") -> Response:
    """The same, with what was wrong with a form."""
    owner, base = party_at(visit, OWN)
    year, kind, today = year_at(visit), organisations.kind_of(owner), visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        measures = planning.measures_on(tx, today)
        versions = planning.plan_versions(tx, owner, year)
    return visit.page(
        "measures/plan.html",
        status=422 if problem else 200,
        base=base,
        year=year,
        plan=versions[-1] if versions else None,
        versions=versions,
        offered=catalogue.offered(measures, kind),
        titles=catalogue.titles(measures, visit.language),
        channel_words=channel_words(visit, measures),
        months=months_of_fiscal_year(year),
        tones=TONES,
        given=visit.form.again(),
        problem=problem,
        done=visit.query("done"),
    )


def channel_words(visit: Visit, measures: tuple[Measure, ...]) -> dict[str, str]:
    """What each channel is called."""
    return {code: word.said(visit.language) for code, word in catalogue.channels(measures).items()}


def report_page(visit: Visit) -> Response:
    """The report of a day, line by line of the plan in force."""
    return show_report(visit)


def show_report(visit: Visit, problem: str = "") -> Response:
    """The same, with what was wrong with a form."""
    owner, base = party_at(visit, OWN)
    as_of = day_at(visit, "as_of")
    due = periods.due_on(organisations.kind_of(owner), as_of)
    with visit.app.db.transaction(reading=True) as tx:
        measures = planning.measures_on(tx, visit.app.today())
        plan = _plan_in_force(tx, owner, as_of)
        report = reporting.report_at_hand(tx, owner, as_of, at=visit.now)
        versions = reporting.report_versions(tx, owner, as_of)
        doubts = reporting.doubts_of(tx, report)
    return visit.page(
        "measures/report.html",
        status=422 if problem else 200,
        base=base,
        year=fiscal_year(as_of),
        due=due,
        plan=plan,
        report=report,
        versions=versions,
        doubts=doubts,
        titles=catalogue.titles(measures, visit.language),
        channel_words=channel_words(visit, measures),
        outcomes=list(Outcome),
        whys=list(Why),
        figures=FIGURES,
        is_early=visit.app.today() < as_of,
        given=visit.form.again(),
        problem=problem,
        done=visit.query("done"),
    )


def _plan_in_force(tx: Tx, owner: Party, as_of: date) -> Plan | None:
    try:
        return reporting.plan_in_force(tx, owner, fiscal_year(as_of))
    except errors.NoPlanInForce:
        return None
