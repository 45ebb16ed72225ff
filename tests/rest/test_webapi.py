"""The JSON web API over real TLS: who may sign in, who may ask, and what is told to whom."""

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from starlette.applications import Starlette

from onshi import access, asgi
from onshi.app import App, wall_clock
from onshi.audit import Action
from onshi.db import Database
from onshi.demo.accounts import CLINIC_CLIENT, KEYS, new_key
from onshi.demo.terminals import prepare_terminal
from onshi.interfaces import oqs
from onshi.interfaces.webapi import LOGIN_PATH, SEARCH_PATH
from onshi.outside import TerminalCa
from onshi.registry.store import tables

from .agent.agent_desk import AgentDesk
from .agent.agent_desk import asked as xml_of
from .make import BULK_CLIENT, CLIENT, CLINIC, OPERATOR, OTHER_CLIENT, Country, Front, country, insure
from .terminal_desk import (
    CODE,
    PASSWORD,
    STRANGER,
    USER,
    Terminals,
    question,
    terminals,
)

ANSWER = oqs.message_kinds()["OQSsiquc01res"]
NEEDED = {
    "ProcessExecutionTime",
    "QualificationConfirmationDate",
    "MedicalInstitutionCode",
    "ReferenceClassification",
    "SegmentOfResult",
    "CharacterCodeIdentifier",
}
SECOND = 1_000_000


@pytest.fixture
def db(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """One engine: what is asked of the database, other tests ask on both."""
    path = tmp_path / "onshi.sqlite"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def desk(db: Database, tmp_path: Path) -> Iterator[Terminals]:
    with terminals(db, tmp_path) as made:
        yield made


def told(reply: httpx.Response) -> tuple[int, str, set[str]]:
    document = reply.json()
    return reply.status_code, document["status"], set(document)


def header_of(reply: httpx.Response) -> dict[str, str]:
    header = reply.json()["XmlMsg"]["MessageHeader"]
    assert header.keys() >= NEEDED
    assert {type(value) for value in header.values()} == {str}
    return dict(header)


def body_of(reply: httpx.Response) -> dict[str, Any]:
    return dict(reply.json()["XmlMsg"]["MessageBody"])


def failure_of(reply: httpx.Response) -> str:
    """The code of a message that failed as a whole, and says nothing of anybody."""
    header = header_of(reply)
    assert (header["SegmentOfResult"], body_of(reply)) == ("9", {"ProcessingResultStatus": "2"})
    assert header["ErrorMessage"]
    return header["ErrorCode"]


# -- Signing in --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_terminal_signs_in_and_asks(db: Database, tmp_path: Path, loop: str) -> None:
    with terminals(db, tmp_path, loop=loop) as desk:
        reply = desk.login(desk.certificate())
        assert told(reply) == (200, "success", {"status", "msg", "result"})
        tokens = reply.json()["result"]
        assert tokens.keys() == {"accessToken", "refreshToken", "idToken", "linkSysCharCd"}
        assert (tokens["linkSysCharCd"], tokens["accessToken"]) == ("0", tokens["idToken"])
        found = desk.search(tokens["idToken"], question())
        assert (found.status_code, found.headers["content-type"]) == (200, "application/json;charset=UTF-8")
        assert (header_of(found)["SegmentOfResult"], header_of(found)["MedicalInstitutionCode"]) == ("1", CODE)
        (result,) = body_of(found)["ResultList"]
        assert result["ResultOfQualificationConfirmation"]["Name"] == "見本花子"
        assert desk.logged(Action.LOGIN) == [(f"staff:s-{USER}", CLIENT, "done")]
        assert desk.logged(Action.TOKEN) == [(CLINIC, CLIENT, "done")]
        assert desk.logged(Action.CHECK) == [(CLINIC, "2329.20261102.nl", "in_force")]
        # What is kept for it is good for nothing, and no token.
        assert desk.search(tokens["refreshToken"], question()).status_code == 401


@pytest.mark.parametrize(
    "members",
    [
        {"loginId": USER, "password": PASSWORD},
        {"user": USER, "password": PASSWORD, "more": {"a": [None]}},
        {"USERID": USER, "Password": PASSWORD},
        {"userName": "\u3000ＵＫＥＴＳＵＫＥ ", "passwd": PASSWORD},
    ],
)
def test_the_members_of_a_login_have_several_names(desk: Terminals, members: dict[str, Any]) -> None:
    with desk.client(desk.certificate()) as client:
        assert told(client.post(LOGIN_PATH, json=members))[:2] == (200, "success")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"userId": "u"}',
        b'{"userId": 1, "password": "x"}',
        b'{"password": "x"}',
        b"[" * 9000,
        b'{"userId": "u\\u0000", "password": "x"}',
        b'{"userId": "\\ud800", "password": "x"}',
    ],
)
def test_what_is_no_login_is_refused(desk: Terminals, body: bytes) -> None:
    with desk.client(desk.certificate()) as client:
        assert told(client.post(LOGIN_PATH, content=body)) == (400, "login-unreadable", {"status", "msg"})


@pytest.mark.parametrize(
    ("members", "actor", "outcome"),
    [
        ({"password": "wrong"}, f"staff:s-{USER}", "wrong-password"),
        ({"userId": "nobody"}, "staff:unknown", "unknown-login"),
        ({"userId": STRANGER}, f"staff:s-{STRANGER}", "other-party"),
    ],
)
def test_one_text_for_whoever_does_not_work_here(
    desk: Terminals, members: dict[str, str], actor: str, outcome: str
) -> None:
    certificate = desk.certificate()
    reply, other = desk.login(certificate, **members), desk.login(certificate, password="x" * 20)
    assert told(reply) == (401, "sign-in-refused", {"status", "msg"})
    assert reply.json() == other.json()
    assert (actor, CLIENT, outcome) in desk.logged(Action.LOGIN_FAILED)
    assert desk.logged(Action.TOKEN) == []


def test_wrong_passwords_lock_the_account(desk: Terminals) -> None:
    certificate = desk.certificate()
    for _ in range(5):
        assert desk.login(certificate, password="wrong").status_code == 401
    assert desk.login(certificate).status_code == 401
    outcomes = Counter(outcome for *_, outcome in desk.logged(Action.LOGIN_FAILED))
    assert outcomes == {"wrong-password": 5, "locked": 1}
    desk.land.clock.moment += 16 * 60 * SECOND
    assert desk.login(certificate).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"x-ssl-client-cert": "CN=clinic-software", "x-client-cert": "x"}])
def test_without_a_certificate_nobody_signs_in(desk: Terminals, headers: dict[str, str]) -> None:
    with desk.client() as client:
        reply = client.post(LOGIN_PATH, json={"userId": USER, "password": PASSWORD}, headers=headers)
    assert told(reply) == (403, "terminal-certificate-missing", {"status", "msg"})
    assert desk.logged(Action.LOGIN) == []


def test_over_plain_http_nobody_signs_in(served: Country) -> None:
    headers = {"x-forwarded-client-cert": "CN=clinic-software", "x-ssl-client-verify": "SUCCESS"}
    reply = httpx.post(
        served.base + LOGIN_PATH, json={"userId": USER, "password": PASSWORD}, headers=headers, timeout=20
    )
    assert told(reply) == (403, "terminal-certificate-missing", {"status", "msg"})


def test_a_certificate_of_another_authority_does_not_get_through(desk: Terminals, tmp_path: Path) -> None:
    other = TerminalCa(tmp_path / "other")
    other.found(at=desk.land.app.now())
    with pytest.raises(httpx.TransportError):
        desk.login(desk.certificate(authority=other))
    assert desk.logged(Action.LOGIN) == []


def test_a_server_without_the_authority_asks_for_no_certificate(db: Database, tmp_path: Path) -> None:
    with terminals(db, tmp_path, prepare=lambda _: None) as desk:
        other = TerminalCa(tmp_path / "other")
        other.found(at=desk.land.app.now())
        reply = desk.login(desk.certificate(authority=other))
        assert told(reply)[:2] == (403, "terminal-certificate-missing")


def test_a_certificate_that_is_over_is_none(desk: Terminals) -> None:
    certificate = desk.certificate()
    desk.land.clock.moment += 731 * 24 * 3_600 * SECOND
    assert told(desk.login(certificate))[:2] == (403, "terminal-certificate-missing")


def test_a_disabled_client_is_no_terminal_any_more(desk: Terminals) -> None:
    app, certificate = desk.land.app, desk.certificate()
    token = desk.login(certificate).json()["result"]["idToken"]
    app.run(lambda tx: access.disable_client(tx, CLIENT, at=app.now(), by="test"))
    app.desk.forget(CLIENT, at=app.now())
    assert told(desk.login(certificate))[:2] == (403, "client-disabled")
    assert failure_of(desk.search(token, question())) == "OQSR0017E"
    assert desk.logged(Action.LOGIN_FAILED) == [("unauthenticated", CLIENT, "client-disabled")]


def test_only_software_of_an_institution_is_certified(desk: Terminals) -> None:
    with pytest.raises(access.errors.NotAnInstitution):
        desk.certificate(OPERATOR)
    # Certified all the same, as by an authority whose rule was broken: it does not sign in.
    forced = desk.certificate(OPERATOR, authority=TerminalCa(desk.land.app.ring.directory))
    assert told(desk.login(forced))[:2] == (403, "client-not-institution")


def test_a_certificate_of_a_client_that_is_not_here_is_not_named_in_the_log(desk: Terminals) -> None:
    unknown = desk.certificate("nobody-knows", authority=TerminalCa(desk.land.app.ring.directory))
    assert told(desk.login(unknown))[:2] == (403, "client-unknown")
    assert desk.logged(Action.LOGIN_FAILED) == [("unauthenticated", None, "client-unknown")]


def test_another_institution_signs_in_with_its_own_staff_only(desk: Terminals) -> None:
    certificate = desk.certificate(OTHER_CLIENT)
    assert desk.login(certificate).status_code == 401
    token = desk.login(certificate, userId=STRANGER).json()["result"]["idToken"]
    assert failure_of(desk.search(token, question())) == "OQSR0005E"
    assert header_of(desk.search(token, question("1312345686")))["SegmentOfResult"] == "1"


# -- Asking ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def land(served: Country) -> Country:
    """Over plain HTTP: asking needs a token and no certificate."""
    return served


def ask(land: Country, body: Any, token: str | None = "", **headers: str) -> httpx.Response:
    bare = land.bearer()["Authorization"].removeprefix("Bearer ") if token == "" else token
    given = headers | ({} if bare is None else {"authorization": bare})
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.post(land.base + SEARCH_PATH, content=content, headers=given, timeout=20)


def test_a_token_may_have_its_scheme_before_it(land: Country) -> None:
    assert header_of(ask(land, question(), land.bearer()["Authorization"]))["SegmentOfResult"] == "1"


@pytest.mark.parametrize("token", [None, "Bearer", "x", "a.b.c", "Basic dTpw"])
def test_without_a_token_nothing_is_told(land: Country, token: str | None) -> None:
    reply = ask(land, question(), token)
    assert (reply.status_code, failure_of(reply)) == (401, "OQSR0017E")
    assert not any(part in reply.text for part in ("見本花子", "06139992", CODE, "1980"))


def test_a_token_is_good_for_a_quarter_of_an_hour(land: Country) -> None:
    token = land.bearer()["Authorization"]
    land.clock.moment += 16 * 60 * SECOND
    reply = ask(land, question(), token)
    assert (reply.status_code, failure_of(reply)) == (401, "OQSR0017E")


@pytest.mark.parametrize("client", [BULK_CLIENT, OPERATOR])
def test_a_token_for_something_else_asks_nothing(land: Country, client: str) -> None:
    reply = ask(land, question(), land.bearer(client)["Authorization"])
    assert (reply.status_code, failure_of(reply)) == (403, "OQSR0010E")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "OQSR0001E"),
        (json.dumps(question()).encode()[:-9], "OQSR0001E"),
        (question("1312345686"), "OQSR0005E"),
        (question(on=""), "OQSR0002E"),
        (question(on="20261131"), "OQSR0003E"),
        (question(InsurerNumber=6139992), "OQSR0003E"),  # type: ignore[arg-type]
        ({"XmlMsg": {"MessageHeader": question()["XmlMsg"]["MessageHeader"]}}, "OQSR0002E"),
        ({"XmlMsg": {}}, "OQSR0002E"),
    ],
)
def test_a_message_that_fails_as_a_whole_says_so(land: Country, body: Any, code: str) -> None:
    reply = ask(land, body)
    assert (reply.status_code, failure_of(reply)) == (200, code)


def test_too_much_and_too_fast_are_told_in_its_own_words(land: Country) -> None:
    reply = ask(land, b" " * 20_000)
    assert (reply.status_code, failure_of(reply)) == (413, "OQSR0010E")
    for method in ("GET", "PUT"):
        refused = httpx.request(method, land.base + SEARCH_PATH)
        assert (refused.status_code, refused.headers["allow"], failure_of(refused)) == (405, "POST", "OQSR0010E")
    nothing = httpx.post(land.base + "/oqs-api-pro/else", content=b"{}")
    assert told(nothing) == (404, "not-found", {"status", "msg"})


def test_a_client_has_its_rate(front: Front, land: Country) -> None:
    assert land.app.limits.take(CLIENT, 10_000_000, land.app.now()) is None
    reply = ask(land, question())
    assert (reply.status_code, failure_of(reply)) == (429, "OQSR0010E")


def people(land: Country) -> None:
    """Beside Hanako: somebody who left, and two who share a number."""
    with land.app.db.transaction() as tx:
        insure(tx, 72, "見本太郎", "102")
        tx.execute(update(tables.coverages).where(tables.coverages.c.person_id == 72).values(lost_on=date(2026, 4, 1)))
        insure(tx, 73, "見本一郎", "103", branch="01")
        insure(tx, 74, "見本二郎", "103", branch="02")


CASES = [
    question(),
    question(LimitApplicationCertificateRelatedConsFlg="0", ArbitraryIdentifier="417_10"),
    question(InsuredIdentificationNumber="102"),
    question(InsuredIdentificationNumber="103"),
    question(InsuredIdentificationNumber="103", InsuredBranchNumber="02"),
    question(InsuredIdentificationNumber="999"),
    question(InsurerNumber="  138057"),
    question(InsurerNumber="39131156"),
    question(Birthdate="19800230"),
    question(Birthdate=None),
    question(InsuredIdentificationNumber=""),
    question(on="20191231"),
]


def test_every_answer_is_the_one_of_the_files(land: Country, tmp_path: Path) -> None:
    """The same questions through the folder of the linking agent, whose answers are XML."""
    people(land)
    # The agent goes by the clock of the machine.
    land.clock.moment = wall_clock()
    agent = AgentDesk(land, tmp_path / "oqs")
    kinds = set()
    for place, document in enumerate(CASES):
        message = document["XmlMsg"]
        agent.put(
            f"OQSsiquc01req_{place:03}.xml", xml_of("OQSsiquc01req", message["MessageHeader"], message["MessageBody"])
        )
    agent.agent().once()
    for place, document in enumerate(CASES):
        reply = ask(land, document)
        header_of(reply)
        by_json = oqs.of_json(reply.content, ANSWER)
        by_xml = agent.answer(f"OQSsiquc01res_{place:03}.xml", echoes=True)
        assert without_time(by_json.elements) == without_time(by_xml.elements)
        kinds.add((by_json.body["ProcessingResultStatus"], by_json.body.get("QualificationValidity")))
    assert kinds >= {("1", "1"), ("1", "2"), ("1", "4"), ("1", "5"), ("2", None)}


def without_time(elements: Any) -> Any:
    if isinstance(elements, dict):
        times = {"ProcessExecutionTime", "LimitApplicationCertificateRelatedConsTime"}
        return {name: without_time(value) for name, value in elements.items() if name not in times}
    return elements


def test_its_own_patient_number_is_told(land: Country) -> None:
    row = {"insurer_number": "06139992", "symbol": "見本", "number": "101", "reference_number": "000417"}
    kept = httpx.post(
        land.base + "/v1/reference-numbers", json={"registrations": [row]}, headers=land.bearer(), timeout=20
    )
    assert kept.status_code == 200, kept.text
    (result,) = body_of(ask(land, question()))["ResultList"]
    assert result["ResultOfQualificationConfirmation"]["ReferenceNumber"] == "000417"


# -- Whatever comes ----------------------------------------------------------------------------------------------------

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_NAMES = [
    *question()["XmlMsg"]["MessageBody"]["QualificationConfirmSearchInfo"],
    "InsuredBranchNumber",
    "ArbitraryIdentifier",
]


@pytest.fixture(scope="module")
def quiet(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Country, Front]]:
    """The server called directly, for many questions."""
    folder = tmp_path_factory.mktemp("webapi")
    path = folder / "onshi.sqlite"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    land = country(database, folder, rate=1_000_000, burst=1_000_000)
    opened = Front(asgi.create(land.app, pages=Starlette()))
    yield land, opened
    opened.close()
    database.close()


@given(
    changes=st.dictionaries(st.sampled_from(_NAMES), st.text(max_size=30) | _JSON, max_size=4),
    on=st.text(max_size=10) | st.just("20261102"),
    whole=st.none() | _JSON | st.binary(max_size=50),
    name=st.sampled_from(["userId", "password", "user"]),
)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_is_answered(
    quiet: tuple[Country, Front], changes: dict[str, Any], on: str, whole: Any, name: str
) -> None:
    land, front = quiet
    token = {"authorization": land.bearer()["Authorization"]}
    if isinstance(whole, bytes):
        content = whole
    else:
        document = question(on=on, **changes)
        content = json.dumps({"XmlMsg": whole} if whole is not None else document).encode()
    reply = front.post(SEARCH_PATH, content=content, headers=token)
    assert reply.status_code == 200
    header_of(reply)
    again = front.post(SEARCH_PATH, content=content)
    assert (again.status_code, failure_of(again)) == (401, "OQSR0017E")
    login = front.post(LOGIN_PATH, content=content if isinstance(whole, bytes) else json.dumps({name: whole}).encode())
    assert told(login)[:2] == (403, "terminal-certificate-missing")


# -- As the guide says -------------------------------------------------------------------------------------------------

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


def as_in_a_demo(app: App) -> None:
    """The clinic's software and terminal, as `onshi demo` makes them."""
    jwks = {"keys": [new_key(app.settings.data / KEYS / "demo-clinic.pem")]}
    app.run(
        lambda tx: access.register_client(
            tx, CLINIC, name="desk", jwks=jwks, scopes=["check"], at=app.now(), by="test", client_id=CLINIC_CLIENT
        )
    )
    prepare_terminal(app)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_guide_can_be_pasted(db: Database, tmp_path: Path, language: str) -> None:
    """The lines that ask are run as they stand, on the files of a demo."""
    page = (HOW_TO / f"json-web-api.{language}.md").read_text(encoding="utf-8")
    lines = "\n".join(re.findall(r"```sh\n(.*?)\n *```", page, re.DOTALL))
    here, data = tmp_path / "here", tmp_path / "data"
    (here / "var").mkdir(parents=True)
    (here / "var" / "demo").symlink_to(data)
    data.mkdir()
    with terminals(db, data, prepare=as_in_a_demo) as desk:
        shutil.copyfile(desk.server_certificate, here / "server.pem")
        script = lines.replace("https://localhost:8200", desk.base)
        done = subprocess.run(["bash", "-euc", script], cwd=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    message = msgspec.json.decode(done.stdout)["XmlMsg"]
    (result,) = message["MessageBody"]["ResultList"]
    assert (lines.count("curl "), script != lines) == (2, True)
    assert (message["MessageHeader"]["SegmentOfResult"], len(result)) == ("1", 1)
