"""The people: who they are, who is born, who dies, who marries. Every row follows from its serial alone."""

from dataclasses import dataclass

import polars as pl

from onshi.demo.calendar import Calendar
from onshi.demo.chance import Chance
from onshi.demo.columns import as_day, pick
from onshi.demo.figures import figures
from onshi.demo.layout import Layout
from onshi.demo.names import given_number, surname_number, surnames
from onshi.demo.pattern import CHILD, FEMALE, HEAD, MALE, SPOUSE

# Births in three years per thousand wives, by band from 20 to 44, and twins per thousand births.
_BIRTHS = (300, 490, 450, 235, 45)
_TWINS = 10
# Of a thousand pairs of brothers and sisters of one band of five years, how many are twins.
_TWIN_PAIRS = 35
# Women (and a few men) of 20 to 39 who take another surname within three years, per thousand.
_WEDDINGS = {FEMALE: 120, MALE: 6}


@dataclass(frozen=True, slots=True)
class Land:
    """What everything is computed from: the throws, the days and who lives where."""

    chance: Chance
    calendar: Calendar
    layout: Layout

    def some_day(self, kind: str, number: pl.Expr) -> pl.Expr:
        """A day number after the first load, up to today."""
        return self.chance.below_of(kind, number, self.calendar.days) + (self.calendar.first + 1)

    def born(self, number: pl.Expr, band: pl.Expr) -> pl.Expr:
        """The day of birth of somebody of this band on the first day."""
        youngest = self.calendar.youngest()
        spans = [young - old for young, old in zip(youngest, youngest[1:], strict=False)]
        return pick(pl.Series(youngest), band) - self.chance.below_of("birth", number, pick(pl.Series(spans), band))


def _residents(land: Land, first: int, last: int) -> pl.DataFrame:
    chance = land.chance
    serial, band = pl.col("serial"), pl.col("band")
    rows = land.layout.members(pl.int_range(first, last, dtype=pl.Int64, eager=True))
    twin = (pl.col("twin") == 1) & chance.happens("twin", serial, _TWIN_PAIRS)
    deaths = figures()["mortality"]
    risk = pl.when(pl.col("sex") == MALE).then(pick(pl.Series(deaths["male"]), band))
    # Parents below 50 are spared: no household of the demo is left with children alone.
    spared = (pl.col("head_band") < 10) & (pl.col("role") == HEAD) & (pl.col("size") > 1)
    dies = chance.happens("death", serial, risk.otherwise(pick(pl.Series(deaths["female"]), band))) & ~spared
    return rows.with_columns(
        born=land.born(serial - twin.cast(pl.Int64), band),
        died=pl.when(dies).then(land.some_day("day of death", serial)),
    ).drop("twin")


def _newborn(land: Land, residents: pl.DataFrame) -> pl.DataFrame:
    """Children born after the first load; serials lie behind everybody else's and follow from the mother's."""
    chance, serial = land.chance, pl.col("serial")
    wives = residents.filter(
        (pl.col("role") == SPOUSE)
        & (pl.col("sex") == FEMALE)
        & pl.col("band").is_between(4, 8)
        & pl.col("died").is_null()
    )
    mothers = wives.filter(chance.happens("child", serial, pick(pl.Series(_BIRTHS), pl.col("band") - 4)))
    born = mothers.with_columns(born=land.some_day("day of birth", serial))
    twins = born.filter(chance.happens("second child", serial, _TWINS))
    both = pl.concat([born.with_columns(second=0), twins.with_columns(second=1)])
    number = land.layout.people + serial * 2 + pl.col("second")
    return both.with_columns(
        serial=number,
        position=pl.col("size") + pl.col("second"),
        role=pl.lit(CHILD, dtype=pl.Int64),
        sex=chance.below_of("sex", number, 2) + MALE,
        band=pl.lit(-1, dtype=pl.Int64),
    ).drop("second")


def _named(land: Land, people: pl.DataFrame) -> pl.DataFrame:
    chance, serial, home = land.chance, pl.col("serial"), pl.col("household")
    family = surname_number(chance, "surname", home)
    marries = (
        pl.col("band").is_between(4, 7)
        & pl.col("died").is_null()
        & ((pl.col("role") == CHILD) | ((pl.col("role") == HEAD) & (pl.col("size") == 1)))
        & chance.happens(
            "wedding", serial, pl.when(pl.col("sex") == FEMALE).then(_WEDDINGS[FEMALE]).otherwise(_WEDDINGS[MALE])
        )
    )
    other = (family + 1 + chance.below_of("other surname", serial, len(surnames()) - 1)) % len(surnames())
    return people.with_columns(
        birth_on=as_day(pl.col("born")),
        surname=family,
        given=given_number(chance, home, pl.col("position"), pl.col("sex"), as_day(pl.col("born")).dt.year()),
        head_given=given_number(chance, home, pl.lit(0), pl.col("head_sex"), as_day(pl.col("head_born")).dt.year()),
        married=pl.when(marries).then(land.some_day("wedding day", serial)),
        new_surname=pl.when(marries).then(other),
    )


def people_between(land: Land, first: int, last: int) -> pl.DataFrame:
    """Everybody with a serial from `first` up to `last`, and the children born to them, by serial.

    Both must be first serials of a household. Columns (numbers unless said otherwise; days count from
    1970-01-01): serial, place (municipality on the first day), position, role, sex, band, head_sex,
    head_band, size, household, head (serial), born, died, head_born, head_died, birth_on (date),
    surname, given, head_given, married, new_surname.
    """
    residents = _residents(land, first, last)
    people = pl.concat([residents, _newborn(land, residents)]).sort("serial")
    heads = residents.filter(pl.col("position") == 0).select(
        "household", head_born=pl.col("born"), head_died=pl.col("died")
    )
    return _named(land, people.join(heads, on="household", maintain_order="left"))
