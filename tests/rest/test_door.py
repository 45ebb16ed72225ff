"""What every path has in common: tokens, rates, sizes, media types, methods, request ids, the log."""

from typing import Any

import pytest
import structlog
from starlette.applications import Starlette

from onshi import asgi
from onshi.db import Database
from onshi.interfaces import rest
from onshi.kernel import OnshiError

from .make import (
    BULK_CLIENT,
    HANAKO,
    INSURER,
    NOBODY,
    OPERATOR,
    OTHER_CLIENT,
    SECOND,
    Country,
    Front,
    country,
)

BULK = {"checks": [NOBODY]}
REFUSALS: list[tuple[str, str, str, dict[str, Any], int, str]] = [
    # method, path, client (or the header itself), what is sent, status, code
    ("GET", "/v1/nowhere", "", {}, 404, "not-found"),
    ("GET", "/v1/insurers/", "", {}, 404, "not-found"),
    ("GET", "/v1/insurers/06130001", "", {}, 404, "not-found"),
    ("GET", "/v1/insurers/sixteen", "", {}, 404, "not-found"),
    ("GET", "/v1/insurers?limit=0", "", {}, 400, "bad-request"),
    ("GET", "/v1/insurers?limit=5001", "", {}, 400, "bad-request"),
    ("GET", "/v1/insurers?limit=٣", "", {}, 400, "bad-request"),
    ("GET", "/v1/insurers?prefecture=", "", {}, 400, "bad-request"),
    ("PUT", "/v1/insurers", "", {}, 405, "method-not-allowed"),
    ("GET", "/v1/checks", "", {}, 405, "method-not-allowed"),
    ("GET", "/v1/checks/bulk", "", {}, 405, "method-not-allowed"),
    ("POST", "/v1/checks/bulk", "", {"json": BULK}, 401, "token-invalid"),
    ("POST", "/v1/checks/bulk", "Bearer x.y.z", {"json": BULK}, 401, "token-invalid"),
    ("POST", "/v1/checks/bulk", OPERATOR, {"json": BULK}, 403, "not-allowed"),
    ("POST", "/v1/checks", BULK_CLIENT, {"json": HANAKO}, 403, "not-allowed"),
    ("POST", "/v1/checks/bulk", OTHER_CLIENT, {"content": b"{}", "headers": {}}, 415, "unsupported-media-type"),
    ("POST", "/v1/checks/bulk", OTHER_CLIENT, {"data": {"a": "b"}}, 415, "unsupported-media-type"),
    ("POST", "/v1/checks/bulk", OTHER_CLIENT, {"json": {}}, 400, "bad-request"),
    ("POST", "/v1/checks/bulk", OTHER_CLIENT, {"json": {"checks": 1}}, 400, "bad-request"),
    ("POST", "/v1/checks/bulk", OTHER_CLIENT, {"json": BULK | {"more": 1}}, 400, "bad-request"),
    ("POST", "/v1/checks", OTHER_CLIENT, {"json": {"number": "1"}}, 400, "bad-request"),
    ("POST", "/v1/checks", OTHER_CLIENT, {"json": HANAKO | {"known_at": "2027-01-01"}}, 422, "known-at-in-future"),
    ("POST", "/v1/checks", OTHER_CLIENT, {"json": HANAKO | {"reference": "x" * 20_000}}, 413, "too-large"),
    ("POST", "/v1/proofs/verify", "", {"json": "x" * 70_000}, 413, "too-large"),
    ("GET", "/v1/checks/0000000000000-0000", OTHER_CLIENT, {}, 404, "not-found"),
    ("GET", "/v1/checks/nonsense", OTHER_CLIENT, {}, 404, "not-found"),
    ("GET", "/v1/jobs/0123456789abcdef", OTHER_CLIENT, {}, 404, "unknown-job"),
    ("GET", "/metrics", "", {}, 401, "token-invalid"),
    ("GET", "/readyz", "", {}, 503, "not-reachable"),
]


def sent(land: Country, client: str, given: dict[str, Any]) -> dict[str, Any]:
    """`given` with the header that `client` stands for."""
    if not client:
        return given
    header = {"Authorization": client} if client.startswith("Bearer") else land.bearer(client)
    return given | {"headers": header | given.get("headers", {})}


@pytest.mark.parametrize(
    ("method", "path", "client", "given", "status", "code"), REFUSALS, ids=[f"{row[5]}-{row[1]}" for row in REFUSALS]
)
def test_every_refusal_has_its_status_its_code_and_both_languages(
    front: Front, land: Country, method: str, path: str, client: str, given: dict[str, Any], status: int, code: str
) -> None:
    reply = front.ask(method, path, **sent(land, client, given))
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
    body = reply.json()
    assert (body["status"], body["code"], sorted(body["detail"])) == (status, code, ["en", "ja"])
    assert reply.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in reply.headers) is (status == 401)


def test_a_wrong_method_is_told_the_right_ones(front: Front) -> None:
    assert front.get("/v1/checks").headers["allow"] == "POST"
    assert front.post("/v1/jobs/0123456789abcdef").headers["allow"] == "DELETE, GET, HEAD"


def test_a_compressed_body_is_not_read(front: Front, land: Country) -> None:
    headers = land.bearer() | {"Content-Encoding": "gzip"}
    reply = front.post("/v1/checks/bulk", json=BULK, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (415, "unsupported-media-type")


def test_head_is_get_without_its_body(front: Front) -> None:
    whole, head = front.get("/v1/codes"), front.ask("HEAD", "/v1/codes")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]
    assert head.headers["etag"] == whole.headers["etag"]


@pytest.mark.parametrize(
    ("given", "echoed"),
    [("desk-7.a_B", True), ("", False), ("x" * 65, False), ("two words", False), ("山", False)],
)
def test_a_request_id_comes_back_or_is_made(front: Front, given: str, echoed: bool) -> None:
    found = front.get("/healthz", headers={"X-Request-Id": given.encode()}).headers["x-request-id"]
    assert (found == given) is echoed
    assert echoed or len(found) == 16


@pytest.fixture
def narrow(db: Database, tmp_path: Any) -> Country:
    """A server that lets each client ask 10 times at once and once a second."""
    return country(db, tmp_path, rate=1, burst=10)


def test_a_client_that_asks_too_fast_is_told_when(narrow: Country) -> None:
    front = Front(asgi.create(narrow.app, pages=Starlette()))
    bearer, other = narrow.bearer(), narrow.bearer(OTHER_CLIENT)
    assert front.post("/v1/checks/bulk", json={"checks": [NOBODY] * 9}, headers=bearer).status_code == 200
    assert front.post("/v1/checks", json=NOBODY, headers=bearer).status_code == 200
    for path, body in (("/v1/checks/bulk", BULK), ("/v1/checks", NOBODY)):
        reply = front.post(path, json=body, headers=bearer)
        assert (reply.status_code, reply.json()["code"], reply.headers["retry-after"]) == (429, "too-fast", "1")
    assert front.post("/v1/checks", json=NOBODY, headers=other).status_code == 200, "others are not held up"
    narrow.clock.moment += SECOND
    assert front.post("/v1/checks", json=NOBODY, headers=bearer).status_code == 200
    front.close()


def test_a_job_costs_its_client_one_request(narrow: Country) -> None:
    front = Front(asgi.create(narrow.app, pages=Starlette()))
    bearer = narrow.bearer()
    assert front.post("/v1/checks/bulk", json={"checks": [NOBODY] * 501}, headers=bearer).status_code == 202
    for _ in range(9):
        assert front.post("/v1/checks", json=NOBODY, headers=bearer).status_code == 200
    front.close()


class BrokenSigner:
    """A fault of ours, with a text that must not get out."""

    kid = "broken"

    def sign(self, _data: bytes) -> bytes:
        raise ValueError("見本花子 1980-05-05")


@pytest.mark.parametrize(("path", "body"), [("/v1/checks/bulk", {"checks": [HANAKO]}), ("/v1/checks", HANAKO)])
def test_a_fault_of_ours_is_answered_and_noted_without_its_text(land: Country, path: str, body: dict[str, Any]) -> None:
    bearer = land.bearer()
    land.app.signer = BrokenSigner()
    front = Front(asgi.create(land.app, pages=Starlette()))
    with structlog.testing.capture_logs() as lines:
        reply = front.post(path, json=body, headers=bearer)
    assert (reply.status_code, reply.json()["code"]) == (500, "internal-error")
    assert "花子" not in reply.text
    (fault,) = [line for line in lines if line["event"] == "fault"]
    assert (fault["kind"], fault["request_id"]) == ("ValueError", reply.headers["x-request-id"])
    assert any(frame.endswith(" sign") for frame in fault["frames"])
    assert "花子" not in str(lines)
    front.close()


def test_the_log_names_nobody(front: Front, land: Country) -> None:
    bearer = land.bearer()
    secret = HANAKO | {"reference": "見本花子"}
    with structlog.testing.capture_logs() as lines:
        front.post("/v1/checks/bulk", json={"checks": [secret]}, headers=bearer | {"X-Request-Id": "r1"})
        front.get("/v1/insurers?name=見本花子", headers={"X-Request-Id": "r2"})
        front.get("/v1/checks/見本花子", headers=bearer | {"X-Request-Id": "r3"})
        front.post("/v1/checks/bulk", json={"checks": "見本花子"}, headers=bearer | {"X-Request-Id": "r4"})
        front.get("/v1/見本花子", headers={"X-Request-Id": "r5"})
    shown = [(line["request_id"], line["method"], line["route"], line["status"], line["client"]) for line in lines]
    assert shown == [
        ("r1", "POST", "/v1/checks/bulk", 200, "clinic-software"),
        ("r2", "GET", "/v1/insurers", 200, None),
        ("r3", "GET", "/v1/checks/{check_id}", 404, "clinic-software"),
        ("r4", "POST", "/v1/checks/bulk", 400, "clinic-software"),
        ("r5", "GET", "", 404, None),
    ]
    assert "花子" not in str(lines)
    assert bearer["Authorization"] not in str(lines)


def test_the_refusals_of_the_interface_have_a_status_of_their_own() -> None:
    own = {one for one in OnshiError.__subclasses__() if one.__module__.startswith(rest.__name__)}
    assert own - set(rest.problems.HTTP_STATUS) == set()


def test_insurers_are_filtered_and_paged(front: Front) -> None:
    everything = front.get("/v1/insurers").json()
    assert [one["number"] for one in everything["insurers"]] == ["00138057", INSURER]
    assert "next" not in everything
    first = front.get("/v1/insurers?limit=1").json()
    assert (first["insurers"], first["next"]) == (everything["insurers"][:1], "00138057")
    assert front.get("/v1/insurers?after=00138057").json()["insurers"] == everything["insurers"][1:]
    for query, numbers in {
        "kind=society": [INSURER],
        "prefecture=13": ["00138057", INSURER],
        "prefecture=27": [],
        "name=健康保険": [INSURER],
    }.items():
        assert [one["number"] for one in front.get(f"/v1/insurers?{query}").json()["insurers"]] == numbers


def test_an_insurer_by_the_number_on_the_card(front: Front) -> None:
    shown = front.get("/v1/insurers/138057").json()
    assert (shown["number"], shown["printed_number"]) == ("00138057", "138057")
    assert front.get(f"/v1/insurers/{INSURER}").json() == {
        "number": INSURER,
        "printed_number": INSURER,
        "kind": "society",
        "law_code": "06",
        "name": "見本健康保険組合",
        "prefecture": "13",
        "first_loaded_at": "2026-11-02T08:00:00+09:00",
        "last_loaded_at": "2026-11-02T08:00:00+09:00",
    }


@pytest.mark.parametrize("path", ["/v1/insurers", f"/v1/insurers/{INSURER}", "/v1/codes", "/docs"])
def test_facts_have_tags(front: Front, path: str) -> None:
    tag = front.get(path).headers["etag"]
    for given in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = front.get(path, headers={"If-None-Match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert front.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_every_code_of_an_answer_has_its_texts(front: Front) -> None:
    codes = front.get("/v1/codes").json()
    assert len(codes["answers"]) == 9
    validities = {row["value"] for row in codes["national"]["OQSCD006"]}
    assert {one["validity"] for one in codes["answers"]} <= validities
    assert [sorted(one["advice"]) for one in codes["answers"]] == [["citizen", "insurer", "reception", "vendor"]] * 9


def test_a_proof_is_verified_and_its_note_is_for_its_own_party(front: Front, land: Country) -> None:
    answered = front.post("/v1/checks", json=HANAKO, headers=land.bearer()).json()
    document = {"answer": answered["answer"], "proof": answered["proof"]}
    assert front.post("/v1/proofs/verify", json=document).json() == {"verdict": "good"}
    altered = document | {"answer": answered["answer"] | {"kind": "lost"}}
    assert front.post("/v1/proofs/verify", json=altered).json() == {"verdict": "wrong_answer"}
    assert front.post("/v1/proofs/verify", json=[]).json() == {"verdict": "malformed"}
    place = "/v1/checks/" + answered["check_id"]
    note = front.get(place, headers=land.bearer()).json()
    assert {name: note[name] for name in ("check_id", "at", "kind")} == {
        "check_id": answered["check_id"],
        "at": "2026-11-02T09:00:00+09:00",
        "kind": "in_force",
    }
    assert sorted(note) == ["at", "check_id", "kind", "leaf"]
    assert front.get(place, headers=land.bearer(OTHER_CLIENT)).status_code == 404
