"""Materials and visits: rows in and out."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from onshi.cards import Venue
from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode
from onshi.requests.model import DeclineReason, HandedOn, Material, MaterialId, Visit, VisitId, VisitState
from onshi.requests.store.tables import handed_on, materials, minimums, visits


def as_material(row: Row[Any]) -> Material:
    """A row of `requests_materials`."""
    return Material(
        row.material_id,
        row.owner,
        row.title_ja,
        row.title_en,
        row.language,
        row.audience,
        row.file_name,
        row.size,
        row.digest,
        row.added_on,
    )


def as_visit(row: Row[Any]) -> Visit:
    """A row of `requests_visits`."""
    return Visit(
        id=row.visit_id,
        body=row.body,
        municipality=MunicipalityCode(row.municipality),
        venue=Venue(row.venue),
        wished=tuple(date.fromisoformat(day) for day in row.wished),
        expected=row.expected,
        asked_on=row.asked_on,
        state=VisitState(row.state),
        day=row.day,
        time=row.starts,
        reason=None if row.reason is None else DeclineReason(row.reason),
        applications=row.applications,
        changed_on=row.changed_on,
    )


def add_material(tx: Tx, new: Material) -> None:
    """A material of the catalogue."""
    tx.execute(
        insert(materials).values(
            material_id=new.id,
            owner=new.owner,
            title_ja=new.title_ja,
            title_en=new.title_en,
            language=new.language,
            audience=new.audience,
            file_name=new.file_name,
            size=new.size,
            digest=new.digest,
            added_on=new.added_on,
        )
    )


def all_materials(tx: Tx) -> list[Material]:
    """The catalogue, the newest first."""
    query = select(materials).order_by(materials.c.added_on.desc(), materials.c.material_id)
    return [as_material(row) for row in tx.execute(query)]


def materials_among(tx: Tx, wanted: Sequence[MaterialId]) -> dict[MaterialId, Material]:
    """Those of `wanted` that are there."""
    query = select(materials).where(materials.c.material_id.in_(list(wanted)))
    return {row.material_id: as_material(row) for row in tx.execute(query)}


def add_handing(tx: Tx, handing_id: int, new: HandedOn) -> None:
    """Somebody handed a material on."""
    tx.execute(
        insert(handed_on).values(
            handing_id=handing_id, material_id=new.material, body=new.body, handed_on=new.on, copies=new.copies
        )
    )


def copies_of_body(tx: Tx, body: str) -> dict[MaterialId, int]:
    """How many copies of each material the body handed on."""
    query = (
        select(handed_on.c.material_id, func.sum(handed_on.c.copies).label("copies"))
        .where(handed_on.c.body == body)
        .group_by(handed_on.c.material_id)
    )
    return {row.material_id: int(row.copies) for row in tx.execute(query)}


def copies_of_owner(tx: Tx, owner: str) -> Mapping[MaterialId, int]:
    """How many copies of each of the owner's materials were handed on, by anybody."""
    query = (
        select(handed_on.c.material_id, func.sum(handed_on.c.copies).label("copies"))
        .join(materials, materials.c.material_id == handed_on.c.material_id)
        .where(materials.c.owner == owner)
        .group_by(handed_on.c.material_id)
    )
    return {row.material_id: int(row.copies) for row in tx.execute(query)}


def add_visit(tx: Tx, new: Visit) -> None:
    """A visit that is asked for."""
    tx.execute(
        insert(visits).values(
            visit_id=new.id,
            body=new.body,
            municipality=new.municipality,
            venue=new.venue.value,
            wished=[day.isoformat() for day in new.wished],
            expected=new.expected,
            asked_on=new.asked_on,
            **_changing(new),
        )
    )


def set_visit(tx: Tx, one: Visit) -> None:
    """Writes what of a visit can change."""
    tx.execute(update(visits).where(visits.c.visit_id == one.id).values(**_changing(one)))


def _changing(one: Visit) -> dict[str, Any]:
    return {
        "state": one.state.value,
        "day": one.day,
        "starts": one.time,
        "reason": None if one.reason is None else one.reason.value,
        "applications": one.applications,
        "changed_on": one.changed_on,
    }


def visit(tx: Tx, wanted: VisitId) -> Visit | None:
    """The visit, or None."""
    row = tx.execute(select(visits).where(visits.c.visit_id == wanted)).first()
    return None if row is None else as_visit(row)


def visits_of_body(tx: Tx, body: str) -> list[Visit]:
    """What a body asked for, the newest first."""
    query = select(visits).where(visits.c.body == body).order_by(visits.c.asked_on.desc(), visits.c.visit_id)
    return [as_visit(row) for row in tx.execute(query)]


def visits_to(tx: Tx, municipality: MunicipalityCode) -> list[Visit]:
    """What a town was asked for, the oldest first."""
    query = (
        select(visits)
        .where(visits.c.municipality == municipality)
        .order_by(visits.c.asked_on, visits.c.day, visits.c.visit_id)
    )
    return [as_visit(row) for row in tx.execute(query)]


def set_minimum(tx: Tx, municipality: MunicipalityCode, minimum: int, *, at: Moment) -> None:
    """The town's own setting from a moment on."""
    tx.execute(insert(minimums).values(municipality=municipality, set_at=at, minimum=minimum))


def minimum(tx: Tx, municipality: MunicipalityCode) -> int | None:
    """The setting as it stands; None when the town has never set one."""
    query = (
        select(minimums.c.minimum)
        .where(minimums.c.municipality == municipality)
        .order_by(minimums.c.set_at.desc())
        .limit(1)
    )
    row = tx.execute(query).first()
    return None if row is None else int(row.minimum)
