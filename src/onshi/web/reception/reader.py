"""A check with a card out of the drawer: everything that passes when one is shown, and the answer."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from onshi.access import Party, PartyKind
from onshi.audit import Action
from onshi.eligibility import AnswerKind, Asker, ByCard, Query
from onshi.flows import CardShown
from onshi.outside import Drawer
from onshi.presence import Presented, Proven, Purpose
from onshi.web.acts import act
from onshi.web.errors import PageNotFound
from onshi.web.problems import Problem
from onshi.web.reader import (
    Step,
    drawer_values,
    read_wanted,
    said_by_card,
    said_by_server,
    show_card,
    terminal_of,
)
from onshi.web.reception.answering import told
from onshi.web.reception.form import TICKS
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

ADDRESS = "/reception/reader"


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
    terminal = terminal_of(visit.app, party.id)
    given = {name: visit.form.get(name) for name in ("card", "mode", "pin", *TICKS)}
    wanted = read_wanted(given, Drawer(visit.app.settings.data), has_terminal=terminal is not None)
    if isinstance(wanted, tuple):
        return _drawer(visit, party, given, wanted)
    shown, steps = show_card(visit.app, party.id, wanted, terminal, Purpose.CHECK)
    values: dict[str, Any] = {
        "card": wanted.card,
        "mode": wanted.mode,
        "steps": steps,
        "answered": None,
        "may_register": False,
    }
    if not isinstance(shown, Presented):
        return visit.page("reception/reader_result.html", said=said_by_card(visit, shown), **values)
    asked = CardShown(shown, visit.app.today(), bool(given["limit_consent"]), bool(given["disease_consent"]))
    (answered,) = visit.app.present([asked], [Asker(party.id, party.code)])
    proven = answered.proven
    visit.app.run(
        lambda tx: visit.log(tx, act(visit.actor, Action.CARD_SHOWN, proven.outcome.value, thing=shown.bound.terminal))
    )
    values["steps"] = [*steps, Step("send"), Step("judge")]
    if answered.checked is not None:
        values |= {"answered": answered.checked} | told(visit, party, _query(asked, proven), answered.checked)
        values["may_register"] = answered.checked.answer.kind is AnswerKind.NOT_REGISTERED
    return visit.page("reception/reader_result.html", said=said_by_server(visit, proven, to="reception"), **values)


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
    # What was typed as a PIN is never sent back.
    kept = {name: given.get(name, "") for name in ("card", "mode", *TICKS)}
    has_terminal = terminal_of(visit.app, party.id) is not None
    return visit.page(
        "reception/reader.html",
        status=422 if problems else 200,
        **drawer_values(visit.app, kept, problems, has_terminal=has_terminal),
    )


def _query(asked: CardShown, proven: Proven) -> Query:
    assert proven.issuer is not None and proven.serial is not None, "a holder who is there has a certificate"
    return Query(
        ByCard(proven.issuer, proven.serial),
        asked.on,
        limit_consent=asked.limit_consent,
        disease_consent=asked.disease_consent,
        presence=asked.presented.bound.mode,
    )
