"""A feed from its start to its end, part by part; each part is one transaction of the caller."""

from dataclasses import dataclass

import msgspec
import polars as pl

from onshi.db import Tx
from onshi.kernel import InsurerNumber, Moment, japan_day
from onshi.registry.errors import TooManyAbsent, UnknownInsurer
from onshi.registry.feeds import FINDINGS
from onshi.registry.loading import Draw, apply_rows
from onshi.registry.model import Feed
from onshi.registry.store import feeds as store
from onshi.registry.store import frames as frame_store
from onshi.registry.store import insurers as insurer_store

LOADING = "loading"
FEEDS_FOR_DELAY = 10
# A snapshot that lacks more than this share of the coverages in force looks cut off.
ABSENT_PERCENT_MAX = 5
ABSENT_ALWAYS_FINE = 20


@dataclass(frozen=True, slots=True)
class PartTaken:
    """What became of one part: the feed as it stands, the link codes given (row, code), a digest for the log."""

    feed: Feed
    links: pl.DataFrame
    digest: bytes


def start_feed(
    tx: Tx, *, feed_id: int, insurer: InsurerNumber, mode: str, digest: bytes, file_name: str, at: Moment
) -> Feed:
    """The feed to go on with: a new one, or the one this very file began (or finished) before.

    Raises UnknownInsurer.
    """
    if insurer not in insurer_store.book(tx):
        raise UnknownInsurer(number=insurer)
    earlier = store.same_file(tx, insurer, mode, digest)
    if earlier is not None:
        return earlier
    feed = Feed(feed_id, insurer, mode, file_name, digest, at, None, LOADING, 1, {})
    store.add(tx, feed)
    return feed


def take_part(
    tx: Tx, feed: Feed, good: pl.DataFrame, findings: pl.DataFrame, *, rows: int, at: Moment, draw: Draw
) -> PartTaken:
    """Takes the good rows of the next part, keeps its findings and moves the feed on by `rows`."""
    applied = apply_rows(tx, feed, good, at=at, draw=draw)
    told = pl.concat([_widened(findings), *(_told(found) for found in applied.findings)]).sort("row", maintain_order=True)
    counts = dict(feed.counts)
    seen_errors = findings.filter(pl.col("severity") == "error")["row"].n_unique()
    added = {
        **applied.counts,
        "rows": rows,
        "taken": good.height - applied.counts.get("held", 0) - applied.counts.get("errors", 0),
        "errors": applied.counts.get("errors", 0) + seen_errors,
        "warnings": told.filter(pl.col("severity") == "warning").height,
        "findings": told.height,
    }
    for name, number in added.items():
        counts[name] = counts.get(name, 0) + number
    store.add_findings(tx, feed.id, told, feed.counts.get("findings", 0))
    if feed.mode == "snapshot" and applied.seen:
        store.add_seen(tx, feed.id, applied.seen)
    moved = msgspec.structs.replace(feed, next_row=feed.next_row + rows, counts=counts)
    store.put(tx, moved)
    return PartTaken(moved, pl.concat(applied.links), applied.digest)


def _widened(findings: pl.DataFrame) -> pl.DataFrame:
    return findings.with_columns(
        person_id=pl.lit(None, dtype=pl.Int64), other_insurer=pl.lit(None, dtype=pl.String)
    ).select("row", "column", "code", "severity", "person_id", "other_insurer")


def _told(found: pl.DataFrame) -> pl.DataFrame:
    severities = {code: kind.severity.value for code, kind in FINDINGS.items()}
    return found.with_columns(
        column=pl.lit(""), severity=pl.col("code").replace_strict(severities, return_dtype=pl.String)
    ).select("row", "column", "code", "severity", "person_id", "other_insurer")


def finish_feed(tx: Tx, feed: Feed, *, at: Moment, lose_absent: bool = False) -> Feed:
    """Ends the feed: what a snapshot lacks is reported (and lost on the day it came, with `lose_absent`),
    and the insurer's freshness moves on. Raises TooManyAbsent, leaving all as it was."""
    counts = dict(feed.counts)
    if feed.mode == "snapshot":
        missing, known = store.absent(tx, feed)
        limit = max(ABSENT_ALWAYS_FINE, known * ABSENT_PERCENT_MAX // 100)
        if lose_absent and missing.height > limit:
            raise TooManyAbsent(absent=missing.height, known=known)
        _report_absent(tx, feed, missing, counts)
        if lose_absent:
            _lose(tx, feed, missing, at)
            counts["lost"] = counts.get("lost", 0) + missing.height
        store.forget_seen(tx, feed.id)
    done = msgspec.structs.replace(feed, state="done", finished_at=at, counts=counts)
    store.put(tx, done)
    _freshen(tx, feed, at)
    return done


def _report_absent(tx: Tx, feed: Feed, missing: pl.DataFrame, counts: dict[str, int]) -> None:
    told = missing.select(
        row=pl.lit(0, dtype=pl.Int64),
        code=pl.lit("absent-from-snapshot"),
        person_id="person_id",
        other_insurer=pl.lit(None, dtype=pl.String),
    )
    store.add_findings(tx, feed.id, _told(told), counts.get("findings", 0))
    for name in ("findings", "warnings", "absent"):
        counts[name] = counts.get(name, 0) + missing.height


def _lose(tx: Tx, feed: Feed, missing: pl.DataFrame, at: Moment) -> None:
    everything = frame_store.coverages_of(tx, missing["person_id"])
    ending = everything.join(missing, on=["person_id", "coverage_id"], how="inner")
    frame_store.close_coverages(tx, ending.select("person_id", "coverage_id"), at=at)
    day = pl.max_horizontal(pl.lit(japan_day(at)), pl.col("starts_on").dt.offset_by("1d"))
    lost = ending.with_columns(lost_on=day, loss_reason=pl.lit("99"))
    frame_store.add_coverages(tx, lost, feed_id=feed.id, at=at)


def _freshen(tx: Tx, feed: Feed, at: Moment) -> None:
    insurer = insurer_store.book(tx)[feed.insurer]
    delays = store.delays(tx, feed.insurer, FEEDS_FOR_DELAY)
    changed = msgspec.structs.replace(
        insurer,
        first_loaded_at=insurer.first_loaded_at or at,
        last_loaded_at=at,
        delay_days=_middle(delays) if delays else insurer.delay_days,
    )
    insurer_store.put(tx, [changed], at=at)


def _middle(counted: dict[int, int]) -> int:
    """The median of values given with how often each occurs (the lower of two)."""
    half = (sum(counted.values()) + 1) // 2
    reached = 0
    for value in sorted(counted):
        reached += counted[value]
        if reached >= half:
            return value
    raise ValueError("the median of nothing")


def refuse_feed(tx: Tx, feed: Feed, findings: pl.DataFrame, *, errors: int, at: Moment) -> Feed:
    """Ends a feed of which nothing was taken, keeping what was found."""
    store.add_findings(tx, feed.id, _widened(findings), 0)
    refused = msgspec.structs.replace(
        feed, state="refused", finished_at=at, counts={"errors": errors, "findings": findings.height}
    )
    store.put(tx, refused)
    return refused
