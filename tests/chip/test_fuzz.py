"""The chip under a fuzzer that looks for new lines: a moment with every run, long in `make soak`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.mark.parametrize("seconds", [3, pytest.param(600, marks=pytest.mark.soak)])
@pytest.mark.skipif(sys.platform != "linux" or os.uname().machine != "x86_64", reason="atheris is built for this only")
def test_no_bytes_break_the_chip(tmp_path: Path, seconds: int) -> None:
    command = [sys.executable, HERE / "fuzz.py", f"-max_total_time={seconds}", "-verbosity=0"]
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=seconds + 60)
    assert done.returncode == 0, done.stderr[-3_000:]
    assert list(tmp_path.iterdir()) == [], "a fuzzer leaves the bytes behind that broke something"
