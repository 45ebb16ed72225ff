"""The texts of the answers and notices, read once from `answers.toml`."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from onshi.eligibility.model import Answer, AnswerKind, Notice

READERS = ("reception", "vendor", "insurer", "citizen")
LANGUAGES = ("ja", "en")


@cache
def table() -> dict[str, Any]:
    """The whole file: kind → texts, and `notices`."""
    return tomllib.loads((files("onshi.eligibility") / "answers.toml").read_text(encoding="utf-8"))


def validity(kind: AnswerKind) -> str:
    """資格有効性 (OQSCD006) of an answer."""
    code: str = table()[kind]["validity"]
    return code


def meaning(kind: AnswerKind, language: str) -> str:
    """What the kind means, in `ja` or `en`."""
    text: str = table()[kind]["meaning"][language]
    return text


def advice(kind: AnswerKind, reader: str, language: str) -> str:
    """What a reader (one of READERS) should do now."""
    text: str = table()[kind][reader][language]
    return text


def notice_text(notice: Notice, language: str) -> str:
    """A notice in words."""
    text: str = table()["notices"][notice][language]
    return text


def advice_for(answer: Answer, reader: str) -> dict[str, list[str]]:
    """The advice for an answer and its notices in every language, in reading order."""
    return {
        language: [advice(answer.kind, reader, language), *(notice_text(n, language) for n in answer.notices)]
        for language in LANGUAGES
    }
