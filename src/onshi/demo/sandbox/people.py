"""Whom a case could be about: rows of the demo country, the likeliest first. What they really answer is asked later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import polars as pl

from onshi.app import App
from onshi.demo.country import Piece
from onshi.demo.examples import Example, held_examples
from onshi.demo.feed import CHANGE, NEW
from onshi.kernel import InsurerNumber, check_digit
from onshi.registry import Insurer

TRIED = 60
_IDENTITY = ("insurer_number", "symbol", "number", "branch", "birth_on")
_KEY = ("insurer_number", "symbol", "number", "birth_on")
_NOBODY = "99999999"
_FOREIGN = "0699{:03}"


@dataclass(frozen=True)
class Crowd:
    """The people of one piece of the country, as their insurers told of them last."""

    app: App
    piece: Piece
    today: date
    book: Mapping[InsurerNumber, Insurer]

    @cached_property
    def current(self) -> pl.DataFrame:
        """Rows of coverages in force: the columns of a feed, person_serial, insurer_kind."""
        told = pl.concat([self.piece.first_load, self.piece.changes.drop("notified_on")])
        last = told.filter(pl.col("kind").is_in([NEW, CHANGE])).unique(
            ["person_serial", "insurer_number"], keep="last", maintain_order=True
        )
        open_now = self.piece.truth(self.today).select("person_serial", "insurer_number", "insurer_kind")
        return last.join(open_now, on=["person_serial", "insurer_number"]).sort("person_serial")

    def where(self, condition: pl.Expr) -> list[Example]:
        """Those in force of whom something holds."""
        return rows_of(self.current.filter(condition))

    def one(self) -> list[Example]:
        """Grown-ups at work: whom nobody doubts."""
        born = pl.col("birth_on").str.slice(0, 4).cast(pl.Int64)
        at_work = (pl.col("insurer_kind") == "society") & (pl.col("relation") == "1")
        return self.where(at_work & born.is_between(self.today.year - 60, self.today.year - 25))

    def ended(self, *, is_insured_since: bool) -> list[Example]:
        """Those whose coverage ended within two years, and who have another, or none."""
        since = self.today.replace(year=self.today.year - 2, day=1)
        over = self.piece.coverages.filter(pl.col("lost_on").is_between(since, self.today))
        others = self.piece.truth(self.today).select("person_serial").unique()
        born = self.piece.people.select("person_serial", pl.col("birth_on").cast(pl.String))
        found = over.join(others, on="person_serial", how="semi" if is_insured_since else "anti")
        return rows_of(found.join(born, on="person_serial").sort("person_serial"))

    def sharing(self) -> list[Example]:
        """Several with one number and birth date (twins), without the branch that tells them apart."""
        shared = self.current.filter(pl.len().over(*_KEY) > 1).unique(list(_KEY), maintain_order=True)
        return rows_of(shared.with_columns(branch=pl.lit("")))

    def held(self) -> list[Example]:
        """Those whose rows wait for a review."""
        return held_examples(self.app)[:TRIED]

    def of_nobody(self) -> list[Example]:
        """A number that nobody has, at insurers that have sent theirs."""
        return [{**row, "number": _NOBODY, "branch": ""} for row in self.one()[:3]]

    def of_insurers_without_data(self) -> list[Example]:
        """Somebody at each insurer that has sent nothing yet."""
        birth = self.today.replace(year=self.today.year - 40, day=1).isoformat()
        silent = [one.number for one in self.book.values() if one.first_loaded_at is None]
        return [_asking(number, birth) for number in silent]

    def of_insurers_in_doubt(self) -> list[Example]:
        """Somebody at each insurer, whose data may be too old to say no."""
        birth = self.today.replace(year=self.today.year - 40, day=1).isoformat()
        return [_asking(number, birth) for number in self.book]

    def of_no_insurer(self, *, is_wrong: bool) -> list[Example]:
        """A number that no insurer has, with a check digit that is right or wrong."""
        bodies = [_FOREIGN.format(place) for place in range(1, 4)]
        digits = [body + check_digit(body) for body in bodies]
        if is_wrong:
            digits = [number[:-1] + str((int(number[-1]) + 1) % 10) for number in digits]
        birth = self.today.replace(year=self.today.year - 40, day=1).isoformat()
        return [_asking(number, birth) for number in digits if InsurerNumber(number) not in self.book]

    def born_another_day(self) -> list[Example]:
        """People in force, asked about with the birth date of the day after."""
        rows = self.one()[:5]
        after = [date.fromisoformat(row["birth_on"]) + timedelta(days=1) for row in rows]
        return [{**row, "birth_on": day.isoformat()} for row, day in zip(rows, after, strict=True)]

    def two_today(self) -> list[tuple[str, str]]:
        """Cards of people with two coverages in force, by issuer and serial number."""
        open_now = self.piece.truth(self.today)
        twice = open_now.filter(pl.len().over("person_serial") > 1).select("person_serial").unique()
        held = self.piece.people.filter(pl.col("card_linked_on").is_not_null())
        found = held.join(twice, on="person_serial").sort("person_serial").head(TRIED)
        return found.select("card_issuer", "card_serial").rows()


def rows_of(frame: pl.DataFrame) -> list[Example]:
    """What to ask with, for the first of them."""
    shown = frame.head(TRIED).select(pl.col(name).fill_null("") for name in _IDENTITY)
    return [dict(row) for row in shown.iter_rows(named=True)]


def _asking(insurer: str, birth: str) -> Example:
    return {"insurer_number": insurer, "symbol": "", "number": _NOBODY, "branch": "", "birth_on": birth}
