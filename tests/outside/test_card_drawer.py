"""The drawer: what was laid in comes back as it was made, whatever happened to it."""

from pathlib import Path

import pytest

from chip import make
from chip.make import AUTH_PIN
from onshi.chip import Application, Lock, new_state, talk
from onshi.outside import CardExists, CardInUse, Drawer, InDrawer, screen_picture
from onshi.outside.pictures import face_of


@pytest.fixture
def drawer(tmp_path: Path) -> Drawer:
    made = Drawer(tmp_path)
    content = make.usual_card()
    for name in (InDrawer.LOCKED, InDrawer.GOOD):
        made.lay_in(name, content, new_state(content))
    return made


def tries(drawer: Drawer) -> list[tuple[str, int]]:
    return [(card.name, card.tries_left) for card in drawer.cards()]


def use(drawer: Drawer, pin: str) -> None:
    card = drawer.open(InDrawer.GOOD)
    assert talk.select(card, Application.JPKI)
    talk.verify_pin(card, pin)
    card.close()


def test_cards_lie_in_the_order_of_the_list(drawer: Drawer) -> None:
    assert tries(drawer) == [("good", 3), ("locked", 3)]
    assert (drawer.find("face"), drawer.find("../good")) == (None, None)
    found = drawer.find("good")
    assert found is not None
    assert found.pin == AUTH_PIN


def test_what_a_card_remembers_is_seen_and_can_be_put_back(drawer: Drawer) -> None:
    use(drawer, "0000")
    use(drawer, "0000")
    assert tries(drawer) == [("good", 1), ("locked", 3)]
    drawer.put_back()
    assert tries(drawer) == [("good", 3), ("locked", 3)]


def test_a_pin_that_was_changed_is_told_and_put_back(drawer: Drawer) -> None:
    card = drawer.open(InDrawer.GOOD)
    assert talk.select(card, Application.JPKI)
    assert talk.verify_pin(card, AUTH_PIN) == talk.PinRight()
    assert talk.change_secret(card, Lock.AUTH_PIN, "9172")
    card.close()
    assert [one.pin for one in drawer.cards()] == ["9172", AUTH_PIN]
    drawer.put_back()
    assert [one.pin for one in drawer.cards()] == [AUTH_PIN, AUTH_PIN]


def test_a_card_in_a_reader_stays_there(drawer: Drawer) -> None:
    use(drawer, "0000")
    held = drawer.open(InDrawer.GOOD)
    with pytest.raises(CardInUse):
        drawer.put_back()
    assert tries(drawer) == [("good", 2), ("locked", 3)]
    held.close()


def test_nothing_is_laid_on_another_card(drawer: Drawer) -> None:
    content = make.usual_card()
    with pytest.raises(CardExists):
        drawer.lay_in(InDrawer.GOOD, content, new_state(content))


def test_only_the_owner_opens_it(drawer: Drawer, tmp_path: Path) -> None:
    folder = tmp_path / "cards" / "drawer"
    assert [path.stat().st_mode & 0o077 for path in (folder, *folder.rglob("*.card"))] == [0] * 5


def test_a_photo_becomes_a_png() -> None:
    assert screen_picture(face_of(7))[:8] == b"\x89PNG\r\n\x1a\n"
    assert screen_picture(face_of(7)) != screen_picture(face_of(50_000))
