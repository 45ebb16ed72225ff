"""Records of facilities and their steps."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, literal, null, or_, select, true

from onshi.db import OPEN, Tx
from onshi.facilities.model import (
    Claims,
    DecisionState,
    DeferralKind,
    Entered,
    Facility,
    FacilityKind,
    PackageId,
    Pattern,
    Step,
    Version,
)
from onshi.facilities.store import versions
from onshi.facilities.store.tables import applications, deferrals, records, steps
from onshi.kernel import Moment, ProviderCode

_ORDER = tuple(Step)


def as_facility(row: Row[Any]) -> Facility:
    """A row of `facilities_records`."""
    return Facility(
        institution=ProviderCode(row.institution),
        kind=FacilityKind(row.kind),
        municipality=row.municipality,
        readers=row.readers,
        claims=Claims(row.claims),
        prescriptions=row.prescriptions,
        vendor=row.vendor,
        package=None if row.package_id is None else PackageId(row.package_id),
        closed_on=row.closed_on,
    )


def _as_row(one: Facility) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "municipality": one.municipality,
        "readers": one.readers,
        "claims": one.claims.value,
        "prescriptions": one.prescriptions,
        "vendor": one.vendor,
        "package_id": one.package,
        "closed_on": one.closed_on,
    }


def as_version(row: Row[Any]) -> Version:
    """A row of `facilities_steps`."""
    until = None if row.known_to == OPEN else Moment(row.known_to)
    return Version(Step(row.step), row.taken_on, Moment(row.known_from), until, row.entered_by)


def put(tx: Tx, one: Facility, *, at: Moment) -> None:
    """This is what is known of the facility from now on."""
    versions.replace(tx, records, {"institution": one.institution}, _as_row(one), at=at)


def add(tx: Tx, new: Sequence[Facility], *, at: Moment) -> None:
    """Facilities of which nothing was known."""
    versions.add(tx, records, [{"institution": one.institution, **_as_row(one)} for one in new], at=at)


def of(tx: Tx, institution: ProviderCode, *, known_at: Moment | None = None) -> Facility | None:
    """The facility, or None."""
    query = select(records).where(records.c.institution == institution, versions.known(records, known_at))
    row = tx.execute(query).first()
    return None if row is None else as_facility(row)


def many(tx: Tx, wanted: Sequence[ProviderCode]) -> dict[ProviderCode, Facility]:
    """Those of the facilities that are known."""
    found: dict[ProviderCode, Facility] = {}
    for chunk in versions.chunks(wanted):
        query = select(records).where(records.c.institution.in_(chunk), versions.known(records, None))
        found |= {ProviderCode(row.institution): as_facility(row) for row in tx.execute(query)}
    return found


def of_vendor(tx: Tx, vendor: str, on: date) -> list[Facility]:
    """The open facilities that name the vendor, by code."""
    query = select(records).where(records.c.vendor == vendor, versions.known(records, None), _is_open(on))
    return [as_facility(row) for row in tx.execute(query.order_by(records.c.institution))]


def _is_open(on: date) -> ColumnElement[bool]:
    return or_(records.c.closed_on.is_(None), records.c.closed_on > on)


def _in_place(prefix: str) -> ColumnElement[bool]:
    """In a place by the beginning of its code: nothing for the nation, two digits, six digits."""
    if not prefix:
        return true()
    # As a range, because an index serves it on both engines; the colon is the sign behind the nine.
    return and_(records.c.municipality >= prefix, records.c.municipality < f"{prefix}:")


# -- Steps -------------------------------------------------------------------------------------------------------------


def progress_of(
    tx: Tx, wanted: Sequence[ProviderCode], *, known_at: Moment | None = None
) -> dict[ProviderCode, dict[Step, date]]:
    """The steps of each of the facilities."""
    found: dict[ProviderCode, dict[Step, date]] = {one: {} for one in wanted}
    for chunk in versions.chunks(wanted):
        query = select(steps).where(steps.c.institution.in_(chunk), versions.known(steps, known_at))
        for row in tx.execute(query):
            found[ProviderCode(row.institution)][Step(row.step)] = row.taken_on
    return found


def history_of(tx: Tx, institution: ProviderCode) -> list[Version]:
    """Every version of every step, the oldest first."""
    query = select(steps).where(steps.c.institution == institution).order_by(steps.c.known_from, steps.c.step)
    return [as_version(row) for row in tx.execute(query)]


def enter(tx: Tx, one: Entered, *, at: Moment, by: str) -> None:
    """The step has this day from now on, or is taken back."""
    key = {"institution": one.institution, "step": one.step.value}
    row = None if one.on is None else {"taken_on": one.on, "entered_by": by}
    versions.replace(tx, steps, key, row, at=at)


def add_steps(tx: Tx, new: Sequence[Entered], *, at: Moment, by: str) -> None:
    """Steps of which nothing was known."""
    rows = [
        {"institution": one.institution, "step": one.step.value, "taken_on": one.on, "entered_by": by} for one in new
    ]
    versions.add(tx, steps, rows, at=at)


# -- Patterns ----------------------------------------------------------------------------------------------------------


def patterns(
    tx: Tx, on: date, *, place: str, vendor: str | None, known_at: Moment | None, is_coarse: bool
) -> Iterator[Pattern]:
    """Open facilities by place, kind, way of claiming, vendor, steps taken, deferral and money waited for."""
    here = [versions.known(records, known_at), _is_open(on), _in_place(place)]
    if vendor is not None:
        here.append(records.c.vendor == vendor)
    masks = _masks(on, known_at, here if place or vendor else None)
    deferred = _deferred(on, known_at)
    waiting = _waiting(on, known_at)
    town, maker = records.c.municipality, records.c.vendor
    groups = (
        (func.substr(town, 1, 2) if is_coarse else town).label("municipality"),
        records.c.kind,
        records.c.claims,
        (null() if is_coarse else maker).label("vendor"),
        func.coalesce(masks.c.mask, 0).label("mask"),
        deferred.c.kind.label("deferral"),
        waiting.c.waits.label("waits"),
    )
    each = (
        select(*groups)
        .select_from(records)
        .outerjoin(masks, masks.c.institution == records.c.institution)
        .outerjoin(deferred, deferred.c.institution == records.c.institution)
        .outerjoin(waiting, waiting.c.institution == records.c.institution)
        .where(*here)
        .subquery()
    )
    query = select(each, func.count().label("facilities")).group_by(*each.c)
    for row in tx.execute(query):
        yield _as_pattern(row)


def _masks(on: date, known_at: Moment | None, here: list[ColumnElement[bool]] | None) -> Any:
    """The steps that each has taken by the day as one number, a bit a step."""
    bit = case(*((steps.c.step == one.value, 1 << number) for number, one in enumerate(_ORDER)), else_=0)
    query = select(steps.c.institution, func.sum(bit).label("mask"))
    query = query.where(versions.known(steps, known_at), steps.c.taken_on <= on)
    if here is not None:
        query = query.where(steps.c.institution.in_(select(records.c.institution).where(*here)))
    return query.group_by(steps.c.institution).subquery()


@cache
def _steps_of(mask: int) -> frozenset[Step]:
    return frozenset(one for number, one in enumerate(_ORDER) if mask >> number & 1)


def _deferred(on: date, known_at: Moment | None) -> Any:
    """The deferral of each that is undecided or holds; of two the last kind."""
    undecided = deferrals.c.state == DecisionState.APPLIED.value
    holds = and_(
        deferrals.c.state == DecisionState.GRANTED.value,
        or_(deferrals.c.until.is_(None), deferrals.c.until >= on),
    )
    return (
        select(deferrals.c.institution, func.max(deferrals.c.kind).label("kind"))
        .where(versions.known(deferrals, known_at), deferrals.c.applied_on <= on, or_(undecided, holds))
        .group_by(deferrals.c.institution)
        .subquery()
    )


def _waiting(on: date, known_at: Moment | None) -> Any:
    """Who waits for the fund."""
    open_states = (DecisionState.APPLIED.value, DecisionState.GRANTED.value)
    return (
        select(applications.c.institution, literal(1).label("waits"))
        .where(
            versions.known(applications, known_at),
            applications.c.handed_in_on <= on,
            applications.c.state.in_(open_states),
        )
        .distinct()
        .subquery()
    )


def _as_pattern(row: Row[Any]) -> Pattern:
    return Pattern(
        municipality=row.municipality,
        kind=FacilityKind(row.kind),
        claims=Claims(row.claims),
        vendor=row.vendor,
        steps=_steps_of(int(row.mask)),
        deferral=None if row.deferral is None else DeferralKind(row.deferral),
        waits_for_fund=bool(row.waits),
        count=row.facilities,
    )


# -- Lists -------------------------------------------------------------------------------------------------------------


def operating(
    tx: Tx, on: date, needed: Sequence[Step], *, place: str, after: str = "", limit: int | None = None
) -> list[Facility]:
    """Open facilities in a place that have taken all these steps by the day, by code."""
    query = select(records).where(
        versions.known(records, None),
        _is_open(on),
        _in_place(place),
        *(_has(step, on) for step in needed),
        records.c.institution > after,
    )
    query = query.order_by(records.c.institution)
    return [as_facility(row) for row in tx.execute(query if limit is None else query.limit(limit))]


def without(
    tx: Tx, on: date, needed: Sequence[Step], *, place: str, vendor: str | None, after: str, limit: int
) -> list[Facility]:
    """Open facilities in a place that have not taken all these steps by the day, by code."""
    query = select(records).where(
        versions.known(records, None),
        _is_open(on),
        _in_place(place),
        or_(*(~_has(step, on) for step in needed)),
        records.c.institution > after,
    )
    if vendor is not None:
        query = query.where(records.c.vendor == vendor)
    return [as_facility(row) for row in tx.execute(query.order_by(records.c.institution).limit(limit))]


def _has(step: Step, on: date) -> ColumnElement[bool]:
    taken = (steps.c.step == step.value, steps.c.taken_on <= on, versions.known(steps, None))
    return select(steps.c.institution).where(steps.c.institution == records.c.institution, *taken).exists()
