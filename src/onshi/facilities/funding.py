"""What the fund pays and when; what becomes of an application. Pure, in whole yen."""

from dataclasses import replace
from datetime import date

from onshi.facilities import reading
from onshi.facilities.errors import (
    AlreadyDecided,
    AmountMissing,
    BatchTooEarly,
    GrantTooHigh,
    PapersMissing,
    SubsidyHeld,
    SubsidyNotEligible,
    WorkNotDone,
)
from onshi.facilities.model import (
    Application,
    DecisionState,
    FacilityKind,
    NotEligible,
    NotKnown,
    Outlay,
    Receipts,
    Subsidy,
    SubsidyAnswer,
    WhyNot,
)
from onshi.facilities.reading import Scheme, Tier
from onshi.kernel import Month, month_of

_HUNDRED = 100


def tier_of(outlay: Outlay) -> str | None:
    """Which row of a scheme speaks of the facility; None where none does."""
    if outlay.kind is FacilityKind.HOSPITAL:
        return f"hospital_{outlay.readers}"
    if outlay.kind is FacilityKind.PHARMACY:
        is_chain = (outlay.prescriptions or 0) >= reading.chain_prescriptions()
        return "chain_pharmacy" if is_chain else "pharmacy"
    return None if outlay.kind is FacilityKind.VISITING_NURSING else "clinic"


def subsidy(outlay: Outlay) -> SubsidyAnswer:
    """What is paid for it. Days that have not come are not judged."""
    found = _scheme_of(outlay)
    if isinstance(found, NotEligible):
        return found
    late = _too_late(outlay, found)
    if late is not None:
        return late
    if found.reader_cap is not None:
        return NotKnown(found.code, "amount", min(outlay.cost, found.reader_cap * outlay.readers))
    tier = found.tiers.get(tier_of(outlay) or "")
    if tier is None:
        return NotKnown(found.code, "amount")
    if _deadline_unknown(outlay):
        return NotKnown(found.code, "deadline", _paid(tier, outlay.cost))
    return _subsidy(outlay, found, tier)


def _scheme_of(outlay: Outlay) -> Scheme | NotEligible:
    schemes = reading.schemes()
    if outlay.applied_on < schemes[0].applied_from:
        return NotEligible(WhyNot.BEFORE_SCHEME)
    for one in schemes:
        if outlay.applied_on <= one.applied_to:
            return one
    return NotEligible(WhyNot.READER_TOO_LATE, schemes[-1].applied_to)


def _too_late(outlay: Outlay, scheme: Scheme) -> NotEligible | None:
    deadline = reading.deadlines()[outlay.deferral]
    for day, last, reason in (
        (outlay.contract_on, scheme.contract_by, WhyNot.CONTRACT_TOO_LATE),
        (outlay.done_on, deadline.done_by, WhyNot.DONE_TOO_LATE),
        (outlay.handed_in_on, deadline.hand_in_by, WhyNot.HANDED_IN_TOO_LATE),
    ):
        if day is not None and last is not None and day > last:
            return NotEligible(reason, last)
    return None


def _deadline_unknown(outlay: Outlay) -> bool:
    """Whether the days lie beyond the usual deadline under a deferral whose own deadline was not found."""
    own, usual = reading.deadlines()[outlay.deferral], reading.deadlines()[None]
    if own.done_by is not None:
        return False
    assert usual.done_by is not None and usual.hand_in_by is not None, "the usual deadlines are in the table"
    is_done_late = outlay.done_on is not None and outlay.done_on > usual.done_by
    return is_done_late or (outlay.handed_in_on is not None and outlay.handed_in_on > usual.hand_in_by)


def _paid(tier: Tier, cost: int) -> int:
    # Yen are not split: what is left of one is not paid.
    return min(tier.cap, min(cost, tier.base) * tier.share // _HUNDRED)


def _subsidy(outlay: Outlay, scheme: Scheme, tier: Tier) -> Subsidy:
    amount, deadline = _paid(tier, outlay.cost), reading.deadlines()[outlay.deferral]
    higher = _raised(outlay, scheme)
    better = tier if higher is None else higher.tiers.get(tier_of(outlay) or "")
    # The difference is due and not known: what is known of the first scheme is said, and that there is more.
    raise_by = None if better is None else _paid(better, outlay.cost) - amount
    paid = better or tier
    return Subsidy(
        scheme=scheme.code,
        amount=amount + (raise_by or 0),
        cap=paid.cap,
        share=paid.share,
        raise_by=raise_by,
        done_by=deadline.done_by,
        hand_in_by=deadline.hand_in_by,
        paid_by=(higher or scheme).code,
        source=(higher or scheme).source,
    )


def _raised(outlay: Outlay, scheme: Scheme) -> Scheme | None:
    by, operating = scheme.raised_if_operating_by, outlay.operating_on
    if by is None or operating is None or operating > by:
        return None
    return next(one for one in reading.schemes() if one.code == scheme.raised_to)


# -- What becomes of an application ------------------------------------------------------------------------------------


def check_handed_in(answer: SubsidyAnswer, outlay: Outlay, receipts: Receipts, kept: list[Application]) -> None:
    """Raises SubsidyHeld, PapersMissing, SubsidyNotEligible, WorkNotDone."""
    if any(one.state is not DecisionState.REFUSED for one in kept):
        raise SubsidyHeld
    if not receipts.complete or outlay.done_on is None or outlay.contract_on is None:
        raise PapersMissing
    if isinstance(answer, NotEligible):
        raise SubsidyNotEligible(reason=answer.reason.value)
    assert outlay.handed_in_on is not None, "what is handed in has its day"
    if max(outlay.contract_on, outlay.done_on) > outlay.handed_in_on:
        raise WorkNotDone


def computed(answer: SubsidyAnswer) -> int | None:
    """The amount that the rules give, where they give all of it."""
    return answer.amount if isinstance(answer, Subsidy) and answer.raise_by is not None else None


def granted(one: Application, amount: int | None, *, on: date) -> Application:
    """Granted with what the rules gave, or with less. AlreadyDecided, AmountMissing, GrantTooHigh.

    Where no source has the figure, or that of the difference, whoever decides gives the amount, up to what it can be at
    most, or up to the cost.
    """
    _check_open(one)
    most = _at_most(one.outlay) if one.computed is None else one.computed
    given = one.computed if amount is None else amount
    if given is None or given < 1:
        raise AmountMissing
    if given > most:
        raise GrantTooHigh(most=most)
    return replace(one, state=DecisionState.GRANTED, decided_on=on, granted=given)


def _at_most(outlay: Outlay) -> int:
    match subsidy(outlay):
        case NotKnown(at_most=int(most)):
            return most
        case _:
            return outlay.cost


def refused(one: Application, reason: WhyNot, *, on: date) -> Application:
    """Not granted, and why. AlreadyDecided."""
    _check_open(one)
    return replace(one, state=DecisionState.REFUSED, decided_on=on, refused_for=reason)


def _check_open(one: Application) -> None:
    if one.state is not DecisionState.APPLIED:
        raise AlreadyDecided


def check_month_over(month: Month, *, on: date) -> None:
    """BatchTooEarly."""
    if on <= month.last:
        raise BatchTooEarly(month=str(month))


def is_due(one: Application, month: Month) -> bool:
    """Whether the month's batch pays it: granted by its end, and not paid."""
    return one.state is DecisionState.GRANTED and one.decided_on is not None and month_of(one.decided_on) <= month


def paid(one: Application, month: Month) -> Application:
    """It is in the batch of the month, and paid about the end of the next."""
    return replace(one, state=DecisionState.PAID, batch=month, pay_on=month.next.last)
