"""The four stages, counted where the rows are."""

from sqlalchemy import case, func, select

from onshi.cards.counts import StageCount
from onshi.cards.model import Stage
from onshi.cards.store.tables import applications, events
from onshi.db import Tx
from onshi.kernel import MunicipalityCode


def stages(tx: Tx, municipality: MunicipalityCode | None, first_month: int, last_month: int) -> list[StageCount]:
    """One row for each municipality and month in which something was counted."""
    figures = [func.sum(case((events.c.stage == stage.value, 1), else_=0)).label(stage.value) for stage in Stage]
    query = (
        select(events.c.municipality, events.c.month, *figures)
        .where(events.c.stage.is_not(None), events.c.month >= first_month, events.c.month <= last_month)
        .group_by(events.c.municipality, events.c.month)
        .order_by(events.c.municipality, events.c.month)
    )
    if municipality is not None:
        query = query.where(events.c.municipality == municipality)
    return [
        StageCount(row.municipality, row.month, *(int(getattr(row, stage.value)) for stage in Stage))
        for row in tx.execute(query)
    ]


def stage_totals(tx: Tx) -> dict[MunicipalityCode, dict[Stage, int]]:
    """How many have come to each stage at any time, by municipality; who never had any is not there."""
    by = (events.c.municipality, events.c.stage)
    query = select(*by, func.count().label("applications")).where(events.c.stage.is_not(None)).group_by(*by)
    found: dict[MunicipalityCode, dict[Stage, int]] = {}
    for row in tx.execute(query):
        found.setdefault(MunicipalityCode(row.municipality), dict.fromkeys(Stage, 0))[Stage(row.stage)] = (
            row.applications
        )
    return found


def workplace_states(tx: Tx, workplace: str) -> dict[str, int]:
    """How many applications of a workplace are in each state."""
    query = (
        select(applications.c.state, func.count().label("applications"))
        .where(applications.c.workplace == workplace)
        .group_by(applications.c.state)
    )
    return {row.state: row.applications for row in tx.execute(query)}
