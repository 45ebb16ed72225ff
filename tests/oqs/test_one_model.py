"""One model: asked over REST, as XML through the folders and on the page, the demo country tells the same facts; and
every kind of request comes back from it."""

import contextlib
import random
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from onshi import access, asgi, registry
from onshi.access import Limits, Party, PartyKind, Role, TokenDesk
from onshi.app import App, wall_clock
from onshi.cli.access_clients import token_form
from onshi.demo.accounts import new_key
from onshi.eligibility import AnswerKind, Asker
from onshi.interfaces import oqs, rest
from onshi.interfaces.oqs import Elements
from onshi.interfaces.oqs.agent import Agent, Clocks, Terms
from onshi.interfaces.oqs.agent.asking import question_of
from onshi.interfaces.oqs.agent.model import Request
from onshi.interfaces.oqs.agent.opening import opened
from onshi.interfaces.oqs.elements import group, groups, text, texts
from onshi.interfaces.webapi import SEARCH_PATH
from onshi.kernel import InsurerNumber, fold_number, half_kana, narrow, printed_insurer_number
from onshi.outside import Desk, ExchangeFolder, FileSigner
from onshi.web.formats import day as shown_day
from onshi.web.formats import printed_number
from onshi.web.serving import SESSION
from web.browse import Reader

from . import made
from .test_demo import INSTITUTION, Known, Row, known, search_info  # noqa: F401 - a fixture

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo-country")]

CLIENT = "one-model"
EACH = 3
EXAMPLES = Path(__file__).parents[2].parent / "shared" / "data" / "oqs-examples" / "req"
# What the small country has for sure; it may have others.
WANTED = {
    AnswerKind.IN_FORCE,
    AnswerKind.LOST,
    AnswerKind.LOST_OTHER_IN_FORCE,
    AnswerKind.NOT_REGISTERED,
    AnswerKind.UNDER_REVIEW,
}


@dataclass
class Ways:
    """The demo country behind its server, with a desk over REST, a folder and a page."""

    app: App
    desk: Desk
    root: Path
    page: Reader
    questions: dict[AnswerKind, list[Elements]]

    def agent(self) -> Agent:
        clocks = Clocks(wall_clock)
        return Agent(ExchangeFolder(self.root), Terms(INSTITUTION), lambda: _Open(self.desk), clocks)

    def day(self) -> str:
        return f"{self.app.today():%Y%m%d}"


class _Open:
    """The one connection of all, which an agent may not end."""

    def __init__(self, desk: Desk) -> None:
        self.post, self.get = desk.post, desk.get

    def close(self) -> None:
        """Stays open."""


@pytest.fixture(scope="module")
def ways(known: Known, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:  # noqa: F811 - the fixture
    folder = tmp_path_factory.mktemp("ways")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        app = _app(known.app, f"http://127.0.0.1:{listener.getsockname()[1]}")
        key = folder / "key.pem"
        _enrol(app, new_key(key))
        with _served(app, listener), _desk(app, key) as desk:
            page = Reader(app)
            opened = app.run(lambda tx: access.open_session(tx, "s-one-model", at=app.now()))
            page.cookies.set(SESSION, opened.token)
            page.get("/reception")
            yield Ways(app, desk, folder / "oqs", page, _questions(app, known))


def _app(built: App, base: str) -> App:
    """The country's app as a server has it: its own address, the real clock."""
    return App(
        settings=replace(built.settings, base_url=base, rate=1_000_000, burst=1_000_000),
        db=built.db,
        ring=built.ring,
        signer=built.signer,
        desk=TokenDesk(built.ring.public_jwks(), base),
        limits=Limits(rate=1_000_000, burst=1_000_000),
    )


def _enrol(app: App, jwk: dict[str, str]) -> None:
    _add_clinic(app, INSTITUTION, CLIENT, jwk)
    party = Party(PartyKind.INSTITUTION, INSTITUTION, "見本内科")
    with app.db.transaction() as tx:
        access.register_staff(
            tx,
            party.id,
            login="one-model",
            roles=[Role.RECEPTION],
            password=None,
            key=app.staff_key,
            at=app.now(),
            by="test",
            staff_id="s-one-model",
        )


def _add_clinic(app: App, code: str, client: str, jwk: dict[str, str]) -> None:
    """An institution and its software."""
    party = Party(PartyKind.INSTITUTION, code, "見本内科")
    with app.db.transaction() as tx:
        access.register_parties(tx, [party], by="test")
        access.register_client(
            tx,
            party.id,
            name="agent",
            jwks={"keys": [jwk]},
            scopes=["check", "check.bulk"],
            at=app.now(),
            by="test",
            client_id=client,
        )


@contextlib.contextmanager
def _served(app: App, listener: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(
        uvicorn.Config(asgi.create(app, pages=Starlette()), http=rest.CheckProtocol, log_config=None)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    for _ in range(200):
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(app.settings.base_url + "/readyz").status_code == 200:
                break
        time.sleep(0.05)
    yield
    server.should_exit = True
    thread.join(20)


def _desk(app: App, key: Path, client: str = CLIENT) -> Desk:
    signer = FileSigner(key)
    return Desk(
        app.settings.base_url,
        lambda address: token_form(client, signer, audience=address, at=wall_clock(), scope=None),
    )


def _search(row: Row, **changes: str) -> Elements:
    return {child.tag: child.text or "" for child in search_info(row, 1, **changes)}


def _questions(app: App, country: Known) -> dict[AnswerKind, list[Elements]]:
    """Some questions of each kind of answer, found by really asking about everybody."""
    searches = [_search(row) for row in country.told]
    searches += [_search(row, InsuredIdentificationNumber="1") for row in country.told[:200]]
    with app.db.transaction(reading=True) as tx:
        held = [row for row in registry.held_rows(tx, limit=5_000) if row.blocks]
    for one in held:
        content = {name: one.content.get(name) or "" for name in ("symbol", "number", "branch", "birth_on")}
        searches.append(
            {
                "InsurerNumber": printed_insurer_number(one.insurer).rjust(8),
                "InsuredCardSymbol": content["symbol"],
                "InsuredIdentificationNumber": content["number"],
                "InsuredBranchNumber": content["branch"],
                "Birthdate": content["birth_on"].replace("-", ""),
            }
        )
    header = {"QualificationConfirmationDate": f"{app.today():%Y%m%d}"}
    queries = [oqs.query_of(texts(one), header) for one in searches]
    found: dict[AnswerKind, list[Elements]] = {}
    asker = Asker(f"institution:{INSTITUTION}", INSTITUTION)
    for start in range(0, len(queries), 5_000):
        for search, checked in zip(searches[start:], app.check(queries[start : start + 5_000], asker), strict=False):
            found.setdefault(checked.answer.kind, []).append(search)
    found.setdefault(AnswerKind.UNDER_REVIEW, []).append(_put_in_doubt(app, found[AnswerKind.IN_FORCE].pop()))
    chance = random.Random(7)
    return {kind: chance.sample(some, min(EACH, len(some))) for kind, some in found.items()}


def _put_in_doubt(app: App, search: Elements) -> Elements:
    """Whoever this asks about is under review from now on: a link that a reviewer has suspended."""
    asked: Any = oqs.query_of(texts(search), {"QualificationConfirmationDate": f"{app.today():%Y%m%d}"}).asked
    key = registry.number_key(asked.insurer, asked.symbol, asked.number, asked.birth_on)
    with app.db.transaction() as tx:
        (found,) = registry.find_by_number(tx, [key])
        for sighting in found.sightings:
            registry.suspend_link(tx, asked.insurer, sighting.person.id, at=app.now())
    return search


def over_rest(ways: Ways, search: Elements) -> dict[str, Any]:
    query = oqs.query_of(texts(search), {"QualificationConfirmationDate": ways.day()})
    asked: Any = query.asked
    body = {
        "insurer_number": asked.insurer,
        "number": asked.number,
        "birth_on": asked.birth_on.isoformat(),
        "symbol": asked.symbol,
        "branch": asked.branch,
        "on": query.on.isoformat(),
        "limit_consent": True,
    }
    found: dict[str, Any] = msgspec.json.decode(ways.desk.post("/v1/checks", body))["answer"]
    return found


def as_xml(ways: Ways, search: Elements, name: str) -> oqs.Read:
    head: Elements = {"QualificationConfirmationDate": ways.day(), "MedicalInstitutionCode": INSTITUTION}
    asked: Elements = {**search, "LimitApplicationCertificateRelatedConsFlg": "1"}
    kind = oqs.message_kinds()["OQSsiquc01req"]
    data = oqs.write({"MessageHeader": head, "MessageBody": {"QualificationConfirmSearchInfo": asked}}, kind)
    folder = ExchangeFolder(ways.root)
    (folder.requests / f"OQSsiquc01req_{name}.xml").write_bytes(data)
    assert ways.agent().once() == 1
    answer = oqs.message_kinds()["OQSsiquc01res"]
    found = oqs.read((ways.root / "res" / f"OQSsiquc01res_{name}.xml").read_bytes(), answer)
    assert oqs.faults_of(found, answer) == []
    return found


def told_by_xml(found: oqs.Read) -> dict[str, str | None]:
    """The facts under names of our own, out of the elements."""
    result = texts(group(group(found.body, "ResultList"), "ResultOfQualificationConfirmation"))
    limit = group(group(group(found.body, "ResultList"), "ResultOfQualificationConfirmation"), _LIMIT)
    names = {
        "name": "Name",
        "kana": "NameKana",
        "birth": "Birthdate",
        "sex": "Sex1",
        "address": "Address",
        "insurer": "InsurerNumber",
        "insurer_name": "InsurerName",
        "symbol": "InsuredCardSymbol",
        "number": "InsuredIdentificationNumber",
        "branch": "InsuredBranchNumber",
        "relation": "PersonalFamilyClassification",
        "class": "InsuredCardClassification",
        "acquired": "QualificationDate",
        "lost": "DisqualificationDate",
        "loss_reason": "ReasonOfLoss",
    }
    told: dict[str, str | None] = {ours: result.get(theirs) for ours, theirs in names.items()}
    return {
        "validity": text(found.body, "QualificationValidity"),
        **told,
        "limit": text(limit, "LimitApplicationCertificateClassificationFlag") or None,
    }


_LIMIT = "LimitApplicationCertificateRelatedInfo"


def told_by_rest(answer: dict[str, Any]) -> dict[str, str | None]:
    """The same facts out of the JSON of REST, in the forms of the interface."""
    person, coverage = answer.get("person") or {}, answer.get("coverage") or {}

    def day(value: str | None) -> str | None:
        return None if value is None else value.replace("-", "")

    insurer = coverage.get("insurer_number")
    return {
        "validity": answer["validity"],
        "name": person.get("name"),
        "kana": half_kana(person["kana"]) if person else None,
        "birth": day(person.get("birth_on")),
        "sex": person.get("sex"),
        "address": person.get("address"),
        "insurer": None if insurer is None else printed_insurer_number(InsurerNumber(insurer)).rjust(8),
        "insurer_name": coverage.get("insurer_name"),
        "symbol": coverage.get("symbol"),
        "number": coverage.get("number"),
        "branch": coverage.get("branch"),
        "relation": coverage.get("relation"),
        "class": coverage.get("card_class"),
        "acquired": day(coverage.get("acquired_on")),
        "lost": day(coverage.get("lost_on")),
        "loss_reason": coverage.get("loss_reason"),
        "limit": (coverage.get("limit") or {}).get("category"),
    }


def test_the_country_has_every_kind_that_is_asked_about(ways: Ways) -> None:
    assert ways.questions.keys() >= WANTED


def test_rest_and_xml_tell_the_same_facts(ways: Ways) -> None:
    for kind, searches in ways.questions.items():
        for place, search in enumerate(searches):
            answer = over_rest(ways, search)
            found = as_xml(ways, search, f"{kind.value}-{place}".replace("_", "-"))
            assert answer["kind"] == kind
            assert told_by_xml(found) == told_by_rest(answer), kind
            is_reason = kind in {AnswerKind.UNDER_REVIEW, AnswerKind.CANNOT_TELL, AnswerKind.NOT_YET_LOADED}
            assert bool(text(found.body, "ProcessingResultCode")) is is_reason


def as_national_json(ways: Ways, search: Elements, token: str) -> oqs.Read:
    """The same question over the JSON web API, read by the table of its message."""
    head = {"QualificationConfirmationDate": ways.day(), "MedicalInstitutionCode": INSTITUTION}
    asked = {**search, "LimitApplicationCertificateRelatedConsFlg": "1"}
    body = {"XmlMsg": {"MessageHeader": head, "MessageBody": {"QualificationConfirmSearchInfo": asked}}}
    reply = httpx.post(ways.app.settings.base_url + SEARCH_PATH, json=body, headers={"Authorization": token})
    assert reply.status_code == 200, reply.text
    return oqs.of_json(reply.content, oqs.message_kinds()["OQSsiquc01res"])


def test_the_json_web_api_says_what_the_xml_says(ways: Ways) -> None:
    app = ways.app
    with app.db.transaction() as tx:
        granted = access.grant(tx, CLIENT, at=app.now(), issuer=app.settings.base_url, signer=app.signer)
    for kind, searches in ways.questions.items():
        for place, search in enumerate(searches):
            xml = as_xml(ways, search, f"json-{kind.value}-{place}".replace("_", "-"))
            found = as_national_json(ways, search, granted.token)
            assert _timeless(found.body) == _timeless(xml.body), kind
            assert told_by_xml(found) == told_by_rest(over_rest(ways, search)), kind


def _timeless(elements: Elements) -> dict[str, Any]:
    """All of it without the moment of asking."""
    return {
        name: _timeless(value) if isinstance(value, dict) else value
        for name, value in elements.items()
        if not name.endswith("ConsTime")
    }


def test_the_page_tells_them_too(ways: Ways) -> None:
    for kind, searches in ways.questions.items():
        for search in searches:
            answer = over_rest(ways, search)
            fields = {
                "insurer": text(search, "InsurerNumber").strip(),
                "symbol": text(search, "InsuredCardSymbol"),
                "number": text(search, "InsuredIdentificationNumber"),
                "branch": text(search, "InsuredBranchNumber"),
                "birth": text(search, "Birthdate"),
            }
            ways.page.get("/reception")
            ways.page.post("/reception/check", limit_consent="1", **fields)
            said = ways.page.text
            person, coverage = answer.get("person"), answer.get("coverage")
            if person is None or coverage is None:
                assert text(search, "InsuredIdentificationNumber") in said
                continue
            number = printed_number(coverage.get("symbol"), coverage["number"], coverage.get("branch"))
            days = [str(coverage[name]) for name in ("acquired_on", "lost_on") if name in coverage]
            wanted = [person["name"], person["kana"], coverage["insurer_name"], number, person.get("address") or ""]
            assert [one for one in wanted if one.replace("　", " ") not in said.replace("　", " ")] == [], kind
            assert [one for one in days if _day(one) not in said] == [], kind


def _day(value: str) -> str:
    return shown_day(date.fromisoformat(value), "ja")


def every_request(ways: Ways) -> dict[str, bytes]:
    """One request of each kind, about somebody of the country, by the name of its file."""
    (search, *_) = ways.questions[AnswerKind.IN_FORCE]
    insured = {name: search[name] for name in ("InsurerNumber", "InsuredIdentificationNumber")}
    for name in ("InsuredCardSymbol", "InsuredBranchNumber"):
        if text(search, name):
            insured[name] = search[name]
    other: Elements = {
        "InsurerNumber": search["InsurerNumber"],
        "InsuranceCardSymbol": text(search, "InsuredCardSymbol"),
        "InsuredPersonIdentificationNumber": search["InsuredIdentificationNumber"],
        "BranchNumber": text(search, "InsuredBranchNumber"),
    }
    info: Elements = {"ReferenceNumber": "000417", **insured}
    day: Elements = {"QualificationConfirmationDate": ways.day()}
    bodies: dict[str, tuple[Elements, Elements]] = {
        "OQSsiquc01req": (day, {"QualificationConfirmSearchInfo": search}),
        "OQSmuquc01req": (day, {"QualificationConfirmSearchInfo": [search, search]}),
        "OQSmuquc02req": ({}, {"ReceptionNumber": "R0000000000000001"}),
        "OQSsiimm01req": ({}, {"ReferenceNumberRegistrationInfo": info}),
        "OQSmuimm01req": ({}, {"ReferenceNumberRegistrationInfo": [info]}),
        "OQSmuhvq01req": (
            {},
            {
                "QualificationConfirmSearchInfo": {
                    "ConsentDateFrom": ways.day(),
                    "ConsentDateTo": ways.day(),
                    "MedicalTreatmentFlag": "2",
                }
            },
        ),
        "OQSmuonq01req": (
            {},
            {
                "QualificationConfirmSearchInfo": {
                    "ExaminationDateFrom": ways.day(),
                    "ExaminationDateTo": ways.day(),
                    "MedicalTreatmentFlag": "3",
                }
            },
        ),
        "OQSmutic01req": ({}, {"QualificationConfirmSearchInfo": {"MedicalTreatmentMonth": ways.day()[:6]}}),
        "YZKsiquc01req": (other, {"StartDate": "202501", "EndDate": "202601", "FileCategory": "4"}),
        "TKKsiquc01req": (other, {"FileCategory": "2", "PrDiInfClassification": "1", "MedicalTreatmentFlag": "1"}),
    }
    encodings = (oqs.Encoding.UTF_8, oqs.Encoding.SHIFT_JIS)
    return {
        f"{prefix}_{encoding.name}.xml": oqs.write(
            {
                "MessageHeader": {"MedicalInstitutionCode": INSTITUTION, "ArbitraryFileIdentifier": "x=", **head},
                "MessageBody": body,
            }
            if prefix != "OQSmuquc02req"
            else {"MessageHeader": {"MedicalInstitutionCode": INSTITUTION}, "MessageBody": body},
            oqs.message_kinds()[prefix],
            encoding,
        )
        for prefix, (head, body) in bodies.items()
        for encoding in encodings
    }


def answered(ways: Ways, requests: dict[str, bytes]) -> dict[str, bytes]:
    """What comes back, by name; nothing else is left behind."""
    folder = ExchangeFolder(ways.root)
    for path in (ways.root / "res").iterdir():
        path.unlink()
    for name, data in requests.items():
        (folder.requests / name).write_bytes(data)
    ways.agent().once()
    assert list(folder.requests.iterdir()) == list((ways.root / "agent" / "taken").iterdir()) == []
    return {path.name: path.read_bytes() for path in (ways.root / "res").iterdir()}


def test_every_kind_of_request_comes_back_and_agrees_with_its_table(ways: Ways) -> None:
    requests = every_request(ways)
    found = answered(ways, requests)
    assert found.keys() == {name.replace("req_", "res_") for name in requests}
    for name, data in found.items():
        kind = oqs.message_kinds()[name.split("_")[0]]
        read = oqs.read(data, kind)
        assert oqs.faults_of(read, kind) == [], name
        assert text(read.header, "ArbitraryFileIdentifier") in ("x=", "") and read.header, name


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the examples of the facts are beside the project, not in it")
def test_every_example_of_the_facts_comes_back_and_agrees_with_its_table(ways: Ways, tmp_path: Path) -> None:
    """The files as they are, at the institution they name; whom they ask about lives in no demo country."""
    code, client, key = "1319999999", "of-the-examples", tmp_path / "key.pem"
    _add_clinic(ways.app, code, client, new_key(key))
    folder = ExchangeFolder(tmp_path / "oqs")
    names = sorted(path.name for path in EXAMPLES.glob("*.xml"))
    for name in names:
        (folder.requests / name).write_bytes((EXAMPLES / name).read_bytes())
    agent = Agent(folder, Terms(code), lambda: _desk(ways.app, key, client), Clocks(wall_clock))
    assert agent.once() == len(names) > 8
    found = {path.name: path.read_bytes() for path in (tmp_path / "oqs" / "res").iterdir()}
    assert found.keys() == {name.replace("req_", "res_") for name in names}
    for name, data in found.items():
        kind = oqs.message_kinds()[name.split("_")[0]]
        assert oqs.faults_of(oqs.read(data, kind), kind) == [], name


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_request_of_the_grammar_is_answered_or_refused_with_a_code(ways: Ways, data: st.DataObject) -> None:
    prefix = data.draw(st.sampled_from([name for name, one in oqs.message_kinds().items() if one.is_request]))
    kind = oqs.message_kinds()[prefix]
    elements = data.draw(made.messages(kind))
    if data.draw(st.booleans()):
        elements["MessageHeader"]["MedicalInstitutionCode"] = INSTITUTION  # type: ignore[index, call-overload]
    found = answered(ways, {f"{prefix}_g.xml": oqs.write(elements, kind)})
    assert found.keys() <= {f"{kind.answer}_g.xml", f"{kind.answer}_g.pdf"}
    assert len(found) == 1
    for name, content in found.items():
        if name.endswith(".xml"):
            read = oqs.read(content, oqs.message_kinds()[kind.answer])
            told = texts(read.header) | texts(read.body)
            units = groups(read.body, "BulkConfirmUnit") + groups(read.body, "BulkRegistrationUnit")
            says = {"SegmentOfResult", "ResultCode", "ReceptionNumber", "ProcessingResultStatus"}
            assert told.keys() & says or units, name


def test_every_byte_of_every_request_may_be_wrong(ways: Ways) -> None:
    """Each byte of each example left out, and changed in two ways: it is read, refused with a code, or given back, and
    what is asked then is what stands there."""
    terms, at = Terms(INSTITUTION), wall_clock()
    for name, data in every_request(ways).items():
        named = oqs.parse_request_name(name)
        assert named is not None
        for place in range(len(data)):
            for piece in (b"", bytes([data[place] ^ 1]), bytes([data[place] ^ 0x80])):
                found = opened(named, data[:place] + piece + data[place + 1 :], terms, at=at)
                if not isinstance(found, Request):
                    assert found, name
                elif named.prefix == "OQSsiquc01req":
                    search = group(found.body, "QualificationConfirmSearchInfo")
                    asked = question_of(search, found.header)
                    if isinstance(asked, dict):
                        assert asked["birth_on"].replace("-", "") == narrow(text(search, "Birthdate"))
                        assert fold_number(asked["number"]) == fold_number(text(search, "InsuredIdentificationNumber"))


def test_no_change_of_an_example_answers_for_another_person(ways: Ways) -> None:
    """Every request with a byte changed here and there: whoever is named in an answer is whom it asked about."""
    chance = random.Random(11)
    (search, *_) = ways.questions[AnswerKind.IN_FORCE]
    whose = text(search, "Birthdate")
    for round_ in range(6):
        requests = {}
        for place, (name, data) in enumerate(every_request(ways).items()):
            for turn in range(4):
                at, byte = chance.randrange(len(data)), chance.randrange(256)
                piece = [bytes([byte]), b"", bytes([byte]) + data[at : at + 1]][chance.randrange(3)]
                prefix = name.split("_")[0]
                requests[f"{prefix}_m{round_}-{place}-{turn}.xml"] = data[:at] + piece + data[at + 1 :]
        found = answered(ways, requests)
        assert {name.split("_", 1)[1].rpartition(".")[0] for name in found} == {
            name.split("_", 1)[1].rpartition(".")[0] for name in requests
        }
        for name, content in found.items():
            if "res_" in name and name.endswith(".xml"):
                _is_about(name, content, requests[name.replace("res_", "req_")], whose)


def _is_about(name: str, content: bytes, asked: bytes, whose: str) -> None:
    kind = oqs.message_kinds()[name.split("_")[0]]
    result = group(group(oqs.read(content, kind).body, "ResultList"), "ResultOfQualificationConfirmation")
    if not result:
        return
    request = oqs.read(asked, oqs.message_kinds()[name.split("_")[0].replace("res", "req")])
    search = group(request.body, "QualificationConfirmSearchInfo")
    assert text(result, "Birthdate") == text(search, "Birthdate").strip() == whose
    assert int(text(result, "InsurerNumber")) == int(text(search, "InsurerNumber"))
