"""An insurer's day: a file sent, its findings, rows held and decided, links stopped, overlaps listed."""

import io
import re
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from onshi import audit, registry
from onshi.app import App
from onshi.audit import Action
from onshi.kernel import PersonId, shown_person_id

from . import country
from .browse import Reader, value_of

STRANGER = {"name": "別人　次郎", "name_kana": "ベツジン　ジロウ", "birth_on": "1999-12-31", "sex": "1"}


@pytest.fixture
def clerk(app: App) -> Reader:
    """Who loads feeds at the society."""
    return Reader(app).enter("insurer")


@pytest.fixture
def reviewer(app: App) -> Reader:
    """Who decides on held rows at the society."""
    return Reader(app).enter("reviewer")


def send(reader: Reader, data: bytes, name: str = "members.csv", **fields: str) -> Reader:
    reader.get("/insurer/send")
    reader.post("/insurer/send", files={"file": (name, io.BytesIO(data))}, **({"mode": "daily"} | fields))
    return reader


def newcomer(**changes: str) -> dict[str, str]:
    """A member nobody knows yet."""
    values = {
        "number": "900",
        "name": "新井　明",
        "name_kana": "アライ　アキラ",
        "birth_on": "2001-01-01",
        "address": "東京都千代田区新町一丁目１",
    }
    return country.row(**(values | changes))


def hold_a_row(app: App, folder: Path) -> None:
    """A change that names a member by link code and means, by all it says, somebody else."""
    with app.db.transaction(reading=True) as tx:
        link = registry.link_of(tx, country.SOCIETY, country.person_named(tx, "見本　花子"))
    assert link is not None
    country.load(app, [country.row(kind="change", link_code=link.code, **STRANGER)], folder)


def held_id(app: App) -> int:
    with app.db.transaction(reading=True) as tx:
        (row,) = registry.held_rows(tx)
    return row.id


def test_the_overview_shows_freshness_and_files(clerk: Reader) -> None:
    assert clerk.heading == "登録状況"
    assert "2026年10月2日" in clerk.text
    assert clerk.answer.text.count('href="/insurer/feeds/') == 2


def test_a_file_is_taken_and_its_page_follows(clerk: Reader, app: App) -> None:
    send(clerk, country.csv_of([newcomer(), newcomer(birth_on="2001-13-01", number="901")]), "十月分.csv")
    assert clerk.heading == "ファイル 十月分.csv"
    assert "ファイルを反映しました。" in clerk.text
    assert "反映 1" in clerk.text
    with app.db.transaction(reading=True) as tx:
        assert len(registry.people_named(tx, "新井　明")) == 1
        (entry,) = audit.entries_of(tx, actor="staff:s-demo-insurer", action=Action.LOAD)
    assert entry.entry.outcome == "daily"


def test_the_same_file_twice_changes_nothing(clerk: Reader) -> None:
    data = country.csv_of([newcomer()])
    send(clerk, data)
    assert "同じファイルをすでに反映済みです。" in send(clerk, data).text


def test_a_rehearsal_changes_nothing(clerk: Reader, app: App) -> None:
    send(clerk, country.csv_of([newcomer()]), dry_run="1")
    assert clerk.heading == "試行の結果"
    with app.db.transaction(reading=True) as tx:
        assert registry.people_named(tx, "新井　明") == []
        assert len(registry.feeds_of(tx, country.SOCIETY)) == 2


def test_all_or_nothing_takes_nothing(clerk: Reader, app: App) -> None:
    send(clerk, country.csv_of([newcomer(), newcomer(birth_on="x", number="901")]), atomic="1")
    assert (clerk.answer.status_code, clerk.heading) == (422, "ファイル登録")
    assert "反映できない行が1件あります" in clerk.text
    with app.db.transaction(reading=True) as tx:
        assert registry.people_named(tx, "新井　明") == []


def test_a_file_that_cannot_be_read_is_answered_in_words(clerk: Reader) -> None:
    send(clerk, b"PK\x03\x04 broken", "members.zip")
    assert (clerk.answer.status_code, clerk.heading) == (422, "ファイル登録")
    assert "ファイルが壊れているか、途中で切れています。" in clerk.text


def test_a_form_without_file_or_kind_is_asked_again(clerk: Reader) -> None:
    clerk.get("/insurer/send")
    clerk.post("/insurer/send", mode="daily")
    assert (clerk.answer.status_code, "ファイルと種類を選んでください。" in clerk.text) == (422, True)
    send(clerk, country.csv_of([newcomer()]), mode="yearly")
    assert clerk.answer.status_code == 422


@pytest.mark.parametrize(("ticked", "lost_on"), [({}, None), ({"lose_absent": "1"}, date(2026, 11, 2))])
def test_a_snapshot_ends_coverages_only_when_told_to(
    clerk: Reader, app: App, ticked: dict[str, str], lost_on: date | None
) -> None:
    send(clerk, country.csv_of([newcomer()]), mode="snapshot", **ticked)
    with app.db.transaction(reading=True) as tx:
        hanako = country.person_named(tx, "見本　花子")
        assert [one.lost_on for one in registry.coverages_of(tx, hanako)] == [lost_on]


def test_findings_are_paged_filtered_and_saved(clerk: Reader) -> None:
    rows = [newcomer(birth_on="x", number=str(1000 + place)) for place in range(130)]
    send(clerk, country.csv_of([*rows, country.row(kind="change")]))
    address = clerk.answer.url.path
    assert clerk.answer.text.count('<td class="num">') == 100
    following = clerk.answer.text.split(f'href="{address}?severity=&amp;after=')[1].split('"')[0]
    clerk.get(f"{address}?severity=&after={following}")
    assert clerk.answer.text.count('<td class="num">') == 30
    clerk.get(f"{address}?severity=held")
    assert "指摘はありません。" in clerk.text
    csv = clerk.get(f"{address}/findings.csv")
    assert csv.content.startswith("\ufeff行,項目,コード".encode())
    assert csv.text.count("not-a-date") == 130
    book = load_workbook(io.BytesIO(clerk.get(f"{address}/findings.xlsx").content))
    assert book.active is not None
    assert book.active.max_row == 131


@pytest.mark.parametrize(("form", "start"), [("csv", "\ufeff処理区分".encode()), ("xlsx", b"PK")])
def test_templates_are_handed_out(clerk: Reader, form: str, start: bytes) -> None:
    assert clerk.get(f"/insurer/template.{form}").content.startswith(start)


def test_there_is_no_other_template(clerk: Reader) -> None:
    assert clerk.get("/insurer/template.exe").status_code == 404


def test_a_held_row_stands_beside_the_person_with_differences_marked(
    reviewer: Reader, app: App, tmp_path: Path
) -> None:
    hold_a_row(app, tmp_path)
    reviewer.get("/insurer/held")
    assert "「確認中」と回答" in reviewer.text
    reviewer.get(f"/insurer/held/{held_id(app)}")
    assert "別人 次郎 見本 花子 ≠ 相違" in reviewer.text
    assert "1999年12月31日 1985年4月1日 ≠ 相違" in reviewer.text
    assert reviewer.answer.text.count("mark-differs") == 4
    with app.db.transaction(reading=True) as tx:
        (seen,) = audit.entries_of(tx, actor="staff:s-demo-reviewer", action=Action.DISCLOSE)
    assert seen.entry.outcome == "held-row"


@pytest.mark.parametrize(
    ("choice", "name", "said"),
    [
        ("accept", "別人\u3000次郎", "「同じ人」として反映しました。"),
        ("reject", "見本\u3000花子", "「別の人」として記録しました。"),
    ],
)
def test_a_decision_is_taken_once_and_logged(
    reviewer: Reader, app: App, tmp_path: Path, choice: str, name: str, said: str
) -> None:
    with app.db.transaction(reading=True) as tx:
        person = country.person_named(tx, "見本　花子")
    hold_a_row(app, tmp_path)
    address = f"/insurer/held/{held_id(app)}"
    reviewer.get(address)
    token = reviewer.token
    reviewer.post(address, choice=choice, confirmed="1")
    assert said in reviewer.text
    with app.db.transaction(reading=True) as tx:
        assert registry.person_of(tx, person).name == name
        (entry,) = audit.entries_of(tx, subject=person, action=Action.REVIEW)
    assert (entry.entry.actor, entry.entry.outcome) == ("staff:s-demo-reviewer", choice)
    reviewer.post(address, token=token, choice=choice, confirmed="1")
    assert (reviewer.answer.status_code, "unknown-held-row" in reviewer.text) == (404, True)


@pytest.mark.parametrize("fields", [{}, {"choice": "accept"}, {"confirmed": "1"}, {"choice": "x", "confirmed": "1"}])
def test_no_decision_without_choice_and_confirmation(
    reviewer: Reader, app: App, tmp_path: Path, fields: dict[str, str]
) -> None:
    hold_a_row(app, tmp_path)
    address = f"/insurer/held/{held_id(app)}"
    reviewer.get(address)
    reviewer.post(address, **fields)
    assert reviewer.answer.status_code == 422
    assert held_id(app)


def test_the_address_of_the_undisclosed_is_hidden_from_reviewers(reviewer: Reader, app: App, tmp_path: Path) -> None:
    with app.db.transaction(reading=True) as tx:
        link = registry.link_of(tx, country.SOCIETY, country.person_named(tx, "隠田　静"))
    assert link is not None
    country.load(app, [country.row(kind="change", number="347", link_code=link.code, **STRANGER)], tmp_path)
    reviewer.get(f"/insurer/held/{held_id(app)}")
    assert "隠田 静" in reviewer.text
    assert "秘密町" not in reviewer.answer.text
    assert "（不開示）" in reviewer.text


def test_a_link_in_doubt_is_stopped_and_resumed(reviewer: Reader, app: App) -> None:
    reviewer.get("/insurer/links")
    reviewer.post("/insurer/links/suspend", symbol="12", number="345", birth="S60.4.1", confirmed="1")
    assert "結び付けを止めました。" in reviewer.text
    assert "見本 花子" in reviewer.text
    desk = Reader(app).enter("reception")
    desk.post("/reception/check", insurer="06139992", symbol="12", number="345", birth="S60.4.1")
    assert desk.heading == "確認中"
    with app.db.transaction(reading=True) as tx:
        person = country.person_named(tx, "見本　花子")
    reviewer.post("/insurer/links/resume", person=shown_person_id(person))
    assert "結び付けを再開しました。" in reviewer.text
    with app.db.transaction(reading=True) as tx:
        found = {one.entry.action for one in audit.entries_of(tx, subject=person, actor="staff:s-demo-reviewer")}
    assert found == {Action.SUSPEND, Action.RESUME}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"number": "345", "birth": "x", "confirmed": "1"}, "生年月日を読み取れません。"),
        ({"number": "345", "birth": "S60.4.1"}, "確認の欄に印を付けてください。"),
        ({"symbol": "12", "number": "999", "birth": "S60.4.1", "confirmed": "1"}, "一人に決まりません。"),
    ],
)
def test_nothing_is_stopped_by_half_a_form(reviewer: Reader, fields: dict[str, str], said: str) -> None:
    reviewer.get("/insurer/links")
    reviewer.post("/insurer/links/suspend", **fields)
    assert (reviewer.answer.status_code, said in reviewer.text) == (422, True)


def test_another_insurers_member_cannot_be_resumed(reviewer: Reader, app: App) -> None:
    reviewer.get("/insurer/links")
    reviewer.post("/insurer/links/resume", person="0000-0000-0000-1-1")
    assert reviewer.answer.status_code == 404


def test_overlaps_are_listed_by_month_and_saved(clerk: Reader, app: App, tmp_path: Path) -> None:
    twin = country.MEMBERS[1] | {
        "insurer_number": country.CITY, "symbol": "", "number": "=1+1", "acquired_on": "2026-10-15",
    }  # fmt: skip
    country.load(app, [twin], tmp_path, mode="first", insurer=country.CITY)
    clerk.get("/insurer/overlaps?month=2026-11")
    assert "1件" in clerk.text
    assert "見本市国民健康保険" in clerk.text
    csv = clerk.get("/insurer/overlaps.csv?month=2026-11").content.decode("utf-8-sig").splitlines()
    assert len(csv) == 2
    assert csv[1].startswith(
        "見本　太郎,ミホン　タロウ,1985-12-24,12,346,00,2020-04-01,,138057,見本市国民健康保険,2026-10-15,,"
    )
    clerk.get("/insurer/overlaps?month=2019-11")
    assert "この月の重複はありません。" in clerk.text
    assert clerk.get("/insurer/overlaps?month=x").status_code == 200


def test_another_insurers_files_and_rows_look_like_none(app: App, tmp_path: Path, clerk: Reader) -> None:
    with app.db.transaction(reading=True) as tx:
        own = registry.feeds_of(tx, country.SOCIETY)[0].id
    country.load(app, [country.row(insurer_number=country.CITY)], tmp_path, mode="first", insurer=country.CITY)
    with app.db.transaction(reading=True) as tx:
        foreign = registry.feeds_of(tx, country.CITY)[0].id
    assert clerk.get(f"/insurer/feeds/{own}").status_code == 200
    for address in (f"/insurer/feeds/{foreign}", f"/insurer/feeds/{foreign}/findings.csv", "/insurer/feeds/1"):
        clerk.get(address)
        assert (clerk.answer.status_code, "unknown-feed" in clerk.text) == (404, True)


TWINS = [
    country.row(number="777", branch="", name=name, name_kana=kana, birth_on="2015-07-07")
    for name, kana in (("双葉　月子", "フタバ　ツキコ"), ("双葉　星子", "フタバ　ホシコ"))
]
THIRD = country.row(number="777", branch="", name="双葉　雪子", name_kana="フタバ　ユキコ", birth_on="2015-07-07")


def hold_a_third(app: App, folder: Path) -> None:
    """Two members of one number, and a row of that number that names neither."""
    country.load(app, TWINS, folder)
    with app.db.transaction() as tx:
        (row,) = [one for one in registry.held_rows(tx) if one.content["number"] == "777"]
        registry.decide_held(tx, row.id, accept=False, by="staff:r", at=app.now(), draw=app.draw_many)
    country.load(app, [THIRD], folder)


@pytest.fixture
def twins(app: App, tmp_path: Path) -> dict[str, PersonId]:
    """The two of that number, while the third waits."""
    hold_a_third(app, tmp_path)
    with app.db.transaction(reading=True) as tx:
        (row,) = registry.held_rows(tx)
        assert (row.reason, row.candidate) == ("number-shared", None)
        return {name: country.person_named(tx, f"双葉　{name}") for name in ("月子", "星子")}


@pytest.mark.parametrize(("language", "compare"), [("ja", "双葉 星子 と見比べる"), ("en", "Compare with 双葉 星子")])
def test_a_row_without_a_candidate_offers_who_has_its_number(
    app: App, twins: dict[str, PersonId], language: str, compare: str
) -> None:
    reviewer = Reader(app, language=language).enter("reviewer")
    address = f"/insurer/held/{held_id(app)}"
    reviewer.get(address)
    assert compare in reviewer.text
    assert 'value="accept"' not in reviewer.answer.text
    choices = re.findall(rf'href="({address}\?person=[^"]+)"', reviewer.answer.text)
    assert choices == [f"{address}?person={shown_person_id(one)}" for one in sorted(twins.values())]
    reviewer.get(f"{address}?person={shown_person_id(twins['星子'])}")
    assert "双葉 雪子 双葉 星子 ≠" in reviewer.text
    assert 'value="accept"' in reviewer.answer.text
    # Everybody who was on the page is in the log as shown.
    with app.db.transaction(reading=True) as tx:
        seen = [len(audit.entries_of(tx, subject=one, action=Action.DISCLOSE)) for one in twins.values()]
    assert seen == [2, 2]


def test_the_person_chosen_is_the_one_the_row_is_taken_for(
    reviewer: Reader, app: App, twins: dict[str, PersonId]
) -> None:
    address = f"/insurer/held/{held_id(app)}"
    reviewer.get(f"{address}?person={shown_person_id(twins['星子'])}")
    chosen = value_of(reviewer.answer.text, "person")
    # The person stays chosen when something was forgotten.
    reviewer.post(address, person=chosen, choice="accept")
    assert (reviewer.answer.status_code, value_of(reviewer.answer.text, "person")) == (422, chosen)
    reviewer.post(address, person=chosen, choice="accept", confirmed="1")
    assert "「同じ人」として反映しました。" in reviewer.text
    with app.db.transaction(reading=True) as tx:
        assert [registry.person_of(tx, one).name for one in twins.values()] == ["双葉　月子", "双葉　雪子"]
        (entry,) = audit.entries_of(tx, subject=twins["星子"], action=Action.REVIEW)
        assert registry.held_rows(tx) == []
    assert (entry.entry.actor, entry.entry.outcome) == ("staff:s-demo-reviewer", "accept")


def test_nobody_else_can_be_chosen(reviewer: Reader, app: App, twins: dict[str, PersonId]) -> None:
    address = f"/insurer/held/{held_id(app)}"
    with app.db.transaction(reading=True) as tx:
        stranger = shown_person_id(country.person_named(tx, "隠田　静"))
    for person in (stranger, "0000-0000-0000-1-1", "x"):
        assert reviewer.get(f"{address}?person={person}").status_code == 404
        assert "隠田" not in reviewer.answer.text
        reviewer.get(address)
        reviewer.post(address, person=person, choice="accept", confirmed="1")
        assert reviewer.answer.status_code == 404
    assert held_id(app)


def test_a_row_with_a_candidate_offers_no_other_where_there_is_none(reviewer: Reader, app: App, tmp_path: Path) -> None:
    hold_a_row(app, tmp_path)
    reviewer.get(f"/insurer/held/{held_id(app)}")
    assert "見比べる" not in reviewer.text
