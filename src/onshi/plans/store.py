"""The tables of plans, results and advice, and their queries.

A content is kept once under its digest, with its figures beside it: both never change. What becomes of a version of a
plan, of a report and of advice are rows that end and go on as others.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    case,
    func,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from onshi.db import OPEN, Tx, metadata
from onshi.kernel import Moment, Month, MunicipalityCode, month_of
from onshi.plans import figures, rules
from onshi.plans.model import Actuals, Advice, AdviceId, AdviceState, Content, Head, Plan, PlanState, Stages

_CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}
_DIGEST = 64

contents = Table(
    "plans_contents",
    metadata,
    Column("digest", String(_DIGEST), primary_key=True),
    Column("content", Text, nullable=False),
)

amounts = Table(
    "plans_figures",
    metadata,
    Column("digest", String(_DIGEST), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
    **_CLUSTERED,
)

plans = Table(
    "plans_plans",
    metadata,
    Column("fiscal_year", Integer, primary_key=True, autoincrement=False),
    Column("municipality", String(6), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("known_to", BigInteger, primary_key=True, autoincrement=False),
    Column("known_from", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("digest", String(_DIGEST), nullable=False),
    Column("reason", Text, nullable=False),
    Column("submitted_on", Date),
    **_CLUSTERED,
)

results = Table(
    "plans_results",
    metadata,
    Column("month", Date, primary_key=True),
    Column("municipality", String(6), primary_key=True),
    Column("known_to", BigInteger, primary_key=True, autoincrement=False),
    Column("known_from", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("reported_on", Date, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("preset", BigInteger, nullable=False),
    Column("notified", BigInteger, nullable=False),
    Column("issued", BigInteger, nullable=False),
    Column("on_application", BigInteger, nullable=False),
    Column("visits", BigInteger, nullable=False),
    Column("support", BigInteger, nullable=False),
    Column("mykey", BigInteger, nullable=False),
    **_CLUSTERED,
)

advice = Table(
    "plans_advice",
    metadata,
    Column("advice_id", BigInteger, primary_key=True, autoincrement=False),
    Column("known_to", BigInteger, primary_key=True, autoincrement=False),
    Column("known_from", BigInteger, nullable=False),
    Column("municipality", String(6), nullable=False),
    Column("fiscal_year", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_on", Date),
    **_CLUSTERED,
)
Index("plans_advice_by_town", advice.c.municipality, advice.c.fiscal_year)

_COUNTING = [one.value for one in rules.COUNTS]


def as_plan(row: Row[Any]) -> Plan:
    """A row of `plans_plans` with the content of its digest."""
    return Plan(
        municipality=row.municipality,
        fiscal_year=row.fiscal_year,
        version=row.version,
        state=PlanState(row.state),
        content=msgspec.json.decode(row.content, type=Content),
        known_from=row.known_from,
        reason=row.reason,
        submitted_on=row.submitted_on,
    )


def as_actuals(row: Row[Any]) -> Actuals:
    """A row of `plans_results`."""
    return Actuals(
        municipality=row.municipality,
        month=month_of(row.month),
        stages=Stages(row.received, row.preset, row.notified, row.issued),
        on_application=row.on_application,
        visits=row.visits,
        support=row.support,
        mykey=row.mykey,
        version=row.version,
        reported_on=row.reported_on,
        known_from=row.known_from,
    )


def as_advice(row: Row[Any]) -> Advice:
    """A row of `plans_advice`."""
    return Advice(
        id=row.advice_id,
        municipality=row.municipality,
        fiscal_year=row.fiscal_year,
        version=row.version,
        on=row.given_on,
        text=row.text,
        known_from=row.known_from,
        state=AdviceState(row.state),
        answer=row.answer,
        answered_on=row.answered_on,
    )


def as_head(row: Row[Any]) -> Head:
    """A row of the last versions, with what the others of the year say."""
    return Head(
        municipality=row.municipality,
        fiscal_year=row.fiscal_year,
        version=row.version,
        state=PlanState(row.state),
        known_from=row.known_from,
        submitted_on=row.submitted_on,
        first_submitted_on=row.first_submitted_on,
        counts=row.counts,
        waits=row.undecided is not None and row.undecided == row.handed_in,
    )


def _known(table: Table, at: Moment | None) -> Any:
    """What is known now, or was at a moment."""
    if at is None:
        return table.c.known_to == OPEN
    return and_(table.c.known_from <= at, table.c.known_to > at)


def _within(column: Any, area: str | Collection[str] | None) -> Any:
    """In the prefecture of two digits, or the municipality of six, or one of several; everywhere for None."""
    if area is None:
        return true()
    return column.like(f"{area}%") if isinstance(area, str) else column.in_(area)


# -- Plans -------------------------------------------------------------------------------------------------------------


def put(tx: Tx, plan: Plan) -> None:
    """The version is from now on what `plan` says."""
    digest = rules.digest_of(plan.content)
    _keep(tx, digest, plan.content)
    key = (
        plans.c.fiscal_year == plan.fiscal_year,
        plans.c.municipality == plan.municipality,
        plans.c.version == plan.version,
    )
    tx.execute(update(plans).where(*key, _known(plans, None)).values(known_to=plan.known_from))
    row = {
        "fiscal_year": plan.fiscal_year,
        "municipality": plan.municipality,
        "version": plan.version,
        "known_to": OPEN,
        "known_from": plan.known_from,
        "state": plan.state.value,
        "digest": digest,
        "reason": plan.reason,
        "submitted_on": plan.submitted_on,
    }
    tx.execute(plans.insert(), row)


def _keep(tx: Tx, digest: str, content: Content) -> None:
    dialect = sqlite if tx.is_sqlite else postgresql
    row = {"digest": digest, "content": rules.encoded(content).decode()}
    added = dialect.insert(contents).on_conflict_do_nothing().returning(contents.c.digest)
    if tx.execute(added, row).first() is not None:
        rows = [(digest, name, value) for name, value in figures.figures_of(content).items()]
        tx.insert_rows("plans_figures", ("digest", "name", "value"), rows)


def _plans() -> Select[Any]:
    return select(plans, contents.c.content).join(contents, contents.c.digest == plans.c.digest)


def versions(tx: Tx, town: MunicipalityCode, year: int, *, at: Moment | None = None) -> list[Plan]:
    """Every version of a plan, the newest first."""
    query = _plans().where(plans.c.fiscal_year == year, plans.c.municipality == town, _known(plans, at))
    return [as_plan(row) for row in tx.execute(query.order_by(plans.c.version.desc()))]


def last(tx: Tx, town: MunicipalityCode, year: int) -> Plan | None:
    """The newest version."""
    query = _plans().where(plans.c.fiscal_year == year, plans.c.municipality == town, _known(plans, None))
    row = tx.execute(query.order_by(plans.c.version.desc()).limit(1)).first()
    return None if row is None else as_plan(row)


def heads(tx: Tx, year: int, area: str | None, *, at: Moment | None = None) -> list[Head]:
    """Where the newest version of every municipality of the area stands, in the order of their codes."""
    town, version = plans.c.municipality, plans.c.version

    def newest(*states: PlanState) -> Any:
        """The newest version of the municipality in one of the states."""
        return func.max(case((plans.c.state.in_([one.value for one in states]), version))).over(partition_by=town)

    known = (
        select(
            *plans.c,
            func.row_number().over(partition_by=town, order_by=version.desc()).label("place"),
            func.min(plans.c.submitted_on).over(partition_by=town).label("first_submitted_on"),
            newest(*rules.COUNTS).label("counts"),
            newest(PlanState.SUBMITTED).label("undecided"),
            newest(PlanState.SUBMITTED, PlanState.ACCEPTED, PlanState.RETURNED).label("handed_in"),
        )
        .where(plans.c.fiscal_year == year, _within(town, area), _known(plans, at))
        .subquery()
    )
    query = select(known).where(known.c.place == 1).order_by(known.c.municipality)
    return [as_head(row) for row in tx.execute(query)]


def _counting(year: int, area: str | Collection[str] | None, at: Moment | None) -> Any:
    """Municipality and version of the plans that are in the compilation: of each the newest that was handed in."""
    return (
        select(plans.c.municipality, func.max(plans.c.version).label("version"))
        .where(
            plans.c.fiscal_year == year,
            _within(plans.c.municipality, area),
            plans.c.state.in_(_COUNTING),
            _known(plans, at),
        )
        .group_by(plans.c.municipality)
        .subquery()
    )


def _of(counting: Any, year: int, at: Moment | None) -> Any:
    return and_(
        plans.c.fiscal_year == year,
        plans.c.municipality == counting.c.municipality,
        plans.c.version == counting.c.version,
        _known(plans, at),
    )


def counting(tx: Tx, year: int, area: str | Collection[str] | None = None) -> list[Plan]:
    """The plans that are in the compilation, in the order of their codes."""
    found = _counting(year, area, None)
    query = _plans().join(found, _of(found, year, None)).order_by(plans.c.municipality)
    return [as_plan(row) for row in tx.execute(query)]


def sums(tx: Tx, year: int, area: str | None, *, at: Moment | None = None) -> list[tuple[str, str, int]]:
    """Every figure of the plans that count, added up by prefecture, or by municipality within an area: code, name,
    sum. One statement."""
    found = _counting(year, area, at)
    code = func.substr(plans.c.municipality, 1, 2 if area is None else 6).label("area")
    query = (
        select(code, amounts.c.name, func.sum(amounts.c.value).label("value"))
        .select_from(found)
        .join(plans, _of(found, year, at))
        .join(amounts, amounts.c.digest == plans.c.digest)
        .group_by(code, amounts.c.name)
    )
    return [(row.area, row.name, int(row.value)) for row in tx.execute(query)]


# -- Results -----------------------------------------------------------------------------------------------------------


def put_results(tx: Tx, one: Actuals) -> None:
    """The report of the month is from now on this one."""
    key = (results.c.month == one.month.first, results.c.municipality == one.municipality)
    tx.execute(update(results).where(*key, _known(results, None)).values(known_to=one.known_from))
    stages = {name: getattr(one.stages, name) for name in figures.STAGES}
    row = {
        "month": one.month.first,
        "municipality": one.municipality,
        "known_to": OPEN,
        "known_from": one.known_from,
        "version": one.version,
        "reported_on": one.reported_on,
        **stages,
        "on_application": one.on_application,
        "visits": one.visits,
        "support": one.support,
        "mykey": one.mykey,
    }
    tx.execute(results.insert(), row)


def results_in(tx: Tx, first: Month, last: Month, area: str | None, *, at: Moment | None = None) -> list[Actuals]:
    """What was reported of these months, both inside, in the order of codes and months."""
    query = select(results).where(
        results.c.month >= first.first,
        results.c.month <= last.first,
        _within(results.c.municipality, area),
        _known(results, at),
    )
    return [as_actuals(row) for row in tx.execute(query.order_by(results.c.municipality, results.c.month))]


def result_of(tx: Tx, town: MunicipalityCode, month: Month) -> Actuals | None:
    """What was reported of a month, or None."""
    found = results_in(tx, month, month, town)
    return found[0] if found else None


def reported_days(
    tx: Tx, first: Month, last: Month, area: str | None, *, at: Moment | None = None
) -> dict[tuple[MunicipalityCode, Month], date]:
    """When the report of each month came first."""
    return {(one.municipality, one.month): one.reported_on for one in results_in(tx, first, last, area, at=at)}


# -- Advice ------------------------------------------------------------------------------------------------------------


def put_advice(tx: Tx, one: Advice) -> None:
    """The advice is from now on this."""
    this = (advice.c.advice_id == one.id, _known(advice, None))
    tx.execute(update(advice).where(*this).values(known_to=one.known_from))
    row = {
        "advice_id": one.id,
        "known_to": OPEN,
        "known_from": one.known_from,
        "municipality": one.municipality,
        "fiscal_year": one.fiscal_year,
        "version": one.version,
        "given_on": one.on,
        "text": one.text,
        "state": one.state.value,
        "answer": one.answer,
        "answered_on": one.answered_on,
    }
    tx.execute(advice.insert(), row)


def advice_in(tx: Tx, year: int, area: str | None, states: Sequence[AdviceState]) -> list[Advice]:
    """Advice in one of the states, the newest first."""
    query = select(advice).where(
        advice.c.fiscal_year == year,
        _within(advice.c.municipality, area),
        advice.c.state.in_([one.value for one in states]),
        _known(advice, None),
    )
    return [as_advice(row) for row in tx.execute(query.order_by(advice.c.given_on.desc(), advice.c.advice_id))]


def one_advice(tx: Tx, advice_id: AdviceId) -> Advice | None:
    """The advice, or None."""
    row = tx.execute(select(advice).where(advice.c.advice_id == advice_id, _known(advice, None))).first()
    return None if row is None else as_advice(row)
