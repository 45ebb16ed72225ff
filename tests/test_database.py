"""What the one door to the databases promises beyond its transactions."""

import shutil
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from onshi.db import Database


def filled(folder: Path) -> Database:
    db = Database(f"sqlite:///{folder / 'one.sqlite'}")
    with db.transaction() as tx:
        tx.cursor.execute("CREATE TABLE things (name TEXT)")
        tx.cursor.execute("INSERT INTO things VALUES ('first')")
    return db


def names_without_the_log(folder: Path) -> list[str]:
    """What the database file holds by itself, without its write-ahead log."""
    shutil.copy(folder / "one.sqlite", folder / "alone.sqlite")
    alone = Database(f"sqlite:///{folder / 'alone.sqlite'}")
    with alone.transaction(reading=True) as tx:
        found = [row[0] for row in tx.cursor.execute("SELECT name FROM things").fetchall()]
    alone.close()
    return found


def test_tidying_moves_the_log_into_the_file_and_waits_for_nobody(tmp_path: Path) -> None:
    db = filled(tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        names_without_the_log(tmp_path)
    with db.transaction() as tx:
        tx.cursor.execute("INSERT INTO things VALUES ('second')")
        db.tidy()
    assert names_without_the_log(tmp_path) == ["first"], "the open transaction is not in it"
    db.tidy()
    assert names_without_the_log(tmp_path) == ["first", "second"]
    db.close()


def test_the_log_begins_anew_while_writers_never_rest(tmp_path: Path) -> None:
    db = filled(tmp_path)
    ended = threading.Event()

    def write() -> None:
        while not ended.is_set():
            with db.transaction() as tx:
                tx.cursor.execute("INSERT INTO things VALUES (hex(randomblob(4000)))")

    writer = threading.Thread(target=write)
    writer.start()
    sizes = []
    for _ in range(10):
        time.sleep(0.05)
        db.tidy()
        sizes.append((tmp_path / "one.sqlite-wal").stat().st_size)
    ended.set()
    writer.join()
    with db.transaction(reading=True) as tx:
        written = tx.cursor.execute("SELECT sum(length(name)) FROM things").fetchone()[0]
    db.close()
    assert sizes[-1] < written, "the file was begun anew, not only continued"
