"""The checker as the server sees it: a process beside it that answers the check lane.

Reading requests and answering checks each keep a processor busy, and one interpreter runs only one of them at a time;
two that hand the interpreter to each other also lose much of it on the way (docs/decisions/0011).
"""

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from onshi.db import DatabaseBusy
from onshi.interfaces.rest.frames import Answered, Asked, Counted, Cutter, framed, read_told
from onshi.interfaces.rest.lane import Deliver, Outcome
from onshi.interfaces.rest.logs import Fault, Faulted
from onshi.interfaces.rest.metrics import Metrics
from onshi.interfaces.rest.problems import NotReachable

_PROGRAM = "onshi.checker"
_START_WITHIN_S = 120.0
_END_WITHIN_S = 30.0
_AGAIN_AFTER_S = 0.5
_GONE = "checks cannot be answered at the moment"


class Apart:
    """The checker's process: started with the server, ended with it, started again when it dies."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._link: _Link | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ending = False
        self._again: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts it and waits until it can be asked. NotReachable when it does not come."""
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            self._process = _spawned(theirs.fileno())
        link = _Link(self._metrics)
        await loop.create_unix_connection(lambda: link, sock=ours)
        await asyncio.wait([link.ready, link.gone], timeout=_START_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
        if not link.ready.done():
            await self._end()
            raise NotReachable(why=_GONE)
        self._link = link
        self._metrics.checker_is_up = True
        link.gone.add_done_callback(self._lost)

    def submit(self, asked: Sequence[Asked], deliver: Deliver) -> None:
        """See Answerer."""
        if self._link is None:
            deliver([NotReachable(why=_GONE)] * len(asked))
        else:
            self._link.submit(asked, deliver)

    def close(self) -> None:
        """See Answerer; `stop` ends it."""

    async def stop(self) -> None:
        """Lets it answer what it has and seal what is left, and ends it."""
        self._is_ending = True
        if self._again is not None:
            self._again.cancel()
        if self._link is not None:
            self._link.close()
        await self._end()

    async def _end(self) -> None:
        process = self._process
        if process is None:
            return
        try:
            await asyncio.to_thread(process.wait, _END_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _lost(self, _gone: asyncio.Future[None]) -> None:
        self._link = None
        self._metrics.checker_is_up = False
        if not self._is_ending:
            self._again = asyncio.get_running_loop().create_task(self._restart())

    async def _restart(self) -> None:
        await self._end()
        while not self._is_ending:
            with contextlib.suppress(NotReachable):
                await self.start()
                return
            await asyncio.sleep(_AGAIN_AFTER_S)


def _spawned(wire: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", _PROGRAM, str(wire)]
    return subprocess.Popen(command, pass_fds=[wire])  # noqa: S603 - our own program


class _Link(asyncio.Protocol):
    """Our end of the wire. Frames of questions are numbered in their order; answers come in any."""

    def __init__(self, metrics: Metrics) -> None:
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = loop.create_future()
        self.gone: asyncio.Future[None] = loop.create_future()
        self._metrics = metrics
        self._cutter = Cutter()
        self._waiting: dict[int, tuple[int, Deliver]] = {}
        self._sent = 0
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The wire is there; the process behind it may still be starting."""
        self._transport = transport

    def submit(self, asked: Sequence[Asked], deliver: Deliver) -> None:
        """Sends the questions on their way."""
        self._waiting[self._sent] = (len(asked), deliver)
        self._sent += 1
        self._transport.write(framed(asked))

    def data_received(self, data: bytes) -> None:
        """Delivers what is whole."""
        for frame in self._cutter.cut(data):
            told = read_told(frame)
            if isinstance(told, Answered):
                _, deliver = self._waiting.pop(told.frame)
                deliver([_outcome(one) for one in told.outcomes])
            elif isinstance(told, Counted):
                self._metrics.batch(told.kinds, told.micros)
            else:
                self.ready.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever still waits is told so; what was committed stays in the log."""
        waiting, self._waiting = self._waiting, {}
        for count, deliver in waiting.values():
            deliver([NotReachable(why=_GONE)] * count)
        self.gone.set_result(None)

    def close(self) -> None:
        """No more questions."""
        self._transport.write_eof()


def _outcome(told: bytes | Fault | None) -> Outcome:
    if told is None:
        return DatabaseBusy()
    return told if isinstance(told, bytes) else Faulted(told)
