"""The programme: what was to be reached, what was reached, since when it is off course and what comes next."""

from onshi.programme import errors
from onshi.programme.areas import find_area, nation, parent, parts, towns
from onshi.programme.model import (
    Area,
    Count,
    Course,
    FacilityVerdict,
    Indicator,
    Level,
    Pace,
    Point,
    Standing,
    Status,
    Target,
    Verdict,
)
from onshi.programme.reading import indicators, places, tiles
from onshi.programme.status import (
    counts_of,
    facilities_on,
    known_dates,
    last_date,
    missed_since,
    points_on,
    status_of,
    statuses_of_parts,
)

__all__ = [
    "Area",
    "Count",
    "Course",
    "FacilityVerdict",
    "Indicator",
    "Level",
    "Pace",
    "Point",
    "Standing",
    "Status",
    "Target",
    "Verdict",
    "counts_of",
    "errors",
    "facilities_on",
    "find_area",
    "indicators",
    "known_dates",
    "last_date",
    "missed_since",
    "nation",
    "parent",
    "parts",
    "places",
    "points_on",
    "status_of",
    "statuses_of_parts",
    "tiles",
    "towns",
]
