"""The login of a terminal: its certificate, and somebody who works there, for an access token."""

import secrets
from typing import Any, Final

import msgspec

from onshi import access
from onshi.access import Event, Granted, NotSignedIn
from onshi.app import App
from onshi.db import Tx
from onshi.flows import record
from onshi.interfaces.oqs.encodings import Encoding
from onshi.interfaces.rest.dispatch import take
from onshi.interfaces.rest.problems import status_of
from onshi.interfaces.webapi.errors import LoginUnreadable, TerminalCertificateMissing
from onshi.interfaces.webapi.model import Asked, Told
from onshi.kernel import Moment, OnshiError, japan_day
from onshi.terminal_office import terminal_ca

_BUCKET: Final = "anonymous:terminal"
_UNPROVEN: Final = "unauthenticated"
_SUCCESS: Final = "success"
_WELCOME: Final = "ログインしました。"
# The names of the two members are not public; these are taken, in any case of letters.
_USERS: Final = ("userid", "loginid", "user", "username")
_PASSWORDS: Final = ("password", "passwd")
_LENGTH_MAX: Final = 256
_REFRESH_BYTES: Final = 32
_STATUS: Final[dict[type[OnshiError], int]] = {
    TerminalCertificateMissing: 403,
    access.errors.SignInRefused: 401,
    access.errors.TokenRefused: 403,
}


def answer(asked: Asked) -> Told:
    """The tokens, or why there are none; either way the log knows of it, unless the connection is no terminal's."""
    client_id: str | None = None
    try:
        take(asked.app, _BUCKET, 1, asked.at)
        client_id = _terminal(asked)
        user, password = read_login(asked.body)
        granted = _granted(asked.app, client_id, user, password, asked.at)
    except OnshiError as error:
        return refused(error, client_id)
    tokens = {
        "accessToken": granted.token,
        # Clients keep one. There is nothing it could be used for: whoever signs in again gets new tokens.
        "refreshToken": secrets.token_urlsafe(_REFRESH_BYTES),
        "idToken": granted.token,
        "linkSysCharCd": Encoding.UTF_8.identifier,
    }
    return Told(200, {"status": _SUCCESS, "msg": _WELCOME, "result": tokens}, client_id)


def refused(error: OnshiError, client_id: str | None = None) -> Told:
    """A login that was not let in: `status` is the code of the refusal."""
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), status_of(error))
    return Told(status, {"status": error.code, "msg": error.text("ja")}, client_id)


def read_login(body: bytes) -> tuple[str, str]:
    """User and password out of the body; other members are left alone. LoginUnreadable."""
    try:
        document = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise LoginUnreadable from None
    if not isinstance(document, dict):
        raise LoginUnreadable
    members = {name.lower(): value for name, value in document.items()}
    return _member(members, _USERS), _member(members, _PASSWORDS)


def _member(members: dict[str, Any], names: tuple[str, ...]) -> str:
    value = next((members[name] for name in names if members.get(name)), None)
    # A database takes no NUL, and half a sign does not get through the reader of JSON.
    if not isinstance(value, str) or len(value) > _LENGTH_MAX or "\0" in value:
        raise LoginUnreadable
    return value


def _terminal(asked: Asked) -> str:
    """The client whose terminal this is. TerminalCertificateMissing."""
    found = None
    if asked.certificate is not None:
        found = terminal_ca(asked.app).client_of(asked.certificate, at=asked.at)
    if found is None:
        raise TerminalCertificateMissing
    return found


def _granted(app: App, client_id: str, user: str, password: str, at: Moment) -> Granted:
    """The token. SignInRefused, or why this terminal may not be used."""
    try:
        with app.db.transaction(reading=True) as tx:
            # Before the comparison, which is dear: a terminal that was disabled gets none.
            access.terminal_client(tx, client_id, on=japan_day(at))
            stored = access.password_hash_of(tx, user)
        proof = access.prove_password(user, stored, password)
        result = app.run(lambda tx: _signed_in(app, tx, proof, client_id, at))
    except access.errors.TokenRefused as error:
        code = error.code
        app.run(lambda tx: _note_refusal(app, tx, client_id, code, at))
        raise
    if isinstance(result, NotSignedIn):
        raise result.refusal
    return result


def _signed_in(app: App, tx: Tx, proof: access.PasswordProof, client_id: str, at: Moment) -> Granted | NotSignedIn:
    result = access.sign_in_at_terminal(tx, proof, client_id, at=at)
    if isinstance(result, NotSignedIn):
        record(tx, result.event, batch=app.draw(), at=at)
        return result
    record(tx, result, batch=app.draw(), at=at)
    granted = access.grant(tx, client_id, at=at, issuer=app.settings.base_url, signer=app.signer)
    record(tx, granted.event, batch=app.draw(), at=at)
    return granted


def _note_refusal(app: App, tx: Tx, client_id: str, code: str, at: Moment) -> None:
    # A certificate may outlive the client it names: only a name we know ourselves may enter the log.
    try:
        known: str | None = access.client_by_id(tx, client_id).client_id
    except access.errors.UnknownClient:
        known = None
    record(tx, Event("login_failed", _UNPROVEN, known, code), batch=app.draw(), at=at)
