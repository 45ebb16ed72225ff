"""Timetables: rows in and out."""

from typing import Any

from sqlalchemy import Row, func, insert, select

from onshi.db import Tx
from onshi.kernel import Moment
from onshi.requests.model import Exactness, PlanStep, StepId, StepKind, Window
from onshi.requests.store.tables import steps


def as_step(row: Row[Any]) -> PlanStep:
    """A row of `requests_steps`."""
    return PlanStep(
        id=row.step_id,
        owner=row.owner,
        version=row.version,
        kind=StepKind(row.kind),
        audience=row.audience,
        title=row.title,
        window=Window(row.first_on, row.last_on, Exactness(row.exactness), row.is_about),
        done_on=row.done_on,
        note=row.note,
        participants=tuple(row.participants),
        decisions=row.decisions,
        is_dropped=row.is_dropped,
    )


def add(tx: Tx, one: PlanStep, *, at: Moment) -> None:
    """A new version of a line, beside the earlier ones."""
    tx.execute(
        insert(steps).values(
            step_id=one.id,
            version=one.version,
            owner=one.owner,
            kind=one.kind.value,
            audience=one.audience,
            title=one.title,
            first_on=one.window.first,
            last_on=one.window.last,
            exactness=one.window.exactness.value,
            is_about=one.window.is_about,
            done_on=one.done_on,
            note=one.note,
            participants=list(one.participants),
            decisions=one.decisions,
            is_dropped=one.is_dropped,
            changed_at=at,
        )
    )


def versions(tx: Tx, step: StepId) -> list[tuple[PlanStep, Moment]]:
    """Every version of a line with its moment, the first first."""
    query = select(steps).where(steps.c.step_id == step).order_by(steps.c.version)
    return [(as_step(row), row.changed_at) for row in tx.execute(query)]


def of_owner(tx: Tx, owner: str | None, known_at: Moment) -> list[PlanStep]:
    """The lines of an owner (None: of all) as they stood at a moment, those not dropped, in the order planned."""
    newest = (
        select(steps.c.step_id, func.max(steps.c.version).label("version"))
        .where(steps.c.changed_at <= known_at)
        .group_by(steps.c.step_id)
        .subquery()
    )
    query = (
        select(steps)
        .join(newest, (newest.c.step_id == steps.c.step_id) & (newest.c.version == steps.c.version))
        .where(~steps.c.is_dropped)
        .order_by(steps.c.owner, steps.c.first_on, steps.c.last_on, steps.c.step_id)
    )
    if owner is not None:
        query = query.where(steps.c.owner == owner)
    return [as_step(row) for row in tx.execute(query)]
