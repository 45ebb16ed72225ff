"""Software cards of people of the demo country: made when somebody wants one, the same PINs whenever."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from onshi import card_office, cards, law, places, registry
from onshi.app import App
from onshi.cards import Holder, HolderId, Sex
from onshi.chip import CardContent, Secrets, Surface
from onshi.db import Tx
from onshi.demo.build import SEED
from onshi.demo.cards import CARD_ISSUER
from onshi.flows import CardOrder, make_card, record_card_acts
from onshi.kernel import Moment, MunicipalityCode, PersonId, japan_day
from onshi.outside import CardFile, Drawer, face_of, text_image
from onshi.pki import Purpose
from onshi.registry import Person

CARDS = "cards"
AUTHORITIES = {
    CARD_ISSUER: Purpose.AUTHENTICATION,
    "DEMO-SIGN-CA": Purpose.SIGNATURE,
    "DEMO-TERMINAL-CA": Purpose.TERMINAL,
    "DEMO-SURFACE-CA": Purpose.SURFACE,
}
_ACTOR = "local:demo"
# They began years ago, and what they issue today still has to end before they do.
_AUTHORITY_YEARS = 20
# Whom the registry knows no municipality of: somewhere they must live.
_SOMEWHERE = MunicipalityCode("131016")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def found_authorities(app: App, tx: Tx, *, since: Moment) -> None:
    """The four authorities of the demo country, there since that moment: its cards have a past too."""
    for name, purpose in AUTHORITIES.items():
        card_office.found_authority(app, tx, name, purpose, actor=_ACTOR, since=since, years=_AUTHORITY_YEARS)


def virtual_card(app: App, person: PersonId) -> Path:
    """The file of this person's card: that in the drawer, or else one made now when there is none yet.

    Its authentication certificate has the serial number that the registry knows of the person, where it knows one.
    """
    path = app.settings.data / CARDS / f"{person}.card"
    if path.exists():
        return path
    drawer = Drawer(app.settings.data)
    lying = [card.name for card in drawer.cards() if card.content.holder == person]
    if lying:
        return drawer.path(lying[-1])
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    blank = card_office.blank()
    at = app.now()

    def work(tx: Tx) -> CardContent:
        make_known(app, tx, [person], at=at)
        return make_card(tx, card_office.authorities(app, tx), blank, order_of(app, tx, person, at=at), at=at)

    CardFile.create(path, app.run(work))
    return path


def pin_of(app: App, person: PersonId) -> str:
    """The PIN of this person's card, made or not; empty for a card that has none."""
    lying = [card for card in Drawer(app.settings.data).cards() if card.content.holder == person]
    return (lying[-1].pin or "") if lying else secrets_of(person).auth_pin or ""


def make_known(app: App, tx: Tx, people: Iterable[PersonId], *, at: Moment) -> None:
    """Tells their towns of these people, as a town knows whoever it gives a card to: they can register it then."""
    holders = [_holder(registry.person_of(tx, person)) for person in people]
    events = [
        cards.register_holders(tx, [one], by=cards.municipality(one.municipality, _ACTOR), at=at) for one in holders
    ]
    record_card_acts(tx, events, batch=app.draw(), at=app.now())


def secrets_of(whose: PersonId | str) -> Secrets:
    """The PINs of a demo card: made from whose it is, so that they can be printed and need not be kept."""
    drawn = _drawn("secrets", whose)
    password = "".join(_LETTERS[(drawn >> place) % 32] for place in range(64, 104, 5))
    return Secrets(f"{drawn % 10_000:04d}", password, f"{drawn // 10_000 % 10_000:04d}")


def _drawn(kind: str, whose: PersonId | str) -> int:
    return int.from_bytes(sha256(f"onshi-demo:{kind}:{SEED}:{whose}".encode()).digest()) >> 1


def order_of(app: App, tx: Tx, person: PersonId, *, at: Moment, secrets: Secrets | None = None) -> CardOrder:
    """The order for a card of this person, made at `at`; `secrets` where they are others than those of `secrets_of`."""
    found = registry.person_of(tx, person)
    serials = [card.serial for card in registry.cards_of(tx, person) if card.issuer == CARD_ISSUER]
    return CardOrder(
        holder=person,
        card=app.draw(),
        surface=_surface(found, at),
        secrets=secrets or secrets_of(person),
        seed=SEED,
        serial=serials[-1] if serials else None,
        is_demo=True,
    )


def _holder(person: Person) -> Holder:
    municipality, address = _home(person)
    return Holder(
        id=HolderId(person.id),
        name=person.name,
        kana=person.kana,
        birth_on=person.birth_on,
        sex=Sex(person.sex),
        post_number=person.post_number or "",
        address=address,
        municipality=municipality,
    )


def _home(person: Person) -> tuple[MunicipalityCode, str]:
    municipality = person.municipality or _SOMEWHERE
    place = places.municipality(municipality)
    return municipality, person.address or f"{place.prefecture}{place.name}"


def _surface(person: Person, at: Moment) -> Surface:
    municipality, address = _home(person)
    today = japan_day(at)
    # Not by the id, which is another in every country that is built.
    whose = f"{person.name}:{person.birth_on}"
    return Surface(
        name=person.name,
        address=address,
        birth_on=person.birth_on,
        sex=person.sex,
        expires_on=law.card_valid_to(
            born=person.birth_on, applied_on=today, issued_on=today, residence=law.Residence.JAPANESE
        ),
        security_code=f"{_drawn('security', whose) % 10_000:04d}",
        municipality=municipality,
        photo=face_of(_drawn("face", whose)),
        name_image=text_image(person.name),
        address_image=text_image(address),
    )
