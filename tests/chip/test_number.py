"""Twelve digits that cannot be anybody's."""

from hypothesis import given
from hypothesis import strategies as st

from onshi.chip import false_number
from onshi.chip.number import check_digit_of

# Left to right for eleven digits: 6 to 2, then 7 to 2, as the ordinance has them counted from the right.
WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def by_definition(eleven: str) -> int:
    remainder = sum(int(digit) * weight for digit, weight in zip(eleven, WEIGHTS, strict=True)) % 11
    return 0 if remainder in (0, 1) else 11 - remainder


@given(st.text("0123456789", min_size=11, max_size=11))
def test_the_check_digit_is_that_of_the_ordinance(eleven: str) -> None:
    assert check_digit_of(eleven) == by_definition(eleven)


def test_every_check_digit_occurs() -> None:
    assert {check_digit_of(f"{number:011d}") for number in range(200)} == set(range(10))


@given(st.integers(), st.integers(0))
def test_the_number_is_always_false(seed: int, holder: int) -> None:
    number = false_number(seed, holder)
    assert (len(number), number.isascii() and number.isdigit()) == (12, True)
    assert int(number[-1]) != by_definition(number[:-1])


def test_the_number_is_that_of_seed_and_holder() -> None:
    assert len({false_number(seed, holder) for seed in range(30) for holder in range(30)}) == 900
    assert false_number(1, 2) == false_number(1, 2)
    # 1 and 23 is not 12 and 3.
    assert false_number(1, 23) != false_number(12, 3)


def test_wrong_digits_are_all_used() -> None:
    """Otherwise the right digit could be told from the wrong one."""
    steps = {(int(n[-1]) - by_definition(n[:-1])) % 10 for n in (false_number(1, holder) for holder in range(300))}
    assert steps == set(range(1, 10))
