"""The public record as values: areas, cards issued everywhere on every date, targets, single figures, definitions."""

from onshi.record import errors, papers
from onshi.record.areas import find_area, nation, parent, parts, towns
from onshi.record.counting import (
    counts_of,
    definitions_on,
    in_force,
    known_dates,
    last_counts,
    last_date,
    points_on,
    redefinitions,
    targets_on,
)
from onshi.record.model import Area, Count, Indicator, Level, Point, Record, Target
from onshi.record.nearness import Near, near
from onshi.record.reading import indicators, places, points, record, targets, tiles
from onshi.record.sharing import allotted, share_out

__all__ = [
    "Area",
    "Count",
    "Indicator",
    "Level",
    "Near",
    "Point",
    "Record",
    "Target",
    "allotted",
    "counts_of",
    "definitions_on",
    "errors",
    "find_area",
    "in_force",
    "indicators",
    "known_dates",
    "last_counts",
    "last_date",
    "nation",
    "near",
    "papers",
    "parent",
    "parts",
    "places",
    "points",
    "points_on",
    "record",
    "redefinitions",
    "share_out",
    "targets",
    "targets_on",
    "tiles",
    "towns",
]
