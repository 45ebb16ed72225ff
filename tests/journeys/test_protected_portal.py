"""People whom somebody looks for, at the portal: what a card in the wrong hands must not open."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import psycopg
import pytest
from starlette.applications import Starlette

from onshi import asgi, audit, flows, registry
from onshi.audit import Action
from onshi.db import Database
from onshi.eligibility import ByCard
from onshi.kernel import InsurerNumber, PersonId
from rest.make import CLINIC, INSURER, Country, Front
from rest.test_own_view import NOT_SHOWN, PATH, PORTAL, enrol_portal

from . import test_protected_people as people
from .test_protected_people import HIDDEN, HIDDEN_CARD, PIECES, REFUSED_CARD, UNKNOWN_CARD

land, front = people.land, people.front
REFUSED = HIDDEN | {"number": "701", "birth_on": "1986-07-08"}
PLAIN_CARD = {"issuer": "CN=onshi demo", "serial": "71"}


@pytest.fixture(autouse=True)
def _asked_about(land: Country) -> None:
    """A portal; and the clinic has asked about both by number, so that there is a history to hide."""
    enrol_portal(land)
    opened = Front(asgi.create(land.app, pages=Starlette()))
    for asked in (HIDDEN, REFUSED):
        answer = opened.post("/v1/checks", json=asked, headers=land.bearer()).json()["answer"]
        assert answer["kind"] == "in_force"
    opened.close()
    land.clock.moment += 1_000_000


def view(front: Front, land: Country, card: dict[str, str]) -> dict[str, Any]:
    """What the portal shows the holder of the card."""
    shown: dict[str, Any] = front.post(PATH, json={"card": card}, headers=land.bearer(PORTAL)).json()
    return shown


def tell(land: Country, row: str) -> None:
    """Their insurer sends a row of today."""
    feed = land.app.settings.data / "more.csv"
    feed.write_text("\n".join((people.HEADERS, row)) + "\n", encoding="utf-8")
    land.clock.moment += 1_000_000
    insurer = InsurerNumber(INSURER)
    app = land.app
    flows.load_feed(app.db, feed, insurer=insurer, mode="daily", now=app.now, draw=app.draw_many, actor="local:cli")
    land.clock.moment += 1_000_000


def test_a_refused_card_finds_the_portal_closed_as_an_unknown_one_does_to_the_byte(front: Front, land: Country) -> None:
    replies = [
        front.post(PATH, json={"card": card}, headers=land.bearer(PORTAL)) for card in (REFUSED_CARD, UNKNOWN_CARD)
    ]
    texts = [reply.text.replace(reply.json()["view_id"], "") for reply in replies]
    assert texts[0] == texts[1]
    assert replies[0].json()["answer"] == {"kind": "not_registered", "on": "2026-11-02", "validity": "4"}
    headers = [{name: value for name, value in one.headers.items() if name != "x-request-id"} for one in replies]
    assert (headers[0], replies[0].status_code) == (headers[1], replies[1].status_code)


@pytest.mark.parametrize("more", [{"limit": 1}, {"before": "1793577600000000"}, {"limit": 0}])
def test_whatever_else_is_asked(front: Front, land: Country, more: dict[str, Any]) -> None:
    texts = []
    for card in (REFUSED_CARD, UNKNOWN_CARD):
        reply = front.post(PATH, json={"card": card} | more, headers=land.bearer(PORTAL))
        texts.append(reply.text.replace(reply.json().get("view_id", "-"), ""))
    assert texts[0] == texts[1]


def look(land: Country, card: dict[str, str]) -> None:
    """As the door does it, without the door."""
    app = land.app
    app.db.run(
        lambda tx: flows.own_view(
            tx, ByCard(**card), at=app.now(), batch=app.draw(), actor="portal:citizens", limit=50
        ),
        appending=True,
    )


def test_a_refused_card_takes_no_longer_than_an_unknown_one(land: Country) -> None:
    costs: dict[str, list[float]] = {"refused": [], "unknown": []}
    for _ in range(150):
        for name, card in (("refused", REFUSED_CARD), ("unknown", UNKNOWN_CARD)):
            began = time.process_time()
            look(land, card)
            costs[name].append(time.process_time() - began)
    assert median(costs["refused"]) < 1.5 * median(costs["unknown"])


_VALUES = re.compile(r"'(?:[^']|'')*'|\b(?:[0-9]+|NULL)\b", re.ASCII)


@contextmanager
def statements(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement the database is given meanwhile, without its values."""
    heard: list[str] = []
    if db.is_sqlite:
        with db.transaction() as tx:
            connection = tx.cursor.connection
        connection.set_trace_callback(lambda text: heard.append(_VALUES.sub("?", text)))
        yield heard
        connection.set_trace_callback(None)
        return
    run = psycopg.Cursor.execute

    def listening(cursor: Any, query: Any, *rest: Any, **more: Any) -> Any:
        heard.append(_VALUES.sub("?", str(query)))
        return run(cursor, query, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr(psycopg.Cursor, "execute", listening)
        yield heard


def test_a_refused_card_runs_the_statements_of_an_unknown_one(land: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    look(land, UNKNOWN_CARD)  # the first of all remembers the insurers
    runs = []
    for card in (REFUSED_CARD, UNKNOWN_CARD, PLAIN_CARD):
        with statements(land.app.db, monkeypatch) as heard:
            look(land, card)
        runs.append(heard)
    refused, unknown, plain = runs
    assert refused == unknown
    assert len([text for text in unknown if "registry_cards" in text]) == 1
    assert len(plain) > len(unknown), "of others the history is looked up"


def test_the_history_of_the_undisclosed_is_not_shown(front: Front, land: Country) -> None:
    shown = view(front, land, HIDDEN_CARD)
    assert (shown["answer"]["kind"], [one["number"] for one in shown["coverages"]]) == ("in_force", ["700"])
    assert shown["history"] == {"shown": False, "text": NOT_SHOWN}
    text = json.dumps(shown, ensure_ascii=False)
    assert ("見本内科" in text, CLINIC.partition(":")[2] in text) == (False, False)


def test_it_says_the_same_whyever_it_is_not_shown(front: Front, land: Country) -> None:
    with land.app.db.transaction() as tx:
        registry.suspend_link(tx, InsurerNumber(INSURER), holder(land, HIDDEN_CARD), at=land.app.now())
    said = [view(front, land, card)["history"] for card in (HIDDEN_CARD, REFUSED_CARD, UNKNOWN_CARD)]
    assert said == [{"shown": False, "text": NOT_SHOWN}] * 3


def holder(land: Country, card: dict[str, str]) -> PersonId:
    """Whose card it is."""
    with land.app.db.transaction(reading=True) as tx:
        (found,) = registry.find_by_card(tx, [registry.CardKey(**card)])
    return found.sightings[0].person.id


def test_an_address_leaves_to_nobody(front: Front, land: Country) -> None:
    for card in (HIDDEN_CARD, REFUSED_CARD):
        text = json.dumps(view(front, land, card), ensure_ascii=False)
        assert [piece for piece in PIECES if piece in text] == []
    row = people.ROWS[0].replace("新規", "変更").replace(",1,0", ",0,0")
    tell(land, row)
    shown = view(front, land, HIDDEN_CARD)
    text = json.dumps(shown, ensure_ascii=False)
    assert (shown["history"]["shown"], [piece for piece in PIECES if piece in text]) == (True, [])


def test_flags_open_and_close_with_the_rows_of_the_insurer(front: Front, land: Country) -> None:
    """What happened meanwhile is told to whom it is about, once they are safe: who tried their card, too."""
    view(front, land, REFUSED_CARD)
    land.clock.moment += 1_000_000
    front.post("/v1/checks", json={"card": REFUSED_CARD}, headers=land.bearer())
    tell(land, people.ROWS[1].replace("新規", "変更").replace(",1,1", ",0,0"))
    looks = view(front, land, REFUSED_CARD)["history"]["looks"]
    assert [(one["act"], one["by"].get("name"), one["kind"]) for one in looks] == [
        ("check", "見本内科", "not_registered"),
        ("own_view", "見本ポータル", "not_registered"),
        ("check", "見本内科", "in_force"),
    ]
    tell(land, people.ROWS[1].replace("新規", "変更"))
    assert view(front, land, REFUSED_CARD)["answer"]["kind"] == "not_registered"


def test_each_sees_their_own_and_nothing_of_the_other(front: Front, land: Country) -> None:
    front.post("/v1/checks", json={"card": PLAIN_CARD}, headers=land.bearer())
    shown = view(front, land, PLAIN_CARD)
    text = json.dumps(shown, ensure_ascii=False)
    assert ("見本花子" in text, "保護" in text, "守" in text) == (True, False, False)
    assert len(shown["history"]["looks"]) == 1


def test_the_log_of_the_views_names_nobody(front: Front, land: Country) -> None:
    for card in (HIDDEN_CARD, REFUSED_CARD, UNKNOWN_CARD):
        view(front, land, card)
    with land.app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx, action=Action.OWN_VIEW)]
    told = sorted((one.actor, one.outcome, one.object, one.subject is None) for one in found)
    assert told == [
        ("portal:citizens", "in_force", None, False),
        ("portal:citizens", "not_registered", None, False),
        ("portal:citizens", "not_registered", None, True),
    ]
