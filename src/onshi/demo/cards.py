"""Who holds a card, which certificate is on it, and since when it is the insurance card."""

import polars as pl

from onshi.demo.columns import as_day, digits
from onshi.demo.feed import address_columns, name_columns
from onshi.demo.residents import Land

CARD_ISSUER = "DEMO-CA"
"""The issuer of every card certificate of the demo country."""

_HOLD = 800
_REGISTERED = 880
# One to one on numbers of ten digits: prime to ten.
_SPREAD, _SERIALS = 38196603, 10**10
_DAYS_BEFORE = 1200


def registered_people(land: Land, people: pl.DataFrame) -> pl.DataFrame:
    """See `Piece.people`: names and addresses as of today, cards of four in five."""
    chance, serial = land.chance, pl.col("serial")
    holds = chance.happens("card", serial, _HOLD)
    # Some became insurance cards before the first load, the others within the three years; a baby's after birth.
    days = land.calendar.days + _DAYS_BEFORE
    linked = land.calendar.last - chance.below_of("card linked", serial, days)
    linked = pl.max_horizontal(linked, pl.col("born") + 30)
    ends = pl.min_horizontal(pl.col("died"), pl.lit(land.calendar.last))
    registered = holds & chance.happens("card registered", serial, _REGISTERED) & (linked <= ends)
    today = pl.lit(land.calendar.last, dtype=pl.Int64)
    names = name_columns(today)
    return people.select(
        "household",
        "birth_on",
        names["name"],
        names["name_kana"],
        *address_columns(land, today),
        person_serial="serial",
        sex=pl.col("sex").cast(pl.String),
        died_on=as_day(pl.col("died")),
        card_issuer=pl.when(holds).then(pl.lit(CARD_ISSUER)),
        card_serial=pl.when(holds).then(digits(((serial + 1) * _SPREAD) % _SERIALS, 10)),
        card_linked_on=pl.when(registered).then(as_day(linked)),
    )
