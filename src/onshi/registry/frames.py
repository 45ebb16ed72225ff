"""Feed rows as the tables want them: keys, packed details, flags. Pure expressions."""

from collections.abc import Mapping

import polars as pl

from onshi.registry.rules import KEY_SEPARATOR

# The columns of a coverage that a feed row decides; in this order they are compared and written.
CONTENT = (
    "symbol",
    "number",
    "branch",
    "relation",
    "acquired_on",
    "starts_on",
    "lost_on",
    "loss_reason",
    "card_class",
    "flags",
    "details",
)
# What a row says of the person; null says nothing and changes nothing.
_DISEASES = (1, 2, 3)
PERSONAL = ("name", "kana", "post_number", "address", "municipality", "name_other", "kana_other", "sex_printed")


def key() -> pl.Expr:
    """`rules.number_key` for a whole frame (a property test holds the two together)."""
    return pl.concat_str(
        [
            pl.col("insurer_number"),
            pl.col("folded_symbol"),
            pl.col("folded_number"),
            pl.col("birth_on").dt.to_string("%Y-%m-%d"),
        ],
        separator=KEY_SEPARATOR,
    )


def _member(name: str, value: pl.Expr, *, is_text: bool = True) -> pl.Expr:
    """`"name":value`, or null when the value is null."""
    if is_text:
        value = (
            pl.lit('"')
            + value.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
            + '"'
        )
    else:
        value = value.cast(pl.Int64).cast(pl.String)
    return pl.lit(f'"{name}":') + value


def _day(name: str, column: str) -> pl.Expr:
    return _member(name, pl.col(column).dt.to_string("%Y-%m-%d"))


def _object(members: list[pl.Expr]) -> pl.Expr:
    return pl.lit("{") + pl.concat_str(members, separator=",", ignore_nulls=True) + "}"


def _elderly() -> pl.Expr:
    members = [
        _member("share", pl.col("elderly_share"), is_text=False),
        _day("valid_from", "elderly_from"),
        _day("valid_to", "elderly_to"),
        _day("issued_on", "elderly_issued_on"),
    ]
    whole = pl.col("elderly_share").is_not_null() & pl.col("elderly_from").is_not_null()
    return pl.lit('"elderly":') + pl.when(whole).then(_object(members))


def _limit() -> pl.Expr:
    members = [
        _member("kind", pl.col("limit_class")),
        _member("category", pl.col("limit_category")),
        _day("valid_from", "limit_from"),
        _day("valid_to", "limit_to"),
        _day("issued_on", "limit_issued_on"),
        _day("long_term_on", "limit_long_term_on"),
    ]
    whole = pl.all_horizontal(pl.col(c).is_not_null() for c in ("limit_class", "limit_category", "limit_from"))
    return pl.lit('"limit":') + pl.when(whole).then(_object(members))


def _disease(number: int) -> pl.Expr:
    stem = f"disease{number}"
    members = [
        _member("category", pl.col(f"{stem}_category")),
        _day("valid_from", f"{stem}_from"),
        _member("self_pay", pl.col(f"{stem}_self_pay"), is_text=False),
        _day("valid_to", f"{stem}_to"),
        _day("issued_on", f"{stem}_issued_on"),
    ]
    whole = pl.all_horizontal(pl.col(f"{stem}_{part}").is_not_null() for part in ("category", "from", "self_pay"))
    return pl.when(whole).then(_object(members))


def _diseases() -> pl.Expr:
    parts = [_disease(number) for number in _DISEASES]
    some = pl.any_horizontal(part.is_not_null() for part in parts)
    listed = pl.lit("[") + pl.concat_str(parts, separator=",", ignore_nulls=True) + "]"
    return pl.lit('"diseases":') + pl.when(some).then(listed)


_MAKERS: dict[tuple[str, ...], pl.Expr] = {
    ("holder_name",): _member("holder_name", pl.col("holder_name")),
    ("card_issued_on",): _day("card_issued_on", "card_issued_on"),
    ("card_valid_from",): _day("card_valid_from", "card_valid_from"),
    ("card_valid_to",): _day("card_valid_to", "card_valid_to"),
    ("share",): _member("share", pl.col("share"), is_text=False),
    ("elderly_share",): _elderly(),
    ("limit_category",): _limit(),
    ("disease1_category", "disease2_category", "disease3_category"): _diseases(),
}


def details(frame: pl.DataFrame) -> pl.Series:
    """The JSON of `model.Details`, null when the row has none of it. Columns that are null throughout cost nothing."""
    members = [
        member
        for columns, member in _MAKERS.items()
        if any(frame[column].null_count() < frame.height for column in columns)
    ]
    if not members:
        return pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    inner = frame.select(inner=pl.concat_str(members, separator=",", ignore_nulls=True))
    return inner.select(pl.when(pl.col("inner") != "").then(pl.lit("{") + pl.col("inner") + "}")).to_series()


_CERTIFIED = {"category": "category", "valid_from": "from", "self_pay": "self_pay", "valid_to": "to"}
_CERTIFIED["issued_on"] = "issued_on"
_ELDERLY = {"share": "share", "valid_from": "from", "valid_to": "to", "issued_on": "issued_on"}
_LIMIT = {"kind": "class", "category": "category", "valid_from": "from", "valid_to": "to", "issued_on": "issued_on"}
_LIMIT["long_term_on"] = "long_term_on"
_NUMBERS = {"share", "self_pay"}


def _certificate(names: Mapping[str, str]) -> pl.Struct:
    return pl.Struct({name: pl.Int64 if name in _NUMBERS else pl.String for name in names})


_DETAILS = pl.Struct(
    {
        **dict.fromkeys(("holder_name", "card_issued_on", "card_valid_from", "card_valid_to"), pl.String),
        "share": pl.Int64,
        "elderly": _certificate(_ELDERLY),
        "limit": _certificate(_LIMIT),
        "diseases": pl.List(_certificate(_CERTIFIED)),
    }
)


def _read(whole: pl.Expr, names: Mapping[str, str], stem: str) -> list[pl.Expr]:
    """The members of a certificate as columns; days are days."""
    columns = []
    for name, end in names.items():
        member = whole.struct.field(name)
        is_day = name.endswith("_on") or "valid_" in name
        columns.append((member.str.to_date("%Y-%m-%d") if is_day else member).alias(f"{stem}{end}"))
    return columns


def details_read(details: pl.Series) -> pl.DataFrame:
    """The reverse of `details`: its members under the names a feed has for them."""
    if details.null_count() == len(details):
        details = pl.Series("details", [None], dtype=_DETAILS).new_from_index(0, len(details))
    else:
        details = details.alias("details").str.json_decode(_DETAILS)
    whole = pl.col("details")
    plain = {name: name for name in ("holder_name", "card_issued_on", "card_valid_from", "card_valid_to", "share")}
    return details.to_frame().select(
        *_read(whole, plain, ""),
        *_read(whole.struct.field("elderly"), _ELDERLY, "elderly_"),
        *_read(whole.struct.field("limit"), _LIMIT, "limit_"),
        *(
            column
            for place in _DISEASES
            for column in _read(
                whole.struct.field("diseases").list.get(place - 1, null_on_oob=True), _CERTIFIED, f"disease{place}_"
            )
        ),
    )


def flags() -> pl.Expr:
    """The flags the insurer sets, as the bits the table keeps (store/lookup.py)."""
    return _bits(pl.col("undisclosed").fill_null(False), pl.col("refused").fill_null(False))


def unsaid() -> pl.Expr:
    """The bits of those flags of which the row says nothing, because its file has no such column."""
    return _bits(pl.col("undisclosed").is_null(), pl.col("refused").is_null())


def _bits(undisclosed: pl.Expr, refused: pl.Expr) -> pl.Expr:
    return undisclosed.cast(pl.Int64) + 2 * refused.cast(pl.Int64)


_KEY, _FLAGS, _UNSAID = key().alias("key"), flags().alias("flags"), unsaid().alias("unsaid")


def prepared(good: pl.DataFrame) -> pl.DataFrame:
    """The checked rows with `key`, `flags`, `unsaid` and `details`, and `kana` under the table's name."""
    return good.with_columns(_KEY, _FLAGS, _UNSAID, details=details(good)).rename(
        {"name_kana": "kana", "name_other_kana": "kana_other"}
    )
