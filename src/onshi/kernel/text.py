"""Width, dashes and kana as real software sends them, folded so that equal things compare equal."""

import re
import unicodedata

# Every character seen in the field where a hyphen was meant, the long-vowel marks included:
# in numbers and symbols nobody means a long vowel.
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー－ｰ─━﹣⁻₋~～〜"), "-")
_SPACES = re.compile(r"\s+")
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_KANA_FOLD = str.maketrans("ァィゥェォッャュョヮヵヶヰヱヲ", "アイウエオツヤユヨワカケイエオ")
_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
# Small kana keep their size where a half-width form exists; the few letters without one take their nearest.
_HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF61, 0xFF9E)} | {
    "ヮ": "ﾜ",
    "ヵ": "ｶ",
    "ヶ": "ｹ",
    "ヰ": "ｲ",
    "ヱ": "ｴ",
    "\u3099": "ﾞ",
    "\u309a": "ﾟ",
}


def narrow(text: str) -> str:
    """Compatibility forms folded (full-width digits and letters, half-width kana), ends trimmed."""
    return unicodedata.normalize("NFKC", text).strip()


def squeeze(text: str) -> str:
    """`narrow` with every run of white space made one blank."""
    return _SPACES.sub(" ", narrow(text))


def fold_number(text: str) -> str:
    """A 記号 or 番号 for comparison: width, dashes, blanks, case and leading zeros do not count.

    `０００１２`, `12` and ` 12` are equal; so are `ア－１` and `ｱ-01`. Zero itself stays `0`.
    """
    # Nearly every text is plain digits, and this runs twice for every check.
    if text.isascii() and text.isdigit():
        return text.lstrip("0") or "0"
    folded = _SPACES.sub("", narrow(text).translate(_DASHES)).upper()
    return _LEADING_ZEROS.sub("", folded)


def fold_name(text: str) -> str:
    """A name or address for comparison: width, blanks, dashes, small kana and hiragana do not count."""
    folded = _SPACES.sub("", narrow(text).translate(_DASHES)).upper()
    return folded.translate(_KATAKANA).translate(_KANA_FOLD)


def half_kana(text: str) -> str:
    """Kana as the national interface prints them, half-width katakana, and every blank an ASCII one."""
    return "".join(_half(char) for char in unicodedata.normalize("NFKC", text).translate(_KATAKANA))


def _half(char: str) -> str:
    # Only kana are taken apart: the accent of a Latin letter belongs to it.
    parts = unicodedata.normalize("NFD", char) if "ァ" <= char <= "ヿ" else char
    return "".join(_HALF.get(part, part) for part in parts)
