"""The sandbox for makers of clinic software works as its page says, and every sample brings what its list says."""

import csv
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onshi.demo.sandbox.cases import all_cases
from onshi.interfaces import oqs
from onshi.interfaces.oqs import Encoding
from onshi.interfaces.oqs.sandbox import judge, seen_files

from . import tutorials
from .test_killed_server import free_port

pytestmark = pytest.mark.slow

PAGE = "vendor-sandbox"


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tutorials.build(PAGE, tutorials.checkout(tmp_path_factory.mktemp(PAGE)))


def test_every_block_says_what_is_seen() -> None:
    tutorials.check_kinds(PAGE)


def test_both_pages_have_the_same_commands() -> None:
    tutorials.check_commands(PAGE)


@pytest.mark.parametrize("language", ["en", pytest.param("ja", marks=pytest.mark.soak)])
def test_the_page_goes_as_it_is_written(country: Path, tmp_path: Path, language: str) -> None:
    tutorials.check_run(PAGE, country, tmp_path, language)


class Clinic:
    """A folder with the sandbox in it, every sample answered by the agent."""

    def __init__(self, folder: Path, port: str, *more: str) -> None:
        self._env, self._folder = tutorials.environment(folder, "en", port), folder
        self.root = folder / "clinic"
        self.made = json.loads(self._onshi("oqs", "sandbox", "make", "--folder", str(self.root), "--json"))
        self.list: dict[str, Any] = json.loads((self.root / "patients.json").read_text(encoding="utf-8"))
        for path in (self.root / "samples").iterdir():
            (self.root / "req" / path.name).write_bytes(path.read_bytes())
        key = folder / "var" / "demo" / "demo-keys" / "demo-clinic.pem"
        words = ("--folder", str(self.root), "--institution", self.made["institution"], "--client", "demo-clinic")
        self._onshi("oqs", "agent", *words, "--key", str(key), "--server", f"http://localhost:{port}", "--once", *more)

    def _onshi(self, *words: str) -> str:
        program = self._folder / ".venv" / "bin" / "onshi"
        done = subprocess.run(
            [program, *words], env=self._env, cwd=self._folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def answer(self, sample: str, name: str, first: str) -> Path:
        """The answer to a sample; the list names that to the first of its samples."""
        ours, theirs = (one.rpartition(".")[0] for one in (sample, first))
        return (
            self.root
            / "res"
            / name.replace(theirs, ours).replace(theirs.replace("req_", "res_"), ours.replace("req_", "res_"))
        )


@pytest.fixture(scope="module")
def folder(country: Path) -> Path:
    return country.parent.parent


@pytest.fixture(scope="module")
def clinic(folder: Path) -> Iterator[Clinic]:
    port = str(free_port())
    with tutorials.first_terminal(PAGE, folder, "en", port):
        yield Clinic(folder, port)


def flat(elements: Any, path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in elements.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                yield f"{path}{name}", one
            else:
                yield from flat(one, f"{path}{name}/")


def said(path: Path) -> dict[str, str]:
    prefix = path.name.partition("_")[0]
    kind = oqs.message_kinds().get(prefix) or oqs.message_kinds()["refused"]
    return dict(flat(oqs.read(path.read_bytes(), kind).elements))


def test_every_sample_brings_what_the_list_says(clinic: Clinic) -> None:
    tried = 0
    for one in clinic.list["triggers"]:
        for sample in one["samples"]:
            for name in one["answers"]:
                path = clinic.answer(sample, name, one["samples"][0])
                assert path.exists(), f"{sample}: {path.name}"
                if path.suffix != ".xml" or not one["says"]:
                    continue
                found = said(path)
                wrong = {
                    place: found.get(place)
                    for place, value in one["says"].items()
                    if not (found.get(place) == value or (value == "*" and found.get(place)))
                }
                assert (sample, wrong) == (sample, {})
                assert [place for place in found if set(one["absent"]) & set(place.split("/"))] == [], sample
                tried += 1
    assert tried >= 60


def test_the_list_is_about_every_kind_it_can_be(clinic: Clinic) -> None:
    there = {one["code"] for one in clinic.list["triggers"]}
    missing = {one["code"] for one in clinic.list["missing"]}
    # A country of thirteen hundred people does not have everything; what it does not have is said.
    assert {case.code for case in all_cases()} <= there | missing
    assert not there & missing
    assert {"in-force", "not-registered", "birth-wrong", "insurer-kyokai", "insurer-elderly", "bulk"} <= there
    assert {"disease-two", "class-short", "face-file"} <= missing


def test_good_samples_break_no_rule_in_either_encoding(clinic: Clinic) -> None:
    paths = [path for path in (clinic.root / "samples").iterdir() if "_error-" not in path.name]
    report = judge(seen_files(paths), subject="samples", at="now")
    assert [row.code for row in report.rules if row.broken] == []
    assert {path.stem[-1] for path in paths} == {"u", "s"}
    shift_jis = [path for path in paths if path.stem.endswith("-s")]
    kind = oqs.message_kinds()["OQSsiquc01req"]
    singles = [path for path in shift_jis if path.name.startswith("OQSsiquc")]
    assert {oqs.read(path.read_bytes(), kind).encoding for path in singles} == {Encoding.SHIFT_JIS}


def test_lists_are_the_same_three_times(clinic: Clinic) -> None:
    page = (clinic.root / "patients.html").read_text(encoding="utf-8")
    rows = list(csv.DictReader((clinic.root / "patients.csv").read_text(encoding="utf-8-sig").splitlines()))
    codes = [one["code"] for one in clinic.list["triggers"]]
    assert [row["code"] for row in rows] == codes
    assert [code for code in codes if f'id="{code}"' not in page] == []
    assert clinic.list["commands"]["agent"].replace("'", "&#39;") in page
    assert "<script" not in page
    assert len(clinic.list["cards"]) >= 10


def test_everybody_who_is_found_has_a_card_that_works(clinic: Clinic, folder: Path) -> None:
    with_card = [one for one in clinic.list["triggers"] if one["card"]]
    assert len(with_card) >= 25
    assert [one["code"] for one in with_card if not one["pin"]] == []
    one = next(one for one in with_card if one["code"] == "in-force")
    file = json.loads(clinic._onshi("cards", "virtual", "show", one["card"], "--json"))["file"]
    key, server = "var/demo/demo-keys/demo-clinic.pem", clinic.list["commands"]["agent"].rpartition(" ")[2]
    who = ["--client", "demo-clinic", "--key", key, "--server", server, "--card", file, "--pin", one["pin"]]
    # Whoever never used the card at a clinic registers it there first.
    clinic._onshi("reader", "register", *who)
    clinic._onshi("reader", "check", *who, "--push", str(clinic.root))
    (face,) = (clinic.root / "face").iterdir()
    name = "MessageBody/ResultList/ResultOfQualificationConfirmation/Name"
    assert said(face)[name] == one["says"][name]


def test_made_again_it_holds_nothing_of_before(clinic: Clinic) -> None:
    old = clinic.root / "samples" / "OQSsiquc01req_old-u.xml"
    old.write_bytes(b"")
    clinic._onshi("oqs", "sandbox", "make", "--folder", str(clinic.root))
    assert not old.exists()


def test_an_institution_that_nobody_has_is_refused(clinic: Clinic, folder: Path) -> None:
    done = subprocess.run(
        [folder / ".venv/bin/onshi", "oqs", "sandbox", "make", "--folder", "other", "--institution", "1312345678"],
        env=clinic._env,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "1312345678" in done.stderr) == (3, True)
