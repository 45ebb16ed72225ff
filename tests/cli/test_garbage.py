"""Whatever is typed or lies on the disk: a refusal with a name, in one sentence, exit code 3, no traceback."""

import json
import os
import sqlite3
from pathlib import Path

import psycopg
import pytest

from onshi.cli.errors import DatabaseUnusable, FileRefused, InternalFault, NoDatabase
from onshi.cli.faults import named
from web import country
from web.country import CLINIC, SOCIETY

from .run import Run, runner
from .test_check import IN_FORCE
from .test_json import WITHOUT_JSON

NUMBER = ("--insurer", SOCIETY, "--symbol", "12", "--number", "345")
LOAD = ("--insurer", SOCIETY, "--mode", "daily")
TOO_LONG = "9" * 30
# The refusal's code, or None for a usage error, which the framework words.
CASES: list[tuple[tuple[str, ...], str | None]] = [
    *((("check", *IN_FORCE, "--on", day), "bad-request") for day in ("", "never", "2026-02-30", "0000-01-01")),
    # An era has begun or it has not: the first year does not reach back.
    (("check", *IN_FORCE, "--on", "平成元年1月7日"), "bad-request"),
    *(
        (("check", *NUMBER, "--birth", day), "bad-request")
        for day in ("85-04-01", "昭和0年1月1日", "令和8年13月1日", "x")
    ),
    (("check", *IN_FORCE, "--known-at", "never"), "bad-request"),
    (("check", *IN_FORCE, "--known-at", "2999-01-01"), "known-at-in-future"),
    (("check", "--insurer", "12", *NUMBER[2:], "--birth", "1985-04-01"), "bad-request"),
    (("check", "--card", f"{TOO_LONG * 4}:1"), "bad-request"),
    (("check", "--card", ":"), "question-incomplete"),
    (("check", "--card", "a:b", "--file", "empty"), "file-alone"),
    (("check", "--file", "missing"), None),
    (("check", "--file", "folder"), None),
    (("check", "--file", "bytes"), "questions-unreadable"),
    (("check", "--file", "empty"), "header-unknown"),
    (("check", "--file", "other.csv"), "header-unknown"),
    (("registry", "load", "missing", *LOAD), None),
    (("registry", "load", "folder", *LOAD), None),
    (("registry", "load", "broken.parquet", *LOAD), "feed-damaged"),
    (("registry", "load", "broken.zip", *LOAD), "feed-damaged"),
    (("registry", "load", "other.csv", "--insurer", "x", "--mode", "daily"), "insurer-unreadable"),
    (("registry", "load", "other.csv", "--insurer", "06139999", "--mode", "daily"), "unknown-insurer"),
    (("registry", "load", "other.csv", "--insurer", SOCIETY, "--mode", "weekly"), None),
    (("registry", "load", "other.csv", *LOAD, "--result", "nowhere/links.csv"), "file-refused"),
    (("registry", "template", "--out", "nowhere/empty.csv"), "file-refused"),
    (("registry", "findings", "x"), None),
    (("registry", "findings", TOO_LONG), None),
    (("registry", "findings", "1"), "unknown-feed"),
    (("registry", "overlaps", SOCIETY, "--month", "2026-13"), "month-unreadable"),
    (("registry", "overlaps", "06139999", "--month", "2026-10"), "unknown-insurer"),
    (("registry", "people"), "name-or-id"),
    (("registry", "people", "--id", "x"), "person-unreadable"),
    (("registry", "add-insurer", "99139992", "--name", "x"), "insurer-unreadable"),
    (("registry", "add-insurer", SOCIETY, "--name", " "), "name-unfit"),
    (("registry", "add-insurer", SOCIETY, "--name", "\x1b[31m"), "name-unfit"),
    (("registry", "add-insurer", SOCIETY, "--name", "x", "--opened-on", "someday"), "day-unreadable"),
    (("registry", "add-insurer", SOCIETY, "--name", "x", "--prefecture", "48"), "prefecture-unknown"),
    (("registry", "review", "show", "1"), "unknown-held-row"),
    (("registry", "review", "accept", TOO_LONG), None),
    (("audit", "show", "x"), "check-id-unreadable"),
    (("audit", "verify", "--heads", "bytes"), "heads-unreadable"),
    (("proof", "verify", "missing"), None),
    (("proof", "verify", "other.csv", "--keys", "other.csv"), "key-set-unreadable"),
    (("access", "add-party", "institution", "1", "--name", "x"), "party-malformed"),
    (("access", "clients", "nobody"), "party-unknown"),
    (("access", "add-client", CLINIC.id, "--name", "x", "--keys", "bytes"), "key-set-unreadable"),
    (("access", "disable-client", "nobody"), "client-not-registered"),
    (("access", "disable-staff", "nobody"), "staff-unknown"),
    (("access", "token", "--client", "nobody"), "key-unreadable"),
    (("serve", "--host", "nowhere.invalid"), "address-unusable"),
    (("serve", "--port", "x"), None),
    (("nonsense",), None),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One country for all cases: none of them changes anything."""
    made = tmp_path_factory.mktemp("country") / "data"
    country.build(made).db.close()
    return made


@pytest.fixture
def onshi(data: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    return runner(data, monkeypatch, capfdbinary)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands run: files of every wrong kind."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    (tmp_path / "bytes").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1....PAR1")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04....")
    return tmp_path


@pytest.mark.parametrize(("words", "code"), CASES, ids=lambda one: " ".join(one)[:60] if isinstance(one, tuple) else "")
def test_garbage_is_refused_by_name(onshi: Run, folder: Path, words: tuple[str, ...], code: str | None) -> None:
    said = onshi(*words)
    assert (said.code, said.out, "Traceback" in said.err) == (3, "", False)
    if code is None:
        assert said.err.startswith("Usage: onshi")
        assert len(said.err.splitlines()) <= 5
        return
    assert said.err.count("\n") == 1
    if words[0] in WITHOUT_JSON:
        assert said.err.startswith("Nothing can listen on nowhere.invalid, port 8200: ")
        assert "ONSHI_HOST" not in os.environ, "a refused start leaves nothing behind"
        return
    refused = json.loads(onshi(*words, "--json").err)
    assert (refused["code"], refused["detail"]["en"] + "\n") == (code, said.err)


def broken_database(data: Path, how: str) -> None:
    data.mkdir()
    place = data / "onshi.sqlite"
    if how == "text":
        place.write_text("no database at all, but long enough to be asked for its first page\n" * 99, encoding="utf-8")
    elif how == "folder":
        place.mkdir()
    elif how == "cut":
        made = sqlite3.connect(place)
        made.execute("CREATE TABLE people (name TEXT)")
        made.executemany("INSERT INTO people VALUES (?)", [("x" * 900,)] * 99)
        made.commit()
        made.close()
        place.write_bytes(place.read_bytes()[:5_000])


@pytest.mark.parametrize("how", ["text", "folder", "cut"])
def test_a_database_that_is_none_is_refused_by_name(onshi_on_nothing: Run, tmp_path: Path, how: str) -> None:
    broken_database(tmp_path / "data", how)
    for words in (("registry", "insurers"), ("check", *IN_FORCE)):
        said = onshi_on_nothing(*words)
        assert (said.code, said.out, said.err.count("\n")) == (3, "", 1)
        assert said.err.startswith("The database cannot be used: ")
    japanese = onshi_on_nothing("registry", "insurers", "--lang", "ja")
    assert japanese.err.startswith("データベースを使えません")


@pytest.mark.parametrize(
    ("database", "code"),
    [
        ("nonsense", "wrong-setting"),
        ("mysql://there/db", "wrong-setting"),
        ("sqlite://", "wrong-setting"),
        ("postgresql+psycopg://nobody:secret@127.0.0.1:1/onshi", "database-unusable"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_by_name(
    onshi_on_nothing: Run, monkeypatch: pytest.MonkeyPatch, database: str, code: str
) -> None:
    monkeypatch.setenv("ONSHI_DATABASE", database)
    said = onshi_on_nothing("registry", "insurers", "--json")
    assert (said.code, said.out, json.loads(said.err)["code"], "secret" in said.err) == (3, "", code, False)


def test_a_folder_that_is_a_file_is_refused_by_name(onshi_on_nothing: Run, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file", encoding="utf-8")
    assert json.loads(onshi_on_nothing("registry", "insurers", "--json").err)["code"] == NoDatabase.code
    made = onshi_on_nothing("registry", "add-insurer", SOCIETY, "--name", "x", "--json")
    assert (made.code, json.loads(made.err)["code"]) == (3, FileRefused.code)


class Wrapped(Exception):
    """As the database layer raises it: the driver's error inside."""

    def __init__(self, orig: Exception) -> None:
        super().__init__("with all that was being written: 見本 花子")
        self.orig = orig


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Wrapped(sqlite3.OperationalError("disk I/O error")), DatabaseUnusable),
        (Wrapped(sqlite3.DatabaseError("file is not a database")), DatabaseUnusable),
        (Wrapped(psycopg.OperationalError("connection failed\nmore")), DatabaseUnusable),
        # Faults of ours, not of the database; the drivers' texts may quote values.
        (Wrapped(sqlite3.IntegrityError("見本 花子")), InternalFault),
        (Wrapped(psycopg.errors.UniqueViolation("見本 花子")), InternalFault),
        (KeyError("見本 花子"), InternalFault),
        (PermissionError(13, "Permission denied", "links.csv"), FileRefused),
        (OSError("見本 花子"), InternalFault),
    ],
)
def test_a_fault_gets_a_name_and_tells_nothing_of_anybody(error: Exception, kind: type[Exception]) -> None:
    try:
        raise error
    except Exception as caught:  # noqa: BLE001 - that is what is tested
        told = named(caught)
    assert (type(told), "花子" in told.text("en") + told.text("ja"), "\n" in told.text("en")) == (kind, False, False)


def test_a_refused_file_is_three_and_its_findings_are_kept(onshi: Run, folder: Path) -> None:
    said = onshi("registry", "load", "other.csv", *LOAD, "--json")
    told = json.loads(said.out)
    assert (said.code, told["state"], told["counts"]["errors"] > 0) == (3, "refused", True)
    assert len(json.loads(onshi("registry", "findings", told["feed"], "--json").out)) == told["counts"]["errors"]
