"""The folds of the kernel over whole columns: the same results, at the speed of columns.

Most values in the field consist of a few kinds of characters whose folding is character by character. Those go
through one table, made by the kernel's own functions; the rest goes the long way with full normalisation.
"""

from collections.abc import Callable

import polars as pl

from onshi.kernel import fold_name, fold_number

# White space as Python counts it; the engine's own \s leaves out the four separators.
BLANK = r"[\s\x{1c}-\x{1f}]"
_BLANKS = [chr(code) for code in range(0x3001) if chr(code).isspace()]
_DASHES = "‐‑‒–—―−ー－ｰ─━﹣⁻₋~～〜"

# Closed under NFKC and never composing with a neighbour: CJK ideographs, 々〆〇, kana without the combining
# voicing marks, printable ASCII and its full-width forms, the ideographic space.
_LETTERS = r"\x{3005}-\x{3007}\x{3041}-\x{3096}\x{30a1}-\x{30fe}\x{4e00}-\x{9fff}"
_PLAIN = _LETTERS + r"\x{21}-\x{7e}\x{ff01}-\x{ff5e}"
_ONLY_PLAIN = rf"^[{_PLAIN} \x{{3000}}]*$"
# A name as most are: nothing in it to trim, to fold the long way, or to find fault with.
TIDY_NAME = rf"^[{_LETTERS}]+(?:\x{{3000}}[{_LETTERS}]+)*$"
TIDY_KANA = r"^[ァ-ヶー]+(?:\x{3000}[ァ-ヶー]+)*$"
_ALL_KANA = r"^[ァ-ヺーヽヾ・\x{3000}]+$"
_DIGITS = r"^[0-9]+$"

# With fewer values, finding the runs takes longer than it saves.
_RUNS_COUNT_FROM = 5_000

_HIRAGANA = [chr(code) for code in range(ord("ぁ"), ord("ゖ") + 1)]
_KATAKANA = [chr(ord(char) + 0x60) for char in _HIRAGANA]


def _table(fold: Callable[[str], str]) -> tuple[list[str], list[str]]:
    plain = [*map(chr, range(0x21, 0x7F)), *map(chr, range(0xFF01, 0xFF5F)), *map(chr, range(0x3041, 0x3097))]
    chars = [*plain, *map(chr, range(0x30A1, 0x30FF)), *_DASHES, *_BLANKS]
    changed = {char: fold(char) for char in chars if fold(char) != char}
    return list(changed), list(changed.values())


_NAME_FROM, _NAME_TO = _table(fold_name)
_NUMBER_FROM, _NUMBER_TO = _table(fold_number)


def on_some(values: pl.Series, chosen: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`values` with `change` applied to the chosen ones only."""
    places = chosen.fill_null(False).arg_true()
    if places.is_empty():
        return values
    if len(places) == len(values):
        return change(values)
    return values.clone().scatter(places, change(values.gather(places)))


def folded_names(values: pl.Series) -> pl.Series:
    """`kernel.fold_name` of each value; null stays null."""
    if len(values) == values.null_count():
        return values
    if len(values) < _RUNS_COUNT_FROM:
        return _folded_names(values)
    # Households stand together and share an address, so folding each run of equal texts once halves the work.
    runs = values.rle_id()
    if runs[-1] * 4 > len(values) * 3:
        return _folded_names(values)
    firsts = runs.ne_missing(runs.shift())
    return _folded_names(values.filter(firsts)).gather(runs)


def _folded_names(values: pl.Series) -> pl.Series:
    unusual = ~values.str.contains(_ONLY_PLAIN)
    tabled = values.str.replace_many(_NAME_FROM, _NAME_TO)
    places = unusual.fill_null(False).arg_true()
    if places.is_empty():
        return tabled
    long_way = values.gather(places).str.normalize("NFKC").str.replace_many(_NAME_FROM, _NAME_TO)
    return tabled.scatter(places, long_way.str.to_uppercase())


def folded_numbers(values: pl.Series) -> pl.Series:
    """`kernel.fold_number` of each value; null stays null."""
    if len(values) == values.null_count():
        return values
    cut = values.str.strip_chars_start("0")
    shown = on_some(cut, cut == "", lambda empty: pl.Series(["0"] * len(empty), dtype=pl.String))
    places = (~values.str.contains(_DIGITS)).fill_null(False).arg_true()
    if places.is_empty():
        return shown
    some = values.gather(places).str.normalize("NFKC").str.replace_many(_NUMBER_FROM, _NUMBER_TO).str.to_uppercase()
    return shown.scatter(places, some.str.replace_all("(^|[^0-9])0+([0-9])", "${1}${2}"))


def tidy_names(values: pl.Series) -> pl.Series:
    """Trimmed names with one ideographic space wherever blanks stood; the characters themselves stay as sent."""
    return _single_blanks(values.str.strip_chars())


def tidy_kana(values: pl.Series) -> pl.Series:
    """Kana names as full-width katakana with one ideographic space wherever blanks stood."""
    full = values.str.normalize("NFKC").str.strip_chars()
    return _single_blanks(full.str.replace_many(_HIRAGANA, _KATAKANA))


def not_kana(values: pl.Series) -> pl.Series:
    """Which tidy kana names hold anything but kana."""
    return (~values.str.contains(_ALL_KANA)).fill_null(False)


def _single_blanks(values: pl.Series) -> pl.Series:
    return values.str.replace_all(BLANK + "+", "\u3000")
