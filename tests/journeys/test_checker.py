"""The process that answers checks beside the server: it lives and dies with it; its death costs nobody an answer."""

import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest

from onshi import audit
from onshi.db import Database
from rest.make import HANAKO, Country

from .test_killed_server import Clock, country, free_port, serving


@pytest.fixture
def place(db: Database, tmp_path: Path) -> tuple[Country, int]:
    """The country, on the real clock, and a port to serve it on."""
    port = free_port()
    clock = Clock(time.time_ns() // 1_000)
    return country(db, tmp_path, base=f"http://localhost:{port}", clock=clock), port


def children(pid: int) -> list[int]:
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def is_gone(pid: int) -> bool:
    """Ended, though perhaps nobody has asked yet how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def eventually(happens: Callable[[], bool]) -> bool:
    for _ in range(400):
        if happens():
            return True
        time.sleep(0.05)
    return False


def unsealed(land: Country) -> int:
    with land.app.db.transaction(reading=True) as tx:
        return audit.tail(tx).entries


def test_checks_are_answered_and_counted(place: tuple[Country, int]) -> None:
    land, port = place
    with serving(land, port) as server, httpx.Client(base_url=land.base, headers=land.bearer()) as client:
        assert len(children(server.pid)) == 1
        kinds = [client.post("/v1/checks", json=HANAKO).json()["answer"]["kind"] for _ in range(3)]
        refused = client.post("/v1/checks", json=HANAKO | {"known_at": "2099-01-01"})
        lines = httpx.get(f"{land.base}/metrics").text.splitlines()
        assert kinds == ["in_force"] * 3
        assert (refused.status_code, refused.json()["code"]) == (422, "known-at-in-future")
        assert {'onshi_checks_total{kind="in_force"} 3.0', "onshi_checker_up 1.0"} <= set(lines)
        assert eventually(lambda: unsealed(land) == 0), "the checker seals too"


def test_a_killed_checker_is_started_again_and_no_answered_check_is_missing(place: tuple[Country, int]) -> None:
    land, port = place
    answered: list[str] = []
    refused: set[tuple[int, str]] = set()
    with serving(land, port) as server, httpx.Client(base_url=land.base, headers=land.bearer()) as client:

        def ask() -> bool:
            reply = client.post("/v1/checks", json=HANAKO)
            if reply.status_code == 200:
                answered.append(reply.json()["check_id"])
                return True
            refused.add((reply.status_code, reply.json()["code"]))
            return False

        for _ in range(3):
            assert eventually(ask)
            (checker,) = children(server.pid)
            os.kill(checker, signal.SIGKILL)
            assert eventually(partial(is_gone, checker))
            assert eventually(ask)
            assert children(server.pid) != [checker]
        assert eventually(lambda: httpx.get(f"{land.base}/readyz").status_code == 200)
    assert refused <= {(503, "not-reachable")}
    with land.app.db.transaction(reading=True) as tx:
        assert [one for one in answered if audit.entry(tx, *audit.parse_check_id(one)) is None] == []
        keys = audit.public_keys(land.app.ring.public_jwks()["keys"])
        assert audit.verify(tx, keys=keys).breaks == ()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_checker_ends_with_the_server_and_seals_what_is_left(
    place: tuple[Country, int], how: signal.Signals
) -> None:
    land, port = place
    with serving(land, port) as server:
        (checker,) = children(server.pid)
        with httpx.Client(base_url=land.base, headers=land.bearer()) as client:
            assert client.post("/v1/checks", json=HANAKO).status_code == 200
        server.send_signal(how)
        server.wait(20)
        assert eventually(partial(is_gone, checker))
    assert unsealed(land) == 0
