"""The agent at work: one thread keeps the folders, two ask the server; what is interrupted is taken up again."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

import msgspec
import watchfiles

from onshi.interfaces.oqs.agent.answering import Answered, answer_files, is_passing, is_single, unanswerable
from onshi.interfaces.oqs.agent.model import Centre, Terms
from onshi.interfaces.oqs.agent.opening import is_whole
from onshi.interfaces.oqs.names import parse_request_name
from onshi.kernel import Moment, OnshiError, japan_day
from onshi.outside import Delivered, ExchangeFolder, FolderUnusable, write_whole

_TURN_MS: Final = 20
_TAKEN_AT_ONCE: Final = 500
# As many single questions as go to the server together; and how long the line is left alone after a failure.
_TOGETHER: Final = 200
_LOOK_S: Final = 0.2
_PAUSES_S: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_STATUS_EVERY_S: Final = 1.0
_BULK_KEPT_S: Final = 25 * 3600
_ONCE_WITHIN_S: Final = 30.0


class Status(msgspec.Struct):
    """How the agent stands, for whoever looks (`agent/status.json`): `line` is up or down, and `error` says why."""

    line: str = "up"
    since: int = 0
    waiting: int = 0
    answered: int = 0
    returned: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """The moment for what is written, and seconds that only go on for what is waited for."""

    now: Callable[[], Moment]
    seconds: Callable[[], float] = time.monotonic


class Agent:
    """The linking agent over one folder. `centre` makes a connection to the server; each asking thread has its own."""

    def __init__(
        self, folder: ExchangeFolder, terms: Terms, centre: Callable[[], Centre], clocks: Clocks, *, keep_days: int = 7
    ) -> None:
        self._folder, self._terms, self._centre, self._clocks = folder, terms, centre, clocks
        self._keep_days = keep_days
        self._ending = threading.Event()
        self._single: SimpleQueue[Path] = SimpleQueue()
        self._other: SimpleQueue[Path] = SimpleQueue()
        self._due: list[Delivered] = []
        self._told = threading.Lock()
        self._last_told = b""
        self.status = Status(since=clocks.now())

    def run(self) -> None:
        """Works until `stop`. Raises FolderInUse."""
        self._folder.require()
        try:
            self._begin()
            threads = [
                threading.Thread(target=self._ask, args=(queue, most), daemon=True)
                for queue, most in ((self._single, _TOGETHER), (self._other, 1))
            ]
            for thread in threads:
                thread.start()
            self._keep()
            for thread in threads:
                thread.join()
            self._settle()
        finally:
            self._folder.release()

    def once(self) -> int:
        """Answers what is there now, delivers it with both signs, and ends; how many were answered.

        Raises FolderInUse, and what the server or the line does.
        """
        self._folder.require()
        try:
            self._begin()
            with closing(self._centre()) as centre:
                self._answer_all(centre)
            self._settle()
            return self.status.answered
        finally:
            self._folder.release()

    def _answer_all(self, centre: Centre) -> None:
        until = self._clocks.seconds() + _ONCE_WITHIN_S
        while self._clocks.seconds() < until:
            self._take()
            paths = self._folder.waiting()
            for start in range(0, len(paths), _TOGETHER):
                self._finish(self._answered(centre, paths[start : start + _TOGETHER]))
            if not self._folder.has_requests(_is_request):
                return
            self._pause(_TURN_MS / 1000)

    def stop(self) -> None:
        """Ends `run` after what is under way."""
        self._ending.set()

    def _begin(self) -> None:
        self._folder.recover()
        self._due = self._folder.undone(now=self._clocks.seconds())
        for path in self._folder.waiting():
            self._queue(path)
        self._forget()

    def _keep(self) -> None:
        """Takes, delivers and signs, every 20 ms and whenever something changes in `req`."""
        told_at = 0.0
        changes = watchfiles.watch(
            self._folder.requests,
            stop_event=self._ending,
            debounce=_TURN_MS,
            step=5,
            rust_timeout=_TURN_MS,
            yield_on_timeout=True,
            recursive=False,
        )
        for _ in changes:
            for path in self._take():
                self._queue(path)
            self._deliver()
            now = self._clocks.seconds()
            if now - told_at >= _STATUS_EVERY_S:
                self._tell()
                told_at = now

    def _take(self) -> Sequence[Path]:
        return self._folder.take(
            _is_request,
            is_whole,
            now=self._clocks.seconds(),
            limit=_TAKEN_AT_ONCE,
        )

    def _queue(self, path: Path) -> None:
        (self._single if is_single(path) else self._other).put(path)

    def _deliver(self) -> None:
        now = self._clocks.seconds()
        self._due += self._folder.deliver(now=now)
        ready = [one for one in self._due if one.due <= now]
        if ready:
            self._due = [one for one in self._due if one.due > now]
            self._folder.sign_again(ready, self._day())

    def _settle(self) -> None:
        """Delivers what is left and waits for the second sign of it."""
        self._deliver()
        while self._due:
            self._pause(_TURN_MS / 1000)
            self._deliver()
        self._tell()

    def _pause(self, seconds: float) -> None:
        threading.Event().wait(seconds)

    def _ask(self, queue: SimpleQueue[Path], most: int) -> None:
        with closing(self._centre()) as centre:
            self._ask_on(centre, queue, most)

    def _ask_on(self, centre: Centre, queue: SimpleQueue[Path], most: int) -> None:
        failures = 0
        while not self._ending.is_set():
            paths = _gathered(queue, most)
            if not paths:
                continue
            while not self._ending.is_set():
                try:
                    self._finish(self._answered(centre, paths))
                except (OnshiError, OSError) as error:
                    # A disk that is full is no reason to end: it may be made room on.
                    self._line(error.code if isinstance(error, OnshiError) else FolderUnusable.code)
                    self._ending.wait(_PAUSES_S[min(failures, len(_PAUSES_S) - 1)])
                    failures += 1
                    continue
                failures = 0
                self._line(None)
                break

    def _answered(self, centre: Centre, paths: Sequence[Path]) -> list[Answered]:
        """Answers them together; where we stumble over one, each by itself, and that one goes back to its sender."""
        at = self._clocks.now()
        try:
            return answer_files(centre, paths, self._terms, self._folder.bulk, at=at)
        except OnshiError as error:
            if is_passing(error):
                raise
            if len(paths) == 1:
                return [unanswerable(paths[0], self._terms, str(error.facts.get("refusal", error.code)))]
        except Exception as error:  # noqa: BLE001 - a fault of ours over one file must not stop the others
            if len(paths) == 1:
                return [unanswerable(paths[0], self._terms, type(error).__name__)]
        return [one for path in paths for one in self._answered(centre, [path])]

    def _finish(self, answered: Sequence[Answered]) -> None:
        day = self._day()
        for one in answered:
            self._folder.answer(one.files, one.path, day)
        with self._told:
            self.status.answered += sum(1 for one in answered if len(one.files) == 1)
            self.status.returned += sum(1 for one in answered if len(one.files) > 1)

    def _line(self, error: str | None) -> None:
        with self._told:
            line = "up" if error is None else "down"
            if line != self.status.line:
                self.status.line, self.status.since = line, self._clocks.now()
            self.status.error = error

    def _tell(self) -> None:
        with self._told:
            self.status.waiting = len(self._folder.waiting())
            told = msgspec.json.encode(self.status)
        if told != self._last_told:
            write_whole(self._folder.bulk.parent / "status.json", told)
            self._last_told = told
        self._forget()

    def _day(self) -> str:
        return f"{japan_day(self._clocks.now()):%Y%m%d}"

    def _forget(self) -> None:
        """Our copies after some days; bulk requests when the server has forgotten them as well."""
        now = self._clocks.now()
        oldest = f"{japan_day(Moment(now - self._keep_days * 86_400_000_000)):%Y%m%d}"
        self._folder.forget(lambda day: day < oldest)
        self._folder.forget_bulk(now / 1_000_000 - _BULK_KEPT_S)


def _gathered(queue: SimpleQueue[Path], most: int) -> list[Path]:
    """What waits, up to so many; waits a moment for the first."""
    found: list[Path] = []
    try:
        found.append(queue.get(timeout=_LOOK_S))
        while len(found) < most:
            found.append(queue.get_nowait())
    except Empty:
        pass
    return found


def _is_request(name: str) -> bool:
    return parse_request_name(name) is not None
