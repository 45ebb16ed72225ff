"""記号, 番号 and 枝番: made from serials by arithmetic, so that nobody shares one who should not."""

import polars as pl

from onshi.demo.columns import digits, pick, scrambled, with_check_digit
from onshi.demo.insurers import KIND, LAST_WORK, bodies

# 協会けんぽ: so many insured share an office; its 記号 has eight digits, the 番号 counts within it.
_OFFICE = 97
# Other employees' insurers: accounts beyond this many get the next 記号.
_BLOCK = 10_000_000
_SYMBOLS_OF_A_SOCIETY = 5


def symbol() -> pl.Expr:
    """記号 of a spell (columns kind, body, account); null where the insurer prints none."""
    kind, account = pl.col("kind"), pl.col("account")
    base = pick(bodies().symbols, pl.col("body"))
    number = base.str.extract(r"^([0-9]+)$").cast(pl.Int64, strict=False)
    step = account // _BLOCK * _SYMBOLS_OF_A_SOCIETY + account // 2 % _SYMBOLS_OF_A_SOCIETY
    printed = (
        pl.when(kind == KIND["kyokai"])
        .then(digits(scrambled(account // _OFFICE, 8), 8))
        .when(kind.is_in([KIND["elderly"], KIND["medical_aid"]]))
        .then(pl.lit(""))
        .when(kind > LAST_WORK)
        .then(base)
        .when(number.is_not_null())
        .then((number + step).cast(pl.String))
        .when(base == "")
        .then(pl.lit(""))
        .otherwise(base + (account // _BLOCK).cast(pl.String))
    )
    return pl.when(printed != "").then(printed)


def number() -> pl.Expr:
    """番号 of a spell; medical aid: the 受給者番号 with its check digit."""
    kind, account = pl.col("kind"), pl.col("account")
    return (
        pl.when(kind == KIND["kyokai"])
        .then((account % _OFFICE + 1).cast(pl.String))
        .when(kind == KIND["medical_aid"])
        .then(with_check_digit(scrambled(account, 6), 6))
        .when(kind == KIND["society"])
        .then((scrambled(account, 7) + 1).cast(pl.String))
        .when(kind <= LAST_WORK)
        .then(digits(scrambled(account, 7), 7))
        .otherwise(digits(scrambled(account, 8), 8))
    )


def branch() -> pl.Expr:
    """枝番: 00 the insured of an employees' insurer, from 01 the dependants; 国保 from 01. Some give out none."""
    kind = pl.col("kind")
    given = pick(bodies().branches, pl.col("body")) & ~kind.is_in([KIND["elderly"], KIND["medical_aid"]])
    own = (kind <= LAST_WORK) & (pl.col("relation") == 1)
    place = (
        pl.when(kind <= LAST_WORK)
        .then(pl.max_horizontal(pl.col("position"), pl.lit(1)))
        .otherwise(pl.col("position") + 1)
    )
    return pl.when(given).then(pl.when(own).then(pl.lit("00")).otherwise(digits(place, 2)))
