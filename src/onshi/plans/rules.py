"""Deciding: what becomes of a plan, of a report and of advice. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from onshi.audit import Action, Entry
from onshi.kernel import Moment, Month, MunicipalityCode, japan_day
from onshi.plans.errors import (
    AdviceEmpty,
    AdviceOver,
    FiguresImpossible,
    MonthNotBegun,
    PlanNotSound,
    PlanOver,
    RevisionNeedsReason,
)
from onshi.plans.model import (
    REASON_MAX,
    Actuals,
    Advice,
    AdviceId,
    AdviceState,
    Content,
    Finding,
    Plan,
    PlanState,
    Stages,
    shown_advice_id,
)

COUNTS = frozenset({PlanState.SUBMITTED, PlanState.ACCEPTED})
"""The states in which a plan is in the compilation."""

TEXT_MAX = 2_000
FIGURE_MAX = 10_000_000


@dataclass(frozen=True, slots=True)
class Gaps:
    """How many cards wait before each stage. Negative: more left the stage than came in, out of an older stock."""

    to_preset: int
    to_notify: int
    to_issue: int


def gaps_of(stages: Stages) -> Gaps:
    """What waits between the stages when so much went through each."""
    return Gaps(stages.received - stages.preset, stages.preset - stages.notified, stages.notified - stages.issued)


def digest_of(content: Content) -> str:
    """The name of a content: two plans that say the same have the same one."""
    return hashlib.sha256(encoded(content)).hexdigest()


def encoded(content: Content) -> bytes:
    """The content as it is kept."""
    return msgspec.json.encode(content)


def saved(
    before: Plan | None, municipality: MunicipalityCode, year: int, content: Content, *, at: Moment, reason: str = ""
) -> Plan:
    """The version a content becomes: a draft is written over, anything else is followed by the next version, whose
    reason is said. RevisionNeedsReason."""
    reason = reason.strip()[:REASON_MAX]
    if before is None:
        return Plan(municipality, year, 1, PlanState.DRAFT, content, at)
    at = later(at, before.known_from)
    if before.state is PlanState.DRAFT:
        reason = "" if before.version == 1 else reason or before.reason
        return replace(before, content=content, known_from=at, reason=reason)
    if not reason:
        raise RevisionNeedsReason(version=before.version)
    return Plan(municipality, year, before.version + 1, PlanState.DRAFT, content, at, reason)


def submitted(plan: Plan, findings: Sequence[Finding], *, at: Moment) -> Plan:
    """The plan is handed in. PlanOver unless it is a draft; PlanNotSound while there are errors."""
    if plan.state is not PlanState.DRAFT:
        raise PlanOver(state=plan.state.value)
    errors = sum(one.is_error for one in findings)
    if errors:
        raise PlanNotSound(count=errors)
    return replace(plan, state=PlanState.SUBMITTED, submitted_on=japan_day(at), known_from=later(at, plan.known_from))


def decided(plan: Plan, state: PlanState, *, at: Moment) -> Plan:
    """The plan is accepted, or goes back. PlanOver unless it was handed in and not decided on."""
    if plan.state is not PlanState.SUBMITTED:
        raise PlanOver(state=plan.state.value)
    return replace(plan, state=state, known_from=later(at, plan.known_from))


def reported(
    before: Actuals | None,
    municipality: MunicipalityCode,
    month: Month,
    stages: Stages,
    *,
    on_application: int = 0,
    visits: int = 0,
    support: int = 0,
    mykey: int = 0,
    at: Moment,
) -> Actuals:
    """What is reported of a month, once more or for the first time; the day of the first report stays.

    A figure may be below that of the version before: a correction. FiguresImpossible, MonthNotBegun.
    """
    today = japan_day(at)
    if month.first > today:
        raise MonthNotBegun(month=str(month))
    figures = (*msgspec.structs.astuple(stages), on_application, visits, support, mykey)
    if not all(0 <= figure <= FIGURE_MAX for figure in figures):
        raise FiguresImpossible(limit=FIGURE_MAX)
    version, first = 1, today
    if before is not None:
        version, first, at = before.version + 1, before.reported_on, later(at, before.known_from)
    return Actuals(municipality, month, stages, on_application, visits, support, mykey, version, first, at)


def advised(plan: Plan, advice_id: AdviceId, text: str, *, at: Moment) -> Advice:
    """Advice about a version of a plan. AdviceEmpty."""
    return Advice(advice_id, plan.municipality, plan.fiscal_year, plan.version, japan_day(at), _worded(text), at)


def answered(advice: Advice, text: str, *, at: Moment) -> Advice:
    """The municipality answers, or answers anew. AdviceOver when it is closed; AdviceEmpty."""
    if advice.state is AdviceState.CLOSED:
        raise AdviceOver(state=advice.state.value)
    moment = later(at, advice.known_from)
    return replace(
        advice, state=AdviceState.ANSWERED, answer=_worded(text), answered_on=japan_day(at), known_from=moment
    )


def closed(advice: Advice, *, at: Moment) -> Advice:
    """Nothing more is to be done about it. AdviceOver when it was closed before."""
    if advice.state is AdviceState.CLOSED:
        raise AdviceOver(state=advice.state.value)
    return replace(advice, state=AdviceState.CLOSED, known_from=later(at, advice.known_from))


def later(at: Moment, known_from: Moment) -> Moment:
    """The moment, or the one after what it follows: versions of a row have an order, whatever the clock says."""
    return Moment(max(at, known_from + 1))


def _worded(text: str) -> str:
    found = text.strip()
    if not 0 < len(found) <= TEXT_MAX:
        raise AdviceEmpty(limit=TEXT_MAX)
    return found


def entry_of(thing: Plan | Actuals | Advice, *, actor: str) -> Entry:
    """The log entry for what a plan, a report or advice has just become; its leaf is the SHA-256 of a JSON list: its
    name, then of a plan state, content digest and day, of a report its figures, of advice the digests of its texts."""
    match thing:
        case Plan():
            name = f"plan:{thing.municipality}:{thing.fiscal_year}:{thing.version}"
            told: list[object] = [name, thing.state, digest_of(thing.content), thing.submitted_on]
            return Entry(actor, Action.PLAN, thing.state.value, _leaf(told), None, name)
        case Actuals():
            name = f"results:{thing.municipality}:{thing.month}:{thing.version}"
            told = [name, *msgspec.structs.astuple(thing.stages)]
            told += [thing.on_application, thing.visits, thing.support, thing.mykey]
            return Entry(actor, Action.PLAN_RESULTS, None, _leaf(told), None, name)
        case Advice():
            name = f"advice:{shown_advice_id(thing.id)}:{thing.municipality}"
            told = [name, thing.state, _digest(thing.text), _digest(thing.answer)]
            return Entry(actor, Action.PLAN_ADVICE, thing.state.value, _leaf(told), None, name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _leaf(told: list[object]) -> bytes:
    return hashlib.sha256(msgspec.json.encode(told)).digest()
