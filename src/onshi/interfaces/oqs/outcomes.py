"""What is said of a request that is not answered: our codes, in the shape of the national ones."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class OutcomeCode(StrEnum):
    """The closed list; `outcomes.toml` has the words."""

    UNREADABLE = "OQSR0001E"
    ELEMENT_MISSING = "OQSR0002E"
    ELEMENT_UNREADABLE = "OQSR0003E"
    TOO_OFTEN = "OQSR0004E"
    OTHER_INSTITUTION = "OQSR0005E"
    NOT_SERVED = "OQSR0006E"
    UNKNOWN_RECEPTION = "OQSR0007E"
    FAILED = "OQSR0008E"
    TOO_MANY = "OQSR0009E"
    REFUSED = "OQSR0010E"
    NOT_FOUND = "OQSR0011E"
    SEVERAL = "OQSR0012E"
    NO_CONSENT = "OQSR0013E"
    CONSENT_OVER = "OQSR0014E"
    ZIP_UNREADABLE = "OQSR0015E"
    ZIP_OFF = "OQSR0016E"
    NOT_SIGNED_IN = "OQSR0017E"
    NOTHING = "OQSN0101I"
    NO_TICKETS = "OQSN0102I"


@dataclass(frozen=True, slots=True)
class Said:
    """A code and what clients show beside it, in Japanese."""

    code: str
    message: str


def said(code: OutcomeCode, **facts: object) -> Said:
    """The words for a code."""
    return Said(code.value, outcome_texts()[code]["ja"].format(**facts))


@cache
def outcome_texts() -> Mapping[str, Mapping[str, str]]:
    """Every code in Japanese and English."""
    return tomllib.loads((files("onshi.interfaces.oqs") / "outcomes.toml").read_text(encoding="utf-8"))
