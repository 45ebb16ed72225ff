"""The table of papers and its queries."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    Row,
    String,
    Table,
    Text,
    case,
    func,
    insert,
    select,
    text,
    update,
)

from onshi.db import Tx, metadata
from onshi.kernel import InsurerNumber, PersonId
from onshi.papers.model import Batch, BatchId, Handed, Paper, PaperId, PaperKind, PaperState

# The key on SQLite is the table itself; on PostgreSQL the migration partitions by its first column.
_CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}

papers = Table(
    "papers_papers",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", BigInteger, primary_key=True, autoincrement=False),
    Column("insurer", String(8), nullable=False),
    Column("coverage_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("ground", Text),
    Column("month", Date, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("valid_to", Date),
    Column("state", Text, nullable=False),
    Column("ended_on", Date),
    Column("handed", Text, nullable=False),
    Column("batch_id", BigInteger),
    **_CLUSTERED,
)
Index("papers_papers_by_month", papers.c.insurer, papers.c.month)
Index("papers_papers_by_end", papers.c.insurer, papers.c.valid_to)
Index("papers_papers_by_batch", papers.c.batch_id)
_of_batch = text("batch_id IS NOT NULL")
# A list brings nobody a second paper, however often it is issued.
Index(
    "papers_papers_once",
    papers.c.person_id,
    papers.c.insurer,
    papers.c.ground,
    papers.c.month,
    unique=True,
    sqlite_where=_of_batch,
    postgresql_where=_of_batch,
)


def as_paper(row: Row[Any]) -> Paper:
    """A row of `papers_papers`."""
    return Paper(
        id=row.paper_id,
        insurer=row.insurer,
        person=row.person_id,
        coverage=row.coverage_id,
        kind=PaperKind(row.kind),
        ground=row.ground,
        month=row.month,
        issued_on=row.issued_on,
        valid_to=row.valid_to,
        handed=Handed(row.handed),
        batch=row.batch_id,
        state=PaperState(row.state),
        ended_on=row.ended_on,
    )


def add(tx: Tx, new: Sequence[Paper]) -> None:
    """Adds papers, by the thousand if need be."""
    if not new:
        return
    rows = [
        {
            "person_id": one.person,
            "paper_id": one.id,
            "insurer": one.insurer,
            "coverage_id": one.coverage,
            "kind": one.kind.value,
            "ground": one.ground,
            "month": one.month,
            "issued_on": one.issued_on,
            "valid_to": one.valid_to,
            "state": one.state.value,
            "ended_on": one.ended_on,
            "handed": one.handed.value,
            "batch_id": one.batch,
        }
        for one in new
    ]
    tx.execute(insert(papers), rows)


def set_state(tx: Tx, one: Paper) -> None:
    """Writes what of a paper can change."""
    this = (papers.c.person_id == one.person) & (papers.c.paper_id == one.id)
    tx.execute(update(papers).where(this).values(state=one.state.value, ended_on=one.ended_on))


def _found(tx: Tx, *conditions: Any) -> list[Paper]:
    query = select(papers).where(*conditions).order_by(papers.c.issued_on, papers.c.person_id, papers.c.paper_id)
    return [as_paper(row) for row in tx.execute(query)]


def one(tx: Tx, person: PersonId, paper: PaperId) -> Paper | None:
    """The paper, or None."""
    found = _found(tx, papers.c.person_id == person, papers.c.paper_id == paper)
    return found[0] if found else None


def of_person(tx: Tx, person: PersonId) -> list[Paper]:
    """Every paper of the person, the oldest first."""
    return _found(tx, papers.c.person_id == person)


def of_batch(tx: Tx, batch: BatchId) -> list[Paper]:
    """Every paper of a batch."""
    return _found(tx, papers.c.batch_id == batch)


def standing(tx: Tx, insurer: InsurerNumber) -> list[Paper]:
    """Every paper of the insurer that is neither returned, lapsed nor replaced."""
    return _found(tx, papers.c.insurer == insurer, papers.c.state == PaperState.ISSUED.value)


def insurers(tx: Tx) -> list[InsurerNumber]:
    """Whose papers stand."""
    query = select(papers.c.insurer).where(papers.c.state == PaperState.ISSUED.value).distinct()
    return [InsurerNumber(row.insurer) for row in tx.execute(query.order_by(papers.c.insurer))]


def lapsed(tx: Tx, insurer: InsurerNumber) -> list[Paper]:
    """Every paper of the insurer that is to be returned."""
    return _found(tx, papers.c.insurer == insurer, papers.c.state == PaperState.LAPSED.value)


def ending(tx: Tx, insurer: InsurerNumber, first: date, after: date) -> list[Paper]:
    """Standing papers whose last day is one of [first, after)."""
    days = (papers.c.valid_to >= first, papers.c.valid_to < after)
    return _found(tx, papers.c.insurer == insurer, papers.c.state == PaperState.ISSUED.value, *days)


def valid(tx: Tx, insurer: InsurerNumber, on: date) -> dict[int, tuple[PaperId, date]]:
    """The coverages with a 資格確認書 that counts on the day or later: its id and last day, the longest."""
    query = (
        select(papers.c.coverage_id, papers.c.paper_id, papers.c.valid_to)
        .where(
            papers.c.insurer == insurer,
            papers.c.kind == PaperKind.QUALIFICATION.value,
            papers.c.state == PaperState.ISSUED.value,
            papers.c.valid_to >= on,
        )
        .order_by(papers.c.valid_to, papers.c.paper_id)
    )
    return {row.coverage_id: (row.paper_id, row.valid_to) for row in tx.execute(query)}


def brought_by_list(tx: Tx, insurer: InsurerNumber, month: date) -> set[tuple[PersonId, str]]:
    """Whom the list of the month brought a paper already, and on which ground."""
    query = select(papers.c.person_id, papers.c.ground).where(
        papers.c.insurer == insurer, papers.c.month == month, _of_batch
    )
    return {(row.person_id, row.ground) for row in tx.execute(query)}


def batches(tx: Tx, insurer: InsurerNumber, limit: int) -> list[Batch]:
    """The insurer's batches, the newest first."""
    standing = func.sum(case((papers.c.state == PaperState.ISSUED.value, 1), else_=0)).label("standing")
    what = (papers.c.batch_id, papers.c.month, papers.c.issued_on, papers.c.handed)
    query = (
        select(*what, func.count().label("papers"), standing)
        .where(papers.c.insurer == insurer, _of_batch)
        .group_by(*what)
        .order_by(papers.c.issued_on.desc(), papers.c.batch_id)
        .limit(limit)
    )
    return [
        Batch(row.batch_id, row.month, row.issued_on, Handed(row.handed), row.papers, row.standing)
        for row in tx.execute(query)
    ]
