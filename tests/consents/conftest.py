"""The registry's small world."""

from pathlib import Path

import pytest

from onshi.db import Database
from registry.world import World


@pytest.fixture
def world(db: Database, tmp_path: Path) -> World:
    """Without people."""
    return World(db, tmp_path)
