"""A private pcscd with a virtual reader, and cards that are plugged into it."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chip import make
from onshi.chip import CardContent, new_state
from onshi.outside import VPCD_PORT, CardFile, ReaderMissing, read_card
from onshi.outside.pcsc import NoCard, open_card, readers

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
DEADLINE_S = 20
PLUG = (str(Path(__file__).with_name("plug.py")),)
RUN = ("-m", "onshi.cli", "cards", "virtual", "run")
MODULE = next(iter(Path("/usr/lib").glob("*/opensc-pkcs11.so")), Path("opensc-pkcs11.so"))


class Pcscd:
    """A pcscd in namespaces of its own; clients of this user reach it through a socket in a short folder."""

    def __init__(self) -> None:
        if shutil.which("pcscd") is None or not DRIVER.exists():
            raise RuntimeError("pcscd or vpcd is missing: `make test` installs them, or set ONSHI_TEST_WITHOUT=pcscd")
        self.folder = Path(tempfile.mkdtemp(prefix="onshi-pcsc-", dir="/tmp"))  # sockets need a short path
        (self.folder / "run" / "pcscd").mkdir(parents=True)
        # One entry: the driver keeps its slots in one array for all entries.
        (self.folder / "reader.conf").write_text(
            f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{VPCD_PORT}\nLIBPATH {DRIVER}\nCHANNELID {VPCD_PORT}\n',
            encoding="ascii",
        )
        self.socket = self.folder / "run" / "pcscd" / "pcscd.comm"
        self._log = (self.folder / "log").open("wb")
        is_root = os.geteuid() == 0
        command = ["unshare", "--mount", "--net", *([] if is_root else ["--map-root-user"]), sys.executable]
        self._process = subprocess.Popen(
            [*command, str(Path(__file__).with_name("alone.py")), str(self.folder)],
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self.inside = ["nsenter", f"--net=/proc/{self._process.pid}/ns/net"]
        if not is_root:
            self.inside[1:1] = [f"--user=/proc/{self._process.pid}/ns/user", "--preserve-credentials"]

    def wait(self) -> None:
        """Until it answers, or has ended: without the right to make namespaces it never begins."""
        until(lambda: bool(names()) or self._process.poll() is not None, self.log)
        assert self._process.poll() is None, (
            f"pcscd did not start; ONSHI_TEST_WITHOUT=pcscd leaves it out. {self.log()}"
        )

    def log(self) -> str:
        """What it said."""
        self._log.flush()
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2_000:]

    def stop(self) -> None:
        """Ends it and removes its files."""
        self._process.terminate()
        self._process.wait(10)
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def names() -> list[str]:
    """The readers, as far as anybody answers."""
    try:
        return readers()
    except ReaderMissing:
        return []


def until(is_so: Callable[[], bool], what: Callable[[], str] = lambda: "") -> None:
    """Waits for something that takes a while: pcscd looks for cards a few times a second."""
    end = time.monotonic() + DEADLINE_S
    while not is_so():
        assert time.monotonic() < end, f"waited {DEADLINE_S} seconds in vain. {what()}"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def pcscd() -> Iterator[Pcscd]:
    """One for the session: its clients in this process remember its socket."""
    made = Pcscd()
    os.environ["PCSCLITE_CSOCK_NAME"] = str(made.socket)
    try:
        made.wait()
        yield made
    finally:
        del os.environ["PCSCLITE_CSOCK_NAME"]
        made.stop()


class Slot:
    """The virtual reader and the card in it."""

    def __init__(self, pcscd: Pcscd) -> None:
        self._pcscd = pcscd
        self._process: subprocess.Popen[str] | None = None
        self.file: Path | None = None

    def plug(self, file: Path, program: tuple[str, ...] = PLUG) -> None:
        """Puts a card in."""
        self.empty()
        command = [*self._pcscd.inside, sys.executable, *program, str(file)]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert f"port {VPCD_PORT}" in said, said
        until(is_card_there, self._pcscd.log)
        self.file = file

    def empty(self) -> None:
        """Takes out whatever is in it."""
        if self._process is not None:
            self.unplug()

    def unplug(self) -> int:
        """Takes it out with Ctrl-C; the exit code."""
        assert self._process is not None
        self._process.send_signal(2)
        code = self._process.wait(10)
        self._forget()
        until(lambda: not is_card_there(), self._pcscd.log)
        return code

    def kill(self) -> None:
        """The machine stops."""
        self.kill_now()
        until(lambda: not is_card_there(), self._pcscd.log)

    def kill_now(self) -> None:
        """The same, without waiting until the reader has noticed."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)
        self._forget()

    def _forget(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process, self.file = None, None


def is_card_there() -> bool:
    """Whether a card can be opened."""
    opened = open_card()
    if isinstance(opened, NoCard):
        return False
    opened.close()
    return True


@pytest.fixture(scope="session")
def desk(pcscd: Pcscd) -> Iterator[Slot]:
    """The one reader; a card may still be in it."""
    found = Slot(pcscd)
    yield found
    found.empty()


@pytest.fixture
def slot(desk: Slot) -> Slot:
    """An empty reader."""
    desk.empty()
    return desk


def usual_card(folder: Path) -> Path:
    path = folder / "card.json"
    CardFile.create(path, make.usual_card())
    return path


@pytest.fixture
def card_file(tmp_path: Path) -> Path:
    """The file of a usual card."""
    return usual_card(tmp_path)


@pytest.fixture
def plugged(desk: Slot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A usual card in the reader: the one that is there, unless a test has changed something on it."""
    if desk.file is None or desk.file.name != "card.json" or read_card(desk.file)[1] != new_state(make.usual_card()):
        desk.plug(usual_card(tmp_path_factory.mktemp("card")))
    assert desk.file is not None
    return desk.file


@pytest.fixture
def plug(slot: Slot, tmp_path: Path) -> Callable[[CardContent], Path]:
    """Puts a card with another content in."""

    def put(content: CardContent) -> Path:
        path = tmp_path / "other.json"
        CardFile.create(path, content)
        slot.plug(path)
        return path

    return put


class Ran:
    """How a program of others ended."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.code = done.returncode
        self.raw = done.stdout
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")


def run(*command: str | Path, given: bytes = b"", **environment: str) -> Ran:
    """Runs a program of others."""
    done = subprocess.run(
        [str(word) for word in command],
        input=given,
        capture_output=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
        timeout=60,
        check=False,
    )
    return Ran(done)
