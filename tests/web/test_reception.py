"""The desk: journeys in both languages, and what must never show."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from onshi import audit, eligibility, registry
from onshi.app import App
from onshi.audit import Action
from onshi.eligibility import Verdict
from onshi.kernel import Moment

from . import country
from .browse import Reader, value_of

HANAKO = {"insurer": "06139992", "symbol": "１２", "number": "345", "branch": "00", "birth": "昭和60年4月1日"}


def ask(reader: Reader, **fields: str) -> Reader:
    reader.get("/reception")
    reader.post("/reception/check", **fields)
    return reader


def test_a_check_by_number_shows_who_where_and_how_much(desk: Reader) -> None:
    ask(desk, **HANAKO, limit_consent="1")
    assert desk.answer.status_code == 200
    assert desk.heading == "有効"
    for said in (
        "見本 花子",
        "ミホン ハナコ",
        "昭和60年4月1日",
        "満41歳",
        "3割",
        "年齢から計算",
        "12・345（00）",
        "見本健康保険組合",
    ):
        assert said in desk.text
    assert "適用区分 ウ" in desk.text


def test_the_same_check_in_english(app: App) -> None:
    desk = ask(Reader(app, language="en-GB,en;q=0.9").enter("reception"), **HANAKO)
    assert desk.heading == "In force"
    assert '<html lang="en">' in desk.answer.text
    for said in ("30%", "Worked out from age", "1 Apr 1985", "Check ID"):
        assert said in desk.text


def test_the_ceiling_stays_hidden_without_consent(desk: Reader) -> None:
    ask(desk, **HANAKO)
    assert "適用区分" not in desk.text
    assert "同意がないため表示していません。" in desk.text


def test_a_scanner_asks_at_once(desk: Reader) -> None:
    assert ask(desk, scan="06139992,12,345,00,19850401").heading == "有効"
    assert ask(desk, scan=country.CARD).heading == "有効"


def test_a_lost_coverage_shows_no_share(desk: Reader) -> None:
    ask(desk, insurer="06139992", symbol="12", number="349", birth="1960-01-15")
    assert desk.heading == "資格喪失"
    assert "医療保険等の資格取得" in desk.text
    assert "割" not in desk.text.replace("負担割合", "")
    assert "登録までの通常の日数" in desk.text


@pytest.mark.parametrize(
    ("fields", "heading"),
    [
        ({"insurer": "06139992", "symbol": "12", "number": "999", "birth": "1960-01-15"}, "登録なし"),
        ({"insurer": country.SILENT, "number": "1", "birth": "1960-01-15"}, "保険者が準備中"),
        ({"card": country.UNKNOWN_CARD}, "登録なし"),
        ({**HANAKO, "day": "2020-03-31"}, "登録なし"),
        ({**HANAKO, "day": "令和2年4月1日"}, "有効"),
    ],
)
def test_every_negative_answer_has_its_own_words(desk: Reader, fields: dict[str, str], heading: str) -> None:
    assert ask(desk, **fields).heading == heading


def test_a_mistyped_form_keeps_what_was_typed_and_asks_nothing(desk: Reader, app: App) -> None:
    ask(desk, insurer="123", number="345", birth="S60.13.1")
    assert desk.answer.status_code == 422
    assert "保険者番号は6桁または8桁の数字です。" in desk.text
    assert 'value="S60.13.1"' in desk.answer.text
    with app.db.transaction(reading=True) as tx:
        assert audit.entries_of(tx, action=Action.CHECK) == []


def test_a_wrong_number_can_be_corrected(desk: Reader) -> None:
    ask(desk, **{**HANAKO, "number": "999"})
    desk.post("/reception/edit", **{**HANAKO, "number": "999"})
    assert value_of(desk.answer.text.replace('id="number" ', ""), "number") == "999"


def test_each_check_is_logged_for_the_institution_and_for_the_staff(desk: Reader, app: App) -> None:
    ask(desk, **HANAKO)
    check_id = re.search(r'id="check-id">([^<]+)<', desk.answer.text)
    assert check_id
    with app.db.transaction(reading=True) as tx:
        (of_party,) = audit.entries_of(tx, actor=country.CLINIC.id, action=Action.CHECK)
        (of_staff,) = audit.entries_of(tx, actor="staff:s-demo-reception", action=Action.CHECK)
        hanako = country.person_named(tx, "見本　花子")
    assert audit.shown_check_id(of_party.batch, of_party.seq) == check_id[1]
    assert (of_party.entry.subject, of_party.entry.outcome) == (hanako, "in_force")
    assert (of_staff.entry.object, of_staff.entry.subject) == (check_id[1], None)


def test_the_proof_can_be_saved_and_verifies(desk: Reader, app: App) -> None:
    ask(desk, **HANAKO)
    document = value_of(desk.answer.text, "document")
    saved = desk.post("/reception/proof", document=document)
    assert saved.headers["content-type"] == "application/json"
    assert saved.headers["content-disposition"].startswith('attachment; filename="onshi-')
    assert eligibility.verify(saved.content, app.ring.public_jwks()) is Verdict.GOOD
    assert json.loads(saved.content)["proof"]["institution"] == country.CLINIC.code


def test_a_proof_that_was_altered_or_given_to_another_is_not_saved(desk: Reader, app: App) -> None:
    ask(desk, **HANAKO)
    document = value_of(desk.answer.text, "document")
    token = desk.token
    desk.post("/reception/proof", token=token, document=document.replace("花子", "太郎"))
    assert (desk.answer.status_code, "proof-not-ours" in desk.text) == (400, True)
    other = Reader(app).enter("pharmacy")
    other.post("/reception/proof", document=document)
    assert (other.answer.status_code, "proof-not-ours" in other.text) == (400, True)


def test_today_shows_this_institution_and_no_other(desk: Reader, app: App) -> None:
    ask(desk, **HANAKO)
    other = ask(Reader(app).enter("pharmacy"), insurer="06139992", symbol="12", number="346", birth="S60.12.24")
    desk.get("/reception")
    other.get("/reception")
    assert ("見本 花子" in desk.text, "見本 太郎" in desk.text) == (True, False)
    assert ("見本 花子" in other.text, "見本 太郎" in other.text) == (False, True)


def test_yesterday_is_not_today(desk: Reader, app: App) -> None:
    ask(desk, **HANAKO)
    country.move_clock(app, Moment(country.NOW + country.DAY))
    later = Reader(app).enter("reception")
    assert "今日の照会はまだありません。" in later.text


def test_a_change_since_the_last_visit_is_told(desk: Reader, app: App, tmp_path: Path) -> None:
    ask(desk, **HANAKO)
    assert "前回" not in desk.text
    country.move_clock(app, Moment(country.NOW + 10 * country.DAY))
    change = country.row(kind="change", number="777", name="見本　花子")
    with app.db.transaction(reading=True) as tx:
        link = registry.link_of(tx, country.SOCIETY, country.person_named(tx, "見本　花子"))
    assert link is not None
    country.load(app, [change | {"link_code": link.code}], tmp_path)
    later = ask(Reader(app).enter("reception"), **{**HANAKO, "number": "777"})
    assert "前回（2026年11月2日）からの変化" in later.text
    assert "番号が変わりました 12・345（00） → 12・777（00）" in later.text
    later.get("/reception")
    assert "番号が変わりました" in later.text


def test_no_change_is_said_too(desk: Reader, app: App) -> None:
    ask(desk, **HANAKO)
    country.move_clock(app, Moment(country.NOW + 10 * country.DAY))
    later = ask(Reader(app).enter("reception"), **HANAKO)
    assert "前回（2026年11月2日）から変わりありません。" in later.text


def history_in(data: bytes) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        (only,) = file.infolist()
        return list(csv.DictReader(io.StringIO(file.read(only).decode("utf-8"), newline="")))


def test_the_history_of_a_month_can_be_saved(desk: Reader, app: App) -> None:
    ask(desk, **HANAKO)
    ask(Reader(app).enter("pharmacy"), insurer="06139992", symbol="12", number="346", birth="S60.12.24")
    desk.get("/reception")
    assert 'action="/reception/history.zip"' in desk.answer.text
    assert value_of(desk.answer.text.replace('id="month" ', ""), "month") == "2026-11"
    saved = desk.get("/reception/history.zip?month=2026-11")
    assert (saved.status_code, saved.headers["content-type"]) == (200, "application/zip")
    assert [(row["氏名"], row["医療機関コード"]) for row in history_in(saved.content)] == [("見本　花子", "1312345678")]
    assert history_in(desk.get("/reception/history.zip?month=2026-10").content) == []
    with app.db.transaction(reading=True) as tx:
        logged = audit.entries_of(tx, actor="staff:s-demo-reception", action=Action.EXPORT)
    months = [one.entry.object for one in logged]
    assert months == [f"{country.CLINIC.id}.2026-1{month}" for month in ("0-01.2026-10-31", "1-01.2026-11-30")]


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "2026-1", "202611"])
def test_a_month_that_is_none_is_refused_and_not_logged(desk: Reader, app: App, month: str) -> None:
    desk.get(f"/reception/history.zip?month={month}")
    assert (desk.answer.status_code, "page-month" in desk.text) == (400, True)
    with app.db.transaction(reading=True) as tx:
        assert audit.entries_of(tx, action=Action.EXPORT) == []


def test_only_a_desk_saves_a_history(app: App, reader: Reader) -> None:
    reader.get("/reception/history.zip?month=2026-11")
    assert reader.answer.headers["content-type"].startswith("text/html")
    insurer = Reader(app).enter("insurer")
    assert insurer.get("/reception/history.zip?month=2026-11").status_code == 403


# What must not leak. Each of these has data that could.


def test_the_address_of_the_undisclosed_is_not_shown(desk: Reader) -> None:
    ask(desk, insurer="06139992", symbol="12", number="347", birth="1990-02-03")
    assert desk.heading == "有効"
    assert "隠田 静" in desk.text
    assert "秘密町" not in desk.answer.text
    ask(desk, **HANAKO)
    assert "見本町" in desk.text


def test_a_refused_card_looks_like_an_unknown_one_to_the_byte(desk: Reader) -> None:
    refused = ask(desk, card=country.REFUSED_CARD).answer.text
    unknown = ask(desk, card=country.UNKNOWN_CARD).answer.text
    assert _without_ids(refused, country.REFUSED_CARD) == _without_ids(unknown, country.UNKNOWN_CARD)
    desk.get("/reception")
    lines = re.findall(r"<li>\s*<time>.*?</li>", desk.answer.text, re.DOTALL)
    assert len(lines) == 2
    assert lines[0] == lines[1]


def test_the_refused_person_is_found_by_number(desk: Reader) -> None:
    ask(desk, insurer="06139992", symbol="12", number="348", birth="1970-07-07")
    assert desk.heading == "有効"


def _without_ids(html: str, card: str) -> str:
    html = html.replace(card, "CARD")
    html = re.sub(r'id="check-id">[^<]+<', 'id="check-id">ID<', html)
    return re.sub(r'name="document" value="[^"]+"', "DOCUMENT", html)


def test_the_answer_is_never_kept_by_a_cache(desk: Reader) -> None:
    ask(desk, **HANAKO)
    assert desk.answer.headers["cache-control"] == "no-store"
    desk.get("/reception/check")
    assert desk.heading == "資格確認"


def test_markup_in_a_name_stays_text(desk: Reader, app: App, tmp_path: Path) -> None:
    name = "<script>alert(1)</script>"
    country.load(
        app, [country.row(number="888", name=name, name_kana="スクリプト　シズカ", birth_on="1999-09-09")], tmp_path
    )
    ask(desk, insurer="06139992", symbol="12", number="888", birth="1999-09-09")
    assert desk.heading == "有効"
    assert name not in desk.answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in desk.answer.text


def test_the_guide_and_the_statement_need_no_account(reader: Reader) -> None:
    reader.get("/reception/help")
    assert reader.heading == "カードが使えないとき"
    assert [part for part in ("現在の番号", "過去の番号", "不詳", "「7」") if part not in reader.text] == []
    reader.get("/reception/help/statement?lang=en")
    assert reader.heading == "被保険者資格申立書"


def test_the_statement_names_the_desk_that_prints_it(desk: Reader) -> None:
    desk.get("/reception/help/statement")
    assert "見本内科クリニック 御中" in desk.text
