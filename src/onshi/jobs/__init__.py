"""Work that takes longer than a request: a queue in the database, taken in small parts by whoever is free."""

from onshi.jobs.errors import LeaseLost, TooManyJobs, UnknownJob
from onshi.jobs.model import Job, JobState, Part, Task
from onshi.jobs.rules import KEEP_RESULTS, LEASE
from onshi.jobs.service import (
    cancel,
    claim,
    counts,
    enqueue,
    fail,
    job_of,
    output_of,
    output_sizes,
    purge,
    save_part,
    unfinished,
)

__all__ = [
    "KEEP_RESULTS",
    "LEASE",
    "Job",
    "JobState",
    "LeaseLost",
    "Part",
    "Task",
    "TooManyJobs",
    "UnknownJob",
    "cancel",
    "claim",
    "counts",
    "enqueue",
    "fail",
    "job_of",
    "output_of",
    "output_sizes",
    "purge",
    "save_part",
    "unfinished",
]
