"""People whom somebody looks for: nothing about them leaves by any door but their insurer's."""

import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median

import msgspec
import pytest
from starlette.applications import Starlette

from cli.run import Run, runner
from onshi import asgi, eligibility, flows, registry
from onshi.db import Database
from onshi.eligibility import AnswerKind, Asker, ByCard, Query
from onshi.interfaces import oqs, rest
from onshi.kernel import InsurerNumber, PersonId
from rest.make import BULK_CLIENT, INSURER, Country, Front, country

# The address is what must not leave; every piece of it is looked for on its own.
ADDRESS, POST = "見本県隠れ里市避難町９－８－７", "987-6543"
PIECES = ("隠れ里", "避難町", "987-6543", "９－８－７")
HIDDEN = {"insurer_number": INSURER, "symbol": "守", "number": "700", "birth_on": "1985-06-07"}
HIDDEN_CARD, REFUSED_CARD, UNKNOWN_CARD = ({"issuer": "CN=onshi demo", "serial": s} for s in ("700", "701", "799"))
HEADERS = (
    "処理区分,保険者番号,記号,番号,枝番,氏名,氏名カナ,生年月日,性別,郵便番号,住所,"
    "本人家族区分,資格取得年月日,不開示該当,自己情報提供不可,市区町村コード"
)
MUNICIPALITY = "131016"
ROWS = (
    f"新規,{INSURER},守,700,00,保護　一子,ホゴ　イチコ,19850607,2,{POST},{ADDRESS},1,20200401,1,0,{MUNICIPALITY}",
    f"新規,{INSURER},守,701,00,保護　二子,ホゴ　ニコ,19860708,2,{POST},{ADDRESS},1,20200401,1,1,{MUNICIPALITY}",
)


@pytest.fixture
def land(db: Database, tmp_path: Path) -> Country:
    """The cast of the REST tests, and two protected people with cards, loaded as their insurer would."""
    made = country(db, tmp_path, rate=1_000_000, burst=1_000_000)
    app = made.app
    feed = tmp_path / "feed.csv"
    feed.write_text("\n".join((HEADERS, *ROWS)) + "\n", encoding="utf-8")
    loaded = flows.load_feed(
        app.db, feed, insurer=InsurerNumber(INSURER), mode="daily", now=app.now, draw=app.draw_many, actor="local:cli"
    )
    assert loaded.feed.counts["new"] == 2
    with db.transaction() as tx:
        for name, card in (("保護一子", HIDDEN_CARD), ("保護二子", REFUSED_CARD)):
            (person,) = registry.people_named(tx, name)
            known = registry.person_of(tx, person.id)
            assert (known.address, known.municipality) == (ADDRESS, MUNICIPALITY), "there is something that could leak"
            registry.put_card(tx, registry.CardKey(**card), PersonId(person.id), at=app.now())
    made.clock.moment += 1_000_000
    return made


@pytest.fixture
def front(land: Country) -> Iterator[Front]:
    """The whole server, called directly."""
    opened = Front(asgi.create(land.app, pages=Starlette()))
    yield opened
    opened.close()


def assert_hidden(text: str) -> None:
    """The person is named, the address is not."""
    assert "保護" in text
    assert [piece for piece in PIECES if piece in text] == []


def test_an_undisclosed_address_leaves_by_no_route_that_knows_a_number(front: Front, land: Country) -> None:
    bearer = land.bearer()
    assert_hidden(front.post("/v1/checks", json=HIDDEN, headers=bearer).text)
    assert_hidden(front.post("/v1/checks/bulk", json={"checks": [HIDDEN]}, headers=bearer).text)
    past = HIDDEN | {"known_at": "2026-11-02T09:00:00.500000+09:00"}
    assert_hidden(front.post("/v1/checks", json=past, headers=bearer).text)


def test_an_undisclosed_address_is_in_no_result_of_a_job(front: Front, land: Country) -> None:
    bearer = land.bearer(BULK_CLIENT)
    job = front.post("/v1/checks/bulk", json={"checks": [HIDDEN] * 501}, headers=bearer).json()["job"]
    while rest.work_once(land.app):
        pass
    assert_hidden(front.get(f"/v1/jobs/{job['id']}/result", headers=bearer).text)


def test_an_undisclosed_address_is_in_no_national_element(land: Country) -> None:
    header = {"QualificationConfirmationDate": "20261102", "MedicalInstitutionCode": "1312345678"}
    asked = {
        "InsurerNumber": INSURER,
        "InsuredCardSymbol": "守",
        "InsuredIdentificationNumber": "700",
        "Birthdate": "19850607",
    }
    (checked,) = land.app.check([oqs.query_of(asked, header)], Asker("institution:1312345678", "1312345678"))
    assert_hidden(json.dumps(oqs.elements_of(checked.answer), ensure_ascii=False, default=str))


def without_names_of_this_check(document: dict[str, object]) -> dict[str, object]:
    """The answer and the advice: what is left when ids, moments and signatures are taken away."""
    return {name: part for name, part in document.items() if name not in ("check_id", "proof")}


def test_a_refused_card_answers_as_an_unknown_one_to_the_byte(front: Front, land: Country) -> None:
    bearer = land.bearer()
    for at_once in (False, True):
        answers = []
        for card in (REFUSED_CARD, UNKNOWN_CARD):
            if at_once:
                body = {"checks": [{"card": card}]}
                reply = front.post("/v1/checks/bulk", json=body, headers=bearer)
                answers.append(without_names_of_this_check(reply.json()["results"][0]))
            else:
                reply = front.post("/v1/checks", json={"card": card}, headers=bearer)
                answers.append(without_names_of_this_check(reply.json()))
                assert sorted(reply.headers) == ["cache-control", "content-length", "content-type"]
        assert json.dumps(answers[0]) == json.dumps(answers[1])
        assert answers[0]["answer"]["kind"] == AnswerKind.NOT_REGISTERED  # type: ignore[index]
    lengths = {
        len(front.post("/v1/checks", json={"card": card}, headers=bearer).content)
        for card in (REFUSED_CARD, UNKNOWN_CARD)
    }
    assert len(lengths) == 1


def test_a_refused_card_takes_no_longer_than_an_unknown_one(land: Country) -> None:
    """The same class of time: what one of the two costs over the other is lost in what every check costs."""
    asker = Asker("institution:1312345678", "1312345678")
    costs: dict[str, list[float]] = {"refused": [], "unknown": []}
    for _ in range(150):
        for name, card in (("refused", REFUSED_CARD), ("unknown", UNKNOWN_CARD)):
            query = Query(ByCard(**card), date(2026, 11, 2), presence="card")
            began = time.process_time()
            land.app.check([query], asker)
            costs[name].append(time.process_time() - began)
    assert median(costs["refused"]) < 1.5 * median(costs["unknown"])


def test_by_card_the_holder_of_an_undisclosed_address_is_still_served(land: Country) -> None:
    query = Query(ByCard(**HIDDEN_CARD), date(2026, 11, 2), presence="card")
    (checked,) = land.app.check([query], Asker("institution:1312345678", "1312345678"))
    assert checked.answer.kind is AnswerKind.IN_FORCE


def test_nothing_personal_is_in_the_log_of_their_checks(land: Country) -> None:
    query = Query(eligibility.ByNumber(InsurerNumber(INSURER), "700", date(1985, 6, 7), "守"), date(2026, 11, 2))
    land.app.check([query], Asker("institution:1312345678", "1312345678"))
    with land.app.db.transaction(reading=True) as tx:
        cursor = tx.cursor
        cursor.execute("SELECT packed FROM audit_entries")
        told = repr([msgspec.msgpack.decode(row[0]) for row in cursor.fetchall()])
    for secret in (*PIECES, "保護", "守", "1985"):
        assert secret not in told


@pytest.fixture
def onshi(land: Country, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """The command line on the same database."""
    run = runner(land.app.settings.data, monkeypatch, capfdbinary)
    monkeypatch.setenv("ONSHI_DATABASE", land.app.settings.database)
    return run


def by_words(question: dict[str, str]) -> tuple[str, ...]:
    names = {"insurer_number": "--insurer", "symbol": "--symbol", "number": "--number", "birth_on": "--birth"}
    return tuple(word for name, value in question.items() for word in (names[name], value))


def test_an_undisclosed_address_is_in_no_output_of_the_command_line(onshi: Run, tmp_path: Path) -> None:
    asked = tmp_path / "asked.jsonl"
    asked.write_text(json.dumps(HIDDEN) + "\n", encoding="utf-8")
    past = ("--on", "2026-11-02", "--known-at", "2026-11-02T09:00:00.500000+09:00")
    (found,) = json.loads(onshi("registry", "people", "保護一子", "--json").out)
    for words in (
        ("check", *by_words(HIDDEN)),
        ("check", *by_words(HIDDEN), *past),
        ("check", "--file", str(asked)),
        ("registry", "people", "保護一子"),
        ("registry", "people", "--id", found["person"]),
    ):
        for form in ((), ("--json",), ("--lang", "ja")):
            said = onshi(*words, *form)
            assert_hidden(said.out)
            assert (said.code, said.err, MUNICIPALITY in said.out) == (0, "", False)


def without_ids(told: str, is_json: bool) -> str:
    """What a command printed, less the number of the check and, in JSON, its proof."""
    if is_json:
        return json.dumps([without_names_of_this_check(json.loads(line)) for line in told.splitlines()])
    return "\n".join(line for line in told.splitlines() if "Check:" not in line and "確認番号:" not in line)


def test_a_refused_card_is_an_unknown_card_on_the_command_line_too(onshi: Run, tmp_path: Path) -> None:
    for form in ((), ("--json",), ("--lang", "ja")):
        for as_file in (False, True):
            told = []
            for card in (REFUSED_CARD, UNKNOWN_CARD):
                asked = tmp_path / "asked.jsonl"
                asked.write_text(json.dumps({"card": card}) + "\n", encoding="utf-8")
                way = ("--file", str(asked)) if as_file else ("--card", f"{card['issuer']}:{card['serial']}")
                said = onshi("check", *way, *form)
                told.append((said.code, len(said.out), without_ids(said.out, "--json" in form), said.err))
            assert told[0] == told[1]
            assert (told[0][0], told[0][3]) == (1, "")
