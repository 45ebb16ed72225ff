"""Measures on the pages: the reporting chain end to end, what nobody else may see, practices and publicity."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from onshi import audit
from onshi.app import App
from onshi.kernel import parse_moment

from . import bodies, country, towns
from .browse import Reader, text_of

PLAN, REPORT = "/insurer/measures/plan", "/insurer/measures/report"
WEBSITE = "health_society/website website"
MAIL = "health_society/member-mail cost_notice"
OWNER = f"insurer:{country.SOCIETY}"
SEPTEMBER = "2026-09-30"
SECRET_COMMENT = "学校にも声をかけてください"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """The country with those who run the programme, in the morning of 2026-10-05."""
    built = bodies.open_programme(country.build(tmp_path))
    country.move_clock(built, parse_moment("2026-10-05T09:00:00"))
    yield built
    built.db.close()


@pytest.fixture
def insurer(app: App) -> Reader:
    """A clerk of the society."""
    return Reader(app).enter("insurer")


@pytest.fixture
def ministry(app: App) -> Reader:
    """An officer of the ministry above it."""
    return Reader(app).enter("ministry")


@pytest.fixture
def office(app: App) -> Reader:
    """An officer of the programme's office."""
    return Reader(app).enter("office")


def send_plan(insurer: Reader, *lines: str) -> None:
    """Begins, fills in and sends the plan of 2026."""
    insurer.get(f"{PLAN}?year=2026")
    insurer.post(f"{PLAN}/begin", year="2026", reason="")
    insurer.post(f"{PLAN}/head", year="2026", post="適用課長", holders="1,200", registrations="")
    for what in lines or (WEBSITE,):
        months = {"month-2026-09": "1", "month-2026-10": "1"}
        insurer.post(f"{PLAN}/line", year="2026", what=what, audience="3,000", budget="50,000", **months)
        assert insurer.answer.status_code == 200, insurer.text
    insurer.post(f"{PLAN}/submit", year="2026")
    assert "提出しました。" in insurer.text


def accept_plan(ministry: Reader, version: str = "1") -> None:
    """Looks at it and accepts it."""
    ministry.get(f"/ministry/measures/of/{OWNER}?year=2026")
    ministry.post(f"/ministry/measures/of/{OWNER}/decide", year="2026", version=version, decision="accept", comment="")
    assert "確認済みにしました。" in ministry.text


def send_report(insurer: Reader, reach: str = "700") -> None:
    """Fills in and sends the report of September."""
    insurer.get(f"{REPORT}?as_of={SEPTEMBER}")
    insurer.post(
        f"{REPORT}/line", as_of=SEPTEMBER, what=WEBSITE, outcome="partly", why="staff", reach=reach, cost="40,000"
    )
    insurer.post(f"{REPORT}/totals", as_of=SEPTEMBER, holders_members="120", holders_dependants="80", note="順調")
    insurer.post(f"{REPORT}/send", as_of=SEPTEMBER)
    assert "報告を提出しました。" in insurer.text


def test_the_chain_from_an_insurer_through_its_ministry_to_the_office(
    app: App, insurer: Reader, ministry: Reader, office: Reader
) -> None:
    send_plan(insurer)
    # The ministry sees it waiting, returns it, gets the next version and accepts that.
    ministry.get("/ministry/measures?year=2026")
    assert "確認待ち" in ministry.text
    ministry.get(f"/ministry/measures/of/{OWNER}?year=2026")
    ministry.post(
        f"/ministry/measures/of/{OWNER}/decide", year="2026", version="1", decision="return", comment="医療費通知も"
    )
    assert "差し戻しました。" in ministry.text
    insurer.get("/insurer/measures?year=2026")
    assert "差し戻されました：医療費通知も" in insurer.text
    insurer.get(f"{PLAN}?year=2026")
    insurer.post(f"{PLAN}/begin", year="2026", reason="医療費通知を加えた")
    insurer.post(f"{PLAN}/line", year="2026", what=MAIL, audience="", budget="0", **{"month-2027-02": "1"})
    insurer.post(f"{PLAN}/drop", year="2026", what=MAIL)
    insurer.post(f"{PLAN}/submit", year="2026")
    accept_plan(ministry, version="2")
    # The report goes up, the ministry's own report is its sum, and the office has the country.
    send_report(insurer)
    ministry.get(f"/ministry/measures/summary?as_of={SEPTEMBER}")
    assert "まだ報告のない組織：1" in ministry.text
    assert country.CITY_PARTY.name in ministry.text
    ministry.post("/ministry/measures/summary/hand-in", as_of=SEPTEMBER, note="")
    assert "推進室に提出しました。" in ministry.text
    office.get("/office/measures?year=2026")
    assert cards(office)["届いた人数（のべ）"] == "700"
    assert cards(office)["費用（円）"] == "40,000"
    assert cards(office)["カード保有：組合員・被保険者"] == "120"
    assert cards(office)["初回登録：組合員・被保険者"] == "0 ほか不明1件"
    office.get("/office/measures.csv?year=2026")
    rows = office.answer.content.decode("utf-8-sig").splitlines()
    assert rows[1:] == [f"health,{SEPTEMBER},society,health_society/website,website,0,1,0,700,0,40000"]
    with app.db.transaction(reading=True) as tx:
        taken = [one.entry for one in audit.entries_of(tx, action=audit.Action.EXPORT)]
    assert [(one.actor, one.outcome, one.object) for one in taken] == [
        ("staff:s-demo-office", "measures", "measures:2026")
    ]
    # A correction shows as a difference, and counts once it is handed in again, with a reason.
    insurer.get(f"{REPORT}?as_of={SEPTEMBER}")
    insurer.post(f"{REPORT}/correct", as_of=SEPTEMBER, reason="数え直した")
    send_report(insurer, reach="650")
    ministry.get(f"/ministry/measures/summary?as_of={SEPTEMBER}")
    assert "提出した後で報告が変わりました。" in ministry.text
    ministry.post("/ministry/measures/summary/hand-in", as_of=SEPTEMBER, note="", reason="")
    assert (ministry.answer.status_code, "理由を短く書いてください。" in ministry.text) == (422, True)
    ministry.post("/ministry/measures/summary/hand-in", as_of=SEPTEMBER, note="", reason="組合の訂正")
    office.get("/office/measures?year=2026")
    assert cards(office)["届いた人数（のべ）"] == "650"
    told = log_of(app)
    assert told[-1] == ("staff:s-demo-ministry", "summary-sent", f"summary:health:{SEPTEMBER}:2")
    assert [outcome for _, outcome, _ in told if outcome not in ("plan-draft", "report-saved")] == [
        "plan-submitted",
        "plan-returned",
        "plan-submitted",
        "plan-accepted",
        "report-sent",
        "summary-sent",
        "report-sent",
        "summary-sent",
    ]


def cards(reader: Reader) -> dict[str, str]:
    """The figures at the top, by their name."""
    found = re.findall(r'<div class="card"><dt>(.*?)</dt><dd>(.*?)</dd>', reader.answer.text, re.DOTALL)
    return {name: text_of(html) for name, html in found}


def log_of(app: App) -> list[tuple[str, str | None, str | None]]:
    """Who did what to which thing of this room, in order."""
    with app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx, action=audit.Action.OUTREACH, limit=1_000)]
    return [(one.actor, one.outcome, one.object) for one in reversed(found)]


# -- What nobody else may see ------------------------------------------------------------------------------------------


def test_another_ministry_is_told_that_there_is_no_such_plan(app: App, insurer: Reader, ministry: Reader) -> None:
    send_plan(insurer)
    ministry.get(f"/ministry/measures/of/{OWNER}?year=2026")
    ministry.post(
        f"/ministry/measures/of/{OWNER}/decide", year="2026", version="1", decision="return", comment=SECRET_COMMENT
    )
    other = towns.staff_session(app, "education")
    for path in (f"of/{OWNER}?year=2026", f"of/{OWNER}/report?as_of={SEPTEMBER}", "of/insurer:99999999?year=2026"):
        other.get(f"/ministry/measures/{path}")
        assert (other.answer.status_code, "outreach-plan-unknown" in other.text) == (404, True)
        assert SECRET_COMMENT not in other.text
    other.get("/ministry/measures?year=2026")
    assert country.SOCIETY_PARTY.name not in other.text
    other.post(f"/ministry/measures/of/{OWNER}/decide", year="2026", version="1", decision="accept", comment="")
    assert (other.answer.status_code, "outreach-plan-unknown" in other.text) == (404, True)


def test_another_insurer_sees_its_own_only(app: App, insurer: Reader) -> None:
    send_plan(insurer)
    other = towns.staff_session(app, "city")
    other.get(f"{PLAN}?year=2026")
    assert (other.answer.status_code, "適用課長" in other.text) == (200, False)
    assert "この年度の計画はまだありません。" in other.text


def test_a_draft_is_not_shown_to_the_ministry(insurer: Reader, ministry: Reader) -> None:
    insurer.get(f"{PLAN}?year=2026")
    insurer.post(f"{PLAN}/begin", year="2026", reason="")
    insurer.post(f"{PLAN}/head", year="2026", post="下書き課長", holders="", registrations="")
    ministry.get(f"/ministry/measures/of/{OWNER}?year=2026")
    assert ("まだ提出されていません。" in ministry.text, "下書き課長" in ministry.text) == (True, False)


def test_the_office_reads_an_insurers_plan_and_does_not_decide_on_it(insurer: Reader, office: Reader) -> None:
    send_plan(insurer)
    office.get(f"/office/measures/plans/of/{OWNER}?year=2026")
    assert ("適用課長" in office.text, "この計画を確認する" in office.text) == (True, False)
    office.post(f"/office/measures/plans/of/{OWNER}/decide", year="2026", version="1", decision="accept", comment="")
    assert (office.answer.status_code, "outreach-plan-unknown" in office.text) == (404, True)


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("reception", "/insurer/measures", 403),
        ("insurer", "/ministry/measures", 403),
        ("insurer", "/office/measures", 403),
        ("insurer", "/office/publicity", 403),
        ("ministry", "/office/measures", 403),
        ("ministry", "/insurer/measures", 403),
        ("office", "/ministry/measures", 403),
        ("prefecture", "/ministry/measures/own", 403),
        ("prefecture", "/prefecture/measures", 200),
        ("ministry", "/ministry/measures/own", 200),
        ("office", "/office/measures/plans", 200),
        ("office", "/office/measures/catalogue", 200),
        ("insurer", "/practices", 200),
    ],
)
def test_every_page_opens_for_those_it_is_for(app: App, who: str, path: str, status: int) -> None:
    reader = Reader(app).enter(who)
    assert reader.get(path).status_code == status
    assert ("page-not-allowed" in reader.text) is (status == 403)


def test_without_a_session_one_is_asked_to_sign_in(reader: Reader) -> None:
    for path in ("/insurer/measures", "/ministry/measures", "/office/measures", "/office/publicity/item"):
        reader.get(path)
        assert reader.answer.url.path == "/sign-in"


# -- Forms that are shown again ----------------------------------------------------------------------------------------


def test_what_is_wrong_with_a_plan_is_said_on_its_page(insurer: Reader) -> None:
    insurer.get(f"{PLAN}?year=2026")
    insurer.post(f"{PLAN}/begin", year="2026", reason="")
    for fields, says in (
        ({"what": WEBSITE, "budget": "5"}, "2026年度（4月から翌年3月）の月を一つ以上"),
        ({"what": WEBSITE, "budget": "many", "month-2026-09": "1"}, "数は0から"),
        ({"what": "elderly/counter counter", "budget": "5", "month-2026-09": "1"}, "施策一覧にありません"),
    ):
        insurer.post(f"{PLAN}/line", year="2026", **fields)
        assert (insurer.answer.status_code, says in insurer.text) == (422, True)
    insurer.post(f"{PLAN}/submit", year="2026")
    assert (insurer.answer.status_code, "責任者の役職と、施策が一つ以上" in insurer.text) == (422, True)


def test_twelve_digits_in_a_note_are_refused_and_not_repeated(insurer: Reader, ministry: Reader) -> None:
    send_plan(insurer)
    accept_plan(ministry)
    insurer.get(f"{REPORT}?as_of={SEPTEMBER}")
    insurer.post(f"{REPORT}/totals", as_of=SEPTEMBER, note="１２３４５６７８９０１２")
    assert (insurer.answer.status_code, "個人番号と思われる数字が入力されました。" in insurer.text) == (422, True)
    assert "123456789012" not in insurer.answer.text and "１２３４" not in insurer.answer.text
    insurer.get("/insurer/measures?year=2026")
    insurer.post("/insurer/measures/event", year="2026", on="2026-10-03", place="1234 5678 9012", sort="sports")
    assert (insurer.answer.status_code, "1234 5678" in insurer.answer.text) == (422, False)


def test_a_form_that_is_shown_again_keeps_what_was_typed(insurer: Reader, ministry: Reader, office: Reader) -> None:
    insurer.get(f"{PLAN}?year=2026")
    insurer.post(f"{PLAN}/begin?year=2026", reason="")
    insurer.post(f"{PLAN}/head?year=2026", post="適用課長", holders="千人", registrations="800")
    assert (insurer.answer.status_code, 'value="千人"' in insurer.answer.text) == (422, True)
    assert 'value="適用課長"' in insurer.answer.text and 'name="registrations" value="800"' in insurer.answer.text
    insurer.post(f"{PLAN}/line?year=2026", what=MAIL, audience="3,000", budget="many", **{"month-2026-09": "1"})
    assert f'<option value="{MAIL}" selected>' in insurer.answer.text
    assert 'name="month-2026-09" value="1" checked' in insurer.answer.text
    assert 'value="3,000"' in insurer.answer.text and 'value="many"' in insurer.answer.text
    send_plan(insurer)
    accept_plan(ministry)
    insurer.get(f"{REPORT}?as_of={SEPTEMBER}")
    insurer.post(f"{REPORT}/line?as_of={SEPTEMBER}", what=WEBSITE, outcome="partly", why="", reach="70", cost="5")
    assert (insurer.answer.status_code, '<option value="partly" selected>' in insurer.answer.text) == (422, True)
    assert 'value="70"' in insurer.answer.text and 'value="5"' in insurer.answer.text
    insurer.post(f"{REPORT}/totals?as_of={SEPTEMBER}", holders_members="12", holders_dependants="x", note="順調")
    assert 'value="12"' in insurer.answer.text and 'value="x"' in insurer.answer.text
    assert 'name="note" value="順調"' in insurer.answer.text
    insurer.get("/insurer/measures?year=2026")
    insurer.post("/insurer/measures/event?year=2026", on="いつか", place="体育館", sort="sports", expected="300")
    assert (insurer.answer.status_code, 'value="体育館"' in insurer.answer.text) == (422, True)
    office.get("/office/measures/catalogue")
    office.post(
        "/office/measures/catalogue/add", code="booth", title_ja="申請コーナー", actor="insurer", audience="members",
        **{"kind-society": "1", "channel-event": "1"},
    )  # fmt: skip
    assert (office.answer.status_code, "足りない項目があります。" in office.text) == (422, True)
    for chosen in ('value="members" selected', 'name="kind-society" value="1" checked', 'value="申請コーナー"'):
        assert chosen in office.answer.text


def test_a_refused_form_leads_to_its_own_page_in_the_other_language(insurer: Reader, ministry: Reader) -> None:
    send_plan(insurer)
    accept_plan(ministry)
    insurer.get(f"{REPORT}?as_of={SEPTEMBER}")
    insurer.post(f"{REPORT}/send?as_of={SEPTEMBER}")
    assert insurer.answer.status_code == 422
    (other,) = re.findall(r'href="(/insurer/measures/report\?[^"]*lang=en[^"]*)"', insurer.answer.text)
    assert insurer.get(unescape(other)).status_code == 200
    assert insurer.heading == "Report as of 30 Sep 2026"


def test_a_report_waits_for_a_plan_its_day_and_every_line(app: App, insurer: Reader, ministry: Reader) -> None:
    insurer.get(f"{REPORT}?as_of={SEPTEMBER}")
    assert "確認済みの計画がまだないため、報告できません。" in insurer.text
    send_plan(insurer)
    accept_plan(ministry)
    insurer.get(f"{REPORT}?as_of={SEPTEMBER}")
    insurer.post(f"{REPORT}/send", as_of=SEPTEMBER)
    assert (insurer.answer.status_code, "計画のうち1件の実施状況が未記入です。" in insurer.text) == (422, True)
    insurer.post(f"{REPORT}/line", as_of="2026-12-31", what=WEBSITE, outcome="done", why="", reach="1", cost="1")
    insurer.post(f"{REPORT}/send", as_of="2026-12-31")
    assert (insurer.answer.status_code, "その日になってから提出できます。" in insurer.text) == (422, True)
    insurer.get(f"{REPORT}?as_of=2026-12-30")
    assert (insurer.answer.status_code, "outreach-not-a-period" in insurer.text) == (404, True)


def test_late_reports_are_named_to_whoever_is_above(app: App) -> None:
    country.move_clock(app, parse_moment("2026-10-15T09:00:00"))
    ministry, office = Reader(app).enter("ministry"), Reader(app).enter("office")
    ministry.get("/ministry/measures?year=2026")
    late = ministry.answer.text.partition('id="late"')[2].partition("</section>")[0]
    rows = [text_of(row) for row in re.findall(r"<tr>(.*?)</tr>", late, re.DOTALL)[1:]]
    assert rows == [
        f"{name} {asked} 届いていない"
        for asked in ("2026年6月30日 2026年7月14日", "2026年9月30日 2026年10月14日")
        for name in (country.CITY_PARTY.name, country.SOCIETY_PARTY.name)
    ]
    office.get("/office/measures?year=2026")
    assert office.answer.text.count("/office/measures/plans/of/insurer:") == 4


def test_an_event_is_planned_counted_and_called_off(app: App, insurer: Reader) -> None:
    insurer.get("/insurer/measures?year=2026")
    insurer.post("/insurer/measures/event", year="2026", on="2026-10-03", place="体育館", sort="sports", expected="300")
    assert "イベントを保存しました。" in insurer.text
    (event,) = set(re.findall(r'name="event" value="(\d+)"', insurer.answer.text))
    insurer.post("/insurer/measures/event/count", year="2026", event=event, came="280", applications="41")
    assert 'name="came" class="tiny" inputmode="numeric" value="280"' in insurer.answer.text
    other = towns.staff_session(app, "city")
    other.get("/insurer/measures?year=2026")
    assert "体育館" not in other.text
    other.post("/insurer/measures/event/cancel", year="2026", event=event)
    assert (other.answer.status_code, "outreach-event-unknown" in other.text) == (404, True)
    insurer.post("/insurer/measures/event/cancel", year="2026", event=event)
    assert "体育館" not in insurer.text


def test_the_ministry_sees_what_came_of_the_events_that_were_held(insurer: Reader, ministry: Reader) -> None:
    insurer.get("/insurer/measures?year=2026")
    for on in ("2026-10-02", "2026-10-03", "2026-12-01"):
        insurer.post("/insurer/measures/event?year=2026", on=on, place="体育館", sort="sports", expected="300")
    first, second, _ = re.findall(r'name="event" value="(\d+)"', insurer.answer.text)[::2]
    insurer.post("/insurer/measures/event/count?year=2026", event=first, came="", applications="41")
    ministry.get("/ministry/measures?year=2026")
    assert cards(ministry)["イベント"] == "1 / 2 来た人0、申請41"
    insurer.post("/insurer/measures/event/cancel?year=2026", event=second)
    ministry.get("/ministry/measures?year=2026")
    assert cards(ministry)["イベント"] == "1 / 1 来た人0、申請41"


def test_who_reports_is_told_of_fewer_cards_before_whoever_is_above(insurer: Reader, ministry: Reader) -> None:
    send_plan(insurer)
    accept_plan(ministry)
    for as_of, holders in (("2026-06-30", "130"), (SEPTEMBER, "120")):
        insurer.get(f"{REPORT}?as_of={as_of}")
        insurer.post(f"{REPORT}/line?as_of={as_of}", what=WEBSITE, outcome="done", why="", reach="1", cost="1")
        insurer.post(f"{REPORT}/totals?as_of={as_of}", holders_members=holders)
        assert ("前回の報告より保有者が減っています。" in insurer.text) is (as_of == SEPTEMBER)
        insurer.post(f"{REPORT}/send?as_of={as_of}")


def test_the_office_adds_to_the_catalogue_and_insurers_of_that_kind_may_choose_it(
    insurer: Reader, office: Reader
) -> None:
    office.get("/office/measures/catalogue")
    fields = {
        "code": "booth", "title_ja": "申請コーナーを置く", "title_en": "Set up a booth", "actor": "insurer",
        "audience": "members", "evidence": "figure", "effect": "一日20件", "effect_en": "20 a day", "number": "20",
        "unit": "件", "source": "推進室の調べ", "kind-society": "1", "channel-event": "1",
    }  # fmt: skip
    office.post("/office/measures/catalogue/add", **fields)
    assert "施策を加えました。" in office.text
    office.post("/office/measures/catalogue/add", **fields)
    assert (office.answer.status_code, "そのコードは使用済み" in office.text) == (422, True)
    insurer.get("/insurer/measures")
    assert "申請コーナーを置く" in insurer.text
    send_plan(insurer, "added/booth event")


def test_a_measure_may_be_for_every_kind_through_every_channel(office: Reader) -> None:
    office.get("/office/measures/catalogue")
    ticks = re.findall(r'name="((?:kind|channel)-[^"]+)"', office.answer.text)
    assert len(ticks) > 50
    texts = {"code": "all", "title_ja": "全部", "title_en": "All", "source": "見本", "effect": "", "effect_en": ""}
    chosen = {"actor": "insurer", "audience": "members", "evidence": "told", "number": "", "unit": ""}
    office.post("/office/measures/catalogue/add", **texts, **chosen, **dict.fromkeys(ticks, "1"))
    assert "施策を加えました。" in office.text


# -- Practices and publicity, open to everybody ------------------------------------------------------------------------


def test_every_good_practice_says_how_much_is_known(reader: Reader) -> None:
    reader.get("/practices")
    assert reader.text.count("根拠は弱い：効果は不明") == 15
    assert "28,725 → 55,519" in reader.text


def test_who_asks_is_told_what_fits_and_why(reader: Reader) -> None:
    reader.get("/practices?kind=society&size=small&channel=workplace&done=tablet-round")
    assert "21件のうち2件が使えそうです。" in reader.text
    shown = re.findall(r'aria-labelledby="p-([\w-]+)"', reader.answer.text)
    assert shown[:2] == ["addressed-forms", "company-visit"]
    assert "使える場所・手段がある：職場" in reader.text
    assert "すでに行っている" in reader.text
    reader.get("/practices?kind=nonsense")
    assert "使えそう" not in text_of(reader.answer.text.partition("</form>")[2])


def test_who_is_signed_in_is_asked_nothing_first(insurer: Reader) -> None:
    insurer.get("/practices")
    assert "件が使えそうです。" in insurer.text


def test_the_plan_of_2019_with_its_showings_and_what_is_missing(reader: Reader) -> None:
    reader.get("/publicity?on=2019-09-03")
    assert "1,248,960 回（放映）" in reader.text  # 1,301 screens x 32 a day x 30 days
    assert "1,123,200 回（放映）" in reader.text  # 780 x 48 x 30
    assert "計算できません。足りないもの：画面の数、1日の時間数" in reader.text
    bars = len(re.findall(r'<rect class="bar-box" x=', reader.answer.text))
    hatched = len(re.findall(r'<rect class="open-bar" fill="[^"]+" x=', reader.answer.text))
    # 20 items: two screens run on some days of a month, a poster and two leaflets have no end; 10 issues in 4 papers.
    assert (bars, hatched) == (20 - 4 - 5 + 10, 5)
    reader.get("/publicity?on=2019-09-02")
    assert "この日までに公表された広報はありません。" in reader.text
    reader.get("/publicity?on=someday")
    assert reader.answer.status_code == 400


MALLS = "campaign=2019&code=screens-malls"
SAVE = "/office/publicity/item/save"


def form_of(office: Reader, query: str) -> dict[str, str]:
    """The form of an item as it stands on the page, ready to be sent."""
    office.get(f"/office/publicity/item?{query}")
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', office.answer.text))
    ticked = re.findall(r'name="(\w+)" value="1" checked', office.answer.text)
    del form["form_token"]
    kept = {name: value for name, value in form.items() if name != "is_rate_about" or name in ticked}
    return kept | {"medium": "screen", "status": "done"}


def test_the_office_revises_an_item_and_the_versions_stay(office: Reader, reader: Reader) -> None:
    form = form_of(office, MALLS) | {"sites": "24", "hours": "10", "counted": "25,000"}
    office.post(f"{SAVE}?{MALLS}", **(form | {"reason": ""}))
    assert (office.answer.status_code, "理由を短く書いてください。" in office.text) == (422, True)
    office.post(f"{SAVE}?{MALLS}", **(form | {"reason": "画面の数", "per_hour": "often"}))
    assert (office.answer.status_code, "項目の内容が正しくありません。" in office.text) == (422, True)
    assert 'name="reason" value="画面の数"' in office.answer.text
    office.post(f"{SAVE}?{MALLS}", **(form | {"reason": "画面数が決まった"}))
    assert "保存しました。" in office.text
    reader.get("/publicity/2019/screens-malls")
    assert "22,320–29,760 回（放映）" in reader.text  # 24 x 10 x 3 to 4 x 31
    assert "画面数が決まった" in reader.text
    assert reader.answer.text.count('<tr><td class="num">') == 2
    reader.get("/publicity/2019/none")
    assert (reader.answer.status_code, "outreach-publicity-unknown" in reader.text) == (404, True)
    reader.get("/publicity?on=2026-10-04")
    assert "22,320" not in reader.text
    office.post(f"{SAVE}?{MALLS}", **(form | {"reason": "同じ版を見ていた人"}))
    assert (office.answer.status_code, "新しい版ができています。" in office.text) == (422, True)


def test_what_the_source_says_about_stays_about_when_something_else_is_revised(office: Reader, reader: Reader) -> None:
    hospitals = "campaign=2019&code=screens-hospitals"
    office.post(f"{SAVE}?{hospitals}", **(form_of(office, hospitals) | {"reason": "終わった"}))
    reader.get("/publicity/2019/screens-hospitals")
    assert reader.text.count("頻度はおおよその数") == 3  # above, and in both versions


def test_a_new_item_is_not_put_in_the_place_of_another(office: Reader) -> None:
    new = form_of(office, "") | {"campaign": "2019", "code": "screens-malls", "title_ja": "動画", "title_en": "film"}
    for changes, says in (
        ({"source": "見本"}, "そのコードは使用済みか、"),
        ({"source": "見本", "code": "Ｘ"}, "そのコードは使用済みか、"),
        ({"code": "other"}, "足りない項目があります。"),
        ({"source": "見本", "code": "other", "first": "いつか"}, "日付を読み取れませんでした。"),
    ):
        office.post(SAVE, **(new | changes))
        assert (office.answer.status_code, says in office.text) == (422, True)
        assert 'name="title_en" value="film"' in office.answer.text
    office.post(SAVE, **(new | {"source": "見本", "code": "other"}))
    assert "保存しました。" in office.text


@pytest.mark.parametrize("path", ["/practices", "/publicity?on=2019-09-03"])
def test_the_same_in_english(reader: Reader, path: str) -> None:
    reader.get(path + ("&" if "?" in path else "?") + "lang=en")
    assert reader.answer.status_code == 200
    assert reader.heading in ("Good practice", "Publicity")
