"""The linking agent between a clinic's folder and the server: every message, every way to go wrong."""

import threading
import time
from pathlib import Path

import pytest

from onshi.app import wall_clock
from onshi.interfaces import oqs
from onshi.interfaces.oqs import Elements, Encoding
from onshi.interfaces.oqs.elements import group, groups, text, texts
from onshi.outside import ExchangeFolder, FolderInUse, ServerUnreachable
from rest.make import OTHER_CLINIC, Country

from .agent_desk import CODE, AgentDesk, asked, search, single

NAME = "OQSsiquc01req_202611020001.xml"
ANSWER = "OQSsiquc01res_202611020001.xml"
DAY: Elements = {"QualificationConfirmationDate": "20261102"}


def result_of(found: oqs.Read) -> dict[str, str]:
    return texts(group(group(found.body, "ResultList"), "ResultOfQualificationConfirmation"))


def test_a_question_by_number_is_answered(desk: AgentDesk) -> None:
    desk.put(NAME, single())
    assert desk.agent().once() == 1
    assert (desk.names("req"), desk.names()) == ([], [ANSWER])
    found = desk.answer(ANSWER)
    header = texts(found.header)
    made = header.pop("ProcessExecutionTime")
    assert len(made) == 14
    assert header == {
        "QualificationConfirmationDate": "20261102",
        "MedicalInstitutionCode": CODE,
        "ArbitraryFileIdentifier": "a-1",
        "ReferenceClassification": "2",
        "SegmentOfResult": "1",
        "CharacterCodeIdentifier": "0",
    }
    assert texts(group(found.body, "QualificationConfirmSearchInfo")) == texts(search())
    assert {name: text(found.body, name) for name in ("ProcessingResultStatus", "QualificationValidity")} == {
        "ProcessingResultStatus": "1",
        "QualificationValidity": "1",
    }
    result = result_of(found)
    assert (result["Name"], result["InsurerNumber"], result["InsuredIdentificationNumber"]) == (
        "見本花子",
        "06139992",
        "101",
    )
    assert result["LimitApplicationCertificateRelatedConsFlg"] == "1"
    assert result["LimitApplicationCertificateRelatedConsTime"] == made


def test_without_consent_the_flag_stands_alone(desk: AgentDesk) -> None:
    desk.put(NAME, single(LimitApplicationCertificateRelatedConsFlg="0"))
    desk.agent().once()
    result = result_of(desk.answer(ANSWER))
    assert result["LimitApplicationCertificateRelatedConsFlg"] == "0"
    assert "LimitApplicationCertificateRelatedConsTime" not in result


def test_who_is_not_there_is_an_answer_without_a_result(desk: AgentDesk) -> None:
    desk.put(NAME, single(InsuredIdentificationNumber="999"))
    desk.agent().once()
    found = desk.answer(ANSWER)
    assert texts(found.body) == {"ProcessingResultStatus": "1", "QualificationValidity": "4"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Birthdate": "19800230"}, "OQSR0003E"),
        ({"Birthdate": None}, "OQSR0002E"),
        ({"InsurerNumber": "0613999"}, "OQSR0003E"),
        ({"InsuredIdentificationNumber": "4" * 65}, "OQSR0003E"),
    ],
)
def test_a_person_who_cannot_be_asked_about_is_told_why(
    desk: AgentDesk, changes: dict[str, str | None], code: str
) -> None:
    desk.put(NAME, single(**changes))
    desk.agent().once()
    found = desk.answer(ANSWER, echoes=True)
    assert text(found.header, "SegmentOfResult") == "1"
    assert (text(found.body, "ProcessingResultStatus"), text(found.body, "ProcessingResultCode")) == ("2", code)
    assert text(found.body, "ProcessingResultMessage")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (single().replace(CODE.encode(), b"1312345686"), "OQSR0005E"),
        (
            single().replace(b"<QualificationConfirmationDate>20261102</QualificationConfirmationDate>", b""),
            "OQSR0002E",
        ),
        (single().replace(b"20261102", b"20261131"), "OQSR0003E"),
        (
            single().replace(
                b"</MessageBody>",
                b"<QualificationConfirmSearchInfo><InsurerNumber>06139992</InsurerNumber>"
                b"</QualificationConfirmSearchInfo></MessageBody>",
            ),
            "OQSR0004E",
        ),
    ],
)
def test_a_message_that_fails_as_a_whole_says_so(desk: AgentDesk, data: bytes, code: str) -> None:
    desk.put(NAME, data)
    desk.agent().once()
    found = desk.answer(ANSWER)
    assert (text(found.header, "SegmentOfResult"), text(found.header, "ErrorCode")) == ("9", code)
    assert texts(found.body) == {"ProcessingResultStatus": "2"}
    assert b"<Name>" not in (desk.root / "res" / ANSWER).read_bytes()


def test_what_cannot_be_read_comes_back_with_the_reason_before_it(desk: AgentDesk) -> None:
    data = single().replace(b"</MessageHeader>", b"")
    desk.put(NAME, data)
    desk.agent().once()
    error = desk.root / "res" / NAME.replace(".xml", ".err")
    assert desk.names() == [error.name, NAME]
    assert (desk.root / "res" / NAME).read_bytes() == data
    assert error.read_text().startswith("OQSR0001E ")
    kept = sorted((desk.root / "agent" / "kept").glob("*/res/*"), key=lambda one: one.stat().st_ctime_ns)
    assert [path.suffix for path in kept] == [".err", ".xml"]


@pytest.mark.parametrize("name", ["OQSsiurl01req_1.xml", "EPSsiPIR01req_1.xml", "CIPsiquc01req_1.xml"])
def test_what_is_not_served_is_answered_and_never_left_lying(desk: AgentDesk, name: str) -> None:
    desk.put(name, b"<XmlMsg/>")
    desk.agent().once()
    (answer,) = desk.names()
    assert answer == name.replace("req", "res")
    found = oqs.read((desk.root / "res" / answer).read_bytes(), oqs.message_kinds()["refused"])
    assert (text(found.header, "SegmentOfResult"), text(found.header, "ErrorCode")) == ("9", "OQSR0006E")


@pytest.mark.parametrize(
    "name",
    [
        ".receptionagent-1.tmp",
        "OQSsiquc01req_1.tmp",
        ".OQSsiquc01req_1.xml",
        "OQSsiquc01res_1.xml",
        "notes.txt",
        "OQSsiquc01req_a b.xml",
        "OQSsiquc01req_\uff11.xml",
        "OQSsiquc01req_.xml",
    ],
)
def test_other_files_are_left_alone(desk: AgentDesk, name: str) -> None:
    desk.put(name, single())
    desk.agent().once()
    assert (desk.names("req"), desk.names()) == ([name], [])


def test_a_name_that_leads_elsewhere_is_not_followed(desk: AgentDesk, tmp_path: Path) -> None:
    outside = tmp_path / "secret.xml"
    outside.write_bytes(single())
    (desk.root / "req" / NAME).symlink_to(outside)
    (desk.root / "req" / "OQSsiquc01req_2.xml").mkdir()
    desk.put("OQSsiquc01req_3.xml", single())
    agent = desk.agent()
    agent.once()
    assert desk.names() == ["OQSsiquc01res_3.xml"]
    assert outside.read_bytes() == single()


def test_case_does_not_count_and_is_kept(desk: AgentDesk) -> None:
    desk.put("oqssiquc01REQ_Abc.XML", single())
    desk.agent().once()
    assert desk.names() == ["oqssiquc01res_Abc.xml"]


@pytest.mark.parametrize("encoding", Encoding)
def test_answers_are_in_the_encoding_of_the_institution(served: Country, tmp_path: Path, encoding: Encoding) -> None:
    served.clock.moment = wall_clock()
    desk = AgentDesk(served, tmp_path / "oqs", encoding=encoding)
    header: Elements = {**DAY, "ArbitraryFileIdentifier": "識別①"}
    asking = {"QualificationConfirmSearchInfo": search()}
    desk.put(NAME, asked("OQSsiquc01req", header, asking, Encoding.SHIFT_JIS))
    desk.agent().once()
    data = (desk.root / "res" / ANSWER).read_bytes()
    assert data.startswith(f'<?xml version="1.0" encoding="{encoding.value}" standalone="no"?>'.encode())
    assert "見本花子".encode("cp932" if encoding is Encoding.SHIFT_JIS else "utf-8") in data
    found = desk.answer(ANSWER)
    assert text(found.header, "CharacterCodeIdentifier") == encoding.identifier
    assert text(found.header, "ArbitraryFileIdentifier") == "識別①"


def upload(desk: AgentDesk, prefix: str, data: bytes, number: str = "1") -> str:
    desk.put(f"{prefix}_{number}.xml", data)
    desk.agent().once()
    found = desk.answer(f"{prefix.replace('req', 'res')}_{number}.xml")
    assert len(text(found.body, "ReceptionDateTime")) == 14
    return text(found.body, "ReceptionNumber")


def download(desk: AgentDesk, prefix: str, reception: str, *, tries: int = 100) -> oqs.Read:
    """Asks until it is done, as clients do."""
    for turn in range(tries):
        name = f"{prefix}_d{turn}.xml"
        desk.put(name, asked(prefix, {}, {"ReceptionNumber": reception}))
        desk.agent().once()
        found = desk.answer(name.replace("req", "res"), echoes=True)
        if text(found.header, "SegmentOfResult") != "2":
            return found
        time.sleep(0.05)
    pytest.fail("it is never done")


def test_a_bulk_request_is_taken_with_a_number_and_answered_by_it(desk: AgentDesk) -> None:
    infos = [search(ArbitraryIdentifier=str(place)) for place in range(3)]
    infos += [search(ArbitraryIdentifier="nobody", InsuredIdentificationNumber="999")]
    infos += [search(ArbitraryIdentifier="broken", Birthdate="x")]
    header: Elements = {**DAY, "ArbitraryFileIdentifier": "bulk-1"}
    reception = upload(desk, "OQSmuquc01req", asked("OQSmuquc01req", header, {"QualificationConfirmSearchInfo": infos}))
    found = download(desk, "OQSmuquc02req", reception)
    head = texts(found.header)
    assert (head["ReceptionNumber"], head["ArbitraryFileIdentifier"], head["QualificationConfirmationDate"]) == (
        reception,
        "bulk-1",
        "20261102",
    )
    counts = ("NumberOfProcessingResult", "NumberOfNormalProcessing", "NumberOfError")
    assert [head[name] for name in counts] == ["5", "4", "1"]
    units = groups(found.body, "BulkConfirmUnit")
    assert [group(unit, "QualificationConfirmSearchInfo") for unit in units] == infos
    assert [text(unit, "QualificationValidity") for unit in units] == ["1", "1", "1", "4", ""]
    results = [group(unit, "ResultOfQualificationConfirmation") for unit in units]
    assert [text(result, "Name") for result in results] == ["見本花子"] * 3 + ["", ""]
    assert text(results[0], "LimitApplicationCertificateChanged") == "1"
    assert text(units[4], "ProcessingResultCode") == "OQSR0003E"
    again = download(desk, "OQSmuquc02req", reception)
    assert groups(again.body, "BulkConfirmUnit") == units


def test_the_same_bulk_request_sent_again_is_the_same_job(desk: AgentDesk) -> None:
    data = asked("OQSmuquc01req", DAY, {"QualificationConfirmSearchInfo": [search()]})
    first = upload(desk, "OQSmuquc01req", data)
    assert upload(desk, "OQSmuquc01req", data) == first
    assert upload(desk, "OQSmuquc01req", data, number="2") != first


@pytest.mark.parametrize("reception", ["QUC0000000000000000", "R1", "../../etc", "IMM" + "0" * 16, "QUC/../x"])
def test_a_reception_number_of_nobody_is_unknown(desk: AgentDesk, reception: str) -> None:
    found = download(desk, "OQSmuquc02req", reception, tries=1)
    assert (text(found.header, "SegmentOfResult"), text(found.header, "ErrorCode")) == ("9", "OQSR0007E")


def test_medical_tickets_are_an_honest_none(desk: AgentDesk) -> None:
    body: Elements = {"QualificationConfirmSearchInfo": {"MedicalTreatmentMonth": "202611"}}
    reception = upload(desk, "OQSmutic01req", asked("OQSmutic01req", {"ArbitraryFileIdentifier": "t"}, body))
    found = download(desk, "OQSmutic02req", reception)
    assert (text(found.header, "SegmentOfResult"), text(found.header, "NumberOfProcessingResult")) == ("1", "0")


def test_zip_with_a_password_in_and_out(served: Country, tmp_path: Path) -> None:
    served.clock.moment = wall_clock()
    desk = AgentDesk(served, tmp_path / "oqs", password=b"himitsu-0")
    packed = oqs.agent.zipped(NAME, single(), b"himitsu-0")
    assert b"InsurerNumber" not in packed
    desk.put(NAME.replace(".xml", ".zip"), packed)
    desk.put("OQSsiquc01req_plain.xml", single())
    desk.put("OQSsiquc01req_wrong.zip", oqs.agent.zipped("OQSsiquc01req_wrong.xml", single(), b"another"))
    desk.put("OQSsiquc01req_path.zip", oqs.agent.zipped("../OQSsiquc01req_path.xml", single(), b"himitsu-0"))
    desk.agent().once()
    assert desk.names() == [
        "OQSsiquc01req_path.err",
        "OQSsiquc01req_path.zip",
        "OQSsiquc01req_wrong.err",
        "OQSsiquc01req_wrong.zip",
        ANSWER.replace(".xml", ".zip"),
        "OQSsiquc01res_plain.xml",
    ]
    inner = oqs.agent.unzipped(
        (desk.root / "res" / ANSWER.replace(".xml", ".zip")).read_bytes(), b"himitsu-0", ANSWER[:-4]
    )
    assert "見本花子".encode() in inner


def test_a_zip_where_none_is_switched_on_comes_back(desk: AgentDesk) -> None:
    desk.put(NAME.replace(".xml", ".zip"), oqs.agent.zipped(NAME, single(), b"x"))
    desk.agent().once()
    assert (desk.root / "res" / NAME.replace(".xml", ".err")).read_text().startswith("OQSR0016E")


def test_a_request_that_is_still_being_written_is_not_taken(desk: AgentDesk) -> None:
    data = single()
    agent = desk.agent()
    thread = threading.Thread(target=agent.run)
    thread.start()
    with (desk.root / "req" / NAME).open("wb") as file:
        for start in range(0, len(data), 200):
            file.write(data[start : start + 200])
            file.flush()
            time.sleep(0.12)
            assert desk.names() == [] or start + 200 >= len(data)
    assert wait_for(lambda: desk.names() == [ANSWER])
    agent.stop()
    thread.join()


def test_what_never_becomes_whole_comes_back(desk: AgentDesk) -> None:
    desk.put(NAME, single()[:300])
    desk.agent().once()
    assert desk.names() == [NAME.replace(".xml", ".err"), NAME]


def wait_for(is_so: object, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_an_answer_shows_a_second_sign_and_keeps_its_bytes(desk: AgentDesk) -> None:
    agent = desk.agent()
    thread = threading.Thread(target=agent.run)
    thread.start()
    desk.put(NAME, single())
    path = desk.root / "res" / ANSWER
    assert wait_for(path.exists)
    seen, data, first = time.monotonic(), path.read_bytes(), path.stat().st_mtime_ns
    assert wait_for(lambda: path.stat().st_mtime_ns != first)
    assert 0.4 < time.monotonic() - seen < 1.5
    assert path.read_bytes() == data
    agent.stop()
    thread.join()
    assert [one.name for one in (desk.root / "agent" / "kept").glob("*/res/*")] == [ANSWER]


def kept_requests(desk: AgentDesk) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (desk.root / "agent" / "kept").glob("*/req/*")}


def test_requests_are_kept_as_they_came_and_a_name_used_again_replaces_nothing(desk: AgentDesk) -> None:
    first, second = single("a-1"), single("a-2")
    for data in (first, second):
        desk.put(NAME, data)
        desk.agent().once()
    assert kept_requests(desk) == {NAME: first, f"{NAME}~2": second}
    desk.put("OQSsiquc01req_3.xml", single()[:300])
    written_at = (desk.root / "req" / "OQSsiquc01req_3.xml").stat().st_mtime_ns
    desk.agent().once()
    (kept,) = (desk.root / "agent" / "kept").glob("*/req/OQSsiquc01req_3.xml")
    assert (kept.read_bytes(), kept.stat().st_mtime_ns) == (single()[:300], written_at)


def test_copies_of_requests_are_forgotten_with_those_of_answers(desk: AgentDesk) -> None:
    desk.put(NAME, single())
    desk.agent().once()
    (day,) = (desk.root / "agent" / "kept").iterdir()
    day.rename(day.with_name("20200101"))
    desk.agent().once()
    assert list((desk.root / "agent" / "kept").iterdir()) == []


def test_two_agents_do_not_share_a_folder(desk: AgentDesk, tmp_path: Path) -> None:
    desk.folder.require()
    with pytest.raises(FolderInUse):
        oqs.agent.Agent(ExchangeFolder(desk.root), desk.terms, desk.centre, oqs.agent.Clocks(wall_clock)).once()
    desk.folder.release()


def test_while_the_line_is_down_requests_wait_and_the_state_says_so(desk: AgentDesk) -> None:
    base = {"url": "http://127.0.0.1:9"}

    class Line:
        def __init__(self) -> None:
            self._up = desk.centre()
            self._down = desk.centre("http://127.0.0.1:9")

        def _now(self) -> object:
            return self._down if base["url"].endswith(":9") else self._up

        def post(self, path: str, body: object) -> bytes:
            return self._now().post(path, body)  # type: ignore[attr-defined, no-any-return]

        def get(self, path: str) -> bytes:
            return self._now().get(path)  # type: ignore[attr-defined, no-any-return]

        def close(self) -> None:
            self._up.close()
            self._down.close()

    agent = desk.agent(Line)  # type: ignore[arg-type]
    thread = threading.Thread(target=agent.run)
    thread.start()
    desk.put(NAME, single())
    assert wait_for(lambda: agent.status.line == "down")
    assert (agent.status.error, desk.names("req"), desk.names()) == ("server-unreachable", [], [])
    assert wait_for(lambda: b'"line":"down"' in (desk.root / "agent" / "status.json").read_bytes())
    base["url"] = desk.land.base
    assert wait_for(lambda: desk.names() == [ANSWER])
    assert wait_for(lambda: agent.status.line == "up")
    agent.stop()
    thread.join()


def test_once_without_a_line_answers_nothing_and_loses_nothing(desk: AgentDesk) -> None:
    desk.put(NAME, single())
    with pytest.raises(ServerUnreachable):
        desk.agent(lambda: desk.centre("http://127.0.0.1:9")).once()
    assert desk.names() == []
    assert desk.agent().once() == 1
    assert desk.names() == [ANSWER]


def test_a_key_of_another_institution_gets_no_answer_out(served: Country, tmp_path: Path) -> None:
    served.clock.moment = wall_clock()
    other = AgentDesk(served, tmp_path / "oqs", party=OTHER_CLINIC, client="other-agent")
    other.terms = oqs.agent.Terms(CODE)
    other.put(NAME, single())
    other.agent().once()
    assert text(other.answer(ANSWER).header, "ErrorCode") == "OQSR0005E"
    assert "見本".encode() not in (other.root / "res" / ANSWER).read_bytes().split(b"<MessageBody>")[1]


def test_the_same_name_at_two_institutions_gets_each_its_own_answer(served: Country, tmp_path: Path) -> None:
    served.clock.moment = wall_clock()
    ours = AgentDesk(served, tmp_path / "ours")
    theirs = AgentDesk(served, tmp_path / "theirs", party=OTHER_CLINIC, client="other-agent")
    ours.put(NAME, single("ours"))
    theirs.put(NAME, single("theirs", InsuredIdentificationNumber="999").replace(CODE.encode(), b"1312345686"))
    ours.agent().once()
    theirs.agent().once()
    assert text(ours.answer(ANSWER).header, "ArbitraryFileIdentifier") == "ours"
    found = theirs.answer(ANSWER)
    assert (text(found.header, "ArbitraryFileIdentifier"), text(found.body, "QualificationValidity")) == ("theirs", "4")
    data = asked("OQSmuquc01req", DAY, {"QualificationConfirmSearchInfo": [search()]})
    reception = upload(ours, "OQSmuquc01req", data)
    stolen = asked("OQSmuquc02req", {}, {"ReceptionNumber": reception}).replace(CODE.encode(), b"1312345686")
    theirs.put("OQSmuquc02req_1.xml", stolen)
    theirs.agent().once()
    assert text(theirs.answer("OQSmuquc02res_1.xml").header, "ErrorCode") == "OQSR0007E"


def test_an_answer_that_was_held_back_when_the_end_came_is_delivered_once(desk: AgentDesk) -> None:
    """The process ended after its request was let go; the server is not asked again."""
    desk.put(NAME, single())
    desk.agent().once()
    made = (desk.root / "res" / ANSWER).read_bytes()
    (desk.root / "res" / ANSWER).unlink()
    (desk.root / "agent" / "out" / "res" / f"0~{ANSWER}~{NAME}.held").write_bytes(made)
    assert desk.agent(lambda: desk.centre("http://127.0.0.1:9")).once() == 0
    assert (desk.root / "res" / ANSWER).read_bytes() == made
    assert list((desk.root / "agent" / "out" / "res").iterdir()) == []


def test_what_was_held_back_for_a_request_still_there_is_made_anew(desk: AgentDesk) -> None:
    """The process ended before its request was let go: perhaps not all of its answer was put down."""
    (desk.root / "agent" / "taken" / NAME).write_bytes(single())
    (desk.root / "agent" / "out" / "res" / f"0~{ANSWER}~{NAME}.held").write_bytes(b"half")
    assert desk.agent().once() == 1
    assert (desk.names(), text(desk.answer(ANSWER).body, "QualificationValidity")) == ([ANSWER], "1")
    assert [path for stage in ("taken", "out/res") for path in (desk.root / "agent" / stage).iterdir()] == []
