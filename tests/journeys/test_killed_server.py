"""A server is killed in the middle of its work: whoever got an answer finds it in the log."""

import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from onshi import audit
from onshi.db import Database
from rest.make import HANAKO, Clock, Country, country

ASKERS = 6


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(land: Country, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The real server as a process of its own, until it is killed."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ONSHI_")},
        "PYTHONPATH": os.pathsep.join(one for one in sys.path if one),
        "ONSHI_DATA": str(land.app.settings.data),
        "ONSHI_DATABASE": land.app.settings.database,
        "ONSHI_PORT": str(port),
        "ONSHI_RATE": "1000000",
        "ONSHI_BURST": "1000000",
    }
    command = [sys.executable, "-m", "uvicorn", "onshi.asgi:application", "--factory", "--port", str(port)]
    with subprocess.Popen([*command, "--log-level", "error", "--no-access-log"], env=environment) as process:
        try:
            for _ in range(300):
                try:
                    httpx.get(f"{land.base}/readyz", timeout=1)
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield process
        finally:
            process.kill()


def ask_until_it_dies(base: str, bearer: dict[str, str], acknowledged: list[str]) -> None:
    """Keeps asking; every id in the list was read from a complete answer."""
    with httpx.Client(base_url=base, headers=bearer, timeout=5) as client:
        while True:
            try:
                reply = client.post("/v1/checks", json=HANAKO)
            except httpx.TransportError:
                return
            assert reply.status_code == 200, reply.text
            acknowledged.append(json.loads(reply.content)["check_id"])


def kill_while_asked(land: Country, port: int, delay: float) -> list[str]:
    """Starts the server, lets several ask, kills it; the ids of all checks that were answered."""
    bearer = land.bearer()
    answered: list[list[str]] = [[] for _ in range(ASKERS)]
    with serving(land, port) as process:
        threads = [threading.Thread(target=ask_until_it_dies, args=(land.base, bearer, one)) for one in answered]
        for thread in threads:
            thread.start()
        while not all(answered):
            time.sleep(0.01)
        time.sleep(delay)
        process.kill()
        for thread in threads:
            thread.join()
    return [check_id for one in answered for check_id in one]


def story(db: Database, folder: Path, times: int) -> None:
    port = free_port()
    clock = Clock(time.time_ns() // 1_000)
    land = country(db, folder, base=f"http://localhost:{port}", clock=clock)
    chance = random.Random(times)
    keys = audit.public_keys(land.app.ring.public_jwks()["keys"])
    acknowledged: list[str] = []
    for _ in range(times):
        clock.moment = time.time_ns() // 1_000
        acknowledged += kill_while_asked(land, port, chance.random() * 0.5)
        with db.transaction(reading=True) as tx:
            report = audit.verify(tx, keys=keys)
            lost = [one for one in acknowledged if audit.entry(tx, *audit.parse_check_id(one)) is None]
        assert lost == []
        assert report.breaks == ()
    assert len(acknowledged) >= times * ASKERS


def test_no_answered_check_is_missing_from_the_log(db: Database, tmp_path: Path) -> None:
    story(db, tmp_path, 2)


@pytest.mark.soak
def test_no_answered_check_is_missing_after_a_hundred_kills(db: Database, tmp_path: Path) -> None:
    story(db, tmp_path, 100)
