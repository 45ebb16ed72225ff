"""Subsidies, deferrals and packages on both engines: applied for, decided, paid; handed in and tested."""

import json
from datetime import date
from itertools import count
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from onshi import facilities
from onshi.db import Database, Tx
from onshi.facilities import Claims, DecisionState, Entered, Function, Sake, Step, deferrals, subsidies, vendors
from onshi.facilities.counting import BY, NATION, Stop, stops
from onshi.facilities.deferrals import DeferralKind, Obligation
from onshi.facilities.errors import (
    BatchTooEarly,
    FacilityRefused,
    NotItsFunction,
    NotTestedThere,
    PackageExists,
    PackageIncomplete,
    ReportUnreadable,
    SubsidyHeld,
    SubsidyNotEligible,
    UnknownApplication,
    UnknownPackage,
)
from onshi.facilities.model import ApplicationId, FacilityKind, PackageId, Receipts, WhyNot
from onshi.facilities.reading import sandbox_rules
from onshi.interfaces import oqs
from onshi.kernel import Moment, Month, parse_moment

from . import make
from .make import AT, CLINIC, DENTIST, OTHER_VENDOR, TODAY, VENDOR

ALL = Receipts(receipt=True, itemised=True, completion_report=True)
_numbers = count(1)


def apply(tx: Tx, *, at: Moment = AT, institution: Any = CLINIC, **changes: Any) -> subsidies.Application:
    number = ApplicationId(next(_numbers))
    made, _ = subsidies.apply(tx, institution, make.outlay(**changes), ALL, number=number, at=at)
    return made


def test_what_the_facility_entered_decides_and_not_what_the_form_says(tx: Tx) -> None:
    make.town(tx, {CLINIC: make.way()})
    made = apply(tx, kind=FacilityKind.HOSPITAL, readers=3, applied_on=date(2022, 1, 1), prescriptions=7)
    assert (made.outlay.kind, made.outlay.readers, made.outlay.prescriptions) == (FacilityKind.MEDICAL_CLINIC, 1, None)
    assert (made.outlay.applied_on, made.outlay.operating_on) == (
        make.way()[Step.READER_APPLIED],
        make.way()[Step.START_ELIGIBILITY],
    )
    assert (made.handed_in_on, made.computed, made.state) == (TODAY, 400_000, DecisionState.APPLIED)


def test_a_first_day_of_use_that_lies_ahead_brings_no_difference_yet(tx: Tx) -> None:
    early = make.way(first=date(2022, 3, 1))
    make.town(tx, {CLINIC: early | {Step.START_ELIGIBILITY: date(2023, 1, 20)}})
    made = apply(tx)
    assert (made.outlay.operating_on, made.computed) == (None, 300_000)
    subsidies.refuse(tx, made.id, WhyNot.PAPERS_DO_NOT_FIT, at=AT)
    later = apply(tx, at=parse_moment("2023-01-20T10:00:00"))
    assert (later.outlay.operating_on, later.computed) == (date(2023, 1, 20), 400_000)


def test_from_application_to_money(tx: Tx) -> None:
    make.town(tx, {CLINIC: make.way()})
    made = apply(tx)
    waiting = facilities.overview(tx, CLINIC, TODAY).stuck
    assert waiting is not None
    assert (waiting.at, waiting.sake) == ("subsidy", Sake.FUND)
    patterns = facilities.patterns(tx, TODAY)
    assert Stop("subsidy", Sake.FUND, 1) in stops(patterns, BY["nation"])[NATION]
    assert subsidies.waiting(tx) == [made]
    granted = subsidies.decide(tx, made.id, 390_000, at=AT)
    assert subsidies.waiting(tx) == []
    december = Month(2022, 12)
    with pytest.raises(BatchTooEarly):
        subsidies.pay(tx, december, at=AT)
    january = parse_moment("2023-01-04T10:00:00")
    (paid,) = subsidies.pay(tx, december, at=january)
    assert (paid.granted, paid.state, paid.pay_on) == (granted.granted, DecisionState.PAID, date(2023, 1, 31))
    assert subsidies.pay(tx, december, at=january) == []
    assert subsidies.batch_of(tx, december) == [paid]
    assert facilities.overview(tx, CLINIC, date(2023, 1, 4)).stuck is None
    with pytest.raises(SubsidyHeld):
        apply(tx, at=january)


def test_who_was_refused_may_apply_again(tx: Tx) -> None:
    make.town(tx, {CLINIC: make.way()})
    first = apply(tx)
    refused = subsidies.refuse(tx, first.id, WhyNot.PAPERS_DO_NOT_FIT, at=AT)
    assert (refused.state, refused.refused_for, refused.decided_on) == (
        DecisionState.REFUSED,
        WhyNot.PAPERS_DO_NOT_FIT,
        TODAY,
    )
    second = apply(tx, cost=300_000)
    assert [one.id for one in facilities.overview(tx, CLINIC, TODAY).applications] == [first.id, second.id]
    with pytest.raises(UnknownApplication):
        subsidies.decide(tx, ApplicationId(10**12), None, at=AT)


def test_too_late_is_refused_by_name(tx: Tx) -> None:
    make.town(tx, {CLINIC: make.way()})
    with pytest.raises(SubsidyNotEligible) as refused:
        apply(tx, at=parse_moment("2023-10-01T00:00:00"))
    assert refused.value.facts == {"reason": "handed_in_too_late"}
    assert apply(tx, at=parse_moment("2023-09-30T23:59:59")).handed_in_on == date(2023, 9, 30)


def test_two_applications_of_one_facility_cannot_both_stand(db: Database) -> None:
    with db.transaction() as tx:
        make.town(tx, {CLINIC: make.way()})
        made = apply(tx)
    other = subsidies.Application(ApplicationId(10**6), CLINIC, made.outlay, TODAY, 1)
    with pytest.raises(IntegrityError), db.transaction() as tx:
        subsidies.put(tx, other, at=AT)


# -- Deferrals ---------------------------------------------------------------------------------------------------------

MARCH = parse_moment("2023-03-20T10:00:00")


def test_a_deferral_from_the_question_to_its_end(tx: Tx) -> None:
    make.town(tx, {CLINIC: make.way(Step.VENDOR_ORDERED)})
    asked = deferrals.ask(tx, CLINIC, DeferralKind.VENDOR_UNFINISHED, number=ApplicationId(1), at=MARCH)
    assert deferrals.waiting(tx) == [asked]
    assert facilities.overview(tx, CLINIC, date(2023, 4, 1)).standing.obligation is Obligation.OBLIGED
    granted = deferrals.grant(tx, asked.id, None, at=MARCH)
    assert granted.until == date(2023, 9, 30)
    last = facilities.overview(tx, CLINIC, date(2023, 9, 30))
    assert last.standing == deferrals.Standing(Obligation.DEFERRED, date(2023, 9, 30))
    assert last.stuck is not None
    assert (last.stuck.at, last.stuck.sake) == ("reader_delivered", Sake.VENDOR)
    after = facilities.overview(tx, CLINIC, date(2023, 10, 1))
    assert after.standing.obligation is Obligation.OBLIGED
    assert after.stuck is not None
    assert after.stuck.sake is Sake.READER_MAKER


def test_without_a_line_it_is_the_line_that_is_waited_for_in_the_counts_too(tx: Tx) -> None:
    make.town(tx, {CLINIC: make.way(Step.ACCOUNT)})
    asked = deferrals.ask(tx, CLINIC, DeferralKind.NO_LINE, number=ApplicationId(1), at=MARCH)
    on = date(2023, 4, 1)
    assert Stop("reader_applied", Sake.LINE, 1) in stops(facilities.patterns(tx, on), BY["nation"])[NATION]
    deferrals.refuse(tx, asked.id, at=MARCH)
    assert Stop("reader_applied", Sake.FACILITY, 1) in stops(facilities.patterns(tx, on), BY["nation"])[NATION]


def test_a_deferral_counts_for_the_subsidy_only_when_granted(tx: Tx) -> None:
    make.town(tx, {CLINIC: make.way()})
    asked = deferrals.ask(tx, CLINIC, DeferralKind.HARDSHIP, number=ApplicationId(1), at=MARCH)
    late = {"done_on": date(2023, 9, 1)}
    may = parse_moment("2023-09-10T10:00:00")
    with pytest.raises(SubsidyNotEligible) as refused:
        apply(tx, at=may, **late)
    assert refused.value.facts == {"reason": "done_too_late"}
    deferrals.grant(tx, asked.id, date(2023, 12, 31), at=MARCH)
    assert apply(tx, at=may, **late).outlay.deferral is DeferralKind.HARDSHIP


def test_who_sends_paper_has_nothing_to_put_off(tx: Tx) -> None:
    make.town(tx, {})
    facilities.put(tx, make.facility(claims=Claims.PAPER), at=AT)
    with pytest.raises(FacilityRefused) as refused:
        deferrals.ask(tx, CLINIC, DeferralKind.HARDSHIP, number=ApplicationId(1), at=MARCH)
    assert refused.value.code == "facility-not-obliged"


# -- Packages ----------------------------------------------------------------------------------------------------------


def report(*, broken: tuple[str, ...] = (), unseen: tuple[str, ...] = (), answers: int = 4) -> bytes:
    """A report as `onshi oqs sandbox watch --json` prints it, with the real list of rules."""
    verdicts = dict.fromkeys(broken, "broken") | dict.fromkeys(unseen, "not_seen")
    rules = [
        {
            "code": one.code,
            "weight": one.weight.value,
            "verdict": verdicts.get(one.code, "met"),
            "seen": 3,
            "broken": [],
        }
        for one in oqs.sandbox.rules()
    ]
    return json.dumps(
        {
            "broken": bool(broken),
            "subject": "x",
            "at": "2022-12-20 10:00",
            "requests": 4,
            "answers": answers,
            "rules": rules,
        }
    ).encode()


def package(tx: Tx, *functions: Function, vendor: str = VENDOR.id) -> vendors.Package:
    number = PackageId(next(_numbers))
    wanted = functions or (Function.ELIGIBILITY,)
    return vendors.register(tx, vendor, "見本レセコン", "3.1", wanted, number=number)


def test_the_rules_that_must_have_been_seen_are_rules_of_the_sandbox() -> None:
    known = {one.code for one in oqs.sandbox.rules()}
    assert {rule for rules in sandbox_rules().values() for rule in rules} - known == set()
    assert [function for function, rules in sandbox_rules().items() if rules] == [Function.ELIGIBILITY]


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ({}, True),
        ({"broken": ("well-formed",)}, False),
        ({"broken": ("consent-flag",)}, True),  # advice, which breaks no run
        ({"unseen": ("download-number",)}, True),
        ({"unseen": ("well-formed",)}, False),  # nothing is met that was not seen
        ({"answers": 0}, False),
    ],
)
def test_a_report_passes_when_nothing_is_broken_and_enough_was_seen(
    tx: Tx, given: dict[str, Any], passed: bool
) -> None:
    made = package(tx)
    test = vendors.hand_in(tx, VENDOR.id, made.id, Function.ELIGIBILITY, report(**given), at=AT, by="staff:x")
    assert test.passed is passed
    (kept,) = vendors.packages_of(tx, VENDOR.id)
    assert (kept.has_passed(Function.ELIGIBILITY), kept.tests) == (passed, (test,))
    assert (len(test.report), test.by_hand, test.on) == (64, False, TODAY)
    assert test.met + test.broken + test.not_seen == len(oqs.sandbox.rules())


def test_the_last_test_decides_and_the_others_stay(tx: Tx) -> None:
    made = package(tx)
    for broken in ((), ("well-formed",)):
        vendors.hand_in(tx, VENDOR.id, made.id, Function.ELIGIBILITY, report(broken=broken), at=AT, by="staff:x")
    (kept,) = vendors.packages_of(tx)
    assert [one.passed for one in kept.tests] == [True, False]
    assert not kept.has_passed(Function.ELIGIBILITY)


def test_check_ups_and_drugs_are_recorded_by_hand(tx: Tx) -> None:
    made = package(tx, Function.ELIGIBILITY, Function.DRUGS)
    with pytest.raises(NotTestedThere) as refused:
        vendors.hand_in(tx, VENDOR.id, made.id, Function.DRUGS, report(), at=AT, by="staff:x")
    assert refused.value.facts == {"function": "drugs"}
    with pytest.raises(NotItsFunction):
        vendors.hand_in(tx, VENDOR.id, made.id, Function.CHECKUPS, report(), at=AT, by="staff:x")
    vendors.record(tx, made.id, Function.DRUGS, "R5-001", passed=True, at=AT, by="staff:y")
    (kept,) = vendors.packages_of(tx)
    assert (kept.has_passed(Function.DRUGS), kept.has_passed(Function.ELIGIBILITY)) == (True, False)
    assert [(one.report, one.by_hand) for one in kept.tests] == [("R5-001", True)]


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"rules": []}', b"\xff"])
def test_what_is_no_report(tx: Tx, data: bytes) -> None:
    made = package(tx)
    with pytest.raises(ReportUnreadable):
        vendors.hand_in(tx, VENDOR.id, made.id, Function.ELIGIBILITY, data, at=AT, by="staff:x")


def test_another_vendors_package_is_none(tx: Tx) -> None:
    made = package(tx)
    with pytest.raises(UnknownPackage):
        vendors.hand_in(tx, OTHER_VENDOR.id, made.id, Function.ELIGIBILITY, report(), at=AT, by="staff:x")
    assert vendors.packages_of(tx, OTHER_VENDOR.id) == []


def test_a_package_is_registered_once(tx: Tx) -> None:
    package(tx)
    package(tx, vendor=OTHER_VENDOR.id)
    with pytest.raises(PackageExists):
        package(tx)
    for name, version, functions in (("", "1", [Function.DRUGS]), ("x", " ", [Function.DRUGS]), ("x", "1", [])):
        with pytest.raises(PackageIncomplete):
            vendors.register(tx, VENDOR.id, name, version, functions, number=PackageId(1))


# -- The log -----------------------------------------------------------------------------------------------------------


def test_the_log_has_ids_and_states_and_nothing_else(tx: Tx) -> None:
    make.town(tx, {CLINIC: make.way(), DENTIST: make.way(Step.ACCOUNT)})
    made = package(tx)
    test = vendors.hand_in(tx, VENDOR.id, made.id, Function.ELIGIBILITY, report(), at=AT, by="staff:x")
    application = apply(tx)
    deferral = deferrals.ask(tx, DENTIST, DeferralKind.HARDSHIP, number=ApplicationId(5), at=MARCH)
    told = (
        facilities.facility_of(tx, CLINIC),
        Entered(CLINIC, Step.READY, TODAY),
        Entered(CLINIC, Step.READY, None),
        deferral,
        application,
        made,
        test,
    )
    entries = [facilities.entry_of(one, actor="staff:x") for one in told]
    number = facilities.shown_id(made.id)
    assert [(one.action.value, one.outcome, one.object) for one in entries] == [
        ("facility", "medical_clinic", f"institution:{CLINIC}"),
        ("facility", "ready", f"institution:{CLINIC}"),
        ("facility", "ready:taken_back", f"institution:{CLINIC}"),
        ("facility", "deferral:applied", f"institution:{DENTIST}"),
        ("subsidy", "applied", f"subsidy:{facilities.shown_id(application.id)}"),
        ("package", "registered", f"package:{number}"),
        ("package", "eligibility:passed", f"package:{number}"),
    ]
    assert len({one.leaf for one in entries}) == len(entries)
    assert all(len(one.leaf) == 32 for one in entries)


@pytest.mark.parametrize("text", ["", "7", "x" * 16, "8000000000000000", "00000000000000001"])
def test_what_is_no_id(text: str) -> None:
    assert facilities.parse_id(facilities.shown_id(2**63 - 1)) == 2**63 - 1
    with pytest.raises(ValueError, match="not an id"):
        facilities.parse_id(text)
