"""The twelve digits of the 券面 applications: made so that they can be nobody's 個人番号."""

from hashlib import sha256

_TAG = b"onshi-false-number-1"


def check_digit_of(eleven: str) -> int:
    """The check digit that eleven digits of a 個人番号 would need.

    Weights n + 1 for the 1st to 6th digit from the right, n - 5 for the 7th to 11th; 11 minus the remainder by 11,
    and 0 where the remainder is 0 or 1 (平成26年総務省令第85号5条).
    """
    total = sum(int(digit) * _weight(place) for place, digit in enumerate(reversed(eleven), start=1))
    remainder = total % 11
    return 0 if remainder <= 1 else 11 - remainder


def _weight(place: int) -> int:
    return place + 1 if place <= 6 else place - 5


def false_number(seed: int, holder: int) -> str:
    """Twelve digits, the same ones for the same seed and holder, whose check digit is always wrong.

    They exist in memory only. A card file holds the seed and the holder instead.
    """
    drawn = int.from_bytes(sha256(_TAG + f":{seed}:{holder}".encode()).digest())
    eleven = f"{drawn % 10**11:011d}"
    # One to nine more than the right digit: never the right one.
    wrong = (check_digit_of(eleven) + 1 + drawn // 10**11 % 9) % 10
    return f"{eleven}{wrong}"
