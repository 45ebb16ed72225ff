"""A town's day at the window: take in, decide on papers, hand over, remind, count; and no case of another town."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from cards import make
from onshi import audit, card_office, cards, pki
from onshi.app import App
from onshi.audit import Action
from onshi.cards import Application, CardState, Helper, Kind, State, Venue, Wish
from onshi.db import Tx
from onshi.outside import read_card

from . import country, towns
from .browse import Reader, value_of
from .towns import CHILD_FORM, HANAKO_FORM, TARO_FORM, THERE_FORM

CLERK = "staff:s-demo-municipality"


@pytest.fixture
def app(app: App) -> App:
    return towns.open_desks(app)


def at(application: Application) -> str:
    return f"/municipality/applications/{application.id}"


def logged(app: App, action: Action, actor: str = CLERK) -> list[audit.Entry]:
    with app.db.transaction(reading=True) as tx:
        return [one.entry for one in audit.entries_of(tx, action=action, actor=actor)]


def ticked(*slugs: str, who: str = "shown") -> dict[str, str]:
    return {f"{who}.{slug}": "1" for slug in slugs}


def test_the_queue_shows_todays_visitors_and_what_waits(clerk: Reader, app: App) -> None:
    mine = towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), towns.TO_NOTICE)
    towns.apply(app, TARO_FORM)
    (slot,) = towns.open_slots(app, "14:00", days=0)
    towns.book(app, towns.HANAKO, slot)
    clerk.get("/municipality")
    assert "14:00 見本 花子 1989年3月31日 カードの受取り 交付通知済み" in clerk.text
    assert f'href="{at(mine)}"' in clerk.answer.text
    assert re.search(r"受付 1件", clerk.text)
    assert [one.subject for one in logged(app, Action.DISCLOSE)] == [towns.HANAKO]


def test_a_list_of_those_who_wait_names_the_next_step_and_is_logged(clerk: Reader, app: App) -> None:
    towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), "order ship arrive")
    clerk.get("/municipality/waiting/in_custody")
    assert "見本 花子 1989年3月31日 2026年11月1日" in clerk.text
    assert [one.subject for one in logged(app, Action.DISCLOSE)] == [towns.HANAKO]
    clerk.get("/municipality/waiting/issued")
    assert clerk.answer.status_code == 404


def taken(clerk: Reader, form_id: str, method: str, **fields: str) -> Reader:
    """The whole way of taking an application in."""
    clerk.get("/municipality/take")
    clerk.post("/municipality/take/wish", form_id=form_id, method=method)
    assert clerk.answer.status_code == 200, clerk.text
    wanted = {"form_id": form_id, "method": method, "kind": "first", "photo_source": "taken"} | fields
    clerk.post("/municipality/take/check", files=towns.upload(towns.photo()), **wanted)
    assert "<ellipse" in clerk.answer.text, clerk.text
    photo = value_of(clerk.answer.text, "photo")
    clerk.post("/municipality/take/send", photo=photo, confirmed="1", **wanted)
    return clerk


def the_one(app: App, form_id: str) -> Application:
    with app.db.transaction(reading=True) as tx:
        (application,) = cards.applications_of(tx, towns.PEOPLE[cards.FormId(form_id)].id)
    return application


@pytest.mark.parametrize(
    ("method", "fields", "wish"),
    [
        ("at_handover", {"route": "post"}, Wish("post", "at_handover")),
        ("with_support", {"helper": "municipality"}, Wish("window", "with_support", helper=Helper.MUNICIPALITY)),
        (
            "at_application",
            {"delivery": "registered_mail", "face_card": "1"},
            Wish("window", "at_application", "registered_mail", is_face_card=True),
        ),
        (
            "visit_posted",
            {"route": "visiting_reception", "venue": "hall"},
            Wish("visiting_reception", "visit_posted", "restricted_mail", venue=Venue.HALL),
        ),
        (
            "workplace",
            {"route": "visiting_reception", "venue": "workplace", "workplace": "body:mihon"},
            Wish("visiting_reception", "workplace", "restricted_mail", venue=Venue.WORKPLACE, workplace="body:mihon"),
        ),
    ],
)
def test_an_application_is_taken_in_as_the_method_has_it(
    clerk: Reader, app: App, method: str, fields: dict[str, str], wish: Wish
) -> None:
    taken(clerk, HANAKO_FORM, method, **fields)
    application = the_one(app, HANAKO_FORM)
    assert application.wish == wish
    assert clerk.answer.url.path == at(application)
    assert logged(app, Action.CARD_APPLICATION)[0].outcome == "received"


def test_an_express_card_needs_a_ground_that_is_still_open(clerk: Reader, app: App) -> None:
    lost = towns.walk(app, towns.apply(app, HANAKO_FORM, days=60), towns.TO_HAND)
    with app.db.transaction() as tx:
        assert lost.card is not None
        cards.report_lost(tx, lost.card, by=cards.citizen(towns.HANAKO), at=towns.ago(2))
        form, _ = cards.print_form(tx, towns.HANAKO, by=make.CLERK, at=towns.ago(1))
    fields = {"kind": "lost", "express_ground": "lost"}
    taken(clerk, form.id, "express", express_since="2026-08-01", **fields)
    assert (clerk.answer.status_code, "express_ground" in clerk.text) == (422, True)
    taken(clerk, form.id, "express", express_since="2026-10-31", **fields)
    with app.db.transaction(reading=True) as tx:
        wish = cards.applications_of(tx, towns.HANAKO)[-1].wish
    assert (wish.kind, wish.express_ground, wish.delivery) == (Kind.LOST, "lost", "maker_post")


@pytest.mark.parametrize(
    ("form_id", "status", "said"),
    [
        ("123456789012", 422, "申請書IDは23桁の数字です"),
        ("9" * 23, 422, "この申請書IDの交付申請書はありません"),
        (THERE_FORM, 422, "他の市区町村の案件です"),
    ],
)
def test_a_form_that_is_none_or_not_ours_is_not_taken(clerk: Reader, form_id: str, status: int, said: str) -> None:
    clerk.get("/municipality/take")
    clerk.post("/municipality/take/wish", form_id=form_id, method="at_handover")
    assert (clerk.answer.status_code, said in clerk.text) == (status, True)
    assert "123456789012" not in clerk.answer.text
    assert "隣" not in clerk.text


def test_an_application_under_way_is_shown_instead_of_another(clerk: Reader, app: App) -> None:
    application = towns.apply(app, HANAKO_FORM)
    clerk.get("/municipality/take")
    clerk.post("/municipality/take/wish", form_id=HANAKO_FORM, method="at_handover")
    assert clerk.answer.url.path == at(application)


def test_the_face_has_to_be_confirmed(clerk: Reader, app: App) -> None:
    clerk.get("/municipality/take")
    clerk.post("/municipality/take/wish", form_id=HANAKO_FORM, method="at_handover")
    fields = {"form_id": HANAKO_FORM, "method": "at_handover", "kind": "first"}
    clerk.post("/municipality/take/check", files=towns.upload(towns.photo()), **fields)
    clerk.post("/municipality/take/send", photo=value_of(clerk.answer.text, "photo"), **fields)
    assert (clerk.answer.status_code, "顔を確かめた印" in clerk.text) == (422, True)
    with app.db.transaction(reading=True) as tx:
        assert cards.applications_of(tx, towns.HANAKO) == []


def test_a_step_is_a_button_with_its_name(clerk: Reader, app: App) -> None:
    application = towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), "order ship arrive")
    clerk.get(at(application))
    assert "交付前設定をする" in clerk.text
    assert "カードを郵送する" not in clerk.text, "this lane has no such step"
    clerk.post(f"{at(application)}/step", name="preset")
    assert "「交付前設定をする」を記録しました。" in clerk.text
    assert towns.found(app, application.id).state is State.PRESET
    entry = logged(app, Action.CARD_APPLICATION)[0]
    assert (entry.subject, entry.object, entry.outcome) == (towns.HANAKO, application.name, "preset")


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("preset", 409, "step-out-of-order"),
        ("post_again", 409, "step-not-for-lane"),
        ("no_such", 404, "step-unknown"),
        ("ship", 409, "step-out-of-order"),
        ("identify", 409, "step-out-of-order"),
    ],
)
def test_a_step_that_is_not_open_is_refused_by_name(clerk: Reader, app: App, name: str, status: int, code: str) -> None:
    application = towns.apply(app, HANAKO_FORM)
    clerk.get(at(application))
    clerk.post(f"{at(application)}/step", name=name)
    assert (clerk.answer.status_code, code in clerk.text) == (status, True)
    assert towns.found(app, application.id) == application


def test_what_cannot_be_undone_is_asked_twice(clerk: Reader, app: App) -> None:
    application = towns.apply(app, HANAKO_FORM)
    clerk.get(at(application))
    clerk.post(f"{at(application)}/step", name="cancel")
    assert (clerk.answer.status_code, towns.found(app, application.id).state) == (422, State.RECEIVED)
    clerk.post(f"{at(application)}/step", name="cancel", confirmed="1")
    assert towns.found(app, application.id).state is State.CANCELLED


def test_a_card_is_put_into_custody_at_a_place(clerk: Reader, app: App) -> None:
    application = towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), "order ship")
    clerk.get(at(application))
    clerk.post(f"{at(application)}/arrive", place="")
    assert (clerk.answer.status_code, "保管する場所を入力" in clerk.text) == (422, True)
    clerk.post(f"{at(application)}/arrive", place="2階A棚")
    clerk.get("/municipality/custody")
    assert "2階A棚 保管中（交付前設定待ち） 1 2026年11月2日" in clerk.text


def test_papers_that_are_not_enough_explain_what_would_be(clerk: Reader, app: App) -> None:
    application = towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), towns.TO_NOTICE)
    clerk.get(at(application))
    clerk.post(f"{at(application)}/identify", **ticked("pension_book"))
    assert clerk.answer.status_code == 200
    assert "書類が足りません" in clerk.text
    assert "交付通知書がありません。" in clerk.text
    assert 'id="shown.pension_book" name="shown.pension_book" value="1" checked' in clerk.answer.text
    assert towns.found(app, application.id).state is State.NOTIFIED
    assert logged(app, Action.CARD_APPLICATION)[0].outcome == "not_accepted"


def test_papers_are_decided_on_and_the_card_is_handed_over(clerk: Reader, app: App) -> None:
    application = towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), towns.TO_NOTICE)
    clerk.get(at(application))
    clerk.post(f"{at(application)}/identify", **ticked("driving_licence", "issue_notice"))
    assert "本人確認の結果" in clerk.text
    clerk.post(f"{at(application)}/step", name="hand_over")
    assert towns.found(app, application.id).state is State.AT_WINDOW, "not without its chip"
    towns.found_authorities(app)
    clerk.post(f"{at(application)}/hand-over", **towns.CHOSEN)
    assert towns.found(app, application.id).state is State.ISSUED
    assert f"cards/{application.id}.card" in clerk.text
    content, _ = read_card(app.settings.data / "cards" / f"{application.id}.card")
    assert (content.auth_pin, content.sign_password, content.holder) == ("4649", "KAERU77", towns.HANAKO)
    with app.db.transaction(reading=True) as tx:
        assert [one.state for one in cards.cards_of(tx, towns.HANAKO)] == [CardState.ACTIVE]
    assert logged(app, Action.CARD_CHANGED)[0].outcome == "active"


def test_pins_that_no_card_takes_are_asked_for_again(clerk: Reader, app: App) -> None:
    towns.found_authorities(app)
    application = towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), f"{towns.TO_NOTICE} identify")
    clerk.get(at(application))
    clerk.post(f"{at(application)}/hand-over", **(towns.CHOSEN | {"pin_again": "4648"}))
    assert "二度目の入力が一度目と違います" in clerk.text
    clerk.post(f"{at(application)}/hand-over", **(towns.CHOSEN | {"pin": "464", "pin_again": "464"}))
    assert "暗証番号は数字4桁" in clerk.text
    assert 'value="464"' not in clerk.answer.text, "what was typed is not shown"
    assert towns.found(app, application.id).state is State.AT_WINDOW
    assert not (app.settings.data / "cards" / f"{application.id}.card").exists()


def test_a_face_card_is_handed_over_without_a_pin(clerk: Reader, app: App) -> None:
    towns.found_authorities(app)
    wanted = towns.apply(app, HANAKO_FORM, days=5, is_face_card=True)
    application = towns.walk(app, wanted, f"{towns.TO_NOTICE} identify")
    clerk.get(at(application))
    assert 'name="pin"' not in clerk.answer.text
    clerk.post(f"{at(application)}/hand-over")
    assert towns.found(app, application.id).state is State.ISSUED
    content, _ = read_card(app.settings.data / "cards" / f"{application.id}.card")
    assert (content.auth_pin, content.sign_password) == (None, None)


def test_a_posted_card_is_delivered_with_its_chip(clerk: Reader, app: App) -> None:
    towns.found_authorities(app)
    wanted = towns.apply(app, HANAKO_FORM, days=5, method="at_application")
    application = towns.walk(app, wanted, "identify order ship arrive preset post")
    clerk.get(at(application))
    assert "暗証番号設定依頼書" in clerk.text
    clerk.post(f"{at(application)}/step", name="deliver")
    assert towns.found(app, application.id).state is State.POSTED, "not without its chip"
    clerk.post(f"{at(application)}/hand-over", **towns.CHOSEN)
    assert "「配達を記録する」を記録しました。" in clerk.text
    assert towns.found(app, application.id).state is State.ISSUED
    content, _ = read_card(app.settings.data / "cards" / f"{application.id}.card")
    assert (content.auth_pin, content.sign_password, content.holder) == ("4649", "KAERU77", towns.HANAKO)
    assert [one.outcome for one in logged(app, Action.CARD_CHANGED)] == ["active"]


def test_where_no_chip_is_a_file_a_delivery_is_only_noted(tmp_path: Path) -> None:
    app = towns.open_desks(country.build(tmp_path / "real", demo=False))
    wanted = towns.apply(app, HANAKO_FORM, days=5, method="at_application")
    application = towns.walk(app, wanted, "identify order ship arrive preset post")
    clerk = towns.staff_session(app, "municipality")
    clerk.get(at(application))
    assert 'name="pin"' not in clerk.answer.text
    clerk.post(f"{at(application)}/step", name="deliver")
    assert towns.found(app, application.id).state is State.ISSUED
    app.db.close()


def test_without_authorities_no_card_is_handed_over(clerk: Reader, app: App) -> None:
    application = towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), f"{towns.TO_NOTICE} identify")
    clerk.get(at(application))
    clerk.post(f"{at(application)}/hand-over", **towns.CHOSEN)
    assert (clerk.answer.status_code, towns.found(app, application.id).state) == (503, State.AT_WINDOW)


def test_a_childs_card_needs_the_guardians_papers(clerk: Reader, app: App) -> None:
    application = towns.walk(app, towns.apply(app, CHILD_FORM, days=5), towns.TO_NOTICE)
    clerk.get(at(application))
    childs = ticked("passport", "issue_notice")
    clerk.post(f"{at(application)}/identify", **childs)
    assert "書類が足りません" in clerk.text
    guardians = ticked("driving_licence", "pension_book", who="guardian")
    clerk.post(f"{at(application)}/identify", guardian_known="1", **childs, **guardians)
    assert towns.found(app, application.id).state is State.AT_WINDOW


def test_an_agent_collects_with_a_ground_and_papers(clerk: Reader, app: App) -> None:
    application = towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), towns.TO_NOTICE)
    clerk.get(at(application))
    papers = ticked("passport", "driving_licence", "issue_notice", "power_of_attorney", "excuse_proof")
    agents = ticked("passport", "driving_licence", who="agent")
    clerk.post(f"{at(application)}/identify", **papers, **agents)
    assert "書類が足りません" in clerk.text, "nobody said why the holder does not come"
    clerk.post(f"{at(application)}/identify", agent_ground="ill", **papers, **agents)
    assert towns.found(app, application.id).state is State.AT_WINDOW


def test_a_card_to_be_posted_needs_the_assurances(clerk: Reader, app: App) -> None:
    application = towns.apply(app, HANAKO_FORM, method="at_application")
    clerk.get(at(application))
    papers = ticked("driving_licence", "passport")
    clerk.post(f"{at(application)}/identify", forwards_mail="1", in_person="1", **papers)
    assert (clerk.answer.status_code, "郵便物の転送を届け出ているため" in clerk.text) == (422, True)
    clerk.post(f"{at(application)}/identify", in_person="1", moves_on="soon", **papers)
    assert (clerk.answer.status_code, "引越しの予定日を読み取れません" in clerk.text) == (422, True)
    clerk.post(f"{at(application)}/identify", in_person="1", **papers)
    assert towns.found(app, application.id).state is State.IDENTIFIED


def test_a_defect_is_mended_with_a_photo_whose_face_was_confirmed(clerk: Reader, app: App) -> None:
    application = towns.walk(app, towns.apply(app, HANAKO_FORM), "find_defect")
    clerk.get(f"{at(application)}/photo")
    clerk.post(f"{at(application)}/photo/check", files=towns.upload(towns.photo()))
    photo = value_of(clerk.answer.text, "photo")
    clerk.post(f"{at(application)}/photo/send", photo=photo)
    assert (clerk.answer.status_code, towns.found(app, application.id).state) == (422, State.DEFECTIVE)
    clerk.post(f"{at(application)}/photo/send", photo=photo, confirmed="1")
    assert towns.found(app, application.id).state is State.RECEIVED


def test_somebody_who_was_referred_is_received(clerk: Reader, app: App) -> None:
    with app.db.transaction() as tx:
        number = cards.ApplicationId(app.draw())
        cards.refer(
            tx, towns.HANAKO, cards.Desk.TAX, make.wish(), application_id=number, by=make.CLERK, at=towns.ago(1)
        )
    address = f"/municipality/applications/{number}"
    clerk.get(f"{address}/photo")
    clerk.post(f"{address}/photo/check", files=towns.upload(towns.photo()))
    clerk.post(f"{address}/photo/send", photo=value_of(clerk.answer.text, "photo"), confirmed="1")
    assert "「連絡票から受け付ける」を記録しました。" in clerk.text
    assert towns.found(app, number).state is State.RECEIVED


def test_the_notice_is_a_pdf_with_name_and_day(clerk: Reader, app: App) -> None:
    application = towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), towns.TO_NOTICE, days=3)
    clerk.get(f"{at(application)}/notice.pdf")
    assert clerk.answer.headers["content-type"] == "application/pdf"
    (page,) = PdfReader(io.BytesIO(clerk.answer.content)).pages
    text = page.extract_text().replace(" ", "")
    wanted = ("見本　花子", "令和8年10月30日", "令和9年1月30日", "東京都千代田区")
    assert [one for one in wanted if one not in text] == []
    (entry,) = logged(app, Action.EXPORT)
    assert (entry.subject, entry.object, entry.outcome) == (towns.HANAKO, application.name, "notice")


def test_there_is_no_notice_before_the_card_is_set(clerk: Reader, app: App) -> None:
    application = towns.apply(app, HANAKO_FORM)
    clerk.get(f"{at(application)}/notice.pdf")
    assert (clerk.answer.status_code, "page-not-found" in clerk.text) == (404, True)


def test_those_whose_notice_ran_out_are_reminded(clerk: Reader, app: App) -> None:
    late = towns.walk(app, towns.apply(app, HANAKO_FORM, days=140), towns.TO_NOTICE, days=110)
    fresh = towns.walk(app, towns.apply(app, TARO_FORM, days=30), towns.TO_NOTICE, days=5)
    clerk.get("/municipality/reminders")
    assert (f"remind.{late.id}" in clerk.answer.text, f"remind.{fresh.id}" in clerk.answer.text) == (True, False)
    clerk.post("/municipality/reminders/send")
    assert clerk.answer.status_code == 422
    clerk.post("/municipality/reminders/send", **{f"remind.{late.id}": "1"})
    assert "1件の再通知を記録しました。" in clerk.text
    assert towns.found(app, late.id).reminded_on == towns.TODAY


def test_people_running_out_of_days_are_listed_and_continued(clerk: Reader, app: App) -> None:
    issued = towns.walk(app, towns.apply(app, THERE_FORM, days=200), towns.TO_HAND, days=190)
    with app.db.transaction() as tx:
        cards.move_in(
            tx,
            issued.holder,
            move_id=cards.MoveId(app.draw()),
            moved_on=towns.TODAY - timedelta(days=72),
            post_number="1000001",
            address="東京都千代田区見本町三丁目３－３",
            by=make.CLERK,
            at=towns.ago(70),
        )
    clerk.get("/municipality/running-out?days=7")
    assert "隣 町子" not in clerk.text
    clerk.get("/municipality/running-out")
    assert "隣 町子 2026年8月24日 2026年11月22日 20日" in clerk.text
    clerk.post("/municipality/running-out/continue", holder=cards.shown_holder_id(issued.holder))
    assert "市区町村のカード端末でカードに書き込んでください。" in clerk.text, "this card was made without a chip"
    with app.db.transaction(reading=True) as tx:
        (card,) = cards.cards_of(tx, issued.holder)
    assert card.municipality == make.HERE


def test_cards_that_end_soon_are_listed(clerk: Reader, app: App) -> None:
    towns.walk(app, towns.apply(app, TARO_FORM, days=3_600), towns.TO_HAND, days=3_600)
    towns.walk(app, towns.apply(app, HANAKO_FORM, days=60), towns.TO_HAND, days=30)
    clerk.get("/municipality/renewals")
    assert ("見本 太郎 1985年12月24日 2026年12月24日 52日" in clerk.text, "花子" in clerk.text) == (True, False)


def test_certificates_that_end_before_their_card_are_listed_apart(clerk: Reader, app: App) -> None:
    towns.found_authorities(app)
    card_of = {}
    for form_id, days in ((TARO_FORM, 60), (HANAKO_FORM, 60), (CHILD_FORM, 60), (THERE_FORM, 60)):
        done = towns.walk(app, towns.apply(app, form_id, days=days), towns.TO_HAND, days=30)
        card_of[form_id] = done
    for form_id, last_day in ((TARO_FORM, date(2026, 12, 24)), (HANAKO_FORM, date(2027, 3, 31))):
        certified(app, card_of[form_id], last_day)
    certified(app, card_of[THERE_FORM], date(2026, 12, 24))
    (gone,) = certified(app, card_of[CHILD_FORM], date(2026, 12, 1))
    clerk.get("/municipality/renewals")
    cards_part, certificates_part = clerk.text.split("電子証明書（カードはそのまま、窓口で更新します）")
    assert "いま更新できるカードはありません。" in cards_part
    assert "見本 太郎 1985年12月24日 2026年12月24日 52日" in certificates_part
    assert [name for name in ("花子", "町子") if name in clerk.text] == []
    child = towns.PEOPLE[CHILD_FORM].name.replace("\u3000", " ")
    assert child in certificates_part
    app.run(lambda tx: pki.changes.revoke(tx, [gone.key], pki.Reason.CEASED, at=app.now()))
    clerk.get("/municipality/renewals")
    assert (child in clerk.text, "見本 太郎" in clerk.text) == (False, True)
    with app.db.transaction(reading=True) as tx:
        seen = [one.entry.subject for one in audit.entries_of(tx, actor=CLERK, action=Action.DISCLOSE)]
    assert (seen.count(make.TARO), make.HANAKO in seen, towns.THERE_HOLDER in seen) == (2, False, False)


def certified(app: App, application: Application, last_day: date) -> list[pki.Certificate]:
    """An authentication certificate of the card of an application, issued by its town."""
    assert application.card is not None
    order = pki.Order(
        kind=pki.Kind.AUTH,
        holder=application.holder,
        card=application.card,
        municipality=application.municipality,
        not_after=last_day,
        public_key=None,
    )

    def work(tx: Tx) -> list[pki.Certificate]:
        return pki.issue(tx, card_office.authorities(app, tx).auth, [order], at=app.now())

    return app.run(work)


def test_times_are_opened_on_working_days(clerk: Reader, app: App) -> None:
    clerk.get("/municipality/slots")
    wanted = {"first": "2026-11-06", "last": "2026-11-09", "times": "09:00、9:30", "place": "2階", "capacity": "３"}
    clerk.post("/municipality/slots/open", **wanted)
    assert (clerk.answer.status_code, "確かめてください" in clerk.text) == (422, True)
    clerk.post("/municipality/slots/open", **(wanted | {"times": "09:00、０９：３０"}))
    assert "4枠を開きました。" in clerk.text
    with app.db.transaction(reading=True) as tx:
        found = cards.offered(tx, make.HERE, first=towns.TODAY, last=towns.TODAY + timedelta(days=30))
    assert [(one.slot.day.day, one.slot.starts, one.capacity) for one in found] == [
        (6, "09:00", 3),
        (6, "09:30", 3),
        (9, "09:00", 3),
        (9, "09:30", 3),
    ]


@pytest.mark.parametrize(
    "wrong", [{"capacity": "0"}, {"capacity": "x"}, {"first": "2026-10-01"}, {"place": ""}, {"times": ""}]
)
def test_times_that_cannot_be_read_open_nothing(clerk: Reader, app: App, wrong: dict[str, str]) -> None:
    right = {"first": "2026-11-06", "last": "2026-11-09", "times": "09:00", "place": "2階", "capacity": "3"}
    clerk.get("/municipality/slots")
    clerk.post("/municipality/slots/open", **(right | wrong))
    assert clerk.answer.status_code == 422
    with app.db.transaction(reading=True) as tx:
        assert cards.offered(tx, make.HERE, first=towns.TODAY, last=towns.TODAY + timedelta(days=30)) == []


def test_the_four_stages_are_counted_by_month_and_saved(clerk: Reader, app: App) -> None:
    towns.walk(app, towns.apply(app, HANAKO_FORM, days=40), towns.TO_NOTICE, days=20)
    towns.apply(app, TARO_FORM)
    clerk.get("/municipality/stages?first=2026-09&last=2026-11")
    assert "2026-09 1 0 0 0 2026-10 0 1 1 0 2026-11 1 0 0 0 合計 2 1 1 0" in clerk.text
    clerk.get("/municipality/stages.csv?first=2026-09&last=2026-11")
    rows = list(csv.reader(io.StringIO(clerk.answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["市区町村コード", "月", "受付", "交付前設定", "通知書送付", "交付"]
    assert rows[2] == [make.HERE, "2026-10", "0", "1", "1", "0"]
    assert [one.outcome for one in logged(app, Action.EXPORT)] == ["stages"]


@pytest.mark.parametrize("asked", ["first=2026-13&last=x", "first=2026-12&last=2026-01", "first=0001-01&last=9999-12"])
def test_months_that_make_no_sense_are_the_last_twelve(clerk: Reader, asked: str) -> None:
    clerk.get(f"/municipality/stages?{asked}")
    assert clerk.answer.status_code == 200
    assert len(re.findall(r"\b\d{4}-\d\d\b", clerk.text)) >= 12


# What somebody of another town tries with an application of ours.
_READS = ("", "/photo", "/notice.pdf")
_WRITES = {
    "/step": {"name": "order"},
    "/arrive": {"place": "x"},
    "/identify": {"shown.passport": "1"},
    "/photo/send": {"confirmed": "1"},
}


@pytest.mark.parametrize("path", _READS)
def test_a_case_of_another_town_looks_like_none(neighbour: Reader, app: App, path: str) -> None:
    application = towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), towns.TO_NOTICE)
    neighbour.get(f"{at(application)}{path}")
    refused = (neighbour.answer.status_code, neighbour.text)
    neighbour.get(f"/municipality/applications/{application.id + 1}{path}")
    assert refused == (neighbour.answer.status_code, neighbour.text)
    assert (refused[0], "application-unknown" in refused[1], "花子" in refused[1]) == (404, True, False)


@pytest.mark.parametrize("path", _WRITES)
def test_a_case_of_another_town_cannot_be_changed(neighbour: Reader, app: App, path: str) -> None:
    application = towns.apply(app, HANAKO_FORM)
    neighbour.get("/municipality/take")
    neighbour.post(f"{at(application)}{path}", **_WRITES[path])
    assert (neighbour.answer.status_code, "application-unknown" in neighbour.text) == (404, True)
    assert towns.found(app, application.id) == application


def test_lists_hold_the_own_town_only(neighbour: Reader, app: App) -> None:
    late = towns.walk(app, towns.apply(app, HANAKO_FORM, days=140), towns.TO_NOTICE, days=110)
    towns.walk(app, towns.apply(app, TARO_FORM, days=3_600), towns.TO_HAND, days=3_600)
    for path in ("", "/waiting/notified", "/reminders", "/renewals", "/custody", "/running-out?days=90"):
        neighbour.get(f"/municipality{path}")
        assert (neighbour.answer.status_code, "見本" in neighbour.text) == (200, False), path
    neighbour.post("/municipality/reminders/send", **{f"remind.{late.id}": "1"})
    assert (neighbour.answer.status_code, towns.found(app, late.id).reminded_on) == (404, None)


def test_the_holder_of_another_town_is_not_continued(neighbour: Reader, app: App) -> None:
    neighbour.get("/municipality/take")
    neighbour.post("/municipality/running-out/continue", holder=cards.shown_holder_id(towns.HANAKO))
    assert (neighbour.answer.status_code, "municipality-not-yours" in neighbour.text) == (403, True)


@pytest.mark.parametrize("path", ["", "/take", "/custody", "/stages", "/stages.csv", "/slots", "/waiting/received"])
@pytest.mark.parametrize("name", ["reception", "insurer", "operator"])
def test_other_roles_do_not_come_in(app: App, name: str, path: str) -> None:
    reader = Reader(app).enter(name)
    reader.get(f"/municipality{path}")
    assert (reader.answer.status_code, "page-not-allowed" in reader.text) == (403, True)


def test_the_menu_opens_every_page_of_the_town(clerk: Reader) -> None:
    menu = re.findall(r'<li><a href="(/municipality[^"]*)"', clerk.get("/municipality").text)
    assert menu[0] == "/municipality"
    assert len(set(menu)) == len(menu) > 10
    for address in menu:
        assert clerk.get(address).status_code == 200, address


def test_a_form_sent_to_nowhere_leads_back(clerk: Reader, app: App) -> None:
    application = towns.apply(app, HANAKO_FORM)
    for path in ("step", "arrive", "identify"):
        assert clerk.get(f"{at(application)}/{path}").url.path == at(application)
    assert clerk.get(f"{at(application)}/photo/send").url.path == f"{at(application)}/photo"
    assert country.NOW and replace(application) == towns.found(app, application.id)
