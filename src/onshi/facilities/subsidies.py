"""Applications for subsidies: handed in, decided, paid by the month."""

from dataclasses import replace
from datetime import date

from onshi.db import Tx
from onshi.facilities import funding, service
from onshi.facilities.errors import UnknownApplication
from onshi.facilities.funding import subsidy
from onshi.facilities.model import (
    Application,
    ApplicationId,
    DecisionState,
    Milestone,
    NotEligible,
    NotKnown,
    Outlay,
    Receipts,
    Step,
    Subsidy,
    SubsidyAnswer,
    WhyNot,
)
from onshi.facilities.service import Overview
from onshi.facilities.store import applications as store
from onshi.kernel import Moment, Month, ProviderCode, japan_day

__all__ = [
    "Application",
    "ApplicationId",
    "NotEligible",
    "NotKnown",
    "Outlay",
    "Receipts",
    "Subsidy",
    "SubsidyAnswer",
    "WhyNot",
    "apply",
    "batch_of",
    "count_unpaid",
    "decide",
    "pay",
    "put",
    "refuse",
    "subsidy",
    "waiting",
]


def _outlay_of(known: Overview, given: Outlay, *, on: date) -> Outlay:
    """What is asked on the day, with what is known here: the facility, its days, and the deferral that was granted to
    it. What a facility enters about itself decides, not what a form repeats."""
    facility, progress = known.facility, known.progress
    granted = [one.kind for one in known.deferrals if one.state is DecisionState.GRANTED]
    operates = known.milestone is Milestone.OPERATING
    return replace(
        given,
        kind=facility.kind,
        readers=facility.readers,
        prescriptions=facility.prescriptions,
        applied_on=progress.get(Step.READER_APPLIED, given.applied_on),
        handed_in_on=on,
        operating_on=progress[Step.START_ELIGIBILITY] if operates else None,
        deferral=granted[-1] if granted else None,
    )


def apply(
    tx: Tx,
    institution: ProviderCode,
    given: Outlay,
    receipts: Receipts,
    *,
    number: ApplicationId,
    at: Moment,
) -> tuple[Application, SubsidyAnswer]:
    """Hands an application in today; with what the rules give for it.

    Raises UnknownFacility, SubsidyHeld, PapersMissing, SubsidyNotEligible, WorkNotDone. `tx` is alone.
    """
    on = japan_day(at)
    known = service.overview(tx, institution, on)
    outlay = _outlay_of(known, given, on=on)
    answer = subsidy(outlay)
    funding.check_handed_in(answer, outlay, receipts, list(known.applications))
    new = Application(number, institution, outlay, on, funding.computed(answer))
    store.put_application(tx, new, at=at)
    return new, answer


def put(tx: Tx, known: Application, *, at: Moment) -> None:
    """An application as it stands, for a first load."""
    store.put_application(tx, known, at=at)


def decide(tx: Tx, number: ApplicationId, amount: int | None, *, at: Moment) -> Application:
    """Grants an application. Raises UnknownApplication, AlreadyDecided, AmountMissing, GrantTooHigh."""
    changed = funding.granted(_one(tx, number), amount, on=japan_day(at))
    store.put_application(tx, changed, at=at)
    return changed


def refuse(tx: Tx, number: ApplicationId, reason: WhyNot, *, at: Moment) -> Application:
    """Refuses an application by a named reason. Raises UnknownApplication, AlreadyDecided."""
    changed = funding.refused(_one(tx, number), reason, on=japan_day(at))
    store.put_application(tx, changed, at=at)
    return changed


def _one(tx: Tx, number: ApplicationId) -> Application:
    found = store.application(tx, number)
    if found is None:
        raise UnknownApplication
    return found


def pay(tx: Tx, month: Month, *, at: Moment) -> list[Application]:
    """Makes the batch of a month that is over: everything granted by its end and not in a batch. BatchTooEarly.

    Again it takes what was granted meanwhile for an earlier month, and nothing twice.
    """
    funding.check_month_over(month, on=japan_day(at))
    due = [one for one in store.applications_in(tx, DecisionState.GRANTED) if funding.is_due(one, month)]
    made = [funding.paid(one, month) for one in due]
    for one in made:
        store.put_application(tx, one, at=at)
    return made


def batch_of(tx: Tx, month: Month) -> list[Application]:
    """What the batch of a month pays, by facility."""
    return store.batch(tx, str(month))


def waiting(tx: Tx, *, limit: int = 200) -> list[Application]:
    """Undecided applications, the oldest first."""
    return store.applications_in(tx, DecisionState.APPLIED, limit)


def count_unpaid(tx: Tx) -> int:
    """How many were granted and are in no batch yet."""
    return store.count_in(tx, DecisionState.GRANTED)
