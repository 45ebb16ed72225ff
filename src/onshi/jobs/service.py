"""The verbs of the queue.

`claim`, `save_part` and `fail` are for `transaction(appending=True)`: they lock the one row they change, and the
work that goes with them must not be SERIALIZABLE.
"""

from collections.abc import Sequence

from onshi.db import Tx
from onshi.jobs import rules, store
from onshi.jobs.errors import LeaseLost, TooManyJobs, UnknownJob
from onshi.jobs.model import Job, JobState, Part, Task
from onshi.jobs.rules import KEEP_RESULTS, KEEP_UNFINISHED, LEASE
from onshi.kernel import Moment


def enqueue(tx: Tx, job_id: str, *, kind: str, party: str, parts: Sequence[Part], at: Moment) -> Job:
    """A new job for `party`. `job_id` is random and new. ValueError without parts; raises TooManyJobs."""
    if not parts:
        raise ValueError("a job has at least one part")
    if store.unfinished(tx, party) >= rules.UNFINISHED_MAX:
        raise TooManyJobs(limit=rules.UNFINISHED_MAX)
    job = Job(
        id=job_id,
        kind=kind,
        party=party,
        state=JobState.QUEUED,
        total=sum(part.count for part in parts),
        done=0,
        parts=len(parts),
        created_at=at,
        started_at=None,
        finished_at=None,
        expires_at=Moment(at + KEEP_UNFINISHED),
        lease_until=Moment(0),
        attempts=0,
        error=None,
    )
    store.add(tx, job, parts)
    return job


def claim(tx: Tx, *, holder: int, at: Moment) -> Task | None:
    """The next part to work on, held for LEASE under the random number `holder`; None when nothing waits.

    Jobs take turns part by part. A part whose worker died is given out again when its lease is over; after five
    deaths over the same part the job fails.
    """
    while (job := store.next_free(tx, at)) is not None:
        part = store.next_part(tx, job.id)
        if part is None or rules.is_worn_out(job):
            _end(tx, job.id, JobState.FAILED, at=at, error=rules.ABANDONED)
            continue
        store.hold(tx, job.id, holder=holder, at=at, until=Moment(at + LEASE))
        number, content, count = part
        return Task(job, number, content, count, holder)
    return None


def save_part(tx: Tx, task: Task, output: bytes, *, at: Moment) -> Job:
    """Saves what came of a part, in the transaction that did its work; the last part finishes the job.

    Raises LeaseLost when the part is no longer this worker's, so that no result is ever there twice.
    """
    held = store.advance(tx, task.job.id, holder=task.holder, count=task.count)
    if not held or not store.put_output(tx, task.job.id, task.part, output):
        raise LeaseLost
    job = _found(tx, task.job.id)
    if rules.is_complete(job):
        store.finish(tx, job.id, JobState.DONE, at=at, expires_at=Moment(at + KEEP_RESULTS), error=None)
        job = _found(tx, job.id)
    return job


def fail(tx: Tx, task: Task, code: str, *, at: Moment) -> None:
    """Ends the job with the code of what went wrong and deletes its inputs and results."""
    if store.find(tx, task.job.id) is not None:
        _end(tx, task.job.id, JobState.FAILED, at=at, error=code)


def job_of(tx: Tx, job_id: str, party: str) -> Job:
    """The job, if it is this party's; raises UnknownJob."""
    job = store.find(tx, job_id)
    if job is None or job.party != party:
        raise UnknownJob
    return job


def cancel(tx: Tx, job_id: str, party: str) -> None:
    """Deletes the job with its inputs and results, whatever its state; raises UnknownJob."""
    store.drop(tx, job_of(tx, job_id, party).id)


def output_sizes(tx: Tx, job: Job) -> list[int]:
    """Bytes of each part's output, in order."""
    return store.output_sizes(tx, job.id)


def output_of(tx: Tx, job: Job, part: int) -> bytes:
    """The output of one part; raises UnknownJob when it was deleted meanwhile."""
    found = store.output(tx, job.id, part)
    if found is None:
        raise UnknownJob
    return found


def unfinished(tx: Tx, party: str) -> int:
    """How many jobs of the party wait or are being worked on."""
    return store.unfinished(tx, party)


def counts(tx: Tx) -> dict[JobState, int]:
    """How many jobs there are by state; states without any are left out."""
    return store.counts(tx)


def purge(tx: Tx, *, at: Moment) -> int:
    """Deletes jobs that have expired, with their results; returns how many."""
    return store.drop_expired(tx, at)


def _found(tx: Tx, job_id: str) -> Job:
    job = store.find(tx, job_id)
    assert job is not None, "a job that was just changed is there"
    return job


def _end(tx: Tx, job_id: str, state: JobState, *, at: Moment, error: str) -> None:
    store.drop_parts(tx, job_id)
    store.finish(tx, job_id, state, at=at, expires_at=Moment(at + KEEP_RESULTS), error=error)
