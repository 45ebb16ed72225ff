"""Single questions (OQSsiquc01), as many as have come at once in one request to the server."""

from collections.abc import Sequence
from dataclasses import replace

from onshi.interfaces.oqs import composing
from onshi.interfaces.oqs.agent.asking import CheckTold, ask_all, made_at, question_of, refused_row
from onshi.interfaces.oqs.agent.model import Centre, Request, Terms
from onshi.interfaces.oqs.agent.packing import answer_file
from onshi.interfaces.oqs.elements import Elements, group
from onshi.interfaces.oqs.outcomes import OutcomeCode, Said, said
from onshi.outside import Outgoing


def answer_singles(centre: Centre, requests: Sequence[Request], terms: Terms) -> list[Outgoing]:
    """The answer to each request, in order. Raises what the server or the line does; then nothing is answered."""
    asked = [question_of(search_of(one), one.header) for one in requests]
    questions = [one for one in asked if not isinstance(one, Said)]
    told = iter(ask_all(centre, questions) if questions else [])
    return [
        answer_file(
            request,
            composing.single_not_answered(request.stamp, search_of(request), one)
            if isinstance(one, Said)
            else single_elements(request, next(told), terms, limit_consent=one["limit_consent"]),
            terms,
        )
        for request, one in zip(requests, asked, strict=True)
    ]


def search_of(request: Request) -> Elements:
    """What the request asks about."""
    return group(request.body, "QualificationConfirmSearchInfo")


def single_elements(request: Request, told: CheckTold, terms: Terms, *, limit_consent: bool) -> Elements:
    """The message of one answer."""
    search = search_of(request)
    if told.answer is None or told.proof is None:
        return composing.single_not_answered(request.stamp, search, refused_row(told))
    if told.proof.institution != terms.institution:
        # The key of another institution was given to this agent: nothing of the answer may leave.
        return composing.failed(request.stamp, said(OutcomeCode.OTHER_INSTITUTION), is_single=True)
    stamp = replace(request.stamp, at=made_at(told, request.stamp.at))
    return composing.by_number(
        stamp, told.answer, search=search, limit_consent=limit_consent, reference=told.reference_number
    )
