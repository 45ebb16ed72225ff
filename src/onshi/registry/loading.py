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
from onshi.registry.rules import is_lawful_pair
from onshi.registry.store import frames as store
from onshi.registry.store import held as held_store
from onshi.registry.store import insurers as insurer_store

# A notice later than this is told to the insurer: receptions met the gap all that time.
LATE_AFTER = timedelta(days=30)
DELAY_DAYS_MAX = 400

Draw = Callable[[int], list[int]]
_FINDING = {"row": pl.Int64, "code": pl.String, "person_id": pl.Int64, "other_insurer": pl.String}
_IDENTITY = [name for name in matching.IDENTITY if name != "folded_name_before"]
_COUNTED = {"new": "new", "changed": "changed", "lost": "lost", "cancelled": "cancelled"}


@dataclass
class Applied:
    """What one part did: `findings` (row, code, person_id, other_insurer), `counts`, days of delay, and link codes given."""

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


def apply_rows(tx: Tx, feed: Feed, good: pl.DataFrame, *, at: Moment, draw: Draw) -> Applied:
    """Takes the rows into the registry, as known from `at`; `draw(n)` gives n random 63-bit numbers.

    Rows that mean the same coverage are taken one after the other, in the order of the file.
    """
    applied = Applied()
    rows = prepared(good)
    if feed.mode == "snapshot":
        rows = rows.with_columns(kind=pl.lit("new"))
    meant = pl.coalesce(pl.concat_str([pl.lit("code "), "link_code"]), "key")
    rows = rows.with_columns(round=pl.col("row").cum_count().over(meant))
    for number, turn in enumerate(rows.partition_by("round", maintain_order=True, include_key=False)):
        # A microsecond apart, so that a version can end in the same transaction in which it began.
        _take(tx, feed, turn, Moment(at + number), draw, applied)
    applied.digest = sha256(good.write_csv().encode()).digest()
    return applied


def _take(tx: Tx, feed: Feed, rows: pl.DataFrame, at: Moment, draw: Draw, applied: Applied) -> None:
    verdicts, people = _identified(tx, feed.insurer, rows)
    _hold(tx, feed, rows, verdicts, at, draw, applied)
    applied.report(verdicts.filter(pl.col("verdict") == matching.ERROR).select("row", code="reason"))
    applied.count("errors", verdicts.filter(pl.col("verdict") == matching.ERROR).height)
    taken = rows.join(
        verdicts.filter(pl.col("verdict").is_in([matching.JOINED, matching.NEW])).select(
            "row", "person_id", "reason", "candidate", "differences", "rank", is_joined=pl.col("person_id").is_not_null()
        ),
        on="row",
        how="inner",
        maintain_order="left",
    )
    taken = _people_written(tx, taken, people, at, draw, applied)
    applied.report(taken.filter(pl.col("reason").is_not_null()).select("row", "person_id", code="reason"))
    _ask_whether_same(tx, feed, taken, at, draw)
    _coverages_written(tx, feed, taken, at, draw, applied)
    _links_written(tx, feed.insurer, taken, at, draw, applied)


def _identified(tx: Tx, insurer: InsurerNumber, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The verdicts, and what is known of everybody who comes into question."""
    ids = pl.Series("person_id", [], dtype=pl.Int64)
    links = pl.DataFrame(schema={"code": pl.String, "person_id": pl.Int64, "suspended": pl.Boolean})
    owned = pl.DataFrame(schema={"key": pl.String, "person_id": pl.Int64})
    pairs = pl.DataFrame(schema={"row": pl.Int64, "person_id": pl.Int64})
    if not store.is_empty(tx):
        store.stage_rows(tx, rows)
        links, owned, pairs = store.staged_links(tx, insurer), store.staged_owned(tx), store.staged_pairs(tx)
        ids = pl.concat([links["person_id"], owned["person_id"], pairs["person_id"]]).unique()
    people = store.people_of(tx, ids)
    asked = rows.select("row", "link_code", "key", *matching.IDENTITY)
    return matching.identify(asked, links, owned, pairs, people), people


def _people_written(
    tx: Tx, taken: pl.DataFrame, people: pl.DataFrame, at: Moment, draw: Draw, applied: Applied
) -> pl.DataFrame:
    """Starts people nobody knew, writes down what rows newly say of known ones; every row then has its person."""
    is_new = pl.col("person_id").is_null()
    fresh = taken.filter(is_new & (pl.col("kind") == "new"))
    lost = taken.filter(is_new & (pl.col("kind") != "new"))
    applied.report(
        lost.select("row", code=pl.col("kind").replace_strict(applying.NOTHING, return_dtype=pl.String))
    )
    applied.count("errors", lost.height)
    # Two rows of one file about the same new person (two coverages) agree in all five items; without an address
    # the number has to agree too.
    same = [*_IDENTITY, pl.when(pl.col("folded_address") == "").then("key").otherwise(pl.lit("")).alias("only_key")]
    groups = fresh.select("row", *same).group_by([*_IDENTITY, "only_key"], maintain_order=True).agg("row")
    groups = groups.with_columns(drawn=pl.Series(draw(groups.height), dtype=pl.Int64))
    numbered = fresh.join(groups.select("drawn", "row").explode("row"), on="row", how="left", maintain_order="left")
    numbered = numbered.with_columns(person_id=pl.col("drawn")).drop("drawn")
    starters = numbered.unique("person_id", keep="first").select("person_id", "birth_on", "sex", *PERSONAL)
    store.add_people(tx, starters, at=at)
    known = taken.filter(~is_new)
    changed = applying.person_changes(known, people)
    store.close_people(tx, changed["person_id"], at=at)
    store.add_people(tx, changed, at=at)
    return pl.concat([known, numbered]).sort("row")


def _coverages_written(tx: Tx, feed: Feed, taken: pl.DataFrame, at: Moment, draw: Draw, applied: Applied) -> None:
    joined = taken.filter("is_joined")
    everywhere = store.coverages_of(tx, joined["person_id"])
    mine = everywhere.filter(pl.col("insurer") == feed.insurer)
    changes = applying.coverage_changes(taken.select("row", "kind", "person_id", "key", *CONTENT), mine)
    store.close_coverages(tx, changes.closed.select("person_id", "coverage_id"), at=at)
    drawn = pl.Series(draw(changes.added.height), dtype=pl.Int64)
    added = changes.added.with_columns(
        insurer=pl.lit(feed.insurer), coverage_id=pl.coalesce("coverage_id", drawn)
    )
    store.add_coverages(tx, added, feed_id=feed.id, at=at)
    store.add_keys(tx, added.filter("is_new"))
    applied.report(changes.problems)
    harmless = changes.problems["code"].is_in(["nothing-to-cancel"])
    applied.count("errors", int((~harmless).sum()))
    applied.count("unchanged", changes.unchanged.height + int(harmless.sum()))
    for action, name in _COUNTED.items():
        actions = changes.closed if action == "cancelled" else added
        applied.count(name, actions.filter(pl.col("action") == action).height)
    applied.seen += [added["coverage_id"], changes.unchanged["coverage_id"]]
    _late(added, at, applied)
    _overlaps(tx, feed, added, everywhere, applied)


def _late(added: pl.DataFrame, at: Moment, applied: Applied) -> None:
    """Notices that came late, and how many days each took."""
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
        not is_lawful_pair(kinds[feed.insurer], Period(row["starts_on"], row["lost_on"]), kinds[row["insurer"]], Period(row["other_from"], row["other_to"]))
        for row in shared.rows(named=True)
    ]
    told = shared.filter(pl.Series(is_unlawful, dtype=pl.Boolean)).unique("row", keep="first")
    applied.report(told.select("row", "person_id", other_insurer="insurer"), "overlap-other-insurer")


def _links_written(tx: Tx, insurer: InsurerNumber, taken: pl.DataFrame, at: Moment, draw: Draw, applied: Applied) -> None:
    """Gives a link code to everybody this insurer has none for, and tells the code of every row without one."""
    silent = taken.filter(pl.col("link_code").is_null() & (pl.col("kind") != "cancel"))
    known = store.links_of(tx, insurer, silent.filter("is_joined")["person_id"])
    without = silent.select("person_id").unique(maintain_order=True).join(known, on="person_id", how="anti")
    codes = [f"{number:016X}" for number in draw(without.height)]
    fresh = without.with_columns(code=pl.Series(codes, dtype=pl.String))
    store.add_links(tx, fresh, insurer, at=at)
    given = pl.concat([known.select("person_id", "code"), fresh.select("person_id", "code")])
    applied.links.append(silent.select("row", "person_id").join(given, on="person_id", how="inner").select("row", "code"))


def _hold(tx: Tx, feed: Feed, rows: pl.DataFrame, verdicts: pl.DataFrame, at: Moment, draw: Draw, applied: Applied) -> None:
    held = rows.join(verdicts.filter(pl.col("verdict") == matching.HELD), on="row", how="inner")
    if held.is_empty():
        return
    applied.report(held.select("row", code="reason", person_id="candidate"))
    applied.count("held", held.height)
    held_store.add(tx, feed, held, ids=draw(held.height), blocks=True, at=at)


def _ask_whether_same(tx: Tx, feed: Feed, taken: pl.DataFrame, at: Moment, draw: Draw) -> None:
    """Somebody new who differs from somebody known in the address alone: taken, but a reviewer is asked."""
    asked = taken.filter(~pl.col("is_joined") & pl.col("candidate").is_not_null())
    if not asked.is_empty():
        held_store.add(tx, feed, asked, ids=draw(asked.height), blocks=False, at=at)
