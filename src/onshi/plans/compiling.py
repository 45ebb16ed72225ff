"""The compilation as a table: a row for each figure, a column for each area."""

from collections.abc import Sequence

from onshi import record, sheets
from onshi.plans import catalogue
from onshi.plans.figures import PLANS
from onshi.plans.model import Compilation

_SHEET = "取りまとめ"


def compilation_table(found: Compilation, language: str) -> tuple[list[str], list[list[str | int]]]:
    """Header and rows: the name of each figure and its title, then its sum in the whole and in every part. The first
    two rows say how many plans there should be and how many there are. A figure nobody has is not there; 0 in an area
    means that its plans have none of it."""
    areas = [found.whole, *found.parts]
    header = [catalogue.word("compilation", one, language) for one in ("figure", "title")]
    header += [record.find_area(code).called(language) for code in areas]
    towns = catalogue.word("compilation", "towns", language)
    rows: list[list[str | int]] = [["towns", towns, *(found.towns[code] for code in areas)]]
    names = sorted({*found.sums[found.whole], PLANS}, key=_order)
    for name in names:
        rows.append([name, catalogue.figure(name, language), *(found.sums[code].get(name, 0) for code in areas)])
    return header, rows


def _order(name: str) -> tuple[bool, int, str]:
    """The plans first, then part by part as 別添5 has them."""
    sections = list(catalogue.words("section"))
    section = name.partition(".")[0]
    return name != PLANS, sections.index(section) if section in sections else -1, name


def compilation_workbook(found: Compilation, language: str) -> bytes:
    """The same as a workbook."""
    header, rows = compilation_table(found, language)
    return sheets.write([sheets.table(_SHEET, header, _as_values(rows))])


def _as_values(rows: Sequence[Sequence[str | int]]) -> list[list[sheets.Value]]:
    return [list(row) for row in rows]
