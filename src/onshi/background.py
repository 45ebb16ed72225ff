"""Work that nobody waits for: sealing, voided tokens, what is over, jobs, revocation
lists, registrations that complete by themselves."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from onshi import access, audit, card_office, flows, jobs, papers, pki, presence
from onshi.app import App
from onshi.db import Tx
from onshi.interfaces import rest
from onshi.kernel import InsurerNumber, Moment

_SECOND = 1_000_000
# A token lives no longer than 15 minutes (access), so voids from before are no news.
_VOIDS_KNOWN = 15 * 60 * _SECOND
SEAL_EVERY_S = 0.5
# With so much unsealed, who has answered waits for its turn to seal: the log must not grow faster than it is sealed.
_FAR_BEHIND = 2 * audit.BLOCK_ENTRIES
# Steps of merging between two blocks. A level of merged runs takes ten to sixteen of them for 16 blocks, so this many
# keep up with four levels: 65,536 blocks.
_MERGES_A_BLOCK = 4
_LOOK_EVERY_S = 2.0
_TIDY_EVERY_S = 0.25
_MERGE_EVERY_S = 5.0
_PURGE_EVERY_S = 60.0
_WORK_EVERY_S = 0.25
# After a load people expect their registration to be there when they are at the desk, not to the second.
_ENROL_EVERY_S = 15.0
_PAPERS_EVERY_S = 3600.0
# How long a municipality waits for its first list. A look takes one step through an index for each municipality: for
# all 1,741 some milliseconds on SQLite, a tenth of a second on PostgreSQL, and no writer waits for it.
_LISTS_EVERY_S = 300.0
# Between two parts of a job. A writer that waits for SQLite looks again after 25 to 50 ms, so a desk that asks
# meanwhile always gets in before the next part (without this pause: a second now and then).
_BREATH_S = 0.05
_END_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Round:
    """Something to be done again and again.

    `work` says whether there may be more at once; `pause` and, while there is more, `breath` are the seconds
    between two rounds. `is_last`: once more, until nothing is left, when the process ends.
    """

    name: str
    work: Callable[[], bool]
    pause: float
    breath: float = 0.0
    is_last: bool = False


def house_rounds(app: App) -> tuple[Round, ...]:
    """What one process of a server does for all. Several may: sealing takes a lock, a job is held by one worker."""
    return (
        Round("sealer", lambda: seal(app), SEAL_EVERY_S, is_last=True),
        Round("merge", lambda: merge(app), _MERGE_EVERY_S, _BREATH_S),
        *chores(app),
    )


def chores(app: App) -> tuple[Round, ...]:
    """The same without the care of the log, which the checker takes of itself (Sealer)."""
    return (
        Round("tidy", lambda: tidy(app), _TIDY_EVERY_S),
        Round("purge", lambda: purge(app), _PURGE_EVERY_S),
        Round("jobs", lambda: rest.work_once(app), _WORK_EVERY_S, _BREATH_S),
        Round("papers", lambda: end_papers(app), _PAPERS_EVERY_S),
        Round("lists", ListPublisher(app).publish_one, _LISTS_EVERY_S, _BREATH_S),
        Round("enrolments", lambda: follow_enrolments(app), _ENROL_EVERY_S, _BREATH_S),
    )


def key_round(app: App) -> Round:
    """Takes up a rotation that another process made; for every process that signs or reads tokens."""

    def follow() -> bool:
        app.refresh_keys()
        return False

    return Round("keys", follow, _LOOK_EVERY_S)


def desk_rounds(app: App) -> tuple[Round, ...]:
    """What every process with a token desk does for itself."""
    return Round("token-voids", VoidReader(app).forget_voided, _LOOK_EVERY_S), key_round(app)


def seal(app: App) -> bool:
    """Seals what waits, block by block, and notes the last head outside the database; whether it sealed anything."""
    last: audit.Block | None = None
    while (sealed := seal_block(app)) is not None:
        last = sealed
    if last is not None:
        note_head(app.settings.data / audit.HEADS_FILE, last)
    return last is not None


def seal_block(app: App) -> audit.Block | None:
    """Seals one block; None when nothing waits."""
    return app.db.run(lambda tx: audit.seal(tx, at=app.now(), signer=app.signer), appending=True)


class Sealer:
    """The care of the log in the threads that answer checks, between two batches of them: one at a time, whoever comes
    by when it is due.

    In a thread of its own it took turns with the checks on the interpreter and on SQLite's one writer, and a third of
    the rate was lost in the turns (docs/decisions/0012). Only `note` is for another thread: it waits for the disk.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._counting = threading.Lock()
        self._sealing = threading.Lock()
        self._waiting = self._merges = 0
        self._sealed_at = app.now()
        self._unnoted: SimpleQueue[audit.Block] = SimpleQueue()

    def answered(self, checks: int) -> None:
        """So many checks more are in the log. Seals one block when there is enough for it, or it is time, or else does
        a step of merging: little at once, because on SQLite the next checks wait for it."""
        with self._counting:
            self._waiting += checks
        with self._alone() as may_seal:
            if may_seal and self._is_due():
                self._seal_one()
                self._merges = _MERGES_A_BLOCK
            elif may_seal and self._merges:
                self._merges = self._merges - 1 if merge(self._app) else 0

    def idle(self) -> None:
        """Nobody asks: seals all that waits, and does a step of merging."""
        with self._alone() as may_seal:
            if may_seal:
                while self._seal_one():
                    pass
                merge(self._app)

    def note(self) -> bool:
        """Notes the last head outside the database, if there is a new one."""
        last: audit.Block | None = None
        with contextlib.suppress(Empty):
            while True:
                last = self._unnoted.get_nowait()
        if last is not None:
            note_head(self._app.settings.data / audit.HEADS_FILE, last)
        return False

    @contextlib.contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether this thread may seal; then no other does meanwhile."""
        may_seal = self._sealing.acquire(blocking=self._waiting >= _FAR_BEHIND)
        try:
            with _troubles_noted():
                yield may_seal
        finally:
            if may_seal:
                self._sealing.release()

    def _is_due(self) -> bool:
        return self._waiting >= audit.BLOCK_ENTRIES or self._app.now() - self._sealed_at >= SEAL_EVERY_S * _SECOND

    def _seal_one(self) -> bool:
        self._sealed_at = self._app.now()
        block = seal_block(self._app)
        with self._counting:
            self._waiting = 0 if block is None else max(0, self._waiting - block.entries)
        if block is not None:
            self._unnoted.put(block)
        return block is not None


@contextlib.contextmanager
def _troubles_noted() -> Iterator[None]:
    """A fault here must not end what else is done; the next time may do better."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it was
        rest.trouble_line(rest.request_id_of(""), error)


def tidy(app: App) -> bool:
    """Keeps the write-ahead log short."""
    app.db.tidy()
    return False


def merge(app: App) -> bool:
    """One step of keeping the log's finder small; whether there may be another."""
    return app.db.run(audit.merge_finds, appending=True)


def purge(app: App) -> bool:
    """Deletes what is over: used assertions, sessions, jobs with their results."""
    at = app.now()
    app.run(lambda tx: access.purge(tx, at=at))
    app.run(lambda tx: jobs.purge(tx, at=at))
    app.db.run(lambda tx: presence.purge(tx, at=at), appending=True)
    return False


def follow_enrolments(app: App) -> bool:
    """Completes registrations of cards whose people have come, and ends those whose withdrawal is due."""
    return flows.follow_enrolments(app.db, now=app.now, draw=app.draw)


def end_papers(app: App) -> bool:
    """Papers whose coverage was lost lapse and are to be returned; insurer by insurer, so that nobody waits long."""
    with app.db.transaction(reading=True) as tx:
        insurers = papers.insurers_with_papers(tx)
    for insurer in insurers:
        app.run(partial(_lapsed, app, insurer=insurer))
    return False


def _lapsed(app: App, tx: Tx, *, insurer: InsurerNumber) -> None:
    at = app.now()
    gone = papers.lapse(tx, insurer, at=at)
    audit.append(tx, app.draw(), [papers.entry_of(one, actor="local:papers") for one in gone], at=at)


class ListPublisher:
    """Revocation lists come out daily by themselves, wherever the key of their authority is here."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._due: list[tuple[pki.Authority, str]] = []

    def publish_one(self) -> bool:
        """One list of those that are due, if any; whether there are more."""
        self._due = self._due or self._all_due()
        if self._due:
            authority, partition = self._due.pop()
            card_office.publish_due_list(self._app, authority, partition)
        return bool(self._due)

    def _all_due(self) -> list[tuple[pki.Authority, str]]:
        with self._app.db.transaction(reading=True) as tx:
            return [
                (authority, partition)
                for authority in card_office.publishers(self._app, tx)
                for partition in pki.publishing.lists_due(tx, authority, at=self._app.now())
            ]


class VoidReader:
    """Tells the desk of tokens that were voided by whichever process."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._since = Moment(app.now() - _VOIDS_KNOWN)

    def forget_voided(self) -> bool:
        """One look."""
        app, since = self._app, self._since
        # Voids may commit a little after the moment they bear: look back over the last round as well.
        self._since = Moment(app.now() - round(10 * _LOOK_EVERY_S) * _SECOND)
        with app.db.transaction(reading=True) as tx:
            voided = access.voided_since(tx, since)
        for client_id, at in voided.items():
            app.desk.forget(client_id, at=at)
        return False


class Background:
    """A thread for each round."""

    def __init__(self, rounds: Sequence[Round]) -> None:
        self._ending = threading.Event()
        self._last = [one.work for one in rounds if one.is_last]
        self._threads = [
            threading.Thread(target=self._repeat, args=(one,), name=one.name, daemon=True) for one in rounds
        ]

    def start(self) -> None:
        """Starts the threads; once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Lets each thread finish the round it is in, and does what has to be done last."""
        self._ending.set()
        for thread in self._threads:
            thread.join(_END_WITHIN_S)
        for work in self._last:
            while work():
                pass

    def _repeat(self, one: Round) -> None:
        while not self._ending.is_set():
            try:
                is_more = one.work()
            except Exception as error:  # noqa: BLE001 - a dead thread would be missed too late; the next round may do better
                rest.trouble_line(rest.request_id_of(""), error)
                is_more = False
            self._ending.wait(one.breath if is_more else one.pause)


def note_head(path: Path, block: audit.Block) -> None:
    """Appends the block's head to the file and forces it to disk: a chain cut back behind it will be found out."""
    line = audit.heads_line(audit.Head(block.number, block.hash, block.at, block.kid, block.signature)).encode()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
