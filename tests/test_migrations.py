"""The numbered steps of the schema lead to what the rooms say their tables are, from wherever one starts."""

import importlib
import os
import re
import runpy
from collections.abc import Collection, Iterator
from importlib.resources import files
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Inspector, inspect, text

from conftest import WITHOUT
from onshi.db import Database, Tx, metadata, migrate
from onshi.db.migrations import head

DRAFT = runpy.run_path(str(Path(__file__).parent.parent / "tools" / "draft_migration.py"))
STEPS = sorted(
    {path.name.split(".")[0] for path in files("onshi.db.migrations").iterdir() if path.name.endswith(".sql")}
)
LEDGER = "db_migrations"
ROWS = Path(__file__).parent / "migrations"
_numbers = count(1)


def shape(inspector: Inspector, table: str) -> dict[str, object]:
    """What can be compared between engines: names of columns with nullability, the key, unique and other indexes."""
    return {
        "columns": {column["name"]: bool(column["nullable"]) for column in inspector.get_columns(table)},
        "key": inspector.get_pk_constraint(table)["constrained_columns"],
        "indexes": {
            index["name"]: index["column_names"]
            for index in inspector.get_indexes(table)
            if "duplicates_constraint" not in index
        },
    }


def declared() -> dict[str, dict[str, object]]:
    """The same of every table that a room declares."""
    for store in DRAFT["stores"]():
        importlib.import_module(store)
    return {
        table.name: {
            "columns": {column.name: bool(column.nullable) for column in table.columns},
            "key": [column.name for column in table.primary_key],
            "indexes": {str(index.name): [column.name for column in index.columns] for index in table.indexes},
        }
        for table in metadata.sorted_tables
    }


def test_a_draft_spreads_the_tables_that_are_spread() -> None:
    made = "".join(
        path.read_text(encoding="utf-8")
        for path in files("onshi.db.migrations").iterdir()
        if path.name.endswith(".postgresql.sql")
    )
    spread = re.findall(r"CREATE TABLE (\w+) \([^;]*\) PARTITION BY HASH \((\w+)\)", made)
    assert dict(spread) == DRAFT["PARTITIONS"]


def test_the_migrated_schema_is_the_declared_one(db: Database) -> None:
    inspector = inspect(db.engine)
    wanted = declared()
    assert {name: shape(inspector, name) for name in wanted} == wanted


def test_nothing_else_is_there(db: Database) -> None:
    partitions = {f"{name}_{number}" for name in declared() for number in range(8)}
    assert set(inspect(db.engine).get_table_names()) - partitions == {*declared(), LEDGER}


def test_steps_are_numbered_without_gaps_on_both_engines() -> None:
    for engine in ("sqlite", "postgresql"):
        found = [
            path.name.split(".")[0]
            for path in files("onshi.db.migrations").iterdir()
            if path.name.endswith(f".{engine}.sql")
        ]
        assert sorted(found) == STEPS
    assert [int(step[:4]) for step in STEPS] == list(range(1, len(STEPS) + 1))


def test_the_head_names_the_last_step() -> None:
    assert head() == int(STEPS[-1][:4])


def test_migrating_again_does_nothing(db: Database) -> None:
    assert migrate(db) == []


@pytest.fixture(params=["sqlite", *([] if "postgresql" in WITHOUT else ["postgresql"])])
def empty_db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database that no step has touched."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    else:
        cluster = request.getfixturevalue("cluster")
        name = f"empty_{os.getpid()}_{next(_numbers)}"
        cluster.sql(f"CREATE DATABASE {name} TEMPLATE template0")
        url = cluster.url(name)
    found = Database(url)
    yield found
    found.close()


def take_step(db: Database, number: int) -> None:
    """One step as it was released, by hand."""
    engine = "sqlite" if db.is_sqlite else "postgresql"
    (script,) = (
        p for p in files("onshi.db.migrations").iterdir() if p.name.startswith(f"{number:04}") and engine in p.name
    )
    with db.transaction() as tx:
        tx.execute(text(f"CREATE TABLE IF NOT EXISTS {LEDGER} (number INTEGER PRIMARY KEY, name TEXT NOT NULL)"))
        for statement in script.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                tx.cursor.execute(statement)
        tx.execute(text(f"INSERT INTO {LEDGER} VALUES (:number, :name)"), {"number": number, "name": script.name})


@pytest.mark.parametrize("known", range(1, len(STEPS) + 1))
def test_every_earlier_schema_is_brought_up_with_its_data(empty_db: Database, known: int) -> None:
    """Rows of `tests/migrations/NNNN.sql` (made with the release that ended at that step) survive all later steps."""
    for number in range(1, known + 1):
        take_step(empty_db, number)
    data = ROWS / f"{known:04}.sql"
    statements = [part for part in data.read_text(encoding="utf-8").split(";\n") if part.strip()]
    assert statements, "a release leaves some rows of its own time behind for this test"
    there = inspect(empty_db.engine).get_table_names()
    with empty_db.transaction() as tx:
        for statement in statements:
            tx.execute(text(statement))
        before = counted(tx, there)
    assert migrate(empty_db) == list(range(known + 1, len(STEPS) + 1))
    with empty_db.transaction(reading=True) as tx:
        after = counted(tx, declared())
    assert {name: after[name] for name in before} == before
    assert {name: shape(inspect(empty_db.engine), name) for name in declared()} == declared()


def counted(tx: Tx, there: Collection[str]) -> dict[str, int]:
    """Rows in every declared table that is there and has any."""
    names = declared().keys() & set(there)
    counts = {name: int(tx.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()) for name in names}
    return {name: number for name, number in counts.items() if number}
