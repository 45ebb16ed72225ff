"""Our answer in the words and codes of the national interface. Pure.

Elements stand in the order of its tables; what is empty is left out, as real results do.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, TypeAlias

from onshi import eligibility
from onshi.eligibility import Answer, AnswerKind, ShownCoverage, ShownPerson
from onshi.interfaces.oqs.elements import Elements
from onshi.kernel import InsurerNumber, half_kana, printed_insurer_number
from onshi.registry import DiseaseCertificate, ElderlyCertificate, LimitCertificate

_DONE: Final = "1"  # 処理結果状況 (OQSCD004): every answer is one, a refusal is not made here
_PRESCHOOL: Final = "1"
_UNCHANGED_OR_NOT: Final = "1"  # OQSCD014 変更あり/判定不能: nothing is kept that it could be compared with
# The national codes know one "no" only. These say beside it why there is no answer, so that it is not taken for one.
# The codes are ours, in the form of the real ones, whose list is not public.
_NOTICE_CODES: Final = {
    AnswerKind.NOT_YET_LOADED: "OQSN0001W",
    AnswerKind.UNDER_REVIEW: "OQSN0002W",
    AnswerKind.CANNOT_TELL: "OQSN0003W",
}


def body_of(answer: Answer) -> Elements:
    """The MessageBody of a single answer (OQSsiquc01res) without the echo of the question."""
    body = _outcome(answer)
    result = elements_of(answer)
    if result:
        body["ResultList"] = {"ResultOfQualificationConfirmation": result}
    return body


def unit_of(answer: Answer) -> Elements:
    """One BulkConfirmUnit (OQSmuquc02res) without the echo: no list, and no certificate body."""
    unit = _outcome(answer)
    result = elements_of(answer)
    if result:
        for name in ("LimitApplicationCertificateRelatedInfo", "SpecificDiseasesCertificateList"):
            result.pop(name, None)
        result["LimitApplicationCertificateChanged"] = _UNCHANGED_OR_NOT
        unit["ResultOfQualificationConfirmation"] = result
    return unit


def elements_of(answer: Answer) -> Elements:
    """ResultOfQualificationConfirmation; empty for an answer that shows nobody (複数該当 too: clients that are
    given two records join two people into one)."""
    if answer.person is None or answer.coverage is None:
        return {}
    person, coverage = answer.person, answer.coverage
    elderly, limit = coverage.elderly, coverage.limit
    return _filled(
        (
            ("InsuredCardClassification", coverage.card_class),
            ("InsurerNumber", printed_insurer_number(InsurerNumber(coverage.insurer_number)).rjust(8)),
            ("InsuredCardSymbol", coverage.symbol),
            ("InsuredIdentificationNumber", coverage.number),
            ("InsuredBranchNumber", coverage.branch),
            ("PersonalFamilyClassification", coverage.relation),
            ("InsuredName", coverage.holder_name),
            *_person(person),
            *_days(coverage),
            ("InsuredPartialContributionRatio", _ratio_of(coverage)),
            ("PreschoolClassification", _PRESCHOOL if coverage.preschool else None),
            ("ReasonOfLoss", coverage.loss_reason),
            ("InsurerName", coverage.insurer_name),
            ("ElderlyRecipientCertificateInfo", None if elderly is None else _elderly(elderly)),
            ("LimitApplicationCertificateRelatedInfo", None if limit is None else _limit(limit)),
            ("SpecificDiseasesCertificateList", _diseases(coverage.diseases)),
        )
    )


Named: TypeAlias = tuple[str, "str | Elements | None"]


def _filled(named: Iterable[Named]) -> Elements:
    return {name: content for name, content in named if content}


def _outcome(answer: Answer) -> Elements:
    code = _NOTICE_CODES.get(answer.kind)
    return _filled(
        (
            ("ProcessingResultStatus", _DONE),
            ("ProcessingResultCode", code),
            ("ProcessingResultMessage", None if code is None else eligibility.meaning(answer.kind, "ja")),
            ("QualificationValidity", answer.validity),
        )
    )


def _person(person: ShownPerson) -> tuple[Named, ...]:
    return (
        ("Name", person.name),
        ("NameOfOther", person.name_other),
        ("NameKana", half_kana(person.kana)),
        ("NameOfOtherKana", half_kana(person.kana_other or "")),
        ("Sex1", person.sex),
        ("Sex2", person.sex_printed),
        ("Birthdate", _day(person.birth_on)),
        ("Address", person.address),
        ("PostNumber", person.post_number),
    )


def _days(coverage: ShownCoverage) -> tuple[Named, ...]:
    return (
        ("QualificationDate", _day(coverage.acquired_on)),
        ("DisqualificationDate", _day(coverage.lost_on)),
        ("InsuredCertificateIssuanceDate", _day(coverage.card_issued_on)),
        ("InsuredCardValidDate", _day(coverage.card_valid_from)),
        ("InsuredCardExpirationDate", _day(coverage.card_valid_to)),
    )


def _ratio_of(coverage: ShownCoverage) -> str | None:
    """後期高齢者医療 only, and only the insurer's own word: this element has no room to say "derived"."""
    share = coverage.share
    is_said = share is not None and share.source == "insurer" and coverage.insurer_kind == "elderly"
    return _ratio(share.percent) if share is not None and is_said else None


def _elderly(certificate: ElderlyCertificate) -> Elements:
    return _filled(
        (
            ("ElderlyRecipientCertificateDate", _day(certificate.issued_on)),
            ("ElderlyRecipientValidStartDate", _day(certificate.valid_from)),
            ("ElderlyRecipientValidEndDate", _day(certificate.valid_to)),
            ("ElderlyRecipientContributionRatio", _ratio(certificate.share)),
        )
    )


def _limit(certificate: LimitCertificate) -> Elements:
    return _filled(
        (
            ("LimitApplicationCertificateClassification", certificate.kind),
            ("LimitApplicationCertificateClassificationFlag", certificate.category),
            ("LimitApplicationCertificateDate", _day(certificate.issued_on)),
            ("LimitApplicationCertificateValidStartDate", _day(certificate.valid_from)),
            ("LimitApplicationCertificateValidEndDate", _day(certificate.valid_to)),
            ("LimitApplicationCertificateLongTermDate", _day(certificate.long_term_on)),
        )
    )


def _diseases(certificates: Iterable[DiseaseCertificate]) -> Elements:
    listed: list[Elements] = [
        _filled(
            (
                ("SpecificDiseasesDiseaseCategory", one.category),
                ("SpecificDiseasesCertificateDate", _day(one.issued_on)),
                ("SpecificDiseasesValidStartDate", _day(one.valid_from)),
                ("SpecificDiseasesValidEndDate", _day(one.valid_to)),
                ("SpecificDiseasesSelfPay", str(one.self_pay)),
            )
        )
        for one in certificates
    ]
    return {"SpecificDiseasesCertificateInfo": listed} if listed else {}


def _day(day: date | None) -> str | None:
    return None if day is None else f"{day:%Y%m%d}"


def _ratio(percent: int) -> str:
    return f"{percent:03}"
