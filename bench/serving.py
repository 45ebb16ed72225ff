"""http.check: durable, audited, proven checks over HTTP, against constant JSON in the same run."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import polars as pl
from cryptography.hazmat.primitives.asymmetric import ec

from bench.engines import BenchCannotRun, Ground
from bench.load import app_on
from bench.openloop import Latency
from bench.people import scattered
from bench.table import Row, row
from onshi import access, audit
from onshi.access import Party, PartyKind
from onshi.app import App
from onshi.db import Database, Tx

_HERE = Path(__file__).parent
_QUESTIONS = 20_000
_CONNECTIONS = 256
_CODE = "1312345678"
_TICK = os.sysconf("SC_CLK_TCK")
_UVICORN = (
    "--loop",
    "uvloop",
    "--http",
    "httptools",
    "--no-access-log",
    "--no-proxy-headers",
    "--log-level",
    "warning",
)


class Closed(msgspec.Struct):
    """One run of the closed loop: requests a second, the server's CPU a request in µs, those that failed."""

    rate: float
    cpu_us: float
    failed: int


def bearer(app: App) -> str:
    """A token for the one client, which is registered on the way."""

    def enrol(tx: Tx) -> str:
        access.register_parties(tx, [Party(PartyKind.INSTITUTION, _CODE, "見本医院")], by="local:bench")
        jwk = audit.public_jwk(ec.generate_private_key(ec.SECP256R1()).public_key())
        access.register_client(
            tx,
            f"institution:{_CODE}",
            name="bench",
            jwks={"keys": [jwk]},
            scopes=["check"],
            at=app.now(),
            by="local:bench",
            client_id="bench",
        )
        granted = access.grant(tx, "bench", at=app.now(), issuer=app.settings.base_url, signer=app.signer)
        return granted.token

    return app.db.run(enrol)


def write_questions(path: Path, people: pl.DataFrame, token: str) -> None:
    """Bodies line by line and the token in the last."""
    bodies = [
        msgspec.json.encode(
            {
                "insurer_number": asked.insurer,
                "symbol": asked.symbol,
                "number": asked.number,
                "branch": asked.branch,
                "birth_on": asked.birth_on,
            }
        )
        for asked in scattered(people, _QUESTIONS, 1)
    ]
    path.write_bytes(b"\n".join([*bodies, token.encode()]))


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@contextmanager
def serving(target: Sequence[str], port: int, workers: int, environment: dict[str, str]) -> Iterator[int]:
    """A server in a process of its own, `python -m target`; gives its process id."""
    command = [sys.executable, "-m", *target, "--port", str(port), "--workers", str(workers)]
    server = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        _wait(port, server)
        yield server.pid
    finally:
        server.terminate()
        server.wait(30)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            httpx.get(f"http://127.0.0.1:{port}/readyz")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise BenchCannotRun("the server did not start")


def cpu_seconds(*roots: int) -> float:
    """User and system time of these processes and all below them, the ended ones included."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        parents[int(entry.name)] = int(fields[1])
        used[int(entry.name)] = sum(map(int, fields[11:15])) / _TICK
    return sum(seconds for pid, seconds in used.items() if _is_below(pid, roots, parents))


def _is_below(pid: int, roots: Sequence[int], parents: dict[int, int]) -> bool:
    while pid:
        if pid in roots:
            return True
        pid = parents.get(pid, 0)
    return False


def closed_loop(port: int, questions: Path, seconds: float, pids: Sequence[int]) -> Closed:
    """As fast as 256 kept connections go."""
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{max(1, round(seconds))}s", "-s", str(_HERE / "ask.lua")]
    before = cpu_seconds(*pids)
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}/v1/checks", "--", str(questions)],
        capture_output=True,
        text=True,
        check=False,
    )
    after = cpu_seconds(*pids)
    told = next((line.split() for line in done.stdout.splitlines() if line.startswith("RESULT")), None)
    if told is None:
        raise BenchCannotRun(f"wrk: {done.stderr or done.stdout}")
    requests, micros, failed = (int(part) for part in told[1:4])
    return Closed(requests / micros * 1e6, (after - before) / max(1, requests) * 1e6, failed)


def open_loop(port: int, questions: Path, rate: int, seconds: float) -> Latency:
    """At a fixed rate, latency from the moment each request was due."""
    command = [sys.executable, "-m", "bench.openloop", str(port), str(questions), str(rate), f"{seconds:g}"]
    done = subprocess.run(command, capture_output=True, check=True)
    return msgspec.json.decode(done.stdout, type=Latency)


def http_rows(ground: Ground, db: Database, people: pl.DataFrame, *, rounds: int, seconds: float) -> list[Row]:
    """The rows of one engine; ours and the baseline take turns, the best round of each counts."""
    engine = "sqlite" if db.is_sqlite else "postgresql"
    port, base_port = free_port(), free_port()
    folder = ground.folder / engine
    app = app_on(db.url, folder, port)
    questions = ground.folder / f"questions-{engine}.txt"
    write_questions(questions, people, bearer(app))
    app.db.close()
    settings = app.settings
    environment = {
        "ONSHI_DATA": str(folder),
        "ONSHI_DATABASE": db.url,
        "ONSHI_PORT": str(port),
        "ONSHI_BASE_URL": settings.base_url,
        "ONSHI_RATE": str(settings.rate),
        "ONSHI_BURST": str(settings.burst),
    }
    ours: list[Closed] = []
    theirs: list[Closed] = []
    with (
        serving(["onshi.cli", "serve"], port, 1, environment) as pid,
        serving(["uvicorn", "bench.baseline:app", *_UVICORN], base_port, 1, {}) as base_pid,
    ):
        pids = [pid] if db.is_sqlite or ground.cluster is None else [pid, ground.cluster.pid]
        closed_loop(port, questions, seconds / 2, pids)
        for _ in range(rounds):
            theirs.append(closed_loop(base_port, questions, seconds, [base_pid]))
            ours.append(closed_loop(port, questions, seconds, pids))
        best, base = max(ours, key=_rate), max(theirs, key=_rate)
        waits = [open_loop(port, questions, int(best.rate / 2), seconds) for _ in range(rounds)]
    if any(one.failed for one in (*ours, *waits)):
        raise BenchCannotRun("some checks were refused")
    cheapest, base_cheapest = min(one.cpu_us for one in ours), min(one.cpu_us for one in theirs)
    latency = min(waits, key=_p99)
    name = f"http.check.{engine}"
    return [
        row(name, best.rate, "checks/s", "starlette, constant JSON", base.rate),
        row(f"{name}.cpu", cheapest, "µs/check", "starlette, constant JSON", base_cheapest),
        row(f"{name}.p50_at_half", latency.p50_ms, "ms"),
        row(f"{name}.p99_at_half", latency.p99_ms, "ms"),
    ]


def _rate(one: Closed) -> float:
    return one.rate


def _p99(one: Latency) -> float:
    return one.p99_ms
