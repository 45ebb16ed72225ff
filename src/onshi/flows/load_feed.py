"""An insurer's file goes into the registry: read, checked, taken part by part, logged; resumable at any point."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

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
    """What became of the file: the feed, the link codes given (row, code), and whether this very file was done before."""

    feed: Feed
    links: pl.DataFrame
    was_done: bool
    findings: pl.DataFrame


Progress = Callable[[Feed, int, int], None]
"""Told after every part: the feed so far, bytes read, bytes in all."""


class _DryRun(Exception):  # noqa: N818 - control flow inside this file only: it carries a transaction back
    pass


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
    """Loads one file of one insurer. Every part is durable before the next begins, so a load that was killed goes on
    where it stopped when the same file is given again, and a file that is done changes nothing.

    `atomic`: one transaction, and none of it if any row has an error (AtomicFeedRefused; the findings are kept).
    `dry_run`: everything happens, is counted and reported, and is taken back. Raises feeds.FeedRefused for
    what cannot be read at all, UnknownInsurer, TooManyAbsent.
    """
    source = feeds.open_feed(path, mode=mode)
    digest = _digest(path)
    name = file_name or path.name
    story = _Story(source, insurer, mode, now, draw, actor, part_rows, progress, lose_absent)
    if not (atomic or dry_run):
        return story.part_by_part(db, digest, name)
    try:
        with db.transaction() as tx:
            loaded = story.whole(tx, digest, name)
            if atomic and not loaded.was_done and loaded.feed.counts.get("errors", 0):
                raise AtomicFeedRefused(errors=loaded.feed.counts["errors"])
            if dry_run:
                raise _DryRun
    except _DryRun:
        return loaded
    except AtomicFeedRefused:
        if not dry_run:
            _keep_findings(db, story, loaded, digest, name)
        raise
    return loaded


def _digest(path: Path) -> bytes:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.digest()


def _keep_findings(db: Database, story: "_Story", loaded: Loaded, digest: bytes, name: str) -> None:
    with db.transaction() as tx:
        feed = story.start(tx, digest, name)
        registry.refuse_feed(tx, feed, loaded.findings, errors=loaded.feed.counts["errors"], at=story.now())


@dataclass(frozen=True, slots=True)
class _Story:
    source: feeds.FeedFile
    insurer: InsurerNumber
    mode: feeds.Mode
    now: Callable[[], Moment]
    draw: Callable[[int], list[int]]
    actor: str
    part_rows: int
    progress: Progress | None
    lose_absent: bool

    def start(self, tx: Tx, digest: bytes, name: str) -> Feed:
        return registry.start_feed(
            tx,
            feed_id=self.draw(1)[0],
            insurer=self.insurer,
            mode=self.mode,
            digest=digest,
            file_name=name,
            at=self.now(),
        )

    def part_by_part(self, db: Database, digest: bytes, name: str) -> Loaded:
        feed = db.run(lambda tx: self.start(tx, digest, name))
        if feed.state == "done":
            return Loaded(feed, _no_links(), True, feeds.findings_frame())
        links = []
        for part, checked in self._parts(feed.next_row):
            with db.transaction() as tx:
                taken = self._take(tx, feed, part, checked)
            feed = taken.feed
            links.append(taken.links)
            self._tell(feed, part)
        with db.transaction() as tx:
            feed = registry.finish_feed(tx, feed, at=self.now(), lose_absent=self.lose_absent)
        return Loaded(feed, _joined(links), False, feeds.findings_frame())

    def whole(self, tx: Tx, digest: bytes, name: str) -> Loaded:
        feed = self.start(tx, digest, name)
        if feed.state == "done":
            return Loaded(feed, _no_links(), True, feeds.findings_frame())
        links = []
        for part, checked in self._parts(feed.next_row):
            taken = self._take(tx, feed, part, checked)
            feed = taken.feed
            links.append(taken.links)
            self._tell(feed, part)
        feed = registry.finish_feed(tx, feed, at=self.now(), lose_absent=self.lose_absent)
        return Loaded(feed, _joined(links), False, registry.findings_frame(tx, feed.id))

    def _parts(self, from_row: int) -> Iterator[tuple[feeds.Part, feeds.Checked]]:
        today = japan_day(self.now())
        if not self.source.readable:
            return
        for part in feeds.parts(self.source, rows=self.part_rows, from_row=from_row):
            yield part, feeds.validate(part, today=today, insurer=self.insurer, mode=self.mode)

    def _take(self, tx: Tx, feed: Feed, part: feeds.Part, checked: feeds.Checked) -> registry.PartTaken:
        at = self.now()
        findings = checked.findings
        if feed.next_row == 1:
            findings = pl.concat([self.source.findings, findings])
        taken = registry.take_part(tx, feed, checked.good, findings, rows=part.rows, at=at, draw=self.draw)
        entry = Entry(self.actor, Action.LOAD, self.mode, taken.digest, None, str(feed.id))
        audit.append(tx, self.draw(1)[0], [entry], at=at)
        return taken

    def _tell(self, feed: Feed, part: feeds.Part) -> None:
        if self.progress is not None:
            self.progress(feed, part.bytes_read, self.source.size)


def _no_links() -> pl.DataFrame:
    return pl.DataFrame(schema={"row": pl.Int64, "code": pl.String})


def _joined(links: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([_no_links(), *links])


