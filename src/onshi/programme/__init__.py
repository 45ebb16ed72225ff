"""The programme: what was to be reached, what was reached, since when it is off course and what comes next."""

from onshi.programme import errors, papers
from onshi.programme.model import Course, FacilityVerdict, Pace, Standing, Status, Verdict
from onshi.programme.servants import (
    Hire,
    NewHires,
    ServantsPart,
    ServantsStatus,
    count_new_hires,
    public_servants_on,
)
from onshi.programme.status import count_behind, facilities_on, missed_since, status_of, statuses_of_parts

__all__ = [
    "Course",
    "FacilityVerdict",
    "Hire",
    "NewHires",
    "Pace",
    "ServantsPart",
    "ServantsStatus",
    "Standing",
    "Status",
    "Verdict",
    "count_behind",
    "count_new_hires",
    "errors",
    "facilities_on",
    "missed_since",
    "papers",
    "public_servants_on",
    "status_of",
    "statuses_of_parts",
]
