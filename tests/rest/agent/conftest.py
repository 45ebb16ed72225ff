"""A clinic's folder beside a real server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from onshi.app import wall_clock
from onshi.db import Database
from rest.make import Country

from .agent_desk import AgentDesk


@pytest.fixture
def db(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """One engine: what the agent does is the same on both; that the server's answers are, other tests show."""
    path = tmp_path / "onshi.sqlite"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def desk(served: Country, tmp_path: Path) -> AgentDesk:
    """The folder of a clinic, at the time of now: agents sign in by the real clock."""
    served.clock.moment = wall_clock()
    return AgentDesk(served, tmp_path / "oqs")
