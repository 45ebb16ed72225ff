"""One column at a time: text in, typed values out, and what is wrong with single cells."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

import polars as pl

from onshi.kernel import (
    TWELVE_DIGITS,
    has_check_digit,
    has_personal_number,
    narrow,
    parse_insurer_number,
    parse_municipality_code,
    printed_insurer_number,
)
from onshi.registry.feeds.catalogue import Found
from onshi.registry.feeds.columns import COLUMNS, Column, spelling
from onshi.registry.feeds.dates import fast_days, read_day
from onshi.registry.feeds.folding import TIDY_KANA, TIDY_NAME, not_kana, on_some, tidy_kana, tidy_names

# Invisible and text-direction marks are here because they let two different names look the same on a screen.
_CONTROL = r"\x{00}-\x{1f}\x{7f}-\x{9f}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}\x{fff9}-\x{fffb}"
_PRIVATE_USE = r"\x{e000}-\x{f8ff}\x{f0000}-\x{10fffd}"
_UNREADABLE = r"\x{fffd}"
_FORMULA = "^[=+@＝＋＠－-]"
_SUSPECT = rf"[{_CONTROL}{_PRIVATE_USE}{_UNREADABLE}]|{_FORMULA}|{TWELVE_DIGITS}"
# What a text looks like that has nothing to trim, to fold or to find fault with; a plain text is told by the opposite.
_USUAL = {"name": TIDY_NAME, "kana": TIDY_KANA, "post": "^[0-9]{3}-[0-9]{4}$", "text": ""}
_UNTIDY = rf"^$|^\s|\s$|{_SUSPECT}"


def _unusual(column: Column) -> pl.Expr:
    values = pl.col(column.key)
    odd = values.str.contains(_UNTIDY) if column.form == "text" else ~values.str.contains(_USUAL[column.form])
    # Counting bytes is free; no value of so few bytes has too many characters.
    long = values.str.len_bytes() > column.max_length
    return odd | (long & (values.str.len_chars() > column.max_length))


_UNUSUAL = {column.key: _unusual(column) for column in COLUMNS if column.form in _USUAL}
_ENDS = {"lost_on", "card_valid_to", "elderly_to", "limit_to", "disease1_to", "disease2_to", "disease3_to"}
_TYPES: Mapping[str, pl.DataType] = {"date": pl.Date(), "flag": pl.Boolean(), "yen": pl.Int64()}


def typed_columns(sent: pl.DataFrame, found: Found) -> pl.DataFrame:
    """Every column of a feed typed, beside `row`; a cell that cannot be read is null and has a finding."""
    rows = sent["row"]
    filled = [column for column in COLUMNS if sent[column.key].null_count() < sent.height]
    days = fast_days(sent.select(column.key for column in filled if column.form == "date"))
    unusual = sent.select(_UNUSUAL[column.key] for column in filled if column.form in _USUAL)
    typed = {}
    for column in filled:
        values = sent[column.key]
        if column.form == "date":
            values = _with_other_days(column, values, days[column.key], rows, found)
        elif column.form in _USUAL:
            values = _with_unusual(column, values, unusual[column.key], rows, found)
        else:
            values = _READERS[column.form](column, values, rows, found)
        typed[column.key] = values.alias(column.key)
    return pl.DataFrame([rows, *(typed.get(column.key, _nothing(column, sent.height)) for column in COLUMNS)])


def _nothing(column: Column, height: int) -> pl.Series:
    kind = _TYPES.get(column.form, pl.String())
    return pl.Series(column.key, [None], dtype=kind).new_from_index(0, height)


def _with_unusual(column: Column, values: pl.Series, unusual: pl.Series, rows: pl.Series, found: Found) -> pl.Series:
    """Most values of a text need nothing; only the `unusual` ones are looked at one step after the other."""
    places = unusual.arg_true()
    if places.is_empty():
        return values
    read = _READERS[column.form](column, values.gather(places), rows.gather(places), found)
    return read if len(read) == len(values) else values.clone().scatter(places, read)


def report_unreadable(column: Column, values: pl.Series, rows: pl.Series, found: Found, otherwise: str) -> None:
    """Says of each cell why it is unreadable: the general reasons first, `otherwise` when none of them holds."""
    personal = _personal_numbers(values)
    codes = pl.select(
        pl.when(personal)
        .then(pl.lit("personal-number-suspected"))
        .when(values.str.contains(_UNREADABLE))
        .then(pl.lit("wrong-encoding"))
        .when(values.str.strip_chars().str.contains(f"[{_CONTROL}]"))
        .then(pl.lit("control-character"))
        .when(values.str.len_chars() > max(column.max_length, 20))
        .then(pl.lit("too-long"))
        .otherwise(pl.lit(otherwise))
    ).to_series()
    for code in sorted(codes.unique()):
        found.add(rows.filter(codes == code), column.key, code)


def _personal_numbers(values: pl.Series) -> pl.Series:
    candidates = values.str.contains(TWELVE_DIGITS).fill_null(False)
    return on_some(candidates, candidates, lambda chosen: _each(values.filter(candidates), has_personal_number))


def _each(values: pl.Series, test: Callable[[str], bool]) -> pl.Series:
    return pl.Series([test(value) for value in values], dtype=pl.Boolean)


def _text(column: Column, values: pl.Series, rows: pl.Series, found: Found) -> pl.Series:
    trimmed = values.str.strip_chars()
    blank = trimmed == ""
    if blank.any():
        trimmed = trimmed.set(blank.fill_null(False), None)
    suspect = (trimmed.str.contains(_SUSPECT) | (trimmed.str.len_chars() > column.max_length)).fill_null(False)
    if suspect.any():
        trimmed = _without_unusable(column, trimmed, suspect, rows, found)
    return trimmed


def _without_unusable(
    column: Column, trimmed: pl.Series, suspect: pl.Series, rows: pl.Series, found: Found
) -> pl.Series:
    places = suspect.arg_true()
    some, their_rows = trimmed.gather(places), rows.gather(places)
    too_long = some.str.len_chars() > column.max_length
    unusable = some.str.contains(f"[{_CONTROL}{_UNREADABLE}]") | too_long | _personal_numbers(some)
    report_unreadable(column, some.filter(unusable), their_rows.filter(unusable), found, "too-long")
    usable = ~unusable
    found.add(their_rows.filter(usable & some.str.contains(_FORMULA)), column.key, "formula-like")
    found.add(their_rows.filter(usable & some.str.contains(f"[{_PRIVATE_USE}]")), column.key, "private-use-character")
    return trimmed.scatter(places.filter(unusable), None)


def _name(column: Column, values: pl.Series, rows: pl.Series, found: Found) -> pl.Series:
    return tidy_names(_text(column, values, rows, found))


def _kana(column: Column, values: pl.Series, rows: pl.Series, found: Found) -> pl.Series:
    kana = tidy_kana(_text(column, values, rows, found))
    found.add(rows.filter(not_kana(kana)), column.key, "kana-not-kana")
    return kana


def _with_other_days(column: Column, values: pl.Series, days: pl.Series, rows: pl.Series, found: Found) -> pl.Series:
    """`days` with those of the forms that need a closer look, each distinct one read once."""
    if days.null_count() == values.null_count():
        return days
    places = (days.is_null() & values.is_not_null()).arg_true()
    left, their_rows = values.gather(places), rows.gather(places)
    read = {text: read_day(text) for text in left.unique()}
    days = days.scatter(places, pl.Series([_day_or_none(read[text]) for text in left], dtype=pl.Date))
    codes = pl.Series([_code_or_none(read[text]) for text in left], dtype=pl.String)
    for code in sorted(codes.drop_nulls().unique()):
        chosen = codes == code
        # A birthday or a first day is never open-ended.
        if code == "open-ended-date" and column.key in _ENDS:
            found.add(their_rows.filter(chosen), column.key, code)
        else:
            reason = "date-impossible" if code == "open-ended-date" else code
            report_unreadable(column, left.filter(chosen), their_rows.filter(chosen), found, reason)
    return days


def _day_or_none(read: date | str) -> date | None:
    return read if isinstance(read, date) else None


def _code_or_none(read: date | str) -> str | None:
    return read if isinstance(read, str) and read else None


def _by_value(
    column: Column,
    values: pl.Series,
    rows: pl.Series,
    found: Found,
    read: Callable[[str], str | None],
    otherwise: str,
    *,
    soft: bool = False,
) -> pl.Series:
    """Reads each distinct value once; `read` gives None for a value it refuses.

    A `soft` refusal keeps the row: only its own finding is reported, unless the cell is a personal number.
    """
    texts = values.unique().drop_nulls().to_list()
    kept = {text: read(text) for text in texts if text.strip()}
    if len(kept) == len(texts) and all(text == value for text, value in kept.items()):
        return values
    good = {text: value for text, value in kept.items() if value is not None}
    typed = values.replace_strict(list(good), list(good.values()), default=None, return_dtype=pl.String)
    if len(good) == len(kept):
        return typed
    refused = typed.is_null() & values.is_in([text for text, value in kept.items() if value is None])
    some, their_rows = values.filter(refused), rows.filter(refused)
    if soft:
        personal = _personal_numbers(some)
        found.add(their_rows.filter(personal), column.key, "personal-number-suspected")
        found.add(their_rows.filter(~personal), column.key, otherwise)
    else:
        report_unreadable(column, some, their_rows, found, otherwise)
    return typed


def _code(column: Column, values: pl.Series, rows: pl.Series, found: Found) -> pl.Series:
    return _by_value(column, values, rows, found, lambda text: column.codes.get(spelling(text)), "unknown-code")


def _flag(column: Column, values: pl.Series, rows: pl.Series, found: Found) -> pl.Series:
    return _code(column, values, rows, found) == "1"


def _digits(text: str, lengths: Iterable[int]) -> str | None:
    plain = narrow(text)
    return plain if plain.isascii() and plain.isdigit() and len(plain) in lengths else None


def _yen(column: Column, values: pl.Series, rows: pl.Series, found: Found) -> pl.Series:
    def read(text: str) -> str | None:
        return _digits(text.replace(",", ""), range(1, column.max_length + 1))

    return _by_value(column, values, rows, found, read, "not-a-number-form").cast(pl.Int64)


def _branch(column: Column, values: pl.Series, rows: pl.Series, found: Found) -> pl.Series:
    def read(text: str) -> str | None:
        digits = _digits(text, (1, 2))
        return digits and digits.zfill(2)

    return _by_value(column, values, rows, found, read, "not-a-number-form")


def _insurer(column: Column, values: pl.Series, rows: pl.Series, found: Found) -> pl.Series:
    def read(text: str) -> str | None:
        try:
            return parse_insurer_number(text)
        except ValueError:
            return None

    numbers = _by_value(column, values, rows, found, read, "not-a-number-form")
    broken = [number for number in numbers.drop_nulls().unique() if not has_check_digit(printed_insurer_number(number))]
    if broken:
        found.add(rows.filter(numbers.is_in(broken).fill_null(False)), column.key, "wrong-check-digit")
    return numbers


def _municipality(column: Column, values: pl.Series, rows: pl.Series, found: Found) -> pl.Series:
    def read(text: str) -> str | None:
        if _digits(text, (5, 6)) is None:
            return None
        try:
            return parse_municipality_code(text)
        except ValueError:
            return "wrong"

    codes = _by_value(column, values, rows, found, read, "municipality-form", soft=True)
    wrong = (codes == "wrong").fill_null(False)
    if not wrong.any():
        return codes
    found.add(rows.filter(wrong), column.key, "municipality-check-digit")
    return codes.set(wrong, None)


def _post(column: Column, values: pl.Series, rows: pl.Series, found: Found) -> pl.Series:
    def read(text: str) -> str | None:
        digits = _digits(narrow(text).removeprefix("〒").translate(_HYPHENS), (7,))
        return digits and f"{digits[:3]}-{digits[3:]}"

    return _by_value(column, values, rows, found, read, "post-number-form", soft=True)


_HYPHENS = dict.fromkeys(map(ord, "-‐‑‒–—―−ー "))

_Reader = Callable[[Column, pl.Series, pl.Series, Found], pl.Series]
_READERS: Mapping[str, _Reader] = {
    "text": _text,
    "name": _name,
    "kana": _kana,
    "code": _code,
    "flag": _flag,
    "yen": _yen,
    "insurer": _insurer,
    "branch": _branch,
    "post": _post,
    "municipality": _municipality,
}
