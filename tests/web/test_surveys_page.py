"""Surveys on the pages: made, sent, answered without an account, reminded of, closed, told; and who sees nothing."""

import csv
import io
import re
from datetime import date

import pytest

from onshi import access, audit, sheets, surveys
from onshi.access import Role
from onshi.app import App
from onshi.audit import Action
from onshi.db import Tx
from onshi.kernel import parse_moment
from onshi.sheets import NewSheet
from onshi.surveys import Survey, service, store
from surveys import make

from . import country
from .browse import Reader

STAFF = {
    "ministry": (make.MINISTRY, [Role.PROGRAMME_OFFICER]),
    "other-ministry": (make.OTHER_MINISTRY, [Role.PROGRAMME_OFFICER]),
    "office": (make.OFFICE, [Role.PROGRAMME_OFFICER]),
    "prefecture": (make.TOKYO, [Role.PROGRAMME_OFFICER]),
    "body": (make.WORKS, [Role.BODY_CLERK]),
    "fishery": (make.FISHERY, [Role.BODY_CLERK]),
}
FORM = {
    "sort": "people",
    "title_ja": "カードについての調査",
    "title_en": "About cards",
    "purpose_ja": "足りないものを知るため",
    "purpose_en": "To learn what is missing",
    "opens_on": "2026-11-02",
    "closes_on": "2026-11-30",
    "q1_ja": "カードをお持ちですか",
    "q1_en": "Have you a card?",
    "q1_kind": "one",
    "q1_choices": "はい | Yes\nいいえ｜No",
    "q2_ja": "受け取りまでの日数",
    "q2_en": "Days until it came",
    "q2_kind": "number",
    "q2_low": "0",
    "q2_high": "９９",
}
LINK = re.compile(r"http://testserver(/s/[\w-]{22})")


def register(app: App) -> None:
    """Those who ask and are asked, each with somebody who works there."""
    with app.db.transaction() as tx:
        known = access.party_names(tx, [one.id for one in make.PARTIES])
        access.register_parties(tx, [one for one in make.PARTIES if one.id not in known], by=country.BY)
        for name, (party, roles) in STAFF.items():
            access.register_staff(
                tx,
                party.id,
                login=f"survey-{name}",
                roles=roles,
                password="correct horse battery",
                key=app.staff_key,
                at=country.START,
                by=country.BY,
                staff_id=f"s-survey-{name}",
            )


@pytest.fixture(autouse=True)
def parties(app: App) -> None:
    """They are there."""
    register(app)


def staff(app: App, name: str) -> Reader:
    """Somebody signed in."""
    reader = Reader(app)
    opened = app.run(lambda tx: access.open_session(tx, f"s-survey-{name}", at=app.now()))
    reader.cookies.set("onshi_session", opened.token)
    return reader


def make_one(ministry: Reader, **changes: str) -> str:
    """The address of a new survey."""
    ministry.get("/surveys/manage/new")
    ministry.post("/surveys/manage/new", **(FORM | changes))
    assert ministry.answer.status_code == 200, ministry.text
    return str(ministry.answer.url.path)


def send(ministry: Reader, address: str, text: str = "body:works 30\nbody:fishery 20") -> dict[str, str]:
    """The links by party: they stand in the order of the parties."""
    ministry.get(address)
    ministry.post(f"{address}/send", addressees=text)
    return dict(zip([line.split()[0] for line in text.splitlines()], LINK.findall(ministry.answer.text), strict=True))


def answer(app: App, link: str, **fields: str) -> Reader:
    """Somebody with a browser of their own."""
    reader = Reader(app)
    reader.get(link)
    form = re.search(r'name="form" value="([0-9a-f]{16})"', reader.answer.text)
    assert form, reader.text
    reader.post(link, **({"form": form[1]} | {f"a.{name}": text for name, text in fields.items()}))
    return reader


def on(app: App, day: str) -> None:
    country.move_clock(app, parse_moment(f"{day}T10:00:00"))


def the_survey(app: App) -> Survey:
    with app.db.transaction(reading=True) as tx:
        (found,) = service.surveys_of(tx, make.OFFICE)
        return found


def closed_survey(app: App) -> str:
    """The address of one that is closed: the works answered enough, the fishery did not."""
    ministry = staff(app, "ministry")
    address = make_one(ministry)
    links = send(ministry, address)

    def many(tx: Tx) -> None:
        for number in range(64):
            here = links["body:works" if number < 50 else "body:fishery"].removeprefix("/s/")
            given = {"q1": ["c1" if number % 2 else "c2"], "q2": ["5"]}
            service.answer(tx, here, given, form=str(number), answer_id=number, at=app.now())

    app.run(many)
    on(app, "2026-12-01")
    ministry = staff(app, "ministry")
    ministry.get(address)
    ministry.post(f"{address}/close")
    assert "締め切りました。" in ministry.text
    return address


def test_a_survey_is_made_with_a_form(app: App) -> None:
    ministry = staff(app, "ministry")
    make_one(ministry)
    assert ministry.heading == "カードについての調査"
    assert "調査を作りました。" in ministry.text
    first, second = the_survey(app).draft.questions
    assert [(one.code, one.words.ja, one.words.en) for one in first.choices] == [
        ("c1", "はい", "Yes"),
        ("c2", "いいえ", "No"),
    ]
    assert (second.kind, second.low, second.high) == (surveys.Kind.NUMBER, 0, 99)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title_en": ""}, "題名と目的を日本語と英語の両方で、それぞれ500字までで書いてください。"),
        ({"opens_on": "someday"}, "開始日と最終日を確かめてください。"),
        ({"q1_choices": "はい"}, "1問目（q1）：選択肢は2つから40までです。"),
        ({"q2_high": "many"}, "2問目（q2）：最小と最大を整数で、最小のほうを小さくしてください。"),
    ],
)
def test_half_a_form_makes_nothing_and_is_shown_again(app: App, changes: dict[str, str], said: str) -> None:
    ministry = staff(app, "ministry")
    ministry.get("/surveys/manage/new")
    ministry.post("/surveys/manage/new", **(FORM | changes))
    assert (ministry.answer.status_code, said in ministry.text) == (422, True)
    assert 'value="足りないものを知るため"' in ministry.answer.text
    with app.db.transaction(reading=True) as tx:
        assert service.surveys_of(tx, make.OFFICE) == []


def test_a_survey_is_made_with_a_workbook(app: App) -> None:
    ministry = staff(app, "ministry")
    data = surveys.xlsform.workbook(make.survey(), {})
    ministry.get("/surveys/manage/new")
    ministry.post("/surveys/manage/upload", files={"file": ("form.xlsx", data)}, **FORM)
    assert ministry.answer.status_code == 200, ministry.text
    assert the_survey(app).draft.questions == make.QUESTIONS
    again = ministry.get(f"{ministry.answer.url.path}/form.xlsx").content
    assert surveys.xlsform.read_workbook(again).questions == make.QUESTIONS


def test_a_workbook_that_asks_too_much_is_refused_with_its_rows(app: App) -> None:
    ministry = staff(app, "ministry")
    head = ["type", "name", "label::日本語 (ja)", "label::English (en)"]
    data = sheets.write([NewSheet("survey", [head, ["text", "name", "お名前", "Your name"]])])
    ministry.get("/surveys/manage/new")
    ministry.post("/surveys/manage/upload", files={"file": ("form.xlsx", data)}, **FORM)
    assert ministry.answer.status_code == 422
    assert "自由記述は人が特定されるため扱いません" in ministry.text
    ministry.post("/surveys/manage/upload", files={"file": ("form.xlsx", b"no workbook")}, **FORM)
    assert ministry.answer.status_code == 422


def test_links_are_shown_once(app: App) -> None:
    ministry = staff(app, "ministry")
    address = make_one(ministry)
    links = send(ministry, address)
    assert set(links) == {"body:works", "body:fishery"}
    ministry.get(address)
    assert LINK.findall(ministry.answer.text) == []
    ministry.post(f"{address}/renew", party="body:works")
    (new,) = LINK.findall(ministry.answer.text)
    assert Reader(app).get(new).status_code == 200
    assert Reader(app).get(links["body:works"]).status_code == 404
    # Whoever loads the page of the form again is shown the survey, and no link.
    assert ministry.get(f"{address}/send").url.path == address


def test_anybody_answers_without_an_account(app: App) -> None:
    links = send(staff(app, "ministry"), make_one(staff(app, "ministry")))
    reader = Reader(app)
    reader.get(links["body:works"])
    assert reader.heading == "カードについての調査"
    for said in (
        "回答は任意です。カードを持つかどうかも、あなたが決めることです。",
        "時刻は残りません。",
        "10人に満たない数と、",
        "見本製作所",
    ):
        assert said in reader.text
    done = answer(app, links["body:works"], q1="c1", q2="１２")
    assert done.heading == "ありがとうございました"
    with app.db.transaction(reading=True) as tx:
        (group,) = store.groups_of(tx, the_survey(app).id)
        entries = [one.entry for one in audit.entries_of(tx, action=Action.SURVEY)]
    assert (group.party, group.content, group.count) == ("body:works", {"q1": "c1", "q2": 12}, 1)
    assert [(one.outcome, one.actor) for one in entries] == [
        ("sent", "staff:s-survey-ministry"),
        ("made", "staff:s-survey-ministry"),
    ]


def test_the_same_form_sent_twice_counts_once(app: App) -> None:
    links = send(staff(app, "ministry"), make_one(staff(app, "ministry")))
    reader = answer(app, links["body:works"], q1="c1", q2="3")
    form = {"form": "0123456789abcdef", "a.q1": "c1", "a.q2": "3"}
    for _ in range(2):
        reader.get(links["body:works"])
        reader.post(links["body:works"], **form)
        assert reader.heading == "ありがとうございました"
    with app.db.transaction(reading=True) as tx:
        assert [one.answers for one in service.addressees_of(tx, the_survey(app))] == [0, 2]


def test_a_form_that_does_not_say_which_it_is_is_nobody_elses(app: App) -> None:
    links = send(staff(app, "ministry"), make_one(staff(app, "ministry")))
    for _ in range(2):
        reader = Reader(app)
        reader.get(links["body:works"])
        reader.post(links["body:works"], **{"a.q1": "c1", "a.q2": "3"})
        assert reader.heading == "ありがとうございました"
    with app.db.transaction(reading=True) as tx:
        assert [one.answers for one in service.addressees_of(tx, the_survey(app))] == [0, 2]


def test_where_several_can_be_chosen_nobody_has_to_choose(app: App) -> None:
    links = send(staff(app, "ministry"), make_one(staff(app, "ministry"), q1_kind="several"))
    reader = Reader(app)
    reader.get(links["body:works"])
    assert reader.answer.text.count("mark-required") == 1  # the number
    assert answer(app, links["body:works"], q2="3").heading == "ありがとうございました"


def test_an_answer_that_does_not_fit_is_shown_again(app: App) -> None:
    links = send(staff(app, "ministry"), make_one(staff(app, "ministry")))
    reader = answer(app, links["body:works"], q2="many")
    assert reader.answer.status_code == 422
    assert "整数で入力してください。" in reader.text
    assert 'value="many"' in reader.answer.text
    with app.db.transaction(reading=True) as tx:
        assert [one.answers for one in service.addressees_of(tx, the_survey(app))] == [0, 0]


def test_out_of_its_days_a_survey_takes_nothing(app: App) -> None:
    links = send(staff(app, "ministry"), make_one(staff(app, "ministry"), opens_on="2026-11-03"))
    reader = Reader(app)
    reader.get(links["body:works"])
    assert "いまは回答期間ではありません。" in reader.text
    on(app, "2026-11-03")
    reader.get(links["body:works"])
    form = {"form": "0123456789abcdef", "a.q1": "c1", "a.q2": "3"}
    on(app, "2026-12-01")
    reader.post(links["body:works"], **form)
    assert (reader.answer.status_code, "2026-11-03から2026-11-30" in reader.text) == (409, True)


def test_a_link_nobody_gave_out_leads_nowhere(app: App) -> None:
    send(staff(app, "ministry"), make_one(staff(app, "ministry")))
    reader = Reader(app)
    assert reader.get("/s/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404
    assert "このリンクの調査は見つかりません。" in reader.text


def test_organisations_that_owe_answers_are_reminded(app: App) -> None:
    ministry = staff(app, "ministry")
    address = make_one(ministry)
    links = send(ministry, address, "body:works 1\nbody:fishery 2")
    answer(app, links["body:works"], q1="c1", q2="3")
    ministry.get(address)
    ministry.post(f"{address}/remind")
    assert "再依頼を記録しました。" in ministry.text
    with app.db.transaction(reading=True) as tx:
        found = {one.target.party: one.reminded_on for one in service.addressees_of(tx, the_survey(app))}
    assert found == {"body:works": None, "body:fishery": date(2026, 11, 2)}
    for _ in range(2):
        answer(app, links["body:fishery"], q1="c1", q2="3")
    ministry.get(address)
    ministry.post(f"{address}/remind")
    assert "回答が足りない機関はありません。" in ministry.text


def test_results_are_there_after_closing_only(app: App) -> None:
    ministry = staff(app, "ministry")
    address = make_one(ministry)
    send(ministry, address)
    assert ministry.get(f"{address}/results").status_code == 409
    ministry.get(address)
    ministry.post(f"{address}/close")
    assert (ministry.answer.status_code, "集計は最終日（2026-11-30）の後に1回だけ行います。" in ministry.text) == (
        422,
        True,
    )
    assert the_survey(app).closed_on is None


def test_what_is_told_withholds_the_small(app: App) -> None:
    address = closed_survey(app)
    ministry = staff(app, "ministry")
    ministry.get(f"{address}/results")
    # 64 answered in all; 14 of them at the fishery, seven and seven: told for everybody and not by organisation.
    assert "はい 32 50 いいえ 32 50" in ministry.text
    ministry.get(f"{address}/results?area=body:works")
    assert "はい" not in ministry.text.partition("見込み30")[2]
    assert ministry.text.count("人数が少ないため、この範囲では示しません。") == 2
    got = ministry.get(f"{address}/results.csv")
    rows = list(csv.DictReader(io.StringIO(got.content.decode("utf-8-sig"))))
    assert [(row["範囲"], row["答えのコード"], row["人数"]) for row in rows if row["質問コード"] == "q1"] == [
        ("00", "c1", "32"),
        ("00", "c2", "32"),
        ("body", "c1", "32"),
        ("body", "c2", "32"),
        ("body/13", "", ""),
        ("body/27", "", ""),
        ("body:fishery", "", ""),
        ("body:works", "", ""),
    ]


def test_an_organisation_sees_its_own_totals_and_everybodys(app: App) -> None:
    address = closed_survey(app)
    which = address.rpartition("/")[2]
    works = staff(app, "body")
    works.get("/body/surveys")
    assert "カードについての調査" in works.text
    works.get(f"/body/surveys/{which}")
    assert ("見本製作所" in works.text, "見本水産" in works.answer.text) == (True, False)
    works.get(f"/body/surveys/{which}?area=00")
    assert "はい 32 50" in works.text
    # Another's is not among what can be chosen, and asking for it shows one's own.
    works.get(f"/body/surveys/{which}?area=body:fishery")
    assert ("見本水産" in works.answer.text, "14" in works.text) == (False, False)


def test_who_was_not_asked_sees_nothing(app: App) -> None:
    which = closed_survey(app).rpartition("/")[2]
    for name, home in (("other-ministry", "/surveys/received"), ("prefecture", "/surveys/received")):
        reader = staff(app, name)
        reader.get(home)
        assert "カードについての調査" not in reader.text
        assert reader.get(f"{home}/{which}").status_code == 404


@pytest.mark.parametrize("name", ["other-ministry", "prefecture"])
@pytest.mark.parametrize("page", ["", "/results", "/results.csv", "/form.xlsx"])
def test_anothers_survey_looks_like_none(app: App, name: str, page: str) -> None:
    address = closed_survey(app)
    reader = staff(app, name)
    reader.get("/surveys/manage")
    assert (reader.answer.status_code, "カードについての調査" in reader.text) == (200, False)
    assert reader.get(address + page).status_code == 404
    assert "survey" in reader.text


def test_the_office_reads_and_changes_nothing(app: App) -> None:
    address = closed_survey(app)
    office = staff(app, "office")
    office.get(f"{address}/results")
    assert office.heading == "集計"
    office.get(address)
    office.get("/surveys/manage/new")
    office.post(f"{address}/remind")
    assert office.answer.status_code == 404


def test_a_list_that_is_full_says_so(app: App) -> None:
    def many(tx: Tx) -> None:
        for number in range(1, service.LIMIT + 1):
            service.make(tx, make.MINISTRY, make.draft(), survey_id=surveys.SurveyId(number), at=make.BEFORE)

    ministry = staff(app, "ministry")
    make_one(ministry)
    assert "件だけを表示しています。" not in ministry.get("/surveys/manage").text
    app.run(many)
    assert "新しい順に200件だけを表示しています。" in ministry.get("/surveys/manage").text


def test_who_asks_nobody_has_no_such_page(app: App) -> None:
    for name in ("body", "fishery"):
        assert staff(app, name).get("/surveys/manage").status_code == 403
    assert Reader(app).enter("reception").get("/surveys/received").status_code == 403


def test_organisations_answer_by_name(app: App) -> None:
    ministry = staff(app, "ministry")
    address = make_one(ministry, sort="organisations")
    links = send(ministry, address)
    answer(app, links["body:works"], q1="c1", q2="3")
    answer(app, links["body:works"], q1="c2", q2="7")
    answer(app, links["body:fishery"], q1="c1", q2="5")
    ministry.get(f"{address}/results")
    assert "見本製作所 2026年11月2日 いいえ 7" in ministry.text
    assert "合計 12" in ministry.text


def test_answers_of_odk_are_taken_on_the_page(app: App) -> None:
    ministry = staff(app, "ministry")
    address = make_one(ministry)
    send(ministry, address)
    text = "SubmissionDate,addressee,q1,q2\r\n2026-11-02,body:works,c1,3\r\n2026-11-02,body:works,c9,3\r\n"
    ministry.get(address)
    ministry.post(f"{address}/import", files={"file": ("answers.csv", text.encode())}, party="")
    assert "1件の回答を取り込みました。" in ministry.text
    assert "選択肢にない回答です。" in ministry.text
    ministry.post(f"{address}/import", files={"file": ("answers.csv", text.encode())}, party="")
    assert (ministry.answer.status_code, "二重には数えていません。" in ministry.text) == (422, True)


def test_a_prefecture_asks_within_itself(app: App) -> None:
    prefecture = staff(app, "prefecture")
    address = make_one(prefecture)
    prefecture.post(f"{address}/send", addressees="body:works 3\nbody:fishery 2")
    assert (prefecture.answer.status_code, "宛先の2行目" in prefecture.text) == (422, True)
    assert set(send(prefecture, address, "body:works 3\nmunicipality:131016 2")) == {
        "body:works",
        "municipality:131016",
    }


def test_in_english(app: App) -> None:
    links = send(staff(app, "ministry"), make_one(staff(app, "ministry")))
    reader = Reader(app, language="en")
    reader.get(links["body:works"])
    assert (reader.heading, "Whether you have a card is for you to decide" in reader.text) == ("About cards", True)
