"""`--json` on every command: one document on stdout and nothing else, of the shape that REST gives."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette

from cards.make import CITY_HALL, form_in
from chip.make import usual_card
from onshi import asgi
from onshi.cli.main import commands
from onshi.db import Database
from onshi.demo.accounts import new_key
from onshi.outside import CardFile, portrait_of
from rest.make import CLINIC, FORM, HANAKO, INSURER, NOBODY, Clock, Country, Front, country, token_form
from web.country import CLINIC as WEB_CLINIC
from web.country import SOCIETY, csv_of, row

from .run import Run, runner
from .test_check import IN_FORCE, ON
from .test_commands import held_row

# Commands without `--json`, each with the reason.
WITHOUT_JSON = {
    "serve": "runs until it is stopped, and prints nothing",
    "cards virtual run": "runs until it is stopped, and says only that the card is in",
}


# What needs a card reader, a server beside it or somebody's registration is shown where those are.
ELSEWHERE = {
    "surveys list": "tests/cli/test_surveys.py",
    "surveys xlsform": "tests/cli/test_surveys.py",
    "surveys import": "tests/cli/test_surveys.py",
    "surveys results": "tests/cli/test_surveys.py",
    "surveys remind": "tests/cli/test_surveys.py",
    "tallies record": "tests/cli/test_tallies.py",
    "tallies take": "tests/cli/test_tallies.py",
    "tallies share": "tests/cli/test_tallies.py",
    "tallies show": "tests/cli/test_tallies.py",
    "tallies delays": "tests/cli/test_tallies.py",
    "registry decide-enrolment": "tests/cli/test_enrolments.py",
    "registry withdraw": "tests/cli/test_enrolments.py",
    "reader list": "tests/cards_middleware/test_reader.py",
    "reader check": "tests/rest/test_reader_command.py",
    "reader register": "tests/rest/test_reader_command.py",
    "cards hand-over": "tests/rest/test_hand_over_command.py",
    **dict.fromkeys(
        (f"facilities {one}" for one in ("status", "steps", "stuck", "subsidy", "describe", "import", "test")),
        "tests/cli/test_facilities.py",
    ),
    **dict.fromkeys(
        (
            f"outreach {one}"
            for one in ("catalogue", "plans", "reports", "late", "practices", "campaigns", "impressions")
        ),
        "tests/cli/test_outreach.py",
    ),
    "oqs agent": "tests/rest/agent/test_agent_command.py",
    "oqs history": "tests/rest/agent/test_agent_command.py",
    "oqs status": "tests/rest/agent/test_agent_command.py",
    "oqs sandbox make": "tests/journeys/test_vendor_sandbox.py",
    "oqs sandbox watch": "tests/rest/agent/test_sandbox_command.py",
    "oqs sandbox judge": "tests/rest/agent/test_sandbox_command.py",
    **{
        f"plans {name}": "tests/cli/test_plans.py"
        for name in ("check", "compile", "export", "import", "late", "template")
    },
}


def leaves(command: Any = None, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every command of the tree, by its name without `onshi`."""
    here = typer.main.get_command(commands()) if command is None else command
    children = getattr(here, "commands", None)
    if children is None:
        yield name, here
        return
    for child in children:
        yield from leaves(children[child], f"{name} {child}".strip())


def options_of(command: Any) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts}


def test_every_command_speaks_json() -> None:
    without = {name for name, command in leaves() if "--json" not in options_of(command)}
    assert without == set(WITHOUT_JSON), "give the command `as_json: AsJson`, or name it here with a reason"


def test_every_command_speaks_both_languages() -> None:
    assert [name for name, command in leaves() if "--lang" not in options_of(command)] == []


class Stage:
    """The small country of the pages' tests with something in it for every command."""

    def __init__(self, onshi: Run, folder: Path) -> None:
        self.onshi = onshi
        self.folder = folder

    def document(self, *words: str) -> Any:
        """What a command prints, which has to be one document."""
        return json.loads(self.onshi(*words, "--json").out)

    def file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def keys(self) -> str:
        return self.file("keys.json", json.dumps({"keys": [new_key(self.folder / "clinic.pem")]}))

    def client(self) -> str:
        words = ("access", "add-client", WEB_CLINIC.id, "--name", "desk", "--keys", self.keys())
        return str(self.document(*words)["client_id"])

    def held(self) -> str:
        return held_row(self.onshi, self.folder)

    def card(self) -> str:
        path = self.folder / "card.json"
        CardFile.create(path, usual_card())
        return str(path)

    def wish(self) -> tuple[str, ...]:
        photo = self.folder / "photo.jpg"
        photo.write_bytes(portrait_of(4))
        return form_in(self.folder / "data"), "--method", "at_handover", "--photo", str(photo)

    def paper(self) -> tuple[str, ...]:
        (made, *_) = self.document("registry", "papers", "issue", SOCIETY, "--month", "2024-12")
        return SOCIETY, str(made["person"]), str(made["paper"])

    def notice(self) -> tuple[str, ...]:
        self.document("access", "add-party", "ministry", "health", "--name", "医療保険省")
        given = ("--number", "府番第1号", "--subject", "見本の通知", "--tree", "local-government", "--depth", "2")
        return "--sender", "ministry:health", *given

    def request(self) -> str:
        (sent,) = self.document("requests", "send", *self.notice())
        return str(sent["request"])

    def passed_on(self) -> tuple[str, ...]:
        request = self.request()
        self.document("requests", "acknowledge", request, "--by", "prefecture:13")
        return request, "--by", "prefecture:13", "--to", "municipality:131016"

    def bodies(self) -> tuple[str, ...]:
        self.notice()
        file = self.file("bodies.csv", "node,parent,name\nministry:health,,省\ngroup:all,ministry:health,団体\n")
        return file, "--owner", "ministry:health", "--code", "ours", "--since", "2020-01-01", "--name", "団体"

    def application(self) -> str:
        return str(self.document("cards", "apply", *self.wish())["application"])

    def authority(self, purpose: str) -> str:
        """The short name of a new one."""
        name = f"{purpose.upper()}-CA"
        self.document("cards", "ca", "found", name, "--purpose", purpose)
        return name

    def terminal(self) -> tuple[str, ...]:
        key = ec.generate_private_key(ec.SECP256R1()).public_key()
        pem = self.file("terminal.pem", key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        options = {
            "--authority": self.authority("terminal"),
            "--party": WEB_CLINIC.id,
            "--public-key": pem,
            "--expires": "2030-03-31",
            "--out": str(self.folder / "terminal.certificate"),
        }
        return "FACE-0001", *(word for option in options.items() for word in option)

    def browser_terminal(self) -> tuple[str, ...]:
        """An institution's software with the authority that certifies its terminals."""
        self.document("oqs", "terminal-ca", "found")
        options = {"--out": str(self.folder / "desk.p12"), "--password-file": self.file("password", "secret\n")}
        return self.client(), *(word for option in options.items() for word in option)

    def feed(self) -> str:
        return str(self.document("registry", "feeds")[0]["feed"])

    def new_feed(self) -> str:
        return self.file("feed.csv", csv_of([row(number="901", name="新　入子", name_kana="シン　イリコ")]))

    def questions(self) -> str:
        return self.file(
            "asked.jsonl", json.dumps({"insurer_number": SOCIETY, "number": "9", "birth_on": "1990-01-01"})
        )

    def check_id(self) -> str:
        return str(self.document("check", *IN_FORCE, *ON)["check_id"])

    def answer(self) -> str:
        return self.file("answer.json", self.onshi("check", *IN_FORCE, *ON, "--json").out)


Words = Callable[[Stage], tuple[str, ...]]
# Every command of the tree, as it is really used, and how it ends.
EXAMPLES: dict[str, tuple[Words, int]] = {
    "check": (lambda stage: (*IN_FORCE, *ON), 0),
    "demo": (lambda stage: ("--no-serve", "--scale", "1/1000000"), 0),
    "settings": (lambda stage: (), 0),
    "registry load": (lambda stage: (stage.new_feed(), "--insurer", SOCIETY, "--mode", "daily"), 0),
    "registry feeds": (lambda stage: (), 0),
    "registry findings": (lambda stage: (stage.feed(), "--csv", str(stage.folder / "found.csv")), 0),
    "registry template": (lambda stage: ("--out", str(stage.folder / "empty.csv")), 0),
    "registry insurers": (lambda stage: (), 0),
    "registry add-insurer": (lambda stage: (SOCIETY, "--name", "改名健康保険組合", "--opened-on", "H20.4.1"), 0),
    "registry overlaps": (lambda stage: (SOCIETY, "--month", "2026-10"), 0),
    "registry papers list": (lambda stage: (SOCIETY, "--month", "2024-12"), 0),
    "registry papers of": (lambda stage: (stage.paper()[1],), 0),
    "registry papers issue": (lambda stage: (SOCIETY, "--month", "2024-12"), 0),
    "registry papers return": (lambda stage: stage.paper(), 0),
    "registry papers lapse": (lambda stage: (SOCIETY,), 0),
    "registry people": (lambda stage: ("無名",), 1),
    "registry enrolments": (lambda stage: (), 0),
    "registry review list": (lambda stage: (), 0),
    "registry review show": (lambda stage: (stage.held(),), 0),
    "registry review accept": (lambda stage: (stage.held(),), 0),
    "registry review reject": (lambda stage: (stage.held(),), 0),
    "audit verify": (lambda stage: (), 0),
    "audit seal": (lambda stage: (), 0),
    "audit head": (lambda stage: (), 0),
    "audit show": (lambda stage: (stage.check_id(),), 0),
    "proof verify": (lambda stage: (stage.answer(),), 0),
    "keys list": (lambda stage: (), 0),
    "keys rotate": (lambda stage: (), 0),
    "keys export": (lambda stage: (), 0),
    "cards apply": (lambda stage: stage.wish(), 0),
    "cards show": (lambda stage: (stage.application(),), 0),
    "cards step": (lambda stage: (stage.application(), "order"), 0),
    "cards mailings": (lambda stage: (), 0),
    "cards stages": (lambda stage: ("--from", "2026-04", "--to", "2026-11"), 0),
    "cards running-out": (lambda stage: (CITY_HALL,), 0),
    "cards renewals": (lambda stage: (CITY_HALL,), 0),
    "cards ca found": (lambda stage: ("NEW-CA", "--purpose", "signature"), 0),
    "cards ca list": (lambda stage: (), 0),
    "cards ca responder": (lambda stage: (stage.authority("authentication"),), 0),
    "cards ca crl": (lambda stage: (stage.authority("authentication"), "--partition", CITY_HALL), 0),
    "cards ca terminal": (lambda stage: stage.terminal(), 0),
    "cards virtual show": (lambda stage: (stage.card(),), 0),
    "programme status": (lambda stage: ("--on", "令和2年8月1日"), 0),
    "programme papers": (lambda stage: ("--on", "令和元年9月3日"), 0),
    "programme servants": (lambda stage: ("--on", "2020-03-31"), 0),
    "programme report": (lambda stage: ("--month", "2020-07", "--out", str(stage.folder / "july.pdf")), 0),
    "programme rollup": (lambda stage: (), 0),
    "requests list": (lambda stage: (), 0),
    "requests send": (lambda stage: stage.notice(), 0),
    "requests acknowledge": (lambda stage: (stage.request(), "--by", "prefecture:13"), 0),
    "requests pass-on": (lambda stage: stage.passed_on(), 0),
    "requests reach": (lambda stage: (stage.request(),), 0),
    "requests late": (lambda stage: (stage.request(),), 0),
    "requests import-tree": (lambda stage: stage.bodies(), 0),
    "requests loans": (lambda stage: (f"insurer:{SOCIETY}",), 0),
    "access parties": (lambda stage: (), 0),
    "access add-party": (lambda stage: ("vendor", "maker", "--name", "見本ソフト"), 0),
    "access clients": (lambda stage: (WEB_CLINIC.id,), 0),
    "access add-client": (lambda stage: (WEB_CLINIC.id, "--name", "desk", "--keys", stage.keys()), 0),
    "access disable-client": (lambda stage: (stage.client(),), 0),
    "access token": (lambda stage: ("--client", stage.client(), "--key", str(stage.folder / "clinic.pem")), 0),
    "access staff": (lambda stage: (WEB_CLINIC.id,), 0),
    "access add-staff": (lambda stage: (WEB_CLINIC.id, "new-desk", "--role", "reception"), 0),
    "access disable-staff": (lambda stage: ("s-demo-reception",), 0),
    "oqs terminal-ca found": (lambda stage: (), 0),
    "oqs certify": (lambda stage: stage.browser_terminal(), 0),
}


def test_every_command_has_an_example() -> None:
    assert {name for name, _ in leaves()} == set(EXAMPLES) | set(WITHOUT_JSON) | set(ELSEWHERE)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "demo"])
def test_one_document_and_nothing_else(onshi: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    words, code = EXAMPLES[name]
    given = words(Stage(onshi, tmp_path))
    if name == "access add-staff":
        monkeypatch.setenv("ONSHI_NEW_PASSWORD", "correct horse battery")
    said = onshi(*name.split(), *given, "--json")
    assert (said.code, said.err, said.out.count("\n")) == (code, "", 1)
    json.loads(said.out)


@pytest.mark.slow
def test_a_demo_is_one_document_too(onshi_on_nothing: Run, tmp_path: Path) -> None:
    words, code = EXAMPLES["demo"]
    said = onshi_on_nothing("demo", *words(Stage(onshi_on_nothing, tmp_path)), "--json")
    told = json.loads(said.out)
    assert (said.code, said.out.count("\n"), told["whole"], len(told["examples"]) > 1) == (code, 1, 1_000_000, True)


def test_what_is_changed_is_told_as_it_is_listed(onshi: Run, tmp_path: Path) -> None:
    stage = Stage(onshi, tmp_path)
    added = stage.document("access", "add-client", WEB_CLINIC.id, "--name", "desk", "--keys", stage.keys())
    assert stage.document("access", "clients", WEB_CLINIC.id) == [added]
    disabled = stage.document("access", "disable-client", added["client_id"])
    assert stage.document("access", "clients", WEB_CLINIC.id) == [disabled]
    assert disabled["disabled_at"] is not None
    closed = stage.document("access", "disable-staff", "s-demo-reception")
    assert closed in stage.document("access", "staff", WEB_CLINIC.id)
    party = stage.document("access", "add-party", "vendor", "maker", "--name", "見本ソフト")
    assert stage.document("access", "parties", "--kind", "vendor") == [party]
    loaded = stage.document("registry", "load", stage.new_feed(), "--insurer", SOCIETY, "--mode", "daily")
    assert {**stage.document("registry", "feeds")[0], "was_done": False, "dry_run": False} == loaded
    kid = stage.document("keys", "rotate")["kid"]
    assert stage.document("keys", "list")[-1]["kid"] == kid


def test_numbers_that_a_script_would_round_are_texts(onshi: Run, tmp_path: Path) -> None:
    """Ids have up to 63 bits; readers of JSON that know only doubles keep 53."""
    stage = Stage(onshi, tmp_path)
    stage.held()
    (held,) = stage.document("registry", "review", "list")
    assert (type(held["held"]), type(held["feed"]), type(stage.feed())) == (str, str, str)


def test_a_rehearsal_reports_every_finding(onshi: Run, tmp_path: Path) -> None:
    stage = Stage(onshi, tmp_path)
    file = stage.file("feed.csv", csv_of([row(number=str(number), birth_on="x") for number in range(150)]))
    command = ("registry", "load", file, "--insurer", SOCIETY, "--mode", "daily")
    rehearsed = stage.document(*command, "--dry-run")["findings"]
    feed = stage.document(*command)["feed"]
    assert rehearsed == stage.document("registry", "findings", feed, "--limit", "1000")
    assert len(rehearsed) == 150


# -- The same on both interfaces ---------------------------------------------------------------------------------------


@pytest.fixture
def land(db: Database, tmp_path: Path) -> Country:
    """The cast of the REST tests; the command line goes by the clock of the machine, and so does REST here."""
    return country(db, tmp_path / "data", clock=Clock(time.time_ns() // 1_000))


@pytest.fixture
def front(land: Country) -> Iterator[Front]:
    opened = Front(asgi.create(land.app, pages=Starlette()))
    yield opened
    opened.close()


@pytest.fixture
def said(land: Country, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """`onshi …` on the database that the server has."""
    run = runner(land.app.settings.data, monkeypatch, capfdbinary)
    monkeypatch.setenv("ONSHI_DATABASE", land.app.settings.database)
    monkeypatch.setenv("ONSHI_BASE_URL", land.base)
    return run


def words_of(question: dict[str, str]) -> tuple[str, ...]:
    names = {"insurer_number": "insurer", "birth_on": "birth"}
    return tuple(word for name, value in question.items() for word in (f"--{names.get(name, name)}", value))


def without_names(told: dict[str, Any]) -> dict[str, Any]:
    """An answer without what is another one for every check, but with the names of what was there."""
    if "answer" not in told:
        return told
    return {**told, "check_id": type(told["check_id"]), "proof": sorted(told["proof"])}


@pytest.mark.parametrize("question", [HANAKO, NOBODY])
def test_a_check_is_told_as_rest_tells_it(said: Run, front: Front, land: Country, question: dict[str, str]) -> None:
    by_rest = front.post("/v1/checks", json={**question, "on": "2026-11-02"}, headers=land.bearer()).json()
    by_hand = json.loads(said("check", *words_of(question), *ON, "--json").out)
    assert without_names(by_hand) == without_names(by_rest)


def test_rows_of_a_file_are_told_as_rest_tells_them(said: Run, front: Front, land: Country, tmp_path: Path) -> None:
    asked = [
        {**HANAKO, "reference": "one"},
        {**NOBODY, "reference": "two", "birth_on": "someday"},
        {**NOBODY, "nonsense": 1},
        NOBODY,
    ]
    file = tmp_path / "asked.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in asked), encoding="utf-8")
    by_hand = said("check", "--file", str(file), "--json")
    results = [json.loads(line) for line in by_hand.out.splitlines()]
    by_rest = front.post("/v1/checks/bulk", json={"checks": asked}, headers=land.bearer()).json()["results"]
    assert (by_hand.code, [one.pop("row", None) for one in results]) == (3, [None, 2, 3, None])
    assert list(map(without_names, results)) == list(map(without_names, by_rest))


def test_insurers_are_told_as_rest_tells_them(said: Run, front: Front) -> None:
    assert json.loads(said("registry", "insurers", "--json").out) == front.get("/v1/insurers").json()
    put = json.loads(said("registry", "add-insurer", INSURER, "--name", "改名組合", "--prefecture", "13", "--json").out)
    assert put == front.get(f"/v1/insurers/{INSURER}").json()


def test_keys_are_told_as_rest_tells_them(said: Run, front: Front) -> None:
    assert json.loads(said("keys", "export", "--json").out) == front.get("/.well-known/jwks.json").json()


def test_a_note_of_a_check_holds_what_rest_tells(said: Run, front: Front, land: Country) -> None:
    bearer = land.bearer()
    check_id = front.post("/v1/checks", json=HANAKO, headers=bearer).json()["check_id"]
    note = front.get(f"/v1/checks/{check_id}", headers=bearer).json()
    shown = json.loads(said("audit", "show", check_id, "--json").out)
    assert {name: shown[name] for name in note} == note


def test_a_verdict_is_told_as_rest_tells_it(said: Run, front: Front, land: Country, tmp_path: Path) -> None:
    answer = front.post("/v1/checks", json=HANAKO, headers=land.bearer()).text
    for name, text in (("good", answer), ("forged", answer.replace("in_force", "lost")), ("nonsense", "{}")):
        file = tmp_path / f"{name}.json"
        file.write_text(text, encoding="utf-8")
        # REST takes the two members a proof speaks of; the command line also takes a whole reply.
        document = {name: part for name, part in json.loads(text).items() if name in ("answer", "proof")}
        by_rest = front.post("/v1/proofs/verify", json=document).json()
        assert json.loads(said("proof", "verify", str(file), "--json").out) == by_rest


def test_a_token_is_told_as_rest_tells_it(said: Run, front: Front, land: Country, tmp_path: Path) -> None:
    form = token_form(land.assertion())
    by_rest = front.post("/oauth2/token", data=form, headers={"content-type": FORM}).json()
    key, keys = tmp_path / "client.pem", tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [new_key(key)]}), encoding="utf-8")
    said("access", "add-client", CLINIC, "--name", "twin", "--keys", str(keys), "--client-id", "twin")
    by_hand = json.loads(said("access", "token", "--client", "twin", "--key", str(key), "--json").out)
    assert {**by_hand, "access_token": ""} == {**by_rest, "access_token": ""}
    headers = {"Authorization": f"Bearer {by_hand['access_token']}"}
    assert front.post("/v1/checks", json=HANAKO, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"birth_on": "1985-13-01"}, "bad-request"), ({"known_at": "2999-01-01T00:00"}, "known-at-in-future")],
)
def test_a_refusal_is_told_as_rest_tells_it(
    said: Run, front: Front, land: Country, changes: dict[str, str], code: str
) -> None:
    question = {**HANAKO, **changes}
    by_rest = front.post("/v1/checks", json=question, headers=land.bearer()).json()
    words = tuple(word.replace("--known_at", "--known-at") for word in words_of(question))
    by_hand = said("check", *words, "--json")
    refused = json.loads(by_hand.err)
    assert (by_hand.code, by_hand.out, refused["code"], refused) == (3, "", code, by_rest)
