"""load.first: a first load through every check, against the engine's plain bulk insert of the rows it leaves."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec

from bench.engines import BenchCannotRun, Ground
from bench.people import insurer
from bench.table import Row, row
from onshi import flows, registry
from onshi.app import App, open_app
from onshi.db import Database
from onshi.kernel import Moment
from onshi.settings import Settings

_AT_ONCE = 20_000
_DAY = 86_400_000_000
_TABLES = {
    "registry_people": "person_id, known_to, known_from, name, kana, birth_on, sex, post_number, address, "
    "municipality, match_name, match_kana, match_place",
    "registry_coverages": "person_id, known_to, coverage_id, known_from, insurer, symbol, number, branch, relation, "
    "acquired_on, starts_on, card_class, flags, details, feed_id",
    "registry_keys": "key, person_id, coverage_id",
    "registry_links": "insurer, code, known_to, known_from, person_id, suspended",
}
# Rows come in the order in which the load wrote them, as a plain insert would meet them.
_PLACES = "CREATE TEMPORARY TABLE arriving (person_id BIGINT PRIMARY KEY, place BIGINT)"
_PLACED = (
    "INSERT INTO arriving SELECT person_id, row_number() OVER (ORDER BY min(known_from), person_id) "
    "FROM registry_people GROUP BY person_id"
)


class Timing(msgspec.Struct):
    """What loading took: seconds, rows taken, the most memory of its own (pages of mapped files not counted)."""

    seconds: float
    taken: int
    peak_bytes: int


def app_on(db_url: str, folder: Path, port: int = 8200) -> App:
    """An App over one of our databases, without a limit on how often one client may ask."""
    return open_app(
        Settings(
            data=folder,
            database=db_url,
            port=port,
            base_url=f"http://127.0.0.1:{port}",
            rate=100_000_000,
            burst=100_000_000,
        )
    )


def register_insurer(app: App) -> None:
    """The one insurer of bench/people.py."""
    app.db.run(lambda tx: registry.put_insurers(tx, [insurer()], at=Moment(app.now() - _DAY)))


def loaded_apart(db: Database, feed: Path, folder: Path) -> Timing:
    """Loads the file in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "bench.load", db.url, str(feed), str(folder)]
    done = subprocess.run(command, capture_output=True, check=True, env=os.environ | {"POLARS_MAX_THREADS": "2"})
    return msgspec.json.decode(done.stdout, type=Timing)


class Memory:
    """The most memory this process held as its own while the block ran, looked at 50 times a second.

    The system's own peak also counts the pages of SQLite's mapped file, which are its cache and given back at need.
    """

    def __init__(self) -> None:
        self.peak = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.peak = max(self.peak, _own_memory())
            if self._ending.wait(0.02):
                return


def _own_memory() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise BenchCannotRun("the system does not tell a process its own memory")


def main(url: str, feed: str, folder: str) -> None:
    """The child: loads and tells."""
    app = app_on(url, Path(folder))
    register_insurer(app)
    began = time.perf_counter()
    with Memory() as memory:
        loaded = flows.load_feed(
            app.db,
            Path(feed),
            insurer=insurer().number,
            mode="first",
            now=app.now,
            draw=app.draw_many,
            actor="local:cli",
        )
    seconds = time.perf_counter() - began
    told = Timing(seconds, loaded.feed.counts["taken"], memory.peak)
    sys.stdout.buffer.write(msgspec.json.encode(told))


def plain_insert_seconds(source: Database, target: Database) -> float:
    """How long the engine takes to insert the rows of `source`, in one transaction, nothing looked at."""
    seconds = 0.0
    join = "CROSS JOIN arriving a" if source.is_sqlite else "JOIN arriving a"
    with source.transaction(reading=True) as reading, target.transaction() as writing:
        reading.cursor.execute(_PLACES)
        reading.cursor.execute(_PLACED)
        for table, columns in _TABLES.items():
            names = columns.split(", ")
            chosen = ", ".join(f"t.{name}" for name in names)
            select = f"SELECT {chosen} FROM {table} t {join} WHERE a.person_id = t.person_id ORDER BY a.place"
            if not source.is_sqlite:
                select = select.replace("JOIN arriving a WHERE", "JOIN arriving a ON")
            for rows in _in_parts(reading.cursor, select):
                began = time.perf_counter()
                writing.insert_rows(table, names, rows)
                seconds += time.perf_counter() - began
        began = time.perf_counter()
    return seconds + time.perf_counter() - began


def _in_parts(cursor: Any, select: str) -> Iterator[Sequence[Any]]:
    cursor.execute(select)
    while part := cursor.fetchmany(_AT_ONCE):
        yield part


def load_rows(ground: Ground, engine: str, people: int, feed: Path) -> tuple[list[Row], Database]:
    """The rows of this file for one engine, and the loaded database for the other rows."""
    db = ground.fresh(engine)
    timing = loaded_apart(db, feed, ground.folder / engine)
    # As in life, a few may be about somebody else and wait for a reviewer.
    if timing.taken < 0.999 * people:
        raise ValueError(f"{timing.taken} of {people} rows were taken")
    ground.settle(db)
    plain = ground.fresh(engine)
    seconds = plain_insert_seconds(db, plain)
    ground.drop(plain)
    rows = [
        row(f"load.first.{engine}", people / timing.seconds, "rows/s", "plain bulk insert", timing.taken / seconds),
        row(f"load.first.{engine}.memory", timing.peak_bytes / 2**20, "MiB"),
    ]
    return rows, db


if __name__ == "__main__":
    main(*sys.argv[1:])
