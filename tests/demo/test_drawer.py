"""The drawer of the demo: a card for everything that can happen at a reader, as `onshi demo` makes it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509

from onshi import pki, registry
from onshi.app import App, open_app
from onshi.demo import CARD_ISSUER, Scale
from onshi.demo.build import build, the_country
from onshi.demo.drawer import choose
from onshi.demo.standing import Standing, set_up
from onshi.demo.virtual_cards import virtual_card
from onshi.eligibility import Asker
from onshi.flows import CardShown
from onshi.kernel import PersonId, japan_day, moment_of
from onshi.outside import Drawer, FileSigner, InDrawer
from onshi.presence import Bound, Mode, Presented, Proving, Purpose, show_at_terminal, show_with_pin
from onshi.registry import CardKey
from onshi.registry.enrolling import Place, State
from onshi.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo-drawer")]

# Four hundred people: with fewer there is no child among them.
SCALE, SMALLEST = Scale(1, 300_000), Scale(1, 1_000_000)
GIVES = {
    "good": ("present", None, "in_force"),
    "unregistered": ("present", None, "not_registered"),
    "in_grace": ("present_in_grace", None, "in_force"),
    "expired": ("expired", None, None),
    "revoked": ("revoked", "cessationOfOperation", None),
    "lost": ("suspended", None, None),
    "superseded": ("superseded", None, None),
    "renewed": ("present", None, "in_force"),
    "one_try": ("present", None, "in_force"),
    "locked": ("present", None, "in_force"),
    "child": ("present", None, "in_force"),
    "face": ("present", None, "in_force"),
}


def silent(_what: str, _done: int, _of: int) -> None:
    """Says nothing."""


def opened(data: Path) -> App:
    return open_app(Settings(data, f"sqlite:///{data / 'onshi.sqlite'}", demo=True))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, Standing]]:
    """A country as `onshi demo` builds it."""
    data = tmp_path_factory.mktemp("drawer") / "data"
    stands = set_up(data, SCALE, tell=silent)
    app = opened(data)
    yield app, stands
    app.db.close()


@pytest.fixture
def app(made: tuple[App, Standing]) -> App:
    return made[0]


@pytest.fixture
def drawer(app: App) -> Drawer:
    return Drawer(app.settings.data)


def party(app: App) -> tuple[str, Proving]:
    """The clinic, and its certified reader."""
    with app.db.transaction(reading=True) as tx:
        known = pki.terminals.terminal_of(tx, "DEMO-CLINIC")
    assert known is not None
    key = Drawer(app.settings.data).terminal_key(known.id)
    return known.party, Proving(known.certificate, FileSigner(key).sign)


def given(app: App, name: str) -> tuple[str, str | None, str | None]:
    """Outcome, reason and answer when the card is shown at the clinic's reader."""
    clinic, proving = party(app)
    card = Drawer(app.settings.data).open(InDrawer(name))
    bound = Bound(clinic, "DEMO-CLINIC", Purpose.CHECK, Mode.FACE)
    shown = show_at_terminal(card, bound, app.nonce(bound).value, proving)
    card.close()
    assert isinstance(shown, Presented)
    (answered,) = app.present([CardShown(shown, app.today())], [Asker(clinic, clinic.partition(":")[2])])
    checked = answered.checked
    return answered.proven.outcome, answered.proven.reason, checked and checked.answer.kind


@pytest.mark.parametrize("name", list(InDrawer))
def test_each_card_gives_what_it_is_there_for(app: App, name: str) -> None:
    assert given(app, name) == GIVES[name]


def test_each_card_is_of_another_person_whom_the_registry_knows(app: App, drawer: Drawer) -> None:
    cards = {card.name: card.content for card in drawer.cards()}
    assert list(cards) == list(InDrawer)
    renewed = cards.pop(InDrawer.RENEWED)
    assert renewed.holder == cards[InDrawer.SUPERSEDED].holder
    assert len({card.holder for card in cards.values()}) == len(InDrawer) - 1
    with app.db.transaction(reading=True) as tx:
        for name, card in cards.items():
            linked = registry.cards_of(tx, PersonId(card.holder))
            assert registry.person_of(tx, PersonId(card.holder)).name == card.surface.name
            assert bool(linked) is (name is not InDrawer.UNREGISTERED)


def test_the_serial_number_is_that_which_the_registry_has_known(app: App, drawer: Drawer) -> None:
    card = drawer.find("good")
    assert card is not None
    assert card.content.auth.certificate is not None
    serial = x509.load_der_x509_certificate(card.content.auth.certificate).serial_number
    with app.db.transaction(reading=True) as tx:
        (found,) = registry.find_by_card(tx, [CardKey(CARD_ISSUER, f"{serial:010}")])
    assert [one.person.id for one in found.sightings] == [card.content.holder]


def test_certificates_ended_when_they_should(made: tuple[App, Standing], drawer: Drawer) -> None:
    today = made[1].today

    def days_since(name: str) -> int:
        card = drawer.find(name)
        assert card is not None
        assert card.content.auth.certificate is not None
        read = x509.load_der_x509_certificate(card.content.auth.certificate)
        return (today - japan_day(moment_of(read.not_valid_after_utc))).days

    assert 1 <= days_since("in_grace") <= 60
    assert 365 < days_since("expired") <= 2 * 366
    assert days_since("good") < 0


def test_a_child_has_no_signature_and_a_card_for_the_face_no_pin(drawer: Drawer) -> None:
    cards = {card.name: card.content for card in drawer.cards()}
    assert [name for name, card in cards.items() if card.sign.certificate is None] == [InDrawer.CHILD, InDrawer.FACE]
    assert [name for name, card in cards.items() if card.auth_pin is None] == [InDrawer.FACE]
    tries = {card.name: card.tries_left for card in drawer.cards()}
    assert (tries[InDrawer.LOCKED], tries[InDrawer.ONE_TRY], tries[InDrawer.GOOD]) == (0, 1, 3)


def test_the_pins_are_the_right_ones(app: App, drawer: Drawer) -> None:
    for lying in drawer.cards():
        if lying.tries_left:
            card = drawer.open(lying.name)
            bound = Bound("institution:1", "desk", Purpose.CHECK, Mode.PIN)
            assert isinstance(show_with_pin(card, bound, app.nonce(bound).value, lying.pin or ""), Presented)
            card.close()
    drawer.put_back()


def test_the_holder_can_register_the_card(app: App) -> None:
    clinic, proving = party(app)
    card = Drawer(app.settings.data).open(InDrawer.GOOD)
    bound = Bound(clinic, "DEMO-CLINIC", Purpose.REGISTER, Mode.FACE)
    shown = show_at_terminal(card, bound, app.nonce(bound).value, proving)
    card.close()
    assert isinstance(shown, Presented)
    receipt = app.register(shown, Place.READER, clinic).receipt
    assert receipt is not None
    assert receipt.state is State.COMPLETE


def test_a_person_of_the_drawer_has_no_second_card(app: App, drawer: Drawer) -> None:
    good, renewed = drawer.find("good"), drawer.find("renewed")
    assert good is not None
    assert renewed is not None
    assert virtual_card(app, PersonId(good.content.holder)) == drawer.path(InDrawer.GOOD)
    assert virtual_card(app, PersonId(renewed.content.holder)) == drawer.path(InDrawer.RENEWED)


def test_the_card_of_the_examples_is_not_in_the_drawer(made: tuple[App, Standing], drawer: Drawer) -> None:
    app, stands = made
    (serial,) = [example["serial"] for example in stands.examples if "serial" in example]
    with app.db.transaction(reading=True) as tx:
        (found,) = registry.find_by_card(tx, [CardKey(CARD_ISSUER, serial)])
    person = found.sightings[0].person.id
    assert person not in {card.content.holder for card in drawer.cards()}
    assert virtual_card(app, person).name == f"{person}.card"


def test_a_country_built_again_has_the_same_people_in_it(tmp_path: Path) -> None:
    today = date(2026, 11, 1)
    names = []
    for place in ("one", "two"):
        app = opened(tmp_path / place)
        built = build(app, the_country(SMALLEST, today), tmp_path / place / "feeds", silent)
        chosen = choose(app, built.sample.people, today, spared=frozenset())
        with app.db.transaction(reading=True) as tx:
            names.append({name: (registry.person_of(tx, one.person).name, one.made_on) for name, one in chosen.items()})
        app.db.close()
    assert names[0] == names[1]
    assert set(InDrawer) - set(names[0]) == {InDrawer.CHILD, InDrawer.RENEWED}
