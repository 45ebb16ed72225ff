"""Feeds, their findings, and what a snapshot has shown so far."""

from collections.abc import Sequence
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import delete, insert, select, update

from onshi.db import OPEN, Tx
from onshi.kernel import InsurerNumber, Moment
from onshi.registry.model import Feed, FeedFinding
from onshi.registry.store.frames import insert_frame, query_frame, stage
from onshi.registry.store.tables import feeds, findings, seen


def _as_feed(row: Any) -> Feed:
    return Feed(
        row.feed_id,
        row.insurer,
        row.mode,
        row.file_name,
        row.digest,
        row.started_at,
        row.finished_at,
        row.state,
        row.next_row,
        msgspec.json.decode(row.counts, type=dict[str, int]),
    )


def add(tx: Tx, feed: Feed) -> None:
    """A new feed."""
    tx.execute(
        insert(feeds).values(
            feed_id=feed.id,
            insurer=feed.insurer,
            mode=feed.mode,
            digest=feed.digest,
            file_name=feed.file_name,
            started_at=feed.started_at,
            finished_at=feed.finished_at,
            state=feed.state,
            next_row=feed.next_row,
            counts=msgspec.json.encode(feed.counts).decode(),
        )
    )


def put(tx: Tx, feed: Feed) -> None:
    """How far the feed has come."""
    tx.execute(
        update(feeds)
        .where(feeds.c.feed_id == feed.id)
        .values(
            finished_at=feed.finished_at,
            state=feed.state,
            next_row=feed.next_row,
            counts=msgspec.json.encode(feed.counts).decode(),
        )
    )


def one(tx: Tx, feed_id: int) -> Feed | None:
    """The feed, or None."""
    row = tx.execute(select(feeds).where(feeds.c.feed_id == feed_id)).first()
    return None if row is None else _as_feed(row)


def same_file(tx: Tx, insurer: InsurerNumber, mode: str, digest: bytes) -> Feed | None:
    """The newest feed made from this very file, unless it was refused."""
    query = (
        select(feeds)
        .where(feeds.c.insurer == insurer, feeds.c.mode == mode, feeds.c.digest == digest, feeds.c.state != "refused")
        .order_by(feeds.c.started_at.desc())
    )
    row = tx.execute(query).first()
    return None if row is None else _as_feed(row)


def newest(tx: Tx, insurer: InsurerNumber | None, limit: int) -> list[Feed]:
    """Feeds, the newest first."""
    query = select(feeds).order_by(feeds.c.started_at.desc(), feeds.c.feed_id).limit(limit)
    if insurer is not None:
        query = query.where(feeds.c.insurer == insurer)
    return [_as_feed(row) for row in tx.execute(query)]


def add_findings(tx: Tx, feed_id: int, found: pl.DataFrame, first_place: int) -> None:
    """Findings (row, column, code, severity, person_id, other_insurer), numbered from `first_place`."""
    placed = found.select(
        pl.lit(feed_id).alias("feed_id"),
        pl.int_range(first_place, first_place + pl.len(), dtype=pl.Int64).alias("place"),
        "row",
        pl.col("column").alias("field"),
        "code",
        "severity",
        "person_id",
        "other_insurer",
    )
    insert_frame(tx, "registry_findings", placed)


def _as_finding(row: Any) -> FeedFinding:
    return FeedFinding(row.place, row.row, row.field, row.code, row.severity, row.person_id, row.other_insurer)


def findings_of(tx: Tx, feed_id: int, *, after: int, limit: int, severity: str | None) -> list[FeedFinding]:
    """A page of a feed's findings, those after the place `after`."""
    query = select(findings).where(findings.c.feed_id == feed_id, findings.c.place > after)
    if severity is not None:
        query = query.where(findings.c.severity == severity)
    return [_as_finding(row) for row in tx.execute(query.order_by(findings.c.place).limit(limit))]


def findings_about(tx: Tx, insurer: InsurerNumber, limit: int) -> list[FeedFinding]:
    """What other insurers' feeds brought up about coverages of this one, the newest first."""
    query = (
        select(findings)
        .join(feeds, feeds.c.feed_id == findings.c.feed_id)
        .where(findings.c.other_insurer == insurer)
        .order_by(feeds.c.started_at.desc(), findings.c.place)
        .limit(limit)
    )
    return [_as_finding(row) for row in tx.execute(query)]


def findings_frame(tx: Tx, feed_id: int) -> pl.DataFrame:
    """All findings of a feed in the shape the exports take."""
    schema = {"row": pl.Int64, "column": pl.String, "code": pl.String, "severity": pl.String}
    sql = "SELECT row, field, code, severity FROM registry_findings WHERE feed_id = ? ORDER BY row, place"
    return query_frame(tx, sql, schema, (feed_id,))


def add_seen(tx: Tx, feed_id: int, ids: Sequence[pl.Series]) -> None:
    """Coverages that a snapshot has shown."""
    shown = pl.concat(list(ids)).unique().to_frame("coverage_id")
    stage(tx, "staged_seen", "coverage_id BIGINT PRIMARY KEY", shown)
    # A coverage can be shown twice, in two parts.
    tx.cursor.execute(
        f"INSERT INTO registry_seen (feed_id, coverage_id) SELECT {int(feed_id)}, n.coverage_id FROM staged_seen n "
        f"WHERE NOT EXISTS (SELECT 1 FROM registry_seen s WHERE s.feed_id = {int(feed_id)} "
        "AND s.coverage_id = n.coverage_id)"
    )


def absent(tx: Tx, feed: Feed) -> tuple[pl.DataFrame, int]:
    """Open, unlost coverages of the insurer that the snapshot has not shown (person_id, coverage_id), and how many
    it has in all."""
    # By way of the links: no index of the coverages begins with the insurer.
    mine = (
        "FROM registry_links l JOIN registry_coverages c ON c.person_id = l.person_id "
        f"AND c.insurer = l.insurer AND c.known_to = {OPEN} AND c.lost_on IS NULL "
        f"WHERE l.insurer = ? AND l.known_to = {OPEN}"
    )
    bounds = (feed.insurer,)
    missing = query_frame(
        tx,
        f"SELECT DISTINCT c.person_id, c.coverage_id {mine} AND NOT EXISTS "
        "(SELECT 1 FROM registry_seen s WHERE s.feed_id = ? AND s.coverage_id = c.coverage_id)",
        {"person_id": pl.Int64, "coverage_id": pl.Int64},
        (*bounds, feed.id),
    )
    known = query_frame(tx, f"SELECT count(DISTINCT c.coverage_id) {mine}", {"n": pl.Int64}, bounds)
    return missing, int(known.item())


def forget_seen(tx: Tx, feed_id: int) -> None:
    """Drops what a finished snapshot has shown."""
    tx.execute(delete(seen).where(seen.c.feed_id == feed_id))


def delays(tx: Tx, insurer: InsurerNumber, since: Moment) -> dict[int, int]:
    """Days of delay → rows, over the daily feeds since a moment."""
    total: dict[int, int] = {}
    query = select(feeds.c.counts).where(
        feeds.c.insurer == insurer, feeds.c.mode == "daily", feeds.c.started_at >= since
    )
    for row in tx.execute(query):
        for name, number in msgspec.json.decode(row.counts, type=dict[str, int]).items():
            if name.startswith("delay "):
                days = int(name.removeprefix("delay "))
                total[days] = total.get(days, 0) + number
    return total


def count_people(tx: Tx) -> int:
    """How many people are registered."""
    cursor = tx.cursor
    cursor.execute(f"SELECT count(*) FROM registry_people WHERE known_to = {OPEN}")
    return int(cursor.fetchone()[0])
