"""What the one door to the databases promises beyond its transactions."""

import shutil
import sqlite3
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
