"""What stands where in a plan's workbook: one table, by which it is written and read.

It is read by the words of its headers and labels, so rows and columns may be moved about; only the words count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from onshi.plans.model import (
    Assumed,
    Cost,
    ModelProject,
    MonthPlan,
    Occasion,
    Publicity,
    Reception,
    Site,
    Stages,
)


class Form(StrEnum):
    """What a cell takes."""

    COUNT = "count"
    YEN = "yen"
    PERCENT = "percent"
    TEXT = "text"
    DAY = "day"
    MONTH = "month"
    TIME = "time"
    WORD = "word"  # one of a list


@dataclass(frozen=True, slots=True)
class Column:
    """A field: `words` is the list its word is of; one that is not `required` may be left empty."""

    name: str
    form: Form
    words: str = ""
    required: bool = True
    width: int = 12


@dataclass(frozen=True, slots=True)
class Table:
    """A list of records on a sheet. Its first column is the one by whose header it is known; `spare` rows are left for
    more in the form; `has_total`: the municipality may add it up itself, in a last row."""

    section: str
    sheet: str
    record: type
    columns: tuple[Column, ...]
    spare: int
    has_total: bool = False


PLAN, SITES, RECEPTIONS, COSTS, MONTHS, OCCASIONS = "計画", "窓口", "申請受付", "経費", "月別", "公開日程"
HELP = "説明"
TOTAL = "合計"
ROWS_MAX = 400
_SPAN = (
    Column("first", Form.MONTH, required=False, width=14),
    Column("last", Form.MONTH, required=False, width=14),
)

SCALARS = ("issued_before", "minutes_per_case", "moves")
"""Single numbers of the plan; each may be left empty."""

MYKEY = ("windows", "terminals", "expected")

TABLES: tuple[Table, ...] = (
    Table(
        "assumed",
        PLAN,
        Assumed,
        (
            Column("due", Form.DAY, width=26),
            Column("low", Form.COUNT, required=False, width=26),
            Column("high", Form.COUNT, required=False, width=26),
            Column("percent", Form.PERCENT, required=False, width=22),
        ),
        spare=1,
    ),
    Table(
        "models",
        PLAN,
        ModelProject,
        (
            Column("site", Form.WORD, "model"),
            Column("progress", Form.WORD, "progress"),
            Column("expected", Form.COUNT, required=False),
            Column("note", Form.TEXT, required=False),
        ),
        spare=3,
    ),
    Table(
        "publicity",
        PLAN,
        Publicity,
        (
            Column("medium", Form.WORD, "medium"),
            Column("what", Form.TEXT),
            Column("times", Form.COUNT),
            *_SPAN,
        ),
        spare=10,
    ),
    Table(
        "sites",
        SITES,
        Site,
        (
            Column("kind", Form.WORD, "place"),
            Column("name", Form.TEXT, width=24),
            Column("windows", Form.COUNT),
            Column("staff", Form.COUNT),
            Column("terminals", Form.COUNT),
            Column("days", Form.COUNT, width=14),
            Column("opens", Form.TIME),
            Column("closes", Form.TIME),
            Column("weekends", Form.COUNT, required=False, width=14),
            Column("weekend_minutes", Form.COUNT, required=False, width=14),
            Column("evenings", Form.COUNT, required=False, width=14),
            Column("evening_minutes", Form.COUNT, required=False, width=14),
            *_SPAN,
        ),
        spare=20,
    ),
    Table(
        "receptions",
        RECEPTIONS,
        Reception,
        (
            Column("method", Form.WORD, "method", width=20),
            Column("place", Form.WORD, "place", width=18),
            Column("name", Form.TEXT, width=30),
            Column("times", Form.COUNT),
            Column("expected", Form.COUNT, width=14),
            *_SPAN,
        ),
        spare=40,
    ),
    Table(
        "costs",
        COSTS,
        Cost,
        (
            Column("part", Form.WORD, "part", width=24),
            Column("category", Form.WORD, "category", width=30),
            Column("yen", Form.YEN, width=18),
        ),
        spare=20,
        has_total=True,
    ),
    Table(
        "months",
        MONTHS,
        MonthPlan,
        (
            Column("month", Form.MONTH, width=14),
            Column("received", Form.COUNT, width=18),
            Column("preset", Form.COUNT, width=18),
            Column("notified", Form.COUNT, width=18),
            Column("issued", Form.COUNT, width=18),
        ),
        spare=0,
        has_total=True,
    ),
    Table(
        "occasions",
        OCCASIONS,
        Occasion,
        (
            Column("kind", Form.WORD, "occasion", width=20),
            Column("on", Form.DAY, width=14),
            Column("starts", Form.TIME),
            Column("ends", Form.TIME),
            Column("name", Form.TEXT, width=36),
        ),
        spare=40,
    ),
)

SHEETS = (PLAN, SITES, RECEPTIONS, COSTS, MONTHS, OCCASIONS)


def field_of(record: Any, name: str) -> Any:
    """The field of a record as its table has it: a month's stages are columns beside the month."""
    return getattr(record.stages if isinstance(record, MonthPlan) and name != "month" else record, name)


def record_of(table: Table, values: Mapping[str, Any]) -> Any:
    """The record of a row: what `field_of` takes apart."""
    if table.record is MonthPlan:
        stages = {name: value for name, value in values.items() if name != "month"}
        return MonthPlan(values["month"], Stages(**stages))
    return table.record(**values)
