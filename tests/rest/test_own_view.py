"""Somebody's own data through REST: what is sent back, who may ask, what is refused."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog
from starlette.applications import Starlette

from onshi import access, asgi
from onshi.access import Party, PartyKind
from onshi.db import Database

from .make import CLIENT, HANAKO, INSURER, KEY, NOW, OPERATOR, SECOND, Country, Front, country
from .test_openapi import CONFIG, EXAMPLES

PORTAL = "portal-front"
CARD = {"issuer": "CN=onshi demo", "serial": "71"}
UNKNOWN = {"issuer": "CN=onshi demo", "serial": "799"}
PATH = "/v1/own-view"
NOT_SHOWN = {
    "ja": "照会の記録は、ここでは表示していません。お尋ねは、加入している保険者へお願いします。",
    "en": "The record of who asked is not shown here. Please ask your insurer.",
}


def enrol_portal(land: Country) -> None:
    """A portal and its software, with the key that all software has here."""
    with land.app.db.transaction() as tx:
        access.register_parties(tx, [Party(PartyKind.PORTAL, "citizens", "見本ポータル")], by="local:cli")
        access.register_client(
            tx,
            "portal:citizens",
            name="見本",
            jwks={"keys": [KEY.as_dict(private=False)]},
            scopes=["portal"],
            at=NOW,
            by="local:cli",
            client_id=PORTAL,
        )


@pytest.fixture(autouse=True)
def _portal(request: pytest.FixtureRequest) -> None:
    for name in ("land", "served"):
        if name in request.fixturenames:
            enrol_portal(request.getfixturevalue(name))


def test_what_the_holder_of_a_card_sees(front: Front, land: Country) -> None:
    front.post("/v1/checks", json=HANAKO, headers=land.bearer())
    land.clock.moment += SECOND
    reply = front.post(PATH, json={"card": CARD}, headers=land.bearer(PORTAL))
    assert (reply.status_code, reply.headers["cache-control"]) == (200, "no-store")
    shown = reply.json()
    coverage = {
        "insurer_number": INSURER,
        "insurer_name": "見本健康保険組合",
        "insurer_kind": "society",
        "number": "101",
        "acquired_on": "2020-04-01",
        "starts_on": "2020-04-01",
        "card_class": "01",
        "symbol": "見本",
        "branch": "00",
        "relation": "1",
        "share": {"percent": 30, "source": "derived"},
    }
    assert len(shown.pop("view_id")) == 18
    assert shown == {
        "answer": {
            "kind": "in_force",
            "on": "2026-11-02",
            "validity": "1",
            "person": {"name": "見本花子", "kana": "ミホンハナコ", "birth_on": "1980-05-05", "sex": "2"},
            "coverage": coverage,
        },
        "advice": {"ja": ["保険証として使えます。"], "en": ["You are covered."]},
        "coverages": [coverage],
        "history": {
            "shown": True,
            "looks": [
                {
                    "at": "2026-11-02T09:00:00+09:00",
                    "act": "check",
                    "by": {"kind": "institution", "code": "1312345678", "name": "見本内科"},
                    "kind": "in_force",
                }
            ],
        },
    }


def test_a_card_nobody_has(front: Front, land: Country) -> None:
    shown = front.post(PATH, json={"card": UNKNOWN}, headers=land.bearer(PORTAL)).json()
    assert len(shown.pop("view_id")) == 18
    assert shown == {
        "answer": {"kind": "not_registered", "on": "2026-11-02", "validity": "4"},
        "advice": {
            "ja": ["登録がまだのことがあります。保険者に尋ねてください。"],
            "en": ["Your registration may still be under way. Ask your insurer."],
        },
        "history": {"shown": False, "text": NOT_SHOWN},
    }


def test_the_history_goes_on_where_a_page_ended(front: Front, land: Country) -> None:
    bearer, found, more = land.bearer(PORTAL), [], {}
    for _ in range(3):
        front.post("/v1/checks", json=HANAKO, headers=land.bearer())
        land.clock.moment += SECOND
    for _ in range(3):
        history = front.post(PATH, json={"card": CARD, "limit": 1.0} | more, headers=bearer).json()["history"]
        found += [one["at"][11:19] for one in history["looks"] if one["act"] == "check"]
        more = {"before": history.get("next")}
        land.clock.moment += SECOND
    assert (found, more) == (["09:00:02", "09:00:01", "09:00:00"], {"before": None})


REFUSALS: list[tuple[str, dict[str, Any], int, str]] = [
    # client (or the header itself), what is sent, status, code
    ("", {"json": {"card": CARD}}, 401, "token-invalid"),
    ("Bearer x.y.z", {"json": {"card": CARD}}, 401, "token-invalid"),
    (CLIENT, {"json": {"card": CARD}}, 403, "not-allowed"),
    (OPERATOR, {"json": {"card": CARD}}, 403, "not-allowed"),
    (PORTAL, {"content": b"{}"}, 415, "unsupported-media-type"),
    (PORTAL, {"json": {"card": CARD | {"serial": "x" * 20_000}}}, 413, "too-large"),
    (PORTAL, {"json": {}}, 400, "bad-request"),
    (PORTAL, {"json": []}, 400, "bad-request"),
    (PORTAL, {"json": {"card": None}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": {"issuer": "CN=onshi demo"}}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD | {"serial": ""}}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD | {"serial": "7\x001"}}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD | {"serial": "x" * 101}}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD, "insurer_number": INSURER}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD, "on": "2020-01-01"}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD, "limit": 0}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD, "limit": 201}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD, "limit": 1.5}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD, "limit": "1"}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD, "before": 1}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD, "before": ""}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD, "before": "-1"}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD, "before": "٣"}}, 400, "bad-request"),
    (PORTAL, {"json": {"card": CARD, "before": "9" * 17}}, 400, "bad-request"),
    (
        PORTAL,
        {"content": b'{"card": "\xff"}', "headers": {"Content-Type": "application/json"}},
        400,
        "bad-request",
    ),
]


@pytest.mark.parametrize(("client", "given", "status", "code"), REFUSALS)
def test_refusals(front: Front, land: Country, client: str, given: dict[str, Any], status: int, code: str) -> None:
    header = {"Authorization": client} if client.startswith("Bearer") else land.bearer(client) if client else {}
    reply = front.post(PATH, **(given | {"headers": header | given.get("headers", {})}))
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
    assert (reply.json()["code"], sorted(reply.json()["detail"])) == (code, ["en", "ja"])


def test_a_clinic_is_told_which_scope_it_lacks(front: Front, land: Country) -> None:
    refused = front.post(PATH, json={"card": CARD}, headers=land.bearer()).json()
    assert refused["detail"]["en"] == "The token does not carry the scope portal."


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/checks", HANAKO),
        ("POST", "/v1/checks", {"card": CARD}),
        ("POST", "/v1/checks/bulk", {"checks": [HANAKO]}),
        ("GET", "/v1/jobs/0123456789abcdef", None),
        ("GET", "/v1/checks/0000000000000-0000", None),
    ],
)
def test_a_portal_may_do_nothing_else(front: Front, land: Country, method: str, path: str, body: Any) -> None:
    reply = front.ask(method, path, json=body, headers=land.bearer(PORTAL))
    assert (reply.status_code, reply.json()["code"]) == (403, "not-allowed")


def test_a_view_is_no_check_to_be_looked_up(front: Front, land: Country) -> None:
    view_id = front.post(PATH, json={"card": CARD}, headers=land.bearer(PORTAL)).json()["view_id"]
    assert front.get(f"/v1/checks/{view_id}", headers=land.bearer()).status_code == 404


def test_it_is_asked_with_post_alone(front: Front) -> None:
    reply = front.get(PATH)
    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")


def test_a_portal_that_asks_too_fast_is_told_when(db: Database, tmp_path: Path) -> None:
    narrow = country(db, tmp_path, rate=1, burst=2)
    enrol_portal(narrow)
    front = Front(asgi.create(narrow.app, pages=Starlette()))
    bearer = narrow.bearer(PORTAL)
    statuses = [front.post(PATH, json={"card": UNKNOWN}, headers=bearer).status_code for _ in range(2)]
    reply = front.post(PATH, json={"card": UNKNOWN}, headers=bearer)
    assert (statuses, reply.status_code, reply.headers["retry-after"]) == ([200, 200], 429, "1")
    front.close()


def test_the_log_line_names_nobody(front: Front, land: Country) -> None:
    bearer = land.bearer(PORTAL)
    with structlog.testing.capture_logs() as lines:
        front.post(PATH, json={"card": CARD}, headers=bearer)
    assert [(line["route"], line["status"], line["client"]) for line in lines] == [(PATH, 200, PORTAL)]
    assert ("花子" in str(lines), "onshi demo" in str(lines)) == (False, False)


def test_schemathesis_finds_nothing(served: Country, tmp_path: Path) -> None:
    """The door with a portal's token, as the description allows it to be used, and otherwise."""
    program = Path(sys.executable).with_name("st")
    header = f"Authorization: {served.bearer(PORTAL)['Authorization']}"
    options = ["--checks", "all", "--max-examples", str(EXAMPLES), "--generation-deterministic", "--no-color"]
    options += ["--generation-codec", "ascii", "--include-path", PATH]
    options += ["--phases", "examples,coverage,fuzzing"]  # one operation alone has no states
    command = [program, "--config-file", CONFIG, "run", f"{served.base}/openapi.json", "-H", header, *options]
    found = subprocess.run(command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, timeout=110)
    assert found.returncode == 0, found.stdout[-8_000:] + found.stderr[-2_000:]
