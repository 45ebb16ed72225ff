"""The queue: turns, leases, what a dead worker leaves, and what is deleted when."""

import threading

import pytest

from onshi import jobs
from onshi.db import Database, Tx
from onshi.jobs import JobState, Part
from onshi.jobs.rules import ATTEMPTS_MAX, KEEP_UNFINISHED, UNFINISHED_MAX
from onshi.kernel import Moment

AT = Moment(1_800_000_000_000_000)
CLINIC, OTHER = "institution:1312345678", "institution:1312345686"


def enqueue(tx: Tx, job_id: str = "a", *, party: str = CLINIC, parts: int = 2, at: int = AT) -> jobs.Job:
    made = [Part(f"{job_id}{number}".encode(), number + 1) for number in range(parts)]
    return jobs.enqueue(tx, job_id, kind="check.bulk", party=party, parts=made, at=Moment(at))


def claim(tx: Tx, holder: int = 1, at: int = AT) -> jobs.Task:
    task = jobs.claim(tx, holder=holder, at=Moment(at))
    assert task is not None
    return task


def test_a_job_is_worked_part_by_part_until_it_is_done(tx: Tx) -> None:
    assert enqueue(tx).total == 3
    states = []
    for number in range(2):
        task = claim(tx, at=AT + number)
        assert (task.part, task.input, task.count) == (number, f"a{number}".encode(), number + 1)
        job = jobs.save_part(tx, task, b"out%d\n" % number, at=Moment(AT + 10 + number))
        states.append((job.state, job.done))
    assert states == [(JobState.WORKING, 1), (JobState.DONE, 3)]
    job = jobs.job_of(tx, "a", CLINIC)
    assert (job.started_at, job.finished_at, job.expires_at) == (AT, AT + 11, AT + 11 + jobs.KEEP_RESULTS)
    assert jobs.output_sizes(tx, job) == [5, 5]
    assert [jobs.output_of(tx, job, part) for part in range(2)] == [b"out0\n", b"out1\n"]
    assert jobs.claim(tx, holder=2, at=Moment(AT + 99)) is None


def test_a_new_job_says_so(tx: Tx) -> None:
    enqueue(tx)
    job = jobs.job_of(tx, "a", CLINIC)
    assert (job.state, job.done, job.started_at, job.expires_at) == (JobState.QUEUED, 0, None, AT + KEEP_UNFINISHED)
    assert jobs.counts(tx) == {JobState.QUEUED: 1}


def test_a_job_needs_a_part(tx: Tx) -> None:
    with pytest.raises(ValueError, match="at least one part"):
        enqueue(tx, parts=0)


def test_jobs_take_turns(tx: Tx) -> None:
    enqueue(tx, "long", parts=3)
    enqueue(tx, "short", parts=1, at=AT + 1)
    served = []
    for number in range(4):
        task = claim(tx, at=AT + 10 + number)
        served.append(task.job.id)
        jobs.save_part(tx, task, b"", at=AT)
    assert served == ["long", "short", "long", "long"]


def test_two_workers_hold_different_jobs(tx: Tx) -> None:
    enqueue(tx, "a")
    enqueue(tx, "b")
    assert [claim(tx, 1).job.id, claim(tx, 2).job.id] == ["a", "b"]
    assert jobs.claim(tx, holder=3, at=AT) is None


def test_a_lease_ends_and_the_part_goes_to_another(tx: Tx) -> None:
    enqueue(tx)
    dead = claim(tx, 1)
    assert jobs.claim(tx, holder=2, at=Moment(AT + jobs.LEASE - 1)) is None
    alive = claim(tx, 2, AT + jobs.LEASE)
    assert (alive.part, alive.input) == (dead.part, dead.input)
    with pytest.raises(jobs.LeaseLost):
        jobs.save_part(tx, dead, b"late", at=AT)
    assert jobs.save_part(tx, alive, b"once", at=AT).done == 1
    assert jobs.output_of(tx, alive.job, 0) == b"once"


def test_a_part_is_saved_once(tx: Tx) -> None:
    enqueue(tx)
    task = claim(tx)
    jobs.save_part(tx, task, b"once", at=AT)
    with pytest.raises(jobs.LeaseLost):
        jobs.save_part(tx, task, b"twice", at=AT)
    assert jobs.job_of(tx, "a", CLINIC).done == 1


class WorkerDied(Exception):
    """Stands for a worker that is killed."""


def test_a_worker_killed_in_the_middle_leaves_nothing(db: Database) -> None:
    with db.transaction() as tx:
        enqueue(tx)
    with db.transaction(appending=True) as tx:
        task = claim(tx)
    with pytest.raises(WorkerDied), db.transaction(appending=True) as tx:
        jobs.save_part(tx, task, b"half", at=AT)
        raise WorkerDied
    with db.transaction() as tx:
        job = jobs.job_of(tx, "a", CLINIC)
        assert (job.state, job.done, jobs.output_sizes(tx, job)) == (JobState.WORKING, 0, [])
        again = claim(tx, 2, AT + jobs.LEASE)
        assert (again.part, again.input) == (0, b"a0")
        jobs.save_part(tx, again, b"whole", at=AT)
        assert jobs.output_of(tx, job, 0) == b"whole"


def test_a_part_that_kills_every_worker_fails_its_job(tx: Tx) -> None:
    enqueue(tx)
    for death in range(ATTEMPTS_MAX):
        claim(tx, death, AT + death * jobs.LEASE)
    assert jobs.claim(tx, holder=99, at=Moment(AT + ATTEMPTS_MAX * jobs.LEASE)) is None
    job = jobs.job_of(tx, "a", CLINIC)
    assert (job.state, job.error) == (JobState.FAILED, "job-abandoned")


def test_progress_forgives_earlier_deaths(tx: Tx) -> None:
    enqueue(tx)
    for death in range(ATTEMPTS_MAX - 1):
        claim(tx, death, AT + death * jobs.LEASE)
    jobs.save_part(tx, claim(tx, 50, AT + 10 * jobs.LEASE), b"", at=AT)
    assert jobs.job_of(tx, "a", CLINIC).attempts == 0


def test_a_failed_job_keeps_its_code_and_nothing_else(tx: Tx) -> None:
    enqueue(tx)
    jobs.save_part(tx, claim(tx), b"out", at=AT)
    jobs.fail(tx, claim(tx), "too-many-queries", at=AT)
    job = jobs.job_of(tx, "a", CLINIC)
    assert (job.state, job.error, job.finished_at) == (JobState.FAILED, "too-many-queries", AT)
    assert jobs.output_sizes(tx, job) == []
    assert jobs.claim(tx, holder=9, at=Moment(AT + jobs.LEASE)) is None


def test_another_partys_job_is_unknown(tx: Tx) -> None:
    enqueue(tx)
    with pytest.raises(jobs.UnknownJob):
        jobs.job_of(tx, "a", OTHER)
    with pytest.raises(jobs.UnknownJob):
        jobs.cancel(tx, "a", OTHER)
    assert jobs.job_of(tx, "a", CLINIC).id == "a"


def test_a_deleted_job_is_gone_with_its_parts_under_the_hands_of_its_worker(tx: Tx) -> None:
    job = enqueue(tx)
    task = claim(tx)
    jobs.cancel(tx, "a", CLINIC)
    with pytest.raises(jobs.UnknownJob):
        jobs.job_of(tx, "a", CLINIC)
    with pytest.raises(jobs.LeaseLost):
        jobs.save_part(tx, task, b"", at=AT)
    jobs.fail(tx, task, "any", at=AT)
    with pytest.raises(jobs.UnknownJob):
        jobs.output_of(tx, job, 0)


def test_results_are_deleted_after_their_time(tx: Tx) -> None:
    enqueue(tx, parts=1)
    enqueue(tx, "never-done")
    done = jobs.save_part(tx, claim(tx), b"out", at=AT)
    assert jobs.purge(tx, at=Moment(done.expires_at - 1)) == 0
    assert jobs.purge(tx, at=done.expires_at) == 1
    with pytest.raises(jobs.UnknownJob):
        jobs.output_of(tx, done, 0)
    assert jobs.purge(tx, at=Moment(AT + KEEP_UNFINISHED)) == 1
    assert jobs.counts(tx) == {}


def test_a_party_may_have_so_many_unfinished_jobs(tx: Tx) -> None:
    for number in range(UNFINISHED_MAX):
        enqueue(tx, f"a{number}", parts=1)
    with pytest.raises(jobs.TooManyJobs):
        enqueue(tx, "one-more")
    enqueue(tx, "of-another", party=OTHER)
    jobs.save_part(tx, claim(tx), b"", at=AT)
    enqueue(tx, "one-more")
    assert jobs.unfinished(tx, CLINIC) == UNFINISHED_MAX


def test_workers_at_the_same_time_do_every_part_once(db: Database) -> None:
    with db.transaction() as tx:
        for name in "abc":
            enqueue(tx, name, parts=4)

    def take(holder: int) -> jobs.Task | None:
        return db.run(lambda tx: jobs.claim(tx, holder=holder, at=AT), appending=True)

    def save(task: jobs.Task) -> jobs.Job:
        return db.run(lambda tx: jobs.save_part(tx, task, task.input, at=AT), appending=True)

    def work(number: int) -> None:
        holder = number * 1_000
        while (task := take(holder)) is not None:
            save(task)
            holder += 1

    workers = [threading.Thread(target=work, args=(number,)) for number in (1, 2, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    # A worker stops when all jobs are in other hands; whoever is left finishes alone.
    work(4)
    with db.transaction(reading=True) as tx:
        for name in "abc":
            job = jobs.job_of(tx, name, CLINIC)
            assert (job.state, job.done) == (JobState.DONE, 10)
            assert [jobs.output_of(tx, job, part) for part in range(4)] == [
                b"%s%d" % (name.encode(), n) for n in range(4)
            ]
