"""Residents at the window: found, registered, moved, and what becomes of their cards; nobody of another town."""

import io
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509
from pypdf import PdfReader
from sqlalchemy import event

from cards import make
from onshi import audit, card_office, cards, pki
from onshi.app import App
from onshi.audit import Action
from onshi.cards import Application, Card, CardKind, CardState, FormId, Holder, HolderId, Sex
from onshi.chip import Secrets
from onshi.law import Residence
from onshi.outside import CardFile, read_card

from . import country, towns
from .browse import Reader, value_of
from .towns import CHILD_FORM, HANAKO_FORM, TARO_FORM, THERE_FORM

CLERK = "staff:s-demo-municipality"
PEOPLE = "/municipality/people"
PERSONAL_NUMBER = "123456789018"  # invented, with a check digit as real ones have
NOBODY = "見つかりません。番号を確かめてください。ほかの市区町村から転入する方は、生年月日も入力してください。"
REFUSED_NUMBER = "個人番号と思われる数字が入力されました。受け付けていません（ここでは個人番号を扱いません）。"
CONFIRM = "確認の欄に印を付けてください。"
RIGHT = {
    "name": "新規　一郎",
    "kana": "シンキ　イチロウ",
    "birth": "H2.4.1",
    "sex": "1",
    "post_number": "100-0001",
    "address": "東京都千代田区見本町九丁目９－９",
    "residence": "japanese",
}
ARRIVES = {
    "moved_on": "2026-11-01",
    "post_number": "1000001",
    "address": "東京都千代田区見本町三丁目３－３",
    "confirmed": "1",
}
THERE_BIRTH = "1989-03-31"


@pytest.fixture
def app(app: App) -> App:
    return towns.open_desks(app)


def at(holder: HolderId) -> str:
    return f"{PEOPLE}/{cards.shown_holder_id(holder)}"


def known(app: App, holder: HolderId) -> Holder:
    with app.db.transaction(reading=True) as tx:
        return cards.holder_by_id(tx, holder)


def held(app: App, holder: HolderId) -> list[Card]:
    with app.db.transaction(reading=True) as tx:
        return cards.cards_of(tx, holder)


def forms(app: App, holder: HolderId) -> list[cards.Form]:
    with app.db.transaction(reading=True) as tx:
        return cards.forms_of(tx, holder)


def logged(app: App, action: Action, actor: str = CLERK) -> list[audit.Entry]:
    with app.db.transaction(reading=True) as tx:
        return [one.entry for one in audit.entries_of(tx, action=action, actor=actor)]


def signatures(app: App, holder: HolderId) -> list[tuple[str, str | None]]:
    """State and reason of every signature certificate, the oldest first."""
    with app.db.transaction(reading=True) as tx:
        found = [one for one in pki.certificates_of(tx, holder) if one.kind is pki.Kind.SIGN]
    return [(one.status.value, None if one.reason is None else one.reason.value) for one in found]


def issued(app: App, form_id: FormId, **changes: object) -> Application:
    """A card that was handed over without a chip of ours."""
    return towns.walk(app, towns.apply(app, form_id, days=30, **changes), towns.TO_HAND, days=20)


def issued_with_chip(app: App, form_id: FormId) -> Path:
    """A card in somebody's hands with its certificates; its file."""
    towns.found_authorities(app)
    application = towns.walk(app, towns.apply(app, form_id, days=5), f"{towns.TO_NOTICE} identify")
    file = card_office.card_file(app, application.id)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    by = cards.municipality(application.municipality, "staff:s-hand")
    card_office.hand_over(app, application.id, file, secrets=Secrets("4649", "KAERU77", "4649"), by=by)
    return file


def found(clerk: Reader, wanted: str, birth: str = "") -> Reader:
    clerk.get(PEOPLE)
    clerk.post(f"{PEOPLE}/find", wanted=wanted, birth=birth)
    return clerk


# -- Finding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        cards.shown_holder_id(towns.HANAKO),
        cards.shown_holder_id(towns.HANAKO).lower(),
        HANAKO_FORM,
        "0000 0000 0000 0000 0000 011",
    ],
)
def test_somebody_of_the_town_is_found_by_an_id_of_ours(clerk: Reader, app: App, wanted: str) -> None:
    found(clerk, wanted)
    assert (clerk.answer.status_code, clerk.answer.url.path, clerk.heading) == (200, at(towns.HANAKO), "見本 花子")
    assert [one.subject for one in logged(app, Action.DISCLOSE)] == [towns.HANAKO]


@pytest.mark.parametrize(
    ("wanted", "birth", "missed"),
    [
        (THERE_FORM, "", [towns.THERE_HOLDER]),
        (THERE_FORM, "1989-04-01", [towns.THERE_HOLDER]),
        (cards.shown_holder_id(towns.THERE_HOLDER), "", [towns.THERE_HOLDER]),
        (HANAKO_FORM, "1990-01-01", [towns.HANAKO]),
        (cards.shown_holder_id(HolderId(99)), "", []),
        ("9" * 23, THERE_BIRTH, []),
        ("見本　花子", "", []),
        (PERSONAL_NUMBER, "", []),
    ],
)
def test_a_stranger_and_somebody_elsewhere_look_like_nobody(
    clerk: Reader, app: App, wanted: str, birth: str, missed: list[HolderId]
) -> None:
    found(clerk, wanted, birth)
    assert (clerk.answer.status_code, NOBODY in clerk.text) == (422, True)
    assert wanted not in clerk.answer.text, "it may be a number that nobody may see"
    assert "隣" not in clerk.text
    entries = logged(app, Action.DISCLOSE)
    assert [(one.subject, one.outcome) for one in entries] == [(holder, "missed") for holder in missed]


@pytest.mark.parametrize("number", range(32, 37))
def test_every_check_sign_makes_an_address(clerk: Reader, app: App, number: int) -> None:
    with app.db.transaction() as tx:
        make.registered(tx, make.holder(id=HolderId(number), name="符号　五郎"), at=towns.ago(1))
    shown = cards.shown_holder_id(HolderId(number))
    assert found(clerk, shown).heading == "符号 五郎", shown
    clerk.post(f"{at(HolderId(number))}/form")
    assert (clerk.answer.status_code, "交付申請書を作りました。" in clerk.text) == (200, True)


def test_a_birth_date_that_is_none_is_said(clerk: Reader) -> None:
    found(clerk, THERE_FORM, "昨日")
    assert (clerk.answer.status_code, "生年月日を読み取れません。" in clerk.text) == (422, True)


@pytest.mark.parametrize("wanted", [THERE_FORM, cards.shown_holder_id(towns.THERE_HOLDER)])
def test_who_moves_in_is_found_with_the_birth_date(clerk: Reader, app: App, wanted: str) -> None:
    found(clerk, wanted, "平成元年3月31日")
    assert (clerk.answer.status_code, clerk.heading) == (200, "転入届を受け付ける")
    assert "隣 町子" in clerk.text
    assert [one.subject for one in logged(app, Action.DISCLOSE)] == [towns.THERE_HOLDER]


# -- Registering -------------------------------------------------------------------------------------------------------


def registered(clerk: Reader, **changes: str) -> Reader:
    clerk.get(f"{PEOPLE}/register")
    clerk.post(f"{PEOPLE}/register", **(RIGHT | changes))
    return clerk


def new_holder(app: App, clerk: Reader) -> Holder:
    assert clerk.answer.status_code == 200, clerk.text
    return known(app, cards.parse_holder_id(clerk.answer.url.path.rpartition("/")[2]))


def test_a_resident_is_registered_and_gets_a_first_form(clerk: Reader, app: App) -> None:
    registered(clerk, name=" 新規 一郎 ", kana="ｼﾝｷ ｲﾁﾛｳ", post_number="〒１００－０００１")
    holder = new_holder(app, clerk)
    assert "登録しました。" in clerk.text
    assert holder == Holder(
        id=holder.id,
        name="新規　一郎",
        kana="シンキ　イチロウ",
        birth_on=date(1990, 4, 1),
        sex=Sex.MALE,
        post_number="1000001",
        address="東京都千代田区見本町九丁目９－９",
        municipality=make.HERE,
    )
    assert [one.outcome for one in logged(app, Action.CARD_APPLICATION)] == ["1"]
    clerk.post(f"{at(holder.id)}/form")
    assert "交付申請書を作りました。" in clerk.text
    (form,) = forms(app, holder.id)
    clerk.get(f"{at(holder.id)}/form.pdf")
    (page,) = PdfReader(io.BytesIO(clerk.answer.content)).pages
    text = page.extract_text().replace(" ", "")
    assert [one for one in ("新規　一郎", "平成2年4月1日", form.id) if one not in text] == []
    (entry,) = logged(app, Action.EXPORT)
    assert (entry.subject, entry.outcome) == (holder.id, "form")


def test_a_limited_stay_and_a_guardian_are_registered(clerk: Reader, app: App) -> None:
    guardian = cards.shown_holder_id(towns.GUARDIAN)
    registered(clerk, birth="2020-01-01", residence="limited", stay_until="2028-03-31", guardian=guardian)
    holder = new_holder(app, clerk)
    assert (holder.residence, holder.stay_until) == (Residence.LIMITED, date(2028, 3, 31))
    assert (holder.guardian, holder.is_ward) == (towns.GUARDIAN, False)
    assert "見本 梅" in clerk.text, "who the guardian is stands on the page"
    assert {one.subject for one in logged(app, Action.DISCLOSE)} == {holder.id, towns.GUARDIAN}
    registered(clerk, guardian=guardian, is_ward="1")
    assert new_holder(app, clerk).is_ward


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "氏名を入力してください（100文字まで）。"),
        ({"name": "長" * 101}, "氏名を入力してください（100文字まで）。"),
        ({"name": "見\x07本"}, "氏名を入力してください（100文字まで）。"),
        ({"kana": "新規"}, "フリガナをカタカナで入力してください。"),
        ({"birth": "2027-01-01"}, "生年月日を読み取れません。"),
        ({"birth": "1872-12-31"}, "生年月日を読み取れません。"),
        ({"sex": "3"}, "性別を選んでください。"),
        ({"post_number": "10000"}, "郵便番号は数字7桁です。"),
        ({"address": ""}, "住所を入力してください（200文字まで）。"),
        ({"residence": "limited"}, "在留期間の満了日は、在留期間に限りのある方だけ"),
        ({"residence": "limited", "stay_until": "2026-11-01"}, "在留期間の満了日は、在留期間に限りのある方だけ"),
        ({"stay_until": "2028-03-31"}, "在留期間の満了日は、在留期間に限りのある方だけ"),
        ({"guardian": cards.shown_holder_id(towns.GUARDIAN)}, "法定代理人の識別子を確かめてください。"),
        ({"birth": "2020-01-01", "guardian": "梅"}, "法定代理人の識別子を確かめてください。"),
        ({"is_ward": "1", "guardian": cards.shown_holder_id(HolderId(99))}, "法定代理人の識別子を確かめてください。"),
        (
            {"is_ward": "1", "guardian": cards.shown_holder_id(towns.THERE_HOLDER)},
            "法定代理人の識別子を確かめてください。",
        ),
    ],
)
def test_what_is_wrong_with_the_facts_is_said(clerk: Reader, app: App, changes: dict[str, str], said: str) -> None:
    registered(clerk, **changes)
    assert (clerk.answer.status_code, said in clerk.text) == (422, True)
    assert value_of(clerk.answer.text, "address") == (RIGHT | changes)["address"], "what was right stays"
    assert logged(app, Action.CARD_APPLICATION) == []


@pytest.mark.parametrize("field", ["name", "kana", "birth", "post_number", "address", "stay_until", "guardian"])
@pytest.mark.parametrize("typed", [PERSONAL_NUMBER, "1234 5678 9018", "１２３４－５６７８－９０１８"])
def test_a_personal_number_is_taken_in_no_field(clerk: Reader, app: App, field: str, typed: str) -> None:
    registered(clerk, **{field: f"見本 {typed}"})
    assert (clerk.answer.status_code, REFUSED_NUMBER in clerk.text) == (422, True)
    assert typed not in clerk.answer.text
    assert logged(app, Action.CARD_APPLICATION) == []
    # Without the number the same form is taken.
    registered(clerk)
    assert clerk.answer.status_code == 200


# -- One resident ------------------------------------------------------------------------------------------------------


def test_the_page_shows_forms_applications_cards_and_moves(clerk: Reader, app: App) -> None:
    application = issued(app, HANAKO_FORM)
    clerk.get(at(towns.HANAKO))
    clerk.post(f"{at(towns.HANAKO)}/move-out", planned_on="2026-12-01", to="131024")
    assert "転出届を受け付けました。" in clerk.text
    assert "東京都中央区へ転出 予定日 2026年12月1日" in clerk.text
    assert f'href="/municipality/applications/{application.id}"' in clerk.answer.text
    assert "有効 2036年3月31日まで有効 通常のカード" in clerk.text
    assert "2026年10月13日から使えません" in clerk.text, "a card that was handed over uses its form up"
    assert {one.subject for one in logged(app, Action.DISCLOSE)} == {towns.HANAKO}


def test_an_application_leads_to_the_page_of_its_holder(clerk: Reader, app: App) -> None:
    application = towns.apply(app, HANAKO_FORM)
    clerk.get(f"/municipality/applications/{application.id}")
    assert f'href="{at(towns.HANAKO)}"' in clerk.answer.text
    with app.db.transaction() as tx:
        there = {"moved_on": towns.TODAY, "post_number": "1030000", "address": "東京都中央区見本町二丁目"}
        cards.move_in(tx, towns.HANAKO, move_id=cards.MoveId(7), by=make.OTHER_CLERK, at=app.now(), **there)
    clerk.get(f"/municipality/applications/{application.id}")
    assert at(towns.HANAKO) not in clerk.answer.text, "she lives elsewhere now"


def test_every_look_is_logged(clerk: Reader, app: App) -> None:
    clerk.get(at(towns.TARO))
    clerk.get(f"{at(towns.TARO)}/details")
    clerk.get(f"{at(towns.TARO)}/form.pdf")
    assert [one.subject for one in logged(app, Action.DISCLOSE)] == [towns.TARO] * 3


def test_without_a_form_that_is_good_there_is_none_to_print(clerk: Reader, app: App) -> None:
    registered(clerk)
    clerk.get(f"{clerk.answer.url.path}/form.pdf")
    assert (clerk.answer.status_code, "page-not-found" in clerk.text) == (404, True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"planned_on": "いつか"}, "転出予定日を読み取れません。"),
        ({"planned_on": "1980-01-01"}, "転出予定日は、生年月日以後の日を入力してください。"),
        ({"planned_on": "2026-12-01", "to": "999999"}, "転出先の全国地方公共団体コードを確かめてください。"),
        ({"planned_on": "2026-12-01", "to": make.HERE}, "すでに当市区町村に住んでいます。"),
        ({"planned_on": PERSONAL_NUMBER}, REFUSED_NUMBER),
        ({"planned_on": "2026-12-01", "to": PERSONAL_NUMBER}, REFUSED_NUMBER),
    ],
)
def test_a_move_that_does_not_fit_is_not_announced(clerk: Reader, app: App, fields: dict[str, str], said: str) -> None:
    clerk.get(at(towns.HANAKO))
    clerk.post(f"{at(towns.HANAKO)}/move-out", **fields)
    assert (clerk.answer.status_code, said in clerk.text) == (422, True)
    assert PERSONAL_NUMBER not in clerk.answer.text
    with app.db.transaction(reading=True) as tx:
        assert cards.moves_of(tx, towns.HANAKO) == []


# -- Cards -------------------------------------------------------------------------------------------------------------


def card_act(clerk: Reader, app: App, name: str, **more: str) -> Reader:
    (card,) = held(app, towns.HANAKO)
    clerk.get(at(towns.HANAKO))
    clerk.post(f"{at(towns.HANAKO)}/card", name=name, card=str(card.id), **more)
    return clerk


def test_a_card_is_lost_found_and_given_back(clerk: Reader, app: App) -> None:
    issued_with_chip(app, HANAKO_FORM)
    card_act(clerk, app, "lost", confirmed="1")
    assert "紛失を記録し、カードを一時停止しました。" in clerk.text
    assert (held(app, towns.HANAKO)[0].state, signatures(app, towns.HANAKO)) == (
        CardState.SUSPENDED,
        [("held", "certificateHold")],
    )
    card_act(clerk, app, "found")
    assert "見つかったことを記録しました。" in clerk.text
    assert held(app, towns.HANAKO)[0].state is CardState.SUSPENDED, "a hold is never released"
    card_act(clerk, app, "return", confirmed="1")
    assert "返納を受け付けました。" in clerk.text
    assert held(app, towns.HANAKO)[0].state is CardState.RETURNED
    assert signatures(app, towns.HANAKO) == [("revoked", "cessationOfOperation")]
    assert [one.outcome for one in reversed(logged(app, Action.CARD_CHANGED))] == ["suspended", "suspended", "returned"]


def test_a_card_is_set_without_pins_and_back(clerk: Reader, app: App) -> None:
    issued_with_chip(app, HANAKO_FORM)
    card_act(clerk, app, "face", confirmed="1")
    assert "顔認証カードに切り替えました。" in clerk.text
    assert (held(app, towns.HANAKO)[0].kind, signatures(app, towns.HANAKO)) == (
        CardKind.FACE,
        [("revoked", "cessationOfOperation")],
    )
    card_act(clerk, app, "standard", confirmed="1")
    assert "通常のカードに戻しました。" in clerk.text
    assert held(app, towns.HANAKO)[0].kind is CardKind.STANDARD


@pytest.mark.parametrize("name", ["lost", "return", "face", "standard"])
def test_what_cannot_be_taken_back_is_asked_twice(clerk: Reader, app: App, name: str) -> None:
    issued(app, HANAKO_FORM)
    before = held(app, towns.HANAKO)
    card_act(clerk, app, name)
    assert (clerk.answer.status_code, CONFIRM in clerk.text) == (422, True)
    assert held(app, towns.HANAKO) == before


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("found", "このカードの紛失の届出はありません。"),
        ("standard", "カードが「通常のカード」のため、この手続きはできません。"),
    ],
)
def test_what_an_active_card_does_not_take_is_refused_in_words(clerk: Reader, app: App, name: str, said: str) -> None:
    issued(app, HANAKO_FORM)
    card_act(clerk, app, name, confirmed="1")
    assert (clerk.answer.status_code, said in clerk.text) == (409, True)


@pytest.mark.parametrize("name", ["lost", "return", "face"])
def test_what_a_returned_card_does_not_take_is_refused_in_words(clerk: Reader, app: App, name: str) -> None:
    issued(app, HANAKO_FORM)
    card_act(clerk, app, "return", confirmed="1")
    card_act(clerk, app, name, confirmed="1")
    assert (clerk.answer.status_code, "カードが「返納」のため、この手続きはできません。" in clerk.text) == (409, True)


def test_a_childs_card_without_a_photo_is_not_switched(clerk: Reader, app: App) -> None:
    baby = make.holder(id=HolderId(8), name="見本　赤子", kana="ミホン　アカゴ", birth_on=date(2026, 6, 1))
    with app.db.transaction() as tx:
        make.registered(tx, replace(baby, guardian=towns.GUARDIAN), at=towns.ago(60))
        taken = make.applied(tx, baby.id, at=towns.ago(30), photo=None, photo_source=cards.PhotoSource.NONE)
        application = make.taken_to(tx, taken.application, "notified", at=towns.ago(30))
        application = make.stepped(tx, application, "identify", at=towns.ago(30), papers=make.CHILDS)
        make.stepped(tx, application, "hand_over", at=towns.ago(30))
        (card,) = cards.cards_of(tx, baby.id)
    clerk.get(at(baby.id))
    assert 'value="face"' not in clerk.answer.text
    clerk.post(f"{at(baby.id)}/card", name="face", card=str(card.id), confirmed="1")
    said = "カードが「1歳未満の写真のないカード」のため、この手続きはできません。"
    assert (clerk.answer.status_code, said in clerk.text) == (409, True)


def test_an_act_of_no_name_and_a_card_of_somebody_else_are_refused(clerk: Reader, app: App) -> None:
    issued(app, HANAKO_FORM)
    issued(app, TARO_FORM)
    card_act(clerk, app, "melt", confirmed="1")
    assert (clerk.answer.status_code, "step-unknown" in clerk.text) == (404, True)
    (taros,) = held(app, towns.TARO)
    clerk.get(at(towns.HANAKO))
    for number in (str(taros.id), "", "x", "9" * 30):
        clerk.post(f"{at(towns.HANAKO)}/card", name="return", card=number, confirmed="1")
        assert (clerk.answer.status_code, "card-unknown" in clerk.text) == (404, True)
    assert held(app, towns.TARO) == [taros]


def test_a_death_ends_everything_and_nothing_begins_after_it(clerk: Reader, app: App) -> None:
    issued_with_chip(app, HANAKO_FORM)
    address = at(towns.HANAKO)
    clerk.get(address)
    clerk.post(f"{address}/death", died_on="2026-11-01")
    assert (clerk.answer.status_code, CONFIRM in clerk.text) == (422, True)
    assert known(app, towns.HANAKO).deceased_on is None
    clerk.post(f"{address}/death", died_on="2026-11-01", confirmed="1")
    assert "2026年11月1日に亡くなりました。" in clerk.text
    assert known(app, towns.HANAKO).deceased_on == date(2026, 11, 1)
    assert (held(app, towns.HANAKO)[0].state, signatures(app, towns.HANAKO)) == (
        CardState.VOID,
        [("revoked", "cessationOfOperation")],
    )
    assert f"{address}/form" not in clerk.answer.text
    clerk.get("/municipality/take")
    refused = "死亡の記録があるため、申請・交付はできません。"
    for path, fields in (
        ("form", {}),
        ("move-out", {"planned_on": "2026-12-01"}),
        ("continue", {}),
        ("death", {"died_on": "2026-11-01", "confirmed": "1"}),
        ("details", RIGHT),
    ):
        clerk.post(f"{address}/{path}", **fields)
        assert (clerk.answer.status_code, refused in clerk.text) == (409, True), path
        clerk.get("/municipality/take")


@pytest.mark.parametrize("died_on", ["", "2026-11-03", "1989-03-30", "x"])
def test_a_day_of_death_that_makes_no_sense_is_not_noted(clerk: Reader, app: App, died_on: str) -> None:
    clerk.get(at(towns.HANAKO))
    clerk.post(f"{at(towns.HANAKO)}/death", died_on=died_on, confirmed="1")
    said = "死亡した日は、生年月日から今日までの日を入力してください。"
    assert (clerk.answer.status_code, said in clerk.text) == (422, True)
    assert known(app, towns.HANAKO).deceased_on is None


# -- Moves and changes, with the chip ----------------------------------------------------------------------------------


def arrive(clerk: Reader, **changes: str) -> Reader:
    found(clerk, THERE_FORM, THERE_BIRTH)
    wanted, birth = (value_of(clerk.answer.text, name) for name in ("wanted", "birth"))
    clerk.post(f"{PEOPLE}/move-in", wanted=wanted, birth=birth, **(ARRIVES | changes))
    return clerk


def chip_says(app: App, file: Path, holder: Holder) -> None:
    """The chip says what the register says, and its certificate is the one that counts."""
    content, memory = read_card(file)
    surface = content.surface
    assert (surface.name, surface.address, surface.municipality) == (holder.name, holder.address, holder.municipality)
    assert (content.auth_pin, content.sign_password) == ("4649", "KAERU77")
    assert content.sign.certificate is not None and content.sign.key is not None and memory.changed == {}
    certificate = x509.load_der_x509_certificate(content.sign.certificate)
    assert certificate.public_key() == content.sign.key.public_key()
    assert signatures(app, holder.id) == [("revoked", "affiliationChanged"), ("active", None)]
    with app.db.transaction(reading=True) as tx:
        newest = [one for one in pki.certificates_of(tx, holder.id) if one.kind is pki.Kind.SIGN][-1]
    assert int(newest.key.serial) == certificate.serial_number


def test_who_moves_in_continues_the_card_and_its_chip_says_so(clerk: Reader, app: App) -> None:
    file = issued_with_chip(app, THERE_FORM)
    before, _ = read_card(file)
    arrive(clerk)
    assert clerk.answer.url.path == at(towns.THERE_HOLDER)
    assert "転入届を受け付けました。" in clerk.text
    assert "2027年1月31日までに継続利用の手続きが必要です。" in clerk.text
    assert known(app, towns.THERE_HOLDER).municipality == make.HERE
    clerk.post(f"{at(towns.THERE_HOLDER)}/continue")
    assert "継続利用の手続きをしました。" in clerk.text
    assert "新しい記載事項と署名用電子証明書をカードに書き込みました。" in clerk.text
    assert held(app, towns.THERE_HOLDER)[0].municipality == make.HERE
    chip_says(app, file, known(app, towns.THERE_HOLDER))
    assert read_card(file)[0].signatures != before.signatures
    clerk.post(f"{at(towns.THERE_HOLDER)}/continue")
    assert (clerk.answer.status_code, "継続利用の手続きを待つ転入の届出はありません。" in clerk.text) == (409, True)


def test_the_list_of_those_who_run_out_of_days_writes_the_chip_too(clerk: Reader, app: App) -> None:
    file = issued_with_chip(app, THERE_FORM)
    arrive(clerk)
    clerk.get("/municipality/running-out?days=90")
    clerk.post("/municipality/running-out/continue", holder=cards.shown_holder_id(towns.THERE_HOLDER))
    assert "新しい住所と署名用電子証明書をカードに書き込みました。" in clerk.text
    chip_says(app, file, known(app, towns.THERE_HOLDER))


def test_a_card_that_is_in_another_reader_stops_the_whole_act(clerk: Reader, app: App) -> None:
    file = issued_with_chip(app, THERE_FORM)
    arrive(clerk)
    before, plugged = file.read_bytes(), CardFile(file)
    try:
        clerk.post(f"{at(towns.THERE_HOLDER)}/continue")
    finally:
        plugged.close()
    assert (clerk.answer.status_code, "使用中です" in clerk.text) == (400, True)
    assert (file.read_bytes(), signatures(app, towns.THERE_HOLDER)) == (before, [("active", None)])
    clerk.post(f"{at(towns.THERE_HOLDER)}/continue")
    assert clerk.answer.status_code == 200, "as if nothing had been tried"


def failing_once(app: App, error: Exception) -> list[Exception]:
    """The next commit fails; what comes back is emptied when it has."""
    due = [error]

    def fail(_connection: object) -> None:
        if due:
            raise due.pop()

    event.listen(app.db.engine, "commit", fail)
    return due


def test_a_commit_that_fails_puts_the_card_back_as_it_was(app: App) -> None:
    file = issued_with_chip(app, HANAKO_FORM)
    renamed = replace(known(app, towns.HANAKO), name="範例　花子")
    before, due = file.read_bytes(), failing_once(app, OSError("the disk is full"))
    with pytest.raises(OSError, match="the disk is full"):
        card_office.change_details(app, renamed, by=make.CLERK)
    assert (due, file.read_bytes()) == ([], before)
    assert (known(app, towns.HANAKO).name, signatures(app, towns.HANAKO)) == ("見本　花子", [("active", None)])
    assert card_office.change_details(app, renamed, by=make.CLERK) == file, "the card is free again"
    chip_says(app, file, renamed)


def test_an_act_that_is_tried_again_writes_the_card_of_the_last_try(app: App) -> None:
    file = issued_with_chip(app, HANAKO_FORM)
    renamed = replace(known(app, towns.HANAKO), name="範例　花子")
    due = failing_once(app, sqlite3.OperationalError("database is locked"))
    assert card_office.change_details(app, renamed, by=make.CLERK) == file
    assert due == []
    chip_says(app, file, renamed)


def test_without_a_chip_of_ours_the_towns_machine_writes(tmp_path: Path) -> None:
    app = towns.open_desks(country.build(tmp_path, demo=False))
    clerk = towns.staff_session(app, "municipality")
    issued(app, THERE_FORM)
    arrive(clerk)
    clerk.post(f"{at(towns.THERE_HOLDER)}/continue")
    machine = "カードの記載事項と署名用電子証明書は、市区町村のカード端末で書き込んでください。"
    assert machine in clerk.text
    change(clerk, towns.THERE_HOLDER, address="東京都千代田区見本町四丁目４－４")
    assert machine in clerk.text
    change(clerk, towns.THERE_HOLDER, kana="トナリ　マチ")
    assert ("変更しました。" in clerk.text, machine in clerk.text) == (True, False)
    app.db.close()


def test_a_notice_that_comes_late_makes_the_card_void(clerk: Reader, app: App) -> None:
    issued_with_chip(app, THERE_FORM)
    arrive(clerk, moved_on="2026-10-01")
    assert "転入した日から14日を過ぎて転入届がされたため、失効しました。" in clerk.text
    assert held(app, towns.THERE_HOLDER)[0].state is CardState.VOID
    assert signatures(app, towns.THERE_HOLDER) == [("revoked", "cessationOfOperation")]


def test_a_move_makes_the_forms_of_the_former_town_void(clerk: Reader, app: App) -> None:
    application = towns.apply(app, THERE_FORM)
    arrive(clerk)
    assert "有効なカードはありませんでした。" in clerk.text
    assert towns.found(app, application.id).state is cards.State.VOID_MOVED
    assert f"/municipality/applications/{application.id}" not in clerk.answer.text, "that case is the other town's"
    assert [one.end_reason for one in forms(app, towns.THERE_HOLDER)] == ["moved"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"confirmed": ""}, CONFIRM),
        ({"moved_on": "2026-11-03"}, "転入した日は、生年月日から今日までの日を入力してください。"),
        ({"moved_on": "1980-01-01"}, "転入した日は、生年月日から今日までの日を入力してください。"),
        ({"moved_on": "x"}, "転入した日を読み取れません。"),
        ({"post_number": "1"}, "郵便番号は数字7桁です。"),
        ({"address": ""}, "住所を入力してください（200文字まで）。"),
        ({"address": PERSONAL_NUMBER}, REFUSED_NUMBER),
    ],
)
def test_a_notice_that_does_not_fit_moves_nobody(clerk: Reader, app: App, changes: dict[str, str], said: str) -> None:
    arrive(clerk, **changes)
    assert (clerk.answer.status_code, said in clerk.text) == (422, True)
    assert PERSONAL_NUMBER not in clerk.answer.text
    assert known(app, towns.THERE_HOLDER).municipality == make.THERE


def test_a_notice_without_the_birth_date_moves_nobody(clerk: Reader, app: App) -> None:
    clerk.get(PEOPLE)
    for birth in ("", "1989-04-01"):
        clerk.post(f"{PEOPLE}/move-in", wanted=THERE_FORM, birth=birth, **ARRIVES)
        assert (clerk.answer.status_code, NOBODY in clerk.text, "隣 町子" in clerk.text) == (422, True, False)
    assert known(app, towns.THERE_HOLDER).municipality == make.THERE


def test_who_lives_here_does_not_move_in(clerk: Reader, app: App) -> None:
    clerk.get(PEOPLE)
    clerk.post(f"{PEOPLE}/move-in", wanted=HANAKO_FORM, birth="1989-03-31", **ARRIVES)
    assert (clerk.answer.status_code, "すでに当市区町村に住んでいます。" in clerk.text) == (422, True)


def test_a_card_that_is_continued_too_late_is_void(clerk: Reader, app: App) -> None:
    issued(app, THERE_FORM)
    arrive(clerk)
    country.move_clock(app, make.after(91, country.NOW))
    clerk = towns.staff_session(app, "municipality")
    clerk.get(at(towns.THERE_HOLDER))
    clerk.post(f"{at(towns.THERE_HOLDER)}/continue")
    assert "継続利用はできません。新しい申請が必要です。" in clerk.text
    assert held(app, towns.THERE_HOLDER)[0].state is CardState.VOID


def change(clerk: Reader, holder: HolderId, **changes: str) -> Reader:
    clerk.get(f"{at(holder)}/details")
    fields = ("name", "kana", "post_number", "address", "stay_until", "guardian")
    as_it_stands = {name: value_of(clerk.answer.text, name) for name in fields}
    clerk.post(f"{at(holder)}/details", **(as_it_stands | changes))
    return clerk


def test_a_new_name_is_written_onto_the_chip_in_the_same_act(clerk: Reader, app: App) -> None:
    file = issued_with_chip(app, HANAKO_FORM)
    change(clerk, towns.HANAKO, name="範例 花子", kana="ハンレイ ハナコ")
    assert "変更しました。" in clerk.text
    assert "新しい記載事項と署名用電子証明書をカードに書き込みました。" in clerk.text
    after = known(app, towns.HANAKO)
    assert (after.name, after.kana) == ("範例　花子", "ハンレイ　ハナコ")
    chip_says(app, file, after)
    assert logged(app, Action.CARD_APPLICATION)[0].subject == towns.HANAKO


def test_what_the_card_does_not_say_changes_no_certificate(clerk: Reader, app: App) -> None:
    file = issued_with_chip(app, HANAKO_FORM)
    before = file.read_bytes()
    change(clerk, towns.HANAKO, kana="ミホン　ハナ")
    assert known(app, towns.HANAKO).kana == "ミホン　ハナ"
    assert (file.read_bytes(), signatures(app, towns.HANAKO)) == (before, [("active", None)])


def test_a_change_of_somebody_without_a_card_is_a_change(clerk: Reader, app: App) -> None:
    change(clerk, towns.TARO, address="東京都千代田区見本町五丁目５－５")
    assert known(app, towns.TARO).address == "東京都千代田区見本町五丁目５－５"
    assert "カード端末" not in clerk.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "変更がありません。"),
        ({"birth": "1999-01-01", "sex": "1"}, "変更がありません。"),
        ({"name": ""}, "氏名を入力してください（100文字まで）。"),
        ({"guardian": cards.shown_holder_id(towns.GUARDIAN)}, "法定代理人の識別子を確かめてください。"),
        ({"address": f"東京都 {PERSONAL_NUMBER}"}, REFUSED_NUMBER),
    ],
)
def test_a_change_that_does_not_fit_changes_nothing(
    clerk: Reader, app: App, changes: dict[str, str], said: str
) -> None:
    change(clerk, towns.HANAKO, **changes)
    assert (clerk.answer.status_code, said in clerk.text) == (422, True)
    assert PERSONAL_NUMBER not in clerk.answer.text
    assert known(app, towns.HANAKO) == make.holder()


def test_a_child_keeps_the_guardian_when_something_else_changes(clerk: Reader, app: App) -> None:
    change(clerk, towns.CHILD, address="東京都千代田区見本町五丁目５－５")
    assert known(app, towns.CHILD) == make.child(address="東京都千代田区見本町五丁目５－５")
    assert towns.PEOPLE[CHILD_FORM].guardian == towns.GUARDIAN


# -- Another town ------------------------------------------------------------------------------------------------------

_WRITES = {
    "form": {},
    "move-out": {"planned_on": "2026-12-01"},
    "continue": {},
    "details": RIGHT,
    "death": {"died_on": "2026-11-01", "confirmed": "1"},
}


@pytest.mark.parametrize("path", ["", "/details", "/form.pdf"])
def test_somebody_of_another_town_looks_like_nobody(neighbour: Reader, app: App, path: str) -> None:
    issued(app, HANAKO_FORM)
    neighbour.get(f"{at(towns.HANAKO)}{path}")
    refused = (neighbour.answer.status_code, neighbour.text)
    neighbour.get(f"{at(HolderId(99))}{path}")
    assert refused == (neighbour.answer.status_code, neighbour.text)
    assert (refused[0], "holder-unknown" in refused[1], "花子" in refused[1]) == (404, True, False)
    neighbour.get(f"{PEOPLE}/nobody{path}")
    assert refused == (neighbour.answer.status_code, neighbour.text)
    assert logged(app, Action.DISCLOSE, "staff:s-demo-neighbour") == []


@pytest.mark.parametrize("path", _WRITES)
def test_nobody_of_another_town_is_changed(neighbour: Reader, app: App, path: str) -> None:
    issued(app, HANAKO_FORM)
    before = (known(app, towns.HANAKO), held(app, towns.HANAKO), forms(app, towns.HANAKO))
    neighbour.get(PEOPLE)
    neighbour.post(f"{at(towns.HANAKO)}/{path}", **_WRITES[path])
    assert (neighbour.answer.status_code, "holder-unknown" in neighbour.text) == (404, True)
    assert before == (known(app, towns.HANAKO), held(app, towns.HANAKO), forms(app, towns.HANAKO))


@pytest.mark.parametrize("name", ["lost", "return", "face"])
def test_no_card_of_another_town_is_touched(neighbour: Reader, app: App, name: str) -> None:
    issued(app, HANAKO_FORM)
    (card,) = held(app, towns.HANAKO)
    neighbour.get(PEOPLE)
    neighbour.post(f"{at(towns.HANAKO)}/card", name=name, card=str(card.id), confirmed="1")
    assert (neighbour.answer.status_code, "holder-unknown" in neighbour.text) == (404, True)
    neighbour.post(f"{at(towns.THERE_HOLDER)}/card", name=name, card=str(card.id), confirmed="1")
    assert (neighbour.answer.status_code, "card-unknown" in neighbour.text) == (404, True)
    assert held(app, towns.HANAKO) == [card]


def test_who_has_moved_away_is_ours_no_more(clerk: Reader, neighbour: Reader) -> None:
    arrive(clerk)
    neighbour.get(at(towns.THERE_HOLDER))
    assert (neighbour.answer.status_code, "隣 町子" in neighbour.text) == (404, False)


@pytest.mark.parametrize("path", ["", "/register", f"/{cards.shown_holder_id(towns.HANAKO)}"])
@pytest.mark.parametrize("name", ["reception", "insurer", "operator"])
def test_other_roles_do_not_come_in(app: App, name: str, path: str) -> None:
    reader = Reader(app).enter(name)
    reader.get(f"{PEOPLE}{path}")
    assert (reader.answer.status_code, "page-not-allowed" in reader.text, "花子" in reader.text) == (403, True, False)


def test_a_form_sent_to_nowhere_leads_back(clerk: Reader) -> None:
    for path in ("form", "move-out", "continue", "card", "death"):
        assert clerk.get(f"{at(towns.HANAKO)}/{path}").url.path == at(towns.HANAKO)
    for path in ("find", "move-in"):
        assert clerk.get(f"{PEOPLE}/{path}").url.path == PEOPLE


def test_the_pages_speak_english(app: App) -> None:
    clerk = Reader(app, language="en").enter("municipality")
    issued(app, HANAKO_FORM)
    clerk.get(at(towns.HANAKO))
    assert [one for one in ("What can be done", "ordinary card", "Holder id") if one not in clerk.text] == []
    card_act(clerk, app, "standard", confirmed="1")
    assert "This cannot be done with a card that is: ordinary card." in clerk.text
