"""A feed from its start to its end, part by part; each part is one transaction of the caller."""

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate

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
# How late an insurer usually is: what a desk wants to hear is this month, not last year.
DELAY_WINDOW_US = 31 * 86_400 * 1_000_000
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
    tx: Tx,
    *,
    feed_id: int,
    insurer: InsurerNumber,
    mode: str,
    digest: bytes,
    file_name: str,
    at: Moment,
    is_whole: bool = False,
) -> Feed:
    """The feed to go on with: a new one, or the one this very file began (or finished) before.

    A snapshot says how things stand, so one from before other feeds is taken again. `is_whole`: the file is taken in
    one piece or not at all, so what an interrupted load left is not gone on with. Raises UnknownInsurer.
    """
    if insurer not in insurer_store.book(tx):
        raise UnknownInsurer(number=insurer)
    earlier = store.same_file(tx, insurer, mode, digest)
    if earlier is not None and not (is_whole and earlier.state == LOADING):
        newest = store.newest(tx, insurer, 1)[0]
        if mode != "snapshot" or earlier.state == LOADING or newest.id == earlier.id:
            return earlier
    feed = Feed(feed_id, insurer, mode, file_name, digest, at, None, LOADING, 1, {})
    store.add(tx, feed)
    return feed


def take_part(
    tx: Tx, feed: Feed, good: pl.DataFrame, findings: pl.DataFrame, *, rows: int, at: Moment, draw: Draw
) -> PartTaken:
    """Takes the good rows of the next part, keeps its findings and moves the feed on by `rows`."""
    applied = apply_rows(tx, feed, good, at=at, draw=draw)
    told = pl.concat([_widened(findings), *map(_told, applied.findings)]).sort("row", maintain_order=True)
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
    none = pl.DataFrame(schema={"row": pl.Int64, "code": pl.String})
    return PartTaken(moved, pl.concat([none, *applied.links]), applied.digest)


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
    and the insurer's freshness moves on. Where rows could not be read, nobody can say who is absent: nothing is lost
    then. Raises TooManyAbsent, leaving all as it was."""
    counts = dict(feed.counts)
    if feed.mode == "snapshot":
        if lose_absent and counts.get("errors", 0):
            lose_absent = False
            _report_unclosed(tx, feed, counts)
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


def _report_unclosed(tx: Tx, feed: Feed, counts: dict[str, int]) -> None:
    row = {"row": [0], "code": ["absence-not-closed"], "person_id": [None], "other_insurer": [None]}
    schema = {"row": pl.Int64, "code": pl.String, "person_id": pl.Int64, "other_insurer": pl.String}
    store.add_findings(tx, feed.id, _told(pl.DataFrame(row, schema=schema)), counts.get("findings", 0))
    for name in ("findings", "warnings"):
        counts[name] = counts.get(name, 0) + 1


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
    delays = store.delays(tx, feed.insurer, Moment(at - DELAY_WINDOW_US))
    changed = msgspec.structs.replace(
        insurer,
        first_loaded_at=insurer.first_loaded_at or at,
        last_loaded_at=at,
        delay_days=_middle(delays) if delays else insurer.delay_days,
    )
    insurer_store.put(tx, [changed], at=at)


def _middle(counted: dict[int, int]) -> int:
    """The median of values given with how often each occurs (the lower of two)."""
    values = sorted(counted)
    reached = list(accumulate(counted[value] for value in values))
    return values[bisect_left(reached, (reached[-1] + 1) // 2)]


def tell_review(tx: Tx, feed_id: int, found: list[pl.DataFrame]) -> None:
    """Adds to a feed's findings what came up when a reviewer let one of its rows in."""
    feed = store.one(tx, feed_id)
    if feed is None or not found:
        return
    told = pl.concat([_told(one) for one in found])
    before = feed.counts.get("findings", 0)
    store.add_findings(tx, feed_id, told, before)
    store.put(tx, msgspec.structs.replace(feed, counts=feed.counts | {"findings": before + told.height}))


def refuse_feed(tx: Tx, feed: Feed, findings: pl.DataFrame, *, errors: int, at: Moment) -> Feed:
    """Ends a feed of which nothing was taken, keeping what was found."""
    store.add_findings(tx, feed.id, _widened(findings), feed.counts.get("findings", 0))
    counts = feed.counts | {"errors": errors, "findings": feed.counts.get("findings", 0) + findings.height}
    refused = msgspec.structs.replace(feed, state="refused", finished_at=at, counts=counts)
    store.put(tx, refused)
    return refused
