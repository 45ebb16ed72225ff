"""The small country, and somebody in front of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onshi.app import App

from . import country, towns
from .browse import Reader


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """The country on a database of its own: SQLite, because a page knows no SQL.

    What it asks of the rooms is tested on both engines where the rooms are.
    """
    built = country.build(tmp_path)
    yield built
    built.db.close()


@pytest.fixture
def reader(app: App) -> Reader:
    """Nobody in particular."""
    return Reader(app)


@pytest.fixture
def desk(app: App) -> Reader:
    """The reception of the clinic."""
    return Reader(app).enter("reception")


@pytest.fixture
def clerk(app: App) -> Reader:
    """Who works at the window here."""
    return Reader(app).enter("municipality")


@pytest.fixture
def neighbour(app: App) -> Reader:
    """Who works in the town next to it."""
    return towns.staff_session(app, "neighbour")
