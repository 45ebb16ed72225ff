"""From an ASGI request to a handler and back: the token, the rate, the body, the log line, every refusal."""

import asyncio
import re
import secrets
from collections.abc import Iterator, Mapping, MutableMapping
from concurrent.futures import Executor
from typing import Any
from urllib.parse import parse_qsl

from onshi.access import Caller
from onshi.app import App
from onshi.db import DatabaseBusy
from onshi.interfaces.rest.checks import ClientGone, Scope, read_body
from onshi.interfaces.rest.logs import request_line, trouble_line
from onshi.interfaces.rest.metrics import Metrics
from onshi.interfaces.rest.operations import Operation
from onshi.interfaces.rest.problems import (
    PROBLEM,
    InternalError,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    TooFast,
    UnsupportedMediaType,
    problem,
    status_of,
)
from onshi.interfaces.rest.replies import NO_STORE, Call, Reply
from onshi.jobs import TooManyJobs
from onshi.kernel import Moment, OnshiError

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NO_CONTENT = (204, 304)
_JOB_WAIT_S = 60


class PathEndpoint:
    """Everything at one path, as an ASGI application."""

    def __init__(self, path: str, operations: Mapping[str, Operation], door: "Door") -> None:
        self._path = path
        self._operations = operations
        self._door = door

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answers one HTTP request."""
        await self._door.answer(scope, receive, send, route=self._path, operations=self._operations)


class Door:
    """What all paths share. Handlers run in `threads`, so that the database never holds up the event loop."""

    def __init__(self, app: App, metrics: Metrics, threads: Executor) -> None:
        self._app = app
        self._metrics = metrics
        self._threads = threads

    async def not_found(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """404 for an address that is none."""
        await self.answer(dict(scope), receive, send, route="", operations={})

    async def answer(
        self, scope: Scope, receive: Any, send: Any, *, route: str, operations: Mapping[str, Operation]
    ) -> None:
        """Serves the request with the operation for its method, and tells the log and the metrics."""
        started = self._app.now()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        request_id = request_id_of(headers.get("x-request-id", ""))
        caller: Caller | None = None
        try:
            operation = _operation(scope["method"], route, operations)
            caller = self._caller(operation, headers, started, is_here=_is_here(scope, headers))
            body = await _body(operation, headers, receive)
            call = Call(
                self._app,
                self._metrics,
                started,
                caller,
                scope.get("path_params", {}),
                _query(scope["query_string"]),
                headers,
                body,
            )
            reply = await asyncio.get_running_loop().run_in_executor(self._threads, operation.handler, call)
        except ClientGone:
            return
        except OnshiError as error:
            reply = refused(error, allow=_allowed(operations))
        except Exception as error:  # noqa: BLE001 - whatever it was, the caller gets an answer
            trouble_line(request_id, error)
            reply = refused(InternalError())
        await self._send(send, reply, request_id, is_head=scope["method"] == "HEAD")
        micros = self._app.now() - started
        method = scope["method"] if scope["method"] in operations else "other"
        self._metrics.request(method, route, reply.status, micros)
        request_line(
            at=started,
            method=scope["method"],
            route=route,
            status=reply.status,
            micros=micros,
            request_id=request_id,
            client=caller.client_id if caller else None,
        )

    def _caller(self, operation: Operation, headers: Mapping[str, str], now: Moment, *, is_here: bool) -> Caller | None:
        caller = None
        if operation.scopes and not (operation.open_here and is_here):
            caller = self._app.desk.party_of(headers.get("authorization", "").encode("latin-1"), now)
            if caller.scopes.isdisjoint(operation.scopes):
                raise NotAllowed(scope=" / ".join(operation.scopes))
        bucket = caller.client_id if caller else operation.bucket
        if bucket is not None:
            take(self._app, bucket, 1, now)
        return caller

    async def _send(self, send: Any, reply: Reply, request_id: str, *, is_head: bool) -> None:
        headers = [
            (b"x-request-id", request_id.encode()),
            (b"x-content-type-options", b"nosniff"),
            *((name.lower().encode(), value.encode("latin-1")) for name, value in reply.headers),
        ]
        length = len(reply.body) if isinstance(reply.body, bytes) else reply.length
        if reply.status not in _NO_CONTENT:
            headers.append((b"content-type", reply.media.encode()))
            if length is not None:
                headers.append((b"content-length", str(length).encode()))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        if is_head or isinstance(reply.body, bytes):
            body = b"" if is_head else reply.body
            await send({"type": "http.response.body", "body": body})
            return
        await self._stream(send, reply.body)

    async def _stream(self, send: Any, pieces: Iterator[bytes]) -> None:
        loop = asyncio.get_running_loop()
        while (piece := await loop.run_in_executor(self._threads, next, pieces, None)) is not None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def take(app: App, bucket: str, count: int, now: Moment) -> None:
    """Counts `count` requests against the rate of `bucket` (a client id); raises TooFast."""
    if count > 0 and (wait := app.limits.take(bucket, count, now)) is not None:
        raise TooFast(seconds=wait.seconds)


def refused(error: OnshiError, *, allow: str = "") -> Reply:
    """A refusal as problem+json with the headers that its status asks for."""
    status = status_of(error)
    headers = [NO_STORE]
    if status == 401:
        headers.append(("WWW-Authenticate", 'Bearer error="invalid_token"'))
    elif status == 405:
        headers.append(("Allow", allow))
    elif status == 416:
        headers.append(("Content-Range", f"bytes */{error.facts['size']}"))
    elif isinstance(error, TooFast):
        headers.append(("Retry-After", str(error.facts["seconds"])))
    elif isinstance(error, TooManyJobs):
        headers.append(("Retry-After", str(_JOB_WAIT_S)))
    elif isinstance(error, DatabaseBusy):
        headers.append(("Retry-After", "1"))
    return Reply(status, problem(error), PROBLEM, tuple(headers))


def request_id_of(given: str) -> str:
    """The caller's request id where it is one that may stand in a log, else a random one."""
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _operation(method: str, route: str, operations: Mapping[str, Operation]) -> Operation:
    if not route:
        raise NotFound
    found = operations.get("GET" if method == "HEAD" else method)
    if found is None:
        raise MethodNotAllowed
    return found


def _is_here(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether the request comes from a program on this machine, and not through a front that passes it on."""
    client = scope.get("client")
    forwarded = headers.keys() & {"forwarded", "x-forwarded-for", "x-real-ip", "via"}
    return client is not None and client[0] in ("127.0.0.1", "::1") and not forwarded


def _allowed(operations: Mapping[str, Operation]) -> str:
    return ", ".join(sorted({*operations, *(["HEAD"] if "GET" in operations else [])}))


async def _body(operation: Operation, headers: Mapping[str, str], receive: Any) -> bytes:
    if operation.takes_media is None:
        return b""
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != operation.takes_media or headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMediaType(media=operation.takes_media)
    return await read_body(receive, operation.body_limit)


def _query(query_string: bytes) -> dict[str, str]:
    pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="replace")
    return dict(pairs)
