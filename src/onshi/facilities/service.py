"""Facilities and their steps: said, entered, taken back, imported; and what is counted of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from onshi import access
from onshi.access import PartyKind
from onshi.access.errors import UnknownParty
from onshi.audit import Entry
from onshi.db import Tx
from onshi.facilities import counting, duty, importing, vendors, way
from onshi.facilities.errors import PlaceMissing, UnknownFacility
from onshi.facilities.model import (
    Application,
    Count,
    DecisionState,
    Deferral,
    Entered,
    Facility,
    Function,
    Milestone,
    Pattern,
    Progress,
    Standing,
    Step,
    Stuck,
    Version,
)
from onshi.facilities.noting import load_entry
from onshi.facilities.store import applications as papers
from onshi.facilities.store import facilities as store
from onshi.kernel import Finding, Moment, ProviderCode, japan_day

Filed = TypeVar("Filed", Deferral, Application)
_PAGE = 500
_OPEN_MONEY = (DecisionState.APPLIED, DecisionState.GRANTED)


@dataclass(frozen=True, slots=True)
class Overview:
    """One facility as it stands on a day."""

    facility: Facility
    progress: Progress
    milestone: Milestone | None
    functions: tuple[Function, ...]
    stuck: Stuck | None
    standing: Standing
    deferrals: tuple[Deferral, ...]
    applications: tuple[Application, ...]


def party_of(institution: ProviderCode) -> str:
    """The id of its party."""
    return f"{PartyKind.INSTITUTION.value}:{institution}"


# -- What a facility is ------------------------------------------------------------------------------------------------


def put(tx: Tx, one: Facility, *, at: Moment) -> Facility:
    """Says what a facility is; what was known of it before stays as a version. Where it stands is its party's word.

    Raises UnknownParty, PlaceMissing, FacilityKindWrong, ReadersOutOfBounds, UnknownPackage (also of another vendor).
    """
    party = access.party_by_id(tx, party_of(one.institution))
    if party.municipality is None:
        raise PlaceMissing
    told = replace(one, municipality=party.municipality, closed_on=party.closed_on)
    way.check_facility(told)
    if told.vendor is not None and access.party_by_id(tx, told.vendor).kind is not PartyKind.VENDOR:
        raise UnknownParty(party=told.vendor)
    if told.package is not None:
        vendors.package_of(tx, told.package, vendor=told.vendor or "")
    store.put(tx, told, at=at)
    return told


def put_many(tx: Tx, new: Sequence[Facility], entered: Sequence[Entered], *, at: Moment, by: str) -> Entry:
    """Many facilities and their steps at once, of which nothing is known yet: for a first load. All or nothing; the
    entry is for the log.

    The caller has their places from their parties. Raises what `put` and `enter` raise.
    """
    steps: dict[ProviderCode, dict[Step, date]] = {one.institution: {} for one in new}
    for one in new:
        way.check_facility(one)
    for step in entered:
        assert step.on is not None, "a first load takes nothing back"
        steps[step.institution][step.step] = step.on
    for progress in steps.values():
        way.check(progress, on=japan_day(at))
    store.add(tx, new, at=at)
    store.add_steps(tx, entered, at=at, by=by)
    return load_entry(new, entered, actor=by)


def facility_of(tx: Tx, institution: ProviderCode) -> Facility:
    """The facility. UnknownFacility."""
    found = store.of(tx, institution)
    if found is None:
        raise UnknownFacility
    return found


def overviews(tx: Tx, wanted: Sequence[Facility], on: date) -> list[Overview]:
    """Each facility as it stands on the day."""
    codes = [one.institution for one in wanted]
    progress = store.progress_of(tx, codes)
    deferred = _by_institution(papers.deferrals_of(tx, codes))
    applied = _by_institution(papers.applications_of(tx, codes))
    return [
        _overview(
            one, progress[one.institution], deferred.get(one.institution, []), applied.get(one.institution, []), on
        )
        for one in wanted
    ]


def overview(tx: Tx, institution: ProviderCode, on: date) -> Overview:
    """One facility as it stands on the day. UnknownFacility."""
    return overviews(tx, [facility_of(tx, institution)], on)[0]


def _by_institution(found: Iterable[Filed]) -> dict[ProviderCode, list[Filed]]:
    kept: dict[ProviderCode, list[Filed]] = {}
    for one in found:
        kept.setdefault(one.institution, []).append(one)
    return kept


def _overview(
    one: Facility, progress: Progress, deferrals: Sequence[Deferral], applied: Sequence[Application], on: date
) -> Overview:
    steps = way.taken(progress, on)
    named = [it for it in deferrals if it.applied_on <= on and (it.state is DecisionState.APPLIED or it.holds(on))]
    waiting = [it.handed_in_on for it in applied if it.state in _OPEN_MONEY and it.handed_in_on <= on]
    return Overview(
        facility=one,
        progress=progress,
        milestone=way.reached(steps),
        functions=way.functions(steps),
        stuck=way.stuck_at(
            progress, on, deferral=named[-1] if named else None, subsidy_since=min(waiting, default=None)
        ),
        standing=duty.obligation(one, deferrals, on),
        deferrals=tuple(deferrals),
        applications=tuple(applied),
    )


# -- Steps -------------------------------------------------------------------------------------------------------------


def enter(tx: Tx, entered: Sequence[Entered], *, at: Moment, by: str) -> list[Entered]:
    """Enters steps of one or more facilities, corrects days, takes steps back; those that changed anything.

    What was believed before stays as a version. Raises UnknownFacility, StepMissing, StepTooEarly, StepAhead; then
    nothing is entered.
    """
    codes = sorted({one.institution for one in entered})
    if len(store.many(tx, codes)) < len(codes):
        raise UnknownFacility
    known = store.progress_of(tx, codes)
    changed = [one for one in entered if known[one.institution].get(one.step) != one.on]
    for code in codes:
        after = dict(known[code])
        for one in entered:
            if one.institution == code:
                after.pop(one.step, None)
                after |= {} if one.on is None else {one.step: one.on}
        way.check(after, on=japan_day(at))
    for one in changed:
        store.enter(tx, one, at=at, by=by)
    return changed


def import_steps(tx: Tx, data: bytes, *, at: Moment, by: str) -> tuple[list[Entered], list[Finding]]:
    """Takes every row of a file of steps that fits; what changed, and what is wrong with the other rows, by row.

    Raises StepsUnreadable.
    """
    lines, unread = importing.read(data)
    codes = sorted({one.entered.institution for one in lines})
    there = store.many(tx, codes)
    known = store.progress_of(tx, sorted(there))
    taken, unfit = importing.fit(lines, known, on=japan_day(at))
    last = {(one.entered.institution, one.entered.step): one.entered for one in taken}
    changed = [one for one in last.values() if known[one.institution].get(one.step) != one.on]
    for one in changed:
        store.enter(tx, one, at=at, by=by)
    return changed, sorted([*unread, *unfit], key=lambda one: one.row)


def steps_of(tx: Tx, institution: ProviderCode, *, known_at: Moment | None = None) -> Progress:
    """The steps of a facility, as known now or at a moment. UnknownFacility."""
    facility_of(tx, institution)
    return store.progress_of(tx, [institution], known_at=known_at)[institution]


def history_of(tx: Tx, institution: ProviderCode) -> list[Version]:
    """Every version of every step of a facility, the oldest first."""
    return store.history_of(tx, institution)


# -- Counts and lists --------------------------------------------------------------------------------------------------


def patterns(
    tx: Tx,
    on: date,
    *,
    place: str = "",
    vendor: str | None = None,
    known_at: Moment | None = None,
    is_coarse: bool = False,
) -> list[Pattern]:
    """What every count is a sum of: open facilities of a place (nothing, two or six digits) on a day.

    `is_coarse`: places only by prefecture, and vendors not told apart, which is enough for the nation and quicker.
    """
    return list(store.patterns(tx, on, place=place, vendor=vendor, known_at=known_at, is_coarse=is_coarse))


def counts_on(tx: Tx, on: date, *, by: str, place: str = "", known_at: Moment | None = None) -> dict[str, Count]:
    """The counts by `nation`, `prefecture`, `municipality`, `kind` or `vendor`, as known now or at a moment."""
    found = patterns(tx, on, place=place, known_at=known_at, is_coarse=by in counting.COARSE)
    return counting.counts(found, counting.BY[by], on=on)


def operating(
    tx: Tx, on: date, function: Function, *, place: str = "", after: str = "", limit: int | None = None
) -> list[Facility]:
    """Facilities of a place in which a function is in operation on the day, by code."""
    needed = dict.fromkeys((*way.MILESTONES.values(), way.STARTS[function]))
    return store.operating(tx, on, tuple(needed), place=place, after=after, limit=limit)


def stuck_in(
    tx: Tx, on: date, *, place: str = "", vendor: str | None = None, at: str = "", after: str = "", limit: int = 200
) -> list[Overview]:
    """Up to `limit` facilities of a place (or of those that name a vendor) that do not operate on the day and stand
    still, by code; `at`: only those at this step."""
    kept: list[Overview] = []
    while len(kept) < limit:
        # Ready has to have come as well: a first day of use that was set ahead comes without it.
        found = store.without(
            tx, on, tuple(way.MILESTONES.values()), place=place, vendor=vendor, after=after, limit=_PAGE
        )
        looked = overviews(tx, found, on)
        kept += [one for one in looked if one.stuck is not None and at in ("", one.stuck.at)]
        if len(found) < _PAGE:
            break
        after = found[-1].institution
    return kept[:limit]


def customers_of(tx: Tx, vendor: str, on: date) -> list[Facility]:
    """The facilities that name a vendor."""
    return store.of_vendor(tx, vendor, on)
