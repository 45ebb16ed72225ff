"""What is done about the own plan, the own reports and events. Each is in the log, in the same transaction."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import Route

from onshi.access import Party
from onshi.db import Tx
from onshi.kernel import months_of_fiscal_year
from onshi.outreach import (
    FIGURES,
    Event,
    EventSort,
    Outcome,
    Plan,
    PlanHead,
    PlanLine,
    Report,
    ReportLine,
    Totals,
    Why,
    errors,
    planning,
    reporting,
    rules,
)
from onshi.web.measures.common import OWN, changed, day_at, party_at, typed_count, typed_day, typed_id, year_at
from onshi.web.measures.own_pages import show_overview, show_plan, show_report
from onshi.web.serving import Pages
from onshi.web.visit import Visit


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module, under the address of each kind of organisation."""
    return [
        route
        for base in OWN.values()
        for route in (
            pages.take(f"{base}/plan/begin", begin),
            pages.take(f"{base}/plan/head", head),
            pages.take(f"{base}/plan/line", line),
            pages.take(f"{base}/plan/drop", drop),
            pages.take(f"{base}/plan/submit", submit),
            pages.take(f"{base}/report/line", report_line),
            pages.take(f"{base}/report/totals", totals),
            pages.take(f"{base}/report/send", send),
            pages.take(f"{base}/report/correct", correct),
            pages.take(f"{base}/event", event),
            pages.take(f"{base}/event/count", event_counted),
            pages.take(f"{base}/event/cancel", event_cancelled),
        )
    ]


# -- The plan ----------------------------------------------------------------------------------------------------------


def _on_plan(visit: Visit, done: str, work: Callable[[Tx, Party, int], Plan]) -> Response:
    owner, base = party_at(visit, OWN)
    year = year_at(visit)

    def logged(tx: Tx) -> None:
        visit.log(tx, rules.plan_entry(work(tx, owner, year), actor=visit.actor))

    then = f"{base}/plan?year={year}&done={done}"
    return changed(visit, logged, then=then, again=lambda problem: show_plan(visit, problem))


def begin(visit: Visit) -> Response:
    """The first version, or the next one."""
    reason = visit.form.get("reason")
    return _on_plan(
        visit, "begun", lambda tx, owner, year: planning.begin_plan(tx, owner, year, reason=reason, at=visit.now)
    )


def head(visit: Visit) -> Response:
    """The responsible post and the targets."""
    form = visit.form

    def work(tx: Tx, owner: Party, year: int) -> Plan:
        holders, registrations = typed_count(form.get("holders")), typed_count(form.get("registrations"))
        return planning.set_head(tx, owner, year, PlanHead(form.get("post"), holders, registrations), at=visit.now)

    return _on_plan(visit, "saved", work)


def line(visit: Visit) -> Response:
    """A measure through a channel."""
    form = visit.form

    def work(tx: Tx, owner: Party, year: int) -> Plan:
        months = tuple(month for month in months_of_fiscal_year(year) if form.has(f"month-{month}"))
        audience, budget = typed_count(form.get("audience")), typed_count(form.get("budget")) or 0
        return planning.put_line(tx, owner, year, PlanLine(*_key(visit), months, audience, budget), at=visit.now)

    return _on_plan(visit, "saved", work)


def _key(visit: Visit) -> tuple[str, str]:
    """Measure and channel, chosen together."""
    measure, _, channel = visit.form.get("what").partition(" ")
    return measure, channel


def drop(visit: Visit) -> Response:
    """A line is taken out."""
    key = _key(visit)
    return _on_plan(visit, "saved", lambda tx, owner, year: planning.drop_line(tx, owner, year, key, at=visit.now))


def submit(visit: Visit) -> Response:
    """The plan is sent to whoever is above."""
    return _on_plan(visit, "submitted", lambda tx, owner, year: planning.submit_plan(tx, owner, year, at=visit.now))


# -- Reports -----------------------------------------------------------------------------------------------------------


def _on_report(visit: Visit, done: str, work: Callable[[Tx, Party], Report]) -> Response:
    owner, base = party_at(visit, OWN)
    as_of = day_at(visit, "as_of")

    def logged(tx: Tx) -> None:
        visit.log(tx, rules.report_entry(work(tx, owner), actor=visit.actor))

    then = f"{base}/report?as_of={as_of}&done={done}"
    return changed(visit, logged, then=then, again=lambda problem: show_report(visit, problem))


def report_line(visit: Visit) -> Response:
    """What became of one line."""
    form = visit.form

    def work(tx: Tx, owner: Party) -> Report:
        if form.get("outcome") not in set(Outcome):
            raise errors.ReportIncomplete(missing=1)
        why = Why(form.get("why")) if form.get("why") in set(Why) else None
        reach, cost = typed_count(form.get("reach")), typed_count(form.get("cost")) or 0
        told = ReportLine(*_key(visit), Outcome(form.get("outcome")), why, reach, cost)
        return reporting.put_report_line(tx, owner, day_at(visit, "as_of"), told, at=visit.now)

    return _on_report(visit, "saved", work)


def totals(visit: Visit) -> Response:
    """Own figures and the note."""

    def work(tx: Tx, owner: Party) -> Report:
        figures = Totals(*(typed_count(visit.form.get(name)) for name in FIGURES))
        as_of, note = day_at(visit, "as_of"), visit.form.get("note")
        return reporting.put_totals(tx, owner, as_of, figures, note, at=visit.now)

    return _on_report(visit, "saved", work)


def send(visit: Visit) -> Response:
    """The report is sent to whoever is above."""
    return _on_report(
        visit, "sent", lambda tx, owner: reporting.send_report(tx, owner, day_at(visit, "as_of"), at=visit.now)
    )


def correct(visit: Visit) -> Response:
    """A correction is begun."""
    reason = visit.form.get("reason")

    def work(tx: Tx, owner: Party) -> Report:
        return reporting.correct_report(tx, owner, day_at(visit, "as_of"), reason=reason, at=visit.now)

    return _on_report(visit, "correcting", work)


# -- Events ------------------------------------------------------------------------------------------------------------


def _on_event(visit: Visit, work: Callable[[Tx, Party], Event]) -> Response:
    owner, base = party_at(visit, OWN)

    def logged(tx: Tx) -> None:
        visit.log(tx, rules.event_entry(work(tx, owner), actor=visit.actor))

    then = f"{base}?year={year_at(visit)}&done=event#events"
    return changed(visit, logged, then=then, again=lambda problem: show_overview(visit, problem))


def event(visit: Visit) -> Response:
    """An event is planned."""
    form = visit.form

    def work(tx: Tx, owner: Party) -> Event:
        on = typed_day(form.get("on"))
        if on is None or not form.get("place"):
            raise errors.Incomplete
        sort = EventSort(form.get("sort")) if form.get("sort") in set(EventSort) else EventSort.OTHER
        new = Event(visit.app.draw(), owner.id, on, sort, form.get("place"), typed_count(form.get("expected")))
        return reporting.put_event(tx, owner, new, at=visit.now)

    return _on_event(visit, work)


def event_counted(visit: Visit) -> Response:
    """How many came to an event, and how many applied."""

    def work(tx: Tx, owner: Party) -> Event:
        came, taken = typed_count(visit.form.get("came")), typed_count(visit.form.get("applications"))
        known = reporting.event_of(tx, owner, typed_id(visit.form.get("event"), errors.UnknownEvent))
        return reporting.count_event(tx, owner, known, came=came, applications=taken, at=visit.now)

    return _on_event(visit, work)


def event_cancelled(visit: Visit) -> Response:
    """An event is called off."""

    def work(tx: Tx, owner: Party) -> Event:
        return reporting.cancel_event(
            tx,
            owner,
            reporting.event_of(tx, owner, typed_id(visit.form.get("event"), errors.UnknownEvent)),
            at=visit.now,
        )

    return _on_event(visit, work)
