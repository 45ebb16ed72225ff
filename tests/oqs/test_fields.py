"""The real shapes of questions, read, asked of a small registry, and answered in national words."""

from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from eligibility import make
from eligibility.make import ASKER, NOW, SOCIETY, by_card, by_number, coverage, day, found, person
from onshi.audit import Signer
from onshi.db import Database
from onshi.eligibility import Answer, AnswerKind, ByNumber, Query, check
from onshi.eligibility.rules import decide
from onshi.interfaces.oqs import ElementMissing, ElementUnreadable, body_of, elements_of, query_of, unit_of
from onshi.kernel import InsurerNumber
from onshi.outside import KeyRing
from onshi.registry import Details, DiseaseCertificate, ElderlyCertificate, Found, LimitCertificate

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "oqs-examples" / "req"
HEADER = {"QualificationConfirmationDate": "20260401", "MedicalInstitutionCode": "1312345678"}
ELEMENTS = {
    "InsurerNumber": "06139992",
    "InsuredCardSymbol": "７２１",
    "InsuredIdentificationNumber": "4410",
    "InsuredBranchNumber": "01",
    "Birthdate": "19840229",
    "LimitApplicationCertificateRelatedConsFlg": "1",
    "ArbitraryIdentifier": "417_10",
}
ASKED = Query(ByNumber(SOCIETY, "4410", date(1984, 2, 29), "７２１", "01"), date(2026, 4, 1), limit_consent=True)

SINGLE = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<XmlMsg><MessageHeader>
<QualificationConfirmationDate>20260401</QualificationConfirmationDate>
<MedicalInstitutionCode>1312345678</MedicalInstitutionCode>
<ArbitraryFileIdentifier>one</ArbitraryFileIdentifier></MessageHeader>
<MessageBody><QualificationConfirmSearchInfo>
<InsurerNumber>06139992</InsurerNumber><InsuredCardSymbol>７２１</InsuredCardSymbol>
<InsuredIdentificationNumber>4410</InsuredIdentificationNumber><InsuredBranchNumber>01</InsuredBranchNumber>
<Birthdate>19840229</Birthdate>
<LimitApplicationCertificateRelatedConsFlg>1</LimitApplicationCertificateRelatedConsFlg>
</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"""
BULK = """<?xml version='1.0' encoding='UTF-8'?>
<XmlMsg><MessageHeader><QualificationConfirmationDate>20260402</QualificationConfirmationDate>
<MedicalInstitutionCode>1312345678</MedicalInstitutionCode></MessageHeader><MessageBody>
<QualificationConfirmSearchInfo><InsurerNumber>  138057</InsurerNumber>
<InsuredIdentificationNumber>0007</InsuredIdentificationNumber><InsuredBranchNumber/>
<Birthdate>19840229</Birthdate><ArbitraryIdentifier>1</ArbitraryIdentifier></QualificationConfirmSearchInfo>
<QualificationConfirmSearchInfo><InsurerNumber>06139992</InsurerNumber>
<InsuredCardSymbol>721</InsuredCardSymbol>
<InsuredIdentificationNumber>9999</InsuredIdentificationNumber>
<Birthdate>19840229</Birthdate><ArbitraryIdentifier>2</ArbitraryIdentifier></QualificationConfirmSearchInfo>
</MessageBody></XmlMsg>"""


def queries_in(text: str) -> list[Query]:
    root = ElementTree.fromstring(text.encode())
    header = texts(root.find("MessageHeader"))
    return [query_of(texts(one), header) for one in root.iterfind("MessageBody/QualificationConfirmSearchInfo")]


def texts(element: ElementTree.Element | None) -> dict[str, str]:
    assert element is not None
    return {child.tag: child.text or "" for child in element}


def with_(name: str, text: str | None) -> dict[str, str]:
    changed = {**ELEMENTS, name: text or ""}
    return changed if text is not None else {key: value for key, value in changed.items() if key != name}


def test_both_families_are_read_alike() -> None:
    assert queries_in(SINGLE) == [ASKED]
    assert queries_in(BULK) == [
        Query(ByNumber(InsurerNumber("00138057"), "0007", date(1984, 2, 29)), date(2026, 4, 2)),
        Query(ByNumber(SOCIETY, "9999", date(1984, 2, 29), "721"), date(2026, 4, 2)),
    ]


@pytest.mark.parametrize(
    ("name", "text", "changes"),
    [
        ("InsurerNumber", "  138057", {"insurer": "00138057"}),  # padded with blanks
        ("InsurerNumber", "00138057", {"insurer": "00138057"}),  # with zeros
        ("InsurerNumber", "138057", {"insurer": "00138057"}),  # as printed
        ("InsurerNumber", "０６１３９９９２", {}),
        ("InsuredCardSymbol", None, {"symbol": None}),
        ("InsuredCardSymbol", "", {"symbol": None}),
        ("InsuredCardSymbol", "　", {"symbol": None}),
        ("InsuredCardSymbol", "７２　１", {"symbol": "７２　１"}),
        ("InsuredBranchNumber", None, {"branch": None}),
        ("InsuredBranchNumber", "", {"branch": None}),
        ("InsuredBranchNumber", "1", {"branch": "1"}),
        ("InsuredIdentificationNumber", " 0004410 ", {"number": "0004410"}),
        ("Birthdate", "１９８４０２２９", {}),
        ("ArbitraryIdentifier", None, {}),
    ],
)
def test_what_real_software_sends(name: str, text: str | None, changes: dict[str, Any]) -> None:
    asked = msgspec.structs.replace(ASKED.asked, **changes)
    assert query_of(with_(name, text), HEADER) == msgspec.structs.replace(ASKED, asked=asked)


@pytest.mark.parametrize(("flag", "consent"), [("1", True), ("１", True), ("0", False), ("", False), (None, False)])
def test_only_the_flag_1_is_consent(flag: str | None, consent: bool) -> None:
    query = query_of(with_("LimitApplicationCertificateRelatedConsFlg", flag), HEADER)
    assert (query.limit_consent, query.disease_consent) == (consent, False)


@pytest.mark.parametrize("name", ["InsurerNumber", "InsuredIdentificationNumber", "Birthdate"])
@pytest.mark.parametrize("text", [None, "", "  "])
def test_without_these_nobody_can_be_looked_for(name: str, text: str | None) -> None:
    with pytest.raises(ElementMissing) as refused:
        query_of(with_(name, text), HEADER)
    assert refused.value.facts == {"element": name}


def test_the_day_asked_about_is_needed() -> None:
    with pytest.raises(ElementMissing) as refused:
        query_of(ELEMENTS, {"MedicalInstitutionCode": "1312345678"})
    assert refused.value.facts == {"element": "QualificationConfirmationDate"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("InsurerNumber", "0613999"),
        ("InsurerNumber", "花子"),
        ("Birthdate", "19840230"),
        ("Birthdate", "1984-02-29"),
        ("Birthdate", "S590229"),
        ("InsuredIdentificationNumber", "44\x0010"),
        ("InsuredIdentificationNumber", "4" * 65),
        ("InsuredCardSymbol", "\x1b[2J"),
        ("InsuredBranchNumber", "\ud800"),
        ("LimitApplicationCertificateRelatedConsFlg", "2"),
        ("LimitApplicationCertificateRelatedConsFlg", "yes"),
    ],
)
def test_what_cannot_be_read_is_named_and_not_quoted(name: str, text: str) -> None:
    with pytest.raises(ElementUnreadable) as refused:
        query_of(with_(name, text), HEADER)
    assert refused.value.facts == {"element": name}
    assert not any(text in refused.value.text(language) for language in ("ja", "en"))


@pytest.mark.parametrize("text", ["20260230", "2026/04/01", "R080401"])
def test_an_impossible_day_asked_about(text: str) -> None:
    with pytest.raises(ElementUnreadable) as refused:
        query_of(ELEMENTS, {"QualificationConfirmationDate": text})
    assert refused.value.facts == {"element": "QualificationConfirmationDate"}


# Out again.

LIMIT = LimitCertificate("01", "A03", day("2025-08-01"), day("2026-07-31"), day("2025-07-20"), day("2025-09-01"))
DISEASE = DiseaseCertificate("1", day("2020-01-01"), 10_000, day("2030-01-01"), day("2019-12-20"))


def answer(one: Any, query: Query | None = None, **who: Any) -> Answer:
    asked = query or by_card(limit_consent=True, disease_consent=True)
    return decide(asked, found(one, who=person(**who)), make.BOOK, at=NOW)


def test_a_full_answer_in_national_words() -> None:
    details = Details(
        "見本　太郎", day("2021-04-01"), day("2021-04-02"), day("2027-03-31"), limit=LIMIT, diseases=(DISEASE,)
    )
    full = coverage(lost_on=day("2026-12-31"), loss_reason="03", details=details)
    who = {"name_other": "ジョン", "kana_other": "ジョン", "sex_printed": "1", "birth_on": day("2022-05-05")}
    result = {
        "InsuredCardClassification": "01",
        "InsurerNumber": "06139992",
        "InsuredCardSymbol": "７２１",
        "InsuredIdentificationNumber": "4410",
        "InsuredBranchNumber": "01",
        "PersonalFamilyClassification": "1",
        "InsuredName": "見本　太郎",
        "Name": "見本　花子1",
        "NameOfOther": "ジョン",
        "NameKana": "ﾐﾎﾝ ﾊﾅｺ",
        "NameOfOtherKana": "ｼﾞｮﾝ",
        "Sex1": "2",
        "Sex2": "1",
        "Birthdate": "20220505",
        "Address": "東京都千代田区見本町１－２－1",
        "PostNumber": "100-0000",
        "QualificationDate": "20200401",
        "DisqualificationDate": "20261231",
        "InsuredCertificateIssuanceDate": "20210401",
        "InsuredCardValidDate": "20210402",
        "InsuredCardExpirationDate": "20270331",
        "PreschoolClassification": "1",
        "ReasonOfLoss": "03",
        "InsurerName": "見本健康保険組合",
        "LimitApplicationCertificateRelatedInfo": {
            "LimitApplicationCertificateClassification": "01",
            "LimitApplicationCertificateClassificationFlag": "A03",
            "LimitApplicationCertificateDate": "20250720",
            "LimitApplicationCertificateValidStartDate": "20250801",
            "LimitApplicationCertificateValidEndDate": "20260731",
            "LimitApplicationCertificateLongTermDate": "20250901",
        },
        "SpecificDiseasesCertificateList": {
            "SpecificDiseasesCertificateInfo": [
                {
                    "SpecificDiseasesDiseaseCategory": "1",
                    "SpecificDiseasesCertificateDate": "20191220",
                    "SpecificDiseasesValidStartDate": "20200101",
                    "SpecificDiseasesValidEndDate": "20300101",
                    "SpecificDiseasesSelfPay": "10000",
                }
            ]
        },
    }
    given = answer(full, **who)
    assert elements_of(given) == result
    assert list(elements_of(given)) == list(result)  # the order of the tables
    assert body_of(given) == {
        "ProcessingResultStatus": "1",
        "QualificationValidity": "1",
        "ResultList": {"ResultOfQualificationConfirmation": result},
    }
    certificates = ("LimitApplicationCertificateRelatedInfo", "SpecificDiseasesCertificateList")
    bulk = {name: content for name, content in result.items() if name not in certificates}
    assert unit_of(given) == {
        "ProcessingResultStatus": "1",
        "QualificationValidity": "1",
        "ResultOfQualificationConfirmation": {**bulk, "LimitApplicationCertificateChanged": "1"},
    }


def test_what_is_empty_is_left_out() -> None:
    plain = coverage(symbol=None, branch=None, relation=None)
    assert elements_of(answer(plain, address=None, post_number=None)) == {
        "InsuredCardClassification": "01",
        "InsurerNumber": "06139992",
        "InsuredIdentificationNumber": "4410",
        "Name": "見本　花子1",
        "NameKana": "ﾐﾎﾝ ﾊﾅｺ",
        "Sex1": "2",
        "Birthdate": "19840229",
        "QualificationDate": "20200401",
        "InsurerName": "見本健康保険組合",
    }


@pytest.mark.parametrize(
    ("by", "details", "ratio", "elderly_ratio"),
    [
        (make.ELDERLY, Details(share=10), "010", None),
        (make.ELDERLY, Details(), None, None),
        (SOCIETY, Details(), None, None),  # derived: this element is the insurer's word
        (SOCIETY, Details(elderly=ElderlyCertificate(20, day("2025-08-01"))), None, "020"),
    ],
)
def test_ratios(by: InsurerNumber, details: Details, ratio: str | None, elderly_ratio: str | None) -> None:
    result = elements_of(answer(coverage(by=by, details=details)))
    certificate: Any = result.get("ElderlyRecipientCertificateInfo", {})
    assert result.get("InsuredPartialContributionRatio") == ratio
    assert certificate.get("ElderlyRecipientContributionRatio") == elderly_ratio


def test_a_number_of_six_digits_goes_out_with_blanks_in_front() -> None:
    assert elements_of(answer(coverage(by=make.MUNICIPAL)))["InsurerNumber"] == "  138057"


@pytest.mark.parametrize(
    ("seen", "query", "kind", "body"),
    [
        (Found(), by_number(), AnswerKind.NOT_REGISTERED, {"QualificationValidity": "4"}),
        (found(coverage(refused=True)), by_card(), AnswerKind.NOT_REGISTERED, {"QualificationValidity": "4"}),
        (
            Found((make.sighting(coverage(branch=None)), make.sighting(coverage(20, person=2), who=person(2)))),
            by_number(),
            AnswerKind.MORE_THAN_ONE,
            {"QualificationValidity": "5"},
        ),
        (
            Found(),
            by_number(make.UNLOADED),
            AnswerKind.NOT_YET_LOADED,
            {
                "ProcessingResultCode": "OQSN0001W",
                "ProcessingResultMessage": "この保険者のデータはまだ登録が始まっていません。資格の有無は分かりません。",
                "QualificationValidity": "4",
            },
        ),
        (
            Found(held=True),
            by_number(),
            AnswerKind.UNDER_REVIEW,
            {
                "ProcessingResultCode": "OQSN0002W",
                "ProcessingResultMessage": "本人との結び付けを確認中のため、お答えできません。",
                "QualificationValidity": "4",
            },
        ),
        (
            Found(),
            by_number(make.STALE),
            AnswerKind.CANNOT_TELL,
            {
                "ProcessingResultCode": "OQSN0003W",
                "ProcessingResultMessage": "お答えするだけのデータがありません。",
                "QualificationValidity": "4",
            },
        ),
    ],
)
def test_answers_that_show_nobody(seen: Found, query: Query, kind: AnswerKind, body: dict[str, str]) -> None:
    given = decide(query, seen, make.BOOK, at=NOW)
    assert given.kind is kind
    assert body_of(given) == unit_of(given) == {"ProcessingResultStatus": "1", **body}


def test_an_undisclosed_address_does_not_go_out_by_number() -> None:
    result = elements_of(answer(coverage(undisclosed=True), by_number()))
    assert ("Address" in result, "PostNumber" in result, result["Name"]) == (False, False, "見本　花子1")


# Asked of a registry.


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return KeyRing.create(tmp_path / "keys", at=NOW).signer()


def ask(db: Database, queries: list[Query], signer: Signer) -> list[dict[str, Any]]:
    """Of a registry with one person: at the 健保 of the fixtures, and at that of the examples."""
    of_examples = InsurerNumber("06139999")
    with db.transaction() as tx:
        make.add_insurers(tx, [*make.INSURERS, make.insurer(of_examples, "society", "例示健康保険組合")])
        make.add_person(tx, person(), at=NOW - 1)
        for one in (
            coverage(10),
            coverage(11, make.MUNICIPAL, number="7", symbol=None, branch=None),
            coverage(12, of_examples, branch="00"),
        ):
            make.add_coverage(tx, one, at=NOW - 1)
        checked = check(tx, queries, at=NOW, batch=1, asker=ASKER, signer=signer)
    return [body_of(one.answer) for one in checked]


def result_in(body: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = body["ResultList"]["ResultOfQualificationConfirmation"]
    return result


def test_our_own_examples_are_answered(db: Database, signer: Signer) -> None:
    single, municipal, nobody = ask(db, queries_in(SINGLE) + queries_in(BULK), signer)
    assert (single["QualificationValidity"], result_in(single)["InsurerName"]) == ("1", "見本健康保険組合")
    assert (municipal["QualificationValidity"], result_in(municipal)["InsurerNumber"]) == ("1", "  138057")
    assert nobody == {"ProcessingResultStatus": "1", "QualificationValidity": "4"}


@pytest.mark.parametrize(("pattern", "count"), [("OQSsiquc01req*", 1), ("OQSmuquc01req*", 2)])
def test_the_shapes_of_the_field_are_answered(db: Database, signer: Signer, pattern: str, count: int) -> None:
    # The field's own files may not be committed; test_our_own_examples_are_answered holds the same shapes everywhere.
    if not SHARED.is_dir():
        pytest.skip("the examples of the field are not beside this checkout")
    files = sorted(SHARED.glob(pattern))
    queries = [query for file in files for query in queries_in(file.read_text(encoding="utf-8"))]
    bodies = ask(db, queries, signer)
    assert len(bodies) == count * len(files) > 0
    assert {(body["QualificationValidity"], result_in(body)["InsuredBranchNumber"]) for body in bodies} == {("1", "00")}
