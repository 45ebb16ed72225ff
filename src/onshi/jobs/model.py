"""A job, its parts, and the piece of it a worker holds."""

from dataclasses import dataclass
from enum import StrEnum

from onshi.kernel import Moment


class JobState(StrEnum):
    """Where a job stands. `done` and `failed` are final."""

    QUEUED = "queued"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Part:
    """What is done in one transaction: `count` items, as bytes that only the kind of the job understands."""

    input: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its party may see it.

    `total` and `done` count items. `attempts` counts how often a part was taken up since the last one was
    saved. After `expires_at` the job and its results are deleted. `error` is a code, set when it failed.
    """

    id: str
    kind: str
    party: str
    state: JobState
    total: int
    done: int
    parts: int
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    expires_at: Moment
    lease_until: Moment
    attempts: int
    error: str | None

    @property
    def is_final(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.state in (JobState.DONE, JobState.FAILED)


@dataclass(frozen=True, slots=True)
class Task:
    """One part in the hands of one worker: `holder` is the random number by which the lease is known."""

    job: Job
    part: int
    input: bytes
    count: int
    holder: int
