"""Plans seen from above: read, advised on, added up; nobody sees another's; and what everybody may know."""

import csv
import io
import re
from datetime import date, time

import pytest
from msgspec.structs import replace

from onshi import plans, sheets
from onshi.app import App
from onshi.audit import Action
from onshi.kernel import Month, MunicipalityCode, parse_moment
from onshi.plans import PlanState
from onshi.plans.model import AdviceState, Place, Stages
from onshi.web.plans import site_values
from onshi.web.rendering import environment
from onshi.web.texts import text
from plans.make import site

from . import country, planners, towns
from .browse import Reader, text_of, value_of
from .planners import CHIYODA, CHUO, OSAKA, PLAN, PREFECTURE, THEIRS, YEAR, content, logged, send

ABOVE = f"/prefecture/plans/{YEAR}/towns"


@pytest.fixture
def app(app: App) -> App:
    return planners.open_offices(app)


@pytest.fixture
def above(app: App) -> Reader:
    """Who looks after the plans at 東京都."""
    return towns.staff_session(app, "prefecture")


@pytest.fixture
def office(app: App) -> Reader:
    """Who adds up all plans."""
    return towns.staff_session(app, "office")


# -- The prefecture ----------------------------------------------------------------------------------------------------


def test_the_prefecture_sees_where_its_plans_stand(above: Reader, app: App) -> None:
    planners.hand_in(app)
    planners.save(app, CHUO)
    planners.hand_in(app, OSAKA)
    above.get("/prefecture/plans")
    assert above.heading == "東京都の交付円滑化計画（令和2年度）"
    assert "計画の提出 1 / 62" in above.text
    assert "千代田区 提出済み 第1版 期限内 2020年10月5日" in above.text
    assert "中央区 作成中 第1版 期限前 —" in above.text
    assert "大阪市" not in above.text


def test_a_year_that_is_over_is_still_waited_for(app: App) -> None:
    planners.hand_in(app)
    country.move_clock(app, parse_moment("2021-04-11T10:00:00"))
    with app.db.transaction() as tx:
        plans.report(tx, CHIYODA, Month(2021, 2), Stages(), at=app.now())
    above, office = (towns.staff_session(app, name) for name in ("prefecture", "office"))
    above.get(f"/prefecture/plans?year={YEAR}")
    # Of twelve months February came late; March was due the day before.
    assert "千代田区 提出済み 第1版 期限内 2020年10月5日 11 ＋遅延1 0" in above.text
    office.get(f"/office/plans?year={YEAR}")
    assert re.search(rf"東京都 62 1 0 61 0 0 1 {62 * 12 - 1} ", office.text)


def test_a_plan_waits_for_a_decision_while_its_town_drafts_the_next_version(above: Reader, app: App) -> None:
    planners.hand_in(app)
    planners.save(app, plan=content(moves=1), reason="転入の増")
    above.get("/prefecture/plans")
    assert "受理を待つ計画 1 " in above.text
    planners.accept(app)
    above.get("/prefecture/plans")
    assert "受理を待つ計画 0 " in above.text


def test_a_plan_is_given_back_answered_revised_and_accepted(above: Reader, clerk: Reader, app: App) -> None:
    planners.hand_in(app)
    above.get(f"{ABOVE}/{CHIYODA}")
    assert "本庁 千代田区役所 4 6 6" in above.text
    above.post(f"{ABOVE}/{CHIYODA}/return", version="1", text="夜間の窓口を検討してください。")
    assert "助言を付けて差し戻しました。" in above.text
    assert planners.told(app) == (1, PlanState.RETURNED)
    clerk.get(PLAN)
    assert "夜間の窓口を検討してください。" in clerk.text
    (advice,) = re.findall(rf'action="{PLAN}/advice/([0-9a-f]+)"', clerk.answer.text)
    clerk.post(f"{PLAN}/advice/{advice}", text="月4回に増やします。")
    assert "助言に回答しました。" in clerk.text
    send(clerk, "sites", sites__0__evenings="8", reason="助言を受けて")
    clerk.get(PLAN)
    clerk.post(f"{PLAN}/submit", confirmed="1", saved_at=value_of(clerk.answer.text, "saved_at"))
    above.get(f"{ABOVE}/{CHIYODA}")
    assert "窓口：本庁・千代田区役所 夜間開庁の回数（月） 4 8" in above.text
    assert "月4回に増やします。" in above.text
    above.post(f"{ABOVE}/{CHIYODA}/close", advice=advice)
    assert "助言を完了にしました。" in above.text
    above.post(f"{ABOVE}/{CHIYODA}/accept", version=value_of(above.answer.text, "version"), confirmed="1")
    assert "受理しました。" in above.text
    assert planners.told(app) == (2, PlanState.ACCEPTED)
    assert logged(app, Action.PLAN, PREFECTURE) == [
        ("accepted", f"plan:{CHIYODA}:{YEAR}:2"),
        ("returned", f"plan:{CHIYODA}:{YEAR}:1"),
    ]
    states = [outcome for outcome, _ in logged(app, Action.PLAN_ADVICE, PREFECTURE)]
    assert states == ["closed", "open"]
    assert [outcome for outcome, _ in logged(app, Action.PLAN_ADVICE)] == ["answered"]


def test_advice_without_a_word_and_a_decision_without_a_look_are_refused(above: Reader, app: App) -> None:
    planners.hand_in(app)
    above.get(f"{ABOVE}/{CHIYODA}")
    for act, says in (
        ("return", "1〜2,000文字で書いてください。"),
        ("advise", "1〜2,000文字で書いてください。"),
        ("accept", "確認の欄に印を付けてください。"),
    ):
        above.post(f"{ABOVE}/{CHIYODA}/{act}", version="1", text=" ")
        assert (above.answer.status_code >= 400, says in above.text) == (True, True), act
    above.post(f"{ABOVE}/{CHIYODA}/advise", version="1", text="番号 123456789018")
    assert (above.answer.status_code, "123456789018" in above.answer.text) == (422, False)
    assert planners.told(app) == (1, PlanState.SUBMITTED)
    with app.db.transaction(reading=True) as tx:
        assert plans.advice_on(tx, YEAR, states=tuple(AdviceState)) == []


def test_a_version_that_came_meanwhile_is_shown_before_it_is_decided_on(above: Reader, app: App) -> None:
    planners.hand_in(app)
    above.get(f"{ABOVE}/{CHIYODA}")
    seen = value_of(above.answer.text, "version")
    planners.hand_in(app, plan=content(sites=(site(windows=9),)), reason="見直し")
    for act in ("accept", "return", "advise"):
        above.post(f"{ABOVE}/{CHIYODA}/{act}", version=seen, text="夜間の窓口は。", confirmed="1")
        assert (above.answer.status_code, "その後、第2版が提出されました。" in above.text) == (409, True), act
        assert "本庁 千代田区役所 9 6 6" in above.text
        assert ">夜間の窓口は。</textarea>" in above.answer.text
    above.post(f"{ABOVE}/{CHIYODA}/accept", confirmed="1")
    assert above.answer.status_code == 409
    assert planners.told(app) == (2, PlanState.SUBMITTED)


def test_a_draft_is_its_towns_own(above: Reader, office: Reader, app: App) -> None:
    planners.save(app, CHUO, content(sites=(site(name=THEIRS),)))
    for reader, address in ((above, f"{ABOVE}/{CHUO}"), (office, f"/office/plans/{YEAR}/towns/{CHUO}")):
        reader.get(address)
        assert "計画は作成中で、まだ提出されていません。" in reader.text
        assert THEIRS not in reader.answer.text
    assert above.get(f"{ABOVE}/{CHUO}?version=1").status_code == 404
    above.get(f"{ABOVE}/{CHUO}")
    planners.hand_in(app)
    above.get(f"{ABOVE}/{CHIYODA}")
    above.post(f"{ABOVE}/{CHUO}/accept", version="1", confirmed="1")
    assert (above.answer.status_code, plans.errors.UnknownPlan.message_ja in above.text) == (404, True)


# -- The office --------------------------------------------------------------------------------------------------------


def test_the_office_sees_what_is_late_and_adds_up_in_one_click(office: Reader, app: App) -> None:
    planners.hand_in(app)
    planners.hand_in(app, OSAKA)
    office.get("/office/plans")
    assert "計画の提出 2 / 1,741" in office.text
    assert re.search(r"東京都 62 1 0 0 0 61 0 310", office.text)  # five months of 62 towns
    data = office.get(f"/office/plans/{YEAR}/compilation.csv").content.decode("utf-8-sig")
    rows = {row[0]: row for row in csv.reader(io.StringIO(data))}
    assert rows["sites.head_office.windows"][:3] == ["sites.head_office.windows", "窓口／本庁／窓口数", "8"]
    book = sheets.read(office.get(f"/office/plans/{YEAR}/compilation.xlsx").content)
    assert next(row for row in book.sheets[0].rows if row[0] == "plans")[2] == 2
    office.get(f"/office/plans/{YEAR}/compilation")
    assert "提出された2団体（全1,741団体）" in office.text
    assert re.search(r"東京都 1 / 62 4 6 6 12,000 1,740 900 12,800,000", office.text)
    exported = logged(app, Action.EXPORT, "staff:s-demo-office")
    assert exported == [("plans-xlsx", f"plans:00:{YEAR}"), ("plans-csv", f"plans:00:{YEAR}")]


def test_the_office_reads_and_does_not_decide(office: Reader, app: App) -> None:
    planners.hand_in(app)
    office.get(f"/office/plans/{YEAR}/prefectures/13")
    assert f'href="/office/plans/{YEAR}/towns/{CHIYODA}"' in office.answer.text
    office.get(f"/office/plans/{YEAR}/towns/{CHIYODA}")
    assert "本庁 千代田区役所 4 6 6" in office.text
    assert "受理する" not in office.text
    office.get("/")
    office.post(f"{ABOVE}/{CHIYODA}/accept", version="1", confirmed="1", token=office.token)
    assert office.answer.status_code == 403
    assert planners.told(app) == (1, PlanState.SUBMITTED)


def test_the_prefectures_compilation_is_of_its_own_towns(above: Reader, app: App) -> None:
    planners.hand_in(app)
    planners.hand_in(app, OSAKA, content(sites=(site(windows=77, staff=77, terminals=77),)))
    data = above.get(f"/prefecture/plans/{YEAR}/compilation.csv").content.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(data))
    assert (header[2], header[3], len(header)) == ("東京都", "千代田区", 2 + 1 + 62)
    assert {row[0]: row[2] for row in rows}["sites.head_office.windows"] == "4"
    assert "77" not in data


# -- Nobody sees another's ---------------------------------------------------------------------------------------------

OWN_PAGES = ["", "/check", "/results", "/results/2020-09", "/upload", "/versions/1", "/plan.xlsx", "/part/sites"]


@pytest.mark.parametrize("path", OWN_PAGES)
def test_another_towns_clerk_sees_the_own_plan_only(neighbour: Reader, app: App, path: str) -> None:
    planners.hand_in(app, plan=content(sites=(site(name=THEIRS),)))
    planners.advise(app, text=THEIRS)
    neighbour.get(f"{PLAN}{path}")
    assert THEIRS not in neighbour.answer.text
    assert THEIRS.encode() not in neighbour.answer.content
    if path in ("/check", "/versions/1", "/plan.xlsx"):
        assert (neighbour.answer.status_code, plans.errors.UnknownPlan.message_ja in neighbour.text) == (404, True)


def test_another_towns_clerk_does_not_answer_advice(neighbour: Reader, app: App) -> None:
    planners.hand_in(app)
    advice = planners.advise(app)
    neighbour.get(f"{PLAN}/part/sites")
    neighbour.post(f"{PLAN}/advice/{advice}", text="横から")
    assert (neighbour.answer.status_code, plans.errors.UnknownAdvice.message_ja in neighbour.text) == (404, True)
    with app.db.transaction(reading=True) as tx:
        (found,) = plans.advice_on(tx, YEAR)
    assert (found.state, found.answer) == (AdviceState.OPEN, "")


@pytest.mark.parametrize("advice", ["zz", "ffffffffffffffff", "f" * 40, "7"])
def test_advice_that_is_none_is_unknown(clerk: Reader, app: App, advice: str) -> None:
    planners.hand_in(app)
    clerk.get(f"{PLAN}/part/sites")
    clerk.post(f"{PLAN}/advice/{advice}", text="回答")
    assert (clerk.answer.status_code, plans.errors.UnknownAdvice.message_ja in clerk.text) == (404, True)


@pytest.mark.parametrize("act", ["", "accept", "return", "advise", "close"])
def test_another_prefectures_town_looks_like_none(app: App, act: str) -> None:
    planners.hand_in(app, plan=content(sites=(site(name=THEIRS),)))
    advice = planners.advise(app)
    osaka = towns.staff_session(app, "osaka")
    osaka.get(f"{ABOVE}/{OSAKA}")
    if act:
        osaka.post(
            f"{ABOVE}/{CHIYODA}/{act}",
            text="他県から",
            version="1",
            advice=advice,
            confirmed="1",
            token=token_of(osaka),
        )
    else:
        osaka.get(f"{ABOVE}/{CHIYODA}")
    assert (osaka.answer.status_code, "page-not-found" in osaka.text) == (404, True)
    assert THEIRS not in osaka.answer.text
    assert planners.told(app) == (1, PlanState.SUBMITTED)
    with app.db.transaction(reading=True) as tx:
        (found,) = plans.advice_on(tx, YEAR)
    assert found.state is AdviceState.OPEN


def token_of(reader: Reader) -> str:
    """The token of a page with a form: signing out is one."""
    reader.get("/prefecture/plans")
    return reader.token


PLACES = {
    "municipality": "/municipality/plan",
    "prefecture": "/prefecture/plans",
    "office": "/office/plans",
}


@pytest.mark.parametrize("home", PLACES.values())
@pytest.mark.parametrize("who", [*PLACES, "reception", "insurer"])
def test_whoever_works_elsewhere_is_refused(app: App, who: str, home: str) -> None:
    reader = towns.staff_session(app, who)
    reader.get(home)
    expected = (200, False) if PLACES.get(who) == home else (403, True)
    assert (reader.answer.status_code, "page-not-allowed" in reader.text) == expected


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/municipality/plan/2018", 404),
        ("/municipality/plan/2022", 404),
        (f"{PLAN}/part/nowhere", 404),
        ("/municipality/plan/2021", 200),
    ],
)
def test_years_and_parts_that_are_none(clerk: Reader, path: str, status: int) -> None:
    assert clerk.get(path).status_code == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/prefecture/plans?year=2018", 404),
        ("/prefecture/plans?year=2021", 404),
        (f"{ABOVE}/999999", 404),
        (f"/prefecture/plans/{YEAR}/compilation.pdf", 404),
        ("/prefecture/plans?year=2019", 200),
    ],
)
def test_years_and_towns_that_are_none(above: Reader, path: str, status: int) -> None:
    assert above.get(path).status_code == status


# -- What everybody may know -------------------------------------------------------------------------------------------


def test_everybody_finds_the_days_that_towns_published(reader: Reader, app: App) -> None:
    planners.hand_in(app)
    planners.save(app, CHUO, content(occasions=(replace(content().occasions[0], name=THEIRS),)))
    reader.get("/windows?prefecture=13")
    assert "2件" in reader.text
    assert "2020年10月7日 (水) 10:00 麹町区民館 出張申請受付 千代田区 16:00まで" in reader.text
    assert "2020年10月11日 (日) 09:00 千代田区役所 休日開庁 千代田区 13:00まで" in reader.text
    assert THEIRS not in reader.answer.text
    reader.get("/windows?prefecture=13&kind=weekend&from=2020-10-08")
    assert (f"{1}件" in reader.text, "麹町区民館" in reader.text) == (True, False)
    reader.get(f"/windows?town={CHUO}")
    assert "公開された日程はありません。" in reader.text


def test_the_same_as_csv(reader: Reader, app: App) -> None:
    planners.hand_in(app)
    data = reader.get(f"/windows.csv?town={CHIYODA}&lang=en").content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(data))) == [
        ["day", "starts", "ends", "kind", "place", "code", "municipality", "km away"],
        ["2020-10-07", "10:00", "16:00", "visiting reception", "麹町区民館", CHIYODA, "東京都千代田区", ""],
        ["2020-10-11", "09:00", "13:00", "weekend opening", "千代田区役所", CHIYODA, "東京都千代田区", ""],
    ]


def test_what_is_near_is_found_across_the_border_of_a_prefecture(reader: Reader, app: App) -> None:
    visit = next(one for one in content().occasions if one.name == "麹町区民館")
    near, far, same_day = "122033", OSAKA, replace(visit, name="市川市民会館", starts=time(9))
    planners.hand_in(app)
    planners.hand_in(app, MunicipalityCode(near), content(occasions=(same_day,)))
    planners.hand_in(app, far, content(occasions=(replace(same_day, name=THEIRS),)))
    asked = f"/windows?prefecture=13&town={CHIYODA}&from=2020-10-07&to=2020-10-07"
    reader.get(asked)
    assert ("1件" in reader.text, "市川市民会館" in reader.text) == (True, False)
    reader.get(f"{asked}&within=20")
    # The nearest first, though the other opens earlier.
    assert (
        "10:00 麹町区民館 出張申請受付 千代田区 16:00まで 09:00 市川市民会館 出張申請受付 市川市 約16km" in reader.text
    )
    assert "距離は市区町村の中心どうしの直線距離です。" in reader.text
    assert THEIRS not in reader.answer.text
    reader.get(f"{asked}&within=10")
    assert "市川市民会館" not in reader.text
    data = reader.get(f"/windows.csv?town={CHIYODA}&from=2020-10-07&to=2020-10-07&within=20").content
    assert data.decode("utf-8-sig").splitlines()[-1].endswith(f"{near},千葉県市川市,16.1")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/windows", 200),
        ("/windows?prefecture=", 200),
        ("/windows?prefecture=48", 404),
        ("/windows?town=999999", 404),
        ("/windows.csv", 404),
        ("/windows?prefecture=13&from=someday", 400),
        ("/windows?prefecture=13&from=9999-12-31", 200),
        ("/windows?from=9999-12-31", 200),
        ("/windows?prefecture=13&from=0001-01-01&to=9999-12-31", 200),
        (f"/windows?prefecture=27&town={CHIYODA}", 200),
        (f"/windows?town={CHIYODA}&within=9999", 200),
        ("/windows?prefecture=13&within=10", 200),
        ("/about-the-card", 200),
        ("/about-the-card?lang=en", 200),
    ],
)
def test_what_is_asked_of_the_public_pages(reader: Reader, path: str, status: int) -> None:
    assert reader.get(path).status_code == status


def test_the_front_page_leads_to_both(reader: Reader) -> None:
    page = reader.get("/").text
    assert [page.count(f'href="{path}"') for path in ("/windows", "/about-the-card")] == [1, 1]


def test_only_what_was_accepted_is_shown_of_sites(app: App) -> None:
    def shown(on: date = date(2021, 5, 1)) -> str:
        with app.db.transaction(reading=True) as tx:
            values = site_values(tx, CHIYODA, on, "ja")
        part = (
            """{% from "plans/sites.html" import listed with context %}{{ listed(card_sites, "131016", plan_word) }}"""
        )
        return text_of(
            environment().from_string(part).render(t=lambda name, **facts: text(name, "ja", **facts), **values)
        )

    hall = site(name="駅前の臨時窓口", kind=Place.TEMPORARY, last=Month(2021, 3))
    planners.hand_in(app, plan=content(sites=(site(), hall)))
    assert "受理された計画がまだありません。" in shown()
    planners.accept(app)
    assert ("駅前の臨時窓口" in shown(date(2021, 3, 31)), "駅前の臨時窓口" in shown()) == (True, False)
    planners.save(app, plan=content(sites=(site(name=THEIRS),)), reason="移転")
    assert "千代田区役所 本庁 4 08:30～17:15 月2回 月4回" in shown()
    assert THEIRS not in shown()


def test_a_towns_page_of_the_roll_out_has_the_sites_of_the_accepted_plan(app: App, reader: Reader) -> None:
    planners.hand_in(app)
    reader.get("/programme/areas/131016")
    assert "受理された計画がまだありません。" in reader.text
    planners.accept(app)
    planners.save(app, plan=content(sites=(site(name=THEIRS),)), reason="移転")
    country.move_clock(app, parse_moment("2021-05-01T10:00:00"))
    reader.get("/programme/areas/131016")
    assert "千代田区役所 本庁 4 08:30～17:15 月2回 月4回" in reader.text
    assert THEIRS not in reader.text
    assert "カードを受け取れる窓口" not in reader.get("/programme/areas/13").text
