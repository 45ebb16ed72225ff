"""oqs: a single check as XML against the same as JSON, in process; the linking agent between folders and a server."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

import msgspec
import polars as pl
import watchfiles
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.engines import BenchCannotRun, Ground
from bench.load import app_on
from bench.people import scattered
from bench.serving import free_port, serving
from bench.table import Row, row
from onshi import access, audit
from onshi.access import Party, PartyKind
from onshi.app import App
from onshi.db import Database, Tx
from onshi.eligibility import Asker, ByNumber
from onshi.interfaces import oqs
from onshi.interfaces.oqs import Elements
from onshi.interfaces.oqs.elements import group, text, texts
from onshi.interfaces.rest.shapes import as_query, read_check, write_checked
from onshi.kernel import printed_insurer_number

_CODE = "1312345710"
_ASKER = Asker(f"institution:{_CODE}", _CODE)
_SINGLES = 1_000
_BULK = 10_000
_A_SECOND = 200
_SETTLE_S = 30.0


def wire_rows(ground: Ground, db: Database, people: pl.DataFrame, *, seconds: float) -> list[Row]:
    """The rows of one engine."""
    engine = "sqlite" if db.is_sqlite else "postgresql"
    app = app_on(db.url, ground.folder / engine)
    asked = scattered(people, min(_SINGLES, people.height), 31)
    ours, theirs = _in_process(app, asked)
    app.db.close()
    rows = [row(f"oqs.single.{engine}", ours, "checks/s", "the same as JSON", theirs)]
    return rows + _agent_rows(ground, db, people, engine, seconds)


def _search(asked: ByNumber) -> Elements:
    found = {
        "InsurerNumber": printed_insurer_number(asked.insurer).rjust(8),
        "InsuredCardSymbol": asked.symbol or "",
        "InsuredIdentificationNumber": asked.number,
        "InsuredBranchNumber": asked.branch or "",
        "Birthdate": f"{asked.birth_on:%Y%m%d}",
        "LimitApplicationCertificateRelatedConsFlg": "1",
    }
    return {name: value for name, value in found.items() if value}


def _request(asked: ByNumber, day: str, identifier: str) -> bytes:
    head: Elements = {
        "QualificationConfirmationDate": day,
        "MedicalInstitutionCode": _CODE,
        "ArbitraryFileIdentifier": identifier,
    }
    elements: Elements = {
        "MessageHeader": head,
        "MessageBody": {"QualificationConfirmSearchInfo": _search(asked)},
    }
    return oqs.write(elements, oqs.message_kinds()["OQSsiquc01req"])


def _in_process(app: App, asked: Sequence[ByNumber]) -> tuple[float, float]:
    """Checks a second as XML and as JSON: bytes in, a durable answer, bytes out; the two take turns."""
    day = f"{app.today():%Y%m%d}"
    as_xml = [_request(one, day, str(place)) for place, one in enumerate(asked)]
    as_json = [
        msgspec.json.encode(
            {
                "insurer_number": one.insurer,
                "symbol": one.symbol,
                "number": one.number,
                "branch": one.branch,
                "birth_on": one.birth_on,
                "limit_consent": True,
            }
        )
        for one in asked
    ]
    took = [0.0, 0.0]
    for xml, json in zip(as_xml, as_json, strict=True):
        for place, (answer, body) in enumerate(((_as_xml, xml), (_as_json, json))):
            began = time.perf_counter()
            answer(app, body)
            took[place] += time.perf_counter() - began
    return len(asked) / took[0], len(asked) / took[1]


def _as_xml(app: App, body: bytes) -> bytes:
    kinds = oqs.message_kinds()
    found = oqs.read(body, kinds["OQSsiquc01req"])
    if oqs.faults_of(found, kinds["OQSsiquc01req"]):
        raise BenchCannotRun("our own request is faulty")
    search = group(found.body, "QualificationConfirmSearchInfo")
    (checked,) = app.check([oqs.query_of(texts(search), texts(found.header))], _ASKER)
    stamp = oqs.composing.Stamp.of(found, at=checked.proof.at, encoding=oqs.Encoding.UTF_8)
    consents = oqs.composing.Consents(((oqs.composing.LIMIT, oqs.composing.Consent(checked.proof.at)),))
    elements = oqs.composing.single(replace(stamp), checked.answer, search=search, consents=consents)
    return oqs.write(elements, kinds["OQSsiquc01res"])


def _as_json(app: App, body: bytes) -> bytes:
    (checked,) = app.check([as_query(read_check(body), app.now())], _ASKER)
    return write_checked(checked, None)


def _client(app: App, key: Path) -> None:
    """The agent's client, with its key in a file."""
    made = ec.generate_private_key(ec.SECP256R1())
    key.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def enrol(tx: Tx) -> None:
        access.register_parties(tx, [Party(PartyKind.INSTITUTION, _CODE, "見本薬局")], by="local:bench")
        access.register_client(
            tx,
            f"institution:{_CODE}",
            name="agent",
            jwks={"keys": [audit.public_jwk(made.public_key())]},
            scopes=["check", "check.bulk"],
            at=app.now(),
            by="local:bench",
            client_id="bench-agent",
        )

    app.db.run(enrol)


def _agent_rows(ground: Ground, db: Database, people: pl.DataFrame, engine: str, seconds: float) -> list[Row]:
    port, folder, root = free_port(), ground.folder / engine, ground.folder / f"oqs-{engine}"
    root.mkdir()
    app = app_on(db.url, folder, port)
    key = root / "key.pem"
    _client(app, key)
    day = f"{app.today():%Y%m%d}"
    app.db.close()
    environment = {
        "ONSHI_DATA": str(folder),
        "ONSHI_DATABASE": db.url,
        "ONSHI_PORT": str(port),
        "ONSHI_BASE_URL": app.settings.base_url,
        "ONSHI_RATE": str(app.settings.rate),
        "ONSHI_BURST": str(app.settings.burst),
    }
    command = [
        *(sys.executable, "-m", "onshi.cli", "oqs", "agent", "--folder", str(root), "--institution", _CODE),
        *("--server", app.settings.base_url, "--client", "bench-agent", "--key", str(key)),
    ]
    with serving(["onshi.cli", "serve"], port, 1, environment), _running(command):
        bulk = _bulk_seconds(root, scattered(people, min(_BULK, people.height), 32), day)
        waits = _waits(root, scattered(people, max(20, round(_A_SECOND * seconds)), 33), day)
    waits.sort()
    return [
        row(f"oqs.bulk.{engine}", bulk, "s"),
        row(f"oqs.agent.rate.{engine}", float(_A_SECOND), "files/s"),
        row(f"oqs.agent.p50.{engine}", waits[len(waits) // 2] * 1e3, "ms"),
        row(f"oqs.agent.p99.{engine}", waits[int(len(waits) * 0.99) - 1] * 1e3, "ms"),
    ]


@contextmanager
def _running(command: Sequence[str]) -> Any:
    process = Popen(command, stdout=DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _put(root: Path, name: str, data: bytes) -> None:
    part = root / f"{name}.part"
    part.write_bytes(data)
    part.rename(root / "req" / name)


def _until(found: Callable[[], bool]) -> None:
    end = time.monotonic() + _SETTLE_S
    while not found():
        if time.monotonic() > end:
            raise BenchCannotRun("the agent does not answer")
        time.sleep(0.01)


def _bulk_seconds(root: Path, asked: Sequence[ByNumber], day: str) -> float:
    """From the request in its folder to all answers in theirs."""
    _until((root / "req").exists)
    kinds = oqs.message_kinds()
    head: Elements = {"QualificationConfirmationDate": day, "MedicalInstitutionCode": _CODE}
    body: Elements = {"QualificationConfirmSearchInfo": [_search(one) for one in asked]}
    data = oqs.write({"MessageHeader": head, "MessageBody": body}, kinds["OQSmuquc01req"])
    began = time.monotonic()
    _put(root, "OQSmuquc01req_1.xml", data)
    taken = root / "res" / "OQSmuquc01res_1.xml"
    _until(taken.exists)
    reception = text(oqs.read(taken.read_bytes(), kinds["OQSmuquc01res"]).body, "ReceptionNumber")
    for turn in range(1_000):
        ask: Elements = {
            "MessageHeader": {"MedicalInstitutionCode": _CODE},
            "MessageBody": {"ReceptionNumber": reception},
        }
        _put(root, f"OQSmuquc02req_{turn}.xml", oqs.write(ask, kinds["OQSmuquc02req"]))
        answer = root / "res" / f"OQSmuquc02res_{turn}.xml"
        _until(answer.exists)
        # Looked at and not parsed: how long a client takes over it is its own affair.
        head_of = answer.read_bytes()[:2_000]
        if b"<SegmentOfResult>1</SegmentOfResult>" in head_of:
            took = time.monotonic() - began
            if b"<NumberOfNormalProcessing>%d</" % len(asked) not in head_of:
                raise BenchCannotRun("not everybody was answered")
            return took
        time.sleep(0.2)
    raise BenchCannotRun("the bulk request is never done")


def _waits(root: Path, asked: Sequence[ByNumber], day: str) -> list[float]:
    """For each single request, seconds from its rename to the second sign of its answer, at a steady rate."""
    put: dict[str, float] = {}
    signed: dict[str, float] = {}
    ending = threading.Event()

    def watch() -> None:
        for changes in watchfiles.watch(root / "res", stop_event=ending, debounce=10, step=5, rust_timeout=100):
            now = time.monotonic()
            for change, path in changes:
                if change is watchfiles.Change.modified:
                    signed.setdefault(Path(path).name, now)

    watcher = threading.Thread(target=watch)
    watcher.start()
    time.sleep(0.5)
    began = time.monotonic()
    for place, one in enumerate(asked):
        data = _request(one, day, str(place))
        time.sleep(max(0.0, began + place / _A_SECOND - time.monotonic()))
        _put(root, f"OQSsiquc01req_s{place}.xml", data)
        put[f"OQSsiquc01res_s{place}.xml"] = time.monotonic()
    _until(lambda: put.keys() <= signed.keys())
    ending.set()
    watcher.join()
    return [signed[name] - at for name, at in put.items()]
