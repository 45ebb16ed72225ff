"""The people of the demo country at full scale: a first-load file of any length, and questions about them."""

import random
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from onshi import law
from onshi.demo import Country, Scale
from onshi.demo.first_feed import first_feed
from onshi.eligibility import ByNumber
from onshi.kernel import InsurerNumber
from onshi.registry import Insurer

# A branch of 協会けんぽ with more than five million insured people.
_NUMBER = InsurerNumber("01239011")
_AS_PRINTED = ("symbol", "number", "branch", "birth_on")


def _country() -> Country:
    return Country(law.loss_day, scale=Scale(1, 1))


def insurer() -> Insurer:
    """The one whose people these are."""
    body = next(one for one in _country().insurers if one.number == _NUMBER)
    return Insurer(body.number, body.law_code, body.kind, body.name, body.prefecture_code)


def write_feed(path: Path, people: int) -> None:
    """A first-load file of so many rows, written piece by piece in memory that does not grow."""
    with path.open("wb") as file:
        for piece, rows in enumerate(first_feed(_country(), _NUMBER, people)):
            rows.write_csv(file, include_header=piece == 0)


def insured(feed: Path) -> pl.DataFrame:
    """What is printed on the documents of everybody in the file whose coverage has no end."""
    rows = pl.scan_csv(feed, infer_schema=False)
    return rows.filter(pl.col("lost_on").is_null()).select(_AS_PRINTED).collect()


def scattered(people: pl.DataFrame, count: int, seed: int) -> Sequence[ByNumber]:
    """Questions about `count` of them, from all over the file; the same for the same seed."""
    places = pl.Series(random.Random(seed).choices(range(people.height), k=count))
    chosen = people[places].with_columns(pl.col("birth_on").str.to_date("%Y-%m-%d"))
    return [ByNumber(_NUMBER, number, birth_on, symbol, branch) for symbol, number, branch, birth_on in chosen.rows()]
