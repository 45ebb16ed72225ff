"""Folders through which programs of one machine hand files to each other: nothing is lost, nothing delivered twice.

    req/   a client writes, we take          agent/taken/  taken, not answered yet
    res/   we deliver, a client takes        agent/out/    answered, not delivered yet
    face/  we push, a client takes           agent/sent/   delivered, its second sign still due
                                             agent/kept/   answers delivered and requests answered, for some days

A file is in one place at a time and moves by renaming, so whatever is interrupted is found where it was. An answer is
put into `out` under a name that holds it back until its request has left `taken`. So after a start a request in `taken`
is one nobody has an answer to, and what is held back without its request is let go. An answer is delivered by being
renamed out of `out`. All of it is on one disk. Names are those of clients; they were looked at before and hold no path.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from onshi.outside.errors import FolderInUse, FolderUnusable

REQUESTS, ANSWERS, FACES = "req", "res", "face"
_OURS = "agent"
_TARGETS: Final = (ANSWERS, FACES)
# A file that grew no more between two looks so far apart is whole, or will never be.
_STILL_S: Final = 2.0
# Clients that watch for changes only see a file when it changes once more, and those that look at it twice must have
# looked before.
_SECOND_SIGN_S: Final = 0.5
_ORDER_SIGN: Final = "~"
_HELD: Final = ".held"
# No name of a client holds it: what stands before it is the name, what follows tells a second use of it apart.
AGAIN_SIGN: Final = _ORDER_SIGN


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file to be delivered: into `res` or `face`, under that name."""

    target: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Delivered:
    """An answer in its folder, and when the second sign is due (by the caller's clock)."""

    target: str
    name: str
    due: float


class ExchangeFolder:
    """The folders under one root. One program at a time takes requests (`claim`); several may put answers in.

    Methods may be called from several threads: each touches files of its own.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._ours = root / _OURS
        self.requests, self._taken = root / REQUESTS, self._ours / "taken"
        self.kept, self.bulk = self._ours / "kept", self._ours / "bulk"
        self._seen: dict[str, tuple[int, int, float]] = {}
        self._lock: int | None = None
        try:
            for folder in (self.requests, *(root / target for target in _TARGETS)):
                folder.mkdir(parents=True, exist_ok=True)
            for folder in (self._taken, self.kept, self.bulk, *self._stages("out"), *self._stages("sent")):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise FolderUnusable(folder=str(root), why=error.strerror or "?") from None

    def _stages(self, stage: str) -> Iterator[Path]:
        return (self._ours / stage / target for target in _TARGETS)

    def claim(self) -> bool:
        """Takes the folder for this process until it ends; False when another has it."""
        descriptor = os.open(self._ours / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._lock = descriptor
        return True

    def require(self) -> None:
        """`claim`, or FolderInUse."""
        if not self.claim():
            raise FolderInUse(folder=str(self.root))

    def release(self) -> None:
        """Lets others take it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def recover(self) -> None:
        """After a start: lets go what was held back when the end came, or forgets it where its request is still to be
        answered: perhaps not all of its answer was there."""
        for stage in (*self._stages("out"), self.bulk, self._taken):
            for path in stage.glob("*.part"):
                path.unlink()
        for stage in self._stages("out"):
            for path in stage.glob(f"*{_HELD}"):
                if (self._taken / _request_of(path.name)).exists():
                    path.unlink()
                else:
                    path.rename(_let_go(path))

    def take(
        self, is_request: Callable[[str], bool], is_whole: Callable[[bytes], bool], *, now: float, limit: int
    ) -> list[Path]:
        """Takes up to `limit` requests out of `req`, the oldest names first: those that are whole, and those that
        have not grown for two seconds and so never will be. `now`: seconds of any clock that only goes on."""
        with os.scandir(self.requests) as entries:
            found = sorted((entry for entry in entries if is_request(entry.name)), key=lambda entry: entry.name)
        present = {entry.name for entry in found}
        self._seen = {name: seen for name, seen in self._seen.items() if name in present}
        taken: list[Path] = []
        for entry in found:
            if len(taken) == limit:
                break
            if (self._taken / entry.name).exists() or not self._is_ready(entry, is_whole, now):
                continue
            with contextlib.suppress(FileNotFoundError):  # a client that gave up deletes its own request
                Path(entry.path).rename(self._taken / entry.name)
                taken.append(self._taken / entry.name)
                self._seen.pop(entry.name, None)
        return taken

    def _is_ready(self, entry: os.DirEntry[str], is_whole: Callable[[bytes], bool], now: float) -> bool:
        try:
            found = entry.stat(follow_symlinks=False)
            if not entry.is_file(follow_symlinks=False):
                return False
            seen = self._seen.get(entry.name)
            if seen is not None and seen[:2] == (found.st_size, found.st_mtime_ns):
                return now - seen[2] >= _STILL_S
            self._seen[entry.name] = (found.st_size, found.st_mtime_ns, now)
            return is_whole(Path(entry.path).read_bytes())
        except (FileNotFoundError, PermissionError):
            return False

    def has_requests(self, is_request: Callable[[str], bool]) -> bool:
        """Whether there is one that may still become whole."""
        with os.scandir(self.requests) as entries:
            return any(entry.is_file(follow_symlinks=False) for entry in entries if is_request(entry.name))

    def waiting(self) -> list[Path]:
        """What was taken and is not answered yet, by name."""
        return sorted(path for path in self._taken.iterdir() if not path.name.endswith(".part"))

    def answer(self, files: Sequence[Outgoing], request: Path, day: str) -> None:
        """Puts answers into `out`, in the order in which they are to be delivered, and the request into `kept`, under
        the day; they are delivered from then on."""
        held = self._put(files, f"{_ORDER_SIGN}{request.name}{_HELD}")
        self._keep(request, day)
        for path in held:
            path.rename(_let_go(path))

    def stage(self, files: Sequence[Outgoing]) -> None:
        """Puts files that answer no request into `out`, whoever it is that delivers them."""
        self._put(files, "")

    def _put(self, files: Sequence[Outgoing], ending: str) -> list[Path]:
        paths = []
        for place, file in enumerate(files):
            # The order is in the name, so that it holds after a restart too.
            paths.append(self._ours / "out" / file.target / f"{place}{_ORDER_SIGN}{file.name}{ending}")
            write_whole(paths[-1], file.data)
        return paths

    def _keep(self, request: Path, day: str) -> None:
        """Renames an answered request, whose time stays that of its sender; a name used again replaces nothing."""
        kept = self.kept / day / REQUESTS
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = kept / request.name
        times = 1
        while place.exists():
            times += 1
            place = kept / f"{request.name}{AGAIN_SIGN}{times}"
        with contextlib.suppress(FileNotFoundError):
            request.rename(place)

    def deliver(self, *, now: float) -> list[Delivered]:
        """Moves what is in `out` into its folder, each whole at the moment it appears there."""
        done = []
        for target in _TARGETS:
            out, sent = self._ours / "out" / target, self._ours / "sent" / target
            for path in sorted(out.iterdir(), key=lambda one: (_plain(one.name).rpartition(".")[0], one.name)):
                if path.suffix in (".part", _HELD):
                    continue
                name = _plain(path.name)
                with contextlib.suppress(FileNotFoundError):
                    (sent / name).unlink()
                os.link(path, sent / name)
                path.rename(self.root / target / name)
                done.append(Delivered(target, name, now + _SECOND_SIGN_S))
        return done

    def undone(self, *, now: float) -> list[Delivered]:
        """After a start: what was delivered and has not had its second sign."""
        return [
            Delivered(target, path.name, now + _SECOND_SIGN_S)
            for target in _TARGETS
            for path in sorted((self._ours / "sent" / target).iterdir())
        ]

    def sign_again(self, delivered: Iterable[Delivered], day: str) -> None:
        """The second sign: the time of the file is set anew, its bytes stay. Who took it meanwhile needs none. Our own
        copy goes to `kept`, under the day."""
        for one in delivered:
            with contextlib.suppress(FileNotFoundError):
                os.utime(self.root / one.target / one.name)
            kept = self.kept / day / one.target
            kept.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                (self._ours / "sent" / one.target / one.name).rename(kept / one.name)

    def forget_bulk(self, before: float) -> None:
        """Deletes what is kept of bulk requests from before a time (seconds since 1970)."""
        for path in self.bulk.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()

    def forget(self, is_old: Callable[[str], bool]) -> None:
        """Deletes the copies of days that are old."""
        for day in self.kept.iterdir():
            if is_old(day.name):
                for path in sorted(day.rglob("*"), reverse=True):
                    path.rmdir() if path.is_dir() else path.unlink()
                day.rmdir()


def write_whole(path: Path, data: bytes) -> None:
    """A file that is there with all its bytes on the disk, or not at all."""
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)


def _plain(name: str) -> str:
    return name.partition(_ORDER_SIGN)[2]


def _request_of(held: str) -> str:
    return held.removesuffix(_HELD).rpartition(_ORDER_SIGN)[2]


def _let_go(held: Path) -> Path:
    return held.with_name(held.name.rpartition(_ORDER_SIGN)[0])
