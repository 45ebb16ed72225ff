"""Facilities and their ways for the tests: safe defaults, and a small town of institutions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from onshi import access, facilities
from onshi.access import Party, PartyKind
from onshi.db import Tx
from onshi.facilities import Entered, Facility, FacilityKind, Step
from onshi.facilities.model import Outlay
from onshi.kernel import Moment, ProviderCode, parse_moment

AT = parse_moment("2022-12-20T10:00:00")
TODAY = date(2022, 12, 20)
CLINIC, DENTIST, PHARMACY, HOSPITAL = (
    ProviderCode(code) for code in ("1312345678", "1332345674", "1342345672", "2712345670")
)
TOKYO, OSAKA = "131016", "271004"
VENDOR = Party(PartyKind.VENDOR, "sample-soft", "見本ソフト")
OTHER_VENDOR = Party(PartyKind.VENDOR, "other-soft", "別のソフト")
PARTIES = (
    Party(PartyKind.INSTITUTION, CLINIC, "見本クリニック", municipality=TOKYO),
    Party(PartyKind.INSTITUTION, DENTIST, "見本歯科", municipality="131024"),
    Party(PartyKind.INSTITUTION, PHARMACY, "見本薬局", municipality=TOKYO),
    Party(PartyKind.INSTITUTION, HOSPITAL, "見本病院", municipality=OSAKA),
    VENDOR,
    OTHER_VENDOR,
)
FIRST = date(2022, 6, 10)
# The days on which a facility takes each step that leads to the first day of use: a month apart.
WAY = (
    Step.ACCOUNT,
    Step.READER_APPLIED,
    Step.VENDOR_ORDERED,
    Step.USE_APPLICATION,
    Step.READER_DELIVERED,
    Step.WORK_BEGUN,
    Step.TERMINAL_CERTIFICATE,
    Step.TEST_ELIGIBILITY,
    Step.READY,
    Step.START_ELIGIBILITY,
)


def way(last: Step | None = Step.START_ELIGIBILITY, *, first: date = FIRST, apart: int = 10) -> dict[Step, date]:
    """The usual way up to and with a step; nothing for None."""
    if last is None:
        return {}
    taken = WAY[: WAY.index(last) + 1]
    return {step: first + timedelta(days=apart * number) for number, step in enumerate(taken)}


def facility(institution: ProviderCode = CLINIC, **changes: Any) -> Facility:
    """A medical clinic in Tokyo, unless the code or the changes say otherwise."""
    kinds = {"1": FacilityKind.MEDICAL_CLINIC, "3": FacilityKind.DENTAL_CLINIC, "4": FacilityKind.PHARMACY}
    made = Facility(institution, kinds[institution[2]], TOKYO)
    return replace(made, **changes)


def outlay(**changes: Any) -> Outlay:
    """A clinic that applied for its reader in July 2022, contracted, finished and paid 400,000 yen."""
    made = Outlay(
        kind=FacilityKind.MEDICAL_CLINIC,
        readers=1,
        cost=400_000,
        applied_on=date(2022, 7, 1),
        contract_on=date(2022, 10, 1),
        done_on=date(2022, 12, 10),
    )
    return replace(made, **changes)


def town(tx: Tx, ways: Mapping[ProviderCode, Mapping[Step, date]], *, at: Moment = AT) -> None:
    """The parties, a record of each, and the steps that each has taken."""
    access.register_parties(tx, PARTIES, by="local:tests")
    for code in (CLINIC, DENTIST, PHARMACY):
        facilities.put(tx, facility(code, vendor=VENDOR.id), at=at)
    facilities.put(tx, facility(HOSPITAL, kind=FacilityKind.HOSPITAL, readers=2), at=at)
    steps = [Entered(code, step, day) for code, taken in ways.items() for step, day in taken.items()]
    facilities.enter(tx, steps, at=at, by="local:tests")
