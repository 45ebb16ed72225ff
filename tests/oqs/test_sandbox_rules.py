"""Every rule of the conformance run: files that meet it, files that break it, and what is not about it."""

import io
import zipfile
from dataclasses import replace

import pytest

from onshi.interfaces import oqs
from onshi.interfaces.oqs import Elements, Encoding
from onshi.interfaces.oqs.sandbox import (
    DIALOGUE_CHECKS,
    FILE_CHECKS,
    Judged,
    Report,
    Seen,
    SeenAnswer,
    SeenRequest,
    Verdict,
    Weight,
    judge,
    report_page,
    report_pdf,
    rules,
)

CODE = "1312345678"
NAME = "OQSsiquc01req_202611020001.xml"
MET, BROKEN, NOT_SEEN = Verdict.MET, Verdict.BROKEN, Verdict.NOT_SEEN
SEARCH: Elements = {
    "InsurerNumber": "  138057",
    "InsuredCardSymbol": "見本",
    "InsuredIdentificationNumber": "101",
    "Birthdate": "19800505",
    "LimitApplicationCertificateRelatedConsFlg": "1",
}
FLAG = b"      <LimitApplicationCertificateRelatedConsFlg>1</LimitApplicationCertificateRelatedConsFlg>\n"
PERSONAL = b"123456789018"


def single(encoding: Encoding = Encoding.UTF_8, identifier: str = "a-1", code: str = CODE) -> bytes:
    header: Elements = {"QualificationConfirmationDate": "20261102", "MedicalInstitutionCode": code}
    header["ArbitraryFileIdentifier"] = identifier
    body: Elements = {"QualificationConfirmSearchInfo": SEARCH}
    return oqs.write({"MessageHeader": header, "MessageBody": body}, oqs.message_kinds()["OQSsiquc01req"], encoding)


def bulk(count: int) -> bytes:
    header: Elements = {"QualificationConfirmationDate": "20261102", "MedicalInstitutionCode": CODE}
    body: Elements = {"QualificationConfirmSearchInfo": [SEARCH] * count}
    return oqs.write({"MessageHeader": header, "MessageBody": body}, oqs.message_kinds()["OQSmuquc01req"])


def download(reception: str) -> bytes:
    elements: Elements = {
        "MessageHeader": {"MedicalInstitutionCode": CODE},
        "MessageBody": {"ReceptionNumber": reception},
    }
    return oqs.write(elements, oqs.message_kinds()["OQSmuquc02req"])


def received(reception: str) -> bytes:
    elements: Elements = {
        "MessageHeader": {"MedicalInstitutionCode": CODE},
        "MessageBody": {"ReceptionNumber": reception},
    }
    return oqs.write(elements, oqs.message_kinds()["OQSmuquc01res"])


def plain_zip(*names: str) -> bytes:
    space = io.BytesIO()
    with zipfile.ZipFile(space, "w") as archive:
        for name in names:
            archive.writestr(name, single())
    return space.getvalue()


def judged(code: str, seen: Seen) -> Judged:
    report = judge(seen, subject="test", at="2026-11-02 09:00:00")
    return next(row for row in report.rules if row.code == code)


def about(code: str, name: str, data: bytes, **more: bytes) -> Verdict:
    return judged(code, Seen([SeenRequest(name, data, **more)])).verdict  # type: ignore[arg-type]


def test_every_rule_has_a_check_and_every_check_a_rule() -> None:
    assert {rule.code for rule in rules()} == FILE_CHECKS.keys() | DIALOGUE_CHECKS.keys()
    assert not FILE_CHECKS.keys() & DIALOGUE_CHECKS.keys()
    assert all(rule.ja and rule.en and rule.mark in "ABCO" and len(rule.mark) == 1 for rule in rules())


def test_a_good_request_meets_what_it_is_about_and_nothing_else_counts_as_met() -> None:
    report = judge(Seen([SeenRequest(NAME, single())]), subject="test", at="now")
    told = {row.code: row.verdict for row in report.rules}
    unseen = {"windows-31j", "bom", "zip-form", "bulk-limit", *DIALOGUE_CHECKS} - {"identifier-once"}
    assert told == {code: NOT_SEEN if code in unseen else MET for code in told}
    assert not report.is_broken


ONE = single()
SJIS = single(Encoding.SHIFT_JIS)


@pytest.mark.parametrize(
    ("code", "name", "data", "verdict"),
    [
        ("name-form", NAME, ONE, MET),
        ("name-form", "oqssiquc01REQ_Abc.XML", ONE, MET),
        ("name-form", "request.xml", ONE, BROKEN),
        ("name-form", "OQSsiquc01req_1.txt", ONE, BROKEN),
        ("prefix-known", NAME, ONE, MET),
        ("prefix-known", "OQSsiurl01req_1.xml", ONE, BROKEN),
        ("prefix-known", "request.xml", ONE, NOT_SEEN),
        ("free-part", NAME, ONE, MET),
        ("free-part", "OQSsiquc01req_a b.xml", ONE, BROKEN),
        ("free-part", "OQSsiquc01req_１.xml", ONE, BROKEN),
        ("free-part", "OQSsiquc01req_.xml", ONE, BROKEN),
        ("encoding-declared", NAME, ONE, MET),
        ("encoding-declared", NAME, SJIS, MET),
        ("encoding-declared", NAME, SJIS.replace(b"Shift_JIS", b"UTF-8"), BROKEN),
        ("encoding-declared", NAME, ONE.replace(b"UTF-8", b"EUC-JP"), BROKEN),
        ("windows-31j", NAME, SJIS, MET),
        ("windows-31j", NAME, ONE, NOT_SEEN),
        ("windows-31j", NAME, SJIS.replace("見本".encode("cp932"), b"\x81\x20"), BROKEN),
        ("answer-writable", NAME, ONE, MET),
        ("answer-writable", NAME, ONE.replace("見本".encode(), "見😀".encode()), BROKEN),
        ("bom", NAME, b"\xef\xbb\xbf" + ONE, MET),
        ("bom", NAME, ONE, NOT_SEEN),
        ("bom", NAME, b"\xef\xbb\xbf" + SJIS, BROKEN),
        ("bom", NAME, ONE.decode().encode("utf-16"), BROKEN),
        ("no-doctype", NAME, ONE, MET),
        ("no-doctype", NAME, ONE.replace(b"<XmlMsg>", b"<!DOCTYPE XmlMsg><XmlMsg>"), BROKEN),
        ("well-formed", NAME, ONE, MET),
        ("well-formed", NAME, ONE.replace(b"</MessageHeader>", b""), BROKEN),
        ("well-formed", NAME, ONE.replace(b"<XmlMsg>", b'<XmlMsg xmlns="urn:x">'), BROKEN),
        ("size", NAME, ONE, MET),
        ("size", NAME, ONE + b" " * 5_000_000, BROKEN),
        ("size", "OQSmuquc01req_1.xml", bulk(1) + b" " * 5_000_000, MET),
        ("zip-form", NAME, ONE, NOT_SEEN),
        ("zip-form", "OQSsiquc01req_1.zip", plain_zip("OQSsiquc01req_1.xml"), MET),
        ("zip-form", "OQSsiquc01req_1.zip", plain_zip("other.xml"), BROKEN),
        ("zip-form", "OQSsiquc01req_1.zip", plain_zip("OQSsiquc01req_1.xml", "more.xml"), BROKEN),
        ("zip-form", "OQSsiquc01req_1.zip", b"no zip", BROKEN),
        ("elements-known", NAME, ONE, MET),
        ("elements-known", NAME, ONE.replace(FLAG, FLAG + b"<More>1</More>"), BROKEN),
        ("element-order", NAME, ONE, MET),
        ("element-order", NAME, ONE.replace(FLAG, b"").replace(b"      <InsurerN", FLAG + b"      <InsurerN"), BROKEN),
        ("header-elements", NAME, ONE, MET),
        ("header-elements", NAME, ONE.replace(CODE.encode(), b""), BROKEN),
        ("institution-code", NAME, ONE, MET),
        ("institution-code", NAME, single(code="131234567"), BROKEN),
        ("identifier-length", NAME, single(identifier="x" * 50), MET),
        ("identifier-length", NAME, single(identifier="x" * 51), BROKEN),
        ("identifier-length", NAME, single(identifier=""), NOT_SEEN),
        ("body-elements", NAME, ONE, MET),
        ("body-elements", NAME, ONE.replace(b"<Birthdate>19800505</Birthdate>", b""), BROKEN),
        ("insurer-number", NAME, ONE, MET),
        ("insurer-number", NAME, ONE.replace(b"  138057", b"00138057"), MET),
        ("insurer-number", NAME, ONE.replace(b"  138057", b"138057"), BROKEN),
        ("insurer-number", NAME, ONE.replace(b"  138057", b" 0138057"), BROKEN),
        ("days", NAME, ONE, MET),
        ("days", NAME, ONE.replace(b"19800505", b"19800230"), BROKEN),
        ("days", NAME, ONE.replace(b"19800505", b"1980-05-05"), BROKEN),
        ("codes", NAME, ONE, MET),
        ("codes", NAME, ONE.replace(b"Flg>1<", b"Flg>2<"), BROKEN),
        ("codes", NAME, ONE.replace(FLAG, b""), NOT_SEEN),
        ("lengths", NAME, ONE, MET),
        ("lengths", NAME, ONE.replace(b">101<", b">" + b"1" * 21 + b"<"), BROKEN),
        ("consent-flag", NAME, ONE, MET),
        ("consent-flag", NAME, ONE.replace(FLAG, b""), BROKEN),
        ("consent-flag", "OQSmuquc02req_1.xml", download("QUC1"), NOT_SEEN),
        ("one-person", NAME, ONE, MET),
        ("one-person", "OQSmuquc01req_1.xml", bulk(2), NOT_SEEN),
        (
            "one-person",
            NAME,
            ONE.replace(b"  </MessageBody>", b"<QualificationConfirmSearchInfo/></MessageBody>"),
            BROKEN,
        ),
        ("bulk-limit", "OQSmuquc01req_1.xml", bulk(3), MET),
        ("bulk-limit", NAME, ONE, NOT_SEEN),
        ("no-personal-number", NAME, ONE, MET),
        ("no-personal-number", NAME, ONE.replace(b">101<", b">" + PERSONAL + b"<"), BROKEN),
        ("no-personal-number", NAME, ONE.replace(b">101<", b">1234-5678-9018<"), BROKEN),
        ("no-personal-number", NAME, ONE.replace(b">101<", b">123456789019<"), MET),
        ("no-personal-number", NAME, ONE.replace(FLAG, b"<More>" + PERSONAL + b"</More>"), BROKEN),
        ("no-personal-number", NAME, single(identifier="202611020014"), MET),
    ],
)
def test_a_rule_about_one_file(code: str, name: str, data: bytes, verdict: Verdict) -> None:
    assert about(code, name, data) is verdict


def test_a_bulk_request_over_the_limit_is_told() -> None:
    seen = Seen([SeenRequest("OQSmuquc01req_1.xml", bulk(100_001))])
    assert judged("bulk-limit", seen).verdict is BROKEN


def test_a_zip_is_looked_into_with_its_password() -> None:
    data = oqs.agent.zipped(NAME, ONE.replace(b"19800505", b"x"), b"himitsu-0")
    name = NAME.replace(".xml", ".zip")
    assert about("days", name, data) is NOT_SEEN
    assert about("zip-form", name, data) is MET
    assert about("days", name, data, password=b"himitsu-0") is BROKEN


def dialogue(*requests: SeenRequest, answers: tuple[SeenAnswer, ...] = ()) -> Seen:
    return Seen(requests, answers, is_dialog=True)


ASKED = SeenRequest(NAME, ONE, 1.0, is_answered=True)
ANSWERED = SeenAnswer(NAME.replace("req", "res"), b"", True)
TAKEN = SeenAnswer("OQSmuquc01res_1.xml", received("QUC1"), False)


def poll(name: str, at: float, reception: str = "QUC1", *, again: bool = False) -> SeenRequest:
    return SeenRequest(f"OQSmuquc02req_{name}.xml", download(reception), at, again, is_answered=True)


@pytest.mark.parametrize(
    ("code", "seen", "verdict"),
    [
        ("name-once", dialogue(ASKED), MET),
        ("name-once", dialogue(ASKED, replace(ASKED, again=True)), BROKEN),
        ("answered-by-name", dialogue(ASKED, answers=(ANSWERED,)), MET),
        ("answered-by-name", dialogue(ASKED), BROKEN),
        ("answered-by-name", dialogue(replace(ASKED, is_answered=False)), NOT_SEEN),
        ("readable-back", dialogue(ASKED, answers=(ANSWERED,)), MET),
        ("readable-back", dialogue(ASKED, answers=(SeenAnswer(NAME.replace("xml", "err"), b"", False),)), BROKEN),
        ("identifier-once", dialogue(ASKED, SeenRequest("OQSsiquc01req_2.xml", single(identifier="a-2"))), MET),
        ("identifier-once", dialogue(ASKED, SeenRequest("OQSsiquc01req_2.xml", ONE)), BROKEN),
        ("download-number", dialogue(poll("1", 1.0), answers=(TAKEN,)), MET),
        ("download-number", dialogue(poll("1", 1.0, "QUC2"), answers=(TAKEN,)), BROKEN),
        ("poll-wait", dialogue(poll("1", 1.0), answers=(TAKEN,)), NOT_SEEN),
        ("poll-wait", dialogue(poll("1", 1.0), poll("2", 6.0)), MET),
        ("poll-wait", dialogue(poll("1", 1.0), poll("2", 5.9)), BROKEN),
        ("poll-wait", dialogue(poll("1", 1.0), poll("2", 2.0, "QUC2")), NOT_SEEN),
        ("poll-new-name", dialogue(poll("1", 1.0), poll("2", 6.0)), MET),
        ("poll-new-name", dialogue(poll("1", 1.0), poll("1", 6.0, again=True)), BROKEN),
        ("answers-taken", dialogue(ASKED, answers=(ANSWERED, TAKEN)), MET),
        ("answers-taken", dialogue(ASKED), NOT_SEEN),
    ],
)
def test_a_rule_about_a_dialogue(code: str, seen: Seen, verdict: Verdict) -> None:
    assert judged(code, seen).verdict is verdict


def test_advice_breaks_no_run() -> None:
    report = judge(Seen([SeenRequest(NAME, ONE.replace(FLAG, b""))]), subject="test", at="now")
    broken = [(row.code, row.weight) for row in report.rules if row.verdict is BROKEN]
    assert broken == [("consent-flag", Weight.ADVICE)]
    assert not report.is_broken


def broken_report() -> Report:
    data = ONE.replace(b"19800505", b"19800230").replace("見本".encode(), b"&lt;b&gt;#x")
    return judge(Seen([SeenRequest(NAME, data)]), subject="<script>", at="2026-11-02 09:00:00")


def test_a_report_tells_where_and_never_what() -> None:
    report = broken_report()
    assert report.is_broken
    assert [(one.file, one.where) for row in report.rules for one in row.broken] == [
        (NAME, "MessageBody/QualificationConfirmSearchInfo/Birthdate")
    ]
    page = report_page(report)
    assert "19800230" not in page
    assert "MessageBody/QualificationConfirmSearchInfo/Birthdate" in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    for rule in rules():
        assert rule.code in page


def test_a_report_is_a_paper_too() -> None:
    made = report_pdf(broken_report())
    assert made.startswith(b"%PDF")
    assert made == report_pdf(broken_report())
