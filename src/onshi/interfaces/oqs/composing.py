"""Our answers as messages of the national interface. Pure: what is given is written, in the codes of its tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from onshi.eligibility import Answer
from onshi.interfaces.oqs.answers import body_of, unit_of
from onshi.interfaces.oqs.elements import Elements, group, text
from onshi.interfaces.oqs.encodings import Encoding
from onshi.interfaces.oqs.outcomes import Said
from onshi.interfaces.oqs.reading import Read
from onshi.interfaces.oqs.validating import is_day_text
from onshi.kernel import Moment, japan_time

DONE: Final = "1"
STILL_WORKING: Final = "2"
FAILED: Final = "9"
_NOT_ANSWERED: Final = "2"  # 処理結果状況 (OQSCD004)
BY_CARD, BY_NUMBER = "1", "2"  # 照会区分 (OQSCD002)
_GIVEN, _NOT_GIVEN, _OVER = "1", "0", "2"  # 同意区分 (OQSCD016)
_GOOD, _BAD = "1", "9"  # ResultCode of the other family


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every answer says of itself: when it was made, for whom, on what request, in which character set."""

    at: Moment
    institution: str
    encoding: Encoding
    identifier: str = ""
    on: str = ""

    @classmethod
    def of(cls, read: Read, *, at: Moment, encoding: Encoding) -> "Stamp":
        """That of the answer to a request."""
        header = read.header
        day = text(header, "QualificationConfirmationDate").strip()
        is_day = is_day_text(day)
        return cls(
            at,
            text(header, "MedicalInstitutionCode").strip(),
            encoding,
            text(header, "ArbitraryFileIdentifier"),
            day if is_day else "",
        )


@dataclass(frozen=True, slots=True)
class Consent:
    """Consent of a patient at this institution to one kind of information: when it was given, and until when.

    `is_over`: it was withdrawn, or its end has come.
    """

    at: Moment
    until: Moment | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Consents:
    """What the patient was asked to consent to: by the element's first word. None: asked, and not given."""

    asked: tuple[tuple[str, Consent | None], ...] = ()


LIMIT, DISEASES = "LimitApplicationCertificateRelated", "SpecificDiseasesCertificateRelated"
RECORDS: Final = {
    "checkups": "SpecificHealthCheckupsInfo",
    "drugs": "PharmacistsInfo",
    "diagnosis": "DiagnosisInfo",
    "operations": "OperationInfo",
}


def moment_text(moment: Moment) -> str:
    """14 digits, as a wall clock in Japan shows it."""
    return f"{japan_time(moment):%Y%m%d%H%M%S}"


def header(stamp: Stamp, **more: str) -> Elements:
    """A MessageHeader; the table puts it in order."""
    given = {
        "ProcessExecutionTime": moment_text(stamp.at),
        "MedicalInstitutionCode": stamp.institution,
        "ArbitraryFileIdentifier": stamp.identifier,
        "CharacterCodeIdentifier": stamp.encoding.identifier,
        **more,
    }
    return {name: value for name, value in given.items() if value}


def _dated(stamp: Stamp) -> str:
    # One client wants this element always: where the request has none that can be read, the day of the answer.
    return stamp.on or moment_text(stamp.at)[:8]


def single(
    stamp: Stamp,
    answer: Answer,
    *,
    search: Elements | None = None,
    consents: Consents = Consents(),
    reference: str | None = None,
) -> Elements:
    """OQSsiquc01res: the answer to a question by number (`search` is its echo), or, without, after a card was read."""
    classification = BY_CARD if search is None else BY_NUMBER
    body: Elements = {} if search is None else {"QualificationConfirmSearchInfo": search}
    body |= body_of(answer)
    result = group(group(body, "ResultList"), "ResultOfQualificationConfirmation")
    if result:
        result |= consent_elements(consents)
        if reference is not None:
            result["ReferenceNumber"] = reference
    head = header(
        stamp,
        QualificationConfirmationDate=_dated(stamp),
        ReferenceClassification=classification,
        SegmentOfResult=DONE,
    )
    return {"MessageHeader": head, "MessageBody": body}


def by_number(
    stamp: Stamp, answer: Answer, *, search: Elements, limit_consent: bool, reference: str | None
) -> Elements:
    """OQSsiquc01res: the answer to a question by number, with the one consent that such a question can tell of."""
    consents = Consents(((LIMIT, Consent(stamp.at) if limit_consent else None),))
    return single(stamp, answer, search=search, consents=consents, reference=reference)


def consent_elements(consents: Consents) -> Elements:
    """Flag, time and end of each: a flag of 0 stands alone."""
    found: Elements = {}
    for name, consent in consents.asked:
        found[f"{name}ConsFlg"] = _NOT_GIVEN if consent is None else _OVER if consent.is_over else _GIVEN
        if consent is not None:
            found[f"{name}ConsTime"] = moment_text(consent.at)
            if consent.until is not None:
                found[f"{name}AvailableTime"] = moment_text(consent.until)
    return found


def single_not_answered(stamp: Stamp, search: Elements, why: Said) -> Elements:
    """OQSsiquc01res for a question that cannot be asked as it stands."""
    head = header(
        stamp, QualificationConfirmationDate=_dated(stamp), ReferenceClassification=BY_NUMBER, SegmentOfResult=DONE
    )
    return {"MessageHeader": head, "MessageBody": {"QualificationConfirmSearchInfo": search, **not_answered(why)}}


def not_answered(why: Said) -> Elements:
    """処理結果状況 2 and why."""
    return {
        "ProcessingResultStatus": _NOT_ANSWERED,
        "ProcessingResultCode": why.code,
        "ProcessingResultMessage": why.message,
    }


def failed(stamp: Stamp, why: Said, *, is_single: bool = False) -> Elements:
    """The whole message failed. The body with its status is for clients that reject a message without one."""
    more = {"ReferenceClassification": BY_NUMBER, "QualificationConfirmationDate": _dated(stamp)} if is_single else {}
    head = header(stamp, SegmentOfResult=FAILED, ErrorCode=why.code, ErrorMessage=why.message, **more)
    return {"MessageHeader": head, "MessageBody": {"ProcessingResultStatus": _NOT_ANSWERED}}


def received(stamp: Stamp, reception: str) -> Elements:
    """…01res of a bulk request: it was taken, and this is its number."""
    body: Elements = {"ReceptionNumber": reception, "ReceptionDateTime": moment_text(stamp.at)}
    return {"MessageHeader": header(stamp), "MessageBody": body}


def still_working(stamp: Stamp, reception: str) -> Elements:
    """…02res while the answers are not there: the client asks again."""
    more = {"QualificationConfirmationDate": stamp.on} if stamp.on else {}
    return {"MessageHeader": header(stamp, ReceptionNumber=reception, SegmentOfResult=STILL_WORKING, **more)}


def failed_download(stamp: Stamp, reception: str, why: Said) -> Elements:
    """…02res of a bulk request that came to nothing."""
    head = header(
        stamp, ReceptionNumber=reception, SegmentOfResult=FAILED, ErrorCode=why.code, ErrorMessage=why.message
    )
    return {"MessageHeader": head, "MessageBody": {"ProcessingResultStatus": _NOT_ANSWERED}}


def bulk(stamp: Stamp, reception: str, units: Sequence[Elements], *, name: str = "BulkConfirmUnit") -> Elements:
    """…02res with its units and how many of them were answered."""
    errors = sum(1 for unit in units if text(unit, "ProcessingResultStatus") == _NOT_ANSWERED)
    counts = {
        "NumberOfProcessingResult": str(len(units)),
        "NumberOfNormalProcessing": str(len(units) - errors),
        "NumberOfError": str(errors),
    }
    more = {"QualificationConfirmationDate": stamp.on} if stamp.on else {}
    head = header(stamp, ReceptionNumber=reception, SegmentOfResult=DONE, **counts, **more)
    return {"MessageHeader": head, "MessageBody": {name: list(units)} if units else {}}


def unit(answer: Answer, search: Elements | None, *, references: Iterable[str] = ()) -> Elements:
    """One BulkConfirmUnit: no consents, no certificates, and the reference number beside the result."""
    found: Elements = {} if search is None else {"QualificationConfirmSearchInfo": search}
    found |= unit_of(answer)
    numbers = list(references)
    if numbers:
        found["ReferenceNumber"] = numbers
    return found


def unit_by_consent(answer: Answer, consents: Consents, *, references: Iterable[str] = ()) -> Elements:
    """One BulkConfirmUnit of a patient who consented from afar: here with the consents."""
    found = unit(answer, None, references=references)
    result: Any = found.get("ResultOfQualificationConfirmation")
    if result:
        result |= consent_elements(consents)
    return found


def unit_not_answered(search: Elements, why: Said) -> Elements:
    """One BulkConfirmUnit of a question that cannot be asked as it stands."""
    return {"QualificationConfirmSearchInfo": search, **not_answered(why)}


def registered(stamp: Stamp, reference: str) -> Elements:
    """OQSsiimm01res: the reference number is kept."""
    body: Elements = {"ProcessingResultStatus": DONE, "ReferenceNumber": reference}
    return {"MessageHeader": header(stamp, SegmentOfResult=DONE), "MessageBody": body}


def not_registered(stamp: Stamp, reference: str, why: Said) -> Elements:
    """OQSsiimm01res: it is not, and why."""
    body = not_answered(why)
    if reference:
        body["ReferenceNumber"] = reference
    return {"MessageHeader": header(stamp, SegmentOfResult=DONE), "MessageBody": body}


def refused(stamp: Stamp, why: Said) -> Elements:
    """The answer to a message that is not served."""
    head = header(stamp, SegmentOfResult=FAILED, ErrorCode=why.code, ErrorMessage=why.message)
    return {"MessageHeader": head, "MessageBody": not_answered(why)}


def record_header(why: Said | None, identifier: str) -> Elements:
    """The MessageHeader of the drug and check-up family: 1 is good, and whatever else is shown to the reader."""
    found: Elements = {"ResultCode": _GOOD if why is None or why.code.endswith("I") else _BAD}
    if why is not None:
        found["MessageContents"] = why.message
    if identifier:
        found["ArbitraryFileIdentifier"] = identifier
    return found
