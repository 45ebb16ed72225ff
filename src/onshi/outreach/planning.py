"""Plans: begun, filled in, sent, returned or accepted, begun anew; and the catalogue they choose from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from onshi.access import Party
from onshi.db import Tx
from onshi.kernel import Moment, japan_day
from onshi.outreach import catalogue, rules
from onshi.outreach.below import Owner, below, readable
from onshi.outreach.errors import Incomplete, UnknownPlan
from onshi.outreach.model import UNKNOWN_EFFECT, Effect, Evidence, Measure, Plan, PlanHead, PlanLine, Word
from onshi.outreach.organisations import is_above, kind_of
from onshi.outreach.store import measures as measure_store
from onshi.outreach.store import plans as store


def measures_on(tx: Tx, on: date) -> tuple[Measure, ...]:
    """The whole catalogue as known on a day: the papers' measures, then those the office added."""
    return (*catalogue.of_papers(on), *measure_store.added(tx, on))


def add_measure(
    tx: Tx,
    name: str,
    *,
    title: tuple[str, str],
    actor: Word,
    audience: Word,
    channels: tuple[Word, ...],
    kinds: tuple[str, ...],
    effect: Effect,
    evidence: Evidence,
    source: str,
    at: Moment,
) -> Measure:
    """A new entry of the catalogue. CodeTaken, Incomplete, TextTooLong, PersonalNumberTyped."""
    on = japan_day(at)
    code = catalogue.added_code(name, measures_on(tx, on))
    if not channels or not kinds:
        raise Incomplete
    ja, en = (rules.required_text(text) for text in title)
    text = rules.required_text(source)
    for said in (effect.words_ja, effect.words_en, effect.unit):
        rules.checked_text(said)
    known = effect if effect.is_known or effect.words_ja else UNKNOWN_EFFECT
    told = replace(known, source=text)
    made = Measure(code, Word(code, ja, en), actor, audience, channels, None, kinds, told, evidence, text, on)
    measure_store.add(tx, made)
    return made


def plan_versions(tx: Tx, owner: Party, year: int) -> list[Plan]:
    """Every version of an organisation's plan of a fiscal year, the oldest first."""
    return store.of_owner(tx, owner.id, year)


def begin_plan(tx: Tx, owner: Party, year: int, *, reason: str, at: Moment) -> Plan:
    """The first version, for which no reason is needed, or the next one. PlanWaiting, ReasonMissing, NotInProgramme."""
    kind = kind_of(owner)
    known = plan_versions(tx, owner, year)
    first = rules.first_version(owner.id, kind, year, at=at)
    made = rules.next_version(known[-1], reason, at=at) if known else first
    store.put(tx, made)
    return made


def _change(tx: Tx, owner: Party, year: int, change: Callable[[Plan], Plan]) -> Plan:
    known = plan_versions(tx, owner, year)
    if not known:
        raise UnknownPlan
    changed = change(known[-1])
    store.put(tx, changed)
    return changed


def set_head(tx: Tx, owner: Party, year: int, head: PlanHead, *, at: Moment) -> Plan:
    """What the plan says as a whole. UnknownPlan, PlanNotOpen and what is wrong with it."""
    return _change(tx, owner, year, lambda plan: rules.with_head(plan, head, at=at))


def put_line(tx: Tx, owner: Party, year: int, line: PlanLine, *, at: Moment) -> Plan:
    """A measure through a channel, in place of the same one. UnknownPlan, PlanNotOpen, UnknownMeasure, MonthOutside."""
    rules.check_offered(measures_on(tx, japan_day(at)), kind_of(owner), line.key)
    return _change(tx, owner, year, lambda plan: rules.with_line(plan, line, at=at))


def drop_line(tx: Tx, owner: Party, year: int, key: tuple[str, str], *, at: Moment) -> Plan:
    """Without that measure through that channel. UnknownPlan, PlanNotOpen."""
    return _change(tx, owner, year, lambda plan: rules.without_line(plan, key, at=at))


def submit_plan(tx: Tx, owner: Party, year: int, *, at: Moment) -> Plan:
    """Sent to whoever is above. UnknownPlan, PlanNotOpen, PlanEmpty."""
    return _change(tx, owner, year, lambda plan: rules.submitted(plan, at=at))


def decide_plan(
    tx: Tx, above: Party, owner_id: str, year: int, *, version: int, accept: bool, comment: str, at: Moment
) -> Plan:
    """Accepted or returned by whoever is above, who looked at `version`. UnknownPlan when they are not above,
    PlanNotSubmitted, Changed, ReasonMissing."""
    owner = readable(tx, above, owner_id, japan_day(at))
    if not is_above(above, owner, japan_day(at)):
        raise UnknownPlan
    return _change(
        tx, owner, year, lambda plan: rules.decided(plan, version=version, accept=accept, comment=comment, at=at)
    )


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """Whose plan it is, the last version that was sent, and the one in force; both None when there is none."""

    owner: Owner
    last: Plan | None
    in_force: Plan | None


def plans_below(tx: Tx, above: Party, year: int, *, on: date) -> list[PlanStanding]:
    """How far everybody below is with the plan of a year. A draft is its owner's: it is not shown."""
    owners = below(tx, above, on)
    versions: dict[str, list[Plan]] = {}
    for one in store.of_kinds(tx, {owner.kind for owner in owners}, year):
        versions.setdefault(one.owner, []).append(one)
    return [_standing(owner, versions.get(owner.party.id, [])) for owner in owners]


def _standing(owner: Owner, versions: list[Plan]) -> PlanStanding:
    sent = [one for one in versions if one.submitted_at is not None]
    return PlanStanding(owner, sent[-1] if sent else None, rules.in_force(versions))


def sent_versions(tx: Tx, above: Party, owner_id: str, year: int, *, on: date) -> tuple[Party, list[Plan]]:
    """An organisation below, and every version of its plan that it sent. UnknownPlan."""
    owner = readable(tx, above, owner_id, on)
    return owner, [one for one in plan_versions(tx, owner, year) if one.submitted_at is not None]
