"""Whom the duty to check online reaches on a day, and how far it can be put off. Pure."""

import calendar
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from onshi.facilities import reading
from onshi.facilities.errors import AlreadyDecided, DeferralHeld, DeferralTooLong, DeferralTooShort, NotObliged
from onshi.facilities.model import (
    Claims,
    DecisionState,
    Deferral,
    DeferralKind,
    Facility,
    FacilityKind,
    Obligation,
    Standing,
)


def is_reached(kind: FacilityKind, claims: Claims, on: date) -> bool:
    """Whether the duty reaches such a facility; what shares "of those obliged" are shares of.

    Before the first day of the duty these are the facilities it reaches on that day, as the ministry counted in
    March 2023. A deferral does not take anybody out.
    """
    since = reading.duty_since()
    return claims not in reading.exempt_claims() and kind in since and since[kind] <= max(on, min(since.values()))


def obligation(facility: Facility, deferrals: Iterable[Deferral], on: date) -> Standing:
    """Whether the facility has to check online on the day."""
    if facility.claims in reading.exempt_claims():
        return Standing(Obligation.EXEMPT)
    since = reading.duty_since().get(facility.kind)
    if since is None or on < since:
        return Standing(Obligation.NOT_YET)
    holding = [one for one in deferrals if one.holds(on)]
    if not holding:
        return Standing(Obligation.OBLIGED)
    ends = [one.until for one in holding if one.until is not None]
    return Standing(Obligation.DEFERRED, max(ends) if len(ends) == len(holding) else None)


def longest(kind: DeferralKind, awaited_on: date | None) -> date | None:
    """The last day of a deferral of that kind; None where no last day is known yet."""
    rule = reading.deferral_rules()[kind]
    if rule.months_after is not None:
        return None if awaited_on is None else months_later(awaited_on, rule.months_after)
    return rule.until


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def check_asked(facility: Facility, kept: Iterable[Deferral], new: Deferral) -> None:
    """Raises NotObliged, DeferralHeld, DeferralTooLong (when its kind ended before it was asked for)."""
    on = new.applied_on
    if not is_reached(facility.kind, facility.claims, on):
        raise NotObliged
    if any(one.state is DecisionState.APPLIED or one.holds(on) for one in kept):
        raise DeferralHeld
    last = longest(new.kind, new.awaited_on)
    if last is not None and last < on:
        raise DeferralTooLong(last=last)


def granted(one: Deferral, until: date | None, *, on: date) -> Deferral:
    """It holds to `until`; without a day as long as its kind allows.

    Raises AlreadyDecided, DeferralTooLong, DeferralTooShort.
    """
    _check_open(one)
    last = longest(one.kind, one.awaited_on)
    if until is not None and until < one.applied_on:
        raise DeferralTooShort(asked_on=one.applied_on)
    if until is not None and last is not None and until > last:
        raise DeferralTooLong(last=last)
    return replace(one, state=DecisionState.GRANTED, decided_on=on, until=until or last)


def refused(one: Deferral, *, on: date) -> Deferral:
    """It is not granted. AlreadyDecided."""
    _check_open(one)
    return replace(one, state=DecisionState.REFUSED, decided_on=on)


def _check_open(one: Deferral) -> None:
    if one.state is not DecisionState.APPLIED:
        raise AlreadyDecided
