"""Surveys go out as XLSForm and come back, and answers come in as ODK Central and KoboToolbox export them."""

import re
from io import BytesIO

import pytest
from msgspec.structs import replace
from pyxform.xls2xform import convert

from onshi import sheets
from onshi.db import Tx
from onshi.kernel import Finding, Severity
from onshi.sheets import NewSheet
from onshi.surveys import Kind, Sort, errors, finding_kinds, importing, service, xlsform
from onshi.surveys.rules import Fault

from . import make

NAMES = {make.WORKS.id: make.WORKS.name, make.FISHERY.id: make.FISHERY.name}
ODK = (
    "SubmissionDate,start,deviceid,intro-addressee,intro-has,intro-why,days,since,meta-instanceID,SubmitterName\r\n"
    "2026-09-11T10:11:12Z,2026-09-11T10:10+09:00,secret-device,body:works,no,time worry,12,2026-09-01,uuid:1,太郎\r\n"
    "2026-09-11T10:11:13Z,2026-09-11T10:10+09:00,secret-device,body:fishery,yes,,,,uuid:2,花子\r\n"
)
KOBO = (
    "start,end,_id,_uuid,_submission_time,_submitted_by,addressee,group/has,group/why,group/why/time,group/why/need,"
    "group/why/worry,group/days,since\r\n"
    "a,b,1,u1,2026-09-11T10:11:12,taro,body:works,no,time worry,1,0,1,12,2026-09-01\r\n"
    "a,b,2,u2,2026-09-11T10:11:13,hanako,body:fishery,yes,,,,,,\r\n"
)
KOBO_SPLIT = (
    KOBO.replace("group/why,group/why/time", "group/why/time")
    .replace("time worry,1", "1")
    .replace("yes,,,,,,", "yes,,,,,")
)
WANTED = (
    (make.WORKS.id, {"has": "no", "why": ("time", "worry"), "days": 12, "since": "2026-09-01"}),
    (make.FISHERY.id, {"has": "yes"}),
)


# -- XLSForm -----------------------------------------------------------------------------------------------------------


def test_the_workbook_is_a_form_that_odk_takes() -> None:
    """pyxform, which ODK Central and KoboToolbox convert with, is the judge; any warning of it counts."""
    found = convert(BytesIO(xlsform.workbook(make.survey(), NAMES)), validate=False)
    assert found.warnings == []
    told = found.xform
    assert "<h:title>Cards at work（日本語）</h:title>" in told
    assert 'id="onshi_0000000000000007"' in told
    assert told.count("<translation ") == 2
    assert "relevant=\" /data/has  = 'no'\"" in told
    assert 'constraint=". &gt;= 0 and . &lt;= 99"' in told
    assert re.findall(r'nodeset="/data/(days|since)" type="(\w+)"', told) == [("days", "int"), ("since", "date")]


def test_a_condition_on_several_choices_is_a_form_too() -> None:
    several = replace(make.HAS, kind=Kind.SEVERAL)
    found = convert(BytesIO(xlsform.workbook(make.survey(questions=(several, make.WHY)), {})), validate=False)
    assert found.warnings == []
    assert "selected( /data/has , 'no')" in found.xform


@pytest.mark.parametrize("parties", [{}, NAMES])
def test_what_was_written_is_read_again(parties: dict[str, str]) -> None:
    found = xlsform.read_workbook(xlsform.workbook(make.survey(), parties))
    assert (found.questions, found.findings) == (make.QUESTIONS, ())


HEAD = ["type", "name", "label::日本語 (ja)", "label::English (en)", "required", "relevant", "constraint"]


def book(*rows: list[str]) -> bytes:
    choices = [["list_name", "name", "label::ja (ja)", "label::en (en)"], ["l", "a", "あ", "A"], ["l", "b", "い", "B"]]
    return sheets.write([NewSheet("survey", [HEAD, *rows]), NewSheet("choices", choices)])


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (["text", "q", "名前", "Name", "", "", ""], "type", "type-not-taken"),
        (["geopoint", "q", "場所", "Place", "", "", ""], "type", "type-not-taken"),
        (["image", "q", "写真", "Photo", "", "", ""], "type", "type-not-taken"),
        (["deviceid", "deviceid", "", "", "", "", ""], "type", "type-dropped"),
        (["start", "start", "", "", "", "", ""], "type", "type-dropped"),
        (["select_one l", "q", "", "Which?", "", "", ""], "label", "words-missing"),
        (["select_one other", "q", "どれ", "Which?", "", "", ""], "type", "choices-missing"),
        (["integer", "q", "何", "How many?", "", "", ""], "constraint", "range-missing"),
        (["date", "q", "いつ", "When?", "", "${x} > 3", ""], "relevant", "condition-not-taken"),
        (["begin_group", "g", "", "", "", "", ""], "type", "type-dropped"),
        (["note", "n", "注", "Note", "", "${first} = 'a'", ""], "type", "type-dropped"),
        (["begin_group", "g", "", "", "", "${first} = 'a'", ""], "relevant", "condition-not-taken"),
        (["select_multiple l", "q", "どれ", "Which?", "yes", "", ""], "required", "required-dropped"),
    ],
)
def test_what_a_survey_cannot_ask_is_said(row: list[str], column: str, code: str) -> None:
    found = xlsform.read_workbook(book(["select_one l", "first", "一", "First", "yes", "", ""], row))
    assert found.findings == (Finding(2, column, code, finding_kinds()[code].severity),)
    assert found.is_whole is (finding_kinds()[code].severity is Severity.NOTE)


def test_what_is_no_form_is_refused() -> None:
    with pytest.raises(errors.WorkbookUnreadable):
        xlsform.read_workbook(sheets.write([NewSheet("data", [["type"], ["x"]])]))
    with pytest.raises(sheets.errors.NotAWorkbook):
        xlsform.read_workbook(b"type,name\r\n")


# -- Answers -----------------------------------------------------------------------------------------------------------


def read(text: str, *, only: str | None = None) -> importing.Imported:
    return importing.read_file(text.encode("utf-8-sig"), make.QUESTIONS, NAMES, only)


@pytest.mark.parametrize("text", [ODK, KOBO, KOBO_SPLIT])
def test_answers_of_collecting_tools(text: str) -> None:
    found = read(text)
    assert found.answers == WANTED
    assert {one.code for one in found.findings} == {"column-dropped"}


@pytest.mark.parametrize("text", [ODK, KOBO])
def test_who_when_and_with_what_is_dropped(text: str) -> None:
    told = repr(read(text))
    assert [secret for secret in ("太郎", "taro", "secret-device", "10:11", "uuid:1", "u1") if secret in told] == []


def test_a_column_of_somebody_elses_is_not_named() -> None:
    found = read("has,why,days,since,社員番号\r\nyes,,,,007\r\n", only=make.WORKS.id)
    assert found.answers == ((make.WORKS.id, {"has": "yes"}),)
    assert found.findings == (Finding(0, "#5", "column-dropped", Severity.NOTE),)


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("body:works,perhaps,,,", "has", Fault.CHOICE),
        ("body:works,,,,", "has", Fault.MISSING),
        ("body:works,no,time pay,,", "why", Fault.CHOICE),
        ("body:works,yes,time,,", "why", Fault.UNASKED),
        ("body:works,yes,,x,", "days", Fault.NUMBER),
        ("body:works,yes,,100,", "days", Fault.RANGE),
        ("body:works,yes,,,x", "since", Fault.DAY),
        ("body:other,yes,,,", "addressee", "addressee-unknown"),
        (",yes,,,", "addressee", "addressee-unknown"),
    ],
)
def test_a_row_with_an_error_is_left_out_and_told_without_what_it_says(line: str, column: str, code: str) -> None:
    found = read(f"addressee,has,why,days,since\r\nbody:works,yes,,,\r\n{line}\r\n")
    assert found.answers == ((make.WORKS.id, {"has": "yes"}),)
    assert found.findings == (Finding(2, column, str(code), Severity.ERROR),)


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("has,days,since\r\nyes,,\r\n", [("why", "column-missing"), ("addressee", "column-missing")]),
        ("addressee,has,why,since\r\nbody:works,yes,,\r\n", [("days", "column-missing")]),
    ],
)
def test_a_file_without_a_column_is_not_taken(text: str, findings: list[tuple[str, str]]) -> None:
    found = read(text)
    assert (found.answers, [(one.column, one.code) for one in found.findings]) == ((), findings)


@pytest.mark.parametrize("data", [b"", b"has,why,days,since\r\n", b"\xff\xfe", b'has,"why\r\nx'])
def test_what_is_no_file_of_answers_is_refused(data: bytes) -> None:
    with pytest.raises(errors.NoAnswersTaken):
        importing.read_file(data, make.QUESTIONS, NAMES, None)


def test_answers_are_taken_once(tx: Tx) -> None:
    make.register(tx)
    survey, _ = make.sent(tx)

    def take(text: str, only: str | None = None) -> importing.Imported:
        return service.import_answers(
            tx, make.MINISTRY, survey.id, text.encode(), only=only, draw_many=range, at=make.DURING
        )[1]

    assert take(ODK).answers == WANTED
    assert [one.answers for one in service.addressees_of(tx, survey)] == [1, 1]
    with pytest.raises(errors.AlreadyImported):
        take(ODK)
    with pytest.raises(errors.UnknownAddressee):
        take(ODK, make.CHIYODA.id)
    assert [one.answers for one in service.addressees_of(tx, survey)] == [1, 1]


def test_lines_may_end_as_on_an_old_macintosh(tx: Tx) -> None:
    make.register(tx)
    survey, _ = make.sent(tx)
    data = ODK.replace("\r\n", "\r").encode()
    _, found = service.import_answers(tx, make.MINISTRY, survey.id, data, only=None, draw_many=range, at=make.DURING)
    assert found.answers == WANTED
    assert [one.answers for one in service.addressees_of(tx, survey)] == [1, 1]


def test_a_column_of_a_choice_is_not_the_answer_to_a_question_of_that_name() -> None:
    time = replace(make.DAYS, code="time")
    data = b"why/time,why/need,why/worry,time\r\n1,0,0,30\r\n"
    found = importing.read_file(data, (replace(make.WHY, only_if=None), time), NAMES, make.WORKS.id)
    assert found.answers == ((make.WORKS.id, {"why": ("time",), "time": 30}),)


def test_a_survey_of_organisations_takes_no_file(tx: Tx) -> None:
    make.register(tx)
    survey, _ = make.sent(tx, sort=Sort.ORGANISATIONS)
    with pytest.raises(errors.NotOfThisSort):
        service.import_answers(tx, make.MINISTRY, survey.id, ODK.encode(), only=None, draw_many=range, at=make.DURING)


def test_every_fault_of_an_answer_is_a_finding() -> None:
    assert {one.value for one in Fault} - set(finding_kinds()) == set()
