"""資格確認 over JSON: one question by number under the token of a login, answered as OQSsiquc01res."""

from dataclasses import replace
from typing import Final

import msgspec

from onshi import access
from onshi.access import Caller, PartyKind
from onshi.eligibility import Asker
from onshi.interfaces.oqs import composing
from onshi.interfaces.oqs.composing import Stamp
from onshi.interfaces.oqs.elements import Elements, group
from onshi.interfaces.oqs.encodings import Encoding, NotReadable
from onshi.interfaces.oqs.errors import ElementUnreadable
from onshi.interfaces.oqs.json_form import as_json, of_json
from onshi.interfaces.oqs.outcomes import OutcomeCode, Said, said
from onshi.interfaces.oqs.reading import Read
from onshi.interfaces.oqs.refusing import fault_of, query_or_why
from onshi.interfaces.oqs.schema import message_kinds
from onshi.interfaces.rest.checks import SCOPE
from onshi.interfaces.rest.dispatch import take
from onshi.interfaces.rest.problems import NotAllowed, status_of
from onshi.interfaces.webapi.model import Asked, Told
from onshi.kernel import Moment, OnshiError

_ASKED: Final = message_kinds()["OQSsiquc01req"]
_ANSWER: Final = message_kinds()["OQSsiquc01res"]
_OK: Final = 200


def answer(asked: Asked) -> Told:
    """The answer, after it is durably in the log. Whoever has no token is told nothing but that."""
    caller: Caller | None = None
    try:
        caller = asked.app.desk.party_of(asked.authorization, asked.at)
        if SCOPE not in caller.scopes:
            raise NotAllowed(scope=SCOPE)
        take(asked.app, caller.client_id, 1, asked.at)
        return Told(_OK, as_json(_elements(asked, caller), _ANSWER), caller.client_id)
    except OnshiError as error:
        return refused(error, asked.at, caller)


def refused(error: OnshiError, at: Moment, caller: Caller | None = None) -> Told:
    """A request that was not let in, in the form of an answer that failed; the status of HTTP says so too."""
    if isinstance(error, access.errors.InvalidToken | access.errors.ExpiredToken):
        why = said(OutcomeCode.NOT_SIGNED_IN)
    else:
        why = said(OutcomeCode.REFUSED, refusal=error.code)
    document = as_json(_failed(Stamp(at, _institution(caller), Encoding.UTF_8), why), _ANSWER)
    return Told(status_of(error), document, None if caller is None else caller.client_id)


def _elements(asked: Asked, caller: Caller) -> Elements:
    institution = _institution(caller)
    blank = Stamp(asked.at, institution, Encoding.UTF_8)
    try:
        found = of_json(asked.body, _ASKED)
    except NotReadable:
        return _failed(blank, said(OutcomeCode.UNREADABLE))
    except ElementUnreadable as error:
        return _failed(blank, said(OutcomeCode.ELEMENT_UNREADABLE, **error.facts))
    stamp = Stamp.of(found, at=asked.at, encoding=Encoding.UTF_8)
    why = fault_of(found, _ASKED, institution=institution)
    if why is not None:
        return _failed(stamp, why)
    return _answered(asked, caller, found, stamp)


def _answered(asked: Asked, caller: Caller, found: Read, stamp: Stamp) -> Elements:
    search = group(found.body, "QualificationConfirmSearchInfo")
    query = query_or_why(search, found.header)
    if isinstance(query, Said):
        return composing.single_not_answered(stamp, search, query)
    wanted = msgspec.structs.replace(query, with_reference=True)
    (checked,) = asked.app.check([wanted], Asker(caller.party_id, caller.party_code))
    return composing.by_number(
        replace(stamp, at=Moment(checked.proof.at)),
        checked.answer,
        search=search,
        limit_consent=query.limit_consent,
        reference=checked.reference_number,
    )


def _institution(caller: Caller | None) -> str:
    """The code for which the caller may ask; empty for who is no institution, and no code is empty."""
    is_one = caller is not None and caller.party_id.partition(":")[0] == PartyKind.INSTITUTION
    return caller.party_code if caller is not None and is_one else ""


def _failed(stamp: Stamp, why: Said) -> Elements:
    message = composing.failed(stamp, why, is_single=True)
    # One client wants this member always, be it empty.
    group(message, "MessageHeader").setdefault("MedicalInstitutionCode", "")
    return message
