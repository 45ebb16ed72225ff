"""Refusals about facilities with the words of the pages in place of codes; their names; days and amounts of forms."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from onshi import access
from onshi.access import PartyKind
from onshi.db import Tx
from onshi.facilities.errors import FacilityRefused
from onshi.facilities.reading import stop_word
from onshi.kernel import ProviderCode, narrow, parse_day
from onshi.web.visit import Visit

_YEN_DIGITS_MAX, _DIGITS_MAX = 12, 9
_SAID: Mapping[str, Callable[[Visit, str], str]] = {
    "step": lambda visit, code: stop_word(code, visit.language),
    "needs": lambda visit, code: stop_word(code, visit.language),
    "kind": lambda visit, code: visit.say("facility.kind." + code),
    "reason": lambda visit, code: visit.say("facility.why." + code),
    "function": lambda visit, code: visit.say("facility.function." + code),
}


def refusal_text(visit: Visit, error: FacilityRefused) -> str:
    """The refusal as the page says it."""
    facts = {name: _SAID[name](visit, str(fact)) if name in _SAID else fact for name, fact in error.facts.items()}
    return type(error)(**facts).text(visit.language)


def names_of(tx: Tx, institutions: Iterable[ProviderCode]) -> dict[str, str]:
    """What they are called, by code."""
    found = access.party_names(tx, {f"{PartyKind.INSTITUTION.value}:{one}" for one in institutions})
    return {party.partition(":")[2]: name for party, name in found.items()}


def day_of(text: str) -> date | None:
    """A day as typed, None where nothing was; ValueError for what is no day."""
    return parse_day(text) if text else None


def yen_of(text: str) -> int | None:
    """A sum as typed, with or without commas and 円, None where nothing was; ValueError for what is no sum."""
    return whole_of(text.replace("円", "").replace("¥", ""), digits_max=_YEN_DIGITS_MAX)


def whole_of(text: str, *, digits_max: int = _DIGITS_MAX) -> int | None:
    """A whole number as typed, with or without commas, None where nothing was; ValueError for what is none."""
    plain = narrow(text).replace(",", "").strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) <= digits_max):
        raise ValueError("not a whole number of this size")
    return int(plain)
