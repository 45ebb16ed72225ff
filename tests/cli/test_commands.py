"""The other commands, each once the way it is used and once the way it is refused."""

import json
from pathlib import Path

import pytest

from onshi.cli.speaking import language_of, shown
from onshi.demo.accounts import new_key
from web.country import CLINIC, HEADER, SOCIETY, csv_of, row

from .run import Run
from .test_check import IN_FORCE, ON


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "ja_JP.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "ja_JP.UTF-8"}, "ja"),
    ],
)
def test_the_language_is_that_of_the_environment(environment: dict[str, str], language: str) -> None:
    assert language_of(environment).value == language


def test_a_name_cannot_steer_a_terminal() -> None:
    assert shown("見本\u3000\x1b[31m花子\u202e") == "見本\u3000�[31m花子�"


def test_a_feed_is_loaded_told_and_not_taken_twice(onshi: Run, tmp_path: Path) -> None:
    file, links = tmp_path / "feed.csv", tmp_path / "links.csv"
    file.write_bytes(
        csv_of([row(number="900", name="新　入子", name_kana="シン　イリコ", birth_on="1999-09-09"), row(birth_on="x")])
    )
    command = ("registry", "load", str(file), "--insurer", SOCIETY, "--mode", "daily", "--json")
    dry = json.loads(onshi(*command, "--dry-run").out)
    said = onshi(*command, "--result", str(links))
    again = json.loads(onshi(*command).out)
    loaded = json.loads(said.out)
    assert (said.code, loaded["counts"]["new"], loaded["counts"]["errors"]) == (1, 1, 1)
    assert (dry["counts"], dry["dry_run"], again["was_done"]) == (loaded["counts"], True, True)
    assert links.read_text(encoding="utf-8").splitlines()[0] == "row,code"
    found = json.loads(onshi("registry", "findings", str(loaded["feed"]), "--json").out)
    assert [(one["row"], one["severity"]) for one in found if one["severity"] == "error"] == [(2, "error")]


def test_a_feed_of_an_unknown_insurer_is_refused(onshi: Run, tmp_path: Path) -> None:
    file = tmp_path / "feed.csv"
    file.write_text(HEADER + "\n", encoding="utf-8")
    said = onshi("registry", "load", str(file), "--insurer", "06139999", "--mode", "daily")
    assert (said.code, "No insurer with number 06139999" in said.err) == (3, True)


def test_findings_are_written_as_files(onshi: Run, tmp_path: Path) -> None:
    feed = str(json.loads(onshi("registry", "feeds", "--json").out)[0]["feed"])
    csv, xlsx = tmp_path / "f.csv", tmp_path / "f.xlsx"
    said = onshi("registry", "findings", feed, "--csv", str(csv), "--xlsx", str(xlsx))
    assert (said.code, csv.read_bytes()[:3], xlsx.read_bytes()[:2]) == (0, b"\xef\xbb\xbf", b"PK")
    assert onshi("registry", "findings", "1").code == 3


def test_a_template_is_a_feed_without_rows(onshi: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    said = onshi("registry", "template", "--out", str(path), "--lang", "en")
    assert (said.code, path.read_text(encoding="utf-8-sig").split(",")[0]) == (0, "kind")


def test_a_first_insurer_can_be_registered_on_nothing(onshi_on_nothing: Run) -> None:
    said = onshi_on_nothing("registry", "add-insurer", "06139992", "--name", "新健康保険組合")
    listed = json.loads(onshi_on_nothing("registry", "insurers", "--json").out)
    assert (said.code, [(one["number"], one["kind"]) for one in listed["insurers"]]) == (0, [("06139992", "society")])


def test_people_are_found_by_name_and_shown_by_id_and_both_are_logged(onshi: Run) -> None:
    (found,) = json.loads(onshi("registry", "people", "見本花子", "--json").out)
    one = json.loads(onshi("registry", "people", "--id", found["person"], "--json").out)
    assert ([coverage["insurer"] for coverage in one["coverages"]], "address" in one) == ([SOCIETY], False)
    assert (onshi("registry", "people", "無名").code, onshi("registry", "people").code) == (1, 3)
    assert onshi("registry", "people", "--id", "nonsense").code == 3


def test_a_held_row_is_shown_decided_once_and_gone(onshi: Run, tmp_path: Path) -> None:
    held = held_row(onshi, tmp_path)
    shown_row = json.loads(onshi("registry", "review", "show", held, "--json").out)
    assert (shown_row["sent"]["name"], shown_row["registered"]["name"]) == ("別　人子", "見本　花子")
    asked = ["777" if word == "345" else word for word in IN_FORCE]
    assert onshi("check", *asked, *ON).code == 2
    assert onshi("registry", "review", "reject", held).code == 0
    assert onshi("registry", "review", "reject", held).code == 3
    assert json.loads(onshi("registry", "review", "list", "--json").out) == []
    assert onshi("check", *asked, *ON).code == 1
    assert onshi("audit", "verify").code == 0


def held_row(onshi: Run, tmp_path: Path) -> str:
    """A row comes in that names one person and links to another; its number in the list of review."""
    code = _link_code(onshi, tmp_path)
    file = tmp_path / "held.csv"
    file.write_bytes(
        csv_of([row(kind="change", link_code=code, number="777", name="別　人子", name_kana="ベツ　ヒトコ")])
    )
    onshi("registry", "load", str(file), "--insurer", SOCIETY, "--mode", "daily")
    (held,) = json.loads(onshi("registry", "review", "list", "--json").out)
    return str(held["held"])


def _link_code(onshi: Run, tmp_path: Path) -> str:
    file, links = tmp_path / "again.csv", tmp_path / "codes.csv"
    file.write_bytes(csv_of([row(address="東京都千代田区見本町一丁目２－２")]))
    onshi("registry", "load", str(file), "--insurer", SOCIETY, "--mode", "daily", "--result", str(links))
    return links.read_text(encoding="utf-8").splitlines()[1].split(",")[1]


def test_a_proof_is_verified_offline(onshi: Run, tmp_path: Path) -> None:
    answer, keys = tmp_path / "answer.json", tmp_path / "keys.json"
    answer.write_text(onshi("check", *IN_FORCE, *ON, "--json").out, encoding="utf-8")
    keys.write_text(onshi("keys", "export").out, encoding="utf-8")
    assert onshi("proof", "verify", str(answer), "--keys", str(keys)).code == 0
    answer.write_text(answer.read_text(encoding="utf-8").replace("in_force", "lost"), encoding="utf-8")
    said = onshi("proof", "verify", str(answer), "--keys", str(keys), "--json")
    assert (said.code, json.loads(said.out)) == (1, {"verdict": "wrong_answer"})
    assert onshi("proof", "verify", str(keys)).code == 3


def test_the_log_is_sealed_verified_and_shown(onshi: Run) -> None:
    check = json.loads(onshi("check", *IN_FORCE, *ON, "--json").out)["check_id"]
    assert onshi("audit", "seal").code == 0
    report = json.loads(onshi("audit", "verify", "--json").out)
    assert (report["sound"], report["blocks"], report["tail"]["entries"]) == (True, 1, 0)
    assert json.loads(onshi("audit", "head").out)["number"] == 1
    entry = json.loads(onshi("audit", "show", check, "--json").out)
    assert (entry["action"], entry["outcome"], entry["actor"]) == ("check", "in_force", "local:cli")
    assert onshi("audit", "show", "nonsense").code == 3


def test_a_new_key_signs_and_the_old_one_still_verifies(onshi: Run, tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    answer.write_text(onshi("check", *IN_FORCE, *ON, "--json").out, encoding="utf-8")
    assert onshi("keys", "rotate").code == 0
    assert [one["until"] is None for one in json.loads(onshi("keys", "list", "--json").out)] == [False, True]
    assert onshi("proof", "verify", str(answer)).code == 0


def test_software_is_registered_and_gets_a_token(onshi: Run, tmp_path: Path) -> None:
    key, keys = tmp_path / "clinic.pem", tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [new_key(key)]}), encoding="utf-8")
    added = onshi("access", "add-client", CLINIC.id, "--name", "desk", "--keys", str(keys), "--client-id", "desk")
    token = json.loads(onshi("access", "token", "--client", "desk", "--key", str(key), "--json").out)
    assert (added.code, token["token_type"], token["scope"]) == (0, "Bearer", "check check.bulk")
    onshi("access", "disable-client", "desk")
    assert onshi("access", "token", "--client", "desk", "--key", str(key)).code == 3


def test_settings_say_where_they_come_from_and_hide_passwords(onshi: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONSHI_DATABASE", "postgresql+psycopg://user:secret@db/onshi")
    rows = {one["name"]: one for one in json.loads(onshi("settings", "--json").out)}
    assert rows["ONSHI_DATABASE"] == {
        "name": "ONSHI_DATABASE",
        "value": "postgresql+psycopg://user:***@db/onshi",
        "is_set": True,
    }
    monkeypatch.setenv("ONSHI_PROT", "1")
    assert onshi("settings").code == 3


def test_several_servers_need_postgresql(onshi: Run) -> None:
    assert onshi("serve", "--workers", "2").code == 3


def test_a_demo_never_replaces_data_that_are_none(onshi: Run) -> None:
    said = onshi("demo", "--no-serve", "--scale", "1/1000000")
    assert (said.code, "no demo country" in said.err) == (3, True)
    assert onshi("check", *IN_FORCE, *ON).code == 0
