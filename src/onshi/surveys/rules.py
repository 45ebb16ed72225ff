"""Deciding: whether a survey holds together, whom a party may ask, what an answer means. Pure."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from onshi.access import Party, PartyKind
from onshi.audit import Action, Entry
from onshi.kernel import narrow, parse_day
from onshi.surveys.errors import AddresseesMalformed, SurveyMalformed
from onshi.surveys.model import Content, Draft, Kind, Question, Survey, Target, Value, shown_survey_id

QUESTIONS_MAX = 40
CHOICES_MAX = 40
ADDRESSEES_MAX = 5_000
EXPECTED_MAX = 10_000_000
_TEXT_MAX = 500
_NUMBER_MAX = 10**12
_QUESTION_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
_CHOICE_CODE = re.compile(r"[A-Za-z0-9_]{1,30}")
ADDRESSEE = "addressee"
NONE, NOT_TICKED = "none", "not"
# Words of ours that stand where codes stand.
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


def check_draft(draft: Draft) -> None:
    """SurveyMalformed, with the first thing that is wrong."""
    if why := next(_wrong(draft), None):
        raise SurveyMalformed(why=why)


def _wrong(draft: Draft) -> Iterator[str]:
    for words in (draft.title, draft.purpose):
        if not all(0 < len(one.strip()) <= _TEXT_MAX for one in (words.ja, words.en)):
            yield "title / purpose (ja, en)"
    if draft.closes_on < draft.opens_on:
        yield f"{draft.opens_on} > {draft.closes_on}"
    if not 0 < len(draft.questions) <= QUESTIONS_MAX:
        yield f"1–{QUESTIONS_MAX} questions"
    seen: dict[str, Question] = {}
    for place, question in enumerate(draft.questions, start=1):
        if any(_wrong_question(question, seen)):
            yield f"question {place}"
        seen[question.code] = question


def _wrong_question(question: Question, seen: Mapping[str, Question]) -> Iterator[bool]:
    yield not _QUESTION_CODE.fullmatch(question.code) or question.code in seen or question.code in _RESERVED
    yield not all(0 < len(one.strip()) <= _TEXT_MAX for one in (question.words.ja, question.words.en))
    if question.is_ticked:
        codes = [one.code for one in question.choices]
        yield not 2 <= len(codes) <= CHOICES_MAX or len(set(codes)) < len(codes)
        yield not all(_CHOICE_CODE.fullmatch(one) and one not in _RESERVED for one in codes)
        yield not all(one.words.ja.strip() and one.words.en.strip() for one in question.choices)
    else:
        yield bool(question.choices)
    if question.kind is Kind.NUMBER:
        yield not -_NUMBER_MAX <= question.low < question.high <= _NUMBER_MAX
    if question.only_if is not None:
        before = seen.get(question.only_if.question)
        yield before is None or before.choice(question.only_if.choice) is None


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


def fewer_than_expected(targets: Iterable[Target], answers: Mapping[str, int]) -> list[Target]:
    """Those from whom fewer answers came than expected."""
    return [one for one in targets if answers.get(one.party, 0) < one.expected]


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
