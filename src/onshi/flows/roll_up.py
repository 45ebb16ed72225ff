"""The running country rolled up: the registry's people in columns, and from them the figures of every area."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
import polars as pl

from onshi import cards, programme, registry
from onshi.cards import Stage
from onshi.db import Tx
from onshi.kernel import Month
from onshi.programme import RolledUp

PEOPLE, FIGURES = "people", "rolled-up.json"
REGISTERED = "registered_on"
_YEARS = 2


@dataclass(frozen=True, slots=True)
class RolledUpCountry:
    """The figures of people; and how many applications have come to each stage, by area, where there are any."""

    people: RolledUp
    stages: Mapping[str, Mapping[Stage, int]]


def roll_up(tx: Tx, folder: Path, *, on: date) -> RolledUpCountry:
    """Writes one row a person into `folder` and rolls them up, as of the beginning of `on`, of its month and of the 24
    months before; applications as they stand.

    The rows say where somebody lives and when a card of theirs was first registered. The figures are kept beside them,
    for pages to read: they take the place of those of another day in one step, and then the rows of that day go.
    """
    rows = folder / PEOPLE
    rows.mkdir(parents=True, exist_ok=True)
    old = sorted(rows.glob("*.parquet"))
    paths = []
    for place, part in enumerate(registry.people_columns(tx)):
        path = rows / f"{on}-{place:05}.parquet"
        placed = part.with_columns(pl.col("municipality").cast(programme.places(), strict=False))
        placed.write_parquet(path.with_suffix(".new"), compression="zstd")
        paths.append(path.with_suffix(".new").rename(path))
    people = programme.rolled_up(map(pl.scan_parquet, paths), _dates(on), [REGISTERED])
    figures = RolledUpCountry(people, _stages(tx))
    draft = folder / f"{FIGURES}.new"
    draft.write_bytes(msgspec.json.encode(figures))
    draft.rename(folder / FIGURES)
    for path in set(old) - set(paths):
        path.unlink()
    return figures


def _stages(tx: Tx) -> Mapping[str, Mapping[Stage, int]]:
    towns = {town: tuple(counts[stage] for stage in Stage) for town, counts in cards.stage_totals(tx).items()}
    found = programme.at_every_level(towns)
    return {area: dict(zip(Stage, counts, strict=True)) for area, counts in found.items()}


def rolled_up_figures(folder: Path) -> RolledUpCountry | None:
    """The figures last rolled up; None when nobody has yet."""
    path = folder / FIGURES
    return msgspec.json.decode(path.read_bytes(), type=RolledUpCountry) if path.exists() else None


def _dates(on: date) -> list[date]:
    month = Month(on.year - _YEARS, on.month)
    days = {on}
    while month.first <= on:
        days.add(month.first)
        month = month.next
    return sorted(days)
