"""The very small country of the pages' tests, behind the command line."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from onshi.cli import main
from web import country


class Said(NamedTuple):
    """How a command ended: exit code, what it printed, what it complained of."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


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


def runner(data: Path, monkeypatch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[bytes]) -> Run:
    """A function that runs one command on the data of a folder."""
    monkeypatch.setenv("ONSHI_DATA", str(data))
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> Said:
        captured.readouterr()
        code = main(list(arguments))
        out, err = captured.readouterr()
        return Said(code, out.decode(), err.decode())

    return run
