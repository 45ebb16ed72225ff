"""Bulk requests: taken with a number (…01res), answered when asked for by it (…02res)."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from onshi.interfaces.oqs import composing
from onshi.interfaces.oqs.agent.asking import (
    BULK,
    CheckTold,
    Question,
    consents_of,
    decode_row,
    question_of,
    refused_row,
)
from onshi.interfaces.oqs.agent.model import Centre, Request, Terms
from onshi.interfaces.oqs.agent.opening import refusal
from onshi.interfaces.oqs.agent.packing import answer_file, packed
from onshi.interfaces.oqs.agent.references import register_all
from onshi.interfaces.oqs.elements import Elements, group, groups, text
from onshi.interfaces.oqs.outcomes import OutcomeCode, Said, said
from onshi.interfaces.oqs.reading import read
from onshi.interfaces.oqs.schema import message_kinds
from onshi.interfaces.oqs.writing import write
from onshi.outside import DeskRefused, Outgoing, write_whole

MANY_MAX: Final = 100_000
_DONE, _FAILED = "done", "failed"
_KEPT_SIGNS: Final = 16
_CONSENTED: Final = "/v1/consents/checks"
_CARE: Final = {"2": "home_visit", "3": "online"}
_PERIODS: Final = {
    "ConsentDateFrom": "consented_from",
    "ConsentDateTo": "consented_to",
    "ExaminationDateFrom": "examined_from",
    "ExaminationDateTo": "examined_to",
}
_GONE: Final = 404
_WITHOUT_PERIOD: Final = 2
_SEARCH: Final = "QualificationConfirmSearchInfo"


class _Job(msgspec.Struct):
    id: str
    state: str


class _JobHeld(msgspec.Struct):
    job: _Job


class _Page(msgspec.Struct):
    results: list[CheckTold]
    next: str | None = None


_decode_job = msgspec.json.Decoder(_JobHeld).decode
_decode_page = msgspec.json.Decoder(_Page).decode
Perform: TypeAlias = Callable[[Centre, Request, Terms, str], "Elements | Said"]


def answer_upload(centre: Centre, request: Request, terms: Terms, kept: Path) -> Outgoing:
    """…01res: what was asked is with the server, or done, and kept for whoever asks by the number.

    The number follows from the content: the same file once more, after whatever interrupted the first, is the same
    request.
    """
    reception = _reception(request, terms)
    if request.kind.prefix == "OQSmuquc01req":
        why = _send_job(centre, request, reception, kept)
        if why is not None:
            return refusal(request, why, terms)
        content = write(request.read.elements, request.kind, terms.encoding)
        write_whole(kept / f"{reception}.asked", content)
    elif not (kept / f"{reception}.answer").exists():
        done = _PERFORMED[request.kind.prefix](centre, request, terms, reception)
        if isinstance(done, Said):
            return refusal(request, done, terms)
        kind = message_kinds()[request.kind.prefix.replace("01req", "02res")]
        write_whole(kept / f"{reception}.answer", write(done, kind, terms.encoding))
    return answer_file(request, composing.received(request.stamp, reception), terms)


def answer_download(centre: Centre, request: Request, terms: Terms, kept: Path) -> Outgoing:
    """…02res: the answers, or that they are still being worked on, or that nobody knows of such a number."""
    reception = text(request.body, "ReceptionNumber").strip()
    about = request.kind.prefix[:-5]
    if not reception.isalnum() or not reception.isascii() or not reception.startswith(_sign(about)):
        return refusal(request, said(OutcomeCode.UNKNOWN_RECEPTION), terms)
    answer, asked = kept / f"{reception}.answer", kept / f"{reception}.asked"
    if answer.exists():
        return packed(request.name, answer.read_bytes(), terms)
    if not asked.exists():
        return refusal(request, said(OutcomeCode.UNKNOWN_RECEPTION), terms)
    note = kept / f"{reception}.job"
    job = note.read_text() if note.exists() else ""
    state = _job_state(centre, job)
    if state not in (_DONE, _FAILED):
        return answer_file(request, composing.still_working(request.stamp, reception), terms)
    if state == _FAILED:
        return refusal(request, said(OutcomeCode.FAILED), terms)
    upload = read(asked.read_bytes(), message_kinds()[f"{about}01req"])
    stamp = composing.Stamp.of(upload, at=request.stamp.at, encoding=terms.encoding)
    elements = _bulk_elements(centre, upload.header, groups(upload.body, _SEARCH), stamp, reception, job)
    data = write(elements, message_kinds()[request.kind.answer], terms.encoding)
    write_whole(answer, data)
    for path in (asked, note):
        path.unlink(missing_ok=True)
    return packed(request.name, data, terms)


def _reception(request: Request, terms: Terms) -> str:
    content = write(request.read.elements, request.kind, terms.encoding)
    words = b"\0".join((terms.institution.encode(), request.name.text.lower().encode(), content))
    return _sign(request.kind.prefix[:-5]) + hashlib.sha256(words).hexdigest()[:_KEPT_SIGNS]


def _sign(about: str) -> str:
    """A number says what it is of: one of another kind of request is unknown there."""
    return about[-3:].upper()


def _questions(header: Elements, searches: Sequence[Elements]) -> Iterator[Question | Said]:
    return (question_of(search, header) for search in searches)


def _send_job(centre: Centre, request: Request, reception: str, kept: Path) -> Said | None:
    searches = groups(request.body, _SEARCH)
    if len(searches) > MANY_MAX:
        return said(OutcomeCode.TOO_MANY, limit=MANY_MAX)
    rows = [one for one in _questions(request.header, searches) if not isinstance(one, Said)]
    if rows:
        # The same key is the same job, however often it is sent.
        job = _decode_job(centre.post(BULK, {"checks": rows, "key": reception})).job
        write_whole(kept / f"{reception}.job", job.id.encode())
    return None


def _job_state(centre: Centre, job: str) -> str:
    if not job:
        return _DONE
    try:
        return _decode_job(centre.get(f"/v1/jobs/{job}")).job.state
    except DeskRefused as error:
        if error.facts["status"] == _GONE:
            return _FAILED
        raise


def _bulk_elements(
    centre: Centre, header: Elements, searches: Sequence[Elements], stamp: composing.Stamp, reception: str, job: str
) -> Elements:
    questions = list(_questions(header, searches))
    rows = map(decode_row, centre.get(f"/v1/jobs/{job}/result").splitlines()) if job else iter(())
    units = []
    for search, question in zip(searches, questions, strict=True):
        if isinstance(question, Said):
            units.append(composing.unit_not_answered(search, question))
            continue
        told = next(rows)
        if told.answer is None:
            units.append(composing.unit_not_answered(search, refused_row(told)))
            continue
        numbers = [] if told.reference_number is None else [told.reference_number]
        units.append(composing.unit(told.answer, search, references=numbers))
    return composing.bulk(stamp, reception, units)


def _by_consent(centre: Centre, request: Request, terms: Terms, reception: str) -> Elements | Said:
    """Everybody who consented from afar in the period, each checked now."""
    search = group(request.body, _SEARCH)
    care = _CARE.get(text(search, "MedicalTreatmentFlag").strip())
    if care is None:
        return said(OutcomeCode.ELEMENT_UNREADABLE, element="MedicalTreatmentFlag")
    body: dict[str, object] = {"care": care, "limit": 500}
    for element, name in _PERIODS.items():
        day = text(search, element).strip()
        if day:
            body[name] = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    for name in ("consented", "examined"):
        # One day alone is a period of that day.
        first, last = f"{name}_from", f"{name}_to"
        if first in body or last in body:
            body |= {first: body.get(first, body.get(last)), last: body.get(last, body.get(first))}
    if len(body) == _WITHOUT_PERIOD:
        return said(OutcomeCode.ELEMENT_MISSING, element="ConsentDateFrom")
    units: list[Elements] = []
    while True:
        page = _decode_page(centre.post(_CONSENTED, body))
        for told in page.results:
            if told.answer is not None:
                numbers = [] if told.reference_number is None else [told.reference_number]
                units.append(
                    composing.unit_by_consent(told.answer, consents_of(told, at=request.stamp.at), references=numbers)
                )
        if page.next is None:
            return composing.bulk(request.stamp, reception, units)
        body["after"] = page.next


def _tickets(_centre: Centre, request: Request, _terms: Terms, reception: str) -> Elements | Said:
    """An honest none: medical tickets come with later work."""
    none = composing.bulk(request.stamp, reception, [])
    why = said(OutcomeCode.NO_TICKETS)
    head = {**group(none, "MessageHeader"), "ErrorMessage": why.message}
    return {"MessageHeader": head}


def _references(centre: Centre, request: Request, _terms: Terms, reception: str) -> Elements | Said:
    infos = groups(request.body, "ReferenceNumberRegistrationInfo")
    if len(infos) > MANY_MAX:
        return said(OutcomeCode.TOO_MANY, limit=MANY_MAX)
    units: list[Elements] = [
        {
            "ReferenceNumberRegistrationInfo": info,
            **({"ProcessingResultStatus": composing.DONE} if why is None else composing.not_answered(why)),
        }
        for info, why in zip(infos, register_all(centre, infos), strict=True)
    ]
    return composing.bulk(request.stamp, reception, units, name="BulkRegistrationUnit")


_PERFORMED: Final[Mapping[str, Perform]] = {
    "OQSmuimm01req": _references,
    "OQSmuhvq01req": _by_consent,
    "OQSmuonq01req": _by_consent,
    "OQSmutic01req": _tickets,
}
