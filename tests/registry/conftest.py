"""The world on each engine."""

from pathlib import Path

import pytest

from onshi.db import Database

from .world import World


@pytest.fixture
def world(db: Database, tmp_path: Path) -> World:
    """A world without people."""
    return World(db, tmp_path)
