"""The decisions of the queue."""

from onshi.jobs.model import Job

_SECOND = 1_000_000
_HOUR = 3_600 * _SECOND

LEASE = 60 * _SECOND  # a part takes well under a second; a minute outlasts a slow disk
ATTEMPTS_MAX = 5
UNFINISHED_MAX = 10
# Results hold personal data: long enough to be fetched on the next working morning, no longer.
KEEP_RESULTS = 24 * _HOUR
# Inputs hold personal data too; a job nobody could finish in three days is given up.
KEEP_UNFINISHED = 72 * _HOUR

ABANDONED = "job-abandoned"


def is_worn_out(job: Job) -> bool:
    """Whether so many workers died over the same part that the part is to blame."""
    return job.attempts >= ATTEMPTS_MAX


def is_complete(job: Job) -> bool:
    """Whether every item is done."""
    return job.done >= job.total
