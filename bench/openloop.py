"""Open-loop load: requests leave on a fixed schedule, and latency counts from the moment each was due.

So a server that stalls is charged with everybody who would have asked meanwhile, which a closed loop hides.
"""

import asyncio
import gc
import math
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import uvloop

_LINGER_S = 2.0
# The least uvloop can sleep; at less it does not sleep at all, and takes a processor from the server it measures.
_TICK_S = 0.001
# As desks are: many connections, and on each hardly ever a second question before the first is answered.
_LINES = 512


class Latency(msgspec.Struct):
    """What came of it: requests sent, refused or unanswered, latency in milliseconds, most behind schedule."""

    sent: int
    failed: int
    p50_ms: float
    p99_ms: float
    late_ms: float


class _Line(asyncio.Protocol):
    """One kept connection; answers come in the order of the requests."""

    def __init__(self, seconds: list[float]) -> None:
        self.due: deque[float] = deque()
        self.failed = 0
        self._seconds = seconds
        self._left = 0
        self._head = b""
        self._write: Callable[[bytes], None]

    def connection_made(self, transport: Any) -> None:
        self._write = transport.write

    def ask(self, request: bytes, due: float) -> None:
        """Sends one request that was due then."""
        self.due.append(due)
        self._write(request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        while data:
            if self._left:
                taken = min(self._left, len(data))
                self._left -= taken
                data = data[taken:]
            else:
                self._head += data
                end = self._head.find(b"\r\n\r\n")
                if end < 0:
                    return
                head, data = self._head[:end].lower(), self._head[end + 4 :]
                self._head = b""
                self.failed += b" 200 " not in head[:16]
                self._left = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            if not self._left:
                self._seconds.append(now - self.due.popleft())


async def drive(port: int, requests: list[bytes], *, rate: int, seconds: float, lines: int = _LINES) -> Latency:
    """`rate` requests a second, evenly, over `lines` connections in turn."""
    loop = asyncio.get_running_loop()
    took: list[float] = []
    opened = [(await loop.create_connection(lambda: _Line(took), "127.0.0.1", port))[1] for _ in range(lines)]
    total = int(rate * seconds)
    began = time.perf_counter() + 0.05
    sent, late = 0, 0.0
    while sent < total:
        now = time.perf_counter()
        due = min(total, int((now - began) * rate) + 1) if now >= began else 0
        late = max(late, now - began - sent / rate)
        while sent < due:
            opened[sent % lines].ask(requests[sent % len(requests)], began + sent / rate)
            sent += 1
        await asyncio.sleep(_TICK_S)
    until = time.perf_counter() + _LINGER_S
    while len(took) < total and time.perf_counter() < until:  # noqa: ASYNC110 - an event would cost each answer a look
        await asyncio.sleep(0.01)
    failed = sum(line.failed for line in opened) + total - len(took)
    took.sort()
    took += [_LINGER_S] * (total - len(took))
    return Latency(total, failed, _at(took, 0.5) * 1e3, _at(took, 0.99) * 1e3, late * 1e3)


def _at(rising: list[float], share: float) -> float:
    return rising[min(len(rising) - 1, math.ceil(len(rising) * share) - 1)]


def http_requests(questions: Path) -> list[bytes]:
    """The requests of a question file: bodies, and in the last line the token."""
    *bodies, token = questions.read_bytes().splitlines()
    head = b"POST /v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n" % token
    kind = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
    return [head + kind % (len(body), body) for body in bodies]


def main(port: str, questions: str, rate: str, seconds: str) -> None:
    """The generator as a process of its own."""
    requests = http_requests(Path(questions))
    gc.disable()  # a pause of the generator would be counted as one of the server
    told = uvloop.run(drive(int(port), requests, rate=int(rate), seconds=float(seconds)))
    sys.stdout.buffer.write(msgspec.json.encode(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
