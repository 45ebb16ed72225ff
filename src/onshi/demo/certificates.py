"""高齢受給者証, 限度額適用認定証, 特定疾病療養受療証 and the share of 後期: what a spell carries on a day."""

import polars as pl

from onshi.demo.columns import as_day, as_number, birthday, pick
from onshi.demo.insurers import KIND
from onshi.demo.residents import Land

_SHARES = ("020", "020", "020", "020", "020", "020", "020", "030")
_UNDER_70 = ("A01", "A02", "A03", "A03", "A03", "A04", "A04", "A04", "A05", "A05")
_FROM_70 = ("B02", "B03", "B05", "B05", "B05", "B06", "B06", "B06")
# Classes that also lower the price of meals in hospital (減額認定) are of certificate 02.
_REDUCED = ("A05", "B05", "B06")
_HIGH_INCOME = ("A01", "A02")
_LIMITED = 55
_ILL = 4


def certificate_year(day: pl.Expr) -> pl.Expr:
    """The year in which the certificates in force on a day began: they run from August to July."""
    return day.dt.year().cast(pl.Int64) - (day.dt.month() < 8).cast(pl.Int64)


def from_70(birth: pl.Expr) -> pl.Expr:
    """The first day of a 高齢受給者証: the first of the month after the 70th birthday (born on a first: that day)."""
    turned = birthday(birth, 70)
    return pl.when(turned.dt.day() == 1).then(turned).otherwise(turned.dt.month_end().dt.offset_by("1d"))


def share_of_elderly(land: Land, year: pl.Expr | int) -> pl.Expr:
    """一部負担金割合 of 後期 (010, 020, 030); it is set anew each August and changes for one in twenty-five."""
    chance, serial = land.chance, pl.col("serial")
    here = serial * 4096 + year
    moved = chance.happens("share year", here, 40)
    throw = chance.below_of("share", pl.when(moved).then(here).otherwise(serial), 100)
    return pl.when(throw < 71).then(pl.lit("010")).when(throw < 92).then(pl.lit("020")).otherwise(pl.lit("030"))


def _none(*kinds: str) -> pl.Expr:
    return ~pl.col("kind").is_in([KIND[kind] for kind in kinds])


def holds_elderly_certificate(day: pl.Expr) -> pl.Expr:
    """Whether a 高齢受給者証 is in force for the spell on the day number."""
    return _none("elderly", "medical_aid", "retired_nhi") & (day >= pl.col("t70")) & (day < pl.col("t75"))


def holds_limit(land: Land) -> pl.Expr:
    """Whether the person asks for a 限度額適用認定証 every year."""
    return land.chance.happens("limit", pl.col("serial"), _LIMITED) & _none("medical_aid", "retired_nhi")


def _when(condition: pl.Expr, value: pl.Expr, name: str) -> pl.Expr:
    return pl.when(condition).then(value).alias(name)


def _elderly(land: Land) -> list[pl.Expr]:
    holds = holds_elderly_certificate(pl.col("as_of"))
    begins = pl.max_horizontal(pl.col("year_begins"), as_day(pl.col("t70")), pl.col("acquired"))
    ends = pl.min_horizontal(pl.col("year_ends"), as_day(pl.col("t75") - 1))
    share = pick(pl.Series(_SHARES), land.chance.below_of("senior share", pl.col("serial"), len(_SHARES)))
    return [
        _when(holds, as_day(as_number(begins) - 10), "elderly_issued_on"),
        _when(holds, begins, "elderly_from"),
        _when(holds, ends, "elderly_to"),
        _when(holds, share, "elderly_share"),
    ]


def _category(land: Land) -> pl.Expr:
    chance, serial = land.chance, pl.col("serial")
    young = pick(pl.Series(_UNDER_70), chance.below_of("income", serial, len(_UNDER_70)))
    old = pick(pl.Series(_FROM_70), chance.below_of("income", serial, len(_FROM_70)))
    return pl.when(pl.col("as_of") < pl.col("t70")).then(young).otherwise(old)


def _limit(land: Land) -> list[pl.Expr]:
    holds, category = holds_limit(land), _category(land)
    seventy, older = as_day(pl.col("t70")), pl.col("as_of") >= pl.col("t70")
    # The class changes when a 高齢受給者証 begins, and the insurer at 75: the certificate ends the day before.
    begins = pl.max_horizontal("year_begins", "acquired", pl.when(older).then(seventy))
    next_change = pl.when(~older).then(pl.col("t70")).when(pl.col("kind") != KIND["elderly"]).then(pl.col("t75"))
    ends = pl.min_horizontal("year_ends", as_day(next_change - 1))
    reduced = category.is_in(_REDUCED)
    long_term = holds & reduced & land.chance.happens("long term", pl.col("serial"), 60)
    return [
        _when(holds, pl.when(reduced).then(pl.lit("02")).otherwise(pl.lit("01")), "limit_class"),
        _when(holds, category, "limit_category"),
        _when(holds, begins, "limit_issued_on"),
        _when(holds, begins, "limit_from"),
        _when(holds, ends, "limit_to"),
        _when(long_term, begins, "limit_long_term_on"),
    ]


def _diseases(land: Land) -> list[pl.Expr]:
    """A few have dialysis (1), fewer haemophilia (2) or HIV from blood products (3); nobody has two."""
    chance, serial = land.chance, pl.col("serial")
    ill = chance.happens("ill", serial, _ILL) & _none("medical_aid", "retired_nhi")
    throw = chance.below_of("illness", serial, 40)
    code = pl.when(throw == 0).then(pl.lit("2")).when(throw == 1).then(pl.lit("3")).otherwise(pl.lit("1"))
    # Dialysis below 70 with a high income costs 20,000 yen a month at most, everything else 10,000.
    dear = (code == "1") & _category(land).is_in(_HIGH_INCOME)
    columns = [
        _when(ill, code, "disease1_category"),
        _when(ill, pl.col("acquired"), "disease1_issued_on"),
        _when(ill, pl.col("acquired"), "disease1_from"),
        _when(ill, pl.lit(None, dtype=pl.Date), "disease1_to"),
        _when(ill, pl.when(dear).then(pl.lit("20000")).otherwise(pl.lit("10000")), "disease1_self_pay"),
    ]
    fields = ("category", "issued_on", "from", "to", "self_pay")
    return columns + [pl.lit(None, dtype=pl.String).alias(f"disease{n}_{field}") for n in (2, 3) for field in fields]


def certificates(land: Land) -> list[pl.Expr]:
    """The certificate columns of a feed, for spells with as_of (day number), year_begins, year_ends (dates)."""
    return [*_elderly(land), *_limit(land), *_diseases(land)]
