"""`onshi check`: exit codes, both ways to ask, files of questions, both languages."""

import json
from pathlib import Path

import pytest

from onshi.cli.codes import EXIT_CODES, exit_code
from onshi.eligibility import AnswerKind
from web.country import CARD, REFUSED_CARD, SOCIETY, UNKNOWN_CARD

from .run import Run

IN_FORCE = ("--insurer", SOCIETY, "--symbol", "12", "--number", "345", "--birth", "1985-04-01")
ON = ("--on", "2026-11-02")


def test_every_kind_of_answer_has_an_exit_code() -> None:
    assert set(EXIT_CODES) == set(AnswerKind)


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ([], 0),
        (["in_force"], 0),
        (["lawful_double"], 0),
        (["in_force", "lost"], 1),
        (["lost", "cannot_tell", "in_force"], 2),
        (["under_review", "not_registered"], 2),
    ],
)
def test_of_several_answers_the_highest_code_is_given(kinds: list[str], code: int) -> None:
    assert exit_code(map(AnswerKind, kinds)) == code


@pytest.mark.parametrize(
    ("arguments", "kind", "code"),
    [
        (IN_FORCE, "in_force", 0),
        (("--card", CARD), "in_force", 0),
        ((*IN_FORCE[:-1], "昭和60年4月1日"), "in_force", 0),
        ((*IN_FORCE[:-1], "1985-04-02"), "not_registered", 1),
        (("--card", UNKNOWN_CARD), "not_registered", 1),
        (("--card", REFUSED_CARD), "not_registered", 1),
        (("--insurer", "00130013", *IN_FORCE[2:]), "not_yet_loaded", 2),
    ],
)
def test_exit_code_follows_the_answer(onshi: Run, arguments: tuple[str, ...], kind: str, code: int) -> None:
    said = onshi("check", *arguments, *ON, "--json")
    assert (json.loads(said.out)["answer"]["kind"], said.code, said.err) == (kind, code, "")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--nonsense",),
        ("--card", "no-colon"),
        ("--insurer", SOCIETY),
        (*IN_FORCE[:-1], "1985-13-01"),
        ("--insurer", "12", *IN_FORCE[2:]),
        (*IN_FORCE, "--known-at", "2999-01-01"),
        (*IN_FORCE, "--on", "never"),
        ("--file", "/nowhere"),
    ],
)
def test_bad_input_is_three_and_a_sentence(onshi: Run, arguments: tuple[str, ...]) -> None:
    said = onshi("check", *arguments)
    assert (said.code, said.out, said.err.strip() != "", "Traceback" in said.err) == (3, "", True, False)


def test_the_answer_is_in_the_language_asked_for(onshi: Run) -> None:
    japanese = onshi("check", *IN_FORCE, *ON, "--lang", "ja").out
    english = onshi("check", *IN_FORCE, *ON, "--lang", "en").out
    assert (japanese.splitlines()[0], english.splitlines()[0]) == (
        "■ その日に有効な資格があります。",
        "■ A coverage is in force on that day.",
    )
    assert ("見本　花子" in japanese, "30 % (derived from age)" in english) == (True, True)


def test_a_refusal_is_in_the_language_asked_for(onshi_on_nothing: Run) -> None:
    said = onshi_on_nothing("check", *IN_FORCE, "--lang", "ja")
    assert (said.code, "データベースがありません" in said.err) == (3, True)


def test_a_file_is_answered_row_by_row_and_a_wrong_row_stops_nothing(onshi: Run, tmp_path: Path) -> None:
    file = tmp_path / "asked.csv"
    file.write_text(
        "insurer_number,symbol,number,birth_on,reference\r\n"
        f"{SOCIETY},12,345,1985-04-01,first\r\n"
        f"{SOCIETY},12,345,someday,second\r\n"
        f"{SOCIETY},12,999,1985-04-01,third\r\n",
        encoding="utf-8",
    )
    said = onshi("check", "--file", str(file), *ON, "--json")
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 3
    assert [(line.get("row"), line.get("reference")) for line in lines] == [
        (None, "first"),
        (2, "second"),
        (None, "third"),
    ]
    assert [line["answer"]["kind"] for line in lines[::2]] == ["in_force", "not_registered"]
    assert lines[1]["error"]["code"] == "bad-request"


def test_a_file_of_json_lines_gives_the_highest_code(onshi: Run, tmp_path: Path) -> None:
    file = tmp_path / "asked.jsonl"
    issuer, _, serial = CARD.rpartition(":")
    questions = [{"card": {"issuer": issuer, "serial": serial}}, {"card": {"issuer": issuer, "serial": "0000"}}]
    file.write_text("".join(json.dumps(one) + "\n" for one in questions), encoding="utf-8")
    said = onshi("check", "--file", str(file), *ON)
    assert (said.code, [line.split()[1] for line in said.out.splitlines()[1:]]) == (1, ["in_force", "not_registered"])


def test_a_file_with_a_strange_header_is_refused(onshi: Run, tmp_path: Path) -> None:
    file = tmp_path / "asked.csv"
    file.write_text("insurer_number,my_number\n1,2\n", encoding="utf-8")
    assert onshi("check", "--file", str(file)).code == 3
