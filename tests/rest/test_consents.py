"""閲覧同意 through REST: given at a reader, used, listed, withdrawn; and nothing told without one."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi import audit
from onshi.audit import Action
from onshi.db import Tx
from onshi.interfaces.rest.consents import _AFTER
from onshi.kernel import parse_moment
from onshi.outside import CardFile
from onshi.registry import CardKey
from onshi.registry.store import people as people_store
from onshi.registry.store.lookup import REFUSED

from .card_desk import CLINIC, CardDesk
from .make import CLIENT, INSURER, NOW, OPERATOR, OTHER_CLIENT, SECOND, Country, Front, insure

RECORDS, CHECKS, WITHDRAW = "/v1/records", "/v1/consents/checks", "/v1/consents/withdraw"
PRINTED = {"insurer_number": INSURER, "symbol": "見本", "number": "101"}
DRUGS: dict[str, Any] = PRINTED | {"kind": "drugs"}
TODAY = {"care": "outpatient", "consented_from": "2026-11-02", "consented_to": "2026-11-02"}
DAY = 24 * 3_600 * SECOND
BOTH = ["drugs", "operations"]
GIVEN = [
    {"kind": "drugs", "given_at": "2026-11-02T09:00:00+09:00", "until": "2026-11-03T09:00:00+09:00"},
    {"kind": "operations", "given_at": "2026-11-02T09:00:00+09:00", "until": "2026-11-03T09:00:00+09:00"},
]
SAID = {
    "state": "none",
    "records": [],
    "until": "2026-11-03T09:00:00+09:00",
    "person": {"name": "見本花子", "kana": "ミホンハナコ", "birth_on": "1980-05-05", "sex": "2"},
}


@pytest.fixture
def desk(land: Country, front: Front, tmp_path: Path) -> CardDesk:
    return CardDesk(land, tmp_path, front).open()


def ask(desk: CardDesk, path: str, body: Any, client: str = CLIENT) -> Any:
    assert desk.front is not None
    reply = desk.front.post(path, json=body, headers=desk.land.bearer(client))
    assert (reply.status_code, reply.headers["cache-control"]) == (200, "no-store"), reply.text
    return reply.json()


def show(desk: CardDesk, card: CardFile | None = None, **changes: Any) -> dict[str, Any]:
    return desk.told(desk.shown(card or desk.card()), **({"consents": BOTH} | changes))


def set_flags(desk: CardDesk, who: int, flags: int) -> None:
    def change(tx: Tx) -> None:
        tx.cursor.execute(f"UPDATE registry_coverages SET flags = {flags} WHERE person_id = {who}")

    desk.land.app.run(change)


def test_a_holder_lets_the_desk_see_and_the_desk_sees(desk: CardDesk) -> None:
    told = show(desk)
    assert (told["presence"]["outcome"], told["consents"]) == ("present", GIVEN)
    assert ask(desk, RECORDS, DRUGS) == SAID
    assert ask(desk, RECORDS, DRUGS | {"from": "2025-01", "to": "2026-11", "care": "outpatient"}) == SAID
    nothing = {"state": "no_consent", "records": []}
    assert ask(desk, RECORDS, DRUGS | {"kind": "checkups"}) == nothing
    assert ask(desk, RECORDS, DRUGS | {"care": "online"}) == nothing


def test_it_is_over_a_day_later(desk: CardDesk) -> None:
    show(desk)
    desk.wait(DAY - 1)
    assert ask(desk, RECORDS, DRUGS) == SAID
    desk.wait(1)
    assert ask(desk, RECORDS, DRUGS) == {"state": "consent_over", "records": []}


def test_without_a_consent_nothing_is_said_of_anybody(desk: CardDesk) -> None:
    """Everybody here could be told of: each gave a consent, to somebody or once."""
    run = desk.land.app.run
    run(lambda tx: insure(tx, 72, "見本太郎", "102"))
    run(lambda tx: insure(tx, 73, "見本次郎", "103", branch="01"))
    run(lambda tx: insure(tx, 74, "見本三郎", "103", branch="02"))
    for who in (71, 72, 73):
        assert show(desk, desk.card(str(who), person=who))["consents"] == GIVEN
    set_flags(desk, 72, REFUSED)
    states = [
        ask(desk, RECORDS, DRUGS | {"number": number, "branch": branch})
        for number, branch in (("102", None), ("999", None), ("103", None), ("103", "02"), ("103", "1"))
    ]
    not_found = {"state": "not_found", "records": []}
    assert states[:3] == [not_found] * 3
    assert states[3] == {"state": "no_consent", "records": []}
    assert states[4]["person"]["name"] == "見本次郎"


def test_another_institution_sees_nothing(desk: CardDesk) -> None:
    show(desk)
    assert ask(desk, RECORDS, DRUGS, OTHER_CLIENT) == {"state": "no_consent", "records": []}
    assert ask(desk, CHECKS, TODAY, OTHER_CLIENT) == {"results": []}
    withdrawal = PRINTED | {"birth_on": "1980-05-05", "kinds": BOTH}
    assert ask(desk, WITHDRAW, withdrawal, OTHER_CLIENT) == {"state": "no_consent"}
    assert ask(desk, RECORDS, DRUGS) == SAID


@pytest.mark.parametrize(
    ("day", "outcome", "kept"), [("2031-05-05", "present", True), ("2031-05-06", "present_in_grace", False)]
)
def test_a_certificate_in_its_grace_opens_nothing(desk: CardDesk, day: str, outcome: str, kept: bool) -> None:
    card = desk.card()
    desk.land.clock.moment = parse_moment(f"{day}T09:00:00")
    told = show(desk, card)
    assert (told["presence"]["outcome"], told["check"]["answer"]["kind"]) == (outcome, "in_force")
    assert ("consents" in told, ask(desk, RECORDS, DRUGS)["state"]) == (kept, "none" if kept else "no_consent")


def test_a_card_that_shows_nobody_records_nothing(desk: CardDesk) -> None:
    refused = desk.card("refused")
    set_flags(desk, 71, REFUSED)
    unlinked = desk.card("unlinked", person=None)
    told = [show(desk, card) for card in (refused, unlinked)]
    assert [("consents" in one, one["check"]["answer"]["kind"]) for one in told] == [(False, "not_registered")] * 2
    assert [*told[0]] == [*told[1]] and told[0]["check"]["answer"] == told[1]["check"]["answer"]
    set_flags(desk, 71, 0)
    assert ask(desk, RECORDS, DRUGS) == {"state": "no_consent", "records": []}


def test_a_card_that_is_not_believed_records_nothing(desk: CardDesk) -> None:
    shown = desk.shown(desk.card())
    desk.told(shown)
    assert desk.told(shown, consents=BOTH) == {"presence": desk.told(shown)["presence"]}
    assert ask(desk, RECORDS, DRUGS) == {"state": "no_consent", "records": []}


def test_who_asks_for_no_consent_is_answered_as_before(desk: CardDesk) -> None:
    card = desk.card()
    assert [*desk.told(desk.shown(card))] == ["presence", "check"]
    assert [*show(desk, card)] == ["presence", "check", "consents"]


def test_everything_is_in_the_log(desk: CardDesk) -> None:
    check_id = show(desk)["check"]["check_id"]
    ask(desk, RECORDS, DRUGS)
    ask(desk, WITHDRAW, PRINTED | {"birth_on": "1980-05-05", "kinds": BOTH})
    with desk.land.app.db.transaction(reading=True) as tx:
        found = {
            action: sorted(
                (one.entry.outcome, one.entry.subject, one.entry.object)
                for one in audit.entries_of(tx, actor=CLINIC, action=action)
            )
            for action in (Action.CONSENT, Action.DISCLOSE, Action.CONSENT_WITHDRAWN)
        }
    assert found == {
        Action.CONSENT: [(kind, 71, f"check:{check_id}") for kind in BOTH],
        Action.DISCLOSE: [("none", 71, "records:drugs")],
        Action.CONSENT_WITHDRAWN: [("withdrawn", 71, None)],
    }


def test_a_withdrawal(desk: CardDesk) -> None:
    show(desk)
    asked = PRINTED | {"birth_on": "昭和55年5月5日", "kinds": ["drugs"]}
    assert ask(desk, WITHDRAW, asked | {"birth_on": "1980-05-06"}) == {"state": "not_found"}
    assert ask(desk, RECORDS, DRUGS) == SAID
    assert ask(desk, WITHDRAW, asked) == {"state": "withdrawn"}
    assert ask(desk, WITHDRAW, asked) == {"state": "no_consent"}
    assert ask(desk, RECORDS, DRUGS) == {"state": "consent_over", "records": []}


# Everybody who gave one.


def test_everybody_who_gave_one_is_checked_in_the_order_given(desk: CardDesk) -> None:
    desk.land.app.run(lambda tx: insure(tx, 72, "見本太郎", "102"))
    first, second = desk.card("first", person=72), desk.card("second")
    show(desk, first, care="home_visit", consents=["checkups"], on="2026-11-05")
    desk.wait(SECOND)
    show(desk, second, care="home_visit", on="2026-11-06")
    number = {"registrations": [PRINTED | {"reference_number": "A-0001"}]}
    ask(desk, "/v1/reference-numbers", number)

    asked = {"care": "home_visit", "consented_from": "2026-11-02", "consented_to": "2026-11-02"}
    one, two = ask(desk, CHECKS, asked)["results"]
    assert [each["answer"]["person"]["name"] for each in (one, two)] == ["見本太郎", "見本花子"]
    assert [each["proof"]["presence"] for each in (one, two)] == ["card", "card"]
    given, until = "2026-11-02T09:00:00+09:00", "2027-01-31T09:00:00+09:00"
    assert one["consents"] == [{"kind": "checkups", "given_at": given, "until": until}]
    assert [each["kind"] for each in two["consents"]] == BOTH
    assert ("reference_number" in one, two["reference_number"]) == (False, "A-0001")
    assert [*two] == ["check_id", "answer", "advice", "proof", "reference_number", "consents"]

    page = ask(desk, CHECKS, asked | {"limit": 1})
    assert [each["answer"]["person"]["name"] for each in page["results"]] == ["見本太郎"]
    rest = ask(desk, CHECKS, asked | {"limit": 1.0, "after": page["next"]})
    assert ([each["answer"]["person"]["name"] for each in rest["results"]], "next" in rest) == (["見本花子"], False)

    examined = {"care": "home_visit", "examined_from": "2026-11-05", "examined_to": "2026-11-05"}
    assert [each["answer"]["person"]["name"] for each in ask(desk, CHECKS, examined)["results"]] == ["見本太郎"]
    assert ask(desk, CHECKS, asked | {"care": "online"}) == {"results": []}
    assert ask(desk, CHECKS, asked | {"consented_from": "2026-11-03", "consented_to": "2026-11-30"}) == {"results": []}


def test_who_is_refused_since_looks_like_a_card_that_is_nobodys_any_more(desk: CardDesk) -> None:
    desk.land.app.run(lambda tx: insure(tx, 72, "見本太郎", "102"))
    refused, gone = desk.card("refused"), desk.card("gone", person=72)
    for card in (refused, gone):
        assert show(desk, card)["consents"] == GIVEN
    ask(desk, "/v1/reference-numbers", {"registrations": [PRINTED | {"reference_number": "A-0001"}]})
    set_flags(desk, 71, REFUSED)
    desk.land.app.run(partial(_unlink, CardKey(*desk.key_of(gone))))
    one, two = ask(desk, CHECKS, TODAY)["results"]
    assert one["answer"] == two["answer"] == {"kind": "not_registered", "on": "2026-11-02", "validity": "4"}
    assert [*one] == [*two] == ["check_id", "answer", "advice", "proof"]


def _unlink(card: CardKey, tx: Tx) -> None:
    people_store.end_card(tx, card, at=NOW)


def test_each_of_the_list_is_logged_as_a_check(desk: CardDesk) -> None:
    show(desk)
    ask(desk, CHECKS, TODAY)
    with desk.land.app.db.transaction(reading=True) as tx:
        checks = audit.entries_of(tx, actor=CLINIC, action=Action.CHECK)
    assert [(one.entry.outcome, one.entry.subject) for one in checks] == [("in_force", 71)] * 2


REFUSALS: list[tuple[str, str, Any, int]] = [
    (OPERATOR, RECORDS, DRUGS, 403),
    (OPERATOR, CHECKS, TODAY, 403),
    (OPERATOR, WITHDRAW, PRINTED | {"birth_on": "1980-05-05", "kinds": BOTH}, 403),
    (CLIENT, RECORDS, DRUGS | {"kind": "operations"}, 400),
    (CLIENT, RECORDS, DRUGS | {"care": "emergency"}, 400),
    (CLIENT, RECORDS, DRUGS | {"from": "2025-13"}, 400),
    (CLIENT, RECORDS, DRUGS | {"to": "202501"}, 400),
    (CLIENT, RECORDS, DRUGS | {"to": None}, 400),
    (CLIENT, RECORDS, DRUGS | {"insurer_number": "7"}, 400),
    (CLIENT, RECORDS, DRUGS | {"birth_on": "1980-05-05"}, 400),
    (CLIENT, RECORDS, PRINTED, 400),
    (CLIENT, RECORDS, [], 400),
    (CLIENT, WITHDRAW, PRINTED | {"birth_on": "1980-05-05", "kinds": []}, 400),
    (CLIENT, WITHDRAW, PRINTED | {"birth_on": "1980-13-05", "kinds": BOTH}, 400),
    (CLIENT, WITHDRAW, PRINTED | {"kinds": BOTH}, 400),
    (CLIENT, CHECKS, {"care": "online"}, 400),
    (CLIENT, CHECKS, {"care": "online", "consented_from": "2026-11-02"}, 400),
    (CLIENT, CHECKS, TODAY | {"examined_from": "2026-11-02", "examined_to": "2026-11-02"}, 400),
    (CLIENT, CHECKS, TODAY | {"examined_from": "2026-11-02"}, 400),
    (CLIENT, CHECKS, TODAY | {"examined_from": None, "examined_to": None}, 400),
    (CLIENT, CHECKS, TODAY | {"consented_to": "tomorrow"}, 400),
    (CLIENT, CHECKS, TODAY | {"after": "1"}, 400),
    (CLIENT, CHECKS, TODAY | {"limit": 0}, 400),
    (CLIENT, CHECKS, TODAY | {"limit": 501}, 400),
    (CLIENT, CHECKS, TODAY | {"limit": 1.5}, 400),
]


@pytest.mark.parametrize(("client", "path", "body", "status"), REFUSALS)
def test_refusals(front: Front, land: Country, client: str, path: str, body: Any, status: int) -> None:
    assert front.post(path, json=body, headers=land.bearer(client)).status_code == status


@pytest.mark.parametrize("changes", [{"consents": ["teeth"]}, {"consents": None}, {"care": "emergency"}])
def test_what_is_let_be_seen_is_read_strictly(desk: CardDesk, changes: dict[str, Any]) -> None:
    body = {"nonce": "AA", "terminal": "desk", "mode": "pin", "certificate": "AA", "signature": "AA"} | changes
    assert desk.front is not None
    reply = desk.front.post("/v1/presence/checks", json=body, headers=desk.land.bearer())
    assert (reply.status_code, reply.json()["code"]) == (400, "bad-request")


@given(st.integers(0, 2**53), st.integers(0, 2**63 - 1), st.integers(0, 2**30 - 1))
def test_every_place_reads_back(at: int, batch: int, seq: int) -> None:
    check_id = audit.shown_check_id(batch, seq)
    found = _AFTER.fullmatch(f"{at}-{check_id}")
    assert found is not None and (found[1], found[2]) == (str(at), check_id)
