"""The very small country of the pages' tests, behind the command line."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from web import country

from .run import Run, runner


@pytest.fixture
def onshi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[Run]:
    """Runs `onshi …` on a country of its own."""
    app = country.build(tmp_path / "data")
    # Commands go by the clock of the machine: without a load of today their answers would be too old to say no.
    app.clock = time.time_ns
    country.load(app, [country.row()], tmp_path)
    app.db.close()
    yield runner(tmp_path / "data", monkeypatch, capfdbinary)


@pytest.fixture
def onshi_on_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs `onshi …` where nothing is yet."""
    return runner(tmp_path / "data", monkeypatch, capfdbinary)
