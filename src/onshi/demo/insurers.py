"""The invented insurers, and which of them insures whom."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from onshi.demo.chance import Chance
from onshi.demo.columns import pick
from onshi.demo.model import Insurer
from onshi.kernel import check_digit, parse_insurer_number
from onshi.places import municipalities

NO_KIND = 0
KINDS: tuple[str, ...] = (
    "none",
    "kyokai",
    "seamen",
    "day_labour",
    "day_labour_special",
    "society",
    "sdf",
    "national_mutual",
    "local_mutual",
    "police_mutual",
    "school_mutual",
    "private_school",
    "retired_society",
    "retired_mutual",
    "elderly",
    "municipal_nhi",
    "nhi_society",
    "retired_nhi",
    "medical_aid",
)
"""Kinds of insurer by number; 1 to `LAST_WORK` are insurances of employees, whose families are dependants."""

KIND = {name: number for number, name in enumerate(KINDS)}
LAST_WORK = KIND["retired_mutual"]
# A body that covers part of Tokyo: the special wards, and the rest.
_WARDS = "131"


@dataclass(frozen=True, slots=True)
class Bodies:
    """The insurers with what only the generator needs; all lists run in the same order.

    `of_place[kind]` gives, by place of the municipality, the body that covers it; `of_kind[kind]` the
    bodies of a kind that covers the whole nation.
    """

    insurers: tuple[Insurer, ...]
    symbols: pl.Series
    branches: pl.Series
    kinds: pl.Series
    numbers: pl.Series
    of_place: dict[int, pl.Series]
    of_kind: dict[int, tuple[int, ...]]


def _insurer(kind: str, law: dict[str, Any], row: dict[str, Any]) -> Insurer:
    return Insurer(
        number=parse_insurer_number(row["body"] + check_digit(row["body"])),
        law_code=law["law"],
        kind=kind,
        name=row["name"].replace(" ", "　"),
        prefecture_code=row["body"][-5:-3] if "covers" in row else None,
        opened_on=law["opened"],
    )


def _covering(rows: Sequence[tuple[int, dict[str, Any]]]) -> pl.Series:
    """By municipality, the body that covers it; of two in Tokyo the first takes the special wards."""
    found = []
    for place in municipalities():
        here = [at for at, row in rows if place.prefecture_code in row["covers"]]
        found.append(here[0] if len(here) == 1 or place.code.startswith(_WARDS) else here[1])
    return pl.Series(found, dtype=pl.Int64)


@cache
def bodies() -> Bodies:
    """Every invented insurer."""
    table = tomllib.loads(files("onshi.demo").joinpath("insurers.toml").read_text(encoding="utf-8"))
    rows = [(kind, row) for kind in KINDS[1:] for row in table["bodies"][kind]]
    insurers = tuple(_insurer(kind, table["kinds"][kind], row) for kind, row in rows)
    by_kind = {
        number: [(at, row) for at, (kind, row) in enumerate(rows) if kind == KINDS[number]]
        for number in range(1, len(KINDS))
    }
    regional = {number for number, members in by_kind.items() if "covers" in members[0][1]}
    return Bodies(
        insurers=insurers,
        symbols=pl.Series([row.get("symbol", "") for _, row in rows]),
        branches=pl.Series([row.get("branches", True) for _, row in rows]),
        kinds=pl.Series([KIND[kind] for kind, _ in rows], dtype=pl.Int64),
        numbers=pl.Series([one.number for one in insurers]),
        of_place={number: _covering(by_kind[number]) for number in regional},
        of_kind={n: tuple(at for at, _ in members) for n, members in by_kind.items() if n not in regional},
    )


def body_of(chance: Chance, kind: pl.Expr, place: pl.Expr, holder: pl.Expr) -> pl.Expr:
    """The place in `bodies()` of who insures: by municipality where the kind is regional, else by holder."""
    found = bodies()
    cases: list[tuple[pl.Expr, pl.Expr]] = []
    for number, covering in found.of_place.items():
        cases.append((kind == number, pick(covering, place)))
    for number, members in found.of_kind.items():
        at = chance.below_of("body", holder, len(members)) if len(members) > 1 else pl.lit(0, dtype=pl.Int64)
        cases.append((kind == number, at + members[0]))
    return pl.coalesce(pl.when(fits).then(body) for fits, body in cases)
