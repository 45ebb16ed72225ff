"""The token endpoint (RFC 6749, RFC 7523) and what clients read about it (RFC 7517, RFC 8414)."""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec

from onshi import access
from onshi.access import Event
from onshi.app import App
from onshi.db import Tx
from onshi.flows import record
from onshi.interfaces.rest.replies import NO_STORE, Call, Reply, json_reply, tagged
from onshi.kernel import Moment

TOKEN_PATH = "/oauth2/token"  # noqa: S105 - an address
JWKS_PATH = "/.well-known/jwks.json"
SCOPES = ("check", "check.bulk", access.PORTAL_SCOPE)
_FIELDS_MAX = 20
_UNAUTHENTICATED = "unauthenticated"
_NO_CACHE = (NO_STORE, ("Pragma", "no-cache"))  # RFC 6749 §5.1 asks for both


class FormMalformed(access.errors.TokenRefused):
    """The form cannot be read, or a parameter is there twice."""

    code = "token-form-malformed"
    message = "The body is not a form in UTF-8, or a parameter is there more than once."
    message_ja = "本文がUTF-8のフォームではないか、同じパラメーターが複数あります。"


class TokenOut(msgspec.Struct, frozen=True):
    """RFC 6749 §5.1; `expires_in` in seconds."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class TokenErrorOut(msgspec.Struct, frozen=True):
    """RFC 6749 §5.2; the description ends with the code of the refusal in brackets."""

    error: str
    error_description: str


class JwkOut(msgspec.Struct, frozen=True):
    """A public key (RFC 7517)."""

    kty: str
    crv: str
    x: str
    y: str
    kid: str
    alg: str
    use: str


class JwksOut(msgspec.Struct, frozen=True):
    """Every public key that ever signed here: answers stay verifiable after a rotation."""

    keys: tuple[JwkOut, ...]


class MetadataOut(msgspec.Struct, frozen=True):
    """RFC 8414."""

    issuer: str
    token_endpoint: str
    jwks_uri: str
    scopes_supported: tuple[str, ...]
    response_types_supported: tuple[str, ...]
    grant_types_supported: tuple[str, ...]
    token_endpoint_auth_methods_supported: tuple[str, ...]
    token_endpoint_auth_signing_alg_values_supported: tuple[str, ...]
    service_documentation: str


def post_token(call: Call) -> Reply:
    """An access token for a signed assertion; granted or refused, the log knows of it."""
    app = call.app
    form: dict[str, str] = {}
    try:
        form = read_form(call.body)
        granted = app.run(lambda tx: _granted(app, tx, form, call.now))
    except access.errors.TokenRefused as error:
        refusal = error
        app.run(lambda tx: _note_refusal(app, tx, form, refusal, call.now))
        return _refused(error)
    return Reply(200, msgspec.json.encode(granted.body()), headers=_NO_CACHE)


def get_jwks(call: Call) -> Reply:
    """The public keys; read from the ring each time, so that a rotation shows at once."""
    return tagged(call, msgspec.json.encode(call.app.ring.public_jwks()), cache="public, max-age=300")


def get_metadata(call: Call) -> Reply:
    """Where the token endpoint is and what it takes."""
    base = call.app.settings.base_url
    metadata = MetadataOut(
        issuer=base,
        token_endpoint=base + TOKEN_PATH,
        jwks_uri=base + JWKS_PATH,
        scopes_supported=SCOPES,
        response_types_supported=("token",),
        grant_types_supported=("client_credentials",),
        token_endpoint_auth_methods_supported=("private_key_jwt",),
        token_endpoint_auth_signing_alg_values_supported=("ES256", "ES384", "RS256", "RS384"),
        service_documentation=base + "/docs",
    )
    return tagged(call, msgspec.json.encode(metadata), cache="public, max-age=300")


def read_form(body: bytes) -> dict[str, str]:
    """The parameters of a token request; raises FormMalformed."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS_MAX)
    except ValueError:
        raise FormMalformed from None
    form = dict(pairs)
    # RFC 6749 §3.2: request parameters must not be included more than once. NUL has no place in any of them.
    if len(form) != len(pairs) or any("\0" in value for value in form.values()):
        raise FormMalformed
    return form


def _granted(app: App, tx: Tx, form: Mapping[str, str], at: Moment) -> access.Granted:
    base = app.settings.base_url
    granted = access.exchange(tx, form, at=at, audience=base + TOKEN_PATH, issuer=base, signer=app.signer)
    record(tx, granted.event, batch=app.draw(), at=at)
    return granted


def _note_refusal(app: App, tx: Tx, form: Mapping[str, str], error: access.errors.TokenRefused, at: Moment) -> None:
    event = Event("token_refused", _UNAUTHENTICATED, _registered(tx, _claimed_client(form)), error.code)
    record(tx, event, batch=app.draw(), at=at)


def _registered(tx: Tx, client_id: str) -> str | None:
    # Anybody can claim any text: only a name we know ourselves may enter the log.
    try:
        return access.client_by_id(tx, client_id).client_id
    except access.errors.UnknownClient:
        return None


class _Claim(msgspec.Struct):
    iss: str = ""


def _claimed_client(form: Mapping[str, str]) -> str:
    """Who the assertion says it is from, unproven; empty when it says nothing readable."""
    parts = form.get("client_assertion", "").split(".")
    if len(parts) != 3:
        return ""
    try:
        claims = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claimed = msgspec.json.decode(claims, type=_Claim).iss
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        return ""
    return "" if "\0" in claimed else claimed


def _refused(error: access.errors.TokenRefused) -> Reply:
    if error.oauth_error != "invalid_client":
        return json_reply(error.body(), 400, _NO_CACHE[1])
    # RFC 6749 §5.2 wants the scheme the client used; private_key_jwt travels in the form and has none registered.
    return json_reply(error.body(), 401, _NO_CACHE[1], ("WWW-Authenticate", 'Bearer realm="onshi"'))
