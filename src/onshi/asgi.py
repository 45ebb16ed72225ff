"""What the server program loads: the check lane, REST, the national web API and the pages under one roof."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

from starlette.applications import Starlette

from onshi import web
from onshi.app import App, open_app
from onshi.background import Background, desk_rounds, house_rounds
from onshi.interfaces import oqs, rest, webapi
from onshi.settings import read_settings

Scope: TypeAlias = dict[str, Any]
Asgi: TypeAlias = Callable[[Scope, Any, Any], Awaitable[None]]


def application() -> "Server":
    """The application with the settings of the environment: `uvicorn onshi.asgi:application --factory`."""
    rest.configure_logs()
    return create(open_app(read_settings()), is_apart=True)


def create(app: App, *, pages: Asgi | None = None, is_apart: bool = False) -> "Server":
    """The whole server as one ASGI application; `pages` serves what is no interface (default: `onshi.web`).

    Its lifespan starts and ends the background work; without lifespan nothing is sealed. `is_apart`: checks are
    answered, and the log is sealed, in a process beside this one, which reads its settings from the environment.
    """
    metrics = rest.Metrics()
    counted = rest.measured(app, metrics)
    apart = rest.Apart(metrics) if is_apart else None
    checks = rest.CheckEndpoint(counted, apart)
    interface = rest.api(counted, metrics)
    site = web.site(counted, oqs.history_zip) if pages is None else pages
    rounds = desk_rounds(counted) if is_apart else (*desk_rounds(counted), *house_rounds(counted))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if apart is not None:
            await apart.start()
        metrics.checker_is_up = True
        background = Background(rounds)
        background.start()
        try:
            yield
        finally:
            checks.close()
            if apart is not None:
                await apart.stop()
            background.stop()

    national = webapi.WebApi(counted, metrics)
    return Server(checks, interface, national, site, Starlette(lifespan=lifespan))


class Server:
    """One application over all doors. `checks` is open to `rest.CheckProtocol`, which needs no ASGI for it."""

    def __init__(self, checks: rest.CheckEndpoint, interface: Asgi, national: Asgi, site: Asgi, life: Asgi) -> None:
        self.checks = checks
        self._interface = interface
        self._national = national
        self._site = site
        self._life = life

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Passes a request to its door."""
        if scope["type"] == "lifespan":
            await self._life(scope, receive, send)
            return
        path = scope["path"]
        if path == rest.CHECK_PATH and scope["method"] == "POST":
            await _guarded(self.checks, scope, receive, send)
        elif scope["type"] == "http" and rest.is_rest(path):
            await self._interface(scope, receive, send)
        elif scope["type"] == "http" and webapi.is_webapi(path):
            await self._national(scope, receive, send)
        else:
            await self._site(scope, receive, send)


async def _guarded(checks: Asgi, scope: Scope, receive: Any, send: Any) -> None:
    """The lane, with an answer for its caller even when a fault of ours gets out of it."""
    is_answered = False

    async def noticed(message: Any) -> None:
        nonlocal is_answered
        is_answered = True
        await send(message)

    try:
        await checks(scope, receive, noticed)
    except Exception as error:  # noqa: BLE001 - whatever it was, the caller gets an answer
        if is_answered:
            return  # the client went away; its check stays in the log
        request_id = rest.request_id_of("")
        rest.trouble_line(request_id, error)
        reply = rest.refused(rest.InternalError())
        headers = [
            (b"content-type", reply.media.encode()),
            (b"cache-control", b"no-store"),
            (b"x-request-id", request_id.encode()),
        ]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})
