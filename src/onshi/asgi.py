"""What the server program loads: the check lane, REST and the pages under one roof, and the work in the background."""

import contextlib
import os
import threading
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

from starlette.applications import Starlette

from onshi import access, audit, jobs, web
from onshi.app import App, open_app
from onshi.interfaces import rest
from onshi.kernel import Moment
from onshi.settings import read_settings

Scope: TypeAlias = dict[str, Any]
Asgi: TypeAlias = Callable[[Scope, Any, Any], Awaitable[None]]

_SECOND = 1_000_000
# A token lives no longer than 15 minutes (access), so voids from before are no news.
_VOIDS_KNOWN = 15 * 60 * _SECOND
_SEAL_EVERY_S = 0.5
_VOIDS_EVERY_S = 2.0
_PURGE_EVERY_S = 60.0
_WORK_EVERY_S = 0.25
# Between two parts of a job. A writer that waits for SQLite looks again after 25 to 50 ms, so a desk that asks
# meanwhile always gets in before the next part (without this pause: a second now and then).
_BREATH_S = 0.05
_END_WITHIN_S = 10.0


def application() -> "Server":
    """The application with the settings of the environment: `uvicorn onshi.asgi:application --factory`."""
    rest.configure_logs()
    return create(open_app(read_settings()))


def create(app: App, *, pages: Asgi | None = None) -> "Server":
    """The whole server as one ASGI application; `pages` serves what is no interface (default: `onshi.web`).

    Its lifespan starts and ends the background work; without lifespan nothing is sealed.
    """
    metrics = rest.Metrics()
    counted = rest.measured(app, metrics)
    checks = rest.CheckEndpoint(counted)
    interface = rest.api(counted, metrics)
    site = web.site(counted) if pages is None else pages
    background = Background(counted, metrics)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        background.start()
        try:
            yield
        finally:
            checks.close()
            background.stop()

    return Server(checks, interface, site, Starlette(lifespan=lifespan))


class Server:
    """One application over all doors. `checks` is open to `rest.CheckProtocol`, which needs no ASGI for it."""

    def __init__(self, checks: rest.CheckEndpoint, interface: Asgi, site: Asgi, life: Asgi) -> None:
        self.checks = checks
        self._interface = interface
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
        else:
            await self._site(scope, receive, send)


async def _guarded(checks: Asgi, scope: Scope, receive: Any, send: Any) -> None:
    """The lane, with an answer for its caller even when a fault of ours gets out of it."""
    try:
        await checks(scope, receive, send)
    except Exception as error:  # noqa: BLE001 - and the lane fails only before it has begun to answer
        request_id = rest.request_id_of("")
        rest.trouble_line(request_id, error, traceback.extract_tb(error.__traceback__))
        reply = rest.refused(rest.InternalError())
        headers = [
            (b"content-type", reply.media.encode()),
            (b"cache-control", b"no-store"),
            (b"x-request-id", request_id.encode()),
        ]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})


class Background:
    """Threads for what nobody waits for: sealing, voided tokens, what is over, jobs.

    Several server processes may each have one: sealing takes a lock, a job is held by one worker at a time.
    """

    def __init__(self, app: App, metrics: rest.Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._ending = threading.Event()
        self._voids_since = Moment(app.now() - _VOIDS_KNOWN)
        rounds: tuple[tuple[str, Callable[[], bool], float, float], ...] = (
            ("sealer", self.seal, _SEAL_EVERY_S, 0.0),
            ("token-voids", self.forget_voided, _VOIDS_EVERY_S, 0.0),
            ("keys", self.follow_keys, _VOIDS_EVERY_S, 0.0),
            ("purge", self.purge, _PURGE_EVERY_S, 0.0),
            ("jobs", self.work, _WORK_EVERY_S, _BREATH_S),
        )
        self._threads = [
            threading.Thread(target=self._repeat, args=(work, pause, breath), name=name, daemon=True)
            for name, work, pause, breath in rounds
        ]

    def start(self) -> None:
        """Starts the threads; once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Lets each thread finish the round it is in, and seals what is left."""
        self._ending.set()
        for thread in self._threads:
            thread.join(_END_WITHIN_S)
        while self.seal():
            pass

    def seal(self) -> bool:
        """Seals one block and notes its head outside the database; whether there may be more."""
        app = self._app
        at = app.now()
        sealed = app.db.run(lambda tx: audit.seal(tx, at=at, signer=app.signer), appending=True)
        if sealed is None:
            self._metrics.sealed(at)
            return False
        head = audit.Head(sealed.number, sealed.hash, sealed.at, sealed.kid, sealed.signature)
        note_head(app.settings.data / audit.HEADS_FILE, head)
        return True

    def forget_voided(self) -> bool:
        """Tells the desk of tokens that were voided by whichever process."""
        app, since = self._app, self._voids_since
        # Voids may commit a little after the moment they bear: look back over the last round as well.
        self._voids_since = Moment(app.now() - round(10 * _VOIDS_EVERY_S) * _SECOND)
        with app.db.transaction(reading=True) as tx:
            voided = access.voided_since(tx, since)
        for client_id, at in voided.items():
            app.desk.forget(client_id, at=at)
        return False

    def follow_keys(self) -> bool:
        """Takes up a rotation that another process made."""
        self._app.refresh_keys()
        return False

    def purge(self) -> bool:
        """Deletes what is over: used assertions, sessions, jobs with their results."""
        app, at = self._app, self._app.now()
        app.run(lambda tx: access.purge(tx, at=at))
        app.run(lambda tx: jobs.purge(tx, at=at))
        return False

    def work(self) -> bool:
        """One part of one job; whether there may be more."""
        return rest.work_once(self._app)

    def _repeat(self, work: Callable[[], bool], pause: float, breath: float) -> None:
        while not self._ending.is_set():
            try:
                is_more = work()
            except Exception as error:  # noqa: BLE001 - a dead thread would be missed too late; the next round may do better
                rest.trouble_line(rest.request_id_of(""), error, traceback.extract_tb(error.__traceback__))
                is_more = False
            self._ending.wait(breath if is_more else pause)


def note_head(path: Path, head: audit.Head) -> None:
    """Appends the head to the file and forces it to disk: a chain cut back behind it will be found out."""
    line = audit.heads_line(head).encode()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
