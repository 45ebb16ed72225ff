"""Width, dashes and kana as real software sends them, folded so that equal things compare equal."""

import re
import unicodedata

# Every character seen in the field where a hyphen was meant, the long-vowel marks included:
# in numbers and symbols nobody means a long vowel.
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー－ｰ─━﹣⁻₋~～〜"), "-")
_SPACES = re.compile(r"\s+")
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_KANA_FOLD = str.maketrans(
    "ァィゥェォッャュョヮヵヶヰヱヲ", "アイウエオツヤユヨワカケイエオ"
)
# The small kana keep their size in half-width output; only comparison folds them.
_HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}


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
    folded = _SPACES.sub("", narrow(text).translate(_DASHES)).upper()
    return _LEADING_ZEROS.sub("", folded)


def fold_name(text: str) -> str:
    """A name or address for comparison: width, blanks, dashes, small kana and hiragana do not count."""
    folded = _SPACES.sub("", narrow(text).translate(_DASHES)).upper()
    as_katakana = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in folded)
    return as_katakana.translate(_KANA_FOLD)


def half_kana(text: str) -> str:
    """Katakana as the national interface prints it: half-width, with an ASCII blank."""
    parts: list[str] = []
    for char in unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text)):
        if char == "\u3099":
            parts.append("ﾞ")
        elif char == "\u309a":
            parts.append("ﾟ")
        else:
            parts.append(_HALF.get(char, char))
    return "".join(parts).replace("ー", "ｰ").replace("　", " ")
