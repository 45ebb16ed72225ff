"""The reader of the demo: what each card of the drawer gives, what passes, what is logged, and who gets in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from onshi import access, audit, pki, registry
from onshi.app import App
from onshi.audit import Action
from onshi.outside import CardFile, Drawer, InDrawer
from onshi.presence import Outcome
from onshi.registry import CardKey
from onshi.web.reader import OUTCOME_TONES
from onshi.web.serving import SESSION

from . import country, drawer
from .browse import Reader, text_of, value_of

# Heading of the page by PIN, and where no PIN is asked for when that is another.
GIVES = {
    "good": ("有効", None),
    "unregistered": ("登録なし", None),
    "in_grace": ("有効", None),
    "expired": ("期限切れ", None),
    "revoked": ("失効", None),
    "lost": ("一時停止中", None),
    "superseded": ("更新前の証明書", None),
    "renewed": ("有効", None),
    "one_try": ("有効", None),
    "locked": ("暗証番号が使えません", "有効"),
    "child": ("有効", None),
    "face": ("暗証番号が使えません", "有効"),
}
_PASSED = re.compile(r'<section class="passed.*?</section>', re.DOTALL)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The country with every card in the drawer; making them takes seconds, so it is made once."""
    folder = tmp_path_factory.mktemp("reader")
    app = country.build(folder)
    drawer.lay_all(app, folder)
    yield app
    app.db.close()


@pytest.fixture
def cards(whole: App) -> Drawer:
    """The drawer, as it was made."""
    made = Drawer(whole.settings.data)
    made.put_back()
    return made


@pytest.fixture
def reader(whole: App, cards: Drawer) -> Reader:
    """The reception of the clinic, in front of the drawer."""
    assert len(cards.cards()) == len(InDrawer)
    at_desk = Reader(whole).enter("reception")
    at_desk.get("/reception/reader")
    return at_desk


def show(reader: Reader, card: str, *, mode: str = "pin", pin: str = "", **ticks: str) -> Reader:
    reader.get("/reception/reader")
    reader.post("/reception/reader/present", card=card, mode=mode, pin=pin, **ticks)
    return reader


def pin_of(cards: Drawer, name: str) -> str:
    """The right PIN; any, where there is none."""
    lying = cards.find(name)
    assert lying is not None
    return lying.pin or "0000"


def wrong_pin(cards: Drawer, name: str) -> str:
    return f"{(int(pin_of(cards, name)) + 1) % 10_000:04d}"


def tries(cards: Drawer, name: str) -> int:
    lying = cards.find(name)
    assert lying is not None
    return lying.tries_left


def test_every_card_has_its_row() -> None:
    assert set(GIVES) == set(InDrawer)
    assert set(OUTCOME_TONES) == set(Outcome)


@pytest.mark.parametrize(("name", "heading"), [(name, by_pin) for name, (by_pin, _) in GIVES.items()])
def test_each_card_gives_its_outcome_by_pin(reader: Reader, cards: Drawer, name: str, heading: str) -> None:
    show(reader, name, pin=pin_of(cards, name))
    assert (reader.answer.status_code, reader.heading) == (200, heading)


@pytest.mark.parametrize("mode", ["face", "staff"])
@pytest.mark.parametrize(("name", "heading"), [(name, other or by_pin) for name, (by_pin, other) in GIVES.items()])
def test_each_card_gives_its_outcome_without_pin(reader: Reader, name: str, heading: str, mode: str) -> None:
    show(reader, name, mode=mode)
    assert (reader.answer.status_code, reader.heading) == (200, heading)
    assert "暗証番号を示す" not in reader.text


def test_the_drawer_tells_who_what_for_and_the_pin(reader: Reader, cards: Drawer) -> None:
    for name, whose in drawer.PEOPLE.items():
        assert whose.replace("\u3000", " ") in reader.text
        if name != "face":
            assert f"<code>{pin_of(cards, name)}</code>" in reader.answer.text
    assert reader.answer.text.count('src="data:image/png;base64,') == len(InDrawer)
    assert "暗証番号なし" in reader.text


def test_all_of_it_in_english(whole: App, cards: Drawer) -> None:
    reader = Reader(whole, language="en").enter("reception")
    assert show(reader, "lost", pin=pin_of(cards, "lost")).heading == "Suspended"
    for said in ("What passed", "Sign the question with the card's key", "The server decides"):
        assert said in reader.text
    assert show(reader, "good", pin=wrong_pin(cards, "good")).heading == "Wrong PIN"
    assert "The card takes 2 more." in reader.text


def test_grace_is_said_beside_the_answer(reader: Reader, cards: Drawer) -> None:
    show(reader, "in_grace", pin=pin_of(cards, "in_grace"))
    assert "本人を確認（期限切れの猶予中）" in reader.text
    assert "市区町村での更新を案内してください" in reader.text


def test_the_reason_of_a_revocation_is_said(reader: Reader) -> None:
    show(reader, "revoked", mode="face")
    assert "理由: 返納、死亡など cessationOfOperation" in reader.text


def test_consent_is_passed_on(reader: Reader) -> None:
    assert "同意がないため表示していません。" in show(reader, "good", mode="face").text
    assert "適用区分 ウ" in show(reader, "good", mode="face", limit_consent="1").text


def test_a_wrong_pin_is_shown_once_and_counted_until_the_card_locks(reader: Reader, cards: Drawer) -> None:
    wrong = wrong_pin(cards, "good")
    assert show(reader, "good", pin=wrong).heading == "暗証番号が違います"
    assert "あと2回です" in reader.text
    assert tries(cards, "good") == 2
    assert reader.text.count("暗証番号を示す") == 1
    assert "カードのことは、サーバーに何も送っていません。" in reader.text
    show(reader, "good", pin=wrong)
    assert "次に間違えると停止します" in reader.text
    assert show(reader, "good", pin=wrong).heading == "暗証番号が使えません"
    assert "市区町村の窓口で再設定できます" in reader.text
    assert show(reader, "good", pin=pin_of(cards, "good")).heading == "暗証番号が使えません"
    assert (tries(cards, "good"), "暗証番号を示す" in reader.text) == (0, False)


def test_everything_is_put_back(reader: Reader, cards: Drawer) -> None:
    for name in ("good", "one_try"):
        show(reader, name, pin=wrong_pin(cards, name))
    show(reader, "child", pin=pin_of(cards, "child"))
    assert [tries(cards, name) for name in ("good", "one_try", "locked")] == [2, 0, 0]
    reader.get("/reception/reader")
    reader.post("/reception/reader/put-back")
    assert reader.heading == "カードリーダー（体験）"
    assert [tries(cards, name) for name in ("good", "one_try", "locked")] == [3, 1, 0]
    assert show(reader, "good", pin=pin_of(cards, "good")).heading == "有効"


@pytest.mark.parametrize("is_right", [True, False])
def test_no_pin_is_in_what_passed(reader: Reader, cards: Drawer, is_right: bool) -> None:
    pin = pin_of(cards, "good") if is_right else wrong_pin(cards, "good")
    show(reader, "good", pin=pin)
    assert "00 20 00 98 04 •• •• •• ••" in reader.text
    assert pin.encode().hex(" ").upper() not in reader.answer.text
    assert f'value="{pin}"' not in reader.answer.text
    passed = _PASSED.search(reader.answer.text)
    assert passed is not None
    # Signatures are chance: four digits of one may well be those of the PIN.
    assert pin not in text_of(re.sub(r"<code>.*?</code>", "", passed[0])).replace(" ", "")


def test_what_passed_is_told_in_order(reader: Reader, cards: Drawer) -> None:
    show(reader, "good", pin=pin_of(cards, "good"))
    assert steps(reader) == [
        "公的個人認証のアプリを選ぶ",
        "暗証番号をあと何回間違えられるか聞く",
        "一度だけ使える問いをもらう",
        "公的個人認証のアプリを選ぶ",
        "利用者証明用の電子証明書を読む",
        "暗証番号を示す",
        "問いにカードの鍵で署名する",
        "署名と電子証明書を送る",
        "サーバーが判断する",
    ]
    show(reader, "good", mode="staff")
    assert steps(reader)[3:6] == ["端末の証明書を示す", "乱数をもらう", "端末の鍵で署名して返す"]


def steps(reader: Reader) -> list[str]:
    return re.findall(r"<h3>(.*?)</h3>", reader.answer.text)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"mode": "pin", "pin": "1234"}, "カードを選んでください。"),
        ({"card": "../good", "mode": "pin", "pin": "1234"}, "カードを選んでください。"),
        ({"card": "good", "pin": "1234"}, "確認の方法を選んでください。"),
        ({"card": "good", "mode": "wish"}, "確認の方法を選んでください。"),
        ({"card": "good", "mode": "pin", "pin": "123"}, "暗証番号は4桁の数字です。"),
        ({"card": "good", "mode": "pin", "pin": "１２３４"}, "暗証番号は4桁の数字です。"),
    ],
)
def test_what_cannot_be_shown_costs_no_try(reader: Reader, cards: Drawer, given: dict[str, str], problem: str) -> None:
    reader.post("/reception/reader/present", **given)
    assert (reader.answer.status_code, problem in reader.text) == (422, True)
    assert tries(cards, "good") == 3


def test_a_card_in_another_reader_is_left_alone(reader: Reader, cards: Drawer) -> None:
    held: CardFile = cards.open(InDrawer.GOOD)
    try:
        show(reader, "good", mode="face")
        assert (reader.answer.status_code, "card-in-use" in reader.text) == (400, True)
    finally:
        held.close()
    assert show(reader, "good", mode="face").heading == "有効"


def test_another_institution_has_its_own_terminal(whole: App, cards: Drawer) -> None:
    assert show(Reader(whole).enter("pharmacy"), "good", mode="face").heading == "有効"
    assert cards.terminal_key("DEMO-PHARMACY").exists()
    with whole.db.transaction(reading=True) as tx:
        (shown, *_) = audit.entries_of(tx, actor=country.OTHER_CLINIC.id, action=Action.CARD_SHOWN)
        assert [one.id for one in pki.terminals.terminals_of(tx, country.OTHER_CLINIC.id)] == ["DEMO-PHARMACY"]
    assert (shown.entry.outcome, shown.entry.object) == ("present", "DEMO-PHARMACY")


def test_the_log_says_what_was_shown_and_who_of_the_staff_did_it(reader: Reader, whole: App, cards: Drawer) -> None:
    before = logged(whole)
    show(reader, "good", pin=wrong_pin(cards, "good"))
    assert logged(whole) == before
    show(reader, "lost", mode="face")
    show(reader, "good", pin=pin_of(cards, "good"))
    check_id = re.search(r'id="check-id">([^<]+)<', reader.answer.text)
    assert check_id is not None
    new = {key: entries[: len(entries) - len(before[key])] for key, entries in logged(whole).items()}
    shown = [("present", "desk"), ("suspended", "DEMO-CLINIC")]
    assert new[country.CLINIC.id, Action.CARD_SHOWN] == shown
    assert new["staff:s-demo-reception", Action.CARD_SHOWN] == shown
    assert new["staff:s-demo-reception", Action.CHECK] == [("in_force", check_id[1])]
    assert [outcome for outcome, _ in new[country.CLINIC.id, Action.CHECK]] == ["in_force"]


def logged(app: App) -> dict[tuple[str, Action], list[tuple[str | None, str | None]]]:
    """Outcome and object of what the clinic and its staff did, the newest first."""
    with app.db.transaction(reading=True) as tx:
        return {
            (actor, action): [
                (one.entry.outcome, one.entry.object)
                for one in audit.entries_of(tx, actor=actor, action=action, limit=10_000)
            ]
            for actor in (country.CLINIC.id, "staff:s-demo-reception")
            for action in (Action.CARD_SHOWN, Action.CHECK)
        }


def test_the_answer_is_that_of_the_reception_to_the_byte(reader: Reader) -> None:
    here = answer_part(show(reader, "good", mode="face", limit_consent="1"))
    reader.get("/reception")
    reader.post("/reception/check", card="DEMO-CA:0000000001", limit_consent="1")
    assert "見本　花子" in here
    assert answer_part(reader) == here


def answer_part(reader: Reader) -> str:
    """From the verdict to the proof, which has its own id and time."""
    found = re.search(r'<section class="verdict.*(?=<section class="proof)', reader.answer.text, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_holder_who_refuses_looks_like_a_card_nobody_registered(app: App) -> None:
    """The same card, before and after it is joined to somebody whose insurer was told to answer nothing."""
    cards = drawer.lay(app, {"unregistered": drawer.PEOPLE["unregistered"]})
    reader = Reader(app).enter("reception")
    before = without_ids(show(reader, "unregistered", pin=pin_of(cards, "unregistered")))
    with app.db.transaction() as tx:
        person = country.person_named(tx, drawer.PEOPLE["unregistered"])
        (key,) = [one.key for one in pki.certificates_of(tx, person) if one.kind is pki.Kind.AUTH]
        refused = country.person_named(tx, drawer.REFUSED)
        registry.put_card(tx, CardKey(key.issuer, key.serial), refused, at=app.now())
    after = without_ids(show(reader, "unregistered", pin=pin_of(cards, "unregistered")))
    with app.db.transaction(reading=True) as tx:
        assert len(registry.cards_of(tx, refused)) == 2
    assert reader.heading == "登録なし"
    assert after == before


def without_ids(reader: Reader) -> tuple[str, object]:
    """The page without tokens, ids, times and signed bytes; and the answer in the document that may be saved."""
    html = reader.answer.text
    document = json.loads(value_of(html, "document"))
    for pattern in (r'value="[^"]*"', r'id="check-id">[^<]+<', r"<code>[^<]*</code>", r"\d\d:\d\d"):
        html = re.sub(pattern, "", html)
    return html, document["answer"]


def test_without_a_drawer_and_a_terminal_the_page_says_so(app: App) -> None:
    reader = Reader(app).enter("reception")
    token = reader.token
    reader.get("/reception/reader")
    assert (reader.answer.status_code, "引き出しが空です。" in reader.text) == (200, True)
    reader.post("/reception/reader/present", token=token, card="good", mode="face")
    assert reader.answer.status_code == 422
    assert "確認の方法を選んでください。" in reader.text


def test_only_the_staff_of_an_institution_gets_in(whole: App, cards: Drawer) -> None:
    reader = Reader(whole)
    reader.get("/reception/reader")
    assert reader.answer.url.path == "/sign-in"
    reader.enter("insurer").get("/reception/reader")
    assert (reader.answer.status_code, "page-not-allowed" in reader.text) == (403, True)
    for path in ("present", "put-back"):
        reader.get("/insurer")
        reader.post(f"/reception/reader/{path}", card="good", mode="face")
        assert (reader.answer.status_code, "page-not-allowed" in reader.text) == (403, True)
    assert tries(cards, "good") == 3


def test_a_form_of_others_is_not_taken(reader: Reader, cards: Drawer) -> None:
    reader.post("/reception/reader/present", token="0" * 64, card="good", mode="pin", pin=wrong_pin(cards, "good"))
    assert reader.answer.status_code == 403
    assert tries(cards, "good") == 3


def test_there_is_no_such_page_outside_the_demo(tmp_path: Path) -> None:
    app = country.build(tmp_path, demo=False)
    reader = signed_in(app)
    reader.get("/reception")
    assert (reader.answer.status_code, "/reception/reader" in reader.answer.text) == (200, False)
    token = reader.token
    for answer in (
        reader.get("/reception/reader"),
        reader.post("/reception/reader/present", token=token, card="good", mode="face"),
        reader.post("/reception/reader/put-back", token=token),
    ):
        assert (answer.status_code, "page-not-found" in answer.text) == (404, True)
    app.db.close()


def signed_in(app: App) -> Reader:
    """The reception, come in by another way than the demo's door."""
    reader = Reader(app)
    opened = app.run(lambda tx: access.open_session(tx, "s-demo-reception", at=app.now()))
    reader.cookies.set(SESSION, opened.token)
    return reader
