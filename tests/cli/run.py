"""Runs commands in this process, as the shell would."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from onshi.cli import main


class Said(NamedTuple):
    """How a command ended: exit code, what it printed, what it complained of."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


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
