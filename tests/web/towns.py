"""The small country's card desks: two towns with a clerk each, people with forms, and photos of nobody."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from cards import make
from onshi import access, card_office, cards, pki
from onshi.access import Party, PartyKind, Role
from onshi.app import App
from onshi.cards import Application, ApplicationId, FormId, Holder, HolderId, Purpose, Slot
from onshi.kernel import Moment
from onshi.outside import portrait_of

from . import country
from .browse import Reader

TOWN = Party(PartyKind.MUNICIPALITY, make.HERE, "東京都千代田区", municipality=make.HERE)
OTHER_TOWN = Party(PartyKind.MUNICIPALITY, make.THERE, "東京都中央区", municipality=make.THERE)
HANAKO_FORM, TARO_FORM, CHILD_FORM, THERE_FORM = (FormId(f"{number:023}") for number in (11, 22, 33, 44))
HANAKO, TARO, CHILD, GUARDIAN = make.HANAKO, make.TARO, make.CHILD, make.GUARDIAN
THERE_HOLDER = HolderId(5_001)
PLACE = "本庁舎1階"
DAY = timedelta(days=1)
TODAY = date(2026, 11, 2)
PEOPLE = {
    HANAKO_FORM: make.holder(),
    TARO_FORM: make.holder(id=TARO, name="見本　太郎", kana="ミホン　タロウ", birth_on=date(1985, 12, 24)),
    CHILD_FORM: make.child(),
    THERE_FORM: make.holder(id=THERE_HOLDER, name="隣　町子", kana="トナリ　マチコ", municipality=make.THERE),
}


def open_desks(app: App) -> App:
    """Adds the towns, their clerks, the people and their forms to a country."""
    with app.db.transaction() as tx:
        access.register_parties(tx, [TOWN, OTHER_TOWN], by=country.BY)
        for name, party, roles in (
            ("municipality", TOWN, [Role.MUNICIPAL_CLERK]),
            ("neighbour", OTHER_TOWN, [Role.MUNICIPAL_CLERK]),
        ):
            access.register_staff(
                tx,
                party.id,
                login=name,
                roles=roles,
                password=None,
                key=app.staff_key,
                at=country.START,
                by=country.BY,
                staff_id=f"s-demo-{name}",
            )
        make.registered(tx, make.holder(id=GUARDIAN, name="見本　梅"), *PEOPLE.values(), at=country.START)
        for form_id, one in PEOPLE.items():
            clerk = cards.municipality(one.municipality, "staff:s-form")
            cards.print_form(tx, one.id, by=clerk, at=country.START, form_id=form_id)
    return app


def apply(app: App, form_id: FormId, *, days: int = 1, **changes: Any) -> Application:
    """An application over the counter, so many days ago."""
    holder = PEOPLE[form_id]
    with app.db.transaction() as tx:
        taken = cards.apply(
            tx,
            form_id,
            make.wish(**changes),
            photo=portrait_of(holder.id),
            application_id=ApplicationId(app.draw()),
            by=cards.municipality(holder.municipality, "staff:s-apply"),
            at=ago(days),
        )
    return taken.application


def walk(app: App, application: Application, steps: str, *, days: int = 1) -> Application:
    """Further along the way, all on one day."""
    with app.db.transaction() as tx:
        for step in steps.split():
            application = make.stepped(tx, application, step, at=ago(days))
    return application


TO_NOTICE = "order ship arrive preset notify"
TO_HAND = f"{TO_NOTICE} identify hand_over"


def found_authorities(app: App) -> None:
    """Those that certify cards."""
    for purpose in pki.Purpose:
        app.run(
            lambda tx, wanted=purpose: card_office.found_authority(
                app, tx, f"T-{wanted.name}", wanted, actor=country.BY
            )
        )


CHOSEN = {"pin": "4649", "pin_again": "4649", "password": "KAERU77", "password_again": "KAERU77"}


def open_slots(app: App, *times: str, capacity: int = 1, days: int = 7) -> list[Slot]:
    """Slots a week from now."""
    slots = [Slot(make.HERE, PLACE, TODAY + days * DAY, time) for time in times]
    with app.db.transaction() as tx:
        cards.open_slots(tx, slots, capacity, by=cards.municipality(make.HERE, "staff:s-slots"))
    return slots


def book(app: App, holder: HolderId, slot: Slot) -> None:
    """A place for somebody."""
    with app.db.transaction() as tx:
        cards.book(tx, holder, slot, Purpose.COLLECTION, by=cards.citizen(holder), at=ago(1))


def found(app: App, application_id: ApplicationId) -> Application:
    """The application as it stands."""
    with app.db.transaction(reading=True) as tx:
        return cards.application_by_id(tx, application_id)


def ago(days: int) -> Moment:
    """So many days before the country's now."""
    return Moment(country.NOW - days * country.DAY)


def staff_session(app: App, name: str) -> Reader:
    """Somebody of the staff for whom the front page of the demo has no button."""
    with app.db.transaction() as tx:
        opened = access.open_session(tx, f"s-demo-{name}", at=app.now())
    reader = Reader(app)
    reader.cookies.set("onshi_session", opened.token)
    return reader


def enter(reader: Reader, form_id: str = HANAKO_FORM, birth: str = "1989-03-31") -> Reader:
    """Comes in as a citizen."""
    reader.get("/citizen")
    reader.post("/citizen/enter", form_id=form_id, birth=birth)
    return reader


def photo(size: tuple[int, int] = (900, 1200), **saving: Any) -> bytes:
    """A JPEG of a size, with the drawn head on it; noise makes it as large as a camera's."""
    head = Image.open(BytesIO(portrait_of(4))).resize(size)
    noisy = Image.blend(head, Image.effect_noise(size, 30).convert("RGB"), 0.08)
    out = BytesIO()
    noisy.save(out, "JPEG", quality=92, **saving)
    return out.getvalue()


def upload(content: bytes) -> dict[str, tuple[str, bytes, str]]:
    """A file as a form sends it."""
    return {"photo": ("IMG_0001.JPG", content, "image/jpeg")}


def person(form_id: FormId) -> Holder:
    """Whose form it is."""
    return PEOPLE[form_id]
