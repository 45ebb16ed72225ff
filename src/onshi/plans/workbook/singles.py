"""Single fields of a workbook, each beside its label: whose plan it is, of which year, and the numbers of its head."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from onshi.kernel import MunicipalityCode
from onshi.plans import calendar, catalogue
from onshi.plans.workbook import cells, heading
from onshi.plans.workbook.cells import Wrong
from onshi.plans.workbook.gathering import Gathered, Spot, value_at
from onshi.plans.workbook.layout import MYKEY, SCALARS
from onshi.sheets import Sheet, Value

_HEAD = ("municipality", "name", "fiscal_year")
_NUMBERS = (*SCALARS, *(f"mykey.{name}" for name in MYKEY))
_YEARS = 100


@cache
def _words() -> dict[str, str]:
    """The labels, as they are compared."""
    return {
        cells.folded(catalogue.field("", name, language)): name
        for name in (*_HEAD, *_NUMBERS)
        for language in catalogue.LANGUAGES
    }


def labels_of(shown: Sequence[Sheet]) -> dict[str, Spot]:
    """The cell beside each label: the next one that is filled in, or the next."""
    found: dict[str, Spot] = {}
    for sheet in shown:
        for number, row in enumerate(sheet.rows):
            first = next((place for place, value in enumerate(row) if not cells.is_empty(value)), None)
            name = None if first is None else _words().get(cells.folded(str(row[first])))
            if first is not None and name is not None and name not in found:
                rest = range(first + 1, len(row))
                beside = next((place for place in rest if not cells.is_empty(row[place])), first + 1)
                found[name] = Spot(sheet, number, beside)
    return found


def read_heading(labels: Mapping[str, Spot], found: Gathered) -> tuple[MunicipalityCode | None, int | None]:
    """Municipality and fiscal year; None each after a finding."""
    town = _taken("municipality", labels, found, heading.town_of)
    year = _taken("fiscal_year", labels, found, _year)
    if town is None:
        return None, year
    if town.lost_zero:
        found.find("code-zero-lost", "municipality", labels["municipality"].name, became=town.place.code)
    name = labels.get("name")
    if name is None or not heading.is_named(town.place, name.value):
        cell = labels["municipality"].name if name is None else name.name
        found.find("name-differs", "name", cell, name=town.place.name)
    return town.place.code, year


def read_singles(labels: Mapping[str, Spot], found: Gathered) -> None:
    """The numbers of the head; each may be left empty."""
    for name in _NUMBERS:
        found.single[name] = _taken(name, labels, found, cells.count, is_required=False)


def _year(value: Value) -> int:
    year = cells.fiscal_year(value)
    if not calendar.first_year() <= year < calendar.first_year() + _YEARS:
        raise Wrong("not-a-year")
    return year


def _taken(
    name: str, labels: Mapping[str, Spot], found: Gathered, reader: Callable[[Value], Any], *, is_required: bool = True
) -> Any:
    """What stands beside a label that has to be there; None after a finding."""
    spot = labels.get(name)
    if spot is None:
        found.find("label-missing", name, "")
        return None
    found.cells[name] = spot
    return value_at(spot, name, found, reader, is_required=is_required)
