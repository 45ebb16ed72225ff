"""bulk.in_process and latency: checks in one process without HTTP, commit included."""

import math
import time
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from bench.load import app_on
from bench.people import scattered
from bench.table import Row, row
from onshi.app import App
from onshi.db import Database
from onshi.eligibility import Asker, Query
from onshi.interfaces import rest

_BATCH = 1_000
_BULK = 100_000
_SINGLE = 1_000
_ASKER = Asker("institution:1312345678", "1312345678")


def questions(app: App, people: pl.DataFrame, count: int, seed: int) -> list[Query]:
    """So many questions about people all over the registry."""
    on = app.today()
    return [Query(asked, on) for asked in scattered(people, count, seed)]


def inside_rows(db: Database, folder: Path, people: pl.DataFrame) -> list[Row]:
    """Bulk rate and single latency on one engine."""
    engine = "sqlite" if db.is_sqlite else "postgresql"
    app = app_on(db.url, folder)
    count = min(_BULK, 2 * people.height)
    rest.tune_interpreter()  # as the server does
    # Other questions first: a process that has just begun meets every page of the database for the first time.
    at_first, _ = _bulk(app, questions(app, people, count, 10))
    rate, cpu_us = _bulk(app, questions(app, people, count, 11))
    p50, p99 = single_latency_ms(app, people)
    app.db.close()
    return [
        row(f"bulk.in_process.{engine}", rate, "checks/s"),
        row(f"bulk.in_process.{engine}.cpu", cpu_us, "µs/check"),
        row(f"bulk.in_process.{engine}.at_first", at_first, "checks/s"),
        row(f"single.in_process.{engine}.p50", p50, "ms"),
        row(f"single.in_process.{engine}.p99", p99, "ms"),
    ]


def _bulk(app: App, asked: Sequence[Query]) -> tuple[float, float]:
    """Checks a second and CPU a check in µs, of questions that are answered in large batches."""
    wall, cpu = time.perf_counter(), time.process_time()
    odd = sum(_answer(app, asked[first : first + _BATCH]) for first in range(0, len(asked), _BATCH))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if odd > len(asked) * 0.001:
        raise ValueError(f"{odd} of {len(asked)} checks were not answered in force")
    return len(asked) / wall, cpu / len(asked) * 1e6


def single_latency_ms(app: App, people: pl.DataFrame) -> tuple[float, float]:
    """p50 and p99 of one check at a time, durable."""
    took = []
    for query in questions(app, people, min(_SINGLE, people.height), 12):
        began = time.perf_counter()
        _answer(app, [query])
        took.append((time.perf_counter() - began) * 1e3)
    took.sort()
    return took[len(took) // 2], took[math.ceil(len(took) * 0.99) - 1]


def _answer(app: App, part: Sequence[Query]) -> int:
    """How many of them are not in force: of the real people, a few wait for a reviewer."""
    return sum(one.answer.kind != "in_force" for one in app.check(part, _ASKER))
