"""Surveys and parties with safe defaults."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec

from onshi import access, registry, surveys
from onshi.access import Party, PartyKind
from onshi.db import Tx
from onshi.kernel import InsurerNumber, Moment, parse_moment
from onshi.registry import Insurer
from onshi.surveys import Choice, Draft, Kind, Link, OnlyIf, Question, Sort, Survey, SurveyId, Words, service

BEFORE, DURING, LAST, AFTER = (parse_moment(f"2026-{day}T10:00:00") for day in ("08-25", "09-10", "09-30", "10-01"))
MINISTRY = Party(PartyKind.MINISTRY, "health", "医療保険省")
OTHER_MINISTRY = Party(PartyKind.MINISTRY, "finance", "財政省")
OFFICE = Party(PartyKind.OFFICE, "programme", "推進室")
TOKYO = Party(PartyKind.PREFECTURE, "13", "東京都")
SOCIETY = Party(PartyKind.INSURER, "06139992", "見本健康保険組合")
CHIYODA = Party(PartyKind.MUNICIPALITY, "131016", "千代田区")
OSAKA = Party(PartyKind.MUNICIPALITY, "271004", "大阪市")
WORKS = Party(PartyKind.BODY, "works", "見本製作所", municipality="131016")
FISHERY = Party(PartyKind.BODY, "fishery", "見本水産", municipality="271004")
SHUT = replace(WORKS, code="shut", closed_on=date(2026, 1, 1))
PARTIES = (MINISTRY, OTHER_MINISTRY, OFFICE, TOKYO, SOCIETY, CHIYODA, OSAKA, WORKS, FISHERY, SHUT)


def words(text: str) -> Words:
    return Words(f"{text}（日本語）", text)


def choices(*codes: str) -> tuple[Choice, ...]:
    return tuple(Choice(code, words(code)) for code in codes)


HAS = Question("has", Kind.ONE, words("Have you a card?"), choices("yes", "applied", "no"))
WHY = Question(
    "why",
    Kind.SEVERAL,
    words("Why not?"),
    choices("time", "need", "worry"),
    required=False,
    only_if=OnlyIf("has", "no"),
)
DAYS = Question("days", Kind.NUMBER, words("How many days did it take?"), low=0, high=99, required=False)
SINCE = Question("since", Kind.DAY, words("Since when?"), required=False)
QUESTIONS = (HAS, WHY, DAYS, SINCE)


def draft(**changes: Any) -> Draft:
    given: dict[str, Any] = {
        "sort": Sort.PEOPLE,
        "title": words("Cards at work"),
        "purpose": words("To know what is missing"),
        "questions": QUESTIONS,
        "opens_on": date(2026, 9, 1),
        "closes_on": date(2026, 9, 30),
    }
    return Draft(**(given | changes))


def survey(**changes: Any) -> Survey:
    """A survey nobody made."""
    return Survey(SurveyId(7), MINISTRY.id, draft(**changes), date(2026, 8, 25))


def register(tx: Tx) -> None:
    """The parties are known."""
    access.register_parties(tx, PARTIES, by="local:tests")
    registry.put_insurers(tx, [Insurer(InsurerNumber(SOCIETY.code), "06", "society", SOCIETY.name, "13")], at=BEFORE)


def sent(
    tx: Tx,
    *to: tuple[str, int],
    sender: Party = MINISTRY,
    survey_id: int = 7,
    **changes: Any,
) -> tuple[Survey, dict[str, str]]:
    """A survey that went out, with the tokens of its links by party."""
    made = service.make(tx, sender, draft(**changes), survey_id=SurveyId(survey_id), at=BEFORE)
    found, links = service.send(tx, sender, made.id, to or [(WORKS.id, 30), (FISHERY.id, 20)], at=BEFORE)
    return found, by_party(links)


def by_party(links: Sequence[Link]) -> dict[str, str]:
    return {one.party: one.token for one in links}


def given(has: str = "yes", *why: str, **more: str) -> dict[str, list[str]]:
    """What a form brings."""
    return {"has": [has], "why": list(why)} | {code: [text] for code, text in more.items()}


class Answering:
    """People who answer, each with a form of their own."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.number = 0

    def __call__(self, token: str, times: int, answers: dict[str, list[str]], *, at: Moment = DURING) -> None:
        for _ in range(times):
            self.number += 1
            wrong = service.answer(
                self.tx, token, answers, form=f"form-{self.number}", answer_id=1_000 + self.number, at=at
            )
            assert wrong == {}


def plain(content: object) -> Any:
    """As JSON has it."""
    return msgspec.to_builtins(content)


assert surveys.Sort is Sort, "by the door"
