"""programme.rollup: people in columns to the figures of every area on every date, against only reading the columns."""

import time
from datetime import date
from pathlib import Path

import polars as pl

from bench.table import Row, row
from onshi import programme, record
from onshi.places import municipalities

_PART = 10_000_000
_COLUMNS = ("issued_on", "registered_on")
_FIRST = date(2016, 1, 1)
# Days after the first within which cards are issued; who has a later day has none yet.
_DAYS, _ISSUED, _REGISTERED = 3_000, 2_250, 800


def rollup_rows(folder: Path, people: int) -> list[Row]:
    """The rows of this file; `people` rows of people are made for it, and taken away again."""
    folder.mkdir(parents=True)
    paths = [_part(folder, place, min(_PART, people - place)) for place in range(0, people, _PART)]
    reading = _seconds_of_reading(paths)
    began, cpu = time.perf_counter(), time.process_time()
    found = programme.rolled_up(map(pl.scan_parquet, paths), record.record().dates, _COLUMNS)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    assert found.residents["00"] == people, "everybody lives somewhere"
    for path in paths:
        path.unlink()
    hundred = 100_000_000 / people
    return [
        row("programme.rollup", people / seconds, "people/s", "reading the columns", people / reading),
        row("programme.rollup.seconds", seconds * hundred, "s/100M"),
        row("programme.rollup.cpu", cpu * hundred, "s/100M"),
    ]


def _seconds_of_reading(paths: list[Path]) -> float:
    began = time.perf_counter()
    for path in paths:
        pl.read_parquet(path)
    return time.perf_counter() - began


def _part(folder: Path, first: int, count: int) -> Path:
    places = municipalities()
    ends = pl.Series([place.population for place in places]).cum_sum()
    rows = pl.select(number=pl.int_range(first, first + count, dtype=pl.UInt64)).with_columns(
        somebody=(pl.col("number").hash(1) % int(ends[-1])).cast(pl.Int64),
        issued=(pl.col("number").hash(2) % _DAYS).cast(pl.Int32),
        registered=(pl.col("number").hash(3) % _DAYS).cast(pl.Int32),
    )
    town = ends.search_sorted(rows["somebody"], side="right").cast(pl.UInt16).alias("town")
    first_day = pl.lit(_FIRST).cast(pl.Int32)
    path = folder / f"people-{first}.parquet"
    rows.with_columns(town).select(
        municipality=pl.col("town").cat.to(programme.places()),
        issued_on=pl.when(pl.col("issued") < _ISSUED).then(first_day + pl.col("issued")).cast(pl.Date),
        registered_on=pl.when(pl.col("registered") < _REGISTERED).then(first_day + pl.col("registered")).cast(pl.Date),
    ).write_parquet(path, compression="zstd", compression_level=1)
    return path
