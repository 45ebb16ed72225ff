"""The running country rolled up: the registry's people in columns, and from them the figures of every area."""

from datetime import date
from pathlib import Path

import msgspec
import polars as pl

from onshi import programme, registry
from onshi.db import Tx
from onshi.kernel import Month
from onshi.programme import RolledUp

PEOPLE, FIGURES = "people", "rolled-up.json"
REGISTERED = "registered_on"
_YEARS = 2


def roll_up(tx: Tx, folder: Path, *, on: date) -> RolledUp:
    """Writes one row a person into `folder` and rolls them up, as of the beginning of `on`, of its month and of the 24
    months before.

    The rows say where somebody lives and when a card of theirs was first registered. The figures are kept beside them,
    for pages to read: they take the place of those of another day in one step, and then the rows of that day go.
    """
    rows = folder / PEOPLE
    rows.mkdir(parents=True, exist_ok=True)
    old = sorted(rows.glob("*.parquet"))
    paths = []
    for place, part in enumerate(registry.people_columns(tx)):
        path = rows / f"{on}-{place:05}.parquet"
        part.write_parquet(path.with_suffix(".new"), compression="zstd")
        paths.append(path.with_suffix(".new").rename(path))
    figures = programme.rolled_up(map(pl.scan_parquet, paths), _dates(on), [REGISTERED])
    draft = folder / f"{FIGURES}.new"
    draft.write_bytes(msgspec.json.encode(figures))
    draft.rename(folder / FIGURES)
    for path in set(old) - set(paths):
        path.unlink()
    return figures


def rolled_up_figures(folder: Path) -> RolledUp | None:
    """The figures last rolled up; None when nobody has yet."""
    path = folder / FIGURES
    return msgspec.json.decode(path.read_bytes(), type=RolledUp) if path.exists() else None


def _dates(on: date) -> list[date]:
    month = Month(on.year - _YEARS, on.month)
    days = {on}
    while month.first <= on:
        days.add(month.first)
        month = month.next
    return sorted(days)
