"""An insurer's file goes into the registry: read, checked, taken part by part, logged; resumable at any point."""

import hashlib
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import polars as pl

from onshi import audit, registry
from onshi.audit import Action, Entry
from onshi.db import Database, Tx
from onshi.kernel import InsurerNumber, Moment, japan_day
from onshi.registry import AtomicFeedRefused, Feed, feeds

# Small enough that checks waiting for SQLite's one writer hardly notice, large enough for set-based work.
PART_ROWS = 20_000
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the file: the feed, the link codes given (row, code), whether this very file was done before,
    and, where nothing of it stays, what was found."""

    feed: Feed
    links: pl.DataFrame
    was_done: bool
    findings: pl.DataFrame


Progress = Callable[[Feed, int, int], None]
"""Told after every part: the feed so far, bytes read, bytes in all."""


CheckedPart: TypeAlias = tuple[feeds.Part, feeds.Checked]


class _TakenBack(Exception):
    def __init__(self, loaded: Loaded) -> None:
        super().__init__()
        self.loaded = loaded


def load_feed(
    db: Database,
    path: Path,
    *,
    insurer: InsurerNumber,
    mode: feeds.Mode,
    now: Callable[[], Moment],
    draw: Callable[[int], list[int]],
    actor: str,
    file_name: str | None = None,
    atomic: bool = False,
    dry_run: bool = False,
    lose_absent: bool = False,
    part_rows: int = PART_ROWS,
    progress: Progress | None = None,
) -> Loaded:
    """Loads one file of one insurer; a file whose head cannot be understood becomes a refused feed with findings.

    Every part is durable before the next begins, so a load that was killed goes on
    where it stopped when the same file is given again, and a file that is done changes nothing.

    `atomic`: one transaction, and none of it if any row has an error (AtomicFeedRefused; the findings are kept).
    `dry_run`: everything happens, is counted and reported, and is taken back. Raises feeds.FeedRefused for
    what cannot be read at all, UnknownInsurer, TooManyAbsent.
    """
    source = feeds.open_feed(path, mode=mode)
    digest = _digest(path)
    name = file_name or path.name
    story = _Story(source, insurer, mode, _Onward(now), draw, actor, part_rows, progress, lose_absent)
    if not source.readable:
        return story.refused(db, digest, name, keep=not dry_run)
    if not (atomic or dry_run):
        return story.part_by_part(db, digest, name)
    try:
        return db.run(partial(story.whole, digest=digest, name=name, atomic=atomic, dry_run=dry_run))
    except _TakenBack as back:
        loaded = back.loaded
    errors = loaded.feed.counts.get("errors", 0)
    if not (atomic and errors):
        return loaded
    if not dry_run:
        db.run(lambda tx: story.keep_findings(tx, loaded, digest, name))
    raise AtomicFeedRefused(errors=errors)


def take_feed(
    tx: Tx,
    path: Path,
    *,
    insurer: InsurerNumber,
    mode: feeds.Mode,
    now: Callable[[], Moment],
    draw: Callable[[int], list[int]],
    actor: str,
    part_rows: int = PART_ROWS,
) -> Loaded:
    """`load_feed` within the caller's transaction, for many small files that stand or fall together.

    Nothing is durable before the caller commits. Raises what `load_feed` raises.
    """
    source = feeds.open_feed(path, mode=mode)
    story = _Story(source, insurer, mode, _Onward(now), draw, actor, part_rows, None, lose_absent=False)
    if not source.readable:
        return Loaded(story.refuse(tx, _digest(path), path.name), _no_links(), False, source.findings)
    return story.whole(tx, digest=_digest(path), name=path.name, atomic=False, dry_run=False)


class _Onward:
    """A clock that never stands still or goes back: versions follow each other in time."""

    def __init__(self, now: Callable[[], Moment]) -> None:
        self._now = now
        self._last = 0

    def __call__(self) -> Moment:
        self._last = max(self._now(), self._last + 1)
        return Moment(self._last)

    def past(self, turns: int) -> None:
        """What follows is later than so many microseconds from the last moment."""
        self._last += turns


def _digest(path: Path) -> bytes:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.digest()


@dataclass(frozen=True, slots=True)
class _Story:
    source: feeds.FeedFile
    insurer: InsurerNumber
    mode: feeds.Mode
    now: _Onward
    draw: Callable[[int], list[int]]
    actor: str
    part_rows: int
    progress: Progress | None
    lose_absent: bool

    def start(self, tx: Tx, digest: bytes, name: str, *, is_whole: bool = False) -> Feed:
        return registry.start_feed(
            tx,
            feed_id=self.draw(1)[0],
            insurer=self.insurer,
            mode=self.mode,
            digest=digest,
            file_name=name,
            at=self.now(),
            is_whole=is_whole,
        )

    def refused(self, db: Database, digest: bytes, name: str, *, keep: bool) -> Loaded:
        """The file is not taken at all; `keep`: its findings stay."""
        found = self.source.findings
        if keep:
            return Loaded(db.run(lambda tx: self.refuse(tx, digest, name)), _no_links(), False, found)
        at = self.now()
        counts = {"errors": self._errors(), "findings": found.height}
        feed = Feed(self.draw(1)[0], self.insurer, self.mode, name, digest, at, at, "refused", 1, counts)
        return Loaded(feed, _no_links(), False, found)

    def refuse(self, tx: Tx, digest: bytes, name: str) -> Feed:
        """Keeps what was found wrong with the file as a whole."""
        feed = self.start(tx, digest, name, is_whole=True)
        return registry.refuse_feed(tx, feed, self.source.findings, errors=self._errors(), at=self.now())

    def _errors(self) -> int:
        return self.source.findings.filter(pl.col("severity") == "error").height

    def part_by_part(self, db: Database, digest: bytes, name: str) -> Loaded:
        feed = db.run(lambda tx: self.start(tx, digest, name))
        if feed.state == "done":
            return Loaded(feed, _no_links(), True, feeds.findings_frame())
        links = []
        goes_on = True
        while goes_on:
            goes_on = False
            with closing(self._parts(feed.next_row)) as parts:
                for part, checked in parts:
                    taken = db.run(partial(self._take, feed_id=feed.id, part=part, checked=checked))
                    feed = taken.feed
                    links.append(taken.links)
                    self._tell(feed, part)
                    if feed.next_row != part.next_row:
                        goes_on = True
                        break
        feed = db.run(lambda tx: self._finish(tx, feed))
        return Loaded(feed, _joined(links), False, feeds.findings_frame())

    def whole(self, tx: Tx, *, digest: bytes, name: str, atomic: bool, dry_run: bool) -> Loaded:
        feed = self.start(tx, digest, name, is_whole=True)
        if feed.state == "done":
            return Loaded(feed, _no_links(), True, feeds.findings_frame())
        links = []
        with closing(self._parts(feed.next_row)) as parts:
            for part, checked in parts:
                taken = self._take(tx, feed_id=feed.id, part=part, checked=checked)
                feed = taken.feed
                links.append(taken.links)
                self._tell(feed, part)
        feed = self._finish(tx, feed)
        loaded = Loaded(feed, _joined(links), False, registry.findings_frame(tx, feed.id))
        if dry_run or (atomic and feed.counts.get("errors", 0)):
            raise _TakenBack(loaded)
        return loaded

    def keep_findings(self, tx: Tx, loaded: Loaded, digest: bytes, name: str) -> None:
        """What was found in a file that was taken back."""
        feed = self.start(tx, digest, name, is_whole=True)
        registry.refuse_feed(tx, feed, loaded.findings, errors=loaded.feed.counts["errors"], at=self.now())

    def _parts(self, from_row: int) -> Generator[CheckedPart, None, None]:
        """The parts from that row on, checked; close it before the next one is begun."""
        today = japan_day(self.now())
        read = feeds.parts(self.source, rows=self.part_rows, from_row=from_row)
        check = partial(feeds.validate, today=today, insurer=self.insurer, mode=self.mode)
        return _ahead((part, check(part)) for part in read)

    def _take(self, tx: Tx, *, feed_id: int, part: feeds.Part, checked: feeds.Checked) -> registry.PartTaken:
        # As it stands in the database: the same file may be on its way twice.
        feed = registry.feed_of(tx, feed_id)
        if feed.state != "loading" or feed.next_row != part.first_row:
            return registry.PartTaken(feed, _no_links(), b"")
        at = self.now()
        findings = checked.findings
        if feed.next_row == 1:
            findings = pl.concat([self.source.findings, findings])
        taken = registry.take_part(tx, feed, checked.good, findings, rows=part.rows, at=at, draw=self.draw)
        self.now.past(part.rows)
        self._log(tx, feed, self.mode, taken.digest, at)
        return taken

    def _finish(self, tx: Tx, feed: Feed) -> Feed:
        feed = registry.feed_of(tx, feed.id)
        if feed.state != "loading":
            return feed
        at = self.now()
        if feed.next_row == 1:
            # No rows at all: what the head gave rise to is told all the same.
            head = self.source.findings
            feed = registry.take_part(tx, feed, feeds.empty_good(), head, rows=0, at=at, draw=self.draw).feed
        done = registry.finish_feed(tx, feed, at=at, lose_absent=self.lose_absent)
        if done.counts.get("lost", 0) > feed.counts.get("lost", 0):
            self._log(tx, feed, "absent-lost", feed.digest, at)
        return done

    def _log(self, tx: Tx, feed: Feed, outcome: str, leaf: bytes, at: Moment) -> None:
        audit.append(tx, self.draw(1)[0], [Entry(self.actor, Action.LOAD, outcome, leaf, None, str(feed.id))], at=at)

    def _tell(self, feed: Feed, part: feeds.Part) -> None:
        if self.progress is not None:
            self.progress(feed, part.bytes_read, self.source.size)


def _ahead(parts: Iterator[CheckedPart]) -> Generator[CheckedPart, None, None]:
    """The same, the next one made ready in a thread while the caller works on one: reading and checking need no
    database, and the database leaves a processor idle (docs/decisions/0015)."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, parts, None)
        while (part := coming.result()) is not None:
            coming = beside.submit(next, parts, None)
            yield part


def _no_links() -> pl.DataFrame:
    return pl.DataFrame(schema={"row": pl.Int64, "code": pl.String})


def _joined(links: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([_no_links(), *links])
