"""Reports with their lines."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, select

from onshi.db import Tx
from onshi.outreach.model import FIGURES, Outcome, Report, ReportLine, Totals, Why
from onshi.outreach.store.tables import report_lines, reports

_Key = tuple[str, date, int]


def as_report(row: Row[Any], lines: Mapping[_Key, Sequence[ReportLine]]) -> Report:
    """A row of `outreach_reports` with its lines."""
    return Report(
        row.owner,
        row.kind,
        row.as_of,
        row.version,
        tuple(lines.get((row.owner, row.as_of, row.version), ())),
        Totals(*(getattr(row, name) for name in FIGURES)),
        row.note,
        row.reason,
        row.saved_at,
        row.sent_at,
    )


def as_line(row: Row[Any]) -> ReportLine:
    """A row of `outreach_report_lines`."""
    why = None if row.why is None else Why(row.why)
    return ReportLine(row.measure, row.channel, Outcome(row.outcome), why, row.reach, row.cost)


def of_owner(tx: Tx, owner: str, first: date, last: date) -> list[Report]:
    """Every version of an organisation's reports of days from `first` to `last`, the oldest first."""
    return _found(tx, (reports.c.owner == owner) & reports.c.as_of.between(first, last))


def of_kinds(tx: Tx, kinds: Iterable[str], first: date, last: date) -> list[Report]:
    """Every version of every report of these kinds in the same span."""
    return _found(tx, reports.c.kind.in_(list(kinds)) & reports.c.as_of.between(first, last))


def _found(tx: Tx, where: ColumnElement[bool]) -> list[Report]:
    lines: dict[_Key, list[ReportLine]] = {}
    is_its = and_(*(report_lines.c[name] == reports.c[name] for name in ("owner", "as_of", "version")))
    order = (report_lines.c.measure, report_lines.c.channel)
    for row in tx.execute(select(report_lines).join(reports, is_its).where(where).order_by(*order)):
        lines.setdefault((row.owner, row.as_of, row.version), []).append(as_line(row))
    query = select(reports).where(where).order_by(reports.c.owner, reports.c.as_of, reports.c.version)
    return [as_report(row, lines) for row in tx.execute(query)]


def put(tx: Tx, report: Report) -> None:
    """Writes a version in place of what it was."""
    for table in (report_lines, reports):
        this = (table.c.owner == report.owner) & (table.c.as_of == report.as_of) & (table.c.version == report.version)
        tx.execute(delete(table).where(this))
    key = {"owner": report.owner, "as_of": report.as_of, "version": report.version}
    figures = {name: getattr(report.totals, name) for name in FIGURES}
    rest = {
        "kind": report.kind,
        "note": report.note,
        "reason": report.reason,
        "saved_at": report.saved_at,
        "sent_at": report.sent_at,
    }
    tx.execute(insert(reports), [key | figures | rest])
    if report.lines:
        tx.execute(insert(report_lines), [key | _line(one) for one in report.lines])


def _line(one: ReportLine) -> dict[str, Any]:
    return {
        "measure": one.measure,
        "channel": one.channel,
        "outcome": one.outcome.value,
        "why": None if one.why is None else one.why.value,
        "reach": one.reach,
        "cost": one.cost,
    }
