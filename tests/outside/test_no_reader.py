"""Without the PC/SC library everything but the reader works, and the reader says what is missing."""

import os
import subprocess
import sys
from pathlib import Path

WITHOUT_LIBRARY = """
import ctypes, sys
def missing(name, *_):
    raise OSError(name)
ctypes.CDLL = missing
from onshi.outside import ReaderMissing, open_card, readers
for ask in (readers, open_card):
    try:
        ask()
    except ReaderMissing as refused:
        sys.stdout.write(refused.code + "\\n")
"""


def test_without_the_library_the_refusal_has_a_name() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_LIBRARY], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("card-reader-missing\n" * 2, "")


def test_without_the_service_it_is_the_same(tmp_path: Path) -> None:
    script = WITHOUT_LIBRARY.replace("ctypes.CDLL = missing\n", "")
    environment = {**os.environ, "PCSCLITE_CSOCK_NAME": str(tmp_path / "nobody")}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment)
    assert (done.stdout, done.stderr) == ("card-reader-missing\n" * 2, "")
