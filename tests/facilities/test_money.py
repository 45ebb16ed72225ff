"""What the fund pays: caps and shares by kind, readers and days; unknown figures stay unknown."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.facilities import funding, reading
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
    ApplicationId,
    DecisionState,
    DeferralKind,
    FacilityKind,
    NotEligible,
    NotKnown,
    Outlay,
    Receipts,
    Subsidy,
    SubsidyAnswer,
    WhyNot,
)
from onshi.kernel import Month

from .make import CLINIC, outlay

HOSPITAL, CLINIC_KIND, DENTAL = FacilityKind.HOSPITAL, FacilityKind.MEDICAL_CLINIC, FacilityKind.DENTAL_CLINIC
PHARMACY, NURSING = FacilityKind.PHARMACY, FacilityKind.VISITING_NURSING
SCHEME_A, SCHEME_B = date(2022, 6, 6), date(2022, 6, 7)
DAY = date(2022, 12, 20)
HANDED_IN = outlay(handed_in_on=DAY)
ALL_PAPERS = Receipts(receipt=True, itemised=True, completion_report=True)


@pytest.mark.parametrize(
    ("kind", "readers", "prescriptions", "cost", "applied_on", "amount"),
    [
        # The caps of the table: A is half or three quarters, B the cost.
        (HOSPITAL, 1, None, 9_000_000, SCHEME_A, 1_050_000),
        (HOSPITAL, 2, None, 9_000_000, SCHEME_A, 1_001_000),
        (HOSPITAL, 3, None, 9_000_000, SCHEME_A, 951_000),
        (CLINIC_KIND, 1, None, 9_000_000, SCHEME_A, 321_000),
        (DENTAL, 1, None, 9_000_000, SCHEME_A, 321_000),
        (PHARMACY, 1, None, 9_000_000, SCHEME_A, 321_000),
        (PHARMACY, 1, 39_999, 9_000_000, SCHEME_A, 321_000),
        (PHARMACY, 1, 40_000, 9_000_000, SCHEME_A, 214_000),
        (HOSPITAL, 1, None, 9_000_000, SCHEME_B, 2_101_000),
        (HOSPITAL, 2, None, 9_000_000, SCHEME_B, 2_002_000),
        (HOSPITAL, 3, None, 9_000_000, SCHEME_B, 1_903_000),
        (CLINIC_KIND, 1, None, 9_000_000, SCHEME_B, 429_000),
        (PHARMACY, 1, None, 9_000_000, SCHEME_B, 429_000),
        # Below the cap: the share of the cost; what is left of a yen is not paid.
        (CLINIC_KIND, 1, None, 200_001, SCHEME_A, 150_000),
        (HOSPITAL, 1, None, 999_999, SCHEME_A, 499_999),
        (CLINIC_KIND, 1, None, 200_001, SCHEME_B, 200_001),
        (CLINIC_KIND, 1, None, 0, SCHEME_B, 0),
        # The last day of a scheme, and the first.
        (CLINIC_KIND, 1, None, 429_000, date(2021, 4, 1), 321_000),
        (CLINIC_KIND, 1, None, 429_000, date(2022, 12, 31), 429_000),
    ],
)
def test_what_is_paid(
    kind: FacilityKind, readers: int, prescriptions: int | None, cost: int, applied_on: date, amount: int
) -> None:
    asked = outlay(kind=kind, readers=readers, prescriptions=prescriptions, cost=cost, applied_on=applied_on)
    found = funding.subsidy(asked)
    assert isinstance(found, Subsidy)
    assert (found.amount, found.raise_by) == (amount, 0)


@pytest.mark.parametrize(
    ("changes", "reason", "last"),
    [
        ({"applied_on": date(2020, 2, 29)}, WhyNot.BEFORE_SCHEME, None),
        ({"applied_on": date(2023, 1, 1)}, WhyNot.READER_TOO_LATE, date(2022, 12, 31)),
        ({"contract_on": date(2023, 3, 1)}, WhyNot.CONTRACT_TOO_LATE, date(2023, 2, 28)),
        ({"done_on": date(2023, 4, 1)}, WhyNot.DONE_TOO_LATE, date(2023, 3, 31)),
        ({"handed_in_on": date(2023, 10, 1)}, WhyNot.HANDED_IN_TOO_LATE, date(2023, 9, 30)),
        (
            {"deferral": DeferralKind.VENDOR_UNFINISHED, "done_on": date(2023, 10, 1)},
            WhyNot.DONE_TOO_LATE,
            date(2023, 9, 30),
        ),
        (
            {"deferral": DeferralKind.HARDSHIP, "handed_in_on": date(2024, 1, 1)},
            WhyNot.HANDED_IN_TOO_LATE,
            date(2023, 12, 31),
        ),
    ],
)
def test_why_nothing_is_paid(changes: dict[str, Any], reason: WhyNot, last: date | None) -> None:
    assert funding.subsidy(outlay(**changes)) == NotEligible(reason, last)


@pytest.mark.parametrize(
    "changes",
    [
        {"contract_on": date(2023, 2, 28)},
        {"done_on": date(2023, 3, 31)},
        {"handed_in_on": date(2023, 9, 30)},
        {"done_on": date(2023, 9, 30), "deferral": DeferralKind.BUILDING_WORKS},
        {"handed_in_on": date(2023, 12, 31), "deferral": DeferralKind.CLOSING},
        {"contract_on": None, "done_on": None},
        # Scheme A has no last day for the contract.
        {"applied_on": SCHEME_A, "contract_on": date(2023, 3, 1)},
    ],
)
def test_the_last_day_itself_is_in_time(changes: dict[str, Any]) -> None:
    assert isinstance(funding.subsidy(outlay(**changes)), Subsidy)


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"applied_on": date(2020, 8, 6), "cost": 50_000}, NotKnown("first", "amount", 50_000)),
        ({"applied_on": date(2020, 8, 6), "cost": 500_000}, NotKnown("first", "amount", 99_000)),
        (
            {"applied_on": date(2020, 8, 6), "cost": 500_000, "kind": HOSPITAL, "readers": 3},
            NotKnown("first", "amount", 297_000),
        ),
        ({"applied_on": date(2020, 8, 7)}, NotKnown("acceleration", "amount")),
        ({"applied_on": date(2021, 3, 31)}, NotKnown("acceleration", "amount")),
        ({"kind": PHARMACY, "prescriptions": 40_000}, NotKnown("b", "amount")),
        ({"kind": NURSING}, NotKnown("b", "amount")),
        (
            {"deferral": DeferralKind.NO_LINE, "done_on": date(2023, 10, 1)},
            NotKnown("b", "deadline", 400_000),
        ),
    ],
)
def test_a_figure_that_no_source_gives_is_not_known_and_never_zero(changes: dict[str, Any], answer: NotKnown) -> None:
    assert funding.subsidy(outlay(**changes)) == answer


@pytest.mark.parametrize(
    ("operating_on", "kind", "amount", "raise_by"),
    [
        (date(2023, 1, 31), CLINIC_KIND, 400_000, 100_000),
        (date(2023, 2, 1), CLINIC_KIND, 300_000, 0),
        (None, CLINIC_KIND, 300_000, 0),
        (date(2023, 1, 31), HOSPITAL, 400_000, 200_000),
    ],
)
def test_earlier_appliers_who_operate_in_time_get_the_difference(
    operating_on: date | None, kind: FacilityKind, amount: int, raise_by: int
) -> None:
    found = funding.subsidy(outlay(applied_on=SCHEME_A, operating_on=operating_on, kind=kind))
    assert isinstance(found, Subsidy)
    assert (found.amount, found.raise_by) == (amount, raise_by)


def test_a_difference_that_no_source_gives_leaves_the_amount_open() -> None:
    asked = outlay(applied_on=SCHEME_A, operating_on=date(2023, 1, 1), kind=PHARMACY, prescriptions=50_000)
    found = funding.subsidy(asked)
    assert isinstance(found, Subsidy)
    assert (found.amount, found.raise_by) == (200_000, None)
    assert funding.computed(found) is None


OUTLAYS = st.builds(
    Outlay,
    kind=st.sampled_from(FacilityKind),
    readers=st.integers(1, 3),
    cost=st.integers(0, 10_000_000),
    applied_on=st.dates(date(2020, 1, 1), date(2023, 6, 30)),
    contract_on=st.none() | st.dates(date(2020, 3, 1), date(2023, 6, 30)),
    done_on=st.none() | st.dates(date(2020, 3, 1), date(2023, 12, 31)),
    operating_on=st.none() | st.dates(date(2020, 3, 1), date(2023, 12, 31)),
    prescriptions=st.none() | st.integers(0, 100_000),
    deferral=st.none() | st.sampled_from(DeferralKind),
)


@given(OUTLAYS)
def test_never_more_than_it_cost_nor_than_the_cap(asked: Outlay) -> None:
    found = funding.subsidy(asked)
    if isinstance(found, Subsidy):
        assert 0 <= found.amount <= min(found.cap, asked.cost)
    if isinstance(found, NotKnown) and found.at_most is not None:
        assert 0 <= found.at_most <= asked.cost


@given(OUTLAYS, st.integers(0, 1_000_000))
def test_a_higher_cost_never_brings_less(asked: Outlay, more: int) -> None:
    less, found = funding.subsidy(asked), funding.subsidy(replace(asked, cost=asked.cost + more))
    assert type(less) is type(found)
    if isinstance(less, Subsidy) and isinstance(found, Subsidy):
        assert less.amount <= found.amount


def test_every_scheme_begins_where_the_one_before_ends_and_none_pays_more_than_its_base() -> None:
    schemes = reading.schemes()
    assert all((b.applied_from - a.applied_to).days == 1 for a, b in zip(schemes, schemes[1:], strict=False))
    for tier in (tier for one in schemes for tier in one.tiers.values()):
        assert tier.cap <= tier.base * tier.share // 100 < tier.cap + 1000


# -- Applications ------------------------------------------------------------------------------------------------------


def application(**changes: Any) -> Application:
    made = Application(ApplicationId(1), CLINIC, outlay(), DAY, computed=400_000)
    return replace(made, **changes)


def test_an_application_needs_all_three_papers_and_its_days() -> None:
    answer = funding.subsidy(HANDED_IN)
    funding.check_handed_in(answer, HANDED_IN, ALL_PAPERS, [])
    for lacking in ("receipt", "itemised", "completion_report"):
        with pytest.raises(PapersMissing):
            funding.check_handed_in(answer, HANDED_IN, replace(ALL_PAPERS, **{lacking: False}), [])
    for day in ("contract_on", "done_on"):
        with pytest.raises(PapersMissing):
            funding.check_handed_in(answer, replace(HANDED_IN, **{day: None}), ALL_PAPERS, [])


@pytest.mark.parametrize("day", ["contract_on", "done_on"])
def test_work_that_lies_ahead_is_not_applied_for(day: str) -> None:
    def check(on: date) -> None:
        asked = replace(HANDED_IN, **{day: on})
        funding.check_handed_in(funding.subsidy(asked), asked, ALL_PAPERS, [])

    check(DAY)
    with pytest.raises(WorkNotDone):
        check(date(2022, 12, 21))


@pytest.mark.parametrize("state", [one for one in DecisionState if one is not DecisionState.REFUSED])
def test_a_facility_applies_once_unless_it_was_refused(state: DecisionState) -> None:
    answer: SubsidyAnswer = funding.subsidy(HANDED_IN)
    with pytest.raises(SubsidyHeld):
        funding.check_handed_in(answer, HANDED_IN, ALL_PAPERS, [application(state=state)])
    funding.check_handed_in(answer, HANDED_IN, ALL_PAPERS, [application(state=DecisionState.REFUSED)])


def test_what_is_not_eligible_is_not_taken_and_says_why() -> None:
    late = outlay(done_on=date(2023, 4, 1))
    with pytest.raises(SubsidyNotEligible) as refused:
        funding.check_handed_in(funding.subsidy(late), late, ALL_PAPERS, [])
    assert refused.value.facts == {"reason": "done_too_late"}


@pytest.mark.parametrize(
    ("computed", "amount", "granted"),
    [(400_000, None, 400_000), (400_000, 399_999, 399_999), (None, 100_000, 100_000), (None, 400_000, 400_000)],
)
def test_what_is_granted(computed: int | None, amount: int | None, granted: int) -> None:
    found = funding.granted(application(computed=computed), amount, on=DAY)
    assert (found.state, found.granted, found.decided_on) == (DecisionState.GRANTED, granted, DAY)


def test_what_cannot_be_granted() -> None:
    with pytest.raises(GrantTooHigh) as refused:
        funding.granted(application(), 400_001, on=DAY)
    assert refused.value.facts == {"most": 400_000}
    with pytest.raises(GrantTooHigh):
        funding.granted(application(computed=None), 400_001, on=DAY)
    # The share of readers bought before August 2020 is not known, but what is paid at most is.
    early = application(computed=None, outlay=outlay(applied_on=date(2020, 8, 6)))
    assert funding.granted(early, 99_000, on=DAY).granted == 99_000
    with pytest.raises(GrantTooHigh) as refused:
        funding.granted(early, 99_001, on=DAY)
    assert refused.value.facts == {"most": 99_000}
    for computed, amount in ((None, None), (400_000, 0), (None, -5)):
        with pytest.raises(AmountMissing):
            funding.granted(application(computed=computed), amount, on=DAY)
    for state in (DecisionState.GRANTED, DecisionState.REFUSED, DecisionState.PAID):
        with pytest.raises(AlreadyDecided):
            funding.granted(application(state=state), None, on=DAY)
        with pytest.raises(AlreadyDecided):
            funding.refused(application(state=state), WhyNot.PAPERS_DO_NOT_FIT, on=DAY)


def test_a_month_is_paid_when_it_is_over_about_the_end_of_the_next() -> None:
    december = Month(2022, 12)
    with pytest.raises(BatchTooEarly):
        funding.check_month_over(december, on=date(2022, 12, 31))
    funding.check_month_over(december, on=date(2023, 1, 1))
    granted = funding.granted(application(), None, on=DAY)
    assert (funding.is_due(granted, december), funding.is_due(granted, Month(2022, 11))) == (True, False)
    found = funding.paid(granted, december)
    assert (found.state, found.batch, found.pay_on) == (DecisionState.PAID, december, date(2023, 1, 31))
    assert not funding.is_due(found, Month(2023, 1))
