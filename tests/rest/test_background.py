"""The work nobody waits for, and how the operator sees it."""

import threading
import time
from pathlib import Path

import httpx
import pytest
import structlog
from starlette.applications import Starlette

from onshi import access, asgi, audit, jobs
from onshi.audit import public_keys
from onshi.background import Background, Sealer, house_rounds, key_round, purge, seal
from onshi.eligibility import Asker, ByCard, Query
from onshi.interfaces import rest
from onshi.outside import KeyRing

from .make import CLIENT, HANAKO, HOUR, NOBODY, OPERATOR, SECOND, Country, Front


def test_what_was_checked_is_sealed_and_its_head_noted_outside(front: Front, land: Country) -> None:
    front.post("/v1/checks", json=HANAKO, headers=land.bearer())
    assert [seal(land.app), seal(land.app)] == [True, False]
    front.post("/v1/checks", json=NOBODY, headers=land.bearer())
    assert seal(land.app) is True
    heads_file = land.app.settings.data / audit.HEADS_FILE
    heads = audit.parse_heads(heads_file.read_text())
    assert [head.number for head in heads] == [1, 2]
    assert heads_file.stat().st_mode & 0o077 == 0
    keys = public_keys(land.app.ring.public_jwks()["keys"])
    with land.app.db.transaction(reading=True) as tx:
        report = audit.verify(tx, keys=keys, heads=heads)
    assert (report.sound, report.tail_entries, report.blocks) == (True, 0, 2)


def test_readiness_follows_the_checker_the_sealer_and_the_database(land: Country) -> None:
    metrics = rest.Metrics()
    front = Front(rest.api(land.app, metrics))
    assert front.get("/healthz").json() == {"status": "ok"}
    assert "checks cannot be answered" in front.get("/readyz").json()["detail"]["en"]
    metrics.checker_is_up = True
    assert front.get("/readyz").json() == {"status": "ok"}
    land.app.check([Query(ByCard("nobody", "1"), land.app.today())], Asker("local:cli", ""))
    assert front.get("/readyz").json() == {"status": "ok"}
    land.clock.moment += 11 * SECOND
    refused = front.get("/readyz")
    assert (refused.status_code, refused.json()["code"]) == (503, "not-reachable")
    assert "not being sealed" in refused.json()["detail"]["en"]
    seal(land.app)
    assert front.get("/readyz").json() == {"status": "ok"}
    land.app.db.run(lambda tx: tx.cursor.execute("DROP TABLE audit_batches"))
    assert "the database does not answer" in front.get("/readyz").json()["detail"]["en"]
    front.close()


def test_the_counters(front: Front, land: Country) -> None:
    bearer = land.bearer()
    front.post("/v1/checks", json=HANAKO, headers=bearer)
    front.post("/v1/checks/bulk", json={"checks": [HANAKO, NOBODY, NOBODY]}, headers=bearer)
    front.post("/v1/checks/bulk", json={"checks": [NOBODY] * 501}, headers=bearer)
    front.ask("BREW", "/v1/codes")
    shown = front.get("/metrics", headers=land.bearer(OPERATOR))
    assert shown.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = shown.text.splitlines()
    for line in (
        'onshi_checks_total{kind="in_force"} 2.0',
        'onshi_checks_total{kind="not_registered"} 2.0',
        'onshi_check_batch_size_bucket{le="1.0"} 1.0',
        "onshi_check_batch_size_count 2.0",
        'onshi_http_requests_total{method="POST",route="/v1/checks/bulk",status="200"} 1.0',
        'onshi_http_requests_total{method="other",route="/v1/codes",status="405"} 1.0',
        'onshi_jobs{state="queued"} 1.0',
        'onshi_jobs{state="done"} 0.0',
        "onshi_seal_lag_seconds 0.0",
        "onshi_checker_up 0.0",
    ):
        assert line in lines


def test_the_machine_itself_reads_the_counters_without_a_token_but_not_through_a_front(land: Country) -> None:
    here = Front(asgi.create(land.app, pages=Starlette()), host="127.0.0.1")
    assert here.get("/metrics").status_code == 200
    assert here.get("/metrics", headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 401
    here.close()


def test_what_is_over_is_deleted(front: Front, land: Country) -> None:
    bearer = land.bearer()
    place = front.post("/v1/checks/bulk", json={"checks": [NOBODY] * 501}, headers=bearer).headers["location"]
    while rest.work_once(land.app):
        pass
    land.clock.moment += 24 * HOUR
    assert front.get(place, headers=land.bearer()).status_code == 200
    purge(land.app)
    assert front.get(place, headers=land.bearer()).status_code == 404
    with land.app.db.transaction() as tx:
        assert access.purge(tx, at=land.app.now()) == 0, "used assertions went too"
        assert jobs.counts(tx) == {}


def test_the_whole_server_works_and_seals(served: Country) -> None:
    bearer = served.bearer()
    with httpx.Client(base_url=served.base, headers=bearer) as client:
        assert client.post("/v1/checks", json=HANAKO).status_code == 200
        place = client.post("/v1/checks/bulk", json={"checks": [NOBODY] * 501}).headers["location"]
        for _ in range(400):
            job = client.get(place).json()["job"]
            if job["state"] == "done":
                break
            time.sleep(0.05)
        assert job["done"] == 501
        assert len(client.get(place + "/result").content.splitlines()) == 501
        assert client.get("/elsewhere").text == "Not Found", "the pages answer for what is no interface"
        assert client.get("/readyz").status_code == 200
    seal(served.app)
    keys = public_keys(served.app.ring.public_jwks()["keys"])
    with served.app.db.transaction(reading=True) as tx:
        heads = audit.parse_heads((served.app.settings.data / audit.HEADS_FILE).read_text())
        report = audit.verify(tx, keys=keys, heads=heads)
    assert (report.sound, report.tail_entries) == (True, 0)


def test_the_background_ends_with_everything_sealed(front: Front, land: Country) -> None:
    background = Background(house_rounds(land.app))
    background.start()
    front.post("/v1/checks", json=HANAKO, headers=land.bearer())
    background.stop()
    assert seal(land.app) is False
    assert [thread.name for thread in threading.enumerate() if thread.name in ("sealer", "jobs", "purge")] == []


def test_the_server_program_reads_its_settings_and_makes_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONSHI_DATA", str(tmp_path / "new"))
    front = Front(asgi.application())
    try:
        assert front.get("/healthz").json() == {"status": "ok"}
        assert front.get("/v1/insurers").json() == {"insurers": []}
        assert len(front.get("/.well-known/jwks.json").json()["keys"]) == 1
        assert front.get("/").headers["content-type"].startswith("text/html")
    finally:
        structlog.reset_defaults()
        front.close()


def test_a_rotation_made_by_another_process_is_followed(land: Country) -> None:
    app = rest.measured(land.app, rest.Metrics())
    before = app.signer.kid
    old_token = land.bearer()["Authorization"].encode()
    fresh = KeyRing(app.ring.directory).rotate(at=app.now())
    assert app.signer.kid == before
    key_round(app).work()
    assert app.signer.kid == fresh.kid != before
    land.app.signer = fresh
    new_token = land.bearer()["Authorization"].encode()
    callers = [app.desk.party_of(token, app.now()) for token in (old_token, new_token)]
    assert [caller.client_id for caller in callers] == [CLIENT, CLIENT]


def asked(land: Country, checks: int) -> int:
    query = Query(ByCard("nobody", "1"), land.app.today())
    return len(land.app.check([query] * checks, Asker("local:cli", "")))


def tail_of(land: Country) -> int:
    with land.app.db.transaction(reading=True) as tx:
        return audit.tail(tx).entries


def heads_of(land: Country) -> list[int]:
    path = land.app.settings.data / audit.HEADS_FILE
    return [head.number for head in audit.parse_heads(path.read_text())] if path.exists() else []


def test_runs_of_the_finder_are_merged_even_when_somebody_always_waits(land: Country) -> None:
    sealer = Sealer(land.app)
    for _ in range(24 * 4):
        sealer.answered(asked(land, audit.BLOCK_ENTRIES // 4))
    with land.app.db.transaction(reading=True) as tx:
        (runs,) = tx.prepared("SELECT count(*) FROM audit_spans").fetchone()
    assert runs == 10, "blocks 1 to 15 are one run by now"


def test_between_batches_a_block_is_sealed_when_there_is_enough_or_it_is_time(land: Country) -> None:
    sealer = Sealer(land.app)
    for expected, why in ((400, "neither enough nor time"), (800, "nor now"), (400, "one block of at most 1,000")):
        sealer.answered(asked(land, 400))
        assert tail_of(land) == expected, why
    land.clock.moment += SECOND
    sealer.answered(asked(land, 1))
    assert tail_of(land) == 0
    assert heads_of(land) == [], "who answers does not wait for the disk"
    sealer.note()
    assert heads_of(land) == [2], "the last one is enough"
    sealer.note()
    assert heads_of(land) == [2], "nothing new"


def test_several_threads_seal_all_they_answer(land: Country) -> None:
    sealer = Sealer(land.app)

    def answer() -> None:
        for _ in range(10):
            sealer.answered(asked(land, 400))

    helpers = [threading.Thread(target=answer) for _ in range(3)]
    for helper in helpers:
        helper.start()
    for helper in helpers:
        helper.join()
    assert tail_of(land) <= 4 * audit.BLOCK_ENTRIES, "12,000 came in"
    sealer.idle()
    assert tail_of(land) == 0


def test_when_nobody_asks_all_that_waits_is_sealed(land: Country) -> None:
    sealer = Sealer(land.app)
    for _ in range(6):
        asked(land, 400)
    sealer.idle()
    sealer.note()
    assert (tail_of(land), heads_of(land)) == (0, [3])


def test_a_fault_in_sealing_does_not_end_the_answering(land: Country) -> None:
    sealer = Sealer(land.app)
    asked(land, 3)
    land.app.db.run(lambda tx: tx.cursor.execute("ALTER TABLE audit_blocks RENAME TO elsewhere"))
    sealer.idle()
    sealer.answered(10_000)
    land.app.db.run(lambda tx: tx.cursor.execute("ALTER TABLE elsewhere RENAME TO audit_blocks"))
    sealer.idle()
    assert tail_of(land) == 0
