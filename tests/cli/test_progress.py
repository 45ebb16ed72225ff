"""The bar of a load: rows and rows per second on a terminal, nothing anywhere else."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from datetime import date
from pathlib import Path

import pytest

from onshi.cli.progress import Pace
from web.country import SOCIETY, csv_of, row

from .run import Run

ROWS = 45_000
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_SOUNDS = str.maketrans("0123456789", "レイニサヨゴロナハク")


def big_feed(folder: Path) -> str:
    """More than two parts of a load, of people who all differ; written as text for speed."""
    given = {"number": "NUMBER", "name": "見本　NAME", "name_kana": "ミホン　KANA", "birth_on": "BORN"}
    header, one = csv_of([row(**given)]).decode().splitlines()
    file = folder / "big.csv"
    with file.open("w", encoding="utf-8") as written:
        print(header, file=written)
        for number in range(ROWS):
            digits, born = f"{number:05}", date.fromordinal(715_000 + number % 20_000).isoformat()
            line = one.replace("NUMBER", digits).replace("BORN", born)
            print(
                line.replace("NAME", digits.translate(_DIGITS)).replace("KANA", digits.translate(_SOUNDS)), file=written
            )
    return str(file)


class Terminal:
    """A command whose error stream (and, if asked, stdout) is a terminal of 120 columns."""

    def __init__(self, *words: str, environment: dict[str, str]) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        process = subprocess.Popen(
            [sys.executable, "-m", "onshi.cli", *words],
            stdout=subprocess.PIPE,
            stderr=theirs,
            stdin=subprocess.DEVNULL,
            env=environment,
        )
        os.close(theirs)
        seen: list[bytes] = []
        reader = threading.Thread(target=_read_all, args=(ours, seen))
        reader.start()
        self.out = process.communicate()[0].decode()
        self.code = process.returncode
        reader.join()
        os.close(ours)
        self.screen = _CONTROL.sub("", b"".join(seen).decode())


def _read_all(descriptor: int, into: list[bytes]) -> None:
    while True:
        try:
            part = os.read(descriptor, 65_536)
        except OSError:  # how Linux says that the other side of a terminal is gone
            return
        if not part:
            return
        into.append(part)


def environment(data: Path) -> dict[str, str]:
    path = os.pathsep.join(one for one in sys.path if one)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ONSHI_", "NO_COLOR"))}
    return {**kept, "PYTHONPATH": path, "ONSHI_DATA": str(data), "TERM": "xterm", "LC_ALL": "C.UTF-8"}


@pytest.mark.slow
def test_a_terminal_sees_rows_and_a_rate(onshi: Run, tmp_path: Path) -> None:
    load = ("registry", "load", big_feed(tmp_path), "--insurer", SOCIETY, "--mode", "daily", "--dry-run", "--json")
    on_terminal = Terminal(*load, environment=environment(tmp_path / "data"))
    told = re.findall(r"([\d,]+) rows  ([\d,]+|–) rows/s", on_terminal.screen)
    rows = [int(one.replace(",", "")) for one, _ in told]
    assert (rows, {20_000, 40_000, ROWS} <= set(rows)) == (sorted(rows), True)
    last = int(told[-1][1].replace(",", ""))
    assert 0 < last < 10_000_000
    assert "100 %" in on_terminal.screen
    assert on_terminal.out.count("\n") == 1, "stdout is the document alone"


def test_nobody_else_sees_anything(onshi: Run, tmp_path: Path) -> None:
    file = tmp_path / "feed.csv"
    file.write_bytes(csv_of([row(number="901", name="新　入子", name_kana="シン　イリコ", birth_on="1999-09-09")]))
    for more in ((), ("--json",)):
        said = onshi("registry", "load", str(file), "--insurer", SOCIETY, "--mode", "daily", *more)
        assert (said.code, said.err, "rows/s" in said.out) == (0, "", False)


@pytest.mark.parametrize(
    ("is_resumed", "looks", "paces"),
    [
        (False, [(20_000, 10.0), (30_000, 20.0)], [2_000.0, 1_500.0]),
        (True, [(20_000, 10.0), (30_000, 20.0)], [None, 1_000.0]),
        (False, [(0, 0.0)], [None]),
    ],
)
def test_the_rate_counts_what_this_run_has_taken(
    is_resumed: bool, looks: list[tuple[int, float]], paces: list[float | None]
) -> None:
    """A load that goes on after a stop does not boast of the rows that were taken before."""
    pace = Pace()
    assert [pace.at(rows, seconds, is_resumed=is_resumed) for rows, seconds in looks] == paces
