"""Deciding: whether a survey holds together, whom a party may ask, what an answer means. Pure."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias

import msgspec

from onshi.access import Party, PartyKind
from onshi.audit import Action, Entry
from onshi.kernel import narrow, parse_day
from onshi.surveys.errors import AddresseesMalformed, SurveyMalformed
from onshi.surveys.model import Choice, Content, Draft, Kind, Question, Survey, Value, Words, shown_survey_id

QUESTIONS_MAX = 40
CHOICES_MAX = 40
ADDRESSEES_MAX = 5_000
EXPECTED_MAX = 10_000_000
_TEXT_MAX = 500
_NUMBER_MAX = 10**12
_QUESTION_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
_CHOICE_CODE = re.compile(r"[A-Za-z0-9_]{1,30}")
ADDRESSEE = "addressee"
NONE, NOT_TICKED, OTHER = "none", "not", "other"
# Words of ours that stand where codes stand; months have no codes beside which OTHER stands.
_RESERVED = {ADDRESSEE, NONE, NOT_TICKED}
_ASKED = (PartyKind.BODY, PartyKind.INSURER, PartyKind.MUNICIPALITY, PartyKind.MINISTRY)
_TOWARDS: Mapping[PartyKind, tuple[PartyKind, ...]] = {
    PartyKind.MINISTRY: _ASKED,
    PartyKind.OFFICE: _ASKED,
    PartyKind.PREFECTURE: (PartyKind.BODY, PartyKind.MUNICIPALITY),
    PartyKind.INSURER: (PartyKind.BODY,),
}


class Fault(StrEnum):
    """What can be wrong with an answer; also the codes of findings of files."""

    MISSING = "answer-missing"
    CHOICE = "answer-unknown-choice"
    NUMBER = "answer-not-whole-number"
    RANGE = "answer-out-of-range"
    DAY = "answer-not-a-day"
    UNASKED = "answer-not-asked"


# -- What a survey asks ------------------------------------------------------------------------------------------------


Why: TypeAlias = tuple[str, str]
"""What is wrong with a draft, in Japanese and English."""


def check_draft(draft: Draft) -> None:
    """SurveyMalformed, with the first thing that is wrong."""
    if (why := next(_wrong(draft), None)) is not None:
        raise SurveyMalformed(why_ja=why[0], why=why[1])


def _wrong(draft: Draft) -> Iterator[Why]:
    if not all(_is_said(words) for words in (draft.title, draft.purpose)):
        yield (
            f"題名と目的を日本語と英語の両方で、それぞれ{_TEXT_MAX}字までで書いてください",
            f"title and purpose are needed in Japanese and English, {_TEXT_MAX} signs each at most",
        )
    if draft.closes_on < draft.opens_on:
        yield "最終日が開始日より前です", "its last day lies before its first"
    if not 0 < len(draft.questions) <= QUESTIONS_MAX:
        yield f"質問は1問から{QUESTIONS_MAX}問までです", f"it needs 1 to {QUESTIONS_MAX} questions"
    seen: dict[str, Question] = {}
    for place, question in enumerate(draft.questions, start=1):
        for ja, en in _wrong_question(question, seen):
            yield f"{place}問目（{question.code}）：{ja}", f"question {place} ({question.code}): {en}"
        seen[question.code] = question


def _is_said(words: Words) -> bool:
    return all(0 < len(one.strip()) <= _TEXT_MAX for one in (words.ja, words.en))


def _wrong_question(question: Question, seen: Mapping[str, Question]) -> Iterator[Why]:
    if not _QUESTION_CODE.fullmatch(question.code) or question.code in seen or question.code in _RESERVED:
        yield "質問コードが使えないか、重なっています", "its code cannot be used, or is used twice"
    if not _is_said(question.words):
        yield "質問文を日本語と英語の両方で書いてください", "its words are needed in Japanese and English"
    if question.is_ticked:
        yield from _wrong_choices(question.choices)
    elif question.choices:
        yield "数や日付の質問に選択肢は付けられません", "a number or a day has no choices"
    if question.kind is Kind.NUMBER and not -_NUMBER_MAX <= question.low < question.high <= _NUMBER_MAX:
        yield "最小と最大を整数で、最小のほうを小さくしてください", "it needs a smallest and a larger whole number"
    if question.kind is Kind.SEVERAL and question.required:
        # Everybody's ticks beyond the number of people would be those of whoever ticked more than one.
        yield "いくつでも選ぶ質問は必須にできません", "where several can be chosen nobody has to choose any"
    if question.only_if is not None:
        before = seen.get(question.only_if.question)
        if before is None or before.choice(question.only_if.choice) is None:
            yield "条件が前の質問の選択肢ではありません", "its condition is no choice of a question before it"


def _wrong_choices(choices: Sequence[Choice]) -> Iterator[Why]:
    codes = [one.code for one in choices]
    if not 2 <= len(codes) <= CHOICES_MAX:
        yield f"選択肢は2つから{CHOICES_MAX}までです", f"it needs 2 to {CHOICES_MAX} choices"
    if len(set(codes)) < len(codes) or not all(_CHOICE_CODE.fullmatch(one) and one not in _RESERVED for one in codes):
        yield "選択肢のコードが使えないか、重なっています", "a code of its choices cannot be used, or is used twice"
    if not all(_is_said(one.words) for one in choices):
        yield "選択肢を日本語と英語の両方で書いてください", "its choices are needed in Japanese and English"


# -- Who is asked ------------------------------------------------------------------------------------------------------


def kinds_towards(sender: Party) -> tuple[PartyKind, ...]:
    """Which kinds of organisations it may ask."""
    return _TOWARDS.get(sender.kind, ())


def may_ask(sender: Party, other: Party) -> bool:
    """Whether the one may send the other a survey; a prefecture only within itself."""
    if other.kind not in kinds_towards(sender) or other.closed_on is not None:
        return False
    return sender.kind is not PartyKind.PREFECTURE or prefecture_of(other) == sender.code


def prefecture_of(party: Party) -> str | None:
    """Where an organisation is, two digits; None where nothing says so."""
    code = party.code if party.kind is PartyKind.MUNICIPALITY else party.municipality
    return None if code is None else code[:2]


def parse_addressees(text: str) -> list[tuple[str, int]]:
    """Lines of an id and a number, as pairs. AddresseesMalformed."""
    found: dict[str, int] = {}
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines:
        parts = narrow(line).split()
        if len(parts) != 2 or not parts[1].isascii() or not parts[1].isdigit() or parts[0] in found:
            raise AddresseesMalformed(limit=ADDRESSEES_MAX)
        found[parts[0]] = min(int(parts[1][:9]), EXPECTED_MAX)
    if not 0 < len(found) <= ADDRESSEES_MAX:
        raise AddresseesMalformed(limit=ADDRESSEES_MAX)
    return list(found.items())


# -- What is answered --------------------------------------------------------------------------------------------------


def read_answers(
    questions: Sequence[Question], given: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Value], dict[str, Fault]]:
    """The answers as values, and what is wrong, both by question. `given` are texts: what was typed or ticked."""
    content: dict[str, Value] = {}
    faults: dict[str, Fault] = {}
    for question in questions:
        texts = [text.strip() for text in given.get(question.code, ()) if text.strip()]
        if not is_asked(question, content):
            if texts:
                faults[question.code] = Fault.UNASKED
            continue
        value = _value(question, texts)
        if isinstance(value, Fault):
            faults[question.code] = value
        elif value is not None:
            content[question.code] = value
    return content, faults


def is_asked(question: Question, content: Content) -> bool:
    """Whether the question is asked of somebody who answered so far like this."""
    if question.only_if is None:
        return True
    ticked = content.get(question.only_if.question)
    return question.only_if.choice in (ticked if isinstance(ticked, tuple) else (ticked,))


def _value(question: Question, texts: Sequence[str]) -> Value | Fault | None:
    if not texts:
        return Fault.MISSING if question.required else None
    if question.kind is Kind.SEVERAL:
        ticked = set(texts)
        kept = tuple(one.code for one in question.choices if one.code in ticked)
        return kept if len(kept) == len(ticked) else Fault.CHOICE
    if len(texts) > 1:
        return Fault.CHOICE
    if question.kind is Kind.ONE:
        return texts[0] if question.choice(texts[0]) else Fault.CHOICE
    return _number(question, texts[0]) if question.kind is Kind.NUMBER else _day(texts[0])


def _number(question: Question, text: str) -> int | Fault:
    plain = narrow(text).replace(",", "")
    if not re.fullmatch(r"-?[0-9]{1,13}", plain):
        return Fault.NUMBER
    return int(plain) if question.low <= int(plain) <= question.high else Fault.RANGE


def _day(text: str) -> str | Fault:
    try:
        return parse_day(text).isoformat()
    except ValueError:
        return Fault.DAY


# -- The log -----------------------------------------------------------------------------------------------------------


def entry_of(survey: Survey, did: str, *, actor: str, at_party: str = "") -> Entry:
    """The log entry of something done with a survey as a whole; its leaf is the SHA-256 of a JSON list: survey, party,
    what was done, with which addressee, made on, sent on, closed on. There is none of an answer."""
    thing = f"survey:{shown_survey_id(survey.id)}"
    told = [thing, survey.party, did, at_party, survey.made_on, survey.sent_on, survey.closed_on]
    return Entry(actor, Action.SURVEY, did, hashlib.sha256(msgspec.json.encode(told)).digest(), None, thing)
