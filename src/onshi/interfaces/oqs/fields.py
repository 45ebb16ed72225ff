"""A question as the national interface writes it (OQSsiquc01req, OQSmuquc01req), read into ours. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeVar

from onshi.eligibility import ByNumber, Query
from onshi.interfaces.oqs.errors import ElementMissing, ElementUnreadable
from onshi.kernel import narrow, parse_day, parse_insurer_number

_TEXT_MAX: Final = 64  # 記号 and 番号 have 20 characters; padding and other widths may add some
_CONSENTS: Final = {"0": False, "1": True}
Value = TypeVar("Value")


def query_of(elements: Mapping[str, str], header: Mapping[str, str]) -> Query:
    """The question of one QualificationConfirmSearchInfo under its MessageHeader; names as in the interface.

    Both families write the same elements. An absent element and an empty one mean the same. Consent to the
    限度額適用認定証 is given only by the flag 1. Elements that are no part of the question (the identifiers a
    client wants back) are left alone. Raises ElementMissing and ElementUnreadable.
    """
    asked = ByNumber(
        insurer=_read(elements, "InsurerNumber", parse_insurer_number),
        number=_read(elements, "InsuredIdentificationNumber", _text),
        birth_on=_read(elements, "Birthdate", _day),
        symbol=_read_optional(elements, "InsuredCardSymbol", _text),
        branch=_read_optional(elements, "InsuredBranchNumber", _text),
    )
    consent = _read_optional(elements, "LimitApplicationCertificateRelatedConsFlg", _flag)
    return Query(asked, _read(header, "QualificationConfirmationDate", _day), limit_consent=bool(consent))


def _read(elements: Mapping[str, str], name: str, parse: Callable[[str], Value]) -> Value:
    found = _read_optional(elements, name, parse)
    if found is None:
        raise ElementMissing(element=name)
    return found


def _read_optional(elements: Mapping[str, str], name: str, parse: Callable[[str], Value]) -> Value | None:
    text = elements.get(name, "")
    if not text.strip():
        return None
    try:
        return parse(text)
    except ValueError:
        raise ElementUnreadable(element=name) from None


def _text(text: str) -> str:
    if len(text) > _TEXT_MAX or not all(char.isprintable() or char.isspace() for char in text):
        raise ValueError("too long, or it holds control characters")
    return text.strip()


def _day(text: str) -> date:
    plain = narrow(text)
    if len(plain) != 8:
        raise ValueError("a day has eight digits")
    return parse_day(plain)


def _flag(text: str) -> bool:
    try:
        return _CONSENTS[narrow(text)]
    except KeyError:
        raise ValueError("a flag is 0 or 1") from None
