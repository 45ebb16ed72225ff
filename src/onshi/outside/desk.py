"""A server as the software at a desk sees it: tokens, nonces, checks, over HTTP."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

import httpx

from onshi.outside.errors import DeskRefused, ServerUnreachable

_TIMEOUT_S = 20.0
_OAUTH = "/oauth2/token"
_NONCES, _CHECKS, _REGISTRATIONS = (f"/v1/presence/{name}" for name in ("nonces", "checks", "registrations"))
_UNAUTHORISED = 401
TokenForm = Callable[[str], Mapping[str, str]]
"""The form that gets a token, for the address it is sent to: with an assertion that is good once."""


class Desk:
    """One piece of software at a server. Raises ServerUnreachable, and DeskRefused with the server's own words."""

    def __init__(self, base_url: str, token_form: TokenForm) -> None:
        self._base = base_url.rstrip("/")
        self._client = httpx.Client(timeout=_TIMEOUT_S)
        self._token_form = token_form
        self._token = ""

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends its connections."""
        self._client.close()

    def nonce(self, *, terminal: str, mode: str, purpose: str) -> dict[str, Any]:
        """A nonce for a card that is shown for that purpose: `nonce`, `expires_at`, `party`."""
        asked = {"terminal": terminal, "mode": mode, "purpose": purpose}
        found: dict[str, Any] = self._post(_NONCES, asked).json()
        return found

    def check(self, shown: Mapping[str, object]) -> bytes:
        """What a card that was shown proves, and the answer: JSON as the server writes it."""
        return self._post(_CHECKS, shown).content

    def register(self, shown: Mapping[str, object]) -> bytes:
        """What a card that was shown proves, and its registration as insurance card: JSON as the server writes it."""
        return self._post(_REGISTRATIONS, shown).content

    def post(self, path: str, body: object) -> bytes:
        """What the server answers to a JSON body, whatever the operation."""
        return self._post(path, body).content

    def get(self, path: str) -> bytes:
        """What the server has at an address."""
        return self._with_token(lambda headers: self._client.get(self._base + path, headers=headers)).content

    def _post(self, path: str, body: object) -> httpx.Response:
        return self._with_token(lambda headers: self._client.post(self._base + path, json=body, headers=headers))

    def _with_token(self, ask: Callable[[dict[str, str]], httpx.Response]) -> httpx.Response:
        if not self._token:
            self._sign_in()
        reply = self._sent(ask)
        if reply.status_code == _UNAUTHORISED:
            # A token lives a quarter of an hour; a reader is asked now and then.
            self._sign_in()
            reply = self._sent(ask)
        return _good(reply)

    def _sent(self, ask: Callable[[dict[str, str]], httpx.Response]) -> httpx.Response:
        try:
            return ask({"Authorization": f"Bearer {self._token}"})
        except httpx.HTTPError:
            raise ServerUnreachable(server=self._base) from None

    def _sign_in(self) -> None:
        address = self._base + _OAUTH
        try:
            reply = self._client.post(address, data=dict(self._token_form(address)))
        except httpx.HTTPError:
            raise ServerUnreachable(server=self._base) from None
        self._token = _good(reply).json()["access_token"]


def _good(reply: httpx.Response) -> httpx.Response:
    if reply.is_success:
        return reply
    try:
        told = reply.json()
        code = str(told.get("code") or told.get("error"))
    except ValueError:
        code = "unknown"
    raise DeskRefused(status=reply.status_code, refusal=code)
