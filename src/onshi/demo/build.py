"""Puts the demo country into a registry, the way a real country gets there: file by file, in the order of time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from onshi import flows, law, registry
from onshi.app import App
from onshi.demo.country import Country
from onshi.demo.feed import COLUMNS
from onshi.demo.model import DEMO_TODAY, Insurer, Scale
from onshi.kernel import InsurerNumber, Moment, moment_of

SEED = 2019
# Notices of the last weeks come day by day; those before are gathered, so that three years load in seconds.
DAILY_DAYS = 3
_MONTHLY_DAYS = 62
_GATHERED_DAYS = 183

Tell = Callable[[str, int, int], None]
"""What is being done, how much of it, of how much."""


@dataclass(frozen=True, slots=True)
class Built:
    """What the country holds."""

    people: int
    insurers: int
    feeds: int
    rows: int
    held: int


def the_country(scale: Scale) -> Country:
    """The country every demo of that scale is."""
    return Country(seed=SEED, scale=scale, loss_day=law.loss_day)


def build(app: App, country: Country, folder: Path, tell: Tell) -> Built:
    """Registers insurers, loads three years of feeds as of their own days, links the cards.

    The feed files stay in `folder`, for whoever wants to see or change one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    first = country.start
    opened = _morning(first - timedelta(days=30))
    bodies = [_as_insurer(body) for body in country.insurers]
    app.db.run(lambda tx: registry.put_insurers(tx, bodies, at=opened))
    codes = _Codes()
    files = 0
    rows = 0
    batches = _batches(country, first)
    for number, (insurer, day, mode, frame) in enumerate(batches):
        path = folder / f"{insurer}-{mode}-{day.isoformat()}.csv"
        codes.translated(frame, insurer).select(COLUMNS).write_csv(path)
        loaded = flows.load_feed(
            app.db,
            path,
            insurer=insurer,
            mode="first" if mode == "first" else "daily",
            now=_Clock(_morning(day) + number * 1_000),
            draw=app.draw_many,
            actor=f"insurer:{insurer}",
        )
        codes.learn(frame, loaded.links, insurer)
        files, rows = files + 1, rows + frame.height
        tell("feeds", number + 1, len(batches))
    _link_cards(app, country, codes)
    with app.db.transaction(reading=True) as tx:
        held = len(registry.held_rows(tx, limit=100_000))
        people = registry.count_people(tx)
    return Built(people, len(bodies), files, rows, held)


class _Clock:
    """A clock that stands in the country's past and moves a millisecond at every look."""

    def __init__(self, start: int) -> None:
        self._next = start

    def __call__(self) -> Moment:
        self._next += 1_000
        return Moment(self._next)


class _Codes:
    """Which link code each insurer got for each person of the country, learnt from the results of its loads."""

    def __init__(self) -> None:
        self._known: dict[InsurerNumber, dict[int, str]] = {}
        self._given: list[tuple[InsurerNumber, int, str]] = []

    def translated(self, frame: pl.DataFrame, insurer: InsurerNumber) -> pl.DataFrame:
        known = self._known.get(insurer, {})
        codes = [known.get(serial) for serial in frame["person_serial"]]
        return frame.with_columns(link_code=pl.Series(codes, dtype=pl.String))

    def learn(self, frame: pl.DataFrame, links: pl.DataFrame, insurer: InsurerNumber) -> None:
        known = self._known.setdefault(insurer, {})
        serials = frame["person_serial"]
        for row, code in links.rows():
            serial = serials[row - 1]
            if serial not in known:
                known[serial] = code
                self._given.append((insurer, serial, code))

    def frame(self) -> pl.DataFrame:
        """insurer, code, person_serial, and `place`, which grows with the time the code was given."""
        rows = [(insurer, code, serial, place) for place, (insurer, serial, code) in enumerate(self._given)]
        schema = {"insurer": pl.String, "code": pl.String, "person_serial": pl.Int64, "place": pl.Int64}
        return pl.DataFrame(rows, schema=schema, orient="row")


def _morning(day: date) -> int:
    # Five in the morning in Japan, when the insurers' nightly files have come.
    return moment_of(datetime.combine(day, time(20), UTC) - timedelta(days=1))


def _as_insurer(body: Insurer) -> registry.Insurer:
    return registry.Insurer(
        number=body.number,
        law_code=body.law_code,
        kind=body.kind,
        name=body.name,
        prefecture=body.prefecture_code,
        opened_on=body.opened_on,
    )


def _batches(country: Country, first: date) -> list[tuple[InsurerNumber, date, str, pl.DataFrame]]:
    loads = country.whole.first_load.partition_by("insurer_number", as_dict=True, maintain_order=True)
    found = [(InsurerNumber(str(number)), first, "first", frame) for (number,), frame in loads.items()]
    changes = country.whole.changes.with_columns(day=_day_of_file(pl.col("notified_on")))
    files = changes.partition_by("insurer_number", "day", as_dict=True, maintain_order=True)
    found += [
        (InsurerNumber(str(number)), day, "daily", frame.drop("day", "notified_on"))
        for (number, day), frame in files.items()
    ]
    return sorted(found, key=lambda one: (one[1], one[2] != "first", one[0]))


def _day_of_file(notified: pl.Expr) -> pl.Expr:
    """The day of the file a notice goes into: its own day lately, the end of the month or half-year before."""
    daily, monthly = DEMO_TODAY - timedelta(days=DAILY_DAYS), DEMO_TODAY - timedelta(days=_MONTHLY_DAYS)
    half_year = notified.dt.truncate("6mo").dt.offset_by("6mo").dt.offset_by("-1d")
    month = pl.min_horizontal(notified.dt.month_end(), pl.lit(daily))
    return (
        pl.when(notified > daily)
        .then(notified)
        .when(notified > monthly)
        .then(month)
        .otherwise(pl.min_horizontal(half_year, pl.lit(monthly)))
    )


def _link_cards(app: App, country: Country, codes: _Codes) -> None:
    """Links every card to the person its holder is known as, from the day it became the insurance card."""
    with app.db.transaction() as tx:
        persons = registry.linked_people(tx)
        links = codes.frame().join(persons, on=["insurer", "code"], how="inner")
        # The newest link of somebody is the surest: it came with the newest facts.
        holders = links.sort("place").unique("person_serial", keep="last")
        cards = country.card_links().join(holders, on="person_serial", how="inner")
        morning = (pl.col("linked_on").cast(pl.Datetime("us")).dt.epoch("us")) - 4 * 3_600_000_000
        rows = cards.select(issuer="card_issuer", serial="card_serial", person_id="person_id", known_from=morning)
        registry.put_cards(tx, rows)
