"""A citizen's way: come in with form and birth date, apply, follow, book, report lost; and nobody else's case."""

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

from onshi import audit, cards
from onshi.app import App
from onshi.audit import Action
from onshi.cards import CardState, FormId, Kind, PhotoSource, State, Venue
from onshi.kernel import Moment
from onshi.outside import FormToTry, is_kept_photo, keep_forms_to_try

from . import country, towns
from .browse import Reader, value_of
from .towns import CHILD_FORM, HANAKO_FORM, TARO_FORM

MINUTE = 60 * 1_000_000
WRONG = "申請書IDと生年月日の組合せを確かめられませんでした。"


@pytest.fixture
def app(app: App) -> App:
    return towns.open_desks(app)


@pytest.fixture
def citizen(app: App) -> Reader:
    """Hanako, inside."""
    return towns.enter(Reader(app))


def logged(app: App, action: Action) -> list[audit.Entry]:
    with app.db.transaction(reading=True) as tx:
        return [one.entry for one in audit.entries_of(tx, action=action)]


def applications(app: App, form_id: FormId = HANAKO_FORM) -> list[cards.Application]:
    with app.db.transaction(reading=True) as tx:
        return cards.applications_of(tx, towns.person(form_id).id)


def previewed(reader: Reader, act: str = "apply", **fields: str) -> str:
    """The photo as it comes back from the preview."""
    reader.get(f"/citizen/{act}")
    reader.post(f"/citizen/{act}/check", files=towns.upload(towns.photo()), **({"kind": "first"} | fields))
    assert reader.heading == "写真と内容の確認", reader.text
    return value_of(reader.answer.text, "photo")


def applied(reader: Reader, **fields: str) -> Reader:
    photo = previewed(reader, **fields)
    reader.post("/citizen/apply/send", photo=photo, **({"kind": "first", "confirmed": "1"} | fields))
    return reader


@pytest.mark.parametrize(
    "typed", [HANAKO_FORM, " ".join(HANAKO_FORM[place : place + 4] for place in range(0, 23, 4)), "０" * 21 + "１１"]
)
def test_the_pair_lets_in_however_it_is_typed(reader: Reader, app: App, typed: str) -> None:
    towns.enter(reader, typed, "平成元年3月31日")
    assert (reader.answer.url.path, "見本 花子" in reader.text) == ("/citizen/case", True)
    (entry,) = logged(app, Action.LOGIN)
    assert (entry.actor, entry.subject, entry.outcome) == (f"holder:{towns.HANAKO}", towns.HANAKO, "done")


@pytest.mark.parametrize(
    ("form_id", "birth"),
    [
        (HANAKO_FORM, "1989-04-01"),  # another's birth date
        ("9" * 23, "1989-03-31"),  # no such form
        ("123456789012", "1989-03-31"),  # as long as a number that nobody may type
        (HANAKO_FORM, "yesterday"),
        ("", ""),
    ],
)
def test_a_wrong_pair_reads_the_same_whatever_is_wrong(app: App, form_id: str, birth: str) -> None:
    reader = towns.enter(Reader(app), form_id, birth)
    assert (reader.answer.status_code, WRONG in reader.text) == (403, True)
    assert "onshi_citizen" not in reader.cookies
    (entry,) = logged(app, Action.LOGIN_FAILED)
    assert (entry.actor, entry.outcome, entry.object) == ("citizen:unknown", "refused", None)


def test_what_is_no_form_id_is_not_repeated(reader: Reader) -> None:
    towns.enter(reader, "123456789012", "1989-03-31")
    assert "123456789012" not in reader.answer.text


def test_the_dead_do_not_come_in(reader: Reader, app: App) -> None:
    with app.db.transaction() as tx:
        clerk = cards.municipality(towns.make.HERE, "staff:s-death")
        cards.note_death(tx, towns.HANAKO, towns.TODAY, by=clerk, at=app.now())
    towns.enter(reader)
    assert (reader.answer.status_code, WRONG in reader.text) == (403, True)


def test_guessing_ends_for_one_form_and_not_for_another(app: App) -> None:
    reader = Reader(app)
    statuses = [towns.enter(reader, HANAKO_FORM, f"1989-02-{day:02}").answer.status_code for day in range(1, 7)]
    assert statuses == [403] * 5 + [429]
    assert "too-many-tries" in reader.text
    assert towns.enter(reader).answer.status_code == 429, "the right pair has to wait as well"
    towns.enter(reader, TARO_FORM, "1985-12-24")
    assert reader.answer.url.path == "/citizen/case"
    country.move_clock(app, Moment(country.NOW + 10 * MINUTE))
    assert towns.enter(reader).answer.url.path == "/citizen/case"
    assert "見本 花子" in reader.text


def test_an_address_that_tries_forms_is_stopped(app: App) -> None:
    reader = Reader(app)
    statuses = [towns.enter(reader, f"{number:023}", "1990-01-01").answer.status_code for number in range(900, 961)]
    assert statuses == [403] * 60 + [429]


@pytest.mark.parametrize("path", ["case", "apply", "correct", "form", "form.pdf", "booking", "lost", "found", "cancel"])
def test_without_having_come_in_there_is_only_the_entry(reader: Reader, path: str) -> None:
    reader.get(f"/citizen/{path}")
    assert (reader.answer.url.path, "もう一度入力" in reader.text) == ("/citizen", False)


@pytest.mark.parametrize("path", ["apply/check", "apply/send", "cancel", "booking", "booking/cancel", "lost", "found"])
def test_no_form_is_taken_from_outside(reader: Reader, app: App, path: str) -> None:
    reader.get("/citizen")
    reader.post(f"/citizen/{path}", confirmed="1", kind="first")
    assert reader.answer.url.path == "/citizen"
    assert applications(app) == []


def test_after_half_an_hour_it_is_over(citizen: Reader, app: App) -> None:
    country.move_clock(app, Moment(country.NOW + 29 * MINUTE))
    assert citizen.get("/citizen/case").url.path == "/citizen/case"
    country.move_clock(app, Moment(country.NOW + 31 * MINUTE))
    citizen.get("/citizen/case")
    assert (citizen.answer.url.path, "30分が過ぎた" in citizen.text) == ("/citizen", True)


def test_whoever_leaves_is_out(citizen: Reader) -> None:
    citizen.post("/citizen/leave")
    assert "手続きを終えました。" in citizen.text
    assert citizen.get("/citizen/case").url.path == "/citizen"


def test_a_cookie_that_was_changed_opens_nothing(app: App) -> None:
    mine, other = towns.enter(Reader(app)), towns.enter(Reader(app), TARO_FORM, "1985-12-24")
    form, holder, until, mark = mine.cookies["onshi_citizen"].split(".")
    _, others_holder, _, others_mark = other.cookies["onshi_citizen"].split(".")
    forged = [
        f"{TARO_FORM}.{others_holder}.{until}.{mark}",
        f"{form}.{others_holder}.{until}.{mark}",
        f"{form}.{holder}.{int(until) + 1}.{mark}",
        f"{form}.{holder}.{until}.{others_mark}",
        f"{form}.{holder}.{until}.",
        "x",
    ]
    for value in forged:
        thief = Reader(app)
        thief.cookies.set("onshi_citizen", value)
        assert thief.get("/citizen/case").url.path == "/citizen", value


def test_nobody_sees_anothers_case(app: App) -> None:
    """Two people with a form each: what each can open or send reaches the own case only."""
    mine = towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), towns.TO_NOTICE)
    other = towns.enter(Reader(app), TARO_FORM, "1985-12-24")
    (slot,) = towns.open_slots(app, "09:00")
    assert "見本　花子" not in other.get("/citizen/case").text
    assert other.get("/citizen/booking").url.path == "/citizen/case"
    other.post("/citizen/booking", slot=f"{slot.day} 09:00 {towns.PLACE}")
    assert (other.answer.status_code, "nothing-to-collect" in other.text) == (409, True)
    other.get("/citizen/case")
    other.post("/citizen/cancel", confirmed="1", application=str(mine.id))
    assert (other.answer.status_code, "application-unknown" in other.text) == (404, True)
    assert towns.found(app, mine.id) == mine
    own = towns.enter(Reader(app))
    assert "交付通知済み" in own.text


def test_applying_keeps_a_clean_photo_and_writes_the_log(citizen: Reader, app: App) -> None:
    applied(citizen)
    assert (citizen.heading, "申請を受け付けました。" in citizen.text) == ("受付", True)
    (application,) = applications(app)
    wish = application.wish
    assert (wish.route, wish.method, wish.kind, wish.photo_source) == (
        "pc",
        "at_handover",
        Kind.FIRST,
        PhotoSource.TAKEN,
    )
    with app.db.transaction(reading=True) as tx:
        photo = cards.photo_of(tx, application)
    assert photo is not None and is_kept_photo(photo)
    (entry,) = logged(app, Action.CARD_APPLICATION)[:1]
    assert (entry.actor, entry.subject, entry.object, entry.outcome) == (
        f"holder:{towns.HANAKO}",
        towns.HANAKO,
        application.name,
        "received",
    )


def test_a_phone_is_told_from_a_computer(app: App) -> None:
    reader = Reader(app)
    reader._client.headers["User-Agent"] = "Mozilla/5.0 (Linux; Android 16) Mobile Safari"
    applied(towns.enter(reader))
    assert applications(app)[0].wish.route == "phone"


def test_the_photo_stands_in_a_marked_frame_before_it_is_sent(citizen: Reader, app: App) -> None:
    photo = previewed(citizen)
    assert f'src="data:image/jpeg;base64,{photo}"' in citizen.answer.text
    assert "<ellipse" in citizen.answer.text
    assert applications(app) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"GIF89a" + bytes(40_000), "JPEG形式の写真を選んでください。"),
        (towns.photo((300, 400)), "480ピクセル以上が必要です"),
        (towns.photo((1600, 900)), "縦長の写真を選んでください"),
    ],
)
def test_a_photo_that_cannot_be_used_says_why(citizen: Reader, app: App, content: bytes, said: str) -> None:
    citizen.get("/citizen/apply")
    citizen.post("/citizen/apply/check", files=towns.upload(content), kind="first")
    assert (citizen.answer.status_code, said in citizen.text) == (422, True)
    assert applications(app) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "写真のファイルを選んでください。"),
        ({"photo": "AAAA", "confirmed": "1"}, "写真のファイルを選んでください。"),
        ({"photo": "%%%", "confirmed": "1"}, "写真のファイルを選んでください。"),
        ({"kind": "renewal", "confirmed": "1"}, "申請する理由を選んでください。"),
    ],
)
def test_what_comes_back_from_the_preview_is_not_believed(
    citizen: Reader, app: App, fields: dict[str, str], said: str
) -> None:
    citizen.get("/citizen/apply")
    citizen.post("/citizen/apply/send", **({"kind": "first"} | fields))
    assert (citizen.answer.status_code, said in citizen.text) == (422, True)
    assert applications(app) == []


def test_without_the_tick_nothing_is_sent(citizen: Reader, app: App) -> None:
    photo = previewed(citizen)
    citizen.post("/citizen/apply/send", kind="first", photo=photo)
    assert (citizen.answer.status_code, "確認の欄に印を付けて" in citizen.text) == (422, True)
    assert applications(app) == []


def test_an_upload_larger_than_any_photo_is_not_read(citizen: Reader, app: App) -> None:
    citizen.get("/citizen/apply")
    citizen.post("/citizen/apply/check", files=towns.upload(b"\xff\xd8\xff" + bytes(8 * 1024 * 1024)), kind="first")
    assert (citizen.answer.status_code, "form-unreadable" in citizen.text) == (400, True)


def test_the_guardian_acts_for_a_child(app: App) -> None:
    reader = towns.enter(Reader(app), CHILD_FORM, "2018-05-05")
    reader.get("/citizen/apply")
    assert "私は、この方の法定代理人です" in reader.text
    reader.post("/citizen/apply/check", files=towns.upload(towns.photo()), kind="first")
    assert (reader.answer.status_code, "法定代理人であることを確かめ" in reader.text) == (422, True)
    applied(reader, guardian="1")
    (application,) = applications(app, CHILD_FORM)
    assert application.state is State.RECEIVED
    assert logged(app, Action.CARD_APPLICATION)[0].actor == f"holder:{towns.GUARDIAN}"


def test_a_child_whose_guardian_nobody_knows_is_refused(app: App) -> None:
    orphan, form_id = towns.make.child(id=cards.HolderId(6_001), guardian=None), FormId(f"{66:023}")
    with app.db.transaction() as tx:
        towns.make.registered(tx, orphan, at=country.START)
        clerk = cards.municipality(orphan.municipality, "staff:s-form")
        cards.print_form(tx, orphan.id, by=clerk, at=country.START, form_id=form_id)
    reader = applied(towns.enter(Reader(app), form_id, "2018-05-05"), guardian="1")
    assert (reader.answer.status_code, "guardian-required" in reader.text) == (403, True)


def test_a_defect_is_corrected_with_another_photo(app: App) -> None:
    application = towns.walk(app, towns.apply(app, HANAKO_FORM), "find_defect")
    reader = towns.enter(Reader(app))
    assert "写真を出し直す" in reader.text
    photo = previewed(reader, "correct")
    reader.post("/citizen/correct/send", photo=photo, confirmed="1")
    assert "新しい写真を受け付けました。" in reader.text
    assert towns.found(app, application.id).state is State.RECEIVED


def test_the_steps_ahead_are_told_in_plain_words(app: App) -> None:
    towns.apply(app, HANAKO_FORM)
    text = towns.enter(Reader(app)).text
    ahead = text[text.index("これからの流れ") : text.index("これまで")]
    wanted = [
        "作成を依頼する",
        "カードの作成機関",
        "受け入れて保管する",
        "交付前設定",
        "交付通知書を送る",
        "窓口で交付する",
    ]
    places = [ahead.find(one) for one in wanted]
    assert places == sorted(places) and -1 not in places
    assert "2026年11月1日 申請する" in text


def test_a_place_is_booked_moved_and_given_back(app: App) -> None:
    towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), towns.TO_NOTICE)
    early, late = towns.open_slots(app, "09:00", "10:00")
    reader = towns.enter(Reader(app))
    reader.get("/citizen/booking")
    reader.post("/citizen/booking", slot=f"{early.day} 09:00 {towns.PLACE}")
    assert ("受取りを予約しました。" in reader.text, "2026年11月9日 09:00" in reader.text) == (True, True)
    reader.get("/citizen/booking")
    reader.post("/citizen/booking", slot=f"{late.day} 10:00 {towns.PLACE}")
    assert "2026年11月9日 10:00" in reader.text
    reader.get("/citizen/booking")
    reader.post("/citizen/booking/cancel")
    assert "予約していません" in reader.text
    outcomes = [one.outcome for one in logged(app, Action.CARD_APPLICATION)[:3]]
    assert outcomes == ["collection"] * 3


def test_a_full_place_cannot_be_had(app: App) -> None:
    for form_id in (HANAKO_FORM, TARO_FORM):
        towns.walk(app, towns.apply(app, form_id, days=5), towns.TO_NOTICE)
    (slot,) = towns.open_slots(app, "09:00")
    reader = towns.enter(Reader(app))
    reader.get("/citizen/booking")
    towns.book(app, towns.TARO, slot)
    reader.post("/citizen/booking", slot=f"{slot.day} 09:00 {towns.PLACE}")
    assert (reader.answer.status_code, "満員です" in reader.text) == (422, True)


@pytest.mark.parametrize("slot", ["", "x", "2026-11-09 25:00 x", "2026-11-09 09:00 どこにもない"])
def test_a_place_that_is_none_is_said_to_be_none(app: App, slot: str) -> None:
    towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), towns.TO_NOTICE)
    towns.open_slots(app, "09:00")
    reader = towns.enter(Reader(app))
    reader.get("/citizen/booking")
    reader.post("/citizen/booking", slot=slot)
    said = "予約枠はありません" if slot else "日時を選んでください。"
    assert (reader.answer.status_code, said in reader.text) == (422, True)


def test_a_card_is_reported_lost_and_found_again(app: App) -> None:
    towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), towns.TO_HAND)
    reader = towns.enter(Reader(app))
    reader.get("/citizen/lost")
    reader.post("/citizen/lost")
    assert (reader.answer.status_code, states(app)) == (422, [CardState.ACTIVE])
    reader.post("/citizen/lost", confirmed="1")
    assert (states(app), "一時停止（紛失の届出）" in reader.text) == ([CardState.SUSPENDED], True)
    reader.get("/citizen/found")
    reader.post("/citizen/found", confirmed="1")
    assert (states(app), "カードの停止は解けません" in reader.text) == ([CardState.SUSPENDED], True)
    assert [one.actor for one in logged(app, Action.CARD_CHANGED)[:2]] == [f"holder:{towns.HANAKO}"] * 2


def states(app: App) -> list[CardState]:
    with app.db.transaction(reading=True) as tx:
        return [card.state for card in cards.cards_of(tx, towns.HANAKO)]


def test_there_is_no_card_to_lose_before_there_is_one(citizen: Reader) -> None:
    assert citizen.get("/citizen/lost").url.path == "/citizen/case"
    citizen.post("/citizen/lost", confirmed="1")
    assert (citizen.answer.status_code, "card-unknown" in citizen.text) == (404, True)


def test_an_application_is_taken_back(app: App) -> None:
    application = towns.apply(app, HANAKO_FORM)
    reader = towns.enter(Reader(app))
    reader.get("/citizen/cancel")
    reader.post("/citizen/cancel", confirmed="1")
    assert "申請を取り下げました。" in reader.text
    assert towns.found(app, application.id).state is State.CANCELLED


def test_the_form_is_printed_with_an_empty_field_for_the_number(citizen: Reader) -> None:
    citizen.get("/citizen/form")
    row = citizen.answer.text.split("個人番号</th>")[1].split("</tr>")[0]
    assert "blank-number" in row and "<input" not in row
    citizen.get("/citizen/form.pdf")
    assert citizen.answer.headers["content-type"] == "application/pdf"
    (page,) = PdfReader(io.BytesIO(citizen.answer.content)).pages
    text = page.extract_text().replace(" ", "")
    assert [
        one for one in ("見本　花子", "平成元年3月31日", HANAKO_FORM, "この欄は空欄のまま") if one not in text
    ] == []


def test_a_used_form_prints_nothing_more(app: App) -> None:
    towns.walk(app, towns.apply(app, HANAKO_FORM, days=5), towns.TO_HAND)
    reader = towns.enter(Reader(app))
    for path in ("form", "form.pdf", "apply"):
        assert reader.get(f"/citizen/{path}").url.path == "/citizen/case"
    assert "この申請書は使い終わった" in reader.text


@pytest.mark.parametrize("path", ["/citizen", "/citizen/apply", "/citizen/form"])
def test_no_field_of_any_page_takes_a_personal_number(citizen: Reader, path: str) -> None:
    names = set(re.findall(r'name="([^"]+)"', citizen.get(path).text))
    assert names <= {"viewport", "color-scheme", "form_token", "form_id", "birth", "kind", "photo", "face_card"}


@pytest.mark.parametrize(("demo", "offered"), [(True, True), (False, False)])
def test_forms_to_try_stand_there_in_the_demo_only(app: App, demo: bool, offered: bool) -> None:
    form: dict[str, Any] = {"form_id": HANAKO_FORM, "birth_on": towns.person(HANAKO_FORM).birth_on, "state": ""}
    keep_forms_to_try(app.settings.data, [FormToTry(**form)])
    object.__setattr__(app.settings, "demo", demo)
    reader = Reader(app)
    reader.get("/citizen")
    assert (HANAKO_FORM in reader.text) is offered


def test_a_visiting_reception_is_followed_from_home(app: App) -> None:
    towns.apply(app, HANAKO_FORM, method="visit_posted", venue=Venue.HALL)
    assert "申請時に本人を確認する" in towns.enter(Reader(app)).text
