"""history.export: the ZIP of a large institution's year of checks, against deflating the same text alone."""

import random
import time
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from bench.load import app_on
from bench.table import Row, row
from onshi import audit, flows
from onshi.app import App
from onshi.audit import Action, Entry
from onshi.db import Database
from onshi.eligibility import ByNumber, Query
from onshi.eligibility.notes import note_of
from onshi.interfaces import oqs
from onshi.kernel import InsurerNumber

_ROWS = 1_000_000
_CHECKS_OF_ONE = 5
_BATCH = 1_000
_CODE = "1312345694"
_ASKED = ByNumber(InsurerNumber("01239011"), "1", date(2000, 1, 1))
# As `oqs` writes it.
_LEVEL = 1


def history_rows(db: Database, folder: Path, people: int) -> list[Row]:
    """The row of this file for one engine: a million checks of people from all over, where there are enough."""
    engine = "sqlite" if db.is_sqlite else "postgresql"
    app = app_on(db.url, folder)
    count = min(_ROWS, _CHECKS_OF_ONE * people)
    _write(app, count)
    first = app.today() - timedelta(days=1)
    began, cpu = time.perf_counter(), time.process_time()
    parts = flows.check_history(app.db, f"institution:{_CODE}", first=first, last=app.today())
    _, pieces = oqs.history_zip(parts, _CODE, at=app.now())
    zipped = b"".join(pieces)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    app.db.close()
    alone = count / _deflating_seconds(zipped)
    return [
        row(f"history.export.{engine}", count / seconds, "rows/s", "deflating the same text", alone),
        row(f"history.export.{engine}.seconds", seconds / count * 1e6, "s/1M rows"),
        row(f"history.export.{engine}.cpu", cpu / count * 1e6, "µs/row"),
    ]


def _write(app: App, count: int) -> None:
    """So many entries, as checks in force leave them, in batches as of a bulk check, and sealed."""
    with app.db.transaction(reading=True) as tx:
        sql = "SELECT person_id, coverage_id FROM registry_coverages"
        pairs = pl.DataFrame(tx.prepared(sql).fetchall(), schema=("person_id", "coverage_id"), orient="row")
    query = Query(_ASKED, app.today())
    chance = random.Random(3)
    for first in range(0, count, _BATCH):
        places = pl.Series(chance.choices(range(pairs.height), k=min(_BATCH, count - first)))
        entries = [
            Entry(f"institution:{_CODE}", Action.CHECK, "in_force", bytes(32), person, note_of(query, coverage))
            for person, coverage in pairs[places].rows()
        ]
        app.db.run(lambda tx, part=entries: audit.append(tx, app.draw(), part, at=app.now()), appending=True)
    while app.db.run(lambda tx: audit.seal(tx, at=app.now(), signer=app.signer), appending=True):
        pass
    while app.db.run(audit.merge_finds, appending=True):
        pass


def _deflating_seconds(zipped: bytes) -> float:
    head = 30 + int.from_bytes(zipped[26:28], "little")
    text = zlib.decompressobj(-zlib.MAX_WBITS)
    seconds = 0.0
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    for piece in _pieces(zipped[head:]):
        plain = text.decompress(piece)
        began = time.perf_counter()
        deflate.compress(plain)
        seconds += time.perf_counter() - began
    return seconds


def _pieces(data: bytes) -> Iterator[bytes]:
    return (data[start : start + (1 << 20)] for start in range(0, len(data), 1 << 20))
