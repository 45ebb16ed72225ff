"""A card is registered as insurance card (利用登録): at an institution's reader, at a town's terminal, at the portal.

One way for all three; a bank's machine does the same over REST.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from onshi.access import PartyKind
from onshi.audit import Action
from onshi.flows import Registered
from onshi.outside import Drawer
from onshi.presence import Outcome, Presented, Purpose
from onshi.registry import enrolling
from onshi.registry.enrolling import Place, State
from onshi.web.acts import act
from onshi.web.errors import PageNotFound
from onshi.web.problems import Problem
from onshi.web.reader.conversation import Step
from onshi.web.reader.said import Said, said_by_card, said_by_server
from onshi.web.reader.showing import drawer_values, read_wanted, show_card, terminal_of
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

# These pages are the portal of their own house; other portals come over REST.
PORTAL = "portal:onshi"
_TONES = {State.COMPLETE: "good", State.RESERVED: "care", State.UNDER_REVIEW: "open"}


@dataclass(frozen=True, slots=True)
class Counter:
    """Where somebody stands with the card: the address, what it is called, and whose place it is.

    `name` names the texts (`reader.at.<name>`); `to` is who is spoken to (presence.READERS).
    """

    address: str
    place: Place
    name: str
    above: tuple[str, str]
    to: str
    party_of: Callable[[Visit], str]
    is_public: bool = False


def _institution(visit: Visit) -> str:
    visit.require("check")
    return visit.own_party(PartyKind.INSTITUTION).id


def _town(visit: Visit) -> str:
    visit.require("municipality.write")
    return visit.own_party(PartyKind.MUNICIPALITY).id


def _portal(_visit: Visit) -> str:
    return PORTAL


AT_READER = Counter(
    "/reception/reader/register", Place.READER, "reader", ("/reception", "reception.title"), "reception", _institution
)
AT_TOWN = Counter(
    "/municipality/register",
    Place.MUNICIPAL_TERMINAL,
    "town",
    ("/municipality", "municipality.title"),
    "reception",
    _town,
)
AT_PORTAL = Counter(
    "/citizen/register", Place.PORTAL, "portal", ("/citizen", "citizen.title"), "citizen", _portal, is_public=True
)


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    found = []
    for counter in (AT_READER, AT_TOWN, AT_PORTAL):
        done = f"{counter.address}/done"
        found += [
            pages.show(counter.address, partial(drawer, counter), is_public=counter.is_public),
            pages.take(done, partial(register, counter), is_public=counter.is_public),
            # What came of it is shown once.
            pages.show(done, partial(back, counter), is_public=counter.is_public),
        ]
    return found


def drawer(counter: Counter, visit: Visit) -> Response:
    """The cards to choose from."""
    given = {"card": visit.query("card"), "mode": visit.query("mode")}
    return _drawer(counter, visit, _party(counter, visit), given, ())


def back(counter: Counter, _visit: Visit) -> Response:
    """To the drawer again."""
    return go(counter.address)


def register(counter: Counter, visit: Visit) -> Response:
    """Shows the card once, for this and nothing else, and registers it for its holder."""
    party = _party(counter, visit)
    terminal = terminal_of(visit.app, party)
    given = {name: visit.form.get(name) for name in ("card", "mode", "pin")}
    wanted = read_wanted(given, Drawer(visit.app.settings.data), has_terminal=terminal is not None)
    if isinstance(wanted, tuple):
        return _drawer(counter, visit, party, given, wanted)
    shown, steps = show_card(visit.app, party, wanted, terminal, Purpose.REGISTER)
    values: dict[str, Any] = {"counter": counter, "card": wanted.card, "mode": wanted.mode, "receipt": None}
    if not isinstance(shown, Presented):
        return visit.page("reader/registered.html", said=said_by_card(visit, shown), steps=steps, **values)
    done = visit.app.register(shown, counter.place, party)
    if visit.session is not None:
        outcome = done.proven.outcome.value
        visit.app.run(
            lambda tx: visit.log(tx, act(visit.actor, Action.CARD_SHOWN, outcome, thing=shown.bound.terminal))
        )
    values |= {"receipt": done.receipt, "steps": [*steps, Step("send"), Step("judge")]}
    return visit.page("reader/registered.html", said=_said(counter, visit, done), **values)


def _said(counter: Counter, visit: Visit, done: Registered) -> Said:
    said = said_by_server(visit, done.proven, to=counter.to)
    if done.receipt is not None:
        state = done.receipt.state
        words = enrolling.state_text(state, done.receipt.effective_on, visit.language)
        return Said(_TONES.get(state, "bad"), visit.say("reader.state." + state), words, "")
    if done.proven.outcome is Outcome.PRESENT_IN_GRACE:
        # It serves for eligibility, which is what its advice is about; here it serves for nothing.
        return Said("bad", said.title, visit.say("reader.in_grace_meaning"), visit.say("reader.in_grace_advice"))
    return said


def _party(counter: Counter, visit: Visit) -> str:
    # Software cards are there to be tried; elsewhere a reader with its own software asks over REST.
    if not visit.app.settings.demo:
        raise PageNotFound
    return counter.party_of(visit)


def _drawer(
    counter: Counter, visit: Visit, party: str, given: Mapping[str, str], problems: tuple[Problem, ...]
) -> Response:
    # What was typed as a PIN is never sent back.
    kept = {name: given.get(name, "") for name in ("card", "mode")}
    has_terminal = terminal_of(visit.app, party) is not None
    return visit.page(
        "reader/register.html",
        status=422 if problems else 200,
        counter=counter,
        **drawer_values(visit.app, kept, problems, has_terminal=has_terminal),
    )
