"""The way of a facility: which step stands on which, what was reached, what is next, where one is stuck. Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from onshi.facilities import reading
from onshi.facilities.errors import (
    FacilityKindWrong,
    FacilityRefused,
    ReadersOutOfBounds,
    StepAhead,
    StepMissing,
    StepTooEarly,
)
from onshi.facilities.model import (
    Deferral,
    DeferralKind,
    Facility,
    FacilityKind,
    Function,
    Milestone,
    Progress,
    Sake,
    Step,
    Stuck,
)

TESTS: Mapping[Function, Step] = {
    Function.ELIGIBILITY: Step.TEST_ELIGIBILITY,
    Function.CHECKUPS: Step.TEST_CHECKUPS,
    Function.DRUGS: Step.TEST_DRUGS,
}
STARTS: Mapping[Function, Step] = {
    Function.ELIGIBILITY: Step.START_ELIGIBILITY,
    Function.CHECKUPS: Step.START_CHECKUPS,
    Function.DRUGS: Step.START_DRUGS,
}
MILESTONES: Mapping[Milestone, Step] = {
    Milestone.ACCOUNT: Step.ACCOUNT,
    Milestone.READER_APPLIED: Step.READER_APPLIED,
    Milestone.READY: Step.READY,
    Milestone.OPERATING: Step.START_ELIGIBILITY,
}
SUBSIDY = "subsidy"
# Kinds by the third digit of the 医療機関コード.
_KINDS = {
    "1": (FacilityKind.MEDICAL_CLINIC, FacilityKind.HOSPITAL),
    "3": (FacilityKind.DENTAL_CLINIC, FacilityKind.HOSPITAL),
    "4": (FacilityKind.PHARMACY,),
    "6": (FacilityKind.VISITING_NURSING,),
}


def kinds_of(institution: str) -> tuple[FacilityKind, ...]:
    """The kinds that the code of an institution allows, the usual one first."""
    return _KINDS.get(institution[2:3], ())


def check_facility(one: Facility) -> None:
    """Raises FacilityKindWrong, ReadersOutOfBounds."""
    if one.kind not in kinds_of(one.institution):
        raise FacilityKindWrong(kind=one.kind.value)
    most = reading.readers_free(one.kind)
    if not 1 <= one.readers <= most:
        raise ReadersOutOfBounds(kind=one.kind.value, most=most)


def check(progress: Progress, *, on: date) -> None:
    """Whether these steps can be true together, as known on the day. StepMissing, StepTooEarly, StepAhead.

    It looks at everything: taking a step back is refused as long as another one stands on it.
    """
    for fault in faults(progress, on=on):
        raise fault


def faults(progress: Progress, *, on: date) -> Iterable[FacilityRefused]:
    """The same, each, in the order of the way."""
    for step, rule in reading.way().items():
        day = progress.get(step)
        if day is None:
            continue
        if day > on and not rule.is_aim:
            yield StepAhead(step=step.value)
        for needed in rule.after:
            if needed not in progress:
                yield StepMissing(step=step.value, needs=needed.value)
        for needed in (*rule.after, *rule.not_before):
            if needed in progress and progress[needed] > day:
                yield StepTooEarly(step=step.value, needs=needed.value)


def taken(progress: Progress, on: date) -> frozenset[Step]:
    """The steps whose day has come."""
    return frozenset(step for step, day in progress.items() if day <= on)


def reached(steps: Collection[Step]) -> Milestone | None:
    """The furthest milestone of somebody who has taken these steps. Each needs all those before it, so that whoever
    counts in one counts in those before."""
    found = None
    for milestone, step in MILESTONES.items():
        if step not in steps:
            break
        found = milestone
    return found


def milestones(steps: Collection[Step]) -> tuple[Milestone, ...]:
    """All that were reached."""
    last = reached(steps)
    found = tuple(Milestone)
    return () if last is None else found[: found.index(last) + 1]


def functions(steps: Collection[Step]) -> tuple[Function, ...]:
    """What is in operation."""
    if reached(steps) is not Milestone.OPERATING:
        return ()
    return tuple(one for one in Function if STARTS[one] in steps)


def stop(steps: Collection[Step], deferral: DeferralKind | None, *, waits_for_fund: bool) -> tuple[str, Sake] | None:
    """At what somebody stands still who has taken these steps, and for whose sake; None: at nothing.

    It is the first step of the way that is missing and still waited for. A deferral that was asked for or granted names
    who is waited for: it was asked for because of them.
    """
    for step, rule in reading.way().items():
        if rule.sake is None or step in steps or any(one in steps for one in rule.moot_with):
            continue
        return step.value, rule.sake if deferral is None else reading.deferral_rules()[deferral].sake
    return (SUBSIDY, Sake.FUND) if waits_for_fund else None


def stuck_at(
    progress: Progress, on: date, *, deferral: Deferral | None = None, subsidy_since: date | None = None
) -> Stuck | None:
    """Where a facility stands still on a day, for whose sake, since when, and whether that is long; None: nowhere.

    `deferral` is one that is undecided or holds, `subsidy_since` the day on which an application was handed in that the
    fund has not paid.
    """
    kind = None if deferral is None else deferral.kind
    found = stop(taken(progress, on), kind, waits_for_fund=subsidy_since is not None)
    if found is None:
        return None
    at, sake = found
    if at == SUBSIDY:
        assert subsidy_since is not None, "only an open application waits for the fund"
        return _stuck(at, sake, subsidy_since, on, reading.fund_late_days().on(max(on, reading.begins())))
    rule = reading.way()[Step(at)]
    days = [progress[one] for one in rule.waits_from if one in progress and progress[one] <= on]
    late = None if rule.late_days is None else rule.late_days.on(max(on, reading.begins()))
    aim = progress.get(rule.step)
    return _stuck(at, sake, max(days, default=min(reading.begins(), on)), on, late, due=aim)


def _stuck(at: str, sake: Sake, since: date, on: date, late: int | None, due: date | None = None) -> Stuck:
    days = (on - since).days
    return Stuck(at, sake, since, days, late is not None and days > late and due is None, due)
