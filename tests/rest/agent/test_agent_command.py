"""`onshi oqs agent` as a program of its own: started, asked how it is, killed, cut off, and started again."""

import contextlib
import json
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onshi.app import wall_clock
from onshi.cli import main
from onshi.db import Database
from onshi.interfaces import oqs
from onshi.interfaces.oqs.elements import text
from onshi.kernel import japan_day
from rest.conftest import serving

from .agent_desk import CODE, AgentDesk, single

NAME = "OQSsiquc01req_202611020001.xml"


def words(desk: AgentDesk, *more: str, server: str | None = None) -> list[str]:
    """The command for this desk."""
    return [
        *("oqs", "agent", "--folder", str(desk.root), "--institution", CODE, "--client", desk.client),
        *("--key", str(desk.key), "--server", server or desk.land.base, "--lang", "en", *more),
    ]


def test_once_answers_what_is_there(desk: AgentDesk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.put(NAME, single())
    assert main(words(desk, "--once")) == 0
    assert capsys.readouterr().out.endswith("Answered 1, returned 0.\n")
    assert main(words(desk, "--once", "--json")) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"answered": 0, "returned": 0}


def test_status_tells_how_it_stands(desk: AgentDesk, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["oqs", "status", "--folder", str(desk.root), "--lang", "en"]) == 3
    assert "No agent has worked on" in capsys.readouterr().err
    desk.put(NAME, single())
    main(words(desk, "--once"))
    capsys.readouterr()
    assert main(["oqs", "status", "--folder", str(desk.root), "--lang", "en"]) == 0
    assert "Waiting 0, answered 1, returned 0. Trouble: —" in capsys.readouterr().out
    assert main(["oqs", "status", "--folder", str(desk.root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["line"] == "up"


def test_the_history_is_fetched(desk: AgentDesk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.put(NAME, single())
    main(words(desk, "--once"))
    capsys.readouterr()
    path, today = desk.root / "history.zip", f"{japan_day(wall_clock())}"
    who = ["--client", desk.client, "--key", str(desk.key), "--server", desk.land.base]
    command = ["oqs", "history", *who, "--from", today, "--to", today, "--out", str(path), "--json"]
    assert main(command) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told == {"file": str(path), "bytes": path.stat().st_size}
    with zipfile.ZipFile(path) as archive:
        (inner,) = archive.namelist()
        assert "見本花子" in archive.read(inner).decode()


def test_without_a_server_it_says_so(desk: AgentDesk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.put(NAME, single())
    assert main(words(desk, "--once", server="http://127.0.0.1:9")) == 3
    assert "cannot be reached" in capsys.readouterr().err


@pytest.mark.parametrize("code", ["", "131234567", "13123456789", "１３１２３４５６７x"])
def test_a_code_of_no_institution_is_refused_before_a_folder_is_made(
    code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, key = tmp_path / "new", tmp_path / "key.pem"
    key.write_text("")
    command = ["oqs", "agent", "--folder", str(folder), "--institution", code, "--client", "c", "--key", str(key)]
    assert main([*command, "--once", "--lang", "en"]) == 3
    assert capsys.readouterr().err.strip().endswith("ten digits, with the prefecture in front.")
    assert not folder.exists()


def test_an_empty_password_file_is_refused(desk: AgentDesk, capsys: pytest.CaptureFixture[str]) -> None:
    path = desk.root / "password"
    path.write_text(" \n")
    assert main(words(desk, "--once", "--zip-password", str(path))) == 3
    assert "is empty" in capsys.readouterr().err


class Line:
    """The line between agent and server, which can be cut in the middle of whatever passes."""

    def __init__(self, port: int) -> None:
        # What the server calls itself is the address of the line: whoever asks knows no other.
        self._port, self._is_cut, self._pairs = port, threading.Event(), list[socket.socket]()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, seconds: float) -> None:
        """Everything that is open breaks; nothing gets through for a while."""
        self._is_cut.set()
        for one in self._pairs:
            with_no_care(one.close)
        self._pairs.clear()
        time.sleep(seconds)
        self._is_cut.clear()

    def close(self) -> None:
        self._is_cut.set()
        self._listener.close()
        for one in self._pairs:
            with_no_care(one.close)

    def _accept(self) -> None:
        while True:
            try:
                ours, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut.is_set():
                ours.close()
                continue
            theirs = socket.create_connection(("127.0.0.1", self._port))
            self._pairs += [ours, theirs]
            for source, target in ((ours, theirs), (theirs, ours)):
                threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        with_no_care(target.close)
        with_no_care(source.close)


def with_no_care(what: Callable[[], None]) -> None:
    with contextlib.suppress(OSError):
        what()


class Client(threading.Thread):
    """Clinic software that takes every answer as soon as it is there, and notices one that comes twice."""

    def __init__(self, desk: AgentDesk, got: Path) -> None:
        super().__init__(daemon=True)
        self._res, self._got, self.ending = desk.root / "res", got, threading.Event()
        self.twice: list[str] = []
        got.mkdir()

    def run(self) -> None:
        while not self.ending.wait(0.02):
            self.take()

    def take(self) -> None:
        for path in self._res.iterdir():
            if (self._got / path.name).exists():
                self.twice.append(path.name)
            path.rename(self._got / path.name)


@pytest.fixture
def lined(db: Database, tmp_path: Path) -> Iterator[tuple[AgentDesk, Line]]:
    """A server behind a line that can be cut, and a clinic that knows the line only."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        line = Line(listener.getsockname()[1])
        with serving(db, tmp_path, listener, base=line.base) as land:
            land.clock.moment = wall_clock()
            yield AgentDesk(land, tmp_path / "oqs"), line
    line.close()


@pytest.mark.slow
def test_killed_and_cut_off_in_the_middle_of_ten_thousand_none_is_lost_and_none_comes_twice(
    lined: tuple[AgentDesk, Line], tmp_path: Path
) -> None:
    """The whole of it: requests keep coming, the agent dies by SIGKILL, the line breaks under it, again and again."""
    count, chance = 10_000, random.Random(20261102)
    desk, line = lined
    client = Client(desk, tmp_path / "got")
    client.start()
    command = [sys.executable, "-m", "onshi.cli", *words(desk)]

    def ask() -> None:
        for place in range(count):
            part = desk.root / "req" / ".part"
            part.write_bytes(single(f"id-{place}"))
            part.rename(desk.root / "req" / f"OQSsiquc01req_{place:05}.xml")

    asking = threading.Thread(target=ask)
    asking.start()
    kills = cuts = 0
    while asking.is_alive() or kills < 6 or cuts < 4:
        agent = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(1.2 + chance.random() * 1.5)
        if chance.random() < 0.5 or cuts < kills // 2:
            line.cut(0.3)
            cuts += 1
            time.sleep(0.8)
        agent.kill()
        agent.wait()
        kills += 1
    agent = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 120
    while len(list(client._got.iterdir())) < count and time.monotonic() < end:
        time.sleep(0.2)
    time.sleep(1)
    agent.send_signal(signal.SIGINT)
    assert agent.wait(20) == 0
    client.ending.set()
    client.join()
    client.take()
    kind = oqs.message_kinds()["OQSsiquc01res"]
    told = {path.name: oqs.read(path.read_bytes(), kind) for path in client._got.iterdir()}
    assert (len(told), client.twice, kills >= 6, cuts >= 4) == (count, [], True, True)
    for name, found in told.items():
        place = int(name[-9:-4])
        assert text(found.header, "ArbitraryFileIdentifier") == f"id-{place}"
        assert text(found.body, "QualificationValidity") == "1"
    assert [path for stage in ("taken", "out/res") for path in (desk.root / "agent" / stage).iterdir()] == []
    assert desk.names("req") == []
