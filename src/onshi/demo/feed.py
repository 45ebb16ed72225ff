"""Rows of an insurer's feed: spells written out as they stand on a day, in the columns every feed has."""

from datetime import date

import polars as pl

from onshi.demo.certificates import certificate_year, certificates, share_of_elderly
from onshi.demo.columns import as_day, digits, pick, wide
from onshi.demo.insurers import KIND, LAST_WORK, bodies
from onshi.demo.names import full_kana, full_name, surnames, towns
from onshi.demo.numbers import branch, number, symbol
from onshi.demo.residents import Land
from onshi.demo.work import MOVE
from onshi.places import municipalities

NEW, CHANGE, LOSS, CANCEL = "新規", "変更", "喪失", "取消"

COLUMNS: tuple[str, ...] = (
    *("kind", "link_code", "insurer_number", "symbol", "number", "branch"),
    *("name", "name_kana", "name_before", "name_other", "name_other_kana", "birth_on", "sex", "sex_printed"),
    *("post_number", "address", "municipality", "relation", "holder_name"),
    *("acquired_on", "starts_on", "lost_on", "loss_reason"),
    *("card_class", "card_issued_on", "card_valid_from", "card_valid_to", "share"),
    *("elderly_issued_on", "elderly_from", "elderly_to", "elderly_share"),
    *("limit_class", "limit_category", "limit_issued_on", "limit_from", "limit_to", "limit_long_term_on"),
    *(f"disease{n}_{field}" for n in (1, 2, 3) for field in ("category", "issued_on", "from", "to", "self_pay")),
    *("undisclosed", "refused"),
)
"""The columns of a feed in their order; all of them text, null where there is nothing to say."""

# No insurance card was given out from this day on; those of 国保 and 後期 run for two years and end the July after.
_NO_MORE_CARDS = date(2024, 12, 2)
_LAST_CARDS = date(2025, 7, 31)
_CARDS_SINCE = date(2023, 8, 1)
_REASONS = {"died": "01", "aid_started": "02", "joined_other": "03", "turned_75": "03"}
_OTHER = "99"


def name_columns(as_of: pl.Expr) -> dict[str, pl.Expr]:
    """name and name_kana of people as they are called on a day number."""
    surname = pl.when(as_of >= pl.col("married")).then(pl.col("new_surname")).otherwise(pl.col("surname"))
    given = pl.col("given")
    return {"name": full_name(surname, given).alias("name"), "name_kana": full_kana(surname, given).alias("name_kana")}


def _names(as_of: pl.Expr) -> list[pl.Expr]:
    names = name_columns(as_of)
    other = pl.when(pl.col("alias") >= 0).then(pl.col("alias"))
    headed = (pl.col("relation") == 2) & ~(pl.col("head_died") < as_of).fill_null(value=False)
    head = full_name(pl.col("surname"), pl.col("head_given"))
    holder = pl.when(headed).then(head).otherwise(names["name"])
    return [
        *names.values(),
        pl.when(pl.col("renamed")).then(full_name(pl.col("surname"), pl.col("given"))).alias("name_before"),
        full_name(other, pl.col("given")).alias("name_other"),
        full_kana(other, pl.col("given")).alias("name_other_kana"),
        pl.when(pl.col("relation").is_not_null()).then(holder).alias("holder_name"),
    ]


def knows_address(land: Land) -> pl.Expr:
    """Whether the insurer knows where the person lives: employees' insurers often do not."""
    return (pl.col("kind") > LAST_WORK) | land.chance.happens("address known", pl.col("account"), 700)


def address_columns(land: Land, as_of: pl.Expr, *, known: pl.Expr | None = None) -> list[pl.Expr]:
    """post_number, address and municipality of people on a day number; null where not `known`."""
    chance, places = land.chance, municipalities()
    moved = (pl.col("story") == MOVE) & (as_of >= pl.col("day1"))
    place = pl.when(moved).then(pl.col("new_place")).otherwise(pl.col("place"))
    home = pl.col("household") * 2 + moved.cast(pl.Int64)
    numbers = [chance.below_of(name, home, limit) + 1 for name, limit in (("chome", 6), ("banchi", 30), ("go", 25))]
    chome, banchi, go = (wide(one.cast(pl.String)) for one in numbers)
    town = chance.below_of("town", home, len(towns()))
    text = pl.concat_str(
        pick(pl.Series([one.prefecture + one.name for one in places]), place),
        pick(towns(), town),
        chome + "丁目" + banchi + "番" + go + "号",
    )
    post = pl.concat_str(
        digits(chance.below_of("post", place, 900) + 100, 3),
        digits(chance.below_of("post town", place * 64 + town, 10000), 4),
        separator="-",
    )
    known = pl.lit(value=True) if known is None else known
    return [
        pl.when(known).then(post).alias("post_number"),
        pl.when(known).then(text).alias("address"),
        pl.when(known).then(pick(pl.Series([str(one.code) for one in places]), place)).alias("municipality"),
    ]


def _card(land: Land) -> list[pl.Expr]:
    kind, acquired = pl.col("kind"), pl.col("acquired")
    special = kind.is_in([KIND["municipal_nhi"], KIND["elderly"]]) & land.chance.happens(
        "arrears", pl.col("household"), 4
    )
    card_class = (
        pl.when(kind == KIND["sdf"])
        .then(pl.lit("07"))
        .when(kind == KIND["medical_aid"])
        .then(pl.lit("A1"))
        .when(kind == KIND["retired_nhi"])
        .then(pl.lit("02"))
        .when(kind.is_in([KIND["retired_society"], KIND["retired_mutual"]]) & (acquired < _NO_MORE_CARDS))
        .then(pl.lit("06"))
        .when(special)
        .then(pl.lit("05"))
        .otherwise(pl.lit("01"))
    )
    carded = (acquired < _NO_MORE_CARDS) & (kind != KIND["medical_aid"])
    printed = kind.is_in([KIND["municipal_nhi"], KIND["elderly"], KIND["nhi_society"]])
    begins = pl.when(printed).then(pl.max_horizontal(acquired, pl.lit(_CARDS_SINCE))).otherwise(acquired)
    return [
        card_class.alias("card_class"),
        pl.when(carded).then(begins).alias("card_issued_on"),
        pl.when(carded).then(begins).alias("card_valid_from"),
        pl.when(carded & printed).then(pl.lit(_LAST_CARDS)).alias("card_valid_to"),
        pl.when(kind == KIND["elderly"]).then(share_of_elderly(land, pl.col("year"))).alias("share"),
    ]


def _flag(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.lit("1")).otherwise(pl.lit("0"))


def numbered(spells: pl.DataFrame) -> pl.DataFrame:
    """Spells with what identifies them at the insurer: insurer_number, symbol, number, branch."""
    return spells.with_columns(
        insurer_number=pick(bodies().numbers, pl.col("body")),
        symbol=symbol(),
        number=number(),
        branch=branch(),
    )


def feed_rows(land: Land, rows: pl.DataFrame) -> pl.DataFrame:
    """Feed rows for spells (as `numbered`) with three more columns.

    act: 新規, 変更, 喪失 or 取消; as_of: the day number at which the insurer looks at the person;
    renamed: whether the row carries the name before marriage. The result has `COLUMNS`, all text, and
    keeps `person_serial` (Int64) and `notified_on` when the rows have them.
    """
    chance, serial = land.chance, pl.col("serial")
    as_of = pl.col("as_of")
    alias = pl.when(chance.happens("alias", serial, 3)).then(chance.below_of("alias name", serial, len(surnames())))
    rows = rows.with_columns(alias=alias.otherwise(-1), year=certificate_year(as_day(as_of))).with_columns(
        year_begins=pl.date(pl.col("year").cast(pl.Int32), 8, 1),
        year_ends=pl.date(pl.col("year").cast(pl.Int32) + 1, 7, 31),
    )
    ends = pl.col("act") == LOSS
    past = pl.col("reason") == "past"
    reason = pl.col("reason").replace_strict(_REASONS, default=_OTHER, return_dtype=pl.String)
    written = rows.select(
        pl.col("act").alias("kind"),
        pl.lit(None, dtype=pl.String).alias("link_code"),
        "insurer_number",
        "symbol",
        "number",
        "branch",
        *_names(as_of),
        "birth_on",
        pl.col("sex").cast(pl.String),
        pl.when(chance.happens("printed sex", serial, 1)).then(pl.lit("裏面参照")).alias("sex_printed"),
        *address_columns(land, as_of, known=knows_address(land)),
        pl.col("relation").cast(pl.String),
        pl.col("acquired").alias("acquired_on"),
        pl.col("starts").alias("starts_on"),
        pl.when(ends | past).then(pl.col("lost")).alias("lost_on"),
        pl.when(ends | past).then(reason).alias("loss_reason"),
        *_card(land),
        *certificates(land),
        _flag(chance.happens("undisclosed", pl.col("household"), 1)).alias("undisclosed"),
        _flag(chance.below_of("refused", pl.col("household"), 3000) == 0).alias("refused"),
        serial.alias("person_serial"),
        *[pl.col(name) for name in ("notified_on",) if name in rows.columns],
    )
    text = written.with_columns(pl.col(name).cast(pl.String) for name in COLUMNS)
    return text.select(*COLUMNS, *[name for name in text.columns if name not in COLUMNS])
