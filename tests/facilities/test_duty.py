"""Whom the duty reaches, and how far each of the six reasons puts it off."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.facilities import duty
from onshi.facilities.errors import AlreadyDecided, DeferralHeld, DeferralTooLong, DeferralTooShort, NotObliged
from onshi.facilities.model import (
    ApplicationId,
    Claims,
    DecisionState,
    Deferral,
    DeferralKind,
    FacilityKind,
    Obligation,
    Standing,
)
from onshi.kernel import ONE_DAY

from .make import CLINIC, facility

K = DeferralKind
ASKED = date(2023, 3, 20)


def deferral(kind: DeferralKind = K.VENDOR_UNFINISHED, **changes: Any) -> Deferral:
    return replace(Deferral(ApplicationId(1), CLINIC, kind, ASKED), **changes)


def held(until: date | None, **changes: Any) -> Deferral:
    return deferral(state=DecisionState.GRANTED, decided_on=ASKED, until=until, **changes)


@pytest.mark.parametrize(
    ("on", "claims", "deferrals", "standing"),
    [
        ("2023-03-31", Claims.ONLINE, [], Standing(Obligation.NOT_YET)),
        ("2023-04-01", Claims.ONLINE, [], Standing(Obligation.OBLIGED)),
        ("2023-04-01", Claims.MEDIA, [], Standing(Obligation.OBLIGED)),
        ("2023-04-01", Claims.PAPER, [], Standing(Obligation.EXEMPT)),
        ("2023-04-01", Claims.ONLINE, [deferral()], Standing(Obligation.OBLIGED)),
        ("2023-09-30", Claims.ONLINE, [held(date(2023, 9, 30))], Standing(Obligation.DEFERRED, date(2023, 9, 30))),
        ("2023-10-01", Claims.ONLINE, [held(date(2023, 9, 30))], Standing(Obligation.OBLIGED)),
        ("2030-01-01", Claims.ONLINE, [held(None)], Standing(Obligation.DEFERRED)),
        (
            "2023-05-01",
            Claims.ONLINE,
            [deferral(state=DecisionState.REFUSED, decided_on=ASKED)],
            Standing(Obligation.OBLIGED),
        ),
    ],
)
def test_the_obligation_on_a_day(on: str, claims: Claims, deferrals: list[Deferral], standing: Standing) -> None:
    assert duty.obligation(facility(claims=claims), deferrals, date.fromisoformat(on)) == standing


@pytest.mark.parametrize(
    ("kind", "on", "is_reached"),
    [
        (FacilityKind.MEDICAL_CLINIC, "2023-03-26", True),  # counted before the first day of the duty
        (FacilityKind.MEDICAL_CLINIC, "2020-08-07", True),
        (FacilityKind.VISITING_NURSING, "2023-04-01", False),
        (FacilityKind.VISITING_NURSING, "2024-12-02", True),
    ],
)
def test_of_whom_shares_are_shares(kind: FacilityKind, on: str, is_reached: bool) -> None:
    assert duty.is_reached(kind, Claims.ONLINE, date.fromisoformat(on)) is is_reached
    assert duty.is_reached(kind, Claims.PAPER, date.fromisoformat(on)) is False


@pytest.mark.parametrize(
    ("kind", "awaited_on", "last"),
    [
        (K.VENDOR_UNFINISHED, None, date(2023, 9, 30)),
        (K.NO_LINE, None, None),
        (K.NO_LINE, date(2023, 8, 31), date(2024, 2, 29)),
        (K.HOME_VISITS_ONLY, None, None),
        (K.BUILDING_WORKS, None, None),
        (K.CLOSING, None, date(2024, 12, 1)),
        (K.HARDSHIP, None, None),
    ],
)
def test_how_far_each_kind_goes(kind: DeferralKind, awaited_on: date | None, last: date | None) -> None:
    assert duty.longest(kind, awaited_on) == last


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 48))
def test_months_later_is_that_month_and_never_a_later_day(day: date, months: int) -> None:
    found = duty.months_later(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + ONE_DAY).day == 1)


def test_granting_stays_within_the_kind() -> None:
    assert duty.granted(deferral(), None, on=ASKED).until == date(2023, 9, 30)
    assert duty.granted(deferral(), date(2023, 6, 30), on=ASKED).until == date(2023, 6, 30)
    assert duty.granted(deferral(K.HARDSHIP), date(2030, 1, 1), on=ASKED).until == date(2030, 1, 1)
    with pytest.raises(DeferralTooLong):
        duty.granted(deferral(), date(2023, 10, 1), on=ASKED)
    assert duty.granted(deferral(), ASKED, on=ASKED).until == ASKED
    with pytest.raises(DeferralTooShort) as refused:
        duty.granted(deferral(K.HARDSHIP), ASKED - ONE_DAY, on=ASKED)
    assert refused.value.facts == {"asked_on": ASKED}
    with pytest.raises(AlreadyDecided):
        duty.granted(held(None), None, on=ASKED)
    with pytest.raises(AlreadyDecided):
        duty.refused(held(None), on=ASKED)


def test_who_may_ask() -> None:
    duty.check_asked(facility(), [], deferral())
    duty.check_asked(facility(), [held(date(2023, 3, 1))], deferral())
    with pytest.raises(NotObliged):
        duty.check_asked(facility(claims=Claims.PAPER), [], deferral())
    for kept in (deferral(), held(None)):
        with pytest.raises(DeferralHeld):
            duty.check_asked(facility(), [kept], deferral())
    with pytest.raises(DeferralTooLong) as refused:
        duty.check_asked(facility(), [], deferral(applied_on=date(2023, 10, 1)))
    assert refused.value.facts == {"last": date(2023, 9, 30)}
