"""Appointment lists: a few hundred questions at once, or up to a hundred thousand as a job."""

import contextlib
import hashlib
from collections.abc import Iterator

import msgspec

from onshi import eligibility, jobs
from onshi.app import App
from onshi.db import DatabaseBusy, Tx
from onshi.eligibility import Asker, TooManyQueries
from onshi.interfaces.rest.dispatch import take
from onshi.interfaces.rest.operations import NDJSON
from onshi.interfaces.rest.problems import NotReady
from onshi.interfaces.rest.ranges import Span, read_range
from onshi.interfaces.rest.replies import NO_STORE, Call, Reply, has_tag, json_reply, shown_moment, tag_of
from onshi.interfaces.rest.rows import answer_rows, join_rows, read_rows, split_rows
from onshi.jobs import Job, JobState, Part, Task
from onshi.kernel import Moment, OnshiError

KIND = "check.bulk"
AT_ONCE = 500  # also the size of a job's part: small, so that a desk never waits for an appointment list
JOB_LIMIT = 100_000
BODY_LIMIT = 64 * 1024 * 1024


class JobOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """A job. `done` and `total` count questions, `progress` is their ratio in percent, rounded down.

    `result` is where the answers are once the state is `done`; `expires_at` is when everything about the job is
    deleted. `error` is a code, when the state is `failed`.
    """

    id: str
    state: JobState
    done: int
    total: int
    progress: int
    created_at: str
    expires_at: str
    started_at: str | None = None
    finished_at: str | None = None
    result: str | None = None
    error: str | None = None


class JobHeldOut(msgspec.Struct, frozen=True):
    """The answer about a job."""

    job: JobOut


def post_bulk(call: Call) -> Reply:
    """Answers up to AT_ONCE questions in one transaction; makes a job of more, or of those with a key."""
    given = read_rows(call.body)
    rows = given.checks
    if len(rows) > JOB_LIMIT:
        raise TooManyQueries(count=len(rows), limit=JOB_LIMIT)
    if len(rows) > AT_ONCE or (rows and given.key is not None):
        return _post_job(call, rows, given.key)
    caller = call.known_caller
    take(call.app, caller.client_id, len(rows) - 1, call.now)
    asker = Asker(caller.party_id, caller.party_code)
    results = answer_rows(rows, lambda queries: call.app.check(queries, asker), now=call.now)
    return Reply(200, b'{"results":[' + b",".join(results) + b"]}")


def _post_job(call: Call, rows: list[bytes], key: str | None) -> Reply:
    party = call.known_caller.party_id
    job_id = f"{call.app.draw():016x}" if key is None else _job_id(party, key)
    slices = [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]
    parts = [Part(join_rows(part), len(part)) for part in slices]

    def work(tx: Tx) -> Job:
        if key is not None:
            with contextlib.suppress(jobs.UnknownJob):
                return jobs.job_of(tx, job_id, party)
        return jobs.enqueue(tx, job_id, kind=KIND, party=party, parts=parts, at=call.now)

    job = call.app.run(work)
    return json_reply(JobHeldOut(shown_job(job)), 202, ("Location", _address(job)))


def _job_id(party: str, key: str) -> str:
    """The same for the same key of the same party: whoever does not know whether a job was made sends it again."""
    return hashlib.sha256(f"{party}\0{key}".encode()).hexdigest()[:16]


def get_job(call: Call) -> Reply:
    """How far the job is."""
    job = _own_job(call)
    body = msgspec.json.encode(JobHeldOut(shown_job(job)))
    headers = (("ETag", tag_of(body)), ("Cache-Control", "private, no-cache"))
    if has_tag(call, tag_of(body)):
        return Reply(304, headers=headers)
    return Reply(200, body, headers=headers)


def delete_job(call: Call) -> Reply:
    """Deletes the job with its questions and answers."""
    call.app.run(lambda tx: jobs.cancel(tx, call.path["job_id"], call.known_caller.party_id))
    return Reply(204)


def get_result(call: Call) -> Reply:
    """The answers, one JSON object a line in the order of the questions; whole, or one range of bytes."""
    app = call.app
    with app.db.transaction(reading=True) as tx:
        job = jobs.job_of(tx, call.path["job_id"], call.known_caller.party_id)
        if job.state is not JobState.DONE:
            raise NotReady
        sizes = jobs.output_sizes(tx, job)
    # A finished result never changes, so its name is its tag.
    tag = f'"{job.id}"'
    headers = (("ETag", tag), ("Accept-Ranges", "bytes"), NO_STORE)
    if has_tag(call, tag):
        return Reply(304, headers=headers)
    total = sum(sizes)
    span = read_range(call.headers, total, tag)
    if span is None:
        return Reply(200, _pieces(app, job, sizes, Span(0, total)), NDJSON, headers, total)
    shown = ("Content-Range", f"bytes {span.start}-{span.end - 1}/{total}")
    return Reply(206, _pieces(app, job, sizes, span), NDJSON, (*headers, shown), span.end - span.start)


def _pieces(app: App, job: Job, sizes: list[int], span: Span) -> Iterator[bytes]:
    """The bytes of `span`, a part at a time, each read in a transaction of its own."""
    start = 0
    for part, size in enumerate(sizes):
        first, last = max(span.start - start, 0), min(span.end - start, size)
        if first < last:
            with app.db.transaction(reading=True) as tx:
                output = jobs.output_of(tx, job, part)
            yield output[first:last]
        start += size


def work_once(app: App) -> bool:
    """Answers the next part of a job; False when nothing waits.

    The answers, their entries in the log and the saved result are one transaction: a worker that dies leaves
    nothing behind, and the part is done again by another.
    """
    holder = app.draw()
    task = app.db.run(lambda tx: jobs.claim(tx, holder=holder, at=app.now()), appending=True)
    if task is None:
        return False
    held = task
    try:
        app.db.run(lambda tx: _answer_part(app, tx, held), appending=True)
    except (jobs.LeaseLost, DatabaseBusy):
        return True  # somebody else has it, or will when the lease is over
    except OnshiError as error:
        code = error.code
        app.db.run(lambda tx: jobs.fail(tx, held, code, at=app.now()), appending=True)
    return True


def _answer_part(app: App, tx: Tx, task: Task) -> None:
    asker = Asker(task.job.party, task.job.party.partition(":")[2])
    at = app.now()
    results = answer_rows(
        split_rows(task.input),
        lambda queries: eligibility.check(tx, queries, at=at, batch=app.draw(), asker=asker, signer=app.signer),
        # The list was made for the day it was sent on, even when it is worked on after midnight.
        now=task.job.created_at,
    )
    jobs.save_part(tx, task, b"\n".join([*results, b""]), at=at)


def shown_job(job: Job) -> JobOut:
    """The job as it is told to its party."""
    return JobOut(
        id=job.id,
        state=job.state,
        done=job.done,
        total=job.total,
        progress=job.done * 100 // job.total,
        created_at=shown_moment(job.created_at),
        expires_at=shown_moment(job.expires_at),
        started_at=_shown(job.started_at),
        finished_at=_shown(job.finished_at),
        result=_address(job) + "/result" if job.state is JobState.DONE else None,
        error=job.error,
    )


def _own_job(call: Call) -> Job:
    with call.app.db.transaction(reading=True) as tx:
        return jobs.job_of(tx, call.path["job_id"], call.known_caller.party_id)


def _address(job: Job) -> str:
    return f"/v1/jobs/{job.id}"


def _shown(moment: Moment | None) -> str | None:
    return None if moment is None else shown_moment(moment)
