"""Small expressions on whole columns: looking up in a list, days, digits."""

from datetime import date

import polars as pl

DAY = date(1970, 1, 1).toordinal()


def pick(values: pl.Series, place: pl.Expr) -> pl.Expr:
    """`values[place]` for a column of places."""
    return pl.lit(values).gather(place)


def day_number(day: date) -> int:
    """Days since 1970-01-01, as Polars counts them."""
    return day.toordinal() - DAY


def as_day(number: pl.Expr) -> pl.Expr:
    """A column of day numbers as dates."""
    return number.cast(pl.Int32).cast(pl.Date)


def as_number(day: pl.Expr) -> pl.Expr:
    """A column of dates as day numbers."""
    return day.cast(pl.Int32).cast(pl.Int64)


def birthday(birth: pl.Expr, age: int | pl.Expr) -> pl.Expr:
    """The day somebody turns `age`. Without a 29 February in that year it is 1 March (民法143条)."""
    year = birth.dt.year().cast(pl.Int64) + age
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    moved = (birth.dt.month() == 2) & (birth.dt.day() == 29) & ~leap
    month = pl.when(moved).then(3).otherwise(birth.dt.month())
    day = pl.when(moved).then(1).otherwise(birth.dt.day())
    return pl.date(year.cast(pl.Int32), month, day)


def digits(number: pl.Expr, width: int) -> pl.Expr:
    """A whole number with leading zeros."""
    return number.cast(pl.String).str.zfill(width)


def scrambled(number: pl.Expr, places: int) -> pl.Expr:
    """Another number of at most `places` digits, one to one: neighbours come apart. `places` is at most 8."""
    size = int(10**places)
    return (number % size) * 38196603 % size


def with_check_digit(number: pl.Expr, places: int) -> pl.Expr:
    """`places` digits and their check digit (weights 2 and 1 from the right, digit sums, up to the next ten)."""
    total = pl.lit(0, dtype=pl.Int64)
    for place in range(places):
        product = number // 10**place % 10 * (2 - place % 2)
        total = total + product // 10 + product % 10
    return digits(number * 10 + (10 - total % 10) % 10, places + 1)


def wide(text: pl.Expr) -> pl.Expr:
    """Half-width digits made full-width."""
    return text.str.replace_many(list("0123456789"), list("０１２３４５６７８９"))
