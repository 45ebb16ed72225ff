"""個人番号 that came where it must never come: recognised, so that it is dropped and never stored or shown.

The check digit follows the ministerial ordinance on the numbers (番号法の省令, 平成26年総務省令第85号).
"""

import re
import unicodedata

from onshi.kernel.errors import OnshiError

# Twelve digits standing alone, in one run or in three groups of four, in any width; for the engine's regular
# expressions, which know no look-around.
TWELVE_DIGITS = (
    "(?:^|[^0-9０-９A-Za-z])[0-9０-９]{4}[-‐−－ー 　]?[0-9０-９]{4}[-‐−－ー 　]?[0-9０-９]{4}(?:$|[^0-9０-９A-Za-z])"
)
_ALONE = re.compile(r"(?<![0-9A-Za-z])([0-9]{4})[-‐−ー ]?([0-9]{4})[-‐−ー ]?([0-9]{4})(?![0-9A-Za-z])")
# Twelve in all, in any grouping, with a right check digit or a wrong one; two days beside each other are more.
_ANY = re.compile(r"(?<![0-9])(?<![0-9][ \-‐–—−ー])[0-9](?:[ \-‐–—−ー]?[0-9]){11}(?![ \-‐–—−ー]?[0-9])")
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def is_personal_number(digits: str) -> bool:
    """Whether twelve digits end in the check digit of a 個人番号."""
    remainder = sum(int(digit) * weight for digit, weight in zip(digits[:11], _WEIGHTS, strict=True)) % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def has_personal_number(text: str) -> bool:
    """Whether a text holds twelve digits, standing alone, that could be a 個人番号."""
    plain = unicodedata.normalize("NFKC", text)
    return any(is_personal_number("".join(match.groups())) for match in _ALONE.finditer(plain))


def has_twelve_digits(text: str) -> bool:
    """Whether a text holds twelve digits in a row, however they are grouped: a 個人番号, perhaps with a slip in it. For
    free text, in which nothing of ours has that form."""
    return _ANY.search(unicodedata.normalize("NFKC", text)) is not None or has_personal_number(text)


class PersonalNumberTyped(OnshiError):
    """Twelve digits that may be a 個人番号 were typed. They are not repeated."""

    code = "personal-number-typed"
    message = (
        "Something you typed may be a personal number. It was not taken; personal numbers are never asked for here."
    )
    message_ja = "個人番号と思われる数字が入力されました。受け付けていません（ここでは個人番号を扱いません）。"


def refuse_twelve_digits(*texts: str) -> None:
    """PersonalNumberTyped when one of the texts holds twelve digits in a row."""
    if any(map(has_twelve_digits, texts)):
        raise PersonalNumberTyped
