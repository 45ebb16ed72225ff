"""How far the demo country's institutions are: each has a way of its own, some wait, some were paid, some may wait.

Most went theirs in the years in which the real ones did, so that a past day can be looked at; the others are on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from onshi import access, audit, facilities
from onshi.access import Party, PartyKind
from onshi.app import App
from onshi.audit import Entry
from onshi.db import Tx
from onshi.demo.accounts import VENDOR
from onshi.demo.build import SEED
from onshi.demo.chance import Chance
from onshi.demo.country import Country
from onshi.facilities import Claims, DecisionState, Entered, Facility, FacilityKind, Function, Step
from onshi.facilities.deferrals import Deferral, DeferralKind
from onshi.facilities.subsidies import Application, ApplicationId, Outlay, Subsidy
from onshi.facilities.vendors import PackageId
from onshi.kernel import Moment, ProviderCode, month_of

_BY = "local:demo"
_OTHER = Party(PartyKind.VENDOR, "sample-systems", "見本医療システム株式会社")
_KINDS = {
    "hospital": FacilityKind.HOSPITAL,
    "clinic": FacilityKind.MEDICAL_CLINIC,
    "dental": FacilityKind.DENTAL_CLINIC,
    "pharmacy": FacilityKind.PHARMACY,
}
# The usual order, with the least and the most days after the step before.
_ORDER = (
    (Step.ACCOUNT, 0, 1),
    (Step.READER_APPLIED, 3, 60),
    (Step.VENDOR_ORDERED, 10, 120),
    (Step.USE_APPLICATION, 5, 60),
    (Step.TERMINAL_CERTIFICATE, 5, 20),
    (Step.READER_DELIVERED, 10, 120),
    (Step.WORK_BEGUN, 3, 60),
    (Step.TEST_ELIGIBILITY, 5, 45),
    (Step.READY, 1, 14),
    (Step.START_ELIGIBILITY, 3, 30),
)
_MORE = (
    (Function.DRUGS, Step.TEST_DRUGS, Step.START_DRUGS),
    (Function.CHECKUPS, Step.TEST_CHECKUPS, Step.START_CHECKUPS),
)
# Of a thousand, how many operate.
_OPERATING = 880
# Of a thousand that operate, how many had to wait for a line: their subsidies are the ones still to be decided.
_NO_LINE = 50
_LATE_FROM = date(2023, 9, 1)
_FIRST, _DAYS_OF_BEGINNING = date(2021, 4, 1), 620
_LATE_DAYS = 420
_APPLICATIONS_MOST, _DEFERRALS_MOST = 300, 60
# Of a thousand of those on their way, how many send claims on paper; of a thousand pharmacies, how many have a group.
_PAPER, _CHAIN = 60, 350
_REPORT = "見本-001"


@dataclass(frozen=True, slots=True)
class _Made:
    """One institution with its way."""

    facility: Facility
    steps: dict[Step, date]
    came_late: bool


def fill(app: App, country: Country, *, busy: tuple[str, ...] = ()) -> None:
    """Writes everything down. `busy`: institutions of the demo's own receptions, which do work online."""

    def work(tx: Tx) -> None:
        at = app.now()
        _register(app, tx, at)
        made = [*_ways(country, busy)]
        steps = [Entered(one.facility.institution, step, on) for one in made for step, on in one.steps.items()]
        entries = [facilities.put_many(tx, [one.facility for one in made], steps, at=at, by=_BY)]
        entries += _subsidies(app, tx, made, at)
        entries += _deferrals(app, tx, made, at, country.today)
        audit.append(tx, app.draw(), entries, at=at)

    app.run(work)


def _register(app: App, tx: Tx, at: Moment) -> None:
    """A second vendor, and the packages of both with their tests."""
    access.register_parties(tx, [_OTHER], by=_BY)
    everything = list(Function)
    for vendor, name, functions, passed in (
        (VENDOR, "見本レセコン", everything, everything),
        (VENDOR, "見本レセコン　ライト", [Function.ELIGIBILITY, Function.DRUGS], [Function.ELIGIBILITY]),
        (_OTHER, "見本カルテ", everything, [Function.ELIGIBILITY, Function.CHECKUPS]),
    ):
        number = PackageId(app.draw())
        package = facilities.vendors.register(tx, vendor.id, name, "5.0", functions, number=number)
        entries = [facilities.entry_of(package, actor=_BY)]
        for function in passed:
            test = facilities.vendors.record(tx, number, function, _REPORT, passed=True, at=at, by=_BY)
            entries.append(facilities.entry_of(test, actor=_BY))
        audit.append(tx, app.draw(), entries, at=at)


def _ways(country: Country, busy: tuple[str, ...]) -> Iterator[_Made]:
    chance = Chance(SEED)
    for number, row in enumerate(country.institutions().iter_rows(named=True)):
        kind = _KINDS[row["kind"]]
        is_pharmacy = kind is FacilityKind.PHARMACY
        is_busy = row["code"] in busy
        far = chance.below("facility far", number, 1000) < _OPERATING or is_busy
        is_paper = not far and chance.below("facility paper", number, 1000) < _PAPER
        facility = Facility(
            institution=ProviderCode(row["code"]),
            kind=kind,
            municipality=row["municipality"],
            readers=1 + chance.below("facility readers", number, 3) if kind is FacilityKind.HOSPITAL else 1,
            claims=Claims.PAPER if is_paper else Claims.ONLINE,
            prescriptions=_group(chance, number) if is_pharmacy else None,
            vendor=(VENDOR, _OTHER)[chance.below("facility vendor", number, 2)].id,
        )
        came_late = (
            far
            and not is_busy
            and country.today >= _LATE_FROM
            and chance.below("facility line", number, 1000) < _NO_LINE
        )
        steps = dict(_steps(chance, number, country.today, is_operating=far))
        yield _Made(facility, _line_came_late(country.today) if came_late else steps, came_late)


def _group(chance: Chance, number: int) -> int | None:
    """Prescriptions a month of a pharmacy's group; most have none."""
    if chance.below("facility group", number, 1000) >= _CHAIN:
        return None
    return 5_000 + 1_000 * chance.below("facility prescriptions", number, 120)


def _steps(chance: Chance, number: int, today: date, *, is_operating: bool) -> Iterator[tuple[Step, date]]:
    """The steps of one that operates, or of one that is on its way and has come to some step."""
    if is_operating:
        first = _FIRST + timedelta(days=chance.below("facility first", number, _DAYS_OF_BEGINNING))
    else:
        first = today - timedelta(days=30 + chance.below("facility first", number, _LATE_DAYS))
    done = len(_ORDER) if is_operating else min(chance.below("facility steps", number, 14), len(_ORDER) - 1)
    day = first
    for step, least, most in _ORDER[:done]:
        day += timedelta(days=least + chance.below(f"facility {step}", number, most - least + 1))
        if day > today:
            return
        yield step, day
    if is_operating:
        yield from _further(chance, number, day, today)


def _further(chance: Chance, number: int, day: date, today: date) -> Iterator[tuple[Step, date]]:
    """Drugs and check-ups, for six of ten each."""
    for function, test, start in _MORE:
        on = day + timedelta(days=30 + chance.below(f"facility {function}", number, 500))
        if chance.below(f"facility has {function}", number, 10) < 6 and on <= today:
            yield test, day
            yield start, on


def _line_came_late(today: date) -> dict[Step, date]:
    """One that applied and contracted in time, and could begin only lately: there was no line before."""
    began = today - timedelta(days=100)
    days = {
        Step.ACCOUNT: date(2022, 9, 1),
        Step.READER_APPLIED: date(2022, 10, 3),
        Step.VENDOR_ORDERED: date(2022, 12, 12),
        Step.USE_APPLICATION: date(2022, 12, 20),
        Step.TERMINAL_CERTIFICATE: date(2023, 1, 10),
        Step.READER_DELIVERED: date(2023, 2, 6),
    }
    late = (Step.WORK_BEGUN, Step.TEST_ELIGIBILITY, Step.READY, Step.START_ELIGIBILITY)
    return days | {step: began + timedelta(days=20 * place) for place, step in enumerate(late)}


def _subsidies(app: App, tx: Tx, made: list[_Made], at: Moment) -> Iterator[Entry]:
    """Applications of some that operate: those who came late still wait, the others were paid."""
    chance = Chance(SEED)
    late = [one for one in made if one.came_late][:_APPLICATIONS_MOST]
    others = [one for one in made if Step.START_ELIGIBILITY in one.steps and not one.came_late][:_APPLICATIONS_MOST:2]
    for number, one in enumerate([*late, *others]):
        outlay = _outlay(chance, number, one)
        answer, handed_in = facilities.subsidies.subsidy(outlay), outlay.handed_in_on
        assert handed_in is not None, "the demo's applications were handed in"
        new = Application(ApplicationId(app.draw()), one.facility.institution, outlay, handed_in, None)
        if not one.came_late:
            if not isinstance(answer, Subsidy) or answer.raise_by is None:
                continue
            decided = handed_in + timedelta(days=chance.below("facility decided", number, 30))
            new = _paid(new, answer.amount, decided)
        facilities.subsidies.put(tx, new, at=at)
        yield facilities.entry_of(new, actor=_BY)


def _paid(one: Application, amount: int, decided: date) -> Application:
    month = month_of(decided)
    return replace(
        one,
        computed=amount,
        state=DecisionState.PAID,
        decided_on=decided,
        granted=amount,
        batch=month,
        pay_on=month.next.last,
    )


def _outlay(chance: Chance, number: int, one: _Made) -> Outlay:
    steps, facility = one.steps, one.facility
    least = 1_200_000 if facility.kind is FacilityKind.HOSPITAL else 250_000
    return Outlay(
        kind=facility.kind,
        readers=facility.readers,
        cost=least + 1_000 * chance.below("facility cost", number, 400),
        applied_on=steps[Step.READER_APPLIED],
        contract_on=steps[Step.VENDOR_ORDERED],
        done_on=steps[Step.READY],
        handed_in_on=steps[Step.START_ELIGIBILITY] + timedelta(days=20),
        operating_on=steps[Step.START_ELIGIBILITY],
        prescriptions=facility.prescriptions,
        deferral=DeferralKind.NO_LINE if one.came_late else None,
    )


def _deferrals(app: App, tx: Tx, made: list[_Made], at: Moment, today: date) -> Iterator[Entry]:
    """Those whose line came late could wait; of those that are on their way some may, and some have asked."""
    for one in [one for one in made if one.came_late][:_APPLICATIONS_MOST]:
        line, asked = one.steps[Step.WORK_BEGUN], date(2023, 3, 1)
        until = facilities.deferrals.longest(DeferralKind.NO_LINE, line)
        known = Deferral(ApplicationId(app.draw()), one.facility.institution, DeferralKind.NO_LINE, asked, line)
        waited = replace(known, state=DecisionState.GRANTED, decided_on=date(2023, 3, 20), until=until)
        facilities.deferrals.put(tx, waited, at=at)
        yield facilities.entry_of(waited, actor=_BY)
    late = [one for one in made if Step.START_ELIGIBILITY not in one.steps and one.facility.claims is not Claims.PAPER]
    kinds = (DeferralKind.NO_LINE, DeferralKind.BUILDING_WORKS, DeferralKind.HARDSHIP, DeferralKind.HOME_VISITS_ONLY)
    for number, one in enumerate(late[:_DEFERRALS_MOST:2]):
        asked = today - timedelta(days=10 + 7 * (number % 12))
        new = Deferral(ApplicationId(app.draw()), one.facility.institution, kinds[number % 4], asked)
        if number % 3:
            until = today + timedelta(days=120 + 15 * (number % 6))
            decided = asked + timedelta(days=7)
            new = replace(new, state=DecisionState.GRANTED, decided_on=decided, until=until)
        facilities.deferrals.put(tx, new, at=at)
        yield facilities.entry_of(new, actor=_BY)
