"""Reference numbers (照会番号): the institution's own numbers of its patients, kept by the centre."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from onshi.interfaces.oqs import composing
from onshi.interfaces.oqs.agent.asking import ErrorTold
from onshi.interfaces.oqs.agent.model import Centre, Request, Terms
from onshi.interfaces.oqs.agent.packing import answer_file
from onshi.interfaces.oqs.elements import Elements, group, text
from onshi.interfaces.oqs.outcomes import OutcomeCode, Said, said
from onshi.kernel import narrow, parse_insurer_number
from onshi.outside import Outgoing

_PATH: Final = "/v1/reference-numbers"
_AT_ONCE: Final = 500
_NUMBER_MAX: Final = 50
_TEXT_MAX: Final = 64
_STATES: Final = {"not_found": OutcomeCode.NOT_FOUND, "more_than_one": OutcomeCode.SEVERAL}


class _Row(msgspec.Struct):
    state: str = ""
    error: ErrorTold | None = None


class _Rows(msgspec.Struct):
    results: list[_Row]


_decode = msgspec.json.Decoder(_Rows).decode


def answer_reference(centre: Centre, request: Request, terms: Terms) -> Outgoing:
    """OQSsiimm01res."""
    info = group(request.body, "ReferenceNumberRegistrationInfo")
    (why,) = register_all(centre, [info])
    number = text(info, "ReferenceNumber")
    if why is None:
        return answer_file(request, composing.registered(request.stamp, number), terms)
    return answer_file(request, composing.not_registered(request.stamp, number, why), terms)


def register_all(centre: Centre, infos: Sequence[Elements]) -> list[Said | None]:
    """Has each kept; None where that is done, else why it is not. The same again changes nothing."""
    asked = [_registration(info) for info in infos]
    rows = [one for one in asked if not isinstance(one, Said)]
    told: list[_Row] = []
    for start in range(0, len(rows), _AT_ONCE):
        told += _decode(centre.post(_PATH, {"registrations": rows[start : start + _AT_ONCE]})).results
    replies = iter(told)
    return [one if isinstance(one, Said) else _why(next(replies)) for one in asked]


def _why(row: _Row) -> Said | None:
    if row.error is not None:
        return said(OutcomeCode.REFUSED, refusal=row.error.code)
    code = _STATES.get(row.state)
    return None if code is None else said(code)


def _registration(info: Elements) -> dict[str, Any] | Said:
    number = text(info, "ReferenceNumber").strip()
    if not number:
        return said(OutcomeCode.ELEMENT_MISSING, element="ReferenceNumber")
    if len(number) > _NUMBER_MAX:
        return said(OutcomeCode.ELEMENT_UNREADABLE, element="ReferenceNumber")
    found = insured(info, "InsuredCardSymbol", "InsuredIdentificationNumber", "InsuredBranchNumber")
    return found if isinstance(found, Said) else {"reference_number": number, **found}


def insured(elements: Elements, symbol: str, number: str, branch: str) -> dict[str, Any] | Said:
    """Insurer, symbol, number and branch under the names a family of messages has for them."""
    written = text(elements, "InsurerNumber")
    if not written.strip():
        return said(OutcomeCode.ELEMENT_MISSING, element="InsurerNumber")
    try:
        found: dict[str, Any] = {"insurer_number": parse_insurer_number(written)}
    except ValueError:
        return said(OutcomeCode.ELEMENT_UNREADABLE, element="InsurerNumber")
    for name, member in ((symbol, "symbol"), (number, "number"), (branch, "branch")):
        value = text(elements, name).strip()
        if not value and name == number:
            return said(OutcomeCode.ELEMENT_MISSING, element=name)
        if len(value) > _TEXT_MAX:
            return said(OutcomeCode.ELEMENT_UNREADABLE, element=name)
        if value:
            found[member] = narrow(value) if name == branch else value
    return found
