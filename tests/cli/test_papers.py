"""`onshi registry papers`: the month's list without names, papers issued once, one on request, one given back."""

import json
from pathlib import Path
from typing import Any

import pytest

from onshi import audit
from onshi.audit import Action
from onshi.kernel import parse_person_id
from web.country import CITY, SOCIETY

from .run import Run
from .test_enrolments import opened

# When the first such papers were given nobody but Hanako and the refused one had a card.
MONTH = ("--month", "2024-12")
NAMES = ("見本", "ミホン", "隠田", "千代田区", "秘密町")


def document(onshi: Run, *words: str) -> Any:
    said = onshi("registry", "papers", *words, "--json")
    assert said.code == 0, said.err
    assert [name for name in NAMES if name in said.out] == []
    return json.loads(said.out)


def test_the_list_says_who_and_why_and_no_names(onshi: Run) -> None:
    found = document(onshi, "list", SOCIETY, *MONTH)
    assert [(one["ground"], one["since"], one["paper"], one["is_owed"]) for one in found] == [
        ("never-registered", "2024-12-02", None, True)
    ] * 4
    assert document(onshi, "list", SOCIETY, "--month", "2024-11") == []
    table = onshi("registry", "papers", "list", SOCIETY, *MONTH, "--lang", "ja")
    assert table.out.splitlines()[0].split() == ["人", "理由", "使えない日", "有効な証", "この一覧で交付済み"]


def test_issued_once_and_logged(onshi: Run, tmp_path: Path) -> None:
    listed = {one["person"] for one in document(onshi, "list", SOCIETY, *MONTH)}
    made = document(onshi, "issue", SOCIETY, *MONTH, "--handed", "employer")
    # One of the four has lost the coverage since.
    assert ({one["person"] for one in made} < listed, len(made)) == (True, 3)
    assert {(one["ground"], one["handed"], one["month"]) for one in made} == {
        ("never-registered", "employer", "2024-12")
    }
    assert len({one["batch"] for one in made}) == 1
    assert document(onshi, "issue", SOCIETY, *MONTH) == []
    assert document(onshi, "of", made[0]["person"]) == [made[0]]
    with opened(tmp_path / "data") as app, app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx, action=Action.PAPER_ISSUED)]
    assert sorted((one.actor, one.object) for one in found) == sorted(
        ("local:cli", f"paper:{one['paper']}") for one in made
    )


def test_on_request_and_given_back(onshi: Run, tmp_path: Path) -> None:
    (taro,) = json.loads(onshi("registry", "people", "見本太郎", "--json").out)
    person = taro["person"]
    (made,) = document(onshi, "issue", SOCIETY, "--person", person, "--ground", "card-lost", "--handed", "desk")
    assert (made["ground"], made["batch"], made["state"]) == ("card-lost", None, "issued")
    said = onshi("registry", "papers", "return", CITY, person, made["paper"], "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, "unknown-paper")
    (back,) = document(onshi, "return", SOCIETY, person, made["paper"])
    assert (back["paper"], back["state"], back["ended_on"]) == (made["paper"], "returned", made["issued_on"])
    with opened(tmp_path / "data") as app, app.db.transaction(reading=True) as tx:
        (entry,) = audit.entries_of(tx, subject=parse_person_id(person), action=Action.PAPER_RETURNED)
    assert (entry.entry.actor, entry.entry.outcome) == ("local:cli", "returned")
    assert document(onshi, "lapse", SOCIETY) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("list", "06139999"), "unknown-insurer"),
        (("list", SOCIETY, "--month", "2024-13"), "month-unreadable"),
        (("issue", SOCIETY, *MONTH, "--to", "someday"), "day-unreadable"),
        (("issue", SOCIETY, *MONTH, "--to", "2020-01-01"), "paper-ends-too-early"),
        (("issue", SOCIETY, "--everybody"), "paper-not-for-everybody"),
        (("issue", SOCIETY, "--everybody", "--person", "0000-0000-0000-0-0"), "paper-for-whom"),
        (("return", SOCIETY, "0000-0000-0000-0-0", "7"), "unknown-paper"),
    ],
)
def test_what_is_refused(onshi: Run, words: tuple[str, ...], code: str) -> None:
    said = onshi("registry", "papers", *words, "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, code)
