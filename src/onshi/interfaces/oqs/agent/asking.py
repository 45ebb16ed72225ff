"""Questions of the national interface as JSON for the server, and its replies read. Pure, save for `Centre`."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import msgspec

from onshi.eligibility import Answer, ByNumber
from onshi.interfaces.oqs.agent.model import Centre
from onshi.interfaces.oqs.composing import RECORDS, Consent, Consents
from onshi.interfaces.oqs.elements import Elements
from onshi.interfaces.oqs.outcomes import OutcomeCode, Said, said
from onshi.interfaces.oqs.refusing import query_or_why
from onshi.kernel import Moment, parse_moment

Question: TypeAlias = dict[str, Any]

BULK: Final = "/v1/checks/bulk"
_AT_ONCE: Final = 500


class ErrorTold(msgspec.Struct):
    """Why one row was not answered."""

    code: str


class ProofTold(msgspec.Struct):
    """Of the proof, what an answer needs: when it was made, and for whom."""

    at: int
    institution: str


class ConsentTold(msgspec.Struct):
    """A consent as the server tells it."""

    kind: str
    given_at: str
    until: str
    withdrawn: bool = False


class CheckTold(msgspec.Struct):
    """One row of the server's: an answer, or an error."""

    answer: Answer | None = None
    proof: ProofTold | None = None
    reference_number: str | None = None
    consents: list[ConsentTold] = []
    error: ErrorTold | None = None


class _Results(msgspec.Struct):
    results: list[CheckTold]


_decode_results = msgspec.json.Decoder(_Results).decode
decode_row = msgspec.json.Decoder(CheckTold).decode


def question_of(search: Elements, header: Elements) -> Question | Said:
    """The JSON of one QualificationConfirmSearchInfo, or why it cannot be asked."""
    query = query_or_why(search, header)
    if isinstance(query, Said):
        return query
    asked = query.asked
    assert isinstance(asked, ByNumber), "this message asks by number"
    question: Question = {
        "insurer_number": asked.insurer,
        "number": asked.number,
        "birth_on": asked.birth_on.isoformat(),
        "on": query.on.isoformat(),
        "limit_consent": query.limit_consent,
        "want_reference_number": True,
    }
    if asked.symbol is not None:
        question["symbol"] = asked.symbol
    if asked.branch is not None:
        question["branch"] = asked.branch
    return question


def ask_all(centre: Centre, questions: Sequence[Question]) -> list[CheckTold]:
    """What the server answers to each, in order."""
    told: list[CheckTold] = []
    for start in range(0, len(questions), _AT_ONCE):
        body = {"checks": list(questions[start : start + _AT_ONCE])}
        told += _decode_results(centre.post(BULK, body)).results
    assert len(told) == len(questions), "the server answers every row"
    return told


def refused_row(told: CheckTold) -> Said:
    """Why a row was not answered, in words for a desk."""
    assert told.error is not None, "a row has an answer or an error"
    return said(OutcomeCode.REFUSED, refusal=told.error.code)


def consents_of(told: CheckTold, *, at: Moment, more: tuple[tuple[str, Consent | None], ...] = ()) -> Consents:
    """Consents as the interface lists them at a moment: what was asked for and not given is told too."""
    given = {one.kind: _consent(one, at) for one in told.consents}
    return Consents((*more, *((word, given.get(kind)) for kind, word in RECORDS.items())))


def _consent(told: ConsentTold, at: Moment) -> Consent:
    until = parse_moment(told.until)
    return Consent(parse_moment(told.given_at), until, is_over=told.withdrawn or until <= at)


def made_at(told: CheckTold, otherwise: Moment) -> Moment:
    """When the server answered."""
    return otherwise if told.proof is None else Moment(told.proof.at)
