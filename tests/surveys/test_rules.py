"""What makes a survey, whom one may ask, and how answers are read."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from onshi.access import Party
from onshi.surveys import Choice, Kind, OnlyIf, Question, State, Words, errors, rules
from onshi.surveys.results import bins
from onshi.surveys.rules import Fault

from . import make

EVERYBODY = [
    make.MINISTRY, make.OTHER_MINISTRY, make.SOCIETY, make.CHIYODA, make.OSAKA, make.WORKS, make.FISHERY,
]  # fmt: skip
NAMELESS = (Choice("a", Words("", "a")), Choice("b", make.words("b")))
TOO_MANY = tuple(replace(make.HAS, code=f"q{n}") for n in range(rules.QUESTIONS_MAX + 1))


def test_a_survey_that_holds_together() -> None:
    assert rules.check_draft(make.draft()) is None


WORDS = "title and purpose are needed in Japanese and English, 500 signs each at most"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": Words("題", " ")}, WORDS),
        ({"purpose": Words("", "x")}, WORDS),
        ({"closes_on": date(2026, 8, 31)}, "its last day lies before its first"),
        ({"questions": ()}, "it needs 1 to 40 questions"),
        ({"questions": TOO_MANY}, "it needs 1 to 40 questions"),
    ],
)
def test_what_does_not_hold_together_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(errors.SurveyMalformed) as refused:
        rules.check_draft(make.draft(**changes))
    assert refused.value.facts["why"] == why


HAS, WHY, DAYS = make.HAS, make.WHY, make.DAYS
CODE, CHOICES = "its code cannot be used, or is used twice", "a code of its choices cannot be used, or is used twice"
CONDITION = "its condition is no choice of a question before it"


@pytest.mark.parametrize(
    ("questions", "why"),
    [
        ([HAS, HAS], CODE),
        ([replace(HAS, code="Has")], CODE),
        ([replace(HAS, code="addressee")], CODE),
        ([replace(HAS, words=Words("", "x"))], "its words are needed in Japanese and English"),
        ([replace(HAS, choices=make.choices("yes"))], "it needs 2 to 40 choices"),
        ([replace(HAS, choices=make.choices("yes", "yes"))], CHOICES),
        ([replace(HAS, choices=make.choices("yes", "none"))], CHOICES),
        ([replace(HAS, choices=NAMELESS)], "its choices are needed in Japanese and English"),
        ([replace(DAYS, high=0)], "it needs a smallest and a larger whole number"),
        ([replace(DAYS, choices=make.choices("a", "b"))], "a number or a day has no choices"),
        ([HAS, replace(WHY, required=True)], "where several can be chosen nobody has to choose any"),
        ([WHY], CONDITION),
        ([HAS, replace(WHY, only_if=OnlyIf("has", "never"))], CONDITION),
    ],
)
def test_what_is_wrong_with_a_question_is_said(questions: list[Question], why: str) -> None:
    with pytest.raises(errors.SurveyMalformed) as refused:
        rules.check_draft(make.draft(questions=tuple(questions)))
    assert refused.value.facts["why"] == f"question {len(questions)} ({questions[-1].code}): {why}"


def test_a_condition_stands_behind_what_it_is_about() -> None:
    with pytest.raises(errors.SurveyMalformed) as refused:
        rules.check_draft(make.draft(questions=(WHY, HAS)))
    said = "この内容では調査を作れません。1問目（why）：条件が前の質問の選択肢ではありません。"
    assert refused.value.text("ja") == said


@pytest.mark.parametrize(
    ("sender", "may_ask"),
    [
        (make.MINISTRY, EVERYBODY),
        (make.OFFICE, EVERYBODY),
        (make.TOKYO, [make.CHIYODA, make.WORKS]),
        (make.SOCIETY, [make.WORKS, make.FISHERY]),
        (make.CHIYODA, []),
        (make.WORKS, []),
    ],
)  # fmt: skip
def test_who_may_ask_whom(sender: Party, may_ask: list[Party]) -> None:
    assert [one for one in make.PARTIES if rules.may_ask(sender, one)] == may_ask


@pytest.mark.parametrize(
    ("question", "texts", "read"),
    [
        (make.HAS, ["yes"], "yes"),
        (make.HAS, ["perhaps"], Fault.CHOICE),
        (make.HAS, ["yes", "no"], Fault.CHOICE),
        (make.HAS, [" "], Fault.MISSING),
        (make.DAYS, ["１２"], 12),
        (make.DAYS, ["-1"], Fault.RANGE),
        (make.DAYS, ["100"], Fault.RANGE),
        (make.DAYS, ["1.5"], Fault.NUMBER),
        (make.DAYS, ["99999999999999999999"], Fault.NUMBER),
        (make.DAYS, [""], None),
        (make.SINCE, ["令和8年9月1日"], "2026-09-01"),
        (make.SINCE, ["someday"], Fault.DAY),
        (replace(make.WHY, only_if=None), ["worry", "time"], ("time", "worry")),
        (replace(make.WHY, only_if=None), ["worry", "x"], Fault.CHOICE),
        (replace(make.WHY, only_if=None), [], None),
    ],
)
def test_how_an_answer_is_read(question: Question, texts: list[str], read: object) -> None:
    content, faults = rules.read_answers([question], {question.code: texts})
    if isinstance(read, Fault):
        assert (content, faults) == ({}, {question.code: read})
    else:
        assert (content, faults) == ({} if read is None else {question.code: read}, {})


@pytest.mark.parametrize(
    ("has", "why", "content", "faults"),
    [
        ("no", ["time"], {"has": "no", "why": ("time",)}, {}),
        ("no", [], {"has": "no"}, {}),
        ("yes", [], {"has": "yes"}, {}),
        ("yes", ["time"], {"has": "yes"}, {"why": Fault.UNASKED}),
        ("", ["time"], {}, {"has": Fault.MISSING, "why": Fault.UNASKED}),
    ],
)
def test_a_question_with_a_condition(
    has: str, why: list[str], content: dict[str, object], faults: dict[str, Fault]
) -> None:
    assert rules.read_answers([make.HAS, make.WHY], {"has": [has], "why": why}) == (content, faults)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("body:works 120\n\n  body:fishery　３０ \n", [("body:works", 120), ("body:fishery", 30)]),
        ("body:works", None),
        ("body:works many", None),
        ("body:works 1\nbody:works 2", None),
        ("", None),
    ],
)
def test_a_list_of_addressees(text: str, found: list[tuple[str, int]] | None) -> None:
    if found is None:
        with pytest.raises(errors.AddresseesMalformed):
            rules.parse_addressees(text)
    else:
        assert rules.parse_addressees(text) == found


@pytest.mark.parametrize(
    ("low", "high", "spans"),
    [
        (0, 99, [(0, 19), (20, 39), (40, 59), (60, 79), (80, 99)]),
        (1, 3, [(1, 1), (2, 2), (3, 3)]),
        (0, 10, [(0, 2), (3, 5), (6, 8), (9, 10)]),
    ],
)
def test_numbers_are_told_in_spans(low: int, high: int, spans: list[tuple[int, int]]) -> None:
    assert bins(replace(make.DAYS, low=low, high=high)) == spans


@pytest.mark.parametrize(
    ("sent_on", "closed_on", "day", "state"),
    [
        (None, None, "2026-09-10", State.DRAFT),
        ("2026-08-25", None, "2026-08-31", State.SENT),
        ("2026-08-25", None, "2026-09-01", State.OPEN),
        ("2026-08-25", None, "2026-09-30", State.OPEN),
        ("2026-08-25", None, "2026-10-01", State.OVER),
        ("2026-08-25", "2026-10-01", "2026-10-01", State.CLOSED),
    ],
)
def test_how_a_survey_stands(sent_on: str | None, closed_on: str | None, day: str, state: State) -> None:
    found = replace(
        make.survey(),
        sent_on=sent_on and date.fromisoformat(sent_on),
        closed_on=closed_on and date.fromisoformat(closed_on),
    )
    assert found.state(date.fromisoformat(day)) is state


def test_no_question_takes_free_text() -> None:
    assert [kind.value for kind in Kind] == ["one", "several", "number", "day"]
