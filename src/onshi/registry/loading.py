"""Taking the checked rows of a feed: whom they mean, what they change, what is said about it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

import polars as pl

from onshi.db import Tx
from onshi.kernel import InsurerNumber, Moment, Period, japan_day
from onshi.registry import applying, matching
from onshi.registry.frames import CONTENT, PERSONAL, prepared
from onshi.registry.model import Feed
from onshi.registry.rules import is_lawful_pair, side_by_side
from onshi.registry.store import frames as store
from onshi.registry.store import held as held_store
from onshi.registry.store import insurers as insurer_store

# A notice later than this is told to the insurer: receptions met the gap all that time.
LATE_AFTER = timedelta(days=30)
DELAY_DAYS_MAX = 400

Draw = Callable[[int], list[int]]
_FINDING = pl.Schema({"row": pl.Int64, "code": pl.String, "person_id": pl.Int64, "other_insurer": pl.String})
_IS_TAKEN = pl.col("verdict").is_in([matching.JOINED, matching.NEW])
_CHOSEN = (
    pl.col("row", "person_id", "reason", "candidate", "differences", "rank"),
    pl.col("person_id").is_not_null().alias("is_joined"),
)
_PERSON = (
    pl.col("person_id", "birth_on", "sex", *PERSONAL),
    pl.col("folded_name").alias("match_name"),
    pl.col("folded_kana").alias("match_kana"),
    pl.col("folded_address").alias("match_address"),
)
_MEANT = pl.coalesce(pl.concat_str([pl.lit("code "), "link_code"]), "key")
_COUNTED = {"new": "new", "changed": "changed", "lost": "lost", "cancelled": "cancelled"}


@dataclass
class Applied:
    """What one part did: `findings` (row, code, person_id, other_insurer), `counts` (days of delay among them), the
    link codes given (row, code), the coverages that rows have shown, and a digest of the rows."""

    findings: list[pl.DataFrame] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    links: list[pl.DataFrame] = field(default_factory=list)
    seen: list[pl.Series] = field(default_factory=list)
    digest: bytes = b""

    def count(self, name: str, number: int) -> None:
        """Adds to one of the counts."""
        if number:
            self.counts[name] = self.counts.get(name, 0) + number

    def report(self, rows: pl.DataFrame, code: str | None = None) -> None:
        """Adds findings; `rows` has `row` and, as far as known, the other columns of a finding."""
        if rows.is_empty():
            return
        if code is not None:
            rows = rows.with_columns(code=pl.lit(code))
        absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in _FINDING.items() if name not in rows.columns]
        self.findings.append(rows.with_columns(absent).select(*_FINDING).cast(_FINDING))


def apply_rows(
    tx: Tx, feed: Feed, good: pl.DataFrame, *, at: Moment, draw: Draw, are_strangers: bool = False
) -> Applied:
    """Takes the rows into the registry, as known from `at`; `draw(n)` gives n random 63-bit numbers.

    Rows that mean the same coverage or the same person are taken one after the other, in the order of the file.
    `are_strangers`: a reviewer has found that nobody known is meant.
    """
    applied = Applied()
    waiting = prepared(good)
    if feed.mode == "snapshot":
        waiting = waiting.with_columns(kind=pl.lit("new"))
    crowd = matching.crowd(waiting, _MEANT)
    if len(crowd):
        applied.report(pl.DataFrame({"row": crowd}), "too-many-alike")
        applied.count("errors", len(crowd))
        waiting = waiting.filter(~pl.col("row").is_in(crowd.implode()))
    turn = 0
    while not waiting.is_empty():
        firsts = waiting.select(_MEANT).to_series().is_first_distinct()
        rows = waiting if firsts.all() else waiting.filter(firsts)
        # A microsecond apart, so that a version can end in the same transaction in which it began.
        done = _take(tx, feed, rows, Moment(at + turn), draw, applied, are_strangers=are_strangers)
        if len(done) == waiting.height:
            break
        waiting = waiting.filter(~pl.col("row").is_in(done.implode()))
        turn += 1
    applied.digest = sha256(good.write_csv().encode()).digest()
    return applied


def _take(
    tx: Tx, feed: Feed, rows: pl.DataFrame, at: Moment, draw: Draw, applied: Applied, *, are_strangers: bool
) -> pl.Series:
    """Takes the rows of one turn, but for those that must wait for another of them; returns which it took."""
    known = _Known(tx, feed, rows)
    verdicts = matching.nobody_known(rows) if are_strangers else known.verdicts(rows)
    waits = matching.to_wait(rows, verdicts)
    if len(waits):
        rows = rows.filter(~pl.col("row").is_in(waits.implode()))
        verdicts = verdicts.join(rows, on="row", how="semi")
    _hold(tx, feed, rows, verdicts, known, at, draw, applied)
    errors = verdicts.filter(pl.col("verdict") == matching.ERROR)
    applied.report(errors.select("row", code="reason"))
    applied.count("errors", errors.height)
    taken = _taken(rows, verdicts, draw, applied)
    # Whoever is joined is one of those the rows could mean.
    everywhere = known.coverages.join(taken, on="person_id", how="semi")
    mine = everywhere.filter(pl.col("insurer") == feed.insurer)
    changes = applying.coverage_changes(taken.select("row", "kind", "person_id", "key", "unsaid", *CONTENT), mine)
    if not changes.problems.is_empty():
        _report_problems(changes.problems, applied)
        # Who has nothing to change, lose or cancel here is none of this insurer's: nothing is written about them.
        taken = taken.join(changes.problems, on="row", how="anti", maintain_order="left")
    applied.report(taken.filter(pl.col("reason").is_not_null()).select("row", "person_id", code="reason"))
    _people_written(tx, taken, known.people, at)
    _ask_whether_same(tx, feed, taken, at, draw)
    added = _coverages_written(tx, feed, changes, at, draw, applied)
    _late(feed, added, at, applied)
    _overlaps(tx, feed, added, everywhere, applied)
    _links_written(tx, feed.insurer, taken, known.named, at, draw, applied)
    return rows["row"]


class _Known:
    """What the registry knows of everybody whom rows could mean."""

    def __init__(self, tx: Tx, feed: Feed, rows: pl.DataFrame) -> None:
        self.insurer = feed.insurer
        self.links, self.owned = pl.DataFrame(schema=store.NAMED), pl.DataFrame(schema=store.OWNED)
        self.pairs = pl.DataFrame(schema=store.PAIRS)
        if not store.is_empty(tx):
            store.stage_rows(tx, rows)
            silent, is_snapshot = rows["link_code"].null_count(), feed.mode == "snapshot"
            if silent < rows.height:
                self.links = store.staged_links(tx, feed.insurer)
            if silent or is_snapshot:
                self.owned = store.staged_owned(tx, silent_only=not is_snapshot)
            if silent:
                self.pairs = store.staged_pairs(tx)
        store.stage_people(tx, pl.concat([found["person_id"] for found in (self.links, self.owned, self.pairs)]))
        self.people, self.coverages = store.staged_people(tx), store.staged_coverages(tx)
        self.named = store.staged_links_of(tx, feed.insurer)

    def verdicts(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Whom each row means."""
        asked = rows.select("row", "link_code", "key", "branch", "municipality", "acquired_on", *matching.IDENTITY)
        insured = self.coverages.filter(pl.col("insurer") == self.insurer).select("person_id", "lost_on")
        doubted = self.named.filter("suspended")["person_id"]
        return matching.identify(asked, self.links, self.owned, self.pairs, self.people, insured, doubted)

    def named_by(self, rows: pl.DataFrame, verdicts: pl.DataFrame) -> pl.Series:
        """Everybody whom held rows may mean: the candidates, and who has the number."""
        numbers = self.owned.join(rows, on="key", how="semi")
        return pl.concat([verdicts.join(rows, on="row", how="semi")["candidate"].drop_nulls(), numbers["person_id"]])


def _taken(rows: pl.DataFrame, verdicts: pl.DataFrame, draw: Draw, applied: Applied) -> pl.DataFrame:
    """The rows that join or start somebody, each with its person; rows about nobody can only be new."""
    meant = rows.join(verdicts.filter(_IS_TAKEN).select(_CHOSEN), on="row", how="inner", maintain_order="left")
    if meant["is_joined"].all():
        return meant
    lost = meant.filter(~pl.col("is_joined") & (pl.col("kind") != "new"))
    codes = pl.col("kind").replace_strict(applying.NOTHING, return_dtype=pl.String)
    _report_problems(lost.select("row", code=codes), applied)
    fresh = meant.filter(~pl.col("is_joined") & (pl.col("kind") == "new"))
    fresh = fresh.with_columns(person_id=pl.Series(side_by_side(draw(fresh.height)), dtype=pl.Int64))
    return pl.concat([meant.filter("is_joined"), fresh]).sort("row")


def _report_problems(problems: pl.DataFrame, applied: Applied) -> None:
    if problems.is_empty():
        return
    applied.report(problems)
    harmless = sum(applying.is_harmless(code) for code in problems["code"])
    applied.count("errors", problems.height - harmless)
    applied.count("unchanged", harmless)


def _people_written(tx: Tx, taken: pl.DataFrame, people: pl.DataFrame, at: Moment) -> None:
    """Starts people nobody knew, writes down what rows newly say of known ones."""
    fresh = taken.filter(~pl.col("is_joined"))
    store.add_people(tx, fresh.select(_PERSON), at=at)
    if fresh.height == taken.height:
        return
    changed = applying.person_changes(taken.filter("is_joined"), people)
    store.close_people(tx, changed["person_id"], at=at)
    store.add_people(tx, changed, at=at)


def _coverages_written(
    tx: Tx, feed: Feed, changes: applying.Changes, at: Moment, draw: Draw, applied: Applied
) -> pl.DataFrame:
    """Writes the changes; returns the versions added, each with its coverage."""
    store.close_coverages(tx, changes.closed.select("person_id", "coverage_id"), at=at)
    drawn = pl.Series(draw(changes.added.height), dtype=pl.Int64)
    added = changes.added.with_columns(insurer=pl.lit(feed.insurer), coverage_id=pl.coalesce("coverage_id", drawn))
    store.add_coverages(tx, added, feed_id=feed.id, at=at)
    store.add_keys(tx, added.filter("is_new"))
    applied.report(changes.exposed, "protection-removed")
    applied.count("unchanged", changes.unchanged.height)
    for action, name in _COUNTED.items():
        actions = changes.closed if action == "cancelled" else added
        applied.count(name, actions.filter(pl.col("action") == action).height)
    applied.seen += [added["coverage_id"], changes.unchanged["coverage_id"]]
    return added


def _late(feed: Feed, added: pl.DataFrame, at: Moment, applied: Applied) -> None:
    """Notices that came late, and how many days each took. A first load is not late: it is the beginning."""
    if feed.mode == "first" or added.is_empty():
        return
    today = japan_day(at)
    day = pl.when(pl.col("action") == "lost").then("lost_on").otherwise("starts_on")
    timed = added.filter(pl.col("action").is_in(["new", "lost"])).select(
        "row", "person_id", "action", days=(pl.lit(today) - day).dt.total_days()
    )
    late = timed.filter(pl.col("days") > LATE_AFTER.days)
    applied.report(late.filter(pl.col("action") == "lost").select("row", "person_id"), "late-loss")
    applied.report(late.filter(pl.col("action") == "new").select("row", "person_id"), "late-acquisition")
    for days, number in timed.select(pl.col("days").clip(0, DELAY_DAYS_MAX)).group_by("days").len().rows():
        applied.count(f"delay {days}", number)


def _overlaps(tx: Tx, feed: Feed, added: pl.DataFrame, everywhere: pl.DataFrame, applied: Applied) -> None:
    """Days that another insurer claims too, unless the law shares them."""
    if everywhere.is_empty():
        return
    others = everywhere.filter(pl.col("insurer") != feed.insurer).select(
        "person_id", "insurer", other_from="starts_on", other_to="lost_on"
    )
    both = added.select("row", "person_id", "starts_on", "lost_on").join(others, on="person_id", how="inner")
    shared = both.filter(
        (pl.col("other_to").is_null() | (pl.col("other_to") > pl.col("starts_on")))
        & (pl.col("lost_on").is_null() | (pl.col("lost_on") > pl.col("other_from")))
    )
    if shared.is_empty():
        return
    kinds = {number: insurer.kind for number, insurer in insurer_store.book(tx).items()}
    is_unlawful = [
        not is_lawful_pair(kinds[feed.insurer], Period(begins, ends), kinds[other], Period(other_from, other_to))
        for begins, ends, other, other_from, other_to in shared.select(
            "starts_on", "lost_on", "insurer", "other_from", "other_to"
        ).rows()
    ]
    told = shared.filter(pl.Series(is_unlawful, dtype=pl.Boolean)).unique(["row", "insurer"], maintain_order=True)
    applied.report(told.select("row", "person_id", other_insurer="insurer"), "overlap-other-insurer")


def _links_written(
    tx: Tx,
    insurer: InsurerNumber,
    taken: pl.DataFrame,
    known: pl.DataFrame,
    at: Moment,
    draw: Draw,
    applied: Applied,
) -> None:
    """Gives a link code to everybody this insurer has none for, and tells the code of every row without one.

    `known`: the codes of whoever was known before."""
    silent = taken.filter(pl.col("link_code").is_null() & (pl.col("kind") != "cancel")).select("row", "person_id")
    if silent.is_empty():
        return
    without = silent.select("person_id").unique(maintain_order=True).join(known, on="person_id", how="anti")
    codes = [f"{number:016X}" for number in side_by_side(draw(without.height))]
    fresh = without.with_columns(code=pl.Series(codes, dtype=pl.String))
    store.add_links(tx, fresh, insurer, at=at)
    given = pl.concat([known.select("person_id", "code"), fresh.select("person_id", "code")])
    told = silent.join(given, on="person_id", how="inner")
    applied.links.append(told.select("row", "code"))


def _hold(
    tx: Tx,
    feed: Feed,
    rows: pl.DataFrame,
    verdicts: pl.DataFrame,
    known: _Known,
    at: Moment,
    draw: Draw,
    applied: Applied,
) -> None:
    doubtful = verdicts.filter(pl.col("verdict") == matching.HELD)
    if doubtful.is_empty():
        return
    held = rows.join(doubtful, on="row", how="inner")
    applied.report(held.select("row", code="reason", person_id="candidate"))
    applied.count("held", held.height)
    held_store.add(tx, feed, held, ids=draw(held.height), blocks=True, at=at)
    if feed.mode == "snapshot":
        # Whom a held row may mean is not absent.
        theirs = store.coverages_of(tx, known.named_by(held, verdicts))
        applied.seen.append(theirs.filter(pl.col("insurer") == feed.insurer)["coverage_id"])


def _ask_whether_same(tx: Tx, feed: Feed, taken: pl.DataFrame, at: Moment, draw: Draw) -> None:
    """Somebody new who differs from somebody known in the address alone: taken, but a reviewer is asked."""
    if taken["candidate"].null_count() == taken.height:
        return
    asked = taken.filter(~pl.col("is_joined") & pl.col("candidate").is_not_null())
    if not asked.is_empty():
        held_store.add(tx, feed, asked, ids=draw(asked.height), blocks=False, at=at)
