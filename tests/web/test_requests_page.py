"""Requests on the pages, down three levels by hand; timetables; a visit from both sides; loans. Who sees what is not
theirs is answered as if it were not there."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest

from onshi import audit
from onshi.app import App
from onshi.audit import Action
from onshi.kernel import Moment
from onshi.requests import sending
from onshi.requests.model import RequestId
from onshi.web.texts import text

from . import country, offices
from .browse import Reader
from .towns import staff_session

Enter = Callable[[str], Reader]
SUBJECT = "マイナンバーカードの取得の呼び掛けについて"
NOTICE = {
    "number": "府番第12号",
    "kind": "notice",
    "subject_ja": SUBJECT,
    "subject_en": "Asking people to take up cards",
    "issued_on": "2026-10-05",
    "due_on": "2026-10-30",
    "way": "local-government/2019-09-03/2",
}


@pytest.fixture
def enter(app: App) -> Enter:
    """Comes in as one of the offices."""
    offices.open_offices(app)
    return lambda name: staff_session(app, name)


def sent(reader: Reader, **changes: str) -> str:
    """A request is sent; its address."""
    reader.get("/requests")
    reader.post("/requests/send", **(NOTICE | changes))
    assert reader.answer.status_code == 200, reader.text
    return str(reader.answer.url.path)


def table(reader: Reader) -> list[list[str]]:
    """The rows of the table of levels."""
    body = reader.answer.text.split('aria-labelledby="reach"')[1].split("</table>")[0].split("<tbody>")[1]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [[re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", cell)) for cell in _cells(row)][:7] for row in rows]


def _cells(row: str) -> list[str]:
    return re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)


def acts(app: App, name: str, action: Action = Action.REQUEST) -> list[tuple[str | None, str | None]]:
    with app.db.transaction(reading=True) as tx:
        found = audit.entries_of(tx, actor=f"staff:s-demo-{name}", action=action)
    return [(one.entry.outcome, one.entry.object) for one in reversed(found)]


def test_a_request_goes_down_three_levels(enter: Enter, app: App) -> None:
    ministry, prefecture, town = (enter(name) for name in ("ministry", "prefecture", "municipality"))
    address = sent(ministry)
    assert ministry.heading == SUBJECT
    assert table(ministry) == [
        ["都道府県", "47", "47", "0", "47", "47", "0"],
        ["市区町村", "1,741", "0", "0", "0", "0", "1,741"],
    ]
    prefecture.get("/requests/inbox")
    assert "府番第12号 医療保険省 通知" in prefecture.text
    prefecture.get(address)
    prefecture.post(f"{address}/acknowledge", on="2026-10-06")
    assert "受領を確認しました。" in prefecture.text
    prefecture.post(f"{address}/note", reach="*", on="2026-10-07")
    assert "62か所に渡したことを記録しました。" in prefecture.text
    prefecture.post(f"{address}/note", reach="*", on="2026-10-07")
    assert text_of_problem(prefecture) == "その団体にはすでに渡されています。"
    town.get(address)
    town.post(f"{address}/acknowledge", on="2026-10-20")
    ministry.get(address)
    assert table(ministry) == [
        ["都道府県", "47", "47", "1", "46", "46", "0"],
        ["市区町村", "1,741", "62", "1", "61", "61", "1,679"],
    ]
    identity = address.rpartition("/")[2]
    assert acts(app, "municipality") == [("acknowledged", f"request:{identity}/municipality:131016")]
    assert acts(app, "ministry") == [("sent", f"request:{identity}")]
    assert len(acts(app, "prefecture")) == 63


def test_the_late_are_reminded_and_see_it(enter: Enter) -> None:
    ministry, prefecture = enter("ministry"), enter("prefecture")
    address = sent(ministry)
    ministry.post(f"{address}/remind", level="1")
    assert "47か所への督促を記録しました。" in ministry.text
    prefecture.get("/requests/inbox")
    assert "期限超過 2026年11月2日に督促がありました。" in prefecture.text
    ministry.post(f"{address}/remind", level="2")
    assert (ministry.answer.status_code, text_of_problem(ministry)) == (
        422,
        "その団体は遅れていません（未着、受領済み、または期限前です）。",
    )


def text_of_problem(reader: Reader) -> str:
    """What the page says was wrong."""
    found = re.search(r'role="alert">.*?<span>(.*?)</span>', reader.answer.text, re.DOTALL)
    assert found, "the page has no problem"
    return found[1]


def test_what_was_said_on_paper_is_noted_from_above(enter: Enter, app: App) -> None:
    ministry = enter("ministry")
    address = sent(ministry, way="schools/2019-09-03/2")
    ministry.post(f"{address}/note", acknowledge="group:boards", on="2026-10-10", **{"number.group:boards": "1,650"})
    ministry.post(f"{address}/note", reach="group:schools", on="2026-10-12", **{"number.group:schools": "37500"})
    assert table(ministry) == [
        ["教育委員会等", "1,700", "1,700", "1,650", "50", "50", "0"],
        ["学校", "38,000", "37,500", "0", "37,500", "37,500", "500"],
    ]
    ministry.post(f"{address}/note", reach="group:schools", on="2026-10-13", **{"number.group:schools": "38001"})
    assert text_of_problem(ministry) == "数は1から38000までにしてください。"
    assert 'name="number.group:schools" value="38001"' in ministry.answer.text
    assert 'id="note-on" name="on" value="2026-10-13"' in ministry.answer.text
    ministry.post(f"{address}/note", acknowledge="group:schools", on="2026-10-13")
    assert text_of_problem(ministry) == "数は1から37500までにしてください。"


def test_a_list_that_is_full_says_so(enter: Enter, app: App) -> None:
    ministry, prefecture = enter("ministry"), enter("prefecture")
    sent(ministry)
    ends = "新しい順に200件だけを表示しています。"
    assert (ends in ministry.get("/requests").text, ends in prefecture.get("/requests/inbox").text) == (False, False)
    with app.db.transaction() as tx:
        (one,) = sending.all_sent(tx)
        for number in range(sending.LIMIT):
            sending.send(tx, replace(one, id=RequestId(number + 1), number=f"府番第{number}号の2"), at=app.now())
    assert (ends in ministry.get("/requests").text, ends in prefecture.get("/requests/inbox").text) == (True, True)


def test_to_others_there_is_no_such_request(enter: Enter) -> None:
    ministry, office = enter("ministry"), enter("office")
    address = sent(ministry)
    for name in ("works", "municipality", "body"):
        reader = enter(name)
        for answer in (reader.get(address), reader.get(f"{address}/reach.csv")):
            assert (answer.status_code, "request-unknown" in answer.text, SUBJECT in answer.text) == (404, True, False)
        reader.get("/requests/inbox")
        assert "届いた依頼はありません。" in reader.text
        for act in ("acknowledge", "note", "remind"):
            reader.post(f"{address}/{act}", reach="*", level="1", on="2026-10-10", token=_token(reader))
            assert (reader.answer.status_code, SUBJECT in reader.text) == (404, False), act
    office.get("/requests")
    assert (SUBJECT in office.text, "医療保険省" in office.text) == (True, True)
    office.get(address)
    assert (office.heading, "/remind" in office.answer.text) == (SUBJECT, False)
    osaka = enter("osaka")
    osaka.get(address)
    assert ("大阪市" in osaka.text, "千代田区" in osaka.text) == (True, False)


def _token(reader: Reader) -> str:
    reader.get("/requests/inbox")
    return reader.token


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": ""}, "依頼の文書番号が足りないか、長すぎます。"),
        ({"subject_ja": ""}, "依頼の件名が足りないか、長すぎます。"),
        ({"way": "companies/2019-09-03/1"}, "依頼の系統が足りないか、長すぎます。"),
        ({"way": ""}, "依頼の系統が足りないか、長すぎます。"),
        ({"due_on": "2026-10-01"}, "回答期限2026-10-01が発出日2026-10-05より前です。"),
        ({"issued_on": "soon"}, "日付を読み取れませんでした。2020-08-01または令和2年8月1日のように入力してください。"),
        ({"issued_on": "2026-11-03", "due_on": ""}, "前の段階の日（2026-11-02）より前か、未来の日付です。"),
    ],
)
def test_half_a_request_is_not_sent_and_the_form_keeps_what_was_typed(
    enter: Enter, changes: dict[str, str], said: str
) -> None:
    ministry = enter("ministry")
    ministry.get("/requests")
    ministry.post("/requests/send", **(NOTICE | changes))
    assert (ministry.answer.status_code, text_of_problem(ministry)) == (422, said)
    assert 'value="Asking people to take up cards"' in ministry.answer.text
    ministry.get("/requests")
    assert "まだ何も送っていません。" in ministry.text


def test_a_correction_takes_the_place_of_the_earlier_one(enter: Enter) -> None:
    ministry, prefecture = enter("ministry"), enter("prefecture")
    first = sent(ministry)
    ministry.get(f"/requests?earlier={first.rpartition('/')[2]}")
    assert re.search(rf'<option value="{first.rpartition("/")[2]}" selected>', ministry.answer.text)
    sent(ministry, number="府番第13号", earlier=first.rpartition("/")[2], relation="withdraws")
    ministry.get(first)
    assert "後の依頼で訂正または取り消されています。" in ministry.text
    prefecture.get(first)
    prefecture.post(f"{first}/acknowledge", token=_token(prefecture))
    assert text_of_problem(prefecture) == "その依頼は訂正または取り消されています。後の依頼が有効です。"


def test_the_list_of_bodies_is_taken_away_and_logged(enter: Enter, app: App) -> None:
    ministry = enter("ministry")
    address = sent(ministry)
    rows = list(csv.DictReader(io.StringIO(ministry.get(f"{address}/reach.csv").content.decode("utf-8-sig"))))
    assert (len(rows), rows[0]["団体"], rows[0]["届いた日"]) == (47 + 1741, "北海道", "2026-10-05")
    assert acts(app, "ministry", Action.EXPORT) == [("reach", f"request:{address.rpartition('/')[2]}")]


def test_the_pages_speak_english_too(enter: Enter, app: App) -> None:
    ministry = enter("ministry")
    address = sent(ministry)
    ministry.get(f"{address}?lang=en")
    assert ministry.heading == "Asking people to take up cards"
    assert table(ministry)[0] == ["Prefectures", "47", "47", "0", "47", "47", "0"]


# -- Trees -------------------------------------------------------------------------------------------------------------

GOOD = (
    "団体,上位,名称,数\nministry:health,,省,\n"
    "body:sample-works,ministry:health,見本製作所,\ngroup:sites,body:sample-works,工場,8\n"
)
TAKEN = "は使われているか、同じ日の一覧があります。別の名前か後の日付にしてください。"
BAD = "団体,上位,名称,数\nministry:health,,省,\ngroup:sites,body:nobody,工場,many\n"


def bring(reader: Reader, content: str | bytes, **changes: str) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    reader.get("/requests/trees")
    given = {"code": "our-sites", "since": "2026-10-01", "name_ja": "自社の系統"} | changes
    reader.post("/requests/trees/import", files={"file": ("bodies.csv", data, "text/csv")}, **given)


def test_a_tree_is_brought_in_and_sent_down(enter: Enter, app: App) -> None:
    ministry, body = enter("ministry"), enter("body")
    bring(ministry, GOOD)
    assert "登録しました。" in ministry.text
    assert "自社の系統 2026年10月1日 第1段階 1 → 第2段階 8" in ministry.text
    address = sent(ministry, way="our-sites/2026-10-01/2")
    body.get(address)
    body.post(f"{address}/acknowledge", on="2026-10-06")
    body.post(f"{address}/note", reach="group:sites", on="2026-10-07", **{"number.group:sites": "5"})
    ministry.get(address)
    assert table(ministry) == [["第1段階", "1", "1", "1", "0", "0", "0"], ["第2段階", "8", "5", "0", "5", "5", "3"]]
    assert acts(app, "ministry")[0] == ("tree", "tree:our-sites/2026-10-01")
    works = enter("works")
    works.get("/requests/trees")
    assert ("国 → 都道府県 → 市区町村" in works.text, "自社の系統" in works.text) == (True, False)


def test_many_counted_groups_are_noted_on_one_page(enter: Enter) -> None:
    ministry = enter("ministry")
    groups = [f"group:g{number}" for number in range(100)]
    bring(ministry, GOOD + "".join(f"{key},ministry:health,団体,5\n" for key in groups))
    address = sent(ministry, way="our-sites/2026-10-01/1")
    typed = dict(re.findall(r'name="(number\.[^"]+)" value="([^"]*)"', ministry.answer.text))
    assert len(typed) == len(groups)
    ministry.post(f"{address}/note", acknowledge=groups[-1], on="2026-10-06", **(typed | {f"number.{groups[-1]}": "4"}))
    assert table(ministry) == [["第1段階", "501", "501", "4", "497", "497", "0"]]


def test_what_is_wrong_with_a_list_is_shown_at_its_place(enter: Enter, app: App) -> None:
    ministry = enter("ministry")
    bring(ministry, BAD)
    assert ministry.answer.status_code == 422
    assert "2 parent 上位の団体がこの一覧にない（空欄は1行目だけ）" in ministry.text
    assert "2 count 数が正しくない" in ministry.text
    assert "many" not in ministry.text
    assert acts(app, "ministry") == []


@pytest.mark.parametrize(
    ("content", "changes", "said"),
    [
        (GOOD, {"code": "大文字"}, "依頼の短い名前が足りないか、長すぎます。"),
        (GOOD, {"name_ja": ""}, "依頼の題名が足りないか、長すぎます。"),
        (b"\xff\xfe", {}, "依頼のファイルが足りないか、長すぎます。"),
        (GOOD.replace("ministry:health", "ministry:works"), {}, f"系統our-sites{TAKEN}"),
        (GOOD, {"code": "schools"}, f"系統schools{TAKEN}"),
    ],
)
def test_half_a_tree_is_not_brought_in(enter: Enter, content: str | bytes, changes: dict[str, str], said: str) -> None:
    ministry = enter("ministry")
    bring(ministry, content, **changes)
    assert (ministry.answer.status_code, text_of_problem(ministry)) == (422, said)


# -- Materials ---------------------------------------------------------------------------------------------------------


def test_a_material_is_added_attached_and_handed_on(enter: Enter, app: App) -> None:
    ministry, body = enter("ministry"), enter("body")
    ministry.get("/requests/materials")
    leaflet = {"file": ("leaflet.pdf", b"%PDF-1.7 leaflet", "application/pdf")}
    ministry.post("/requests/materials/add", title_ja="ちらし", language="ja", audience="従業員", files=leaflet)
    assert ("leaflet.pdf 16 B" in ministry.text, "登録しました。" in ministry.text) == (True, True)
    assert f">{sha256(leaflet['file'][1]).hexdigest()[:16]}</code>" in ministry.answer.text
    ministry.get("/requests")
    ticks = re.findall(r'name="(material\.[0-9a-f]{16})"', ministry.answer.text)
    ministry.post("/requests/send", **NOTICE, **{ticks[0]: "1"})
    assert "資料 ちらし leaflet.pdf" in ministry.text
    body.get("/body")
    body.post("/body/hand-on", material=ticks[0].partition(".")[2], copies="300", on="2026-11-01")
    assert text_of_problem(body) == "前の段階の日（2026-11-02）より前か、未来の日付です。"
    assert 'name="copies" value="300"' in body.answer.text and 'name="on" value="2026-11-01"' in body.answer.text
    body.post("/body/hand-on", material=ticks[0].partition(".")[2], copies="300", on="2026-11-02")
    assert "記録しました。" in body.text
    ministry.get("/requests/materials")
    assert "2026年11月2日 300" in ministry.text
    assert [outcome for outcome, _ in acts(app, "body", Action.MATERIAL)] == ["handed_on"]


def test_a_sign_that_nobody_can_type_is_left_out(enter: Enter) -> None:
    ministry = enter("ministry")
    ministry.get("/requests/materials")
    ministry.post("/requests/materials/add", title_ja="ち\0らし", language="ja")
    assert ("ちらし" in ministry.text, "\0" in ministry.text) == (True, False)


# -- Timetables --------------------------------------------------------------------------------------------------------

LINE = {
    "kind": "meeting",
    "audience": "業界団体",
    "title": "団体との会議",
    "window": "2026-10頃",
    "participants": "医療保険省",
}


def step_address(reader: Reader) -> str:
    reader.get("/ministry/timetable")
    found = re.search(r'href="(/ministry/timetable/[0-9a-f]{16})"', reader.answer.text)
    assert found, "the timetable has no line"
    return found[1]


def test_a_line_is_planned_revised_and_every_version_kept(enter: Enter, app: App) -> None:
    ministry = enter("ministry")
    ministry.get("/ministry/timetable")
    ministry.post("/ministry/timetable/plan", **LINE)
    assert "団体との会議 2026-10頃 実施時期" in ministry.text
    address = step_address(ministry)
    country.move_clock(app, Moment(country.NOW + country.DAY))
    ministry = staff_session(app, "ministry")
    ministry.get(address)
    ministry.post(f"{address}/revise", **(LINE | {"done_on": "2026-11-03", "version": "1", "note": "開いた"}))
    assert "変更しました。前の版も残っています。" in ministry.text
    assert "実施済み 2026年11月3日 開いた" in ministry.text
    ministry.get("/ministry/timetable?on=2026-11-02")
    assert ("実施時期" in ministry.text, "開いた" in ministry.text) == (True, False)
    ministry.get(address)
    ministry.post(f"{address}/revise", **(LINE | {"version": "1"}))
    assert text_of_problem(ministry) == "その行は他の人が変更しました。読み込み直して確かめてください。"
    assert [outcome for outcome, _ in acts(app, "ministry", Action.TIMETABLE)] == ["meeting", "meeting"]


def test_a_timetable_is_the_ministrys_and_the_office_sees_all(enter: Enter) -> None:
    ministry, works, office, prefecture = (enter(name) for name in ("ministry", "works", "office", "prefecture"))
    ministry.get("/ministry/timetable")
    ministry.post("/ministry/timetable/plan", **LINE)
    address = step_address(ministry)
    works.get("/ministry/timetable")
    assert "予定はまだありません。" in works.text
    works.get(address)
    assert (works.answer.status_code, "request-step-unknown" in works.answer.text) == (404, True)
    works.get("/ministry/timetable")
    works.post(f"{address}/revise", **(LINE | {"version": "1", "title": "横取り"}))
    assert works.answer.status_code == 404
    office.get("/office/timetables")
    assert ("団体との会議" in office.text, "医療保険省" in office.text) == (True, True)
    for reader, path in ((works, "/office/timetables"), (prefecture, "/ministry/timetable")):
        reader.get(path)
        assert (reader.answer.status_code, "page-not-allowed" in reader.answer.text) == (403, True)


def test_the_office_sees_every_timetable_drawn_over_fiscal_quarters(enter: Enter, app: App) -> None:
    ministry, works, office = enter("ministry"), enter("works"), enter("office")
    office.get("/office/timetables")
    assert ("予定はまだありません。" in office.text, "<figure" in office.answer.text) == (True, False)
    for reader, changes in (
        (ministry, {"done_on": "2026-11-02"}),  # about October, and done after it
        (ministry, {"title": "幹部の打合せ", "window": "2026-12-01..2026-12-03"}),
        (works, {"title": "総会での説明", "kind": "briefing", "window": "2027Q1", "participants": ""}),
    ):
        reader.get("/ministry/timetable")
        reader.post("/ministry/timetable/plan", **(LINE | changes))
    office.get("/office/timetables")
    drawn, tables = office.answer.text.split("</figure>")
    assert (_bars(drawn, "bar-box"), _bars(drawn, "open-bar")) == (2, 2)
    rows = re.findall(r'<text x="(?:6|16)" y="[^"]+" font-size="13"[^>]*>([^<]+)</text>', drawn)
    assert rows == ["医療保険省", "団体との会議", "幹部の打合せ", "事業省", "総会での説明"]
    assert re.findall(r">(\d+年度|\d+～\d+月)<", drawn) == ["2026年度", "2027年度", "10～12月", "1～3月", "4～6月"]
    assert [tables.count(title) for title in rows[1:3]] == [1, 1]
    office.get("/office/timetables?on=2026-11-01")
    assert ("<figure" in office.answer.text, "予定はまだありません。" in office.text) == (False, True)
    office.get("/office/timetables?lang=en")
    assert "Hatched bars: planned for some day within." in office.text
    assert re.findall(r">(FY\d+|[A-Z][a-z]{2}–[A-Z][a-z]{2})<", office.answer.text)[:3] == [
        "FY2026",
        "FY2027",
        "Oct–Dec",
    ]


def _bars(svg: str, kind: str) -> int:
    return len(re.findall(rf'<rect class="{kind}"[^>]* x=', svg))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"window": "いつか"},
            "予定の時期は2020-03-12、2020-03、2020-03頃、2019-09下旬、2019Q4のように入力してください。",
        ),
        ({"title": ""}, "行の題名が足りないか、長すぎます。"),
        (
            {"note": "1234-5678-9012の方から"},
            "個人番号と思われる数字が入力されました。受け付けていません（ここでは個人番号を扱いません）。",
        ),
        ({"kind": "survey"}, "行の参加組織・決まったこと（会議だけ）が足りないか、長すぎます。"),
    ],
)
def test_half_a_line_is_not_planned(enter: Enter, changes: dict[str, str], said: str) -> None:
    ministry = enter("ministry")
    ministry.get("/ministry/timetable")
    ministry.post("/ministry/timetable/plan", **(LINE | changes))
    assert (ministry.answer.status_code, text_of_problem(ministry)) == (422, said)
    assert "1234-5678-9012" not in ministry.answer.text, "what may be a personal number is not shown again"
    ministry.get("/ministry/timetable")
    assert "予定はまだありません。" in ministry.text


# -- Visits ------------------------------------------------------------------------------------------------------------

ASKED = {
    "municipality": "131016",
    "venue": "workplace",
    "expected": "20",
    "wished1": "2026-11-10",
    "wished2": "2026-11-12",
}


def asked(body: Reader, **changes: str) -> None:
    body.get("/body")
    body.post("/body/ask", **(ASKED | changes))


def visit_addresses(town: Reader) -> list[str]:
    town.get("/municipality/visits")
    return re.findall(r'href="(/municipality/visits/[0-9a-f]{16})"', town.answer.text)


def test_a_visit_from_both_sides(enter: Enter, app: App) -> None:
    body, town = enter("body"), enter("municipality")
    asked(body)
    assert "申し込みました。" in body.text
    (address,) = visit_addresses(town)
    town.get(address)
    assert town.heading == "見本製作所"
    town.post(f"{address}/propose", day="2026-11-17", time="いつか")
    assert text_of_problem(town) == "出張申請の内容を確かめてください（時刻）。"
    assert 'id="propose-day" name="day" value="2026-11-17"' in town.answer.text
    town.post(f"{address}/propose", day="2026-11-17", time="13:30")
    body.get("/body")
    assert "別の日を提案中 2026年11月17日 13:30" in body.text
    offer = dict(re.findall(r'name="(visit|day|time)" value="([^"]+)"', body.answer.text.split("/body/agree")[1]))
    town.get(address)
    town.post(f"{address}/propose", day="2026-11-17", time="14:30")
    body.post("/body/agree", **offer)
    assert text_of_problem(body) == "出張申請の内容を確かめてください（日付）。"
    body.post("/body/agree", **(offer | {"time": "14:30"}))
    assert "日程が決まりました。" in body.text
    town.get(address)
    town.post(f"{address}/result", applications="18")
    assert text_of_problem(town) == "前の段階の日（2026-11-17）より前か、未来の日付です。"
    country.move_clock(app, Moment(country.NOW + 20 * country.DAY))
    town = staff_session(app, "municipality")
    town.get(address)
    town.post(f"{address}/result", applications="18")
    assert "結果を記録しました。" in town.text
    body = staff_session(app, "body")
    body.get("/body")
    assert ("実施された出張受付 1" in body.text, "出張受付での申請 18" in body.text) == (True, True)
    assert [outcome for outcome, _ in acts(app, "municipality", Action.VISIT)] == ["proposed", "proposed", "held"]
    assert [outcome for outcome, _ in acts(app, "body", Action.VISIT)] == ["asked", "accepted"]


@pytest.mark.parametrize(
    ("applications", "shown", "total"),
    [("9", "10人未満", "0"), ("0", "10人未満", "0"), ("10", "10", "10"), ("25", "25", "25")],
)
def test_few_are_shown_to_the_town_and_not_to_the_body(
    enter: Enter, app: App, applications: str, shown: str, total: str
) -> None:
    body, town = enter("body"), enter("municipality")
    asked(body)
    (address,) = visit_addresses(town)
    town.get(address)
    town.post(f"{address}/accept", day="2026-11-10", time="09:00")
    country.move_clock(app, Moment(country.NOW + 20 * country.DAY))
    town = staff_session(app, "municipality")
    town.get(address)
    town.post(f"{address}/result", applications=applications)
    town.get(address)
    assert f"受け付けた申請 {applications}" in town.text
    body = staff_session(app, "body")
    body.get("/body")
    row = body.answer.text.split('aria-labelledby="visits"')[1].split("</table>")[0]
    assert _cells(row.split("<tbody>")[1])[6].strip() == shown
    assert f"出張受付での申請 {total} " in body.text


def test_others_see_neither_the_visit_nor_its_numbers(enter: Enter, app: App) -> None:
    body, town, other, neighbour = (enter(name) for name in ("body", "municipality", "other-body", "neighbour"))
    asked(body)
    (address,) = visit_addresses(town)
    assert visit_addresses(neighbour) == []
    neighbour.get(address)
    assert (neighbour.answer.status_code, "visit-unknown" in neighbour.answer.text) == (404, True)
    neighbour.get("/municipality/visits")
    for act in ("accept", "propose", "decline", "result"):
        given = {"day": "2026-11-10", "time": "9:00", "reason": "no_staff", "applications": "3"}
        neighbour.post(f"{address}/{act}", token=_token(neighbour), **given)
        assert (neighbour.answer.status_code, "見本製作所" in neighbour.text) == (404, False), act
    other.get("/body")
    assert "出張申請はまだありません。" in other.text
    for act in ("agree", "cancel"):
        other.post(f"/body/{act}", visit=address.rpartition("/")[2], day="2026-11-10", time="9:00", token=_token(other))
        assert (other.answer.status_code, "visit-unknown" in other.answer.text) == (404, True)
    assert acts(app, "neighbour", Action.VISIT) == []


def test_a_town_says_for_how_many_it_comes(enter: Enter, app: App) -> None:
    body, town = enter("body"), enter("municipality")
    town.get("/municipality/visits")
    town.post("/municipality/visits/minimum", minimum="10")
    assert "いまは10人以上から受け付けます。" in town.text
    asked(body, expected="9")
    assert text_of_problem(body) == (
        "この市区町村の出張受付は10人以上からです。他の団体と合わせるか、窓口をご利用ください。"
    )
    assert 'value="2026-11-10"' in body.answer.text
    assert visit_addresses(town) == []
    town.get("/municipality/visits")
    town.post("/municipality/visits/minimum", minimum="many")
    assert text_of_problem(town) == "出張申請の内容を確かめてください（最小人数）。"
    assert acts(app, "municipality", Action.SETTING_CHANGED) == [("visit_minimum", "municipality:131016")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"municipality": "999999"},
            "市区町村コード 999999 は一覧（2024年1月1日現在）にありません。6桁のコードを確認してください。",
        ),
        ({"wished1": "", "wished2": ""}, "出張申請の内容を確かめてください（希望日は明日以降に1から5日まで）。"),
        ({"expected": "大勢"}, "出張申請の内容を確かめてください（見込み人数）。"),
    ],
)
def test_half_a_wish_is_not_asked(enter: Enter, changes: dict[str, str], said: str) -> None:
    body = enter("body")
    asked(body, **changes)
    assert (body.answer.status_code, text_of_problem(body)) == (422, said)


# -- Loans -------------------------------------------------------------------------------------------------------------


def test_a_tablet_is_lent_late_and_returned(enter: Enter, app: App) -> None:
    body = enter("body")
    insurer = staff_session(app, "insurer")
    insurer.get("/loans")
    insurer.post("/loans/register", asset="T-001", kind="tablet")
    assert "登録しました。" in insurer.text
    lent = {"lend_asset": "T-001", "borrower": offices.BODY.id, "lent_on": "2026-10-01", "due_back": "2026-10-31"}
    insurer.post("/loans/lend", **lent)
    assert "返却遅れ 1" in insurer.text
    body.get("/body")
    assert "T-001 見本健康保険組合 2026年10月1日 2026年10月31日 返却遅れ" in body.text
    other = enter("other-body")
    other.get("/body")
    assert ("借りている機器はありません。" in other.text, "T-001" in other.text) == (True, False)
    loan = re.search(r'name="loan" value="([0-9a-f]{16})"', insurer.answer.text)
    assert loan
    town = enter("municipality")
    town.get("/loans")
    assert "T-001" not in town.text
    town.post("/loans/return", loan=loan[1], condition="good")
    assert (town.answer.status_code, "loan-unknown" in town.answer.text) == (404, True)
    insurer.post("/loans/return", loan=loan[1], condition="broken", returned_on="2026-11-02")
    assert ("返却を記録しました。" in insurer.text, "2026年11月2日 故障" in insurer.text) == (True, True)
    insurer.post("/loans/lend", **(lent | {"lent_on": "2026-11-02", "due_back": "2026-11-30"}))
    assert text_of_problem(insurer) == "その機器は故障または紛失のため、貸し出せません。"
    assert f'name="borrower" value="{offices.BODY.id}"' in insurer.answer.text
    insurer.post("/loans/return", regrade=loan[1], condition="worn")
    insurer.post("/loans/lend", **(lent | {"lent_on": "2026-11-02", "due_back": "2026-11-30"}))
    assert "貸し出しました。" in insurer.text
    assert [outcome for outcome, _ in acts(app, "insurer", Action.LOAN)] == [
        "registered",
        "lent",
        "returned",
        "returned",
        "lent",
    ]


def test_nothing_is_lent_to_nobody_or_to_two(enter: Enter, app: App) -> None:
    enter("body")
    insurer = staff_session(app, "insurer")
    insurer.get("/loans")
    insurer.post("/loans/register", asset="T-001", kind="tablet")
    lent = {"lend_asset": "T-001", "lent_on": "2026-10-01", "due_back": "2026-10-31"}
    wrong = "貸出の内容を確かめてください（貸出先は組織のIDか窓口名のどちらか一つ（自分の組織を除く））。"
    insurer.post("/loans/lend", **lent)
    assert text_of_problem(insurer) == wrong
    insurer.post("/loans/lend", **lent, borrower=offices.BODY.id, window="窓口")
    assert text_of_problem(insurer) == wrong
    insurer.post("/loans/lend", **lent, borrower="body:nobody")
    assert text_of_problem(insurer) == "そのIDの組織は登録されていません。"


# -- Doors -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("reception", "/requests", 403),
        ("reception", "/requests/inbox", 403),
        ("reception", "/body", 403),
        ("reception", "/loans", 403),
        ("municipality", "/requests", 403),
        ("municipality", "/requests/inbox", 200),
        ("municipality", "/body", 403),
        ("body", "/municipality/visits", 403),
        ("body", "/requests", 200),
        ("body", "/loans", 403),
        ("body", "/ministry/timetable", 403),
        ("insurer", "/requests/inbox", 200),
        ("operator", "/requests", 403),
    ],
)
def test_whose_pages_these_are(enter: Enter, app: App, name: str, path: str, status: int) -> None:
    reader = enter(name)
    reader.get(path)
    assert reader.answer.status_code == status
    assert ("page-not-allowed" in reader.answer.text) is (status == 403)


def test_every_page_of_the_menu_opens(enter: Enter) -> None:
    for name in ("ministry", "office", "prefecture", "municipality", "body", "insurer"):
        reader = enter(name)
        reader.get("/requests/inbox")
        menu = reader.answer.text.split('class="menu"')[1].split("</nav>")[0]
        for path in re.findall(r'href="([^"]+)"', menu):
            assert reader.get(path).status_code == 200, (name, path)


def test_a_body_lands_on_its_own_page(enter: Enter, app: App) -> None:
    enter("body")
    reader = Reader(app).enter("body")
    assert (reader.answer.url.path, reader.heading) == ("/body", text("requests.body.title", "ja"))
