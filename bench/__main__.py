"""Runs every row, prints the table and writes bench.json. `FULL=1`: 5 million people instead of 200,000."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.certificates import certificate_rows
from bench.engines import ENGINES, Ground, ground
from bench.history import history_rows
from bench.inside import inside_rows
from bench.load import load_rows
from bench.people import insured, write_feed
from bench.plans import plan_rows
from bench.presence import presence_rows
from bench.rollup import rollup_rows
from bench.serving import http_rows
from bench.table import Row, as_text, row, write
from bench.wire import wire_rows
from onshi.places import municipalities

_SMALL, _FULL = 200_000, 5_000_000
# Certificates issued, and cards shown.
_CARDS = 4_000
# Rows of people rolled up for each person of the benchmark: 100 million for five million.
_ROLLED_UP = 20
# What has to stay the same however many people there are.
_LATENCIES = ("single.in_process", "http.check")


def rows_at(place: Ground, people: int, *, rounds: int, seconds: float) -> list[Row]:
    """Every row at one size, each told as it is made: all of them take long."""
    rows: list[Row] = []
    sys.stdout.write(f"{people:,} people\n")

    def told(made: Sequence[Row]) -> None:
        _tell(as_text(made, head=not rows))
        rows.extend(made)

    feed = place.folder / "feed.csv"
    write_feed(feed, people)
    asked_about = insured(feed)
    for engine in ENGINES:
        loaded, db = load_rows(place, engine, people, feed)
        told(loaded)
        told(inside_rows(db, place.folder / engine, asked_about))
        told(history_rows(db, place.folder / engine, people))
        told(http_rows(place, db, asked_about, rounds=rounds, seconds=seconds))
        told(certificate_rows(db, place.folder / engine / "certificates", count=min(_CARDS, people)))
        told(presence_rows(db, place.folder / engine, asked_about, count=min(_CARDS, people)))
        told(plan_rows(db, place.folder / engine / "plans", count=min(len(municipalities()), people)))
        told(wire_rows(place, db, asked_about, seconds=seconds))
        place.drop(db)
    told(rollup_rows(place.folder / "rollup", _ROLLED_UP * people))
    return rows


def growth(small: Sequence[Row], full: Sequence[Row]) -> list[Row]:
    """Latency with all people against latency with few."""
    before = {one.name: one.value for one in small}
    return [
        row(f"growth.{one.name}", one.value, one.unit, f"{_SMALL:,} people", before[one.name])
        for one in full
        if one.name.startswith(_LATENCIES) and one.unit == "ms"
    ]


def main(people: int, *, rounds: int = 3, seconds: float = 5, output: Path = Path("bench.json")) -> list[Row]:
    """The whole benchmark, told on the way; the file holds the rows of the largest size."""
    with ground() as place:
        rows = rows_at(place, min(people, _SMALL), rounds=rounds, seconds=seconds)
        if people > _SMALL:
            full = rows_at(place, people, rounds=rounds, seconds=seconds)
            grown = growth(rows, full)
            _tell(as_text(grown, head=False))
            rows = [*full, *grown]
    write(output, rows, people)
    return rows


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(_FULL if os.environ.get("FULL") == "1" else int(os.environ.get("ONSHI_BENCH_PEOPLE", _SMALL)))
