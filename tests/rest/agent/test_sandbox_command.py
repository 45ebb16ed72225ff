"""`onshi oqs sandbox watch` and `judge`: what software wrote, through an agent at work and by itself."""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from onshi.app import wall_clock
from onshi.cli import main
from onshi.interfaces import oqs
from onshi.interfaces.oqs.elements import text

from .agent_desk import AgentDesk, asked, search, single

NAME = "OQSsiquc01req_202611020001.xml"


Told = tuple[int, Any]


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Told:
    capsys.readouterr()
    code = main(["oqs", "sandbox", *words, "--json"])
    # The server of the test logs to the same stream.
    (line,) = (one for one in capsys.readouterr().out.splitlines() if one.startswith('{"broken"'))
    return code, json.loads(line)


def verdicts(document: Any) -> dict[str, str]:
    return {row["code"]: row["verdict"] for row in document["rules"]}


def broken(document: Any) -> dict[str, list[str]]:
    return {row["code"]: [one["file"] for one in row["broken"]] for row in document["rules"] if row["broken"]}


def watched(desk: AgentDesk, capsys: pytest.CaptureFixture[str], *more: str) -> Told:
    return told(capsys, "watch", "--folder", str(desk.root), *more)


def test_software_that_does_well_meets_what_was_seen(desk: AgentDesk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.put(NAME, single())
    desk.put("OQSsiquc01req_2.xml", single("a-2"))
    desk.agent().once()
    (desk.root / "res" / NAME.replace("req", "res")).unlink()
    code, document = watched(desk, capsys)
    assert (code, document["broken"], broken(document)) == (0, False, {})
    assert (document["requests"], document["answers"], document["answers_taken"]) == (2, 2, 1)
    dialogue = ("name-once", "answered-by-name", "readable-back", "identifier-once", "answers-taken")
    assert {name: verdicts(document)[name] for name in dialogue} == dict.fromkeys(dialogue, "met")
    assert verdicts(document)["poll-wait"] == "not_seen"


def test_everything_that_is_wrong_is_told_with_its_file(desk: AgentDesk, capsys: pytest.CaptureFixture[str]) -> None:
    for data in (single(), single(Birthdate="19800230")):
        desk.put(NAME, data)
        desk.agent().once()
    desk.put("OQSsiquc01req_broken.xml", single("a-3").replace(b"</MessageHeader>", b""))
    desk.agent().once()
    desk.put("request.xml", b"never taken")
    code, document = watched(desk, capsys)
    assert (code, document["broken"]) == (1, True)
    assert broken(document) == {
        "name-form": ["request.xml"],
        "name-once": [NAME],
        "readable-back": ["OQSsiquc01req_broken.xml"],
        "well-formed": ["OQSsiquc01req_broken.xml"],
        "identifier-once": [NAME],
        "days": [NAME],
    }


def test_a_bulk_request_is_followed_through_its_steps(desk: AgentDesk, capsys: pytest.CaptureFixture[str]) -> None:
    header: oqs.Elements = {"QualificationConfirmationDate": "20261102", "ArbitraryFileIdentifier": "b-1"}
    desk.put("OQSmuquc01req_1.xml", asked("OQSmuquc01req", header, {"QualificationConfirmSearchInfo": [search()]}))
    desk.agent().once()
    reception = text(desk.answer("OQSmuquc01res_1.xml").body, "ReceptionNumber")
    now = wall_clock() / 1_000_000
    for place, wait in enumerate((0.0, 6.0, 8.0)):
        name = f"OQSmuquc02req_{place}.xml"
        desk.put(name, asked("OQSmuquc02req", {}, {"ReceptionNumber": reception}))
        os.utime(desk.root / "req" / name, (now + wait, now + wait))
        desk.agent().once()
    code, document = watched(desk, capsys)
    assert (code, broken(document)) == (1, {"poll-wait": ["OQSmuquc02req_2.xml"]})
    told_of = ("download-number", "poll-new-name", "bulk-limit")
    assert {name: verdicts(document)[name] for name in told_of} == dict.fromkeys(told_of, "met")


def test_a_report_is_written_as_page_and_paper(
    desk: AgentDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.put(NAME, single())
    desk.agent().once()
    page, paper = tmp_path / "report.html", tmp_path / "report.pdf"
    code, _ = watched(desk, capsys, "--page", str(page), "--pdf", str(paper))
    assert (code, paper.read_bytes()[:4]) == (0, b"%PDF")
    assert "見本花子" not in page.read_text()
    assert "answered-by-name" in page.read_text()


def test_where_no_agent_worked_there_is_nothing_to_watch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["oqs", "sandbox", "watch", "--folder", str(tmp_path), "--lang", "en"]) == 3
    assert "No agent has worked on" in capsys.readouterr().err


def test_files_are_judged_by_themselves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / NAME, tmp_path / "OQSsiquc01req_2.xml"
    good.write_bytes(single())
    bad.write_bytes(single("a-2", InsurerNumber="138057"))
    code, document = told(capsys, "judge", str(good))
    assert (code, broken(document), document["requests"]) == (0, {}, 1)
    assert verdicts(document)["answered-by-name"] == "not_seen"
    code, document = told(capsys, "judge", str(good), str(bad))
    assert (code, broken(document)) == (1, {"insurer-number": ["OQSsiquc01req_2.xml"]})
    assert main(["oqs", "sandbox", "judge", str(good), "--lang", "en"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("0 broken, 11 not seen, of 1 requests and 0 answers.")


def test_a_zip_is_judged_with_its_password(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, password = tmp_path / NAME.replace(".xml", ".zip"), tmp_path / "password"
    path.write_bytes(oqs.agent.zipped(NAME, single(Birthdate="19800230"), b"himitsu-0"))
    password.write_text("himitsu-0\n")
    assert told(capsys, "judge", str(path))[0] == 0
    code, document = told(capsys, "judge", str(path), "--zip-password", str(password))
    assert (code, broken(document)) == (1, {"days": [path.name]})


def test_an_agent_at_work_is_seen_without_missing_an_answer(
    desk: AgentDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    agent = desk.agent()
    thread = threading.Thread(target=agent.run)
    thread.start()
    try:
        for place in range(200):
            desk.put(f"OQSsiquc01req_{place}.xml", single(f"a-{place}"))
            if place % 40 == 0:
                _, document = watched(desk, capsys)
                assert broken(document) == {}
        end = time.monotonic() + 60
        while len(desk.names()) < 200 and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        agent.stop()
        thread.join()
    code, document = watched(desk, capsys)
    assert (code, broken(document)) == (0, {})
    assert document["requests"] == 200
