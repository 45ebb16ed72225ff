"""What a reader has found so far, and one cell read into it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from msgspec.structs import replace

from onshi import sheets
from onshi.kernel import has_personal_number
from onshi.plans import checking
from onshi.plans.model import Finding
from onshi.plans.workbook import cells
from onshi.plans.workbook.cells import Wrong
from onshi.sheets import Sheet, Value

_FORMULA_SHOWN = 60


class Spot(NamedTuple):
    """A cell on its sheet."""

    sheet: Sheet
    row: int
    column: int

    @property
    def name(self) -> str:
        """As spreadsheets say it."""
        return sheets.place(self.sheet.name, self.row, self.column)

    @property
    def value(self) -> Value:
        """What it holds."""
        return self.sheet.value(self.row, self.column)


@dataclass(slots=True)
class Gathered:
    """Findings; the cell of each field; the records of each table, how many rows it has with those that cannot be read,
    totals as the municipality gives them, and single fields."""

    findings: list[Finding] = field(default_factory=list)
    cells: dict[str, Spot] = field(default_factory=dict)
    rows: dict[str, list[Any]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    totals: dict[str, dict[str, tuple[int, str]]] = field(default_factory=dict)
    single: dict[str, Any] = field(default_factory=dict)

    def find(self, kind: str, path: str, cell: str, **facts: int | str) -> None:
        """Another finding at a cell."""
        self.findings.append(replace(checking.finding(kind, path, **facts), cell=cell))

    @property
    def is_whole(self) -> bool:
        """Whether every cell could be read."""
        return not any(one.is_error for one in self.findings)


def value_at(spot: Spot, path: str, found: Gathered, reader: Callable[[Value], Any], *, is_required: bool) -> Any:
    """What a cell says; None when it is empty or, after a finding, cannot be read."""
    formula = spot.sheet.formulas.get((spot.row, spot.column))
    if formula is not None:
        kind = "formula-empty" if cells.is_empty(spot.value) else "formula"
        shown = "=…" if has_personal_number(formula) else formula[:_FORMULA_SHOWN]
        found.find(kind, path, spot.name, formula=shown)
        if kind == "formula-empty":
            return None
    if cells.is_empty(spot.value):
        if is_required:
            found.find("blank", path, spot.name)
        return None
    try:
        return reader(spot.value)
    except Wrong as wrong:
        found.find(wrong.code, path, spot.name, **wrong.facts)
        return None
