"""Signing in with password and authenticator code, and out."""

import threading

from starlette.responses import Response
from starlette.routing import Route

from onshi import access, flows
from onshi.access import NeedsCode, NotSignedIn, SignedIn
from onshi.db import Tx
from onshi.web.front import home_of
from onshi.web.serving import SESSION, Pages, give_session, take_session
from onshi.web.visit import Visit, go

# A password takes 64 MiB and all of a core to compare; more at once would only starve the desks.
_COMPARING = threading.BoundedSemaphore(2)


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/sign-in", ask, is_public=True),
        pages.take("/sign-in", sign_in, is_public=True),
        pages.take("/sign-out", sign_out, is_public=True),
    ]


def ask(visit: Visit) -> Response:
    """The form."""
    return _form(visit, problem="sign_in.ended" if visit.query("ended") else None)


def sign_in(visit: Visit) -> Response:
    """Opens a session, or says in one sentence for every reason that it did not."""
    login, password, code = visit.form.get("login"), visit.form.fields.get("password", ""), visit.form.get("code")
    with visit.app.db.transaction(reading=True) as tx:
        stored = access.password_hash_of(tx, login)
    with _COMPARING:
        proof = access.prove_password(login, stored, password)
    key = visit.app.staff_key

    def work(tx: Tx) -> SignedIn | NeedsCode | NotSignedIn:
        result = access.sign_in(tx, proof, code or None, at=visit.now, key=key)
        if not isinstance(result, NeedsCode):
            visit.log(tx, flows.entry_of(result.event))
        return result

    result = visit.app.run(work)
    if isinstance(result, NeedsCode):
        return _form(visit, problem="sign_in.needs_code", login=login, status=403)
    if isinstance(result, NotSignedIn):
        return _form(visit, refusal=result.refusal.text(visit.language), login=login, status=403)
    response = go(_next(visit) or home_of(result.session.staff.roles))
    give_session(visit, response, result.token)
    return response


def sign_out(visit: Visit) -> Response:
    """Ends the session, and is content when there is none any more."""
    if visit.session is not None:
        token = visit.request.cookies[SESSION]
        visit.app.run(lambda tx: visit.log(tx, flows.entry_of(access.sign_out(tx, token))))
    response = go("/")
    take_session(response)
    return response


def _form(
    visit: Visit, *, problem: str | None = None, refusal: str | None = None, login: str = "", status: int = 200
) -> Response:
    said = visit.say(problem) if problem else refusal
    return visit.page("sign_in.html", status=status, problem=said, login=login, next=_next(visit))


def _next(visit: Visit) -> str:
    """The page that was wanted before: an address of ours, or nothing."""
    wanted = visit.form.get("next") or visit.query("next")
    is_ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if is_ours and wanted.isprintable() else ""
