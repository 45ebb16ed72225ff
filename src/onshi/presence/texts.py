"""The texts of the outcomes, read once from `outcomes.toml`."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from onshi.presence.model import Outcome

READERS = ("reception", "citizen")
LANGUAGES = ("ja", "en")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("onshi.presence") / "outcomes.toml").read_text(encoding="utf-8"))


def outcome_meaning(outcome: Outcome, language: str) -> str:
    """What the outcome means, in `ja` or `en`."""
    text: str = _table()[outcome]["meaning"][language]
    return text


def outcome_advice(outcome: Outcome, reader: str, language: str) -> str:
    """What a reader (one of READERS) does next."""
    text: str = _table()[outcome][reader][language]
    return text


def lets_in(outcome: Outcome) -> str:
    """What the outcome is good for: `all`, `eligibility` or `nothing`."""
    word: str = _table()[outcome]["lets_in"]
    return word
