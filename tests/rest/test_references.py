"""照会番号 through REST: registered in order, told with a check to whom it belongs, and to nobody else."""

from typing import Any

import msgspec
import pytest

from onshi import eligibility
from onshi.interfaces import rest
from onshi.registry.store.lookup import REFUSED, UNDISCLOSED

from .card_desk import CardDesk
from .make import CLIENT, HANAKO, INSURER, NOBODY, OPERATOR, OTHER_CLIENT, Country, Front, insure

PATH = "/v1/reference-numbers"
PRINTED = {"insurer_number": INSURER, "symbol": "見本", "number": "101"}
MINE = PRINTED | {"reference_number": "A-0001"}
CARD = {"card": {"issuer": "CN=onshi demo", "serial": "71"}}
WANTED: dict[str, Any] = {"want_reference_number": True}


def register(front: Front, land: Country, *rows: Any, client: str = CLIENT) -> list[Any]:
    reply = front.post(PATH, json={"registrations": rows}, headers=land.bearer(client))
    assert (reply.status_code, reply.headers["cache-control"]) == (200, "no-store"), reply.text
    results: list[Any] = reply.json()["results"]
    return results


def told(front: Front, land: Country, question: dict[str, Any], client: str = CLIENT) -> dict[str, Any]:
    body: dict[str, Any] = front.post("/v1/checks", json=question, headers=land.bearer(client)).json()
    return body


def test_each_row_has_its_result_in_order(front: Front, land: Country) -> None:
    with land.app.db.transaction() as tx:
        insure(tx, 72, "見本太郎", "102", branch="01")
        insure(tx, 73, "見本次郎", "102", branch="02")
        insure(tx, 74, "見本桃子", "104", flags=REFUSED)
        insure(tx, 75, "見本桜子", "105", flags=UNDISCLOSED)
    rows = [
        MINE,
        PRINTED | {"number": "102", "reference_number": "A-2"},
        PRINTED | {"number": "102", "branch": "2", "reference_number": "A-3"},
        PRINTED | {"number": "104", "reference_number": "A-4"},
        PRINTED | {"number": "105", "symbol": "見本", "branch": None, "reference_number": "A-5"},
        PRINTED | {"number": "999", "reference_number": "A-6"},
        {"insurer_number": "  " + INSURER, "symbol": "見本", "number": "１０１", "reference_number": "A-0001"},
    ]
    states = [one["state"] for one in register(front, land, *rows)]
    assert states == [
        "registered",
        "more_than_one",
        "registered",
        "not_found",
        "registered",
        "not_found",
        "registered",
    ]


@pytest.mark.parametrize(
    "row",
    [
        "no row",
        PRINTED,
        MINE | {"reference_number": ""},
        MINE | {"reference_number": "x" * 51},
        MINE | {"reference_number": "1\n2"},
        MINE | {"reference_number": 7},
        MINE | {"insurer_number": "1"},
        MINE | {"number": ""},
        MINE | {"number": None},
        MINE | {"symbol": "\x00"},
        MINE | {"birth_on": "1980-05-05"},
    ],
)
def test_a_wrong_row_answers_for_itself(front: Front, land: Country, row: Any) -> None:
    first, second = register(front, land, row, MINE)
    assert (first["error"]["code"], second) == ("bad-request", {"state": "registered"})


@pytest.mark.parametrize(
    ("client", "body", "status"),
    [
        (CLIENT, {"registrations": [MINE] * 500}, 200),
        (CLIENT, {"registrations": [MINE] * 501}, 400),
        (CLIENT, {"registrations": []}, 200),
        (CLIENT, {"registrations": MINE}, 400),
        (CLIENT, {"checks": []}, 400),
        (CLIENT, [], 400),
        (OPERATOR, {"registrations": [MINE]}, 403),
    ],
)
def test_frames(front: Front, land: Country, client: str, body: Any, status: int) -> None:
    assert front.post(PATH, json=body, headers=land.bearer(client)).status_code == status


def test_a_check_tells_it_where_it_is_wanted_and_somebody_is_shown(front: Front, land: Country) -> None:
    assert register(front, land, MINE) == [{"state": "registered"}]
    for question in (HANAKO, CARD, HANAKO | {"known_at": "2026-11-02T08:30:00"}):
        body = told(front, land, question | WANTED)
        assert (body["reference_number"], body["answer"]["kind"]) == ("A-0001", "in_force")
        document = msgspec.json.encode({"answer": body["answer"], "proof": body["proof"]})
        assert eligibility.verify(document, land.app.ring.public_jwks()) is eligibility.Verdict.GOOD
        assert "A-0001" not in document.decode()
    assert "reference_number" not in told(front, land, NOBODY | WANTED)


def test_a_result_is_the_same_to_its_members_where_it_is_not_wanted(front: Front, land: Country) -> None:
    """Members and their order, which software may read as text."""
    before = told(front, land, HANAKO | {"reference": "x"})
    register(front, land, MINE)
    after = told(front, land, HANAKO | {"reference": "x"})
    assert [*before] == [*after] == ["check_id", "answer", "advice", "proof", "reference"]
    assert "A-0001" not in str(after)
    wanted = told(front, land, HANAKO | WANTED | {"reference": "x"})
    assert [*wanted] == ["check_id", "answer", "advice", "proof", "reference_number", "reference"]


def test_another_institution_is_not_told_it(front: Front, land: Country) -> None:
    with land.app.db.transaction() as tx:
        insure(tx, 72, "見本太郎", "102")
    register(front, land, MINE)
    assert "reference_number" not in told(front, land, HANAKO | WANTED, OTHER_CLIENT)
    # The same number there is somebody else's, and stays so.
    theirs = PRINTED | {"number": "102", "reference_number": "A-0001"}
    assert register(front, land, theirs, client=OTHER_CLIENT) == [{"state": "registered"}]
    assert told(front, land, HANAKO | WANTED)["reference_number"] == "A-0001"
    assert "reference_number" not in told(front, land, HANAKO | WANTED, OTHER_CLIENT)


def test_somebody_refused_looks_like_nobody_by_card_also_with_a_number(front: Front, land: Country) -> None:
    with land.app.db.transaction() as tx:
        insure(tx, 74, "見本桃子", "104")
    theirs = PRINTED | {"number": "104", "reference_number": "A-4"}
    unknown = PRINTED | {"number": "999", "reference_number": "A-9"}
    card = {"card": {"issuer": "CN=onshi demo", "serial": "74"}}
    nobodys = {"card": {"issuer": "CN=onshi demo", "serial": "799"}}
    assert register(front, land, theirs) == [{"state": "registered"}]
    assert told(front, land, card | WANTED)["reference_number"] == "A-4"
    with land.app.db.transaction() as tx:
        tx.cursor.execute(f"UPDATE registry_coverages SET flags = {REFUSED} WHERE person_id = 74")
    assert register(front, land, theirs, unknown) == [{"state": "not_found"}] * 2
    refused, nobody = told(front, land, card | WANTED), told(front, land, nobodys | WANTED)
    assert (refused["answer"], [*refused]) == (nobody["answer"], [*nobody])


def test_lists_and_jobs_tell_it_row_by_row(front: Front, land: Country) -> None:
    register(front, land, MINE)
    rows: list[Any] = [HANAKO | WANTED, HANAKO, NOBODY | WANTED, CARD | WANTED]
    reply = front.post("/v1/checks/bulk", json={"checks": rows}, headers=land.bearer())
    assert [one.get("reference_number") for one in reply.json()["results"]] == ["A-0001", None, None, "A-0001"]
    made = front.post("/v1/checks/bulk", json={"checks": [*rows, *[NOBODY] * 500]}, headers=land.bearer())
    while rest.work_once(land.app):
        pass
    lines = front.get(made.headers["location"] + "/result", headers=land.bearer()).content.splitlines()
    found = [msgspec.json.decode(line).get("reference_number") for line in lines]
    assert found == ["A-0001", None, None, "A-0001", *[None] * 500]


def test_a_card_at_a_reader_tells_it_too(land: Country, front: Front, tmp_path: Any) -> None:
    desk = CardDesk(land, tmp_path, front).open()
    register(front, land, MINE)
    card = desk.card()
    assert desk.told(desk.shown(card), **WANTED)["check"]["reference_number"] == "A-0001"
    assert "reference_number" not in desk.told(desk.shown(card))["check"]
