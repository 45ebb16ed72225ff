"""Puts the demo country into a registry, the way a real country gets there: file by file, in the order of time."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TypedDict

import msgspec
import polars as pl

from onshi import flows, law, registry
from onshi.app import App
from onshi.db import Tx
from onshi.demo.country import Country, Piece
from onshi.demo.feed import COLUMNS, LOSS, NEW
from onshi.demo.model import DEMO_TODAY, Insurer, Scale
from onshi.kernel import InsurerNumber, Moment, moment_of
from onshi.registry import feeds

SEED = 2019
# What lies further back is gathered into few files, so that three years load in seconds. Those are no daily
# changes: an insurer's usual delay is counted from the files after them.
_GATHERED_DAYS = (548, 31)
_WEEK_DAYS = (24, 17, 10, 3)
# Insurers that send every week and lately every day; the others have sent once in the last month.
_BUSY_INSURERS = 8
# Rows of small files that go in together: what a transaction holds in memory, and what is done once for all of them.
_AT_ONCE = 60_000
_GROUP_ROWS = 8_192
# 05:00 in Japan, in microseconds before the UTC midnight that begins the day.
_HOUR = 3_600_000_000
_MORNING = 4 * _HOUR

Tell = Callable[[str, int, int], None]
"""What is being done, how much of it, of how much."""


@dataclass(frozen=True, slots=True)
class Built:
    """What the country holds; `sample` is some of its households, for whoever looks for people to try."""

    people: int
    insurers: int
    feeds: int
    rows: int
    sample: Piece


@dataclass(frozen=True, slots=True)
class _File:
    """One file to be loaded: its place among all (from 1), whose, on which day, as what, of how many rows."""

    number: int
    day: date
    insurer: InsurerNumber
    mode: feeds.Mode
    rows: int


def the_country(scale: Scale, today: date = DEMO_TODAY, *, nhi_at_75: str = "same") -> Country:
    """The country every demo of that scale and day is; `nhi_at_75` as in the settings."""
    return Country(seed=SEED, scale=scale, today=today, loss_day=partial(law.loss_day, nhi_at_75=nhi_at_75))


def build(app: App, country: Country, folder: Path, tell: Tell) -> Built:
    """Registers insurers, loads three years of feeds as of their own days, links the cards.

    The feed files stay in `folder`, for whoever wants to see or change one. Small files of one day share a
    transaction; large ones go in part by part, as everywhere. Memory grows with the number of people (some
    100 bytes each), not with the rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    bodies = [_as_insurer(body) for body in country.insurers]
    opened = _morning(country.start - timedelta(days=30))
    app.db.run(lambda tx: registry.put_insurers(tx, bodies, at=opened))
    spool = _Spool(country, folder / "spool")
    files = spool.write(tell)
    codes = _Codes()
    rows = 0
    for batch in _batches(files):
        rows += _load(app, batch, spool, codes, folder)
        tell("loading", batch[-1].number, len(files))
    _say_delays(app, country, spool.sample)
    _link_cards(app, spool, codes)
    shutil.rmtree(spool.folder)
    with app.db.transaction(reading=True) as tx:
        people = registry.count_people(tx)
    return Built(people, len(bodies), len(files), rows, spool.sample)


def _batches(files: list[_File]) -> Iterator[list[_File]]:
    """Runs of files of one day with at most `_AT_ONCE` rows together, or a single larger one."""
    batch: list[_File] = []
    for file in files:
        same_day = bool(batch) and (file.day, file.mode) == (batch[0].day, batch[0].mode)
        if batch and not (same_day and sum(one.rows for one in batch) + file.rows <= _AT_ONCE):
            yield batch
            batch = []
        batch.append(file)
    if batch:
        yield batch


def _load(app: App, batch: list[_File], spool: "_Spool", codes: "_Codes", folder: Path) -> int:
    """Writes the files of a batch and loads them; returns how many rows they have."""
    paths = [folder / f"{file.day.isoformat()}-{file.insurer}-{file.mode}.csv" for file in batch]
    people = _written(batch, paths, spool, codes)
    if len(batch) == 1:
        loaded = [flows.load_feed(app.db, paths[0], **_story(app, batch[0]))]
    else:
        with app.db.transaction() as tx:
            loaded = [flows.take_feed(tx, path, **_story(app, file)) for file, path in zip(batch, paths, strict=True)]
    for file, whom, done in zip(batch, people, loaded, strict=True):
        codes.learn(whom, done.links, file.insurer)
    return sum(map(len, people))


def _written(batch: list[_File], paths: list[Path], spool: "_Spool", codes: "_Codes") -> list[pl.Series]:
    """Writes the feeds as the insurers send them, with the codes they know; returns whom each row is about."""
    people: list[list[pl.Series]] = [[] for _ in batch]
    for parts in spool.rows_of(batch):
        for file, path, whom in zip(batch, paths, people, strict=True):
            if file.insurer in parts:
                rows = parts[file.insurer]
                with path.open("ab") as out:
                    sent = codes.translated(rows, file.insurer).select(COLUMNS)
                    sent.write_csv(out, include_header=not whom)
                whom.append(rows["person_serial"])
    return [pl.concat(whom) for whom in people]


def _story(app: App, file: _File) -> "_Story":
    return _Story(
        insurer=file.insurer,
        mode=file.mode,
        now=_Clock(_morning(file.day) + file.number * 1_000),
        draw=app.draw_many,
        actor=f"insurer:{file.insurer}",
    )


class _Story(TypedDict):
    """What a load is told, whichever way the file goes in."""

    insurer: InsurerNumber
    mode: feeds.Mode
    now: Callable[[], Moment]
    draw: Callable[[int], list[int]]
    actor: str


class _Clock:
    """A clock that stands in the country's past and moves a millisecond at every look."""

    def __init__(self, start: int) -> None:
        self._next = start

    def __call__(self) -> Moment:
        self._next += 1_000
        return Moment(self._next)


class _Spool:
    """The country's rows on disk by the day of their file, written piece by piece."""

    def __init__(self, country: Country, folder: Path) -> None:
        self.country = country
        self.folder = folder
        self.sample = next(country.pieces())

    def write(self, tell: Tell) -> list[_File]:
        """Writes everything; returns the files it makes, in the order of time."""
        self.folder.mkdir()
        busy = self._busy()
        households = self.country.layout.households
        counts: Counter[tuple[date, str, feeds.Mode]] = Counter()
        for number, piece in enumerate(self.country.pieces()):
            part = self.sample if number == 0 else piece
            for (day, mode), rows in _by_file_day(self.country, part, busy):
                # By insurer, so that whoever reads one finds the others' rows in groups to pass over.
                sorted_rows = rows.sort("insurer_number", maintain_order=True)
                path = self.folder / f"{day.isoformat()}-{mode}-{number:04}.parquet"
                sorted_rows.write_parquet(path, compression="lz4", row_group_size=_GROUP_ROWS)
                counts.update({(day, one, mode): len_ for one, len_ in rows["insurer_number"].value_counts().rows()})
            _cards(part).write_parquet(self.folder / f"cards-{number:04}.parquet")
            tell("people", part.last_household, households)
        return [
            _File(place, day, InsurerNumber(insurer), mode, counts[day, insurer, mode])
            for place, (day, insurer, mode) in enumerate(sorted(counts), start=1)
        ]

    def rows_of(self, batch: list[_File]) -> Iterator[dict[InsurerNumber, pl.DataFrame]]:
        """The rows of files of one day by insurer, so many at once; of rows that are the same to the letter only the
        last."""
        paths = sorted(self.folder.glob(f"{batch[0].day.isoformat()}-{batch[0].mode}-*.parquet"))
        steps = -(-sum(file.rows for file in batch) // _AT_ONCE)
        first, last = batch[0].insurer, batch[-1].insurer
        for some in _shares(paths, steps):
            found = pl.scan_parquet(some).filter(pl.col("insurer_number").is_between(pl.lit(first), pl.lit(last)))
            parts = found.collect().partition_by("insurer_number", as_dict=True, maintain_order=True)
            # Whoever would say a thing twice lives in one piece, so the same row stands in one share.
            yield {
                InsurerNumber(str(insurer)): rows.unique(maintain_order=True, keep="last")
                for (insurer,), rows in parts.items()
            }

    def cards(self) -> Iterator[pl.DataFrame]:
        """person_serial, card_issuer, card_serial, linked_on of every card, piece by piece."""
        return (pl.read_parquet(path) for path in sorted(self.folder.glob("cards-*.parquet")))

    def _busy(self) -> list[str]:
        counts = self.sample.changes.group_by("insurer_number").len()
        return counts.sort(["len", "insurer_number"], descending=[True, False])["insurer_number"].to_list()[
            :_BUSY_INSURERS
        ]


def _shares(paths: list[Path], count: int) -> Iterator[list[Path]]:
    """The paths in order, in at most so many shares."""
    size = -(-len(paths) // count)
    return (paths[first : first + size] for first in range(0, len(paths), size))


def _by_file_day(
    country: Country, piece: Piece, busy: list[str]
) -> Iterator[tuple[tuple[date, feeds.Mode], pl.DataFrame]]:
    yield (country.start, "first"), piece.first_load
    day = _day_of_file(country.today, pl.col("insurer_number").is_in(busy))
    changes = piece.changes.with_columns(day=day).drop("notified_on")
    for (at,), rows in changes.partition_by("day", as_dict=True, maintain_order=True).items():
        assert isinstance(at, date), "partitioned by a column of days"
        yield (at, "daily"), rows.drop("day")


def _day_of_file(today: date, is_busy: pl.Expr) -> pl.Expr:
    """The day of the file a notice goes into: its own day lately, the end of a week, a month or more before."""
    notified = pl.col("notified_on")

    def by(*days_back: int) -> pl.Expr:
        found = pl.when(is_busy).then(notified).otherwise(today)
        for back in reversed(days_back):
            end = today - timedelta(days=back)
            found = pl.when(notified <= end).then(end).otherwise(found)
        return found

    return pl.when(is_busy).then(by(*_GATHERED_DAYS, *_WEEK_DAYS)).otherwise(by(*_GATHERED_DAYS))


def _cards(piece: Piece) -> pl.DataFrame:
    return piece.people.filter(pl.col("card_linked_on").is_not_null()).select(
        "person_serial", "card_issuer", "card_serial", linked_on="card_linked_on"
    )


class _Codes:
    """Which link code each insurer gave for each person of the country, learnt from the results of its loads."""

    _NONE = pl.DataFrame(schema={"person_serial": pl.Int64, "code": pl.String, "place": pl.Int64})

    def __init__(self) -> None:
        self._known: dict[InsurerNumber, pl.DataFrame] = {}
        self._given = 0

    def translated(self, frame: pl.DataFrame, insurer: InsurerNumber) -> pl.DataFrame:
        """The rows with the codes known so far."""
        known = self._known.get(insurer, self._NONE)
        coded = frame.join(known, on="person_serial", how="left", maintain_order="left")
        return coded.with_columns(link_code="code")

    def learn(self, people: pl.Series, links: pl.DataFrame, insurer: InsurerNumber) -> None:
        """Takes in the codes given to rows about these people; the first one of a person stays."""
        known = self._known.get(insurer, self._NONE)
        named = people.to_frame().with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))
        new = named.join(links, on="row", maintain_order="left").unique(
            "person_serial", keep="first", maintain_order=True
        )
        new = new.join(known, on="person_serial", how="anti", maintain_order="left")
        placed = new.select("person_serial", "code", place=pl.int_range(pl.len(), dtype=pl.Int64) + self._given)
        self._given += placed.height
        self._known[insurer] = pl.concat([known, placed])

    def of(self, people: pl.Series) -> pl.DataFrame:
        """insurer, code, person_serial of these people, and `place`, which grows with the time the code was given."""
        theirs = pl.col("person_serial").is_in(people.implode())
        return pl.concat(
            known.filter(theirs).select(pl.lit(insurer).alias("insurer"), "code", "person_serial", "place")
            for insurer, known in self._known.items()
        )


def _morning(day: date) -> Moment:
    return Moment(moment_of(datetime.combine(day, time(), UTC)) - _MORNING)


def _as_insurer(body: Insurer) -> registry.Insurer:
    return registry.Insurer(
        number=body.number,
        law_code=body.law_code,
        kind=body.kind,
        name=body.name,
        prefecture=body.prefecture_code,
        opened_on=body.opened_on,
    )


def _say_delays(app: App, country: Country, sample: Piece) -> None:
    """The usual delay of every insurer as its notices had it: gathered files make everything look late."""
    happened = pl.when(pl.col("kind") == LOSS).then("lost_on").otherwise(pl.coalesce("starts_on", "acquired_on"))
    days = (pl.col("notified_on") - happened.str.to_date("%Y-%m-%d")).dt.total_days().clip(0)
    told = sample.changes.filter(pl.col("kind").is_in([NEW, LOSS]))
    delays = dict(told.group_by("insurer_number").agg(days.median().cast(pl.Int64)).rows())

    def work(tx: Tx) -> None:
        book = registry.insurer_book(tx)
        changed = [
            msgspec.structs.replace(book[InsurerNumber(number)], delay_days=delay) for number, delay in delays.items()
        ]
        registry.put_insurers(tx, changed, at=Moment(_morning(country.today) + _HOUR))

    app.db.run(work)


def _link_cards(app: App, spool: _Spool, codes: _Codes) -> None:
    """Links every card to the person its holder is known as, from the day it became the insurance card."""
    morning = pl.col("linked_on").cast(pl.Datetime("us")).dt.epoch("us") - _MORNING
    for cards in spool.cards():
        links = codes.of(cards["person_serial"])
        with app.db.transaction() as tx:
            persons = registry.linked_people(tx, links)
            # The newest link of somebody is the surest: it came with the newest facts.
            newest = links.join(persons, on=["insurer", "code"]).sort("place").unique("person_serial", keep="last")
            held = cards.join(newest, on="person_serial").sort("person_serial")
            rows = held.select(issuer="card_issuer", serial="card_serial", person_id="person_id", known_from=morning)
            registry.put_cards(tx, rows)
