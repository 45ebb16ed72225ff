"""A software card out of the drawer is shown to a reader: what was chosen on the page, and what passed until then."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from onshi import pki, presence
from onshi.app import App
from onshi.chip import Channel
from onshi.chip.talk import PinBlocked
from onshi.outside import Drawer, FileSigner, LyingCard, screen_picture
from onshi.presence import Bound, Mode, OtherCard, Proving, Purpose, Shown
from onshi.web.problems import Problem
from onshi.web.reader.conversation import Overheard, Step

# The name of the reader where the holder proves it by PIN: such a one needs no certificate.
DESK = "desk"
_PIN_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Terminal:
    """A certified reader of the party, with what it proves itself by."""

    id: str
    proving: Proving


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which card, and by which way its holder proves to be there."""

    card: LyingCard
    mode: Mode
    pin: str = field(repr=False)


def drawer_values(
    app: App, given: Mapping[str, str], problems: Sequence[Problem], *, has_terminal: bool
) -> dict[str, Any]:
    """What `reader/drawer.html` needs: the cards that lie there, and what was chosen before."""
    cards = Drawer(app.settings.data).cards()
    return {
        "cards": cards,
        "pictures": {card.name: _picture(card) for card in cards},
        "given": given,
        "has_terminal": has_terminal,
        "problems": problems,
        "wrong": {problem.field: problem.text for problem in reversed(problems)},
    }


def _picture(card: LyingCard) -> str:
    """The face on the card, for an `img`."""
    return "data:image/png;base64," + base64.b64encode(screen_picture(card.content.surface.photo)).decode()


def terminal_of(app: App, party_id: str) -> Terminal | None:
    """A certified reader of the party whose key is here, if there is one."""
    with app.db.transaction(reading=True) as tx:
        known = [one for one in pki.terminals.terminals_of(tx, party_id) if one.revoked_at is None]
    keys = Drawer(app.settings.data)
    for one in known:
        if (path := keys.terminal_key(one.id)).exists():
            return Terminal(one.id, Proving(one.certificate, FileSigner(path).sign))
    return None


def read_wanted(given: Mapping[str, str], cards: Drawer, *, has_terminal: bool) -> Wanted | tuple[Problem, ...]:
    """What was chosen (`card`, `mode`, `pin`), or everything that is wrong with it."""
    problems = []
    card = cards.find(given["card"])
    if card is None:
        problems.append(Problem("card", "reception.reader.problem.card"))
    mode = Mode(given["mode"]) if given["mode"] in set(Mode) else None
    if mode is None or (mode.needs_terminal and not has_terminal):
        problems.append(Problem("mode", "reception.reader.problem.mode"))
    pin = given["pin"]
    # What is no PIN is not shown to the card: it would cost a try.
    if card is not None and mode is Mode.PIN and not (pin.isascii() and pin.isdigit() and len(pin) == _PIN_LENGTH):
        problems.append(Problem("pin", "reception.reader.problem.pin"))
    if card is None or mode is None or problems:
        return tuple(problems)
    return Wanted(card, mode, pin)


def show_card(
    app: App, party_id: str, wanted: Wanted, terminal: Terminal | None, purpose: Purpose
) -> tuple[Shown, list[Step]]:
    """What the card gave out at a reader of the party, and what passed until then. CardInUse."""
    card = Drawer(app.settings.data).open(wanted.card.name)
    try:
        if wanted.mode is Mode.PIN:
            return _with_pin(app, card, Bound(party_id, DESK, purpose, wanted.mode), wanted.pin)
        assert terminal is not None, "the mode was looked at"
        return _at_terminal(app, card, Bound(party_id, terminal.id, purpose, wanted.mode), terminal)
    finally:
        card.close()


def _with_pin(app: App, card: Channel, bound: Bound, pin: str) -> tuple[Shown, list[Step]]:
    before, after = Overheard(card), Overheard(card)
    left = presence.pin_tries(before)
    if isinstance(left, OtherCard):
        return left, before.steps
    if left == 0:
        return PinBlocked(), before.steps
    shown = presence.show_with_pin(after, bound, app.nonce(bound).value, pin)
    return shown, [*before.steps, Step("nonce"), *after.steps]


def _at_terminal(app: App, card: Channel, bound: Bound, terminal: Terminal) -> tuple[Shown, list[Step]]:
    heard = Overheard(card)
    shown = presence.show_at_terminal(heard, bound, app.nonce(bound).value, terminal.proving)
    return shown, [Step("nonce"), *heard.steps]
