"""A municipality's plan on pages: filled in, checked, sent as a workbook, handed in, revised, reported on."""

import base64
import io
import random
import re
import zipfile
from datetime import date

import pytest
from pypdf import PdfReader

from onshi import plans, sheets
from onshi.app import App
from onshi.audit import Action
from onshi.kernel import Month
from onshi.plans import PlanState
from onshi.plans.model import MonthPlan, MyKey, Place, Site, Stages
from onshi.web.plans.parts import BY_NAME, PARTS, field_id, part_of
from onshi.web.plans.sections import filled_in
from onshi.web.sheets import XLSX
from plans.make import months, site

from . import planners
from .browse import Reader, text_of, value_of
from .planners import CHIYODA, CHUO, PLAN, THEIRS, YEAR, content, logged, send


@pytest.fixture
def app(app: App) -> App:
    return planners.open_offices(app)


# -- A municipality's own plan -----------------------------------------------------------------------------------------


def test_a_plan_is_filled_in_part_by_part_and_handed_in(clerk: Reader, app: App) -> None:
    clerk.get("/municipality/plan")
    assert clerk.heading == "令和2年度の交付円滑化計画"
    assert "未着手" in clerk.text
    send(clerk, "sites", sites__0__windows="４", sites__0__staff="6", sites__0__terminals="6")
    assert "保存しました。" in clerk.text
    months = {f"months__{place}__{name}": "100" for place in range(12) for name in ("received", "preset", "notified")}
    send(clerk, "months", **months, **{f"months__{place}__issued": "90" for place in range(12)})
    send(clerk, "costs", costs__0__part="issuing", costs__0__category="overtime", costs__0__yen="1,200,000")
    plan = planners.plan_of(app)
    assert plan is not None
    assert [(one.name, one.windows, one.staff, one.terminals) for one in plan.content.sites] == [
        ("千代田区役所", 4, 6, 6)
    ]
    assert [one.stages for one in plan.content.months] == [Stages(100, 100, 100, 90)] * 12
    assert [(one.category, one.yen) for one in plan.content.costs] == [("overtime", 1_200_000)]
    assert plan.content.assumed == plans.sharing.shares_of(CHIYODA, YEAR)
    clerk.get(PLAN)
    clerk.post(f"{PLAN}/submit", confirmed="1", saved_at=value_of(clerk.answer.text, "saved_at"))
    assert "計画を提出しました。" in clerk.text
    assert planners.told(app) == (1, PlanState.SUBMITTED)
    assert logged(app, Action.PLAN) == [
        ("submitted", f"plan:{CHIYODA}:{YEAR}:1"),
        *[("draft", f"plan:{CHIYODA}:{YEAR}:1")] * 3,
    ]


@pytest.mark.parametrize("part", [one.name for one in PARTS])
def test_a_part_that_is_saved_as_it_stands_changes_nothing(clerk: Reader, app: App, part: str) -> None:
    planners.hand_in(app)
    send(clerk, part)
    assert "変更はありません。" in clerk.text
    assert planners.told(app) == (1, PlanState.SUBMITTED)


def test_the_share_of_the_national_target_stands_beside_the_number(clerk: Reader) -> None:
    clerk.get(f"{PLAN}/part/assumed")
    (share,) = (one for one in plans.sharing.shares_of(CHIYODA, YEAR) if one.due == date(2021, 3, 31))
    assert share.low is not None and share.high is not None
    assert f"割当て（参考） {share.low:,}～{share.high:,}" in clerk.text
    assert "数の目標なし" in clerk.text  # 2023-03-31 has a target in words
    clerk.get(f"{PLAN}/part/months")
    assert f"2021年3月31日までの割当て（参考）：{share.low:,}～{share.high:,}枚" in clerk.text


def test_what_cannot_be_read_is_shown_again_and_nothing_is_kept(clerk: Reader, app: App) -> None:
    send(clerk, "sites", sites__0__windows="四つ", sites__0__staff="2.5", sites__0__terminals="6")
    assert clerk.answer.status_code == 422
    assert "読み取れない欄があります。まだ保存していません" in clerk.text
    assert "窓口 1行目「窓口数」 ：数として読めません。数字だけを入力してください。" in clerk.text
    assert "窓口 1行目「職員数」 ：小数です。整数で入力してください。" in clerk.text
    assert 'value="四つ"' in clerk.answer.text
    assert re.findall(r'name="([^"]+)"[^>]*aria-invalid', clerk.answer.text) == ["sites.0.windows", "sites.0.staff"]
    assert planners.plan_of(app) is None


def test_what_may_be_a_personal_number_is_not_shown_again(clerk: Reader, app: App) -> None:
    send(
        clerk, "publicity", publicity__0__medium="web", publicity__0__what="番号 123456789018", publicity__0__times="1"
    )
    assert clerk.answer.status_code == 422
    assert "個人番号の可能性がある12桁の数字があります" in clerk.text
    assert "123456789018" not in clerk.answer.text
    assert planners.plan_of(app) is None


@pytest.mark.parametrize("act", ["save", "more"])
def test_it_is_not_shown_again_in_whichever_field_it_was_typed(clerk: Reader, app: App, act: str) -> None:
    planners.hand_in(app)
    typed = {"sites__0__windows": "番号123456789018", "moves": "123456789018", "reason": "123456789018"}
    send(clerk, "sites", act=act, sites__0__staff="七", **typed)
    assert "123456789018" not in clerk.answer.text
    assert 'value="七"' in clerk.answer.text
    clerk.get(f"{PLAN}/results/2020-09")
    clerk.post(f"{PLAN}/results/2020-09/save", **RESULTS | {"issued": "123456789018"})
    assert (clerk.answer.status_code, "123456789018" in clerk.answer.text) == (422, False)


def test_rows_are_added_and_removed(clerk: Reader, app: App) -> None:
    planners.save(app)
    send(clerk, "receptions", act="more")
    assert clerk.answer.text.count('name="receptions.9.method"') == 1
    assert planners.plan_of(app) is not None
    send(
        clerk,
        "receptions",
        receptions__0__remove="1",
        receptions__3__method="visit",
        receptions__3__place="hall",
        receptions__3__name="公民館",
        receptions__3__times="2",
        receptions__3__expected="40",
    )
    plan = planners.plan_of(app)
    assert plan is not None
    assert [(one.name, one.times) for one in plan.content.receptions] == [
        ("区役所1階", 240),
        ("郵便局", 12),
        ("公民館", 2),
    ]


def test_a_number_of_any_length_is_refused_where_it_is_typed(clerk: Reader, app: App) -> None:
    for typed in ("9" * 25, "9" * 5_000):
        send(clerk, "mykey", mykey__windows=typed)
        assert (clerk.answer.status_code, "数が大きすぎます" in clerk.text) == (422, True)
    assert planners.plan_of(app) is None


def test_what_a_colleague_saved_meanwhile_is_not_lost_unseen(clerk: Reader, app: App) -> None:
    planners.save(app)
    clerk.get(f"{PLAN}/part/sites")
    mine = planners.fields_of(clerk.answer.text) | {"sites.0.windows": "5"}
    planners.save(app, plan=content(moves=1))
    clerk.post(f"{PLAN}/part/sites/save", act="save", **mine)
    assert (clerk.answer.status_code, "ほかの職員がこの部分を保存しました" in clerk.text) == (409, True)
    assert 'name="sites.0.windows" value="5"' in clerk.answer.text
    plan = planners.plan_of(app)
    assert plan is not None and plan.content == content(moves=1)
    clerk.post(f"{PLAN}/part/sites/save", act="save", **planners.fields_of(clerk.answer.text))
    plan = planners.plan_of(app)
    assert plan is not None and plan.content == content(sites=(site(windows=5),))


def test_parts_that_others_save_are_in_nobodys_way(clerk: Reader, app: App) -> None:
    planners.save(app)
    clerk.get(f"{PLAN}/part/sites")
    mine = planners.fields_of(clerk.answer.text) | {"sites.0.windows": "5"}
    planners.save(app, plan=content(costs=()))
    clerk.post(f"{PLAN}/part/sites/save", act="save", **mine)
    clerk.post(f"{PLAN}/part/sites/save", act="save", **mine)  # the same again is no change
    plan = planners.plan_of(app)
    assert plan is not None and plan.content == content(sites=(site(windows=5),), costs=())


def test_a_plan_handed_in_meanwhile_asks_why_it_is_changed(clerk: Reader, app: App) -> None:
    planners.save(app)
    clerk.get(f"{PLAN}/part/sites")
    mine = planners.fields_of(clerk.answer.text) | {"sites.0.windows": "5"}
    upload(clerk, plans.workbook.workbook(content(moves=1), CHIYODA, YEAR))
    carried = value_of(clerk.answer.text, "workbook")
    planners.hand_in(app)
    clerk.post(f"{PLAN}/upload/take", workbook=carried, confirmed="1")
    assert (clerk.answer.status_code, 'id="reason"' in clerk.answer.text) == (422, True)
    clerk.post(f"{PLAN}/part/sites/save", act="save", **mine)
    assert (clerk.answer.status_code, 'id="reason"' in clerk.answer.text) == (422, True)
    assert planners.told(app) == (1, PlanState.SUBMITTED)


def test_saving_goes_on_to_the_next_part(clerk: Reader) -> None:
    send(clerk, "assumed", issued_before="30000", act="next")
    assert (clerk.heading, clerk.answer.url.path) == ("月別の計画", f"{PLAN}/part/months")
    send(clerk, "occasions", act="next")
    assert clerk.answer.url.path == PLAN


def test_findings_lead_to_their_fields(clerk: Reader, app: App) -> None:
    planners.save(app, plan=content(sites=(site(staff=2),)))
    clerk.get(PLAN)
    assert f'href="{PLAN}/part/sites#sites.0.staff">窓口 1行目「職員数」</a>' in clerk.answer.text
    clerk.get(f"{PLAN}/part/sites")
    assert 'id="sites.0.staff"' in clerk.answer.text
    assert "職員数2人では、窓口4口を同時に開けません。" in clerk.text


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("moves", "moves"),
        ("sites[0].windows", "sites.0.windows"),
        ("months", "months"),
        ("mykey.windows", "mykey.windows"),
        ("months[2]", "months.2"),
        ("sites", "sites"),
        ("receptions", "receptions"),
    ],
)
def test_every_finding_has_a_field(clerk: Reader, app: App, path: str, name: str) -> None:
    planners.save(app)
    part = part_of(path)
    assert part is not None and field_id(path) == name
    assert clerk.get(f"{PLAN}/part/{part.name}").text.count(f'id="{name}"') == 1


def test_handing_in_wants_a_look_and_refuses_errors(clerk: Reader, app: App) -> None:
    planners.save(app)
    clerk.get(PLAN)
    clerk.post(f"{PLAN}/submit")
    assert clerk.answer.status_code == 422
    assert "確認の欄に印を付けてください。" in clerk.text
    looked_at = value_of(clerk.answer.text, "saved_at")
    planners.save(app, plan=content(moves=3))
    clerk.post(f"{PLAN}/submit", confirmed="1", saved_at=looked_at)
    assert (clerk.answer.status_code, "計画が保存し直されています。" in clerk.text) == (409, True)
    assert planners.told(app) == (1, PlanState.DRAFT)
    assert value_of(clerk.answer.text, "saved_at") != looked_at, "what is there now is looked at next"
    planners.save(app, plan=content(sites=()))
    clerk.get(PLAN)
    assert "誤りが1件あるため、まだ提出できません。" in clerk.text
    plan = planners.plan_of(app)
    assert plan is not None
    clerk.post(f"{PLAN}/submit", confirmed="1", saved_at=str(plan.known_from))
    assert clerk.answer.status_code == 422
    assert "計画を提出できません。先に1件の誤りを直してください。" in clerk.text
    assert planners.told(app) == (1, PlanState.DRAFT)


def test_a_plan_that_went_back_is_neither_in_time_nor_missing(clerk: Reader, app: App) -> None:
    planners.hand_in(app)
    assert "期限内" in text_of(clerk.get(PLAN).text)
    planners.give_back(app)
    assert "差戻し中" in text_of(clerk.get(PLAN).text)


def test_what_was_typed_can_be_put_into_the_plan_again() -> None:
    # The database may ask for that, when somebody else wrote in between.
    mykey = {"mykey.windows": 1, "mykey.terminals": None, "mykey.expected": 3}
    once, twice = (filled_in(BY_NAME["mykey"], content(), mykey) for _ in range(2))
    assert once == twice == content(mykey=MyKey(1, 0, 3))
    once, twice = (filled_in(BY_NAME["assumed"], content(), {"issued_before": None}) for _ in range(2))
    assert once == twice == content(issued_before=0)


# -- Does it suffice? --------------------------------------------------------------------------------------------------


def test_the_check_says_what_the_smallest_change_is(clerk: Reader, app: App) -> None:
    one = Site(Place.HEAD_OFFICE, "区役所", windows=1, staff=1, terminals=10)
    planners.save(app, plan=content(sites=(one,), months=months(issued=500)))
    clerk.get(f"{PLAN}/check")
    assert "足りない月が12か月あります。" in clerk.text
    # One window has 20 × 525 min, of which 80 % are usable, at 20 min a card: 420 cards.
    october = re.search(r"2020-10 500 420 80 \S+ (区役所：\S+)( \S+)?", clerk.text)
    assert october is not None
    assert (october[1], october[2]) == ("区役所：窓口＋1、職員＋1", " または夜間開庁＋17回")


def test_a_month_before_there_was_a_card_is_told_and_not_worked_out(clerk: Reader, app: App) -> None:
    early = (MonthPlan(Month(2015, 4), Stages(issued=1)), *months())
    planners.save(app, plan=content(months=early))
    assert "数の誤りを直すと計算できます。" in text_of(clerk.get(f"{PLAN}/check").text)
    assert clerk.get(f"{PLAN}/versions/1").status_code == 200


def test_a_plan_that_suffices_says_so(clerk: Reader, app: App) -> None:
    planners.save(app, plan=content(sites=(site(windows=9, staff=9, terminals=20),)))
    clerk.get(f"{PLAN}/check")
    assert "どの月も足ります。" in clerk.text


def test_there_is_nothing_to_check_before_anything_is_saved(clerk: Reader) -> None:
    assert clerk.get(f"{PLAN}/check").status_code == 404
    assert "その計画はありません。" in clerk.text


# -- Files -------------------------------------------------------------------------------------------------------------


def upload(reader: Reader, data: bytes) -> None:
    reader.get(f"{PLAN}/upload")
    reader.post(f"{PLAN}/upload/look", files={"file": ("計画.xlsx", data, XLSX)})


def test_the_form_is_the_municipalitys_own(clerk: Reader) -> None:
    data = clerk.get(f"{PLAN}/form.xlsx").content
    assert clerk.answer.headers["content-disposition"] == f'attachment; filename="plan-form-{CHIYODA}-{YEAR}.xlsx"'
    read = plans.workbook.read(data)
    assert (read.town, read.year) == (CHIYODA, YEAR)


def test_a_filled_in_form_is_looked_at_and_then_taken(clerk: Reader, app: App) -> None:
    upload(clerk, plans.workbook.workbook(content(sites=(site(staff=2),)), CHIYODA, YEAR))
    assert clerk.answer.status_code == 200
    assert "窓口!D6 ：職員数2人では、窓口4口を同時に開けません。" in clerk.text
    assert planners.plan_of(app) is None
    carried = value_of(clerk.answer.text, "workbook")
    clerk.post(f"{PLAN}/upload/take", workbook=carried)
    assert (clerk.answer.status_code, "確認の欄に印を付けてください。" in clerk.text) == (422, True)
    assert planners.plan_of(app) is None
    clerk.post(f"{PLAN}/upload/take", workbook=value_of(clerk.answer.text, "workbook"), confirmed="1")
    assert "ファイルの内容を下書きにしました。" in clerk.text
    plan = planners.plan_of(app)
    assert plan is not None and plan.content == content(sites=(site(staff=2),))
    assert logged(app, Action.PLAN) == [("draft", f"plan:{CHIYODA}:{YEAR}:1")]


def test_a_file_as_large_as_may_be_sent_can_be_taken_too(clerk: Reader, app: App) -> None:
    target = io.BytesIO(plans.workbook.workbook(content(), CHIYODA, YEAR))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/media/photo.jpg", random.Random(1).randbytes((4 << 20) - len(target.getvalue()) - 500))
    assert (4 << 20) - 500 < len(target.getvalue()) <= 4 << 20
    upload(clerk, target.getvalue())
    clerk.post(f"{PLAN}/upload/take", workbook=value_of(clerk.answer.text, "workbook"), confirmed="1")
    assert "ファイルの内容を下書きにしました。" in clerk.text
    upload(clerk, target.getvalue() + bytes(1 << 20))
    assert clerk.answer.status_code == 400


def test_nothing_is_taken_of_a_form_with_an_error(clerk: Reader, app: App) -> None:
    data = plans.workbook.workbook(content(sites=()), CHIYODA, YEAR)
    upload(clerk, data)
    assert clerk.answer.status_code == 422
    assert "誤りが1件あるため、受け付けていません" in clerk.text
    assert 'name="workbook"' not in clerk.answer.text
    assert "窓口!A5 ：窓口がひとつもありません。" in clerk.text
    clerk.get(f"{PLAN}/upload")
    clerk.post(f"{PLAN}/upload/take", workbook=base64.urlsafe_b64encode(data).decode(), confirmed="1")
    assert clerk.answer.status_code == 422
    assert planners.plan_of(app) is None


def test_another_towns_form_is_refused_and_not_shown(clerk: Reader, app: App) -> None:
    upload(clerk, plans.workbook.workbook(content(sites=(site(name=THEIRS),)), CHUO, YEAR))
    assert clerk.answer.status_code == 422
    assert "別の市区町村または年度のファイルです。" in clerk.text
    assert THEIRS not in clerk.answer.text
    assert (planners.plan_of(app), planners.plan_of(app, CHUO)) == (None, None)


@pytest.mark.parametrize(
    ("data", "status", "says"),
    [
        (b"no workbook", 422, sheets.errors.NotAWorkbook.message_ja),
        (sheets.write([sheets.NewSheet("表", [["何か"]], [10])]), 400, plans.errors.NotAPlan.message_ja),
    ],
)
def test_a_file_that_is_no_plan_is_refused(clerk: Reader, data: bytes, status: int, says: str) -> None:
    upload(clerk, data)
    assert (clerk.answer.status_code, says in clerk.text) == (status, True)


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_a_plan_is_taken_away_and_that_is_logged(clerk: Reader, app: App, form: str) -> None:
    planners.hand_in(app)
    planners.save(app, plan=content(moves=1), reason="転入の増")
    data = clerk.get(f"{PLAN}/plan.{form}?version=1").content
    if form == "xlsx":
        assert plans.workbook.read(data).content == content()
    else:
        assert "千代田区" in PdfReader(io.BytesIO(data)).pages[0].extract_text()
    assert logged(app, Action.EXPORT) == [(f"plan-{form}", f"plan:{CHIYODA}:{YEAR}:1")]
    assert clerk.get(f"{PLAN}/plan.{form}?version=3").status_code == 404


# -- Versions ----------------------------------------------------------------------------------------------------------


def test_a_plan_that_was_handed_in_is_changed_with_a_reason(clerk: Reader, app: App) -> None:
    planners.hand_in(app)
    send(clerk, "sites", sites__0__windows="5")
    assert clerk.answer.status_code == 422
    assert "第1版は提出済みです。計画を変える理由を短く書いてください。" in clerk.text
    assert 'name="sites.0.windows" value="5"' in clerk.answer.text
    assert planners.told(app) == (1, PlanState.SUBMITTED)
    send(clerk, "sites", sites__0__windows="5", reason="助言を受けて")
    assert planners.told(app) == (2, PlanState.DRAFT)
    clerk.get(f"{PLAN}/versions/2")
    assert "第1版から変わったところ" in clerk.text
    assert "変えた理由 ：助言を受けて" in clerk.text
    assert "窓口：本庁・千代田区役所 窓口数 4 5" in clerk.text
    clerk.get(f"{PLAN}/versions/1")
    assert "本庁 千代田区役所 4 6 6" in clerk.text
    assert [clerk.get(f"{PLAN}/versions/{number}").status_code for number in (0, 3)] == [404, 404]


def test_a_row_that_came_or_went_is_a_difference(clerk: Reader, app: App) -> None:
    planners.hand_in(app)
    planners.save(app, plan=content(sites=(site(), site(name="出張所", kind=Place.BRANCH)), models=()), reason="増設")
    clerk.get(f"{PLAN}/versions/2")
    assert "窓口：支所・出張所 行 – 追加" in clerk.text
    assert "モデル事業：ハローワーク 行 削除前の行 –" in clerk.text


# -- Results -----------------------------------------------------------------------------------------------------------

RESULTS = dict.fromkeys(("on_application", "visits", "support", "mykey"), "0") | {
    "received": "１００",
    "preset": "80",
    "notified": "70",
    "issued": "75",
}


def test_a_month_is_reported_and_corrected(clerk: Reader, app: App) -> None:
    planners.hand_in(app)
    clerk.get(f"{PLAN}/results/2020-09")
    assert "この仕組みで数えた件数：0" in clerk.text
    clerk.post(f"{PLAN}/results/2020-09/save", **RESULTS)
    assert "実績を報告しました。" in clerk.text
    row = re.search(r"2020-09 期限内 100 1,100 80 1,050 70 1,050 75 1,000 20 10 -5", clerk.text)
    assert row is not None
    clerk.get(f"{PLAN}/results/2020-09")
    assert "2020年10月5日に報告済みです（第1版）" in clerk.text
    clerk.post(f"{PLAN}/results/2020-09/save", **RESULTS | {"issued": "70"})
    with app.db.transaction(reading=True) as tx:
        (found,) = plans.results_of(tx, YEAR, CHIYODA)
    assert (found.version, found.stages) == (2, Stages(100, 80, 70, 70))
    assert [outcome for _, outcome in logged(app, Action.PLAN_RESULTS)] == [
        f"results:{CHIYODA}:2020-09:{version}" for version in (2, 1)
    ]


@pytest.mark.parametrize(
    ("month", "changes", "status", "says"),
    [
        ("2020-09", {"issued": "多数"}, 422, "数字で記入してください。ないときは0と書きます。"),
        ("2020-09", {"issued": ""}, 422, "数字で記入してください。ないときは0と書きます。"),
        ("2020-09", {"issued": "-1"}, 400, "件数は0〜10,000,000の整数で入力してください。"),
    ],
)
def test_figures_that_cannot_be_are_not_reported(
    clerk: Reader, app: App, month: str, changes: dict[str, str], status: int, says: str
) -> None:
    clerk.get(f"{PLAN}/results/{month}")
    clerk.post(f"{PLAN}/results/{month}/save", **RESULTS | changes)
    assert (clerk.answer.status_code, says in clerk.text) == (status, True)
    with app.db.transaction(reading=True) as tx:
        assert plans.results_of(tx, YEAR) == []


def test_a_month_that_has_not_begun_is_not_reported(clerk: Reader) -> None:
    clerk.get(f"{PLAN}/results/2020-11")
    assert "まだ始まっていない月です。" in clerk.text
    clerk.get(f"{PLAN}/results/2020-09")
    clerk.post(f"{PLAN}/results/2020-11/save", **RESULTS)
    assert plans.errors.MonthNotBegun(month="2020-11").text("ja") in clerk.text


@pytest.mark.parametrize("path", ["2020-13", "2021-04", "2019-12", "last"])
def test_a_month_of_another_year_is_no_page(clerk: Reader, path: str) -> None:
    assert clerk.get(f"{PLAN}/results/{path}").status_code == 404
