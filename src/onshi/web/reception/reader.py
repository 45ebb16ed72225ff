"""A card reader for the demo: a drawer of software cards, and everything that passes when one of them is shown."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from onshi import pki, presence
from onshi.access import Party, PartyKind
from onshi.app import App
from onshi.audit import Action
from onshi.chip import Channel
from onshi.chip.talk import PinBlocked, PinWrong
from onshi.eligibility import Asker, ByCard, Query
from onshi.flows import CardShown
from onshi.outside import Drawer, FileSigner, LyingCard, screen_picture
from onshi.presence import Bound, Mode, OtherCard, Outcome, Presented, Proven, Proving, Purpose, Shown
from onshi.web.acts import act
from onshi.web.errors import PageNotFound
from onshi.web.reception.answering import told
from onshi.web.reception.conversation import Overheard, Step
from onshi.web.reception.form import TICKS, Problem
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

ADDRESS = "/reception/reader"
# The name of the reader where the holder proves it by PIN: such a one needs no certificate.
DESK = "desk"
_PIN_LENGTH = 4
# Texts by what came of it.
_OUTCOME, _CARD_SAYS = "reception.outcome.", "reception.reader.card_says."

OUTCOME_TONES: dict[Outcome, str] = {
    Outcome.PRESENT: "good",
    Outcome.PRESENT_IN_GRACE: "care",
    Outcome.EXPIRED: "care",
    Outcome.SUPERSEDED: "care",
    Outcome.NOT_YET_VALID: "care",
    Outcome.REVOKED: "bad",
    Outcome.SUSPENDED: "bad",
    Outcome.UNTRUSTED: "bad",
    Outcome.WRONG_SIGNATURE: "bad",
    Outcome.WRONG_TERMINAL: "bad",
    Outcome.TERMINAL_EXPIRED: "bad",
    Outcome.TERMINAL_REVOKED: "bad",
    Outcome.NO_TERMINAL: "bad",
    Outcome.STATUS_UNAVAILABLE: "open",
    Outcome.NONCE_MALFORMED: "open",
    Outcome.NONCE_OF_ANOTHER: "open",
    Outcome.NONCE_EXPIRED: "open",
    Outcome.NONCE_USED: "open",
}


@dataclass(frozen=True, slots=True)
class Terminal:
    """A certified reader of the institution, with what it proves itself by."""

    id: str
    proving: Proving


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was chosen on the page."""

    card: LyingCard
    mode: Mode
    pin: str = field(repr=False)
    limit_consent: bool
    disease_consent: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What came of it, as it stands at the top of the page."""

    tone: str
    title: str
    meaning: str
    advice: str
    reason: str | None = None


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(ADDRESS, drawer),
        pages.show(f"{ADDRESS}/present", back),
        pages.take(f"{ADDRESS}/present", present),
        pages.show(f"{ADDRESS}/put-back", back),
        pages.take(f"{ADDRESS}/put-back", put_back),
    ]


def drawer(visit: Visit) -> Response:
    """The cards to choose from."""
    party = _institution(visit)
    given = {"card": visit.query("card"), "mode": visit.query("mode")}
    return _drawer(visit, party, given, ())


def back(_visit: Visit) -> Response:
    """What came of a card is shown once; whoever comes back to its address shows the card again."""
    return go(ADDRESS)


def present(visit: Visit) -> Response:
    """Shows the card to the reader, and what it says to the server; then all that passed, and the answer."""
    party = _institution(visit)
    terminal = _terminal_of(visit.app, party)
    given = {name: visit.form.get(name) for name in ("card", "mode", "pin", *TICKS)}
    wanted = _read(given, Drawer(visit.app.settings.data), has_terminal=terminal is not None)
    if not isinstance(wanted, Wanted):
        return _drawer(visit, party, given, wanted)
    shown, steps = _shown(visit.app, party, wanted, terminal)
    values: dict[str, Any] = {"card": wanted.card, "mode": wanted.mode, "steps": steps, "answered": None}
    if not isinstance(shown, Presented):
        return visit.page("reception/reader_result.html", said=_said_by_card(visit, shown), **values)
    asked = CardShown(shown, visit.app.today(), wanted.limit_consent, wanted.disease_consent)
    (answered,) = visit.app.present([asked], [Asker(party.id, party.code)])
    proven = answered.proven
    visit.app.run(
        lambda tx: visit.log(tx, act(visit.actor, Action.CARD_SHOWN, proven.outcome.value, thing=shown.bound.terminal))
    )
    values["steps"] = [*steps, Step("send"), Step("judge")]
    if answered.checked is not None:
        values |= {"answered": answered.checked} | told(visit, party, _query(asked, proven), answered.checked)
    return visit.page("reception/reader_result.html", said=_said_by_server(visit, proven), **values)


def put_back(visit: Visit) -> Response:
    """Every card as it was made, and the drawer again."""
    _institution(visit)
    Drawer(visit.app.settings.data).put_back()
    return go(ADDRESS)


def _institution(visit: Visit) -> Party:
    # Software cards and their PINs are there to be tried; where real people are asked about there is no such page.
    if not visit.app.settings.demo:
        raise PageNotFound
    visit.require("check")
    return visit.own_party(PartyKind.INSTITUTION)


def _drawer(visit: Visit, party: Party, given: Mapping[str, str], problems: tuple[Problem, ...]) -> Response:
    cards = Drawer(visit.app.settings.data).cards()
    return visit.page(
        "reception/reader.html",
        status=422 if problems else 200,
        cards=cards,
        pictures={card.name: _picture(card) for card in cards},
        given={name: given.get(name, "") for name in ("card", "mode", *TICKS)},
        has_terminal=_terminal_of(visit.app, party) is not None,
        problems=problems,
        wrong={problem.field: problem.text for problem in reversed(problems)},
    )


def _picture(card: LyingCard) -> str:
    """The face on the card, for an `img`."""
    return "data:image/png;base64," + base64.b64encode(screen_picture(card.content.surface.photo)).decode()


def _terminal_of(app: App, party: Party) -> Terminal | None:
    """A certified reader of the institution whose key is here, if there is one."""
    with app.db.transaction(reading=True) as tx:
        known = [one for one in pki.terminals.terminals_of(tx, party.id) if one.revoked_at is None]
    keys = Drawer(app.settings.data)
    for one in known:
        if (path := keys.terminal_key(one.id)).exists():
            return Terminal(one.id, Proving(one.certificate, FileSigner(path).sign))
    return None


def _read(given: Mapping[str, str], cards: Drawer, *, has_terminal: bool) -> Wanted | tuple[Problem, ...]:
    """What was chosen, or everything that is wrong with it."""
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
    return Wanted(card, mode, pin, bool(given["limit_consent"]), bool(given["disease_consent"]))


def _shown(app: App, party: Party, wanted: Wanted, terminal: Terminal | None) -> tuple[Shown, list[Step]]:
    """What the card gave out, and what passed until then."""
    card = Drawer(app.settings.data).open(wanted.card.name)
    try:
        if wanted.mode is Mode.PIN:
            return _shown_with_pin(app, card, Bound(party.id, DESK, Purpose.CHECK, wanted.mode), wanted.pin)
        assert terminal is not None, "the mode was looked at"
        return _shown_at(app, card, Bound(party.id, terminal.id, Purpose.CHECK, wanted.mode), terminal)
    finally:
        card.close()


def _shown_with_pin(app: App, card: Channel, bound: Bound, pin: str) -> tuple[Shown, list[Step]]:
    before, after = Overheard(card), Overheard(card)
    left = presence.pin_tries(before)
    if isinstance(left, OtherCard):
        return left, before.steps
    if left == 0:
        return PinBlocked(), before.steps
    shown = presence.show_with_pin(after, bound, app.nonce(bound).value, pin)
    return shown, [*before.steps, Step("nonce"), *after.steps]


def _shown_at(app: App, card: Channel, bound: Bound, terminal: Terminal) -> tuple[Shown, list[Step]]:
    heard = Overheard(card)
    shown = presence.show_at_terminal(heard, bound, app.nonce(bound).value, terminal.proving)
    return shown, [Step("nonce"), *heard.steps]


def _query(asked: CardShown, proven: Proven) -> Query:
    assert proven.issuer is not None and proven.serial is not None, "a holder who is there has a certificate"
    return Query(
        ByCard(proven.issuer, proven.serial),
        asked.on,
        limit_consent=asked.limit_consent,
        disease_consent=asked.disease_consent,
        presence=asked.presented.bound.mode,
    )


def _said_by_card(visit: Visit, shown: Shown) -> Said:
    match shown:
        case PinWrong(left=left):
            advice = "last_try" if left == 1 else "pin_wrong"
            return Said(
                "care",
                visit.say(_CARD_SAYS + "pin_wrong"),
                visit.say(_CARD_SAYS + "pin_wrong_meaning", left=left),
                visit.say(_CARD_SAYS + f"{advice}_advice"),
            )
        case PinBlocked():
            name, tone = "pin_locked", "bad"
        case OtherCard():
            name, tone = "other_card", "bad"
        case _:
            name, tone = "terminal_refused", "bad"
    return Said(
        tone,
        visit.say(_CARD_SAYS + name),
        visit.say(_CARD_SAYS + f"{name}_meaning"),
        visit.say(_CARD_SAYS + f"{name}_advice"),
    )


def _said_by_server(visit: Visit, proven: Proven) -> Said:
    outcome, language = proven.outcome, visit.language
    return Said(
        OUTCOME_TONES[outcome],
        visit.say(_OUTCOME + outcome),
        presence.outcome_meaning(outcome, language),
        presence.outcome_advice(outcome, "reception", language),
        proven.reason,
    )
