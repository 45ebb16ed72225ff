"""Twelve digits in texts: those that can be a 個人番号, and any at all."""

import pytest

from onshi.kernel import PersonalNumberTyped, has_personal_number, has_twelve_digits, refuse_twelve_digits
from onshi.kernel.personal_number import is_personal_number

NOBODYS = "123456789012"  # the check digit of a 個人番号 would be 8


@pytest.mark.parametrize(
    ("text", "has"),
    [
        (NOBODYS, True),
        ("1234 5678 9012", True),
        ("１２３４－５６７８－９０１２", True),
        ("見本さん（123-456-789-012）です", True),
        ("1 2 3 4 5 6 7 8 9 0 1 2", True),
        ("12345678901", False),
        ("1234567890123", False),
        ("12345 / 6789012", False),
        ("2026-10-05 2026-10-07", False),
        ("03-1234-5678 / 内線12", False),
        ("第12号から第345678号", False),
        ("", False),
    ],
)
def test_twelve_digits_are_seen_however_they_are_grouped(text: str, has: bool) -> None:
    assert has_twelve_digits(text) is has
    assert not has_personal_number(text), "nobody's number is in this file"


def test_one_with_its_check_digit_is_seen_among_other_numbers() -> None:
    right = next(f"12345678901{last}" for last in range(10) if is_personal_number(f"12345678901{last}"))
    assert has_twelve_digits(f"2026-10-05 {right[:4]} {right[4:8]} {right[8:]} 2026-10-07")
    assert not has_twelve_digits(f"2026-10-05 {NOBODYS[:4]} {NOBODYS[4:8]} {NOBODYS[8:]} 2026-10-07")


def test_one_text_of_several_is_enough_to_refuse_them() -> None:
    refuse_twelve_digits("", "見本", "1" * 11)
    with pytest.raises(PersonalNumberTyped) as refused:
        refuse_twelve_digits("見本", f"番号は{NOBODYS}")
    assert NOBODYS not in str(refused.value) + refused.value.text("ja") + refused.value.text("en")


@pytest.mark.parametrize(
    ("digits", "is_one"),
    # 123456789018 by hand: 1×6+2×5+3×4+4×3+5×2+6×7+7×6+8×5+9×4+0×3+1×2 = 212, 212 mod 11 = 3, 11 − 3 = 8.
    [("123456789018", True), ("123456789012", False), ("000000000000", True), ("000000000001", False)],
)
def test_check_digit_of_a_personal_number(digits: str, is_one: bool) -> None:
    assert is_personal_number(digits) is is_one
