"""`onshi serve` as a process of its own: asked, ended, refused where another one listens, several on one database."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from conftest import WITHOUT
from onshi import audit
from onshi.audit import Report
from onshi.db import Database
from rest.make import HANAKO, Clock, Country, country, token_form
from rest.terminal_desk import Terminals, enrol, found, make_server_certificate, question, wait_until_ready

READY_WITHIN_S = 90
END_WITHIN_S = 10
CHECKS = 300
ASKERS = 6


@pytest.fixture
def land(db: Database, tmp_path: Path) -> Country:
    """The cast of the REST tests for a server that goes by the clock of the machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    return country(db, tmp_path, base=base, clock=Clock(time.time_ns() // 1_000))


def environment_of(land: Country) -> Mapping[str, str]:
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("ONSHI_")}
    return foreign | {
        "PYTHONPATH": os.pathsep.join(one for one in sys.path if one),
        "ONSHI_DATA": str(land.app.settings.data),
        "ONSHI_DATABASE": land.app.settings.database,
        "ONSHI_BASE_URL": land.base,
        "ONSHI_RATE": "1000000",
        "ONSHI_BURST": "1000000",
        "LC_ALL": "C.UTF-8",
    }


def command(land: Country, *more: str) -> list[str]:
    return [sys.executable, "-m", "onshi.cli", "serve", "--port", land.base.rpartition(":")[2], *more]


@contextlib.contextmanager
def serving(land: Country, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The command from its start until it is ready, and in any case to its end, with all its processes."""
    with subprocess.Popen(command(land, *more), env=environment_of(land), start_new_session=True) as process:
        try:
            assert is_ready(land.base), f"not ready within {READY_WITHIN_S} s"
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def is_ready(base: str) -> bool:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until:
        try:
            if httpx.get(f"{base}/readyz", timeout=5).status_code == 200:
                return True
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    return False


def end(process: subprocess.Popen[bytes]) -> int:
    """SIGTERM, as a service manager sends it; how the process ended."""
    process.send_signal(signal.SIGTERM)
    return process.wait(END_WITHIN_S)


def bearer(land: Country) -> dict[str, str]:
    """A token from the server itself, for an assertion signed by the client."""
    land.clock.moment = time.time_ns() // 1_000
    reply = httpx.post(f"{land.base}/oauth2/token", data=token_form(land.assertion()))
    return {"Authorization": f"Bearer {reply.json()['access_token']}"}


def answered_by_each(land: Country, processes: int) -> list[int]:
    """How many checks each process has answered: asked on a new connection until all have told their number."""
    told: set[int] = set()
    for _ in range(200):
        counters = httpx.get(f"{land.base}/metrics", timeout=30).text
        told.add(sum(int(float(count)) for count in re.findall(r"^onshi_checks_total\{.*\} (\S+)$", counters, re.M)))
        if len(told) == processes:
            break
    return sorted(told)


def verified(land: Country) -> Report:
    keys = audit.public_keys(land.app.ring.public_jwks()["keys"])
    heads = audit.parse_heads((land.app.settings.data / audit.HEADS_FILE).read_text(encoding="utf-8"))
    with land.app.db.transaction(reading=True) as tx:
        return audit.verify(tx, keys=keys, heads=heads)


def test_it_answers_checks_and_pages_and_ends_with_everything_sealed(land: Country) -> None:
    with serving(land) as process:
        answer = httpx.post(f"{land.base}/v1/checks", json=HANAKO, headers=bearer(land))
        page = httpx.get(f"{land.base}/")
        # The token, too, is in the log; the last entry is made right before the end.
        assert httpx.post(f"{land.base}/v1/checks", json=HANAKO, headers=bearer(land)).status_code == 200
        code = end(process)
    assert (answer.status_code, answer.json()["answer"]["kind"]) == (200, "in_force")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    # Ended by the signal it was sent, after its own work: what a service manager takes for a clean end.
    assert code == -signal.SIGTERM
    report = verified(land)
    assert (report.sound, report.tail_entries, report.entries >= 4) == (True, 0, True)


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
def test_a_second_one_on_the_port_is_refused_by_name(land: Country) -> None:
    with serving(land):
        words = {"env": environment_of(land), "capture_output": True, "text": True, "check": False}
        second, japanese = (subprocess.run(command(land, "--lang", one), **words) for one in ("en", "ja"))
        assert httpx.get(f"{land.base}/healthz").status_code == 200
    port = land.base.rpartition(":")[2]
    assert (second.returncode, second.stdout) == (3, "")
    assert second.stderr == (
        f"Port {port} is in use by another program. Choose another: ONSHI_PORT, --port, or PORT= with make.\n"
    )
    assert (japanese.returncode, japanese.stderr.startswith(f"ポート{port}は")) == (3, True)


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
def test_over_https_it_knows_terminals_by_their_certificates(land: Country, tmp_path: Path) -> None:
    found(land.app)
    enrol(land.app)
    certificate, key = make_server_certificate(tmp_path)
    desk = Terminals(land, land.base.replace("http:", "https:"), tmp_path)
    options = ["--tls-certificate", str(certificate), "--tls-key", str(key)]
    with subprocess.Popen(command(land, *options), env=environment_of(land), start_new_session=True) as process:
        try:
            wait_until_ready(desk)
            reply = desk.login(desk.certificate())
            answer = desk.search(reply.json()["result"]["idToken"], question())
            with desk.client() as client:
                check = client.post("/v1/checks", json=HANAKO, headers=bearer_of(reply))
            assert end(process) == -signal.SIGTERM
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    (result,) = answer.json()["XmlMsg"]["MessageBody"]["ResultList"]
    assert result["ResultOfQualificationConfirmation"]["Name"] == "見本花子"
    # The check lane, answered by the process beside it, takes the same token.
    assert (check.status_code, check.json()["answer"]["kind"]) == (200, "in_force")


def bearer_of(reply: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {reply.json()['result']['idToken']}"}


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
def test_files_that_are_no_certificate_and_key_are_refused_by_name(land: Country, tmp_path: Path) -> None:
    certificate, _ = make_server_certificate(tmp_path)
    words = {"env": environment_of(land), "capture_output": True, "text": True, "check": False}
    for key in (certificate, tmp_path / "absent"):
        options = ["--lang", "en", "--tls-certificate", str(certificate), "--tls-key", str(key)]
        done = subprocess.run(command(land, *options), **words)
        assert (done.returncode, done.stderr.startswith("HTTPS cannot be served with")) == (3, True), done.stderr
    alone = subprocess.run(command(land, "--lang", "en", "--tls-certificate", str(certificate)), **words)
    assert (alone.returncode, "ONSHI_TLS_KEY" in alone.stderr) == (3, True)


@pytest.mark.slow
@pytest.mark.parametrize("db_url", [one for one in ("postgresql",) if one not in WITHOUT], indirect=True)
def test_several_processes_on_one_database_lose_nothing_and_seal_in_turn(land: Country) -> None:
    with serving(land, "--workers", "2") as process:
        headers = bearer(land)

        def ask(_: int) -> str:
            # A connection each, so that both processes get their share.
            reply = httpx.post(f"{land.base}/v1/checks", json=HANAKO, headers=headers, timeout=30)
            assert reply.status_code == 200, reply.text
            return str(reply.json()["check_id"])

        with ThreadPoolExecutor(ASKERS) as pool:
            asked = list(pool.map(ask, range(CHECKS)))
        shares = answered_by_each(land, 2)
        code = end(process)
    assert (code, len(set(asked))) == (0, CHECKS)
    assert (min(shares) > 0, sum(shares)) == (True, CHECKS), "both took part, and counted what they answered"
    with land.app.db.transaction(reading=True) as tx:
        kept = [audit.entry(tx, *audit.parse_check_id(one)) for one in asked]
    assert [one.entry.outcome for one in kept if one is not None] == ["in_force"] * CHECKS
    report = verified(land)
    assert (report.sound, report.tail_entries, report.entries >= CHECKS) == (True, 0, True)
    # Sealed by one at a time: no block was noted twice, and the last one is noted. Between, a process that seals
    # several in a row notes the last of them.
    heads = audit.parse_heads((land.app.settings.data / audit.HEADS_FILE).read_text(encoding="utf-8"))
    noted = [head.number for head in heads]
    assert (len(noted), max(noted)) == (len(set(noted)), report.blocks)
