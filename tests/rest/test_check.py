"""The check lane through the whole server: many at once, and texts nobody expects."""

import asyncio

import httpx
import msgspec
import pytest
from starlette.applications import Starlette

from onshi import asgi, eligibility

from .make import BASE, HANAKO, NOBODY, Country, Front


def test_checks_at_the_same_time_share_a_transaction_and_each_gets_its_own_answer(land: Country) -> None:
    bearer = land.bearer()
    transport = httpx.ASGITransport(app=asgi.create(land.app, pages=Starlette()))
    asked = [(HANAKO if number % 3 else NOBODY) | {"reference": str(number)} for number in range(60)]

    async def ask_all() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=bearer) as client:
            return await asyncio.gather(*(client.post("/v1/checks", json=one) for one in asked))

    bodies = [reply.json() for reply in asyncio.run(ask_all())]
    assert [body["reference"] for body in bodies] == [one["reference"] for one in asked]
    assert [body["answer"]["kind"] == "in_force" for body in bodies] == [bool(number % 3) for number in range(60)]
    assert len({body["check_id"] for body in bodies}) == 60
    assert len({body["proof"]["jws"] for body in bodies}) < 10, "few signatures for many checks"
    for body in bodies:
        document = msgspec.json.encode({"answer": body["answer"], "proof": body["proof"]})
        assert eligibility.verify(document, land.app.ring.public_jwks()) is eligibility.Verdict.GOOD


@pytest.mark.parametrize(
    ("member", "text", "status"),
    [
        ("number", "１０１", 200),
        ("number", "🍣", 200),
        ("number", "x" * 100, 200),
        ("number", "x" * 101, 400),
        ("number", "", 400),
        ("number", "1\x00", 400),
        ("number", "1\x7f", 400),
        ("symbol", "\x1b[2J", 400),
        ("symbol", "'; DROP TABLE registry_people; --", 200),
        ("branch", "\n", 400),
        ("reference", "\x00🍣\n", 200),
        ("birth_on", "昭和55年5月5日", 200),
        ("birth_on", "2026-02-30", 400),
        ("insurer_number", "０６１３９９９２", 200),
        ("insurer_number", "0613999", 400),
    ],
)
def test_texts(front: Front, land: Country, member: str, text: str, status: int) -> None:
    reply = front.post("/v1/checks", json=HANAKO | {member: text}, headers=land.bearer())
    assert reply.status_code == status
    if status == 400:
        assert reply.json()["code"] == "bad-request"
        assert not text or text not in reply.text
    elif member == "reference":
        assert reply.json()["reference"] == text


@pytest.mark.parametrize("body", [b"", b"{", b'{"number": "\xff"}', b'{"number": "\\ud800"}', b"null", b"[]"])
def test_bodies_that_are_no_question(front: Front, land: Country, body: bytes) -> None:
    for path in ("/v1/checks", "/v1/checks/bulk"):
        headers = land.bearer() | {"Content-Type": "application/json"}
        reply = front.post(path, content=body, headers=headers)
        assert (reply.status_code, reply.json()["code"]) == (400, "bad-request")
