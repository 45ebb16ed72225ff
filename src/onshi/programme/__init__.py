"""The programme: what was to be reached, what was reached, since when it is off course and what comes next."""

from onshi.programme.model import Course, FacilityVerdict, Pace, Standing, Status, Verdict
from onshi.programme.status import count_behind, facilities_on, missed_since, status_of, statuses_of_parts

__all__ = [
    "Course",
    "FacilityVerdict",
    "Pace",
    "Standing",
    "Status",
    "Verdict",
    "count_behind",
    "facilities_on",
    "missed_since",
    "status_of",
    "statuses_of_parts",
]
