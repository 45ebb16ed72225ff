"""A card is registered as insurance card on three pages: at the reader, at the town's terminal, at the portal."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from onshi import access, audit, pki
from onshi.access import Party, PartyKind, Role
from onshi.app import App
from onshi.audit import Action
from onshi.outside import Drawer
from onshi.registry import CardKey, enrolling
from onshi.registry.enrolling import Enrolment, Place, State
from onshi.web.serving import SESSION

from . import country, drawer
from .browse import Reader

TOWN = Party(PartyKind.MUNICIPALITY, "131016", "見本区")
WHO = {name: drawer.PEOPLE[name] for name in ("good", "unregistered", "in_grace", "revoked")}
# By page: its place, who signs in, and what the party is called in the log.
PAGES = {
    "/reception/reader/register": (Place.READER, "reception", country.CLINIC.id),
    "/municipality/register": (Place.MUNICIPAL_TERMINAL, "town", TOWN.id),
    "/citizen/register": (Place.PORTAL, None, "portal:onshi"),
}


@pytest.fixture
def cards(app: App, tmp_path: Path) -> Iterator[Drawer]:
    """A drawer of four, and a town."""
    with app.db.transaction() as tx:
        access.register_parties(tx, [TOWN], by=country.BY)
        access.register_staff(
            tx,
            TOWN.id,
            login="town",
            roles=[Role.MUNICIPAL_CLERK],
            password=None,
            key=app.staff_key,
            at=app.now(),
            by=country.BY,
            staff_id="s-demo-town",
        )
    known = {row["name"] for row in country.MEMBERS}
    new = [
        country.row(
            number=str(500 + place),
            name=name,
            name_kana=f"カクウ　{'ノヒト'[: place + 1]}",
            birth_on=f"{1970 + place}-10-20",
            address=f"東京都千代田区見本町七丁目{place + 1}－６",
        )
        for place, name in enumerate(sorted(set(WHO.values()) - known))
    ]
    country.load(app, new, tmp_path)
    yield drawer.lay(app, WHO)


def at(app: App, page: str, *, language: str = "ja") -> Reader:
    """Somebody who stands before that page."""
    reader = Reader(app, language=language)
    if (login := PAGES[page][1]) is not None:
        opened = app.run(lambda tx: access.open_session(tx, f"s-demo-{login}", at=app.now()))
        reader.cookies.set(SESSION, opened.token)
    reader.get(page)
    return reader


def pin_of(cards: Drawer, name: str) -> str:
    lying = cards.find(name)
    assert lying is not None and lying.pin is not None
    return lying.pin


def register(reader: Reader, page: str, card: str, pin: str, mode: str = "pin") -> Reader:
    reader.get(page)
    reader.post(f"{page}/done", card=card, mode=mode, pin=pin)
    return reader


def enrolment(app: App, name: str) -> Enrolment | None:
    with app.db.transaction(reading=True) as tx:
        person = country.person_named(tx, WHO[name])
        (key,) = [one.key for one in pki.certificates_of(tx, person) if one.kind is pki.Kind.AUTH]
        return enrolling.enrolment_of(tx, CardKey(key.issuer, key.serial))


@pytest.mark.parametrize("page", PAGES)
def test_a_card_is_registered_where_its_holder_stands(app: App, cards: Drawer, page: str) -> None:
    place, login, party = PAGES[page]
    assert enrolment(app, "unregistered") is None
    reader = register(at(app, page), page, "unregistered", pin_of(cards, "unregistered"))
    assert (reader.answer.status_code, reader.heading) == (200, "利用登録の完了")
    assert "健康保険証としての利用登録が完了しました。" in reader.text
    made = enrolment(app, "unregistered")
    assert made is not None
    assert (made.state, made.place, made.party) == (State.COMPLETE, place, party)
    with app.db.transaction(reading=True) as tx:
        shown = {one.entry.outcome for one in audit.entries_of(tx, actor=party, action=Action.CARD_SHOWN)}
        linked = audit.entries_of(tx, actor=party, action=Action.CARD_LINKED)
        staff = audit.entries_of(tx, actor=f"staff:s-demo-{login}", action=Action.CARD_SHOWN)
    assert (shown, len(linked), len(staff)) == ({"present"}, 1, 0 if login is None else 1)


def test_the_reader_offers_it_after_a_check_that_finds_nobody_and_then_the_check_finds_them(
    app: App, cards: Drawer
) -> None:
    page = "/reception/reader/register"
    reader, pin = at(app, page), pin_of(cards, "unregistered")
    reader.get("/reception/reader")
    reader.post("/reception/reader/present", card="unregistered", mode="pin", pin=pin)
    assert reader.heading == "登録なし"
    link = re.search(r'href="(/reception/reader/register[^"]*)"', reader.answer.text)
    assert link is not None
    reader.get(link[1].replace("&amp;", "&"))
    assert 'value="unregistered" aria-describedby="note-unregistered" checked' in reader.answer.text
    reader.post(f"{page}/done", card="unregistered", mode="pin", pin=pin)
    assert reader.heading == "利用登録の完了"
    reader.get("/reception/reader")
    reader.post("/reception/reader/present", card="unregistered", mode="pin", pin=pin)
    assert (reader.heading, page in reader.answer.text) == ("有効", False)


def test_the_reader_of_an_institution_takes_the_face_as_well(app: App, cards: Drawer) -> None:
    page = "/reception/reader/register"
    assert register(at(app, page), page, "unregistered", "", "face").heading == "利用登録の完了"


@pytest.mark.parametrize("page", ["/municipality/register", "/citizen/register"])
def test_without_a_certified_terminal_there_is_no_face(app: App, cards: Drawer, page: str) -> None:
    reader = register(at(app, page), page, "unregistered", "", "face")
    assert (reader.answer.status_code, "確認の方法を選んでください。" in reader.text) == (422, True)
    assert enrolment(app, "unregistered") is None


@pytest.mark.parametrize("page", PAGES)
def test_what_proves_nothing_registers_nothing(app: App, cards: Drawer, page: str) -> None:
    reader = at(app, page)
    pin = pin_of(cards, "unregistered")
    wrong = f"{(int(pin) + 1) % 10_000:04d}"
    assert register(reader, page, "unregistered", wrong).heading == "暗証番号が違います"
    assert "カードのことは、サーバーに何も送っていません。" in reader.text
    assert register(reader, page, "unregistered", "12").answer.status_code == 422
    assert enrolment(app, "unregistered") is None
    assert f'value="{wrong}"' not in reader.answer.text
    assert register(reader, page, "revoked", pin_of(cards, "revoked")).heading == "失効"
    assert register(reader, page, "in_grace", pin_of(cards, "in_grace")).heading == "本人を確認（期限切れの猶予中）"
    assert "利用登録はできません" in reader.text
    assert (enrolment(app, "revoked"), enrolment(app, "in_grace")) == (None, None)


def test_again_is_the_same_registration(app: App, cards: Drawer) -> None:
    page = "/citizen/register"
    reader = at(app, page)
    receipts = []
    for _ in range(2):
        register(reader, page, "unregistered", pin_of(cards, "unregistered"))
        receipts.append(re.findall(r"<dd>(.*?)</dd>", reader.answer.text)[:1])
    assert receipts[0] == receipts[1] != [[]]


def test_in_english(app: App, cards: Drawer) -> None:
    page = "/citizen/register"
    reader = register(at(app, page, language="en"), page, "unregistered", pin_of(cards, "unregistered"))
    assert reader.heading == "Registered"
    assert "Your card is registered as insurance card." in reader.text


def test_who_may_not_stands_outside(app: App, cards: Drawer) -> None:
    reader = at(app, "/reception/reader/register")
    reader.get("/municipality/register")
    assert (reader.answer.status_code, "page-not-allowed" in reader.text) == (403, True)
    nobody = Reader(app)
    nobody.get("/municipality/register")
    assert nobody.answer.url.path == "/sign-in"
    nobody.get("/citizen/register")
    nobody.post("/citizen/register/done", token="0" * 64, card="unregistered", mode="pin", pin="1234")
    assert nobody.answer.status_code == 403
    assert enrolment(app, "unregistered") is None


def test_there_is_no_such_page_outside_the_demo(tmp_path: Path) -> None:
    app = country.build(tmp_path, demo=False)
    reader = Reader(app)
    reader.get("/citizen")
    assert "/citizen/register" not in reader.answer.text
    reader.get("/citizen/register")
    assert (reader.answer.status_code, "page-not-found" in reader.text) == (404, True)
    app.db.close()
