"""Facilities on both engines: steps entered, corrected and as they were known; counts; imports; lists."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi import access, facilities
from onshi.access import Party, PartyKind
from onshi.access.errors import UnknownParty
from onshi.db import Database, Tx
from onshi.facilities import Claims, Entered, FacilityKind, Function, Milestone, Sake, Step, way
from onshi.facilities.counting import BY, COARSE, NATION, Count, Pattern, counts, stops
from onshi.facilities.errors import (
    FacilityKindWrong,
    FacilityRefused,
    ReadersOutOfBounds,
    StepMissing,
    StepsUnreadable,
    UnknownFacility,
    UnknownPackage,
)
from onshi.facilities.importing import FINDINGS
from onshi.facilities.model import DeferralKind, PackageId, Tally
from onshi.kernel import Finding, Moment, ProviderCode, Severity
from onshi.places import municipalities

from . import make
from .make import AT, CLINIC, DENTIST, HOSPITAL, OSAKA, PHARMACY, TODAY, TOKYO, VENDOR

S = Step
HOUR = 3_600_000_000
LATER = Moment(AT + HOUR)
BY_US = "local:tests"


def tally(facilities_: int, *reached: int) -> Tally:
    return Tally(facilities_, dict(zip(Milestone, reached, strict=True)))


def enter(tx: Tx, step: Step, on: date | None, *, at: Moment = LATER, institution: ProviderCode = CLINIC) -> Any:
    return facilities.enter(tx, [Entered(institution, step, on)], at=at, by=BY_US)


def test_where_a_facility_stands_is_its_partys_word(tx: Tx) -> None:
    make.town(tx, {})
    told = facilities.put(tx, make.facility(DENTIST, municipality=OSAKA), at=LATER)
    assert told.municipality == "131024"
    assert facilities.facility_of(tx, DENTIST) == told


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"institution": ProviderCode("1319999999")}, UnknownParty),
        ({"kind": FacilityKind.PHARMACY}, FacilityKindWrong),
        ({"readers": 2}, ReadersOutOfBounds),
        ({"readers": 0}, ReadersOutOfBounds),
        ({"kind": FacilityKind.HOSPITAL, "readers": 4}, ReadersOutOfBounds),
        ({"vendor": f"institution:{DENTIST}"}, UnknownParty),
        ({"vendor": "vendor:nobody"}, UnknownParty),
    ],
)
def test_what_a_facility_cannot_be(tx: Tx, changes: dict[str, Any], error: type[Exception]) -> None:
    make.town(tx, {})
    before = facilities.facility_of(tx, CLINIC)
    with pytest.raises(error):
        facilities.put(tx, make.facility(**changes), at=LATER)
    assert facilities.facility_of(tx, CLINIC) == before


def test_a_package_is_one_of_the_vendor_that_is_named(tx: Tx) -> None:
    make.town(tx, {})
    number = PackageId(7)
    facilities.vendors.register(tx, VENDOR.id, "見本レセコン", "3.1", [Function.ELIGIBILITY], number=number)
    for vendor in (make.OTHER_VENDOR.id, None):
        with pytest.raises(UnknownPackage):
            facilities.put(tx, make.facility(vendor=vendor, package=number), at=LATER)
    assert facilities.put(tx, make.facility(vendor=VENDOR.id, package=number), at=LATER).package == number


def test_a_correction_is_a_new_version_and_what_was_known_can_be_asked_for(tx: Tx) -> None:
    make.town(tx, {CLINIC: make.way(S.READER_APPLIED)})
    assert enter(tx, S.READER_APPLIED, date(2022, 7, 1)) == [Entered(CLINIC, S.READER_APPLIED, date(2022, 7, 1))]
    assert enter(tx, S.READER_APPLIED, date(2022, 7, 1), at=Moment(LATER + HOUR)) == []
    assert facilities.steps_of(tx, CLINIC)[S.READER_APPLIED] == date(2022, 7, 1)
    assert facilities.steps_of(tx, CLINIC, known_at=Moment(LATER - 1))[S.READER_APPLIED] == date(2022, 6, 20)
    assert facilities.steps_of(tx, CLINIC, known_at=LATER)[S.READER_APPLIED] == date(2022, 7, 1)
    assert facilities.steps_of(tx, CLINIC, known_at=Moment(AT - 1)) == {}
    told = [(one.step, one.on, one.known_to) for one in facilities.history_of(tx, CLINIC)]
    assert told == [
        (S.ACCOUNT, date(2022, 6, 10), None),
        (S.READER_APPLIED, date(2022, 6, 20), LATER),
        (S.READER_APPLIED, date(2022, 7, 1), None),
    ]


def test_two_changes_of_one_moment_are_two_versions(tx: Tx) -> None:
    make.town(tx, {})
    for day in (1, 2, 3):
        enter(tx, S.ACCOUNT, date(2022, 7, day))
    assert [(one.on.day, one.known_to) for one in facilities.history_of(tx, CLINIC)] == [
        (1, LATER + 1),
        (2, LATER + 2),
        (3, None),
    ]


def test_a_step_is_taken_back_only_when_none_stands_on_it(tx: Tx) -> None:
    make.town(tx, {CLINIC: make.way(S.READY)})
    with pytest.raises(StepMissing) as refused:
        enter(tx, S.TERMINAL_CERTIFICATE, None)
    assert refused.value.facts == {"step": "test_eligibility", "needs": "terminal_certificate"}
    assert S.TERMINAL_CERTIFICATE in facilities.steps_of(tx, CLINIC)
    enter(tx, S.READY, None)
    assert S.READY not in facilities.steps_of(tx, CLINIC)
    assert facilities.steps_of(tx, CLINIC, known_at=AT)[S.READY] == make.way()[S.READY]


def test_nothing_is_entered_where_one_of_them_is_refused(tx: Tx) -> None:
    make.town(tx, {})
    steps = [Entered(CLINIC, S.ACCOUNT, date(2022, 7, 1)), Entered(DENTIST, S.READY, date(2022, 7, 1))]
    with pytest.raises(StepMissing):
        facilities.enter(tx, steps, at=LATER, by=BY_US)
    assert facilities.steps_of(tx, CLINIC) == {}
    with pytest.raises(UnknownFacility):
        facilities.enter(tx, [Entered(ProviderCode("1319999999"), S.ACCOUNT, TODAY)], at=LATER, by=BY_US)


# -- Counts ------------------------------------------------------------------------------------------------------------

WAYS = {
    CLINIC: make.way(),
    DENTIST: make.way(S.READER_APPLIED),
    PHARMACY: make.way(S.READY),
}


def test_counts_by_nation_prefecture_municipality_and_kind(tx: Tx) -> None:
    make.town(tx, WAYS)
    everybody = tally(4, 3, 3, 2, 1)
    assert facilities.counts_on(tx, TODAY, by="nation") == {NATION: Count(everybody, everybody)}
    by_prefecture = facilities.counts_on(tx, TODAY, by="prefecture")
    assert {key: one.of_all for key, one in by_prefecture.items()} == {
        "13": tally(3, 3, 3, 2, 1),
        "27": tally(1, 0, 0, 0, 0),
    }
    by_town = facilities.counts_on(tx, TODAY, by="municipality", place="13")
    assert {key: one.of_all.facilities for key, one in by_town.items()} == {TOKYO: 2, "131024": 1}
    by_kind = facilities.counts_on(tx, TODAY, by="kind")
    assert by_kind["pharmacy"].of_all == tally(1, 1, 1, 1, 0)
    assert facilities.counts_on(tx, TODAY, by="vendor")[VENDOR.id].of_all.facilities == 3


def test_counts_of_a_day_and_as_known_then(tx: Tx) -> None:
    make.town(tx, WAYS)
    day_before_ready = make.way()[S.READY] - timedelta(days=1)
    assert facilities.counts_on(tx, day_before_ready, by="nation")[NATION].of_all == tally(4, 3, 3, 0, 0)
    enter(tx, S.START_ELIGIBILITY, TODAY + timedelta(days=30))
    assert facilities.counts_on(tx, TODAY, by="nation")[NATION].of_all == tally(4, 3, 3, 2, 0)
    assert facilities.counts_on(tx, TODAY, by="nation", known_at=AT)[NATION].of_all == tally(4, 3, 3, 2, 1)
    assert facilities.counts_on(tx, TODAY, by="nation", known_at=Moment(AT - 1)) == {}


def test_both_shares_are_named_who_sends_paper_is_in_one_of_them(tx: Tx) -> None:
    make.town(tx, WAYS)
    facilities.put(tx, make.facility(HOSPITAL, kind=FacilityKind.HOSPITAL, claims=Claims.PAPER), at=LATER)
    found = facilities.counts_on(tx, TODAY, by="nation")[NATION]
    assert (found.of_all.share(Milestone.OPERATING), found.of_obliged.facilities) == (25.0, 3)
    assert found.of_obliged.share(Milestone.OPERATING) == pytest.approx(100 / 3)
    assert Tally().share(Milestone.READY) is None


def test_a_closed_facility_is_not_counted(tx: Tx) -> None:
    make.town(tx, WAYS)
    party = Party(PartyKind.INSTITUTION, CLINIC, "見本クリニック", municipality=TOKYO, closed_on=date(2022, 12, 1))
    access.amend_party(tx, party, by=BY_US)
    facilities.put(tx, facilities.facility_of(tx, CLINIC), at=LATER)
    assert facilities.counts_on(tx, date(2022, 12, 1), by="nation")[NATION].of_all == tally(3, 2, 2, 1, 0)
    assert facilities.counts_on(tx, date(2022, 11, 30), by="nation")[NATION].of_all == tally(4, 3, 3, 2, 1)


TOWNS = [one.code for one in municipalities()[::100]]
PATTERNS = st.builds(
    Pattern,
    municipality=st.sampled_from(TOWNS),
    kind=st.sampled_from(FacilityKind),
    claims=st.sampled_from(Claims),
    vendor=st.sampled_from([None, "vendor:a", "vendor:b"]),
    steps=st.frozensets(st.sampled_from(Step)),
    deferral=st.none() | st.sampled_from(DeferralKind),
    waits_for_fund=st.booleans(),
    count=st.integers(1, 50),
)


@given(st.lists(PATTERNS, min_size=1), st.dates(date(2020, 1, 1), date(2026, 1, 1)))
def test_every_level_adds_up_and_the_chain_never_rises(found: list[Pattern], on: date) -> None:
    whole = counts(found, BY["nation"], on=on)[NATION]
    for by in BY.values():
        parts = list(counts(found, by, on=on).values())
        for base in ("of_all", "of_obliged"):
            assert sum(getattr(one, base).facilities for one in parts) == getattr(whole, base).facilities
            for milestone in Milestone:
                reached = sum(getattr(one, base).reached[milestone] for one in parts)
                assert reached == getattr(whole, base).reached[milestone]
        for one in parts:
            for counted in (one.of_all, one.of_obliged):
                chain = [counted.facilities, *(counted.reached[milestone] for milestone in Milestone)]
                assert chain == sorted(chain, reverse=True)
            assert one.of_obliged.facilities <= one.of_all.facilities


@given(st.lists(PATTERNS))
def test_who_is_stuck_is_stuck_once(found: list[Pattern]) -> None:
    """Every facility that does not operate stands still at one thing, and who operates at the fund's only."""
    whole = sum(one.count for one in found)
    stuck = sum(one.count for part in stops(found, BY["kind"]).values() for one in part)
    assert stuck == sum(one.count for part in stops(found, BY["nation"]).values() for one in part)
    operates = [one for one in found if way.reached(one.steps) is Milestone.OPERATING]
    idle = whole - sum(one.count for one in operates)
    assert stuck == idle + sum(one.count for one in operates if one.waits_for_fund)


# -- Lists -------------------------------------------------------------------------------------------------------------


def test_where_they_are_stuck_in_a_place(tx: Tx) -> None:
    make.town(tx, WAYS)
    found = facilities.stuck_in(tx, TODAY)
    told = {one.facility.institution: (one.stuck.at, one.stuck.sake) for one in found if one.stuck}
    assert told == {
        DENTIST: ("reader_delivered", Sake.READER_MAKER),
        PHARMACY: ("start_eligibility", Sake.FACILITY),
        HOSPITAL: ("account", Sake.FACILITY),
    }
    assert [one.facility.institution for one in facilities.stuck_in(tx, TODAY, place="27")] == [HOSPITAL]
    assert [one.facility.institution for one in facilities.stuck_in(tx, TODAY, at="account")] == [HOSPITAL]
    assert [one.facility.institution for one in facilities.stuck_in(tx, TODAY, limit=1)] == [DENTIST]
    by_vendor = facilities.stuck_in(tx, TODAY, vendor=VENDOR.id)
    assert [one.facility.institution for one in by_vendor] == [DENTIST, PHARMACY]
    patterns = facilities.patterns(tx, TODAY)
    assert sum(one.count for part in stops(patterns, BY["nation"]).values() for one in part) == len(found)


def test_whose_first_day_came_before_it_was_ready_stands_still_too(tx: Tx) -> None:
    make.town(tx, WAYS | {DENTIST: make.way(S.READER_APPLIED) | {S.START_ELIGIBILITY: date(2022, 12, 1)}})
    found = facilities.stuck_in(tx, TODAY)
    assert DENTIST in [one.facility.institution for one in found]
    patterns = facilities.patterns(tx, TODAY)
    assert sum(one.count for part in stops(patterns, BY["nation"]).values() for one in part) == len(found)


def test_what_is_in_operation_by_place_and_function(tx: Tx) -> None:
    make.town(tx, {**WAYS, DENTIST: make.way()})
    enter(tx, S.TEST_DRUGS, date(2022, 10, 1), institution=DENTIST)
    enter(tx, S.START_DRUGS, date(2022, 12, 21), institution=DENTIST)

    def operating(function: Function, on: date = TODAY, **where: Any) -> list[str]:
        return [one.institution for one in facilities.operating(tx, on, function, **where)]

    assert operating(Function.ELIGIBILITY) == [CLINIC, DENTIST]
    assert operating(Function.ELIGIBILITY, place=TOKYO) == [CLINIC]
    assert operating(Function.ELIGIBILITY, after=CLINIC) == [DENTIST]
    assert operating(Function.ELIGIBILITY, limit=1) == [CLINIC]
    assert operating(Function.DRUGS) == []
    assert operating(Function.DRUGS, date(2022, 12, 21)) == [DENTIST]
    assert operating(Function.CHECKUPS) == []


def test_the_customers_of_a_vendor(tx: Tx) -> None:
    make.town(tx, WAYS)
    assert [one.institution for one in facilities.customers_of(tx, VENDOR.id, TODAY)] == [CLINIC, DENTIST, PHARMACY]
    assert facilities.customers_of(tx, make.OTHER_VENDOR.id, TODAY) == []


# -- Files -------------------------------------------------------------------------------------------------------------


def file_of(*rows: str, header: str = "institution,step,on") -> bytes:
    return "\r\n".join((header, *rows)).encode()


def test_rows_that_fit_are_taken_in_whatever_order_and_the_others_are_named(tx: Tx) -> None:
    make.town(tx, {})
    data = file_of(
        f"{CLINIC},reader_applied,令和4年7月1日",
        f"{CLINIC},account,2022-06-30",
        f"{DENTIST},ready,2022-07-01",
        f"{DENTIST},account,2022-12-21",
        "123,account,2022-07-01",
        f"{CLINIC},opened,2022-07-01",
        f"{CLINIC},work_begun,someday",
        "1319999999,account,2022-07-01",
        f"{CLINIC},reader_delivered,2022-06-01",
    )
    changed, findings = facilities.import_steps(tx, data, at=LATER, by=BY_US)
    assert facilities.steps_of(tx, CLINIC) == {S.ACCOUNT: date(2022, 6, 30), S.READER_APPLIED: date(2022, 7, 1)}
    assert len(changed) == 2
    assert findings == [
        Finding(3, "on", "facility-step-missing", Severity.ERROR),
        Finding(4, "on", "facility-step-ahead", Severity.ERROR),
        Finding(5, "institution", "steps-institution", Severity.ERROR),
        Finding(6, "step", "steps-step", Severity.ERROR),
        Finding(7, "on", "steps-day", Severity.ERROR),
        Finding(8, "institution", "steps-unknown-facility", Severity.ERROR),
        Finding(9, "on", "facility-step-too-early", Severity.ERROR),
    ]
    assert {one.code for one in findings} == set(FINDINGS)
    again, _ = facilities.import_steps(tx, data, at=Moment(LATER + HOUR), by=BY_US)
    assert again == []


def test_days_that_stand_on_each_other_move_together(tx: Tx) -> None:
    make.town(tx, {CLINIC: make.way(S.READER_APPLIED)})
    # Each by itself would lie behind, or before, what is known of the other.
    data = file_of(f"{CLINIC},account,2022-06-25", f"{CLINIC},reader_applied,2022-06-30")
    changed, findings = facilities.import_steps(tx, data, at=LATER, by=BY_US)
    assert (len(changed), findings) == (2, [])
    assert facilities.steps_of(tx, CLINIC) == {S.ACCOUNT: date(2022, 6, 25), S.READER_APPLIED: date(2022, 6, 30)}


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", file_of(header="institution,step"), "医療機関,手順,日".encode("cp932")]
)
def test_what_is_no_file_of_steps(tx: Tx, data: bytes) -> None:
    with pytest.raises(StepsUnreadable):
        facilities.import_steps(tx, data, at=LATER, by=BY_US)


def test_a_first_load_is_checked_like_everything_else(db: Database) -> None:
    new = [make.facility(), make.facility(DENTIST)]
    steps = [Entered(CLINIC, step, day) for step, day in make.way().items()]
    with pytest.raises(FacilityRefused), db.transaction() as tx:
        facilities.put_many(tx, new, steps[1:], at=AT, by=BY_US)
    with db.transaction() as tx:
        facilities.put_many(tx, new, steps, at=AT, by=BY_US)
    with db.transaction(reading=True) as tx:
        assert facilities.steps_of(tx, CLINIC) == make.way()
        assert facilities.counts_on(tx, TODAY, by="nation")[NATION].of_all == tally(2, 1, 1, 1, 1)


def test_coarse_patterns_count_the_same(tx: Tx) -> None:
    make.town(tx, WAYS)
    fine, coarse = facilities.patterns(tx, TODAY), facilities.patterns(tx, TODAY, is_coarse=True)
    assert {one.municipality for one in coarse} == {"13", "27"}
    for by in COARSE:
        assert counts(coarse, BY[by], on=TODAY) == counts(fine, BY[by], on=TODAY)
        assert stops(coarse, BY[by]) == stops(fine, BY[by])
    assert sum(one.count for one in facilities.patterns(tx, TODAY, place="13", vendor=VENDOR.id)) == 3
    assert facilities.patterns(tx, TODAY, place="13", vendor="vendor:nobody") == []
