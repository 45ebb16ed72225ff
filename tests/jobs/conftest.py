"""A fresh database of the queue's tables on each engine. PostgreSQL is the one `ONSHI_TEST_POSTGRES` names."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import onshi.jobs  # noqa: F401 - registers the tables
from onshi.db import Database, Tx, metadata

ENGINES = ["sqlite", *(["postgresql"] if os.environ.get("ONSHI_TEST_POSTGRES") else [])]


@pytest.fixture(params=ENGINES)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    url = f"sqlite:///{tmp_path}/onshi.db" if request.param == "sqlite" else os.environ["ONSHI_TEST_POSTGRES"]
    database = Database(url)
    metadata.drop_all(database.engine)
    metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def tx(db: Database) -> Iterator[Tx]:
    """An open write transaction."""
    with db.transaction() as opened:
        yield opened
