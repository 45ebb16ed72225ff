"""What the values of one row must have in common, as expressions over the typed frame."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import polars as pl

from onshi.registry.feeds.catalogue import Found

_ELDERLY = pl.col("insurer_number").str.starts_with("39")
_AID = pl.col("insurer_number").str.starts_with("12")
_NOT_CANCELLED = pl.col("kind") != "cancel"
_YEAR = timedelta(days=365)
# Days of 65 years (the elderly scheme takes some disabled from that age) and of 75 years with a month to spare.
_AGE_65 = 23_741
_AGE_75 = 27_394 + 31


@dataclass(frozen=True, slots=True)
class Rule:
    """`broken` is true where the row has `code` at the column `key`.

    A rule is asked only when one of the columns it `needs` holds a value at all; a `dear` one only of those rows.
    """

    code: str
    key: str
    broken: pl.Expr
    needs: tuple[str, ...] = ()
    dear: bool = False


def report_broken(good: pl.DataFrame, today: date, found: Found) -> None:
    """Reports every rule that a row breaks; a cell that already has a finding is not reported again."""
    filled = {key for key in good.columns if good[key].null_count() < good.height}
    asked = [rule for rule in rules_on(today) if not rule.needs or filled.intersection(rule.needs)]
    cheap = [rule for rule in asked if not rule.dear]
    masks = good.select(rule.broken.fill_null(False).alias(str(place)) for place, rule in enumerate(cheap))
    for rule, mask in zip(cheap, masks, strict=True):
        if mask.any():
            _report(rule, good["row"].filter(mask), found)
    for rule in asked:
        if rule.dear:
            some = good.filter(pl.any_horizontal(pl.col(key).is_not_null() for key in rule.needs))
            _report(rule, some.filter(rule.broken)["row"], found)


def _report(rule: Rule, rows: pl.Series, found: Found) -> None:
    known = found.rows_with(rule.key)
    found.add(rows.filter(~rows.is_in(known.implode())), rule.key, rule.code)


def _birthday(years: int) -> pl.Expr:
    return pl.col("birth_on").dt.offset_by(f"{years}y")


def _ends_early(stem: str) -> Rule:
    key = f"{stem}_to"
    return Rule("card-valid-order", key, pl.col(key) < pl.col(f"{stem}_from"), (key,))


def _incomplete(key: str, others: tuple[str, ...]) -> Rule:
    anything = pl.any_horizontal(pl.col(other).is_not_null() for other in others)
    return Rule("certificate-incomplete", key, pl.col(key).is_null() & anything, others)


_DISEASES = ("disease1", "disease2", "disease3")
_LIMIT_DAYS = ("limit_issued_on", "limit_from", "limit_to", "limit_long_term_on")
_CERTIFICATES = (
    Rule("card-valid-order", "card_valid_to", pl.col("card_valid_to") < pl.col("card_valid_from"), ("card_valid_to",)),
    *map(_ends_early, ("elderly", "limit", *_DISEASES)),
    _incomplete("elderly_share", ("elderly_issued_on", "elderly_from", "elderly_to")),
    _incomplete("limit_category", ("limit_class", *_LIMIT_DAYS)),
    _incomplete("limit_class", ("limit_category", *_LIMIT_DAYS)),
    *(
        _incomplete(f"{stem}_category", tuple(f"{stem}_{part}" for part in ("issued_on", "from", "to", "self_pay")))
        for stem in _DISEASES
    ),
)


@lru_cache(maxsize=8)
def rules_on(today: date) -> tuple[Rule, ...]:
    """Every rule as it stands on `today`."""
    return (*_about_days(today), *_about_kinds(today), *_CERTIFICATES)


def _about_days(today: date) -> tuple[Rule, ...]:
    lived = (pl.col("acquired_on") - pl.col("birth_on")).dt.total_days()
    gone = pl.col("lost_on").is_not_null()
    return (
        Rule("date-impossible", "birth_on", pl.col("birth_on") > today),
        Rule(
            "age-over-120",
            "birth_on",
            (pl.col("birth_on") < _years_before(today, 120)) & ~gone & _NOT_CANCELLED,
        ),
        Rule(
            "age-not-for-insurer",
            "birth_on",
            pl.when(_ELDERLY).then(lived < _AGE_65).otherwise(~_AID & (lived > _AGE_75)),
        ),
        Rule("acquired-before-birth", "acquired_on", pl.col("acquired_on") < pl.col("birth_on")),
        Rule("acquired-in-future", "acquired_on", pl.col("acquired_on") > today + _YEAR),
        Rule("starts-before-acquired", "starts_on", pl.col("starts_on") < pl.col("acquired_on"), ("starts_on",)),
        Rule("loss-before-start", "lost_on", _NOT_CANCELLED & (pl.col("lost_on") < pl.col("starts_on")), ("lost_on",)),
        Rule("loss-on-start", "lost_on", _NOT_CANCELLED & (pl.col("lost_on") == pl.col("starts_on")), ("lost_on",)),
        Rule("loss-in-future", "lost_on", pl.col("lost_on") > today + _YEAR, ("lost_on",)),
        Rule(
            "loss-reason-missing",
            "loss_reason",
            _NOT_CANCELLED & gone & pl.col("loss_reason").is_null(),
            ("lost_on",),
        ),
        Rule(
            "loss-day-missing",
            "lost_on",
            ~gone & pl.col("loss_reason").is_not_null() & (pl.col("kind") != "loss"),
            ("loss_reason",),
        ),
    )


def _about_kinds(today: date) -> tuple[Rule, ...]:
    limit_day = pl.coalesce("limit_from", "limit_issued_on", pl.lit(today))
    under_70_class = pl.col("limit_category").str.starts_with("A")
    # The certificate for 70 and over starts with the month after the birthday, or with it on the first of a month.
    past_70 = limit_day >= _birthday(70).dt.offset_by("-1d").dt.month_end().dt.offset_by("1d")
    return (
        Rule("relation-missing", "relation", pl.col("relation").is_null() & ~_ELDERLY & ~_AID),
        Rule("share-missing", "share", _ELDERLY & pl.col("share").is_null()),
        Rule("share-not-for-kind", "share", ~_ELDERLY & pl.col("share").is_not_null(), ("share",)),
        Rule(
            "elderly-outside-70-74",
            "elderly_from",
            (pl.col("elderly_from") < _birthday(70)) | (pl.col("elderly_from") >= _birthday(75)),
            ("elderly_from",),
            dear=True,
        ),
        Rule(
            "limit-class-mismatch",
            "limit_category",
            pl.when(_ELDERLY)
            .then(under_70_class)
            .when(under_70_class)
            .then(past_70)
            .otherwise(limit_day < _birthday(70)),
            ("limit_category",),
            dear=True,
        ),
    )


def _years_before(day: date, years: int) -> date:
    # 29 February has no namesake in most years: the day after it is meant.
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)
