"""Plans: saved, handed in, decided on; results reported; advice given and answered; compiled, and what is late.

Every verb that changes something returns what it has become; the caller writes `entry_of` each into the log, in the
same transaction. Who may touch which municipality is the caller's to decide; every verb takes its code, so nobody
reaches another's plan by an id.
"""

from collections.abc import Collection, Sequence
from datetime import date

from onshi import record
from onshi.db import Tx
from onshi.kernel import ONE_DAY, Moment, Month, MunicipalityCode, day_start, fiscal_year, months_of_fiscal_year
from onshi.places import municipalities
from onshi.plans import calendar, checking, figures, rules, store
from onshi.plans.errors import DraftChanged, PlanReplaced, UnknownAdvice, UnknownPlan
from onshi.plans.model import (
    Actuals,
    Advice,
    AdviceId,
    AdviceState,
    Compilation,
    Content,
    Due,
    Finding,
    Head,
    Occasion,
    Plan,
    PlanState,
    Stages,
    Standing,
)

_LIVE = (AdviceState.OPEN, AdviceState.ANSWERED)


# -- The municipality --------------------------------------------------------------------------------------------------


def plan_of(tx: Tx, town: MunicipalityCode, year: int) -> Plan | None:
    """The newest version of the municipality's plan of the year, in whatever state; None: nothing was saved yet."""
    return store.last(tx, town, year)


def versions_of(tx: Tx, town: MunicipalityCode, year: int) -> list[Plan]:
    """Every version, the newest first."""
    return store.versions(tx, town, year)


def save(tx: Tx, town: MunicipalityCode, year: int, content: Content, *, at: Moment, reason: str = "") -> Plan | None:
    """What is filled in is kept: in the draft there is, or in a new version once the last was handed in. None: the
    newest version says exactly this already, and nothing is changed.

    It may have any findings; only handing in asks for none. Raises UnknownFiscalYear, RevisionNeedsReason.
    """
    calendar.check_year(year)
    before = store.last(tx, town, year)
    if before is not None and before.content == content:
        return None
    after = rules.saved(before, town, year, content, at=at, reason=reason)
    store.put(tx, after)
    return after


def submit(tx: Tx, town: MunicipalityCode, year: int, *, saved_at: Moment | None = None, at: Moment) -> Plan:
    """The draft is handed in; from now on it is the one that counts. `saved_at`: the `known_from` of the draft that was
    looked at, where somebody looked. Raises UnknownPlan, DraftChanged, PlanOver, PlanNotSound."""
    before = _last(tx, town, year)
    if before.state is PlanState.DRAFT and saved_at not in (None, before.known_from):
        raise DraftChanged
    after = rules.submitted(before, check(before), at=at)
    store.put(tx, after)
    return after


def report(
    tx: Tx,
    town: MunicipalityCode,
    month: Month,
    stages: Stages,
    *,
    on_application: int = 0,
    visits: int = 0,
    support: int = 0,
    mykey: int = 0,
    at: Moment,
) -> Actuals:
    """The results of a month, with the people received in each way; again corrects them, as another version.

    Raises UnknownFiscalYear, MonthNotBegun (the month has not begun), FiguresImpossible.
    """
    calendar.check_year(fiscal_year(month.first))
    before = store.result_of(tx, town, month)
    after = rules.reported(
        before,
        town,
        month,
        stages,
        on_application=on_application,
        visits=visits,
        support=support,
        mykey=mykey,
        at=at,
    )
    store.put_results(tx, after)
    return after


def answer(tx: Tx, town: MunicipalityCode, advice: AdviceId, text: str, *, at: Moment) -> Advice:
    """The municipality answers advice about its own plan. Raises UnknownAdvice, AdviceOver, AdviceEmpty."""
    after = rules.answered(_advice(tx, town, advice), text, at=at)
    store.put_advice(tx, after)
    return after


# -- The prefecture ----------------------------------------------------------------------------------------------------


def accept(tx: Tx, town: MunicipalityCode, year: int, *, version: int, at: Moment) -> Plan:
    """The plan that was handed in is accepted. `version` is the one that was read. Raises UnknownPlan, PlanReplaced,
    PlanOver."""
    return _decide(tx, town, year, version, PlanState.ACCEPTED, at=at)


def give_back(
    tx: Tx, town: MunicipalityCode, year: int, text: str, *, version: int, advice_id: AdviceId, at: Moment
) -> tuple[Plan, Advice]:
    """The plan that was handed in goes back, with advice on what to change; until it is handed in again the version
    before counts, if there is one. Raises UnknownPlan, PlanReplaced, PlanOver, AdviceEmpty."""
    after = _decide(tx, town, year, version, PlanState.RETURNED, at=at)
    return after, _advise(tx, after, advice_id, text, at=at)


def advise(
    tx: Tx, town: MunicipalityCode, year: int, text: str, *, version: int, advice_id: AdviceId, at: Moment
) -> Advice:
    """Advice about the newest version that is more than a draft. Raises UnknownPlan, PlanReplaced, AdviceEmpty."""
    return _advise(tx, _handed_in(tx, town, year, version), advice_id, text, at=at)


def close(tx: Tx, town: MunicipalityCode, advice: AdviceId, *, at: Moment) -> Advice:
    """Nothing more is to be done about the advice. Raises UnknownAdvice, AdviceOver."""
    after = rules.closed(_advice(tx, town, advice), at=at)
    store.put_advice(tx, after)
    return after


# -- Looking -----------------------------------------------------------------------------------------------------------


def check(plan: Plan) -> list[Finding]:
    """What does not make sense in the plan, the gravest first."""
    return checking.check(plan.content, plan.municipality, plan.fiscal_year)


def heads(tx: Tx, year: int, area: str | None = None) -> list[Head]:
    """Where plans stand that there are, drafts too; of a municipality (six digits), a prefecture (two) or all."""
    return store.heads(tx, year, area)


def results_of(tx: Tx, year: int, area: str | None = None) -> list[Actuals]:
    """What was reported of the months of a fiscal year, by a municipality (six digits), a prefecture (two) or all."""
    months = months_of_fiscal_year(year)
    return store.results_in(tx, months[0], months[-1], area)


def advice_on(tx: Tx, year: int, area: str | None = None, *, states: Sequence[AdviceState] = _LIVE) -> list[Advice]:
    """Advice about the plans of a municipality, a prefecture or all: that which is not closed, the newest first."""
    return store.advice_in(tx, year, area, states)


def compile_plans(tx: Tx, year: int, prefecture: str | None = None, *, at: Moment | None = None) -> Compilation:
    """The sums of every figure of the plans that count, as known now or at a moment: the nation by prefectures, or a
    prefecture by municipalities. Raises UnknownFiscalYear."""
    calendar.check_year(year)
    whole = record.nation().code if prefecture is None else prefecture
    towns = {one.code: len(record.parts(one.code)) or 1 for one in record.parts(whole)}
    return figures.compiled(year, store.sums(tx, year, prefecture, at=at), towns, whole=whole)


def dues(
    tx: Tx, on: date, prefecture: str | None = None, *, year: int | None = None, report_day: int | None = None
) -> list[Due]:
    """How it stands at the end of a day with the plan and with every report of a fiscal year that is due by then, that
    of the day where none is said, for every municipality of a prefecture or all: by municipality, the plan first.
    Raises UnknownFiscalYear."""
    year = fiscal_year(on) if year is None else year
    day = report_day or calendar.report_day()
    months = [one for one in calendar.reported_months(year) if calendar.report_due(one, day=day) <= on]
    end = Moment(day_start(on + ONE_DAY) - 1)
    known = {one.municipality: one for one in store.heads(tx, year, prefecture, at=end)}
    handed = store.reported_days(tx, months[0], months[-1], prefecture, at=end) if months else {}
    found: list[Due] = []
    for town in municipalities():
        if prefecture in (None, town.prefecture_code):
            found.append(calendar.plan_standing(town.code, year, known.get(town.code), on=on))
            found += [calendar.report_standing(town.code, month, handed, on=on, day=day) for month in months]
    return found


def late(tx: Tx, on: date, prefecture: str | None = None, *, report_day: int | None = None) -> list[Due]:
    """Those of `dues` that are missing, came late or went back. Raises UnknownFiscalYear."""
    found = dues(tx, on, prefecture, report_day=report_day)
    return [one for one in found if one.standing not in (Standing.IN_TIME, Standing.OPEN)]


def occasions(
    tx: Tx, area: str | Collection[str] | None, first: date, last: date
) -> list[tuple[MunicipalityCode, Occasion]]:
    """What residents of an area or of several municipalities may be told of, on the days from `first` to `last`:
    evenings, weekends and receptions of the plans that count, by day, hour and municipality. Drafts, and plans that
    went back, tell nobody anything."""
    years = range(max(calendar.first_year(), fiscal_year(first)), fiscal_year(last) + 1)
    found = [
        (plan.municipality, one)
        for year in years
        for plan in store.counting(tx, year, area)
        for one in plan.content.occasions
        if first <= one.on <= last
    ]
    return sorted(found, key=lambda pair: (pair[1].on, pair[1].starts, pair[0], pair[1].name))


# -- Steps -------------------------------------------------------------------------------------------------------------


def _last(tx: Tx, town: MunicipalityCode, year: int) -> Plan:
    found = store.last(tx, town, year)
    if found is None:
        raise UnknownPlan
    return found


def _handed_in(tx: Tx, town: MunicipalityCode, year: int, version: int) -> Plan:
    """The newest version that was handed in, which has to be this one; a draft after it is the municipality's own."""
    found = next((one for one in store.versions(tx, town, year) if one.state is not PlanState.DRAFT), None)
    if found is None:
        raise UnknownPlan
    if found.version != version:
        raise PlanReplaced(version=found.version)
    return found


def _decide(tx: Tx, town: MunicipalityCode, year: int, version: int, state: PlanState, *, at: Moment) -> Plan:
    before = _handed_in(tx, town, year, version)
    after = rules.decided(before, state, at=at)
    store.put(tx, after)
    return after


def _advise(tx: Tx, plan: Plan, advice_id: AdviceId, text: str, *, at: Moment) -> Advice:
    given = rules.advised(plan, advice_id, text, at=at)
    store.put_advice(tx, given)
    return given


def _advice(tx: Tx, town: MunicipalityCode, advice: AdviceId) -> Advice:
    found = store.one_advice(tx, advice)
    if found is None or found.municipality != town:
        raise UnknownAdvice
    return found
