"""The parts of a plan as pages: which tables and numbers each has, and where a finding leads. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from onshi.plans import catalogue
from onshi.plans.model import Finding


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the form: the tables and the single numbers on it."""

    name: str
    tables: tuple[str, ...]
    numbers: tuple[str, ...] = ()


PARTS = (
    Part("assumed", ("assumed",), ("issued_before",)),
    Part("months", ("months",)),
    Part("sites", ("sites",), ("minutes_per_case", "moves")),
    Part("receptions", ("receptions", "models")),
    Part("publicity", ("publicity",)),
    Part("costs", ("costs",)),
    Part("mykey", (), ("mykey.windows", "mykey.terminals", "mykey.expected")),
    Part("occasions", ("occasions",)),
)
BY_NAME = {one.name: one for one in PARTS}


def part_of(path: str) -> Part | None:
    """The page on which a field is filled in; None for the plan as a whole."""
    name, _, _ = catalogue.parts_of(path)
    return next((one for one in PARTS if name in one.tables or name == one.name or path in one.numbers), None)


def field_id(path: str) -> str:
    """The id of the field on its page: `sites[0].windows` is `sites.0.windows`. Empty for what has no field."""
    return ".".join(str(one) for one in catalogue.parts_of(path) if one not in (None, ""))


def findings_of(part: Part, findings: Sequence[Finding]) -> list[Finding]:
    """Those that are put right on this page."""
    return [one for one in findings if part_of(one.path) is part]


def grouped(findings: Sequence[Finding]) -> list[tuple[Finding, ...]]:
    """Findings that say the same of different fields together, in the order of the first of each."""
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.code, []).append(one)
    return [tuple(many) for many in found.values()]
