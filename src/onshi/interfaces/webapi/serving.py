"""The two addresses of the web API as an ASGI application; whatever comes gets JSON of its address back."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from onshi.app import App
from onshi.interfaces.rest.checks import BODY_LIMIT, ClientGone, Scope, read_body, wanted_headers
from onshi.interfaces.rest.dispatch import request_id_of
from onshi.interfaces.rest.logs import request_line, trouble_line
from onshi.interfaces.rest.metrics import Metrics
from onshi.interfaces.rest.problems import InternalError, MethodNotAllowed, NotFound
from onshi.interfaces.rest.wire import tls_certificate
from onshi.interfaces.webapi import login, search
from onshi.interfaces.webapi.model import Asked, Told
from onshi.kernel import Moment, OnshiError

LOGIN_PATH: Final = "/oqs-api-pro/MSA12020/ILI12020SV01/auth"
SEARCH_PATH: Final = "/oqs-api-pro/MSA01030/ILI01030SV01/search"
_PREFIX: Final = "/oqs-api-pro/"
_WRONG_METHOD: Final = 405
# A password takes 64 MiB and all of a core to compare; more at once would only starve the desks.
_LOGINS_AT_ONCE: Final = 2
_SEARCHES_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class _Service:
    """What answers at one address, and how a request is refused there that never got so far."""

    answer: Callable[[Asked], Told]
    refuse: Callable[[OnshiError, Moment], Told]
    threads: ThreadPoolExecutor


def is_webapi(path: str) -> bool:
    """Whether a path is served here."""
    return path.startswith(_PREFIX)


class WebApi:
    """The application. Answers are made in threads, so that the database never holds up the event loop."""

    def __init__(self, app: App, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._services = {
            LOGIN_PATH: _Service(
                login.answer, _login_refused, ThreadPoolExecutor(_LOGINS_AT_ONCE, thread_name_prefix="login")
            ),
            SEARCH_PATH: _Service(
                search.answer, search.refused, ThreadPoolExecutor(_SEARCHES_AT_ONCE, thread_name_prefix="search")
            ),
        }

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answers one HTTP request."""
        started = self._app.now()
        authorization, given_id = wanted_headers(scope["headers"])
        request_id = request_id_of(given_id.decode())
        service = self._services.get(scope["path"])
        refuse = _login_refused if service is None else service.refuse
        try:
            if service is None:
                raise NotFound
            if scope["method"] != "POST":
                raise MethodNotAllowed
            body = await read_body(receive, BODY_LIMIT)
            asked = Asked(self._app, started, body, authorization, tls_certificate(scope))
            told = await asyncio.get_running_loop().run_in_executor(service.threads, service.answer, asked)
        except ClientGone:
            return
        except OnshiError as error:
            told = refuse(error, started)
        except Exception as error:  # noqa: BLE001 - whatever it was, the caller gets an answer
            trouble_line(request_id, error)
            told = refuse(InternalError(), started)
        await _send(send, told, request_id, is_head=scope["method"] == "HEAD")
        self._note(scope, told, started, request_id, "" if service is None else scope["path"])

    def _note(self, scope: Scope, told: Told, started: Moment, request_id: str, route: str) -> None:
        micros = self._app.now() - started
        method = "POST" if scope["method"] == "POST" else "other"
        self._metrics.request(method, route, told.status, micros)
        request_line(
            at=started,
            method=scope["method"],
            route=route,
            status=told.status,
            micros=micros,
            request_id=request_id,
            client=told.client,
        )


def _login_refused(error: OnshiError, _at: Moment) -> Told:
    return login.refused(error)


async def _send(send: Any, told: Told, request_id: str, *, is_head: bool) -> None:
    body = msgspec.json.encode(told.document)
    headers = [
        (b"content-type", b"application/json;charset=UTF-8"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-request-id", request_id.encode()),
    ]
    if told.status == _WRONG_METHOD:
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": told.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_head else body})
