"""`onshi surveys`: listed, written as XLSForm, answers taken, reminded of, told."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onshi import audit, surveys
from onshi.app import App
from onshi.audit import Action
from onshi.db import Tx
from onshi.kernel import ONE_DAY, Moment, day_start
from onshi.surveys import Sort, SurveyId, service
from surveys import make

from .run import Run
from .test_enrolments import opened as country_of

ID, ORGS = "0000000000000007", "0000000000000008"
_DAY = 86_400 * 1_000_000


@pytest.fixture
def app(onshi: Run, tmp_path: Path) -> Iterator[App]:
    """The country with a survey of people and one of organisations, both open now."""
    with country_of(tmp_path / "data") as found:
        found.run(lambda tx: _prepare(tx, found))
        yield found


def _prepare(tx: Tx, app: App) -> None:
    make.access.register_parties(tx, [make.MINISTRY, make.WORKS, make.FISHERY], by="local:tests")
    today = app.today()
    for number, sort in ((7, Sort.PEOPLE), (8, Sort.ORGANISATIONS)):
        questions = make.QUESTIONS if sort is Sort.PEOPLE else (make.DAYS,)
        draft = make.draft(sort=sort, questions=questions, opens_on=today, closes_on=today)
        service.make(tx, make.MINISTRY, draft, survey_id=SurveyId(number), at=app.now())
        _, links = service.send(
            tx, make.MINISTRY, SurveyId(number), [(make.WORKS.id, 30), (make.FISHERY.id, 20)], at=app.now()
        )
    service.answer(tx, links[0].token, {"days": ["7"]}, form="one", answer_id=1, at=app.now())


def document(onshi: Run, *words: str) -> Any:
    said = onshi("surveys", *words, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_surveys_are_listed(onshi: Run, app: App) -> None:
    found = {one["survey"]: one for one in document(onshi, "list")}
    assert set(found) == {ID, ORGS}
    assert (found[ID]["sender"], found[ID]["state"], found[ID]["sort"]) == ("ministry:health", "open", "people")
    assert [(one["addressee"], one["expected"], one["answers"]) for one in found[ID]["addressees"]] == [
        ("body:fishery", 20, 0),
        ("body:works", 30, 0),
    ]
    assert document(onshi, "list", "--party", "body:works") == []
    table = onshi("surveys", "list", "--lang", "ja").out.splitlines()
    assert table[0].split() == ["番号", "実施機関", "種類", "開始", "最終日", "状態", "題名"]


def test_a_survey_is_written_as_a_form(onshi: Run, app: App, tmp_path: Path) -> None:
    file = tmp_path / "form.xlsx"
    assert document(onshi, "xlsform", ID, str(file)) == {"file": str(file)}
    assert surveys.xlsform.read_workbook(file.read_bytes()).questions == make.QUESTIONS


def test_answers_are_taken_and_noted_and_the_rest_reminded(onshi: Run, app: App, tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text(
        "addressee,deviceid,has,why,days,since\nbody:works,x,yes,,,\nbody:works,x,maybe,,,\n", encoding="utf-8"
    )
    found = document(onshi, "import", ID, str(file))
    assert found == {
        "taken": 1,
        "findings": [
            {"row": 0, "column": "deviceid", "code": "column-dropped", "severity": "note"},
            {"row": 2, "column": "has", "code": "answer-unknown-choice", "severity": "error"},
        ],
    }
    again = onshi("surveys", "import", ID, str(file), "--json")
    assert (again.code, json.loads(again.err)["code"]) == (3, "survey-already-imported")
    late = document(onshi, "remind", ID)
    assert [(one["addressee"], one["missing"]) for one in late] == [("body:fishery", 20), ("body:works", 29)]
    with app.db.transaction(reading=True) as tx:
        noted = [one.entry for one in audit.entries_of(tx, action=Action.SURVEY)]
    assert [(one.actor, one.outcome, one.object) for one in noted] == [
        ("local:cli", "reminded", f"survey:{ID}"),
        ("local:cli", "imported", f"survey:{ID}"),
    ]


def test_results_of_people_come_after_closing(onshi: Run, app: App, tmp_path: Path) -> None:
    said = onshi("surveys", "results", ID, "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, "survey-still-open")
    lines = ["has,why,days,since", *["yes,,,"] * 20, *["applied,,,"] * 12]
    file = tmp_path / "answers.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    document(onshi, "import", ID, str(file), "--addressee", "body:works")
    tomorrow = Moment(day_start(app.today() + ONE_DAY) + _DAY // 2)
    app.run(lambda tx: service.close(tx, make.MINISTRY, SurveyId(7), at=tomorrow))
    found = document(onshi, "results", ID)
    assert (found["least"], found["answered"]["00"], found["expected"]["00"]) == (10, 32, 50)
    told = [(one["area"], one["answers"], one["people"]) for one in found["figures"] if one["question"] == "has"]
    assert told[:2] == [("00", ["yes"], 20), ("00", ["applied", "no"], 12)]
    assert ("body:fishery", [], None) in told
    assert "(withheld)" in onshi("surveys", "results", ID, "--lang", "en").out


def test_what_organisations_answered(onshi: Run, app: App) -> None:
    assert document(onshi, "results", ORGS) == [
        {"organisation": "body:works", "answered_on": app.today().isoformat(), "question": "days", "answer": 7}
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("results", "x"), "unknown-survey"),
        (("results", "0000000000000009"), "unknown-survey"),
        (("remind", "0000000000000009"), "unknown-survey"),
        (("list", "--party", "body:nobody"), "party-unknown"),
    ],
)
def test_what_is_refused(onshi: Run, app: App, words: tuple[str, ...], code: str) -> None:
    said = onshi("surveys", *words, "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, code)
