"""POST /v1/checks as a bare ASGI handler: this is the lane that a nation passes through.

Starlette's request and response objects cost more than the check (docs/decisions/0004), so the few things
needed here are done by hand: read the body, know the caller, join the batch, send the bytes.
"""

import asyncio
from collections.abc import Iterable
from typing import Any, TypeAlias

from onshi.app import App
from onshi.eligibility import Asker
from onshi.interfaces.rest.lane import Answerer, Done, InThread, Lane, Outcome
from onshi.interfaces.rest.problems import (
    PROBLEM,
    MethodNotAllowed,
    NotAllowed,
    TooFast,
    TooLarge,
    problem,
    status_of,
)
from onshi.interfaces.rest.shapes import as_query, read_check
from onshi.kernel import OnshiError

BODY_LIMIT = 16_384
SCOPE = "check"

Scope: TypeAlias = dict[str, Any]
_JSON = (b"content-type", b"application/json")
_NO_STORE = (b"cache-control", b"no-store")


class ClientGone(Exception):
    """The client closed the connection before it had sent its request."""


async def read_body(receive: Any, limit: int) -> bytes:
    """The whole body. TooLarge as soon as it passes the limit, ClientGone when it never ends."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge(limit=limit)
        if not message.get("more_body", False):
            return b"".join((*parts, part)) if parts else part
        parts.append(part)


class CheckEndpoint:
    """The handler; it makes its lane on the first request, in the event loop it then belongs to.

    `answerer` answers the lane; None: a thread of this process does.
    """

    def __init__(self, app: App, answerer: Answerer | None = None) -> None:
        self._app = app
        self._answerer = answerer
        self._lane: Lane | None = None
        self._askers: dict[str, Asker] = {}

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answers one HTTP request."""
        authorization, request_id = wanted_headers(scope["headers"])
        try:
            if scope["method"] != "POST":
                raise MethodNotAllowed
            body = await self._answer(authorization, await read_body(receive, BODY_LIMIT))
            headers = [_JSON, _NO_STORE, (b"content-length", b"%d" % len(body))]
            status = 200
        except OnshiError as error:
            body, status, headers = refusal(error)
        except ClientGone:
            return
        if request_id:
            headers.append((b"x-request-id", request_id))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def ask(self, authorization: bytes, body: bytes, done: Done) -> None:
        """Lets a request join the lane; `done` hears the outcome on the event loop. Raises what is refused at once."""
        app = self._app
        now = app.now()
        caller = app.desk.party_of(authorization, now)
        if SCOPE not in caller.scopes:
            raise NotAllowed(scope=SCOPE)
        wait = app.limits.take(caller.client_id, 1, now)
        if wait is not None:
            raise TooFast(seconds=wait.seconds)
        given = read_check(body)
        query = as_query(given, now)
        asker = self._askers.get(caller.party_id)
        if asker is None:
            asker = self._askers[caller.party_id] = Asker(caller.party_id, caller.party_code)
        if self._lane is None:
            self._lane = Lane(self._answerer or InThread(app))
        self._lane.ask(query, asker, given.reference, done)

    async def _answer(self, authorization: bytes, body: bytes) -> bytes:
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def done(outcome: Outcome) -> None:
            if future.done():
                return  # the client went away; its check stays in the log
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

        self.ask(authorization, body, done)
        return await future

    def close(self) -> None:
        """Lets the lane finish what it has."""
        if self._lane is not None:
            self._lane.close()


def wanted_headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    """Authorization and X-Request-Id (cut to 64 bytes), empty where absent or unprintable; names are in lower case."""
    authorization = request_id = b""
    for name, value in headers:
        if name == b"authorization":
            authorization = value
        elif name == b"x-request-id":
            request_id = value[:64] if value.isascii() and value.decode().isprintable() else b""
    return authorization, request_id


def refusal(error: OnshiError) -> tuple[bytes, int, list[tuple[bytes, bytes]]]:
    """Body, status and headers of a refusal."""
    status = status_of(error)
    body = problem(error)
    headers = [(b"content-type", PROBLEM.encode()), _NO_STORE, (b"content-length", b"%d" % len(body))]
    if status == 401:
        headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
    if isinstance(error, TooFast):
        headers.append((b"retry-after", str(error.facts["seconds"]).encode()))
    return body, status, headers
