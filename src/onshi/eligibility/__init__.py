"""The check: is this person insured, by whom, and the proof of what was answered."""

from onshi.eligibility import past
from onshi.eligibility.errors import KnownLater, TooManyQueries
from onshi.eligibility.model import (
    Answer,
    AnswerKind,
    ByCard,
    ByNumber,
    Freshness,
    Notice,
    OtherCoverage,
    Query,
    Share,
    ShownCoverage,
    ShownPerson,
)
from onshi.eligibility.notes import BY_FACE, BY_NUMBER
from onshi.eligibility.own import OwnAnswer, own_answer
from onshi.eligibility.proof import Proof, Verdict, verify
from onshi.eligibility.service import LIMIT, Asker, Checked, check
from onshi.eligibility.shown import share_of
from onshi.eligibility.texts import READERS, advice, advice_for, meaning, notice_text, validity

__all__ = [
    "BY_FACE",
    "BY_NUMBER",
    "LIMIT",
    "READERS",
    "Answer",
    "AnswerKind",
    "Asker",
    "ByCard",
    "ByNumber",
    "Checked",
    "Freshness",
    "KnownLater",
    "Notice",
    "OtherCoverage",
    "OwnAnswer",
    "Proof",
    "Query",
    "Share",
    "ShownCoverage",
    "ShownPerson",
    "TooManyQueries",
    "Verdict",
    "advice",
    "advice_for",
    "check",
    "meaning",
    "notice_text",
    "past",
    "own_answer",
    "share_of",
    "validity",
    "verify",
]
