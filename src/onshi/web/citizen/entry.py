"""The way in: the 申請書ID of the printed form and the birth date."""

from collections.abc import Mapping
from datetime import date
from functools import partial

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards
from onshi.access import Limits
from onshi.audit import Action
from onshi.cards import Form, FormId, Holder
from onshi.db import Tx
from onshi.kernel import Moment, parse_day
from onshi.outside import forms_to_try
from onshi.web.acts import act
from onshi.web.citizen.session import COOKIE, ENTRY, gate, let_in, let_out
from onshi.web.errors import TooManyTries
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

_NOBODY = "citizen:unknown"
_REFUSED = "refused"


class Tries:
    """How often somebody may try: five times for one form and then every two minutes, and more for one address.

    Buckets of their own: those of `App.limits` fill again within seconds, and a birth date could be guessed.
    """

    # So many seconds of the bucket one try costs.
    _FORM_S, _ADDRESS_S = 120, 10

    def __init__(self) -> None:
        self._forms = Limits(rate=1, burst=5 * self._FORM_S)
        self._addresses = Limits(rate=1, burst=60 * self._ADDRESS_S)

    def take(self, form: FormId | None, address: str, at: Moment) -> None:
        """Counts one try. Raises `TooManyTries`, whatever the form is."""
        wait = self._addresses.take(address, self._ADDRESS_S, at)
        if wait is None and form is not None:
            wait = self._forms.take(form, self._FORM_S, at)
        if wait is not None:
            raise TooManyTries(minutes=-(-wait.seconds // 60))


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(ENTRY, ask, is_public=True),
        pages.take(f"{ENTRY}/enter", partial(enter, Tries()), is_public=True),
        pages.take(f"{ENTRY}/leave", leave, is_public=True),
        pages.show(f"{ENTRY}/enter", lambda _: go(ENTRY), is_public=True),
    ]


def ask(visit: Visit) -> Response:
    """The form. Whoever is inside already goes on."""
    if visit.request.cookies.get(COOKIE) and gate(visit) is None:
        return go(f"{ENTRY}/case")
    return _form(visit, ended=bool(visit.query("ended")))


def enter(tries: Tries, visit: Visit) -> Response:
    """Lets somebody in who knows both; whatever is wrong, the answer is the same."""
    form_id, birth_on = _form_id(visit.form.get("form_id")), _day(visit.form.get("birth"))
    client = visit.request.client
    tries.take(form_id, client.host if client else "", visit.now)
    found = visit.app.run(lambda tx: _checked(tx, visit, form_id, birth_on))
    if found is None:
        given = {"form_id": form_id or "", "birth": visit.form.get("birth")}
        return _form(visit, problem=visit.say("citizen.entry.wrong"), given=given, status=403)
    response = go(f"{ENTRY}/case")
    let_in(visit, response, found.id, found.holder)
    return response


def leave(_visit: Visit) -> Response:
    """Ends it, for the next one at a shared screen."""
    response = go(f"{ENTRY}?left=1")
    let_out(response)
    return response


def _checked(tx: Tx, visit: Visit, form_id: FormId | None, birth_on: date | None) -> Form | None:
    """The form when the pair is right and its holder lives; either way it goes into the log."""
    form, holder = _known(tx, form_id)
    if form is None or holder is None or holder.birth_on != birth_on or holder.deceased_on is not None:
        subject = None if holder is None else holder.id
        visit.log(tx, act(_NOBODY, Action.LOGIN_FAILED, _REFUSED, subject=subject))
        return None
    visit.log(tx, act(f"holder:{holder.id}", Action.LOGIN, "done", subject=holder.id))
    return form


def _known(tx: Tx, form_id: FormId | None) -> tuple[Form | None, Holder | None]:
    if form_id is None:
        return None, None
    try:
        form = cards.form_by_id(tx, form_id)
    except cards.errors.UnknownForm:
        return None, None
    return form, cards.holder_by_id(tx, form.holder)


def _form_id(text: str) -> FormId | None:
    try:
        return cards.parse_form_id(text)
    except cards.errors.FormMalformed:
        return None


def _day(text: str) -> date | None:
    try:
        return parse_day(text)
    except ValueError:
        return None


def _form(
    visit: Visit, *, problem: str = "", given: Mapping[str, str] | None = None, ended: bool = False, status: int = 200
) -> Response:
    to_try = forms_to_try(visit.app.settings.data) if visit.app.settings.demo else []
    return visit.page(
        "citizen/entry.html",
        status=status,
        problem=problem,
        given=given or {},
        ended=ended,
        has_left=bool(visit.query("left")),
        examples=to_try,
    )
