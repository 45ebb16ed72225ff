"""The way of a facility: what stands on what, what was reached, where one is stuck and for whose sake."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.facilities import way
from onshi.facilities.errors import FacilityRefused, StepAhead, StepMissing, StepTooEarly
from onshi.facilities.model import (
    ApplicationId,
    DecisionState,
    Deferral,
    DeferralKind,
    FacilityKind,
    Function,
    Milestone,
    Sake,
    Step,
)
from onshi.facilities.reading import way as table

from . import make
from .make import CLINIC, TODAY

S = Step


def test_the_table_has_every_step_in_its_order_and_stands_only_on_earlier_ones() -> None:
    assert list(table()) == list(Step)
    order = list(Step)
    for step, rule in table().items():
        assert all(order.index(one) < order.index(step) for one in (*rule.after, *rule.not_before)), step


@pytest.mark.parametrize(
    ("step", "needs"),
    [
        (S.READER_APPLIED, S.ACCOUNT),
        (S.READER_DELIVERED, S.READER_APPLIED),
        (S.WORK_BEGUN, S.VENDOR_ORDERED),
        (S.TERMINAL_CERTIFICATE, S.ACCOUNT),
        (S.READY, S.READER_APPLIED),
        (S.READY, S.READER_DELIVERED),
        (S.READY, S.USE_APPLICATION),
        (S.READY, S.TERMINAL_CERTIFICATE),
        (S.READY, S.TEST_ELIGIBILITY),
        (S.START_ELIGIBILITY, S.READER_APPLIED),
        (S.START_CHECKUPS, S.TEST_CHECKUPS),
        (S.START_DRUGS, S.START_ELIGIBILITY),
    ],
)
def test_no_step_is_there_without_what_it_stands_on(step: Step, needs: Step) -> None:
    everything = make.way() | {
        one: make.way()[S.START_ELIGIBILITY] for one in (S.TEST_CHECKUPS, S.START_CHECKUPS, S.TEST_DRUGS, S.START_DRUGS)
    }
    way.check(everything, on=TODAY)
    without = {one: day for one, day in everything.items() if one is not needs}
    missing = [(one.facts["step"], one.facts["needs"]) for one in way.faults(without, on=TODAY)]
    assert (step.value, needs.value) in missing
    with pytest.raises(StepMissing):
        way.check(without, on=TODAY)


@pytest.mark.parametrize(
    ("changed", "error", "facts"),
    [
        ({S.READER_APPLIED: date(2022, 6, 9)}, StepTooEarly, ("reader_applied", "account")),
        ({S.READY: date(2022, 8, 1)}, StepTooEarly, ("ready", "terminal_certificate")),
        ({S.START_ELIGIBILITY: date(2022, 8, 28)}, StepTooEarly, ("start_eligibility", "ready")),
        ({S.READY: date(2022, 12, 21), S.START_ELIGIBILITY: date(2023, 1, 1)}, StepAhead, ("ready", None)),
    ],
)
def test_days_follow_the_way(
    changed: dict[Step, date], error: type[FacilityRefused], facts: tuple[str, str | None]
) -> None:
    with pytest.raises(error) as refused:
        way.check(make.way() | changed, on=TODAY)
    assert (refused.value.facts["step"], refused.value.facts.get("needs")) == facts


def test_a_first_day_of_use_may_lie_ahead_and_may_be_set_before_the_facility_is_ready() -> None:
    way.check(make.way(S.READER_APPLIED) | {S.START_ELIGIBILITY: date(2023, 3, 1)}, on=TODAY)


@pytest.mark.parametrize(
    ("steps", "reached"),
    [
        ((), None),
        ((S.ACCOUNT,), Milestone.ACCOUNT),
        ((S.ACCOUNT, S.READER_APPLIED, S.READER_DELIVERED), Milestone.READER_APPLIED),
        ((S.ACCOUNT, S.READER_APPLIED, S.START_ELIGIBILITY), Milestone.READER_APPLIED),  # its day came, it is not ready
        ((S.ACCOUNT, S.READER_APPLIED, S.READY), Milestone.READY),
        ((S.ACCOUNT, S.READER_APPLIED, S.READY, S.START_ELIGIBILITY), Milestone.OPERATING),
    ],
)
def test_the_furthest_milestone(steps: tuple[Step, ...], reached: Milestone | None) -> None:
    assert way.reached(steps) is reached


def test_who_operates_counts_in_all_four() -> None:
    assert way.milestones(make.way()) == tuple(Milestone)
    assert way.milestones(make.way(S.READY)) == tuple(Milestone)[:3]


@given(st.frozensets(st.sampled_from(Step)))
def test_milestones_are_nested_whatever_was_entered(steps: frozenset[Step]) -> None:
    """Every milestone comes with all those before it, and needs its own step."""
    found = way.milestones(steps)
    assert found == tuple(Milestone)[: len(found)]
    assert all(way.MILESTONES[one] in steps for one in found)


@given(st.dictionaries(st.sampled_from(Step), st.dates(date(2021, 1, 1), date(2023, 12, 31))))
def test_what_passes_the_check_never_goes_back(progress: dict[Step, date]) -> None:
    """Of steps that fit together, a later day shows at least as much as an earlier one, in every count."""
    if any(True for _ in way.faults(progress, on=date(2023, 12, 31))):
        return
    days = [date(2021, 1, 1) + timedelta(days=30 * number) for number in range(37)]
    shown = [set(way.milestones(way.taken(progress, day))) for day in days]
    assert all(before <= after for before, after in zip(shown, shown[1:], strict=False))


@pytest.mark.parametrize(
    ("day", "functions"),
    [
        (date(2022, 9, 7), ()),
        (date(2022, 9, 8), (Function.ELIGIBILITY,)),
        (date(2022, 10, 1), (Function.ELIGIBILITY, Function.DRUGS)),
    ],
)
def test_functions_come_into_operation_one_by_one(day: date, functions: tuple[Function, ...]) -> None:
    progress = make.way() | {S.TEST_DRUGS: date(2022, 9, 20), S.START_DRUGS: date(2022, 10, 1)}
    assert way.functions(way.taken(progress, day)) == functions


@pytest.mark.parametrize(
    ("last", "more", "at", "sake", "since", "is_late"),
    [
        (None, {}, "account", Sake.FACILITY, "2020-08-07", True),
        (S.ACCOUNT, {}, "reader_applied", Sake.FACILITY, "2022-06-10", True),
        (S.READER_APPLIED, {}, "reader_delivered", Sake.READER_MAKER, "2022-06-20", True),
        (S.READER_APPLIED, {S.READER_DELIVERED: "2022-12-10"}, "vendor_ordered", Sake.FACILITY, "2022-06-20", True),
        (
            S.READER_APPLIED,
            {S.READER_DELIVERED: "2022-12-10", S.VENDOR_ORDERED: "2022-12-01"},
            "work_begun",
            Sake.VENDOR,
            "2022-12-01",
            False,
        ),
        (S.WORK_BEGUN, {}, "terminal_certificate", Sake.NETWORK, "2022-07-10", True),
        (S.TERMINAL_CERTIFICATE, {}, "test_eligibility", Sake.VENDOR, "2022-08-09", True),
        (S.TEST_ELIGIBILITY, {}, "ready", Sake.FACILITY, "2022-08-19", True),
        (S.READY, {}, "start_eligibility", Sake.FACILITY, "2022-08-29", True),
        (S.READY, {S.START_ELIGIBILITY: "2023-01-10"}, "start_eligibility", Sake.FACILITY, "2022-08-29", False),
    ],
)
def test_where_it_is_stuck_for_whose_sake_and_since_when(
    last: Step | None, more: dict[Step, str], at: str, sake: Sake, since: str, is_late: bool
) -> None:
    progress = make.way(last) | {step: date.fromisoformat(day) for step, day in more.items()}
    way.check(progress, on=TODAY)
    found = way.stuck_at(progress, TODAY)
    assert found is not None
    days = (TODAY - date.fromisoformat(since)).days
    assert (found.at, found.sake, found.since.isoformat(), found.days, found.is_late) == (
        at,
        sake,
        since,
        days,
        is_late,
    )


def test_a_test_that_was_passed_makes_order_and_work_moot() -> None:
    progress = {
        step: day for step, day in make.way(S.TEST_ELIGIBILITY).items() if step not in (S.VENDOR_ORDERED, S.WORK_BEGUN)
    }
    found = way.stuck_at(progress, TODAY)
    assert found is not None
    assert found.at == "ready"


def test_who_operates_waits_at_most_for_the_fund() -> None:
    assert way.stuck_at(make.way(), TODAY) is None
    waiting = way.stuck_at(make.way(), TODAY, subsidy_since=date(2022, 12, 1))
    assert waiting is not None
    assert (waiting.at, waiting.sake, waiting.days, waiting.is_late) == ("subsidy", Sake.FUND, 19, False)
    long = way.stuck_at(make.way(), TODAY, subsidy_since=date(2022, 10, 1))
    assert long is not None
    assert long.is_late


@pytest.mark.parametrize(
    ("kind", "sake"),
    [(DeferralKind.VENDOR_UNFINISHED, Sake.VENDOR), (DeferralKind.NO_LINE, Sake.LINE)],
)
def test_a_deferral_says_who_is_waited_for(kind: DeferralKind, sake: Sake) -> None:
    deferral = Deferral(ApplicationId(1), CLINIC, kind, date(2022, 12, 1), state=DecisionState.APPLIED)
    found = way.stuck_at(make.way(S.ACCOUNT), TODAY, deferral=deferral)
    assert found is not None
    assert (found.at, found.sake) == ("reader_applied", sake)


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("1312345678", (FacilityKind.MEDICAL_CLINIC, FacilityKind.HOSPITAL)),
        ("1332345674", (FacilityKind.DENTAL_CLINIC, FacilityKind.HOSPITAL)),
        ("1342345672", (FacilityKind.PHARMACY,)),
        ("1362345678", (FacilityKind.VISITING_NURSING,)),
        ("1392345678", ()),
    ],
)
def test_the_code_of_an_institution_says_what_it_can_be(code: str, kinds: tuple[FacilityKind, ...]) -> None:
    assert way.kinds_of(code) == kinds
