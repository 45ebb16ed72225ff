"""The registry's small world with an office that issues papers."""

from pathlib import Path

import pytest

from onshi.db import Database
from registry.world import World

from .office import Office


@pytest.fixture
def office(db: Database, tmp_path: Path) -> Office:
    """A world without people."""
    return Office(World(db, tmp_path))
