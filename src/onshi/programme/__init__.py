"""The programme: what was to be reached, what was reached, since when it is off course and what comes next."""

from onshi.programme import errors, papers
from onshi.programme.datasets import DATASETS, Dataset, Field, Value
from onshi.programme.funnel import Funnel, Step, funnel_of, funnel_on
from onshi.programme.levels import FACILITY_KINDS, Line, Rank, lines_on
from onshi.programme.model import Course, FacilityVerdict, Pace, Standing, Status, Verdict
from onshi.programme.report import Gain, MonthReport, report_of
from onshi.programme.rollup import RolledUp, at_every_level, places, record_of, rolled_up
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
    "DATASETS",
    "FACILITY_KINDS",
    "Course",
    "Dataset",
    "FacilityVerdict",
    "Field",
    "Funnel",
    "Gain",
    "Hire",
    "Line",
    "MonthReport",
    "NewHires",
    "Pace",
    "Rank",
    "RolledUp",
    "ServantsPart",
    "ServantsStatus",
    "Standing",
    "Status",
    "Step",
    "Value",
    "Verdict",
    "at_every_level",
    "count_behind",
    "count_new_hires",
    "errors",
    "facilities_on",
    "funnel_of",
    "funnel_on",
    "lines_on",
    "missed_since",
    "papers",
    "places",
    "public_servants_on",
    "record_of",
    "report_of",
    "rolled_up",
    "status_of",
    "statuses_of_parts",
]
