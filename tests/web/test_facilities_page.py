"""Facilities on the pages: an institution's own way, a vendor, the fund, the public, those who run the programme."""

import csv
import io
import json
import re
from datetime import date

import pytest

from facilities.make import way
from facilities.test_applications import report
from onshi import access, audit, facilities
from onshi.access import Party, PartyKind, Role
from onshi.app import App
from onshi.audit import Action
from onshi.facilities import Entered, Facility, FacilityKind, Function, Milestone, Step
from onshi.facilities.counting import Tally
from onshi.facilities.subsidies import Application
from onshi.facilities.vendors import PackageId
from onshi.kernel import Moment, ProviderCode, parse_moment
from onshi.web.facilities.charts import bars
from onshi.web.facility import yen_of

from . import country
from .browse import Reader
from .country import CLINIC, OTHER_CLINIC

VENDOR = Party(PartyKind.VENDOR, "sample-soft", "見本ソフト株式会社")
RIVAL = Party(PartyKind.VENDOR, "rival-soft", "競合ソフト株式会社")
TOKYO = Party(PartyKind.PREFECTURE, "13", "東京都")
OSAKA = Party(PartyKind.PREFECTURE, "27", "大阪府")
HEALTH = Party(PartyKind.MINISTRY, "health", "医療保険省")
OFFICE = Party(PartyKind.OFFICE, "programme", "推進室")
FAR = Party(PartyKind.INSTITUTION, "2712345670", "遠方中央病院", municipality="271004")
STAFF = {
    "vendor": (VENDOR, Role.VENDOR_CLERK),
    "fund": (country.OPERATOR, Role.FUND_CLERK),
    "prefecture": (TOKYO, Role.PROGRAMME_OFFICER),
    "ministry": (HEALTH, Role.PROGRAMME_OFFICER),
    "office": (OFFICE, Role.PROGRAMME_OFFICER),
}
DECEMBER = parse_moment("2022-12-20T10:00:00")
JANUARY = parse_moment("2023-01-05T10:00:00")
APRIL = parse_moment("2023-04-03T10:00:00")
CODE = ProviderCode(CLINIC.code)
OTHER = ProviderCode(OTHER_CLINIC.code)


def people_it(app: App) -> App:
    """The country in December 2022, with those who work on the way of its institutions."""
    country.move_clock(app, DECEMBER)
    with app.db.transaction() as tx:
        access.register_parties(tx, [VENDOR, RIVAL, TOKYO, OSAKA, HEALTH, OFFICE, FAR], by=country.BY)
        for name, (party, role) in STAFF.items():
            access.register_staff(
                tx,
                party.id,
                login=name,
                roles=[role],
                password=None,
                key=app.staff_key,
                at=DECEMBER,
                by=country.BY,
                staff_id=f"s-demo-{name}",
            )
    return app


@pytest.fixture
def land(app: App) -> App:
    """The same as a fixture."""
    return people_it(app)


def describe(
    app: App, code: ProviderCode = CODE, *, last: Step | None = Step.START_ELIGIBILITY, **changes: object
) -> None:
    """An institution that has gone its way up to a step."""
    kind = FacilityKind.HOSPITAL if code == FAR.code else facilities.kinds_of(code)[0]
    with app.db.transaction() as tx:
        facilities.put(tx, Facility(code, kind, "", **changes), at=app.now())  # type: ignore[arg-type]
        steps = [Entered(code, step, day) for step, day in way(last).items()]
        facilities.enter(tx, steps, at=app.now(), by=country.BY)


def steps_of(app: App, code: ProviderCode = CODE) -> dict[Step, date]:
    with app.db.transaction(reading=True) as tx:
        return dict(facilities.steps_of(tx, code))


def noted(app: App, action: Action) -> list[tuple[str, str | None, str | None]]:
    with app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx, action=action)]
    return sorted((one.actor, one.outcome, one.object) for one in found)


def applications(app: App, code: ProviderCode = CODE) -> tuple[Application, ...]:
    with app.db.transaction(reading=True) as tx:
        return facilities.overview(tx, code, app.today()).applications


def rows_of(reader: Reader) -> list[list[str]]:
    return list(csv.reader(io.StringIO(reader.answer.content.decode("utf-8-sig"))))


# -- An institution ----------------------------------------------------------------------------------------------------


def test_an_institution_says_what_it_is_and_enters_its_steps(land: App) -> None:
    desk = Reader(land).enter("reception")
    assert desk.get("/facility").status_code == 200
    assert "施設の種類を登録してください" in desk.text
    desk.post("/facility/record", kind="medical_clinic", readers="1", claims="online", vendor=VENDOR.id)
    assert "登録しました。" in desk.text
    assert "次にすること：ポータルのアカウント登録" in desk.text
    desk.post("/facility/step", step="account", on="2022-12-01")
    desk.post("/facility/step", step="reader_applied", on="令和4年12月2日")
    assert "カードリーダー申込済み" in desk.text
    assert "待っている相手：カードリーダーの製造元。2022年12月2日から18日。" in desk.text
    assert steps_of(land) == {Step.ACCOUNT: date(2022, 12, 1), Step.READER_APPLIED: date(2022, 12, 2)}
    thing = f"institution:{CLINIC.code}"
    assert noted(land, Action.FACILITY) == [
        ("staff:s-demo-reception", "account", thing),
        ("staff:s-demo-reception", "medical_clinic", thing),
        ("staff:s-demo-reception", "reader_applied", thing),
    ]


@pytest.mark.parametrize(
    ("step", "on", "says"),
    [
        ("ready", "2022-12-01", "準備完了の前にカードリーダーの到着が必要です。"),
        (
            "reader_applied",
            "2022-05-01",
            "カードリーダーの申込みの日付をポータルのアカウント登録より前にはできません。",
        ),
        ("reader_delivered", "2022-12-21", "カードリーダーの到着は、済んでから登録します。まだ来ていない日付です。"),
        ("account", "", "カードリーダーの申込みの前にポータルのアカウント登録が必要です。"),
        ("account", "someday", "日付を読み取れませんでした"),
        ("opened", "2022-12-01", "そのような手順はありません"),
    ],
)
def test_what_cannot_be_entered_is_said_in_words_and_changes_nothing(land: App, step: str, on: str, says: str) -> None:
    describe(land, last=Step.READER_APPLIED)
    before = steps_of(land)
    desk = Reader(land).enter("reception")
    desk.get("/facility")
    assert desk.post("/facility/step", step=step, on=on).status_code == 422
    assert says in desk.text
    assert steps_of(land) == before


def test_a_step_is_corrected_and_taken_back_and_the_old_day_stays_visible(land: App) -> None:
    describe(land, last=Step.READER_APPLIED)
    desk = Reader(land).enter("reception")
    desk.get("/facility")
    desk.post("/facility/step", step="reader_applied", on="2022-07-07")
    assert "日付を登録しました。" in desk.text
    assert "カードリーダーの申込み: 2022年6月20日" in desk.text
    desk.post("/facility/step", step="reader_applied", on="")
    assert "手順を取り消しました。" in desk.text
    assert list(steps_of(land)) == [Step.ACCOUNT]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "pharmacy"}, "医療機関コードは薬局のものではありません。"),
        ({"readers": "2"}, "医科診療所のカードリーダーは1台から1台までです。"),
        ({"kind": "palace"}, "入力を読み取れませんでした"),
        ({"readers": "many"}, "入力を読み取れませんでした"),
        ({"prescriptions": "1234567890"}, "入力を読み取れませんでした"),
        ({"vendor": "vendor:nobody"}, "入力を読み取れませんでした"),
        ({"package": "0000000000000007"}, "その番号のパッケージはありません。"),
    ],
)
def test_what_an_institution_cannot_say(land: App, changes: dict[str, str], says: str) -> None:
    desk = Reader(land).enter("reception")
    desk.get("/facility")
    good = {"kind": "medical_clinic", "readers": "1", "claims": "online"}
    assert desk.post("/facility/record", **(good | changes)).status_code == 422
    assert says in desk.text
    assert noted(land, Action.FACILITY) == []


def test_what_was_typed_is_still_there_where_a_form_is_refused(land: App) -> None:
    describe(land, last=Step.READER_APPLIED)
    desk = Reader(land).enter("reception")
    desk.get("/facility")
    desk.post("/facility/record", kind="hospital", readers="7", claims="paper", vendor=VENDOR.id, prescriptions="12")
    assert desk.answer.status_code == 422
    page = desk.answer.text
    for kept in ('value="hospital" selected', 'value="paper" selected', f'value="{VENDOR.id}" selected'):
        assert kept in page
    assert ('id="readers" name="readers" value="7"' in page, 'value="12"' in page) == (True, True)
    desk.post("/facility/step", step="reader_delivered", on="2022-12-25")
    assert 'value="2022-12-25"' in desk.answer.text
    desk.get("/facility/subsidy")
    desk.post("/facility/subsidy", **COSTS, receipt="1")
    assert ('value="400,000円"' in desk.answer.text, desk.answer.text.count(" checked")) == (True, 1)


def test_an_institution_sees_and_changes_its_own_way_only(land: App) -> None:
    describe(land, last=Step.READER_APPLIED)
    describe(land, OTHER, last=Step.ACCOUNT)
    dentist = Reader(land).enter("pharmacy")
    dentist.get("/facility")
    assert "アカウント登録済み" in dentist.text
    assert "2022年6月20日" not in dentist.text
    dentist.post("/facility/step", step="reader_applied", on="2022-07-01", institution=CLINIC.code)
    assert steps_of(land)[Step.READER_APPLIED] == way()[Step.READER_APPLIED]
    assert steps_of(land, OTHER)[Step.READER_APPLIED] == date(2022, 7, 1)


OWN = ("/facility", "/facility/subsidy", "/facility/deferral", "/vendor", "/fund", "/fund/batch.csv?month=2022-12")


@pytest.mark.parametrize("path", [*OWN, "/facilities/stuck", "/facilities/stuck.csv"])
def test_nobody_unknown_comes_in(land: App, path: str) -> None:
    reader = Reader(land)
    reader.get(path)
    assert "/sign-in" in str(reader.answer.url)


@pytest.mark.parametrize(
    ("who", "opens"),
    [
        ("reception", ("/facility", "/facility/subsidy", "/facility/deferral")),
        ("vendor", ("/vendor",)),
        ("fund", ("/fund", "/fund/batch.csv?month=2022-12")),
        ("prefecture", ()),
        ("insurer", ()),
        ("operator", ()),
    ],
)
def test_a_page_opens_for_whom_it_is_made(land: App, who: str, opens: tuple[str, ...]) -> None:
    describe(land)
    reader = Reader(land).enter(who)
    found = {path: reader.get(path).status_code for path in OWN}
    assert found == {path: 200 if path in opens else 403 for path in OWN}


# -- Subsidies ---------------------------------------------------------------------------------------------------------

PAPERS = {"receipt": "1", "itemised": "1", "completion_report": "1"}
COSTS = {"cost": "400,000円", "contract_on": "2022-10-01", "done_on": "2022-12-10"}


def query(**fields: str) -> str:
    return "/facility/subsidy?" + "&".join(f"{name}={value}" for name, value in fields.items())


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"cost": "500000", "applied_on": "2022-07-01"}, "補助額 429,000円"),
        ({"cost": "500000", "applied_on": "2022-06-06"}, "補助額 321,000円"),
        (
            {"cost": "500000", "applied_on": "2022-06-06", "operating_on": "2023-01-31"},
            "うち、早い申込みへの差額108,000円",
        ),
        ({"cost": "500000", "applied_on": "2023-01-01"}, "補助の対象になりません"),
        ({"cost": "500000", "applied_on": "2022-07-01", "done_on": "2023-04-01"}, "期限は2023年3月31日でした。"),
        ({"cost": "500000", "applied_on": "2021-03-31"}, "補助額を定めた資料が見つかっていません"),
        ({"cost": "500000", "applied_on": "2020-08-01"}, "多くても99,000円です。"),
        ({"cost": "x", "applied_on": "2022-07-01"}, "読める形で入力してください"),
        ({"cost": "500000", "applied_on": ""}, "読める形で入力してください"),
    ],
)
def test_the_calculator(land: App, fields: dict[str, str], says: str) -> None:
    describe(land)
    desk = Reader(land).enter("reception")
    desk.get(query(**fields))
    assert says in desk.text
    assert applications(land) == ()


def applied(app: App) -> Reader:
    """The clinic has applied."""
    describe(app)
    desk = Reader(app).enter("reception")
    desk.get("/facility/subsidy")
    assert desk.post("/facility/subsidy", **COSTS, **PAPERS).status_code == 200
    assert "申請を受け付けました。" in desk.text
    return desk


def test_from_the_application_to_the_batch(land: App) -> None:
    desk = applied(land)
    (made,) = applications(land)
    number = facilities.shown_id(made.id)
    assert (made.outlay.cost, made.computed, made.outlay.applied_on) == (400_000, 400_000, way()[Step.READER_APPLIED])
    fund = Reader(land).enter("fund")
    fund.get("/fund")
    assert CLINIC.name in fund.text
    assert 'value="400000"' in fund.answer.text
    fund.post("/fund/subsidy", application=number, amount="390,000", act="grant", reason="papers_do_not_fit")
    assert "決定を登録しました。" in fund.text
    assert "支払いを待つ交付決定: 1 " in fund.text
    fund.post("/fund/pay", month="2022-12")
    assert "2022-12分の支払いは、その月が終わってから締めます。" in fund.text
    country.move_clock(land, JANUARY)
    fund = Reader(land).enter("fund")
    fund.get("/fund")
    fund.post("/fund/pay", month="2022-12")
    assert "1件を支払いに回しました。" in fund.text
    fund.get("/fund/batch.csv?month=2022-12")
    header, row = rows_of(fund)
    assert header == ["申請番号", "医療機関コード", "名称", "交付額", "決定日", "支払月", "支払予定日"]
    assert row == [number, CLINIC.code, CLINIC.name, "390000", "2022-12-20", "2022-12", "2023-01-31"]
    desk = Reader(land).enter("reception")
    desk.get("/facility/subsidy")
    assert "支払手続き済み" in desk.text
    assert "390,000" in desk.text
    thing = f"subsidy:{number}"
    assert noted(land, Action.SUBSIDY) == [
        ("staff:s-demo-fund", "granted", thing),
        ("staff:s-demo-fund", "paid", thing),
        ("staff:s-demo-reception", "applied", thing),
    ]
    assert noted(land, Action.EXPORT) == [("staff:s-demo-fund", "subsidies", "batch:2022-12")]


def test_a_refusal_is_named_and_another_application_may_follow(land: App) -> None:
    desk = applied(land)
    assert desk.post("/facility/subsidy", **COSTS, **PAPERS).status_code == 422
    assert "この施設はすでに申請しています" in desk.text
    (made,) = applications(land)
    fund = Reader(land).enter("fund")
    fund.get("/fund")
    fund.post("/fund/subsidy", application=facilities.shown_id(made.id), act="refuse", reason="papers_do_not_fit")
    desk.get("/facility/subsidy")
    assert "不交付: 書類の内容が申請と合わない" in desk.text
    desk.post("/facility/subsidy", **COSTS, **PAPERS)
    assert "申請を受け付けました。" in desk.text
    assert len(applications(land)) == 2


@pytest.mark.parametrize(
    ("fields", "at", "says"),
    [
        ({**COSTS, "receipt": "1"}, DECEMBER, "領収書、領収書内訳書、事業完了報告書のすべてが必要です"),
        ({**PAPERS, "cost": "400000", "contract_on": "2022-10-01"}, DECEMBER, "のすべてが必要です"),
        ({**PAPERS, **COSTS, "cost": ""}, DECEMBER, "読める形で入力してください"),
        ({**PAPERS, **COSTS}, parse_moment("2023-10-01T10:00:00"), "申請が期限を過ぎている"),
        ({**PAPERS, **COSTS, "contract_on": "2023-03-01"}, DECEMBER, "事業者との契約が期限を過ぎている"),
    ],
)
def test_what_cannot_be_applied_for(land: App, fields: dict[str, str], at: Moment, says: str) -> None:
    describe(land)
    country.move_clock(land, at)
    desk = Reader(land).enter("reception")
    desk.get("/facility/subsidy")
    assert desk.post("/facility/subsidy", **fields).status_code == 422
    assert says in desk.text
    assert applications(land) == ()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"amount": "400001", "act": "grant"}, "交付できるのは400000円までです。"),
        ({"amount": "x", "act": "grant"}, "金額、日付、理由を確かめてください。"),
        ({"act": "refuse", "reason": "mood"}, "金額、日付、理由を確かめてください。"),
        ({"amount": "400000"}, "金額、日付、理由を確かめてください。"),  # neither button was pressed
        ({"application": "zz", "act": "grant"}, "その番号の申請はありません。"),
        ({"application": "0000000000000007", "act": "grant"}, "その番号の申請はありません。"),
    ],
)
def test_what_the_fund_cannot_decide(land: App, fields: dict[str, str], says: str) -> None:
    applied(land)
    (made,) = applications(land)
    fund = Reader(land).enter("fund")
    fund.get("/fund")
    given = {"application": facilities.shown_id(made.id)} | fields
    assert fund.post("/fund/subsidy", **given).status_code == 422
    assert says in fund.text
    if "application" not in fields and "amount" in fields:
        assert f'value="{fields["amount"]}"' in fund.answer.text
    assert applications(land) == (made,)


def test_an_institution_cannot_decide_on_its_own_application(land: App) -> None:
    desk = applied(land)
    (made,) = applications(land)
    number = facilities.shown_id(made.id)
    assert desk.post("/fund/subsidy", application=number, act="grant").status_code == 403
    assert desk.post("/fund/pay", month="2022-11").status_code == 403
    assert applications(land) == (made,)


# -- Deferrals ---------------------------------------------------------------------------------------------------------


def test_a_deferral_is_asked_for_and_granted(land: App) -> None:
    describe(land, last=Step.READER_APPLIED)
    country.move_clock(land, APRIL)
    desk = Reader(land).enter("reception")
    desk.get("/facility")
    assert "オンライン資格確認が必要です" in desk.text
    desk.get("/facility/deferral")
    assert desk.post("/facility/deferral", awaited_on="").status_code == 422
    desk.post("/facility/deferral", kind="2", awaited_on="2023-08-31")
    assert "申し出を受け付けました。" in desk.text
    fund = Reader(land).enter("fund")
    fund.get("/fund")
    assert "最長2024年2月29日" in fund.text
    with land.db.transaction(reading=True) as tx:
        (asked,) = facilities.deferrals.waiting(tx)
    number = facilities.shown_id(asked.id)
    assert fund.post("/fund/deferral", application=number).status_code == 422
    fund.post("/fund/deferral", application=number, act="grant", until="2024-03-01")
    assert "この種類の猶予は2024-02-29までです。" in fund.text
    assert 'value="2024-03-01"' in fund.answer.text
    fund.post("/fund/deferral", application=number, act="grant", until="")
    desk.get("/facility")
    assert "猶予中" in desk.text
    assert "2024年2月29日まで" in desk.text
    assert "待っている相手：光回線。" in desk.text
    desk.get("/facility/deferral")
    assert "認められました 2024年2月29日" in desk.text
    assert ("staff:s-demo-fund", "deferral:granted", f"institution:{CLINIC.code}") in noted(land, Action.FACILITY)


def test_who_sends_paper_is_told_that_it_is_exempt(land: App) -> None:
    describe(land, last=None, claims=facilities.Claims.PAPER)
    country.move_clock(land, APRIL)
    desk = Reader(land).enter("reception")
    desk.get("/facility")
    assert "対象外（紙で請求する施設）" in desk.text
    desk.get("/facility/deferral")
    desk.post("/facility/deferral", kind="6")
    assert "この施設は義務の対象ではない" in desk.text


# -- A vendor ----------------------------------------------------------------------------------------------------------


def package(app: App, vendor: Party = VENDOR) -> str:
    number = PackageId(app.draw())
    functions = [Function.ELIGIBILITY, Function.DRUGS]
    with app.db.transaction() as tx:
        facilities.vendors.register(tx, vendor.id, "見本レセコン", "3.1", functions, number=number)
    return facilities.shown_id(number)


def test_a_vendor_registers_a_package_and_hands_a_report_in(land: App) -> None:
    vendor = Reader(land).enter("vendor")
    assert vendor.heading == "自社製品と試験"
    vendor.post("/vendor/package", name="見本レセコン", version="3.1", eligibility="1", drugs="1")
    assert "パッケージを登録しました。" in vendor.text
    assert "未試験" in vendor.text
    number = re.search(r"<code>([0-9a-f]{16})</code>", vendor.answer.text)
    assert number is not None
    form = {"package": number[1], "function": "eligibility"}
    vendor.post("/vendor/report", files={"file": ("report.json", report(broken=("well-formed",)))}, **form)
    assert "適合していません。" in vendor.text
    vendor.post("/vendor/report", files={"file": ("report.json", report())}, **form)
    assert "適合しました。" in vendor.text
    vendor.post("/vendor/report", files={"file": ("report.json", report())}, package=number[1], function="drugs")
    assert "薬剤情報はまだサンドボックスで試験できません" in vendor.text
    fund = Reader(land).enter("fund")
    fund.get("/fund")
    fund.post("/fund/test", package=number[1], function="drugs", report="R4-17", result="passed")
    vendor.get("/vendor")
    assert "運用者の登録 R4-17" in vendor.text
    assert noted(land, Action.PACKAGE) == [
        ("staff:s-demo-fund", "drugs:passed", f"package:{number[1]}"),
        ("staff:s-demo-vendor", "eligibility:not_passed", f"package:{number[1]}"),
        ("staff:s-demo-vendor", "eligibility:passed", f"package:{number[1]}"),
        ("staff:s-demo-vendor", "registered", f"package:{number[1]}"),
    ]


def test_what_a_vendor_cannot_hand_in(land: App) -> None:
    foreign, own = package(land, RIVAL), package(land)
    vendor = Reader(land).enter("vendor")

    def hand_in(data: bytes, number: str = own, function: str = "eligibility") -> str:
        vendor.get("/vendor")
        sent = vendor.post("/vendor/report", files={"file": ("r.json", data)}, package=number, function=function)
        assert sent.status_code == 422
        return vendor.text

    assert "サンドボックスの報告書ではありません" in hand_in(json.dumps({"rules": []}).encode())
    assert "その番号のパッケージはありません" in hand_in(report(), foreign)
    assert "登録されていません" in hand_in(report(), own, "checkups")
    assert "報告書のファイルを選んでください" in hand_in(report(), own, "palmistry")
    assert "機能が必要です" in Reader(land).enter("vendor").post("/vendor/package", name="x", version="1").text
    assert noted(land, Action.PACKAGE) == []


def test_a_vendor_sees_its_customers_as_counts_and_names_and_nobody_elses(land: App) -> None:
    describe(land, last=Step.READER_APPLIED, vendor=VENDOR.id)
    describe(land, OTHER, last=Step.READY, vendor=RIVAL.id)
    vendor = Reader(land).enter("vendor")
    assert CLINIC.name in vendor.text
    assert OTHER_CLINIC.name not in vendor.text
    assert "カードリーダーの到着 カードリーダーの製造元 1" in vendor.text
    assert "2022年6月20日" not in vendor.text


# -- Everybody ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def open_land(land: App) -> App:
    """The clinic operates, also with drugs; the dentist is ready; the hospital far away operates."""
    describe(land)
    describe(land, OTHER, last=Step.READY)
    describe(land, ProviderCode(FAR.code))
    with land.db.transaction() as tx:
        more = [Entered(CODE, Step.TEST_DRUGS, date(2022, 9, 1)), Entered(CODE, Step.START_DRUGS, date(2022, 10, 1))]
        facilities.enter(tx, more, at=land.now(), by=country.BY)
    return land


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", []),
        ("?prefecture=13", [CLINIC.name]),
        ("?prefecture=13&municipality=131016", [CLINIC.name]),
        ("?prefecture=13&municipality=131024", []),
        ("?prefecture=13&function=drugs", [CLINIC.name]),
        ("?prefecture=13&function=checkups", []),
        ("?prefecture=27&municipality=131016", [FAR.name]),
        ("?prefecture=27&function=drugs", []),
    ],
)
def test_everybody_finds_what_is_in_operation(open_land: App, asked: str, names: list[str]) -> None:
    reader = Reader(open_land)
    assert reader.get(f"/facilities{asked}").status_code == 200
    everybody = (CLINIC.name, OTHER_CLINIC.name, FAR.name)
    assert [name for name in everybody if name in reader.text] == names
    reader.get(f"/facilities.csv{asked}")
    header, *rows = rows_of(reader)
    assert header == ["医療機関コード", "名称", "種類", "都道府県", "市区町村"]
    assert [row[1] for row in rows] == (names if asked else [CLINIC.name, FAR.name])


@pytest.mark.parametrize("asked", ["?prefecture=99", "?municipality=1", "?prefecture=13&municipality=131042"])
def test_a_place_that_is_none(land: App, asked: str) -> None:
    for path in ("/facilities", "/facilities.csv", "/facilities/progress"):
        assert Reader(land).get(path + asked).status_code == 404


def test_the_search_goes_on_page_by_page(land: App) -> None:
    codes = [f"13{1_000_000 + number:07}0" for number in range(60)]
    parties = [
        Party(PartyKind.INSTITUTION, code, f"第{number}医院", municipality="131016")
        for number, code in enumerate(codes)
    ]
    with land.db.transaction() as tx:
        access.register_parties(tx, parties, by=country.BY)
        new = [Facility(ProviderCode(one.code), FacilityKind.MEDICAL_CLINIC, "131016") for one in parties]
        steps = [Entered(one.institution, step, day) for one in new for step, day in way().items()]
        facilities.put_many(tx, new, steps, at=land.now(), by=country.BY)
    reader = Reader(land)
    reader.get("/facilities?prefecture=13")
    assert ("第49医院" in reader.text, "第50医院" in reader.text) == (True, False)
    further = re.search(r'href="(/facilities\?[^"]*after=[^"]*)"', reader.answer.text)
    assert further is not None
    reader.get(further[1].replace("&amp;", "&"))
    assert ("第49医院" in reader.text, "第50医院" in reader.text, "第59医院" in reader.text) == (False, True, True)


def test_progress_names_both_bases_and_adds_up(open_land: App) -> None:
    reader = Reader(open_land)
    reader.get("/facilities/progress")
    assert "全施設に対する割合: 66.7%（3のうち）" in reader.text
    assert "義務対象に対する割合: 66.7%（3のうち）" in reader.text
    assert 'href="/facilities/progress?prefecture=13&amp;on=2022-12-20"' in reader.answer.text
    reader.get("/facilities/progress?prefecture=13")
    assert reader.heading == "東京都の導入状況"
    assert "全施設に対する割合: 50.0%（2のうち）" in reader.text
    assert "運用開始日（資格確認） 施設 1" in reader.text
    assert "施設の一覧を見る" not in reader.text
    reader.get("/facilities/progress?on=2022-08-01")
    assert "2022年8月1日現在" in reader.text
    assert "全施設に対する割合: 0.0%（3のうち）" in reader.text
    assert reader.get("/facilities/progress?on=someday").status_code == 400


def test_progress_where_nothing_is_registered(land: App) -> None:
    assert "この地域に登録された施設はありません。" in Reader(land).get("/facilities/progress?prefecture=01").text


@pytest.mark.parametrize(
    ("who", "asked", "names"),
    [
        ("prefecture", "", [OTHER_CLINIC.name]),
        ("prefecture", "?prefecture=13", [OTHER_CLINIC.name]),
        ("prefecture", "?at=account", []),
        ("ministry", "", [OTHER_CLINIC.name, FAR.name]),
        ("office", "", [OTHER_CLINIC.name, FAR.name]),
        ("office", "?prefecture=27", [FAR.name]),
    ],
)
def test_who_runs_the_programme_sees_those_of_their_area(land: App, who: str, asked: str, names: list[str]) -> None:
    describe(land)
    describe(land, OTHER, last=Step.READY)
    describe(land, ProviderCode(FAR.code), last=Step.READER_APPLIED)
    reader = Reader(land).enter(who)
    assert reader.get(f"/facilities/stuck{asked}").status_code == 200
    assert [name for name in (CLINIC.name, OTHER_CLINIC.name, FAR.name) if name in reader.text] == names
    reader.get(f"/facilities/stuck.csv{asked}")
    header, *rows = rows_of(reader)
    assert [row[1] for row in rows] == names
    assert len(header) == 10
    assert [outcome for _, outcome, _ in noted(land, Action.EXPORT)] == ["facilities_stuck"]


def test_since_when_one_waits_is_no_day_to_come(land: App) -> None:
    describe(land, last=Step.READY)
    with land.db.transaction() as tx:
        facilities.enter(tx, [Entered(CODE, Step.START_ELIGIBILITY, date(2023, 1, 10))], at=land.now(), by=country.BY)
    reader = Reader(land).enter("prefecture")
    reader.get("/facilities/stuck")
    assert "2022年8月29日 113日 運用開始日は2023年1月10日です。" in reader.text


def test_another_prefectures_list_is_not_there_and_others_may_not_look(land: App) -> None:
    describe(land, ProviderCode(FAR.code), last=Step.READER_APPLIED)
    reader = Reader(land).enter("prefecture")
    for path in ("/facilities/stuck?prefecture=27", "/facilities/stuck.csv?municipality=271004"):
        assert reader.get(path).status_code == 404
        assert FAR.name not in reader.text
    for who in ("reception", "vendor", "fund", "insurer"):
        assert Reader(land).enter(who).get("/facilities/stuck").status_code == 403


def test_the_menu_leads_there(land: App) -> None:
    homes = {"reception": "/facility", "vendor": "/vendor", "fund": "/fund", "prefecture": "/facilities/stuck"}
    for who, address in homes.items():
        assert f'href="{address}"' in Reader(land).enter(who).answer.text
    assert 'href="/facilities"' in Reader(land).get("/").text


@pytest.mark.parametrize(
    "path",
    ["/facilities?prefecture=13", "/facilities/progress", "/facility", "/facility/subsidy", "/facility/deferral"],
)
def test_the_same_in_english(open_land: App, path: str) -> None:
    reader = Reader(open_land, language="en").enter("reception")
    assert reader.get(f"{path}{'&' if '?' in path else '?'}lang=en").status_code == 200
    headings = {
        "/facilities?prefecture=13": "Facilities in operation",
        "/facilities/progress": "How far facilities are",
        "/facility": "Getting onto the network",
        "/facility/subsidy": "Subsidy",
        "/facility/deferral": "Putting the duty off",
    }
    assert reader.heading == headings[path]


# -- Pure --------------------------------------------------------------------------------------------------------------


def test_bars_lie_within_their_frame_and_get_shorter() -> None:
    some = Tally(4, dict(zip(Milestone, (4, 3, 2, 1), strict=True)))
    drawn = bars([("病院", some), ("薬局", Tally())])
    first, second = drawn.rows
    assert [bar.width for bar in first.bars] == [drawn.full * share / 4 for share in (4, 3, 2, 1)]
    assert [(bar.count, bar.share) for bar in first.bars] == [(4, 100.0), (3, 75.0), (2, 50.0), (1, 25.0)]
    assert second.bars == ()
    assert first.y + drawn.bar < second.y < drawn.height


@pytest.mark.parametrize(
    ("text", "yen"),
    [("", None), ("1,234", 1234), ("４２９０００円", 429_000), ("¥5", 5), ("999999999999", 999_999_999_999)],
)
def test_sums_as_they_are_typed(text: str, yen: int | None) -> None:
    assert yen_of(text) == yen


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "1000000000000"])
def test_what_is_no_sum(text: str) -> None:
    with pytest.raises(ValueError, match="not a whole number"):
        yen_of(text)
