"""What needs a card or a number of one's own: faces pushed, consents used, patient numbers kept and told."""

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from onshi.app import wall_clock
from onshi.cli import main
from onshi.interfaces import oqs
from onshi.interfaces.oqs import Elements, Encoding
from onshi.interfaces.oqs.elements import group, groups, text, texts
from onshi.kernel import japan_day
from rest.card_desk import PIN, CardDesk

from .agent_desk import AgentDesk, asked, single
from .test_agent import DAY, download, upload

INSURED: Elements = {"InsurerNumber": "06139992", "InsuredCardSymbol": "見本", "InsuredIdentificationNumber": "101"}
OTHER_FAMILY: Elements = {
    "InsurerNumber": "06139992",
    "InsuranceCardSymbol": "見本",
    "InsuredPersonIdentificationNumber": "101",
}


@pytest.fixture
def card(desk: AgentDesk, tmp_path: Path) -> str:
    """Hanako's card, in a file."""
    made = CardDesk(desk.land, tmp_path).open().card()
    made.close()
    return str(made.path)


def show(desk: AgentDesk, card: str, *more: str) -> int:
    words = ["reader", "check", "--server", desk.land.base, "--client", desk.client, "--key", str(desk.key)]
    return main([*words, "--lang", "en", "--card", card, "--pin", PIN, "--push", str(desk.root), *more])


def face(desk: AgentDesk) -> oqs.Read:
    (name,) = desk.names("face")
    return desk.answer(name, "face")


def result_of(found: oqs.Read) -> dict[str, str]:
    return texts(group(group(found.body, "ResultList"), "ResultOfQualificationConfirmation"))


def test_after_a_card_was_read_a_file_is_pushed(desk: AgentDesk, card: str) -> None:
    assert show(desk, card, "--limit-consent", "--consent", "drugs") == 0
    (name,) = desk.names("face")
    assert re.fullmatch(r"OQSsiquc01res_face_1312345678[0-9a-f]{20}_[0-9]{14}\.xml", name)
    found = face(desk)
    header = texts(found.header)
    assert re.fullmatch(r"[0-9A-Za-z+/]{15}=", header["ArbitraryFileIdentifier"])
    assert (header["ReferenceClassification"], header["SegmentOfResult"]) == ("1", "1")
    assert header["QualificationConfirmationDate"] == f"{japan_day(wall_clock()):%Y%m%d}"
    assert "QualificationConfirmSearchInfo" not in found.body
    result = result_of(found)
    assert (result["Name"], text(found.body, "QualificationValidity")) == ("見本花子", "1")
    assert result["LimitApplicationCertificateRelatedConsFlg"] == result["PharmacistsInfoConsFlg"] == "1"
    assert result["SpecificDiseasesCertificateRelatedConsFlg"] == result["OperationInfoConsFlg"] == "0"
    begin, end = result["PharmacistsInfoConsTime"], result["PharmacistsInfoAvailableTime"]
    assert (int(end) > int(begin), begin[8:], "OperationInfoConsTime" in result) == (True, end[8:], False)


def test_a_file_is_pushed_in_the_encoding_wanted(desk: AgentDesk, card: str) -> None:
    assert show(desk, card, "--encoding", "Shift_JIS") == 0
    assert face(desk).encoding is Encoding.SHIFT_JIS


def test_a_wrong_pin_pushes_nothing(desk: AgentDesk, card: str) -> None:
    assert show(desk, card, "--pin", "0000") == 2
    assert desk.names("face") == []


def test_an_agent_that_works_there_delivers_it(desk: AgentDesk, card: str) -> None:
    desk.folder.require()
    assert show(desk, card) == 0
    assert desk.names("face") == []
    desk.folder.release()
    desk.agent().once()
    assert len(desk.names("face")) == 1


def reference(number: str = "000417", **changes: str) -> Elements:
    return {"ReferenceNumber": number, **INSURED, **changes}


def test_a_reference_number_is_kept_and_told_with_every_answer(desk: AgentDesk, card: str) -> None:
    header: Elements = {"ArbitraryFileIdentifier": "ref-1"}
    body: Elements = {"ReferenceNumberRegistrationInfo": reference()}
    desk.put("OQSsiimm01req_1.xml", asked("OQSsiimm01req", header, body, Encoding.SHIFT_JIS))
    desk.agent().once()
    found = desk.answer("OQSsiimm01res_1.xml")
    assert (text(found.header, "SegmentOfResult"), text(found.header, "ArbitraryFileIdentifier")) == ("1", "ref-1")
    assert texts(found.body) == {"ProcessingResultStatus": "1", "ReferenceNumber": "000417"}
    desk.put("OQSsiquc01req_1.xml", single())
    desk.agent().once()
    assert result_of(desk.answer("OQSsiquc01res_1.xml"))["ReferenceNumber"] == "000417"
    show(desk, card)
    assert result_of(face(desk))["ReferenceNumber"] == "000417"
    infos = {"QualificationConfirmSearchInfo": [{**INSURED, "Birthdate": "19800505"}]}
    reception = upload(desk, "OQSmuquc01req", asked("OQSmuquc01req", DAY, infos))  # type: ignore[arg-type]
    (unit,) = groups(download(desk, "OQSmuquc02req", reception).body, "BulkConfirmUnit")
    assert unit["ReferenceNumber"] == ["000417"]
    assert "ReferenceNumber" not in group(unit, "ResultOfQualificationConfirmation")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"InsuredIdentificationNumber": "999"}, "OQSR0011E"),
        ({"InsurerNumber": "x"}, "OQSR0003E"),
        ({"InsuredIdentificationNumber": ""}, "OQSR0002E"),
        ({"ReferenceNumber": "9" * 51}, "OQSR0003E"),
    ],
)
def test_a_reference_number_that_is_not_kept_says_why(desk: AgentDesk, changes: dict[str, str], code: str) -> None:
    info = {**reference(), **changes}
    data = asked("OQSsiimm01req", {}, {"ReferenceNumberRegistrationInfo": info})  # type: ignore[dict-item]
    desk.put("OQSsiimm01req_1.xml", data)
    desk.agent().once()
    kind = oqs.message_kinds()["OQSsiimm01res"]
    found = oqs.read((desk.root / "res" / "OQSsiimm01res_1.xml").read_bytes(), kind)
    assert (text(found.body, "ProcessingResultStatus"), text(found.body, "ProcessingResultCode")) == ("2", code)


def test_reference_numbers_in_bulk(desk: AgentDesk) -> None:
    infos = [reference("A-1"), reference("A-2", InsuredIdentificationNumber="999")]
    header: Elements = {"ArbitraryFileIdentifier": "ref-2"}
    data = asked("OQSmuimm01req", header, {"ReferenceNumberRegistrationInfo": infos})
    reception = upload(desk, "OQSmuimm01req", data)
    found = download(desk, "OQSmuimm02req", reception)
    assert text(found.header, "ArbitraryFileIdentifier") == "ref-2"
    units = groups(found.body, "BulkRegistrationUnit")
    assert [group(unit, "ReferenceNumberRegistrationInfo") for unit in units] == infos
    assert [text(unit, "ProcessingResultStatus") for unit in units] == ["1", "2"]


def records(family: str, category: str = "2") -> bytes:
    body: Elements = {"FileCategory": category, "PrDiInfClassification": "1", "MedicalTreatmentFlag": "1"}
    if family == "YZK":
        body |= {"StartDate": "202601", "EndDate": "202611"}
    header: Elements = {**OTHER_FAMILY, "ArbitraryFileIdentifier": "4170"}
    return asked(f"{family}siquc01req", header, body, Encoding.SHIFT_JIS)


@pytest.mark.parametrize(
    ("family", "kind", "block"), [("YZK", "drugs", "QuaInf"), ("TKK", "checkups", "QualificationsInfo")]
)
def test_records_are_an_honest_none_and_only_with_consent(
    desk: AgentDesk, card: str, family: str, kind: str, block: str
) -> None:
    desk.put(f"{family}siquc01req_1.xml", records(family))
    desk.agent().once()
    found = desk.answer(f"{family}siquc01res_1.xml")
    assert (text(found.header, "ResultCode"), block in found.header) == ("9", False)
    assert "同意がありません" in text(found.header, "MessageContents")
    assert "見本".encode() not in (desk.root / "res" / f"{family}siquc01res_1.xml").read_bytes()
    show(desk, card, "--consent", kind)
    desk.put(f"{family}siquc01req_2.xml", records(family))
    desk.agent().once()
    found = desk.answer(f"{family}siquc01res_2.xml")
    assert (text(found.header, "ResultCode"), text(group(found.header, block), "Name")) == ("1", "見本花子")
    assert text(found.header, "ArbitraryFileIdentifier") == "4170"
    assert (group(found.elements, "MessageBody"), "情報はありません" in text(found.header, "MessageContents")) == (
        {},
        True,
    )


def test_records_as_a_paper(desk: AgentDesk, card: str) -> None:
    show(desk, card, "--consent", "drugs")
    desk.put("YZKsiquc01req_1.xml", records("YZK", "3"))
    desk.agent().once()
    assert desk.names() == ["YZKsiquc01res_1.pdf"]
    (page,) = PdfReader(desk.root / "res" / "YZKsiquc01res_1.pdf").pages
    said = page.extract_text()
    assert ("見本花子" in said, "情報はありません" in said) == (True, True)


@pytest.mark.parametrize(("prefix", "care", "flag"), [("hvq", "home_visit", "2"), ("onq", "online", "3")])
def test_who_consented_from_afar_is_checked_in_bulk(
    desk: AgentDesk, card: str, prefix: str, care: str, flag: str
) -> None:
    show(desk, card, "--consent", "drugs", "--care", care)
    today = f"{japan_day(wall_clock()):%Y%m%d}"
    search: Elements = {"ConsentDateFrom": today, "ConsentDateTo": today, "MedicalTreatmentFlag": flag}
    data = asked(f"OQSmu{prefix}01req", {"ArbitraryFileIdentifier": "r"}, {"QualificationConfirmSearchInfo": search})
    reception = upload(desk, f"OQSmu{prefix}01req", data)
    found = download(desk, f"OQSmu{prefix}02req", reception)
    (unit,) = groups(found.body, "BulkConfirmUnit")
    result = texts(group(unit, "ResultOfQualificationConfirmation"))
    assert (result["Name"], result["PharmacistsInfoConsFlg"], result["DiagnosisInfoConsFlg"]) == ("見本花子", "1", "0")
    assert len(result["PharmacistsInfoAvailableTime"]) == 14
    other = {"2": "3", "3": "2"}[flag]
    nobody = {**search, "MedicalTreatmentFlag": other}
    data = asked(f"OQSmu{prefix}01req", {"ArbitraryFileIdentifier": "s"}, {"QualificationConfirmSearchInfo": nobody})
    reception = upload(desk, f"OQSmu{prefix}01req", data, number="2")
    assert groups(download(desk, f"OQSmu{prefix}02req", reception).body, "BulkConfirmUnit") == []


def test_online_care_is_found_by_the_day_of_the_examination(desk: AgentDesk, card: str) -> None:
    show(desk, card, "--consent", "checkups", "--care", "online")
    today = f"{japan_day(wall_clock()):%Y%m%d}"
    search: Elements = {"ExaminationDateFrom": today, "MedicalTreatmentFlag": "3"}
    reception = upload(desk, "OQSmuonq01req", asked("OQSmuonq01req", {}, {"QualificationConfirmSearchInfo": search}))
    assert len(groups(download(desk, "OQSmuonq02req", reception).body, "BulkConfirmUnit")) == 1
