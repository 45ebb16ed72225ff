"""Plans with their lines."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, select

from onshi.db import Tx
from onshi.kernel import parse_month
from onshi.outreach.model import Plan, PlanHead, PlanLine, PlanState
from onshi.outreach.store.tables import plan_lines, plans

_Key = tuple[str, int, int]


def as_plan(row: Row[Any], lines: Mapping[_Key, Sequence[PlanLine]]) -> Plan:
    """A row of `outreach_plans` with its lines."""
    return Plan(
        row.owner,
        row.kind,
        row.year,
        row.version,
        PlanHead(row.post, row.target_holders, row.target_registrations),
        tuple(lines.get((row.owner, row.year, row.version), ())),
        PlanState(row.state),
        row.reason,
        row.comment,
        row.saved_at,
        row.submitted_at,
        row.decided_at,
    )


def as_line(row: Row[Any]) -> PlanLine:
    """A row of `outreach_plan_lines`."""
    months = tuple(parse_month(one) for one in row.months.split())
    return PlanLine(row.measure, row.channel, months, row.audience, row.budget)


def of_owner(tx: Tx, owner: str, year: int) -> list[Plan]:
    """Every version of an organisation's plan of a year, the oldest first."""
    return _found(tx, (plans.c.owner == owner) & (plans.c.year == year))


def of_kinds(tx: Tx, kinds: Iterable[str], year: int) -> list[Plan]:
    """Every version of every plan of these kinds."""
    return _found(tx, plans.c.kind.in_(list(kinds)) & (plans.c.year == year))


def _found(tx: Tx, where: ColumnElement[bool]) -> list[Plan]:
    lines: dict[_Key, list[PlanLine]] = {}
    is_its = and_(*(plan_lines.c[name] == plans.c[name] for name in ("owner", "year", "version")))
    order = (plan_lines.c.measure, plan_lines.c.channel)
    for row in tx.execute(select(plan_lines).join(plans, is_its).where(where).order_by(*order)):
        lines.setdefault((row.owner, row.year, row.version), []).append(as_line(row))
    query = select(plans).where(where).order_by(plans.c.owner, plans.c.year, plans.c.version)
    return [as_plan(row, lines) for row in tx.execute(query)]


def put(tx: Tx, plan: Plan) -> None:
    """Writes a version in place of what it was."""
    for table in (plan_lines, plans):
        this = (table.c.owner == plan.owner) & (table.c.year == plan.year) & (table.c.version == plan.version)
        tx.execute(delete(table).where(this))
    key = {"owner": plan.owner, "year": plan.year, "version": plan.version}
    rest = {
        "kind": plan.kind,
        "state": plan.state.value,
        "post": plan.head.post,
        "target_holders": plan.head.target_holders,
        "target_registrations": plan.head.target_registrations,
        "reason": plan.reason,
        "comment": plan.comment,
        "saved_at": plan.saved_at,
        "submitted_at": plan.submitted_at,
        "decided_at": plan.decided_at,
    }
    tx.execute(insert(plans), [key | rest])
    if plan.lines:
        tx.execute(insert(plan_lines), [key | _line(one) for one in plan.lines])


def _line(one: PlanLine) -> dict[str, Any]:
    return {
        "measure": one.measure,
        "channel": one.channel,
        "months": " ".join(map(str, one.months)),
        "audience": one.audience,
        "budget": one.budget,
    }
