"""The numbers of the field, each a type of its own: parsed once at the edge, trusted inside.

They are `NewType`s and not classes because the check reads millions of them and a wrapper object
costs more than the check itself; the type checker keeps them apart all the same.
"""

from typing import NewType

from onshi.kernel.text import narrow

InsurerNumber = NewType("InsurerNumber", str)
"""保険者番号, 8 digits; 国保 (6 digits) with two zeros in front. 医療扶助: the 公費負担者番号."""

ProviderCode = NewType("ProviderCode", str)
"""医療機関コード, 10 digits: prefecture 2, 点数表 1 (1 medical, 3 dental, 4 pharmacy, 6 nursing), own 7."""

MunicipalityCode = NewType("MunicipalityCode", str)
"""全国地方公共団体コード, 6 digits with its check digit."""

PersonId = NewType("PersonId", int)
"""A random 63-bit integer, ours alone; people see it through `shown_person_id`."""

LinkCode = NewType("LinkCode", str)
"""Random text by which one insurer names one person in its feeds; differs at each insurer."""

_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK = _BASE32 + "*~$=U"  # 37 signs: the smallest prime over 32, so one wrong sign always shows
_PERSON_SIGNS = 13


def check_digit(digits: str) -> str:
    """The 検証番号 after `digits`: from the right times 2, 1, 2, …, digit sums, up to the next ten."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        product = int(char) * (2 - place % 2)
        total += product // 10 + product % 10
    return str(-total % 10)


def has_check_digit(number: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    return number.isascii() and number.isdigit() and len(number) > 1 and check_digit(number[:-1]) == number[-1]


def parse_insurer_number(text: str) -> InsurerNumber:
    """Reads 6 or 8 digits in any width, padded with blanks or zeros; ValueError for anything else.

    A wrong check digit is not refused here: real data break it, so callers warn.
    """
    digits = narrow(text)
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (6, 8):
        raise ValueError("an insurer number has 6 or 8 digits")
    return InsurerNumber(digits.zfill(8))


def printed_insurer_number(number: InsurerNumber) -> str:
    """As it stands on a card: 6 digits for 国保, otherwise 8."""
    return number[2:] if number.startswith("00") else number


def parse_provider_code(text: str) -> ProviderCode:
    """Reads 10 digits in any width; the check digit is not required (official samples break it)."""
    digits = narrow(text).replace("-", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) != 10:
        raise ValueError("a medical institution code has 10 digits")
    return ProviderCode(digits)


def municipality_check_digit(first_five: str) -> str:
    """全国地方公共団体コード: weights 6 to 2, the remainder by 11 taken from 11, last digit."""
    total = sum(int(char) * weight for char, weight in zip(first_five, (6, 5, 4, 3, 2), strict=True))
    return str((11 - total % 11) % 10)


def parse_municipality_code(text: str) -> MunicipalityCode:
    """Reads 5 digits (the check digit is added) or 6 (it must agree)."""
    digits = narrow(text)
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (5, 6):
        raise ValueError("a municipality code has 5 or 6 digits")
    if len(digits) == 6 and municipality_check_digit(digits[:5]) != digits[5]:
        raise ValueError("the check digit of the municipality code is wrong")
    return MunicipalityCode(digits[:5] + municipality_check_digit(digits[:5]))


def shown_person_id(person: PersonId) -> str:
    """Base32 in groups of four with a check sign, for screens and logs: `0123-4567-89AB-C-D`."""
    signs = "".join(_BASE32[(person >> (5 * place)) & 31] for place in reversed(range(_PERSON_SIGNS)))
    groups = "-".join(signs[at : at + 4] for at in range(0, _PERSON_SIGNS, 4))
    return f"{groups}-{_CHECK[person % 37]}"


def parse_person_id(text: str) -> PersonId:
    """Reads what `shown_person_id` writes; ValueError when the check sign disagrees."""
    signs = narrow(text).upper().replace("-", "")
    if len(signs) != _PERSON_SIGNS + 1 or any(sign not in _BASE32 for sign in signs[:-1]):
        raise ValueError("not a person id")
    value = 0
    for sign in signs[:-1]:
        value = value * 32 + _BASE32.index(sign)
    if value >> 63 or _CHECK[value % 37] != signs[-1]:
        raise ValueError("the check sign of the person id is wrong")
    return PersonId(value)
