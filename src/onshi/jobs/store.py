"""The tables of the queue."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from onshi.db import Tx, metadata
from onshi.jobs.model import Job, JobState, Part
from onshi.kernel import Moment

_UNFINISHED = (JobState.QUEUED.value, JobState.WORKING.value)

jobs_table = Table(
    "jobs_jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("expires_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("holder", BigInteger),
    # When it last had its turn: the job that waited longest comes next, so that a long one delays nobody.
    Column("turn", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    CheckConstraint("done <= total", name="jobs_jobs_do_no_item_twice"),
)
Index("jobs_jobs_by_turn", jobs_table.c.state, jobs_table.c.turn)
Index("jobs_jobs_by_expiry", jobs_table.c.expires_at)

# `input` is emptied when `output` is there: of two copies of personal data one is enough.
parts_table = Table(
    "jobs_parts",
    metadata,
    Column("job", Text, ForeignKey("jobs_jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("item_count", Integer, nullable=False),
    Column("input", LargeBinary),
    Column("output", LargeBinary),
    Column("output_size", BigInteger),
    CheckConstraint("(input IS NULL) = (output IS NOT NULL)", name="jobs_parts_hold_one_of_two"),
)


def add(tx: Tx, job: Job, parts: Sequence[Part]) -> None:
    """Writes a new job with its parts."""
    columns = {column.name for column in jobs_table.columns} - {"holder", "turn"}
    values = {name: getattr(job, name) for name in columns}
    tx.execute(insert(jobs_table).values(values | {"state": job.state.value, "turn": job.created_at}))
    rows = [
        {"job": job.id, "part": number, "item_count": part.count, "input": part.input}
        for number, part in enumerate(parts)
    ]
    tx.execute(insert(parts_table), rows)


def find(tx: Tx, job_id: str) -> Job | None:
    """The job by its id."""
    row = tx.execute(select(jobs_table).where(jobs_table.c.id == job_id)).first()
    return None if row is None else _as_job(row)


def next_free(tx: Tx, at: Moment) -> Job | None:
    """The unfinished job whose turn it is and that nobody holds, locked until the transaction ends."""
    columns = jobs_table.c
    query = (
        select(jobs_table)
        .where(columns.state.in_(_UNFINISHED), columns.lease_until <= at)
        .order_by(columns.turn, columns.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = tx.execute(query).first()
    return None if row is None else _as_job(row)


def hold(tx: Tx, job_id: str, *, holder: int, at: Moment, until: Moment) -> None:
    """Gives the job to `holder` and counts the attempt."""
    columns = jobs_table.c
    values = {
        "state": JobState.WORKING.value,
        "holder": holder,
        "lease_until": until,
        "turn": at,
        "attempts": columns.attempts + 1,
        "started_at": func.coalesce(columns.started_at, at),
    }
    tx.execute(update(jobs_table).where(columns.id == job_id).values(values))


def next_part(tx: Tx, job_id: str) -> tuple[int, bytes, int] | None:
    """Number, input and count of the first part without an output."""
    columns = parts_table.c
    query = (
        select(columns.part, columns.input, columns.item_count)
        .where(columns.job == job_id, columns.output.is_(None))
        .order_by(columns.part)
        .limit(1)
    )
    row = tx.execute(query).first()
    return None if row is None else (row.part, row.input, row.item_count)


def put_output(tx: Tx, job_id: str, part: int, output: bytes) -> bool:
    """Saves the output of a part that has none and drops its input; whether there was such a part."""
    columns = parts_table.c
    statement = (
        update(parts_table)
        .where(columns.job == job_id, columns.part == part, columns.output.is_(None))
        .values(output=output, output_size=len(output), input=None)
    )
    return bool(tx.execute(statement).rowcount)


def advance(tx: Tx, job_id: str, *, holder: int, count: int) -> bool:
    """Counts the items and gives the lease back; False when `holder` does not have it."""
    columns = jobs_table.c
    values = {"done": columns.done + count, "holder": None, "lease_until": 0, "attempts": 0}
    return bool(
        tx.execute(update(jobs_table).where(columns.id == job_id, columns.holder == holder).values(values)).rowcount
    )


def finish(tx: Tx, job_id: str, state: JobState, *, at: Moment, expires_at: Moment, error: str | None) -> None:
    """Puts the job into a final state."""
    values = {
        "state": state.value,
        "finished_at": at,
        "expires_at": expires_at,
        "holder": None,
        "lease_until": 0,
        "error": error,
    }
    tx.execute(update(jobs_table).where(jobs_table.c.id == job_id).values(values))


def drop_parts(tx: Tx, job_id: str) -> None:
    """Deletes all parts of a job."""
    tx.execute(delete(parts_table).where(parts_table.c.job == job_id))


def drop(tx: Tx, job_id: str) -> None:
    """Deletes a job with its parts."""
    tx.execute(delete(jobs_table).where(jobs_table.c.id == job_id))


def drop_expired(tx: Tx, at: Moment) -> int:
    """Deletes what has expired; returns how many jobs."""
    return tx.execute(delete(jobs_table).where(jobs_table.c.expires_at <= at)).rowcount


def unfinished(tx: Tx, party: str) -> int:
    """How many jobs of the party are not finished."""
    columns = jobs_table.c
    query = select(func.count()).where(columns.party == party, columns.state.in_(_UNFINISHED))
    return int(tx.execute(query).scalar_one())


def counts(tx: Tx) -> dict[JobState, int]:
    """How many jobs there are by state."""
    query = select(jobs_table.c.state, func.count().label("jobs")).group_by(jobs_table.c.state)
    return {JobState(row.state): row.jobs for row in tx.execute(query)}


def output_sizes(tx: Tx, job_id: str) -> list[int]:
    """The size of each output in the order of the parts."""
    columns = parts_table.c
    query = select(columns.output_size).where(columns.job == job_id, columns.output.is_not(None)).order_by(columns.part)
    return [int(size) for size in tx.execute(query).scalars() if size is not None]


def output(tx: Tx, job_id: str, part: int) -> bytes | None:
    """The output of one part."""
    columns = parts_table.c
    found: bytes | None = tx.execute(
        select(columns.output).where(columns.job == job_id, columns.part == part)
    ).scalar_one_or_none()
    return found


def _as_job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        party=row.party,
        state=JobState(row.state),
        total=row.total,
        done=row.done,
        parts=row.parts,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        lease_until=row.lease_until,
        attempts=row.attempts,
        error=row.error,
    )
