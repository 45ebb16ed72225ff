"""Plans and reports of whoever is below, seen and decided on; and a ministry's own summary from their sums."""

from collections import Counter
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi.access import Party, PartyKind
from onshi.db import Tx
from onshi.kernel import fiscal_year
from onshi.outreach import (
    FIGURES,
    Event,
    PlanState,
    catalogue,
    organisations,
    planning,
    reporting,
    rules,
    summarising,
)
from onshi.web.measures.common import BELOW, changed, day_at, kind_word, party_at, typed_count, year_at
from onshi.web.measures.own_pages import ARRIVAL_TONES, TONES, channel_words
from onshi.web.serving import Pages
from onshi.web.visit import Visit

_MINISTRY = {PartyKind.MINISTRY: BELOW[PartyKind.MINISTRY]}
SHOWN = 200


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module, under the address of each kind of organisation."""
    return [
        pages.show(f"{BELOW[PartyKind.MINISTRY]}/summary", summary_page),
        pages.take(f"{BELOW[PartyKind.MINISTRY]}/summary/hand-in", hand_in),
        *(
            route
            for base in BELOW.values()
            for route in (
                pages.show(base, overview),
                pages.show(f"{base}/of/{{owner}}", one_page),
                pages.show(f"{base}/of/{{owner}}/report", report_page),
                pages.take(f"{base}/of/{{owner}}/decide", decide),
            )
        ),
    ]


def overview(visit: Visit) -> Response:
    """Everybody below: plans that wait first, reports, who is late; for a ministry its summaries."""
    above, base = party_at(visit, BELOW)
    year, today = year_at(visit), visit.app.today()
    is_ministry = above.kind is PartyKind.MINISTRY
    with visit.app.db.transaction(reading=True) as tx:
        plans = planning.plans_below(tx, above, year, on=today)
        expected = reporting.expected_below(tx, above, year, on=today)
        handings = summarising.handings(tx, [above.code], year, on=today) if is_ministry else []
        events = reporting.events_of(tx, [one.owner.party.id for one in plans], year)
    late = reporting.late(expected)
    names = {one.owner.party.id: one.owner.party.name for one in plans}
    return visit.page(
        "measures/below.html",
        base=base,
        year=year,
        kinds=[kind_word(visit, kind) for kind in organisations.kinds_below(above.code, today)] if is_ministry else [],
        plans=sorted(plans, key=_waiting_first)[:SHOWN],
        count=len(plans),
        states=Counter("none" if one.last is None else one.last.state.value for one in plans),
        late=[one for one in late if one.owner in names][:SHOWN],
        late_count=sum(one.owner in names for one in late),
        names=names,
        handings=handings,
        events=_event_sums(events, today),
        tones=TONES,
        arrival_tones=ARRIVAL_TONES,
        kind_word=lambda kind: kind_word(visit, kind),
    )


def _waiting_first(one: planning.PlanStanding) -> tuple[int, str]:
    order = (PlanState.SUBMITTED, None, PlanState.RETURNED, PlanState.ACCEPTED)
    return order.index(None if one.last is None else one.last.state), one.owner.party.id


def _event_sums(events: list[Event], today: date) -> dict[str, int]:
    """Of the events that were held: how many, of how many somebody counted, who came, who applied."""
    held = [one for one in events if not one.cancelled and one.on <= today]
    return {
        "held": len(held),
        "counted": sum(one.came is not None or one.applications is not None for one in held),
        "came": sum(one.came or 0 for one in held),
        "applications": sum(one.applications or 0 for one in held),
    }


def one_page(visit: Visit) -> Response:
    """One organisation: every version of its plan that it sent, and the decision that is asked for."""
    return show_one(visit)


def show_one(visit: Visit, problem: str = "") -> Response:
    """The same, with what was wrong with the form."""
    above, base = party_at(visit, BELOW)
    year, today = year_at(visit), visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        owner, versions = planning.sent_versions(tx, above, _owner(visit), year, on=today)
        measures = planning.measures_on(tx, today)
        expected = reporting.expected_reports(tx, owner, year, on=today)
    return visit.page(
        "measures/below_one.html",
        status=422 if problem else 200,
        base=base,
        year=year,
        owner=owner,
        kind=kind_word(visit, organisations.kind_of(owner)),
        plan=versions[-1] if versions else None,
        versions=versions,
        expected=expected,
        may_decide=organisations.is_above(above, owner, today),
        titles=catalogue.titles(measures, visit.language),
        channel_words=channel_words(visit, measures),
        tones=TONES,
        arrival_tones=ARRIVAL_TONES,
        problem=problem,
        given=visit.form.again(),
        done=visit.query("done"),
    )


def _owner(visit: Visit) -> str:
    owner: str = visit.request.path_params["owner"]
    return owner


def decide(visit: Visit) -> Response:
    """A plan is accepted, or returned with a comment."""
    above, base = party_at(visit, BELOW)
    owner, year, form = _owner(visit), year_at(visit), visit.form
    accept = form.get("decision") == "accept"

    def work(tx: Tx) -> None:
        version, comment = typed_count(form.get("version")) or 0, form.get("comment")
        plan = planning.decide_plan(
            tx, above, owner, year, version=version, accept=accept, comment=comment, at=visit.now
        )
        visit.log(tx, rules.plan_entry(plan, actor=visit.actor))

    then = f"{base}/of/{owner}?year={year}&done={'accepted' if accept else 'returned'}"
    return changed(visit, work, then=then, again=lambda problem: show_one(visit, problem))


def report_page(visit: Visit) -> Response:
    """One report as it was sent, with what should be looked at."""
    above, base = party_at(visit, BELOW)
    as_of, today = day_at(visit, "as_of"), visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        seen = reporting.report_seen(tx, above, _owner(visit), as_of, on=today)
        measures = planning.measures_on(tx, today)
    return visit.page(
        "measures/below_report.html",
        base=base,
        year=fiscal_year(as_of),
        owner=seen.owner,
        as_of=as_of,
        report=seen.versions[-1] if seen.versions else None,
        doubts=seen.doubts,
        figures=FIGURES,
        titles=catalogue.titles(measures, visit.language),
        channel_words=channel_words(visit, measures),
    )


def summary_page(visit: Visit) -> Response:
    """A ministry's own report of a day: the sums of its insurers' reports, and a button."""
    return show_summary(visit)


def show_summary(visit: Visit, problem: str = "") -> Response:
    """The same, with what was wrong with the form."""
    ministry, base = party_at(visit, _MINISTRY)
    as_of, today = day_at(visit, "as_of"), visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        parts = summarising.summed_now(tx, ministry, as_of)
        versions = summarising.summary_versions(tx, ministry.code, as_of)
        measures = planning.measures_on(tx, today)
        missing = _missing(tx, ministry, as_of, today)
    return visit.page(
        "measures/summary.html",
        status=422 if problem else 200,
        base=base,
        year=fiscal_year(as_of),
        as_of=as_of,
        parts_now=parts,
        versions=versions,
        differs=bool(versions) and versions[-1].parts != parts,
        missing=missing[:SHOWN],
        missing_count=len(missing),
        is_early=today < as_of,
        given=visit.form.again(),
        figures=FIGURES,
        titles=catalogue.titles(measures, visit.language),
        channel_words=channel_words(visit, measures),
        kind_word=lambda kind: kind_word(visit, kind),
        problem=problem,
        done=visit.query("done"),
    )


def _missing(tx: Tx, ministry: Party, as_of: date, today: date) -> list[str]:
    """Who has not reported of the day yet, by name."""
    expected = reporting.expected_below(tx, ministry, fiscal_year(as_of), on=today)
    owners = [one.owner for one in expected if one.due.as_of == as_of and one.report is None]
    return reporting.names_of(tx, owners)


def hand_in(visit: Visit) -> Response:
    """The sums are handed to the office as they are now."""
    ministry, base = party_at(visit, _MINISTRY)
    as_of, form = day_at(visit, "as_of"), visit.form

    def work(tx: Tx) -> None:
        made = summarising.hand_in(tx, ministry, as_of, note=form.get("note"), reason=form.get("reason"), at=visit.now)
        visit.log(tx, rules.thing_entry("summary-sent", made, made.thing, actor=visit.actor))

    then = f"{base}/summary?as_of={as_of}&done=handed"
    return changed(visit, work, then=then, again=lambda problem: show_summary(visit, problem))
