"""Drug information (YZK), check-ups (TKK): whether the patient consented, and an honest none until there are data."""

from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from onshi.interfaces.oqs import composing
from onshi.interfaces.oqs.agent.model import Centre, Request, Terms
from onshi.interfaces.oqs.agent.packing import answer_file, packed
from onshi.interfaces.oqs.agent.references import insured
from onshi.interfaces.oqs.elements import Elements, text
from onshi.interfaces.oqs.outcomes import OutcomeCode, Said, said
from onshi.kernel import half_kana
from onshi.outside import Outgoing, pdf_of

_PATH: Final = "/v1/records"
_CARE: Final = {"": "outpatient", "1": "outpatient", "2": "home_visit", "3": "online"}
_PDF: Final = {"YZK": ("1", "3"), "TKK": ("1",)}
_WHY: Final = {
    "none": OutcomeCode.NOTHING,
    "no_consent": OutcomeCode.NO_CONSENT,
    "consent_over": OutcomeCode.CONSENT_OVER,
    "not_found": OutcomeCode.NOT_FOUND,
}


class _Person(msgspec.Struct):
    name: str
    kana: str
    birth_on: str
    sex: str


class _Told(msgspec.Struct):
    state: str
    person: _Person | None = None


_decode = msgspec.json.Decoder(_Told).decode


def answer_records(centre: Centre, request: Request, terms: Terms) -> Outgoing:
    """YZKsiquc01res, TKKsiquc01res: as XML, or as PDF where that was asked for and the patient consented."""
    family = request.kind.prefix[:3]
    asked = _asked(request, family)
    if isinstance(asked, Said):
        return _xml(request, asked, None, terms)
    told = _decode(centre.post(_PATH, asked))
    why = said(_WHY[told.state])
    if told.person is not None and text(request.body, "FileCategory").strip() in _PDF[family]:
        return packed(request.name, _pdf(request, why, told.person), terms, "pdf")
    return _xml(request, why, told.person, terms)


def _asked(request: Request, family: str) -> dict[str, object] | Said:
    found = insured(request.header, "InsuranceCardSymbol", "InsuredPersonIdentificationNumber", "BranchNumber")
    if isinstance(found, Said):
        return found
    care = _CARE.get(text(request.body, "MedicalTreatmentFlag").strip())
    if care is None:
        return said(OutcomeCode.ELEMENT_UNREADABLE, element="MedicalTreatmentFlag")
    body: dict[str, object] = {"kind": "drugs" if family == "YZK" else "checkups", "care": care, **found}
    for element, name in (("StartDate", "from"), ("EndDate", "to")):
        month = text(request.body, element).strip()
        if month:
            body[name] = f"{month[:4]}-{month[4:]}"
    return body


def _xml(request: Request, why: Said, person: _Person | None, terms: Terms) -> Outgoing:
    head = composing.record_header(why, request.stamp.identifier)
    elements: Elements = {"MessageHeader": head}
    if person is not None:
        elements["MessageBody"] = {}
        if request.kind.prefix[:3] == "YZK":
            head["QuaInf"] = {
                "Name": person.name,
                "KanaName": half_kana(person.kana),
                "Birth": person.birth_on.replace("-", ""),
                "AdmGendCode": person.sex,
            }
        else:
            head["QualificationsInfo"] = {
                "Name": person.name,
                "KanasName": half_kana(person.kana),
                "Birthday": person.birth_on.replace("-", ""),
                "AdministrativeGenderCode": person.sex,
            }
    return answer_file(request, elements, terms)


@cache
def _template() -> str:
    return (files("onshi.interfaces.oqs") / "prints" / "records.typ").read_text(encoding="utf-8")


def _pdf(request: Request, why: Said, person: _Person) -> bytes:
    return pdf_of(
        _template(),
        {
            "title": request.kind.ja,
            "name": person.name,
            "birth": person.birth_on,
            "made": composing.moment_text(request.stamp.at),
            "words": why.message,
        },
    )
