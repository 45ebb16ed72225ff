"""個人番号 that came where it must never come: recognised, so that it is dropped and never stored or shown.

The check digit follows the ministerial ordinance on the numbers (番号法の省令, 平成26年総務省令第85号).
"""

import re
import unicodedata

# Twelve digits standing alone, in one run or in three groups of four, in any width; for the engine's regular
# expressions, which know no look-around.
TWELVE_DIGITS = (
    "(?:^|[^0-9０-９A-Za-z])[0-9０-９]{4}[-‐−－ー 　]?[0-9０-９]{4}[-‐−－ー 　]?[0-9０-９]{4}(?:$|[^0-9０-９A-Za-z])"
)
_ALONE = re.compile(r"(?<![0-9A-Za-z])([0-9]{4})[-‐−ー ]?([0-9]{4})[-‐−ー ]?([0-9]{4})(?![0-9A-Za-z])")
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def is_personal_number(digits: str) -> bool:
    """Whether twelve digits end in the check digit of a 個人番号."""
    remainder = sum(int(digit) * weight for digit, weight in zip(digits[:11], _WEIGHTS, strict=True)) % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def has_personal_number(text: str) -> bool:
    """Whether a text holds twelve digits, standing alone, that could be a 個人番号."""
    plain = unicodedata.normalize("NFKC", text)
    return any(is_personal_number("".join(match.groups())) for match in _ALONE.finditer(plain))
