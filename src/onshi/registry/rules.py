"""Pure decisions of the registry: keys, and what two coverages of one person mean together."""

from datetime import date
from hashlib import blake2b

from onshi import law
from onshi.kernel import InsurerNumber, Period, fold_number
from onshi.registry.model import Coverage, Found, NumberKey, Person, PrintedNumber

KEY_SEPARATOR = "|"
MEDICAL_AID = "medical_aid"
_OWN_BITS = 51


def number_key(insurer: InsurerNumber, symbol: str | None, number: str, birth_on: date) -> NumberKey:
    """The key under which a coverage is found by what is printed on the card.

    Width, dashes, blanks, case and leading zeros do not count (`kernel.fold_number`). The birth date is part
    of the key, so that a household that shares one number is not read whole; the 枝番 is not, because
    readers of old cards cannot send it.
    """
    symbol_part = fold_number(symbol) if symbol else ""
    return NumberKey(KEY_SEPARATOR.join((insurer, symbol_part, fold_number(number), birth_on.isoformat())))


def number_stem(insurer: InsurerNumber, symbol: str | None, number: str) -> str:
    """How every `number_key` of this number begins, whatever the birth date."""
    return KEY_SEPARATOR.join((insurer, _folded(symbol), _folded(number), ""))


def carriers(asked: PrintedNumber, found: Found) -> tuple[Person, ...]:
    """Those of the people found whom the number names today, as far as it says.

    A coverage whose link is in doubt names nobody: it may be somebody else's. Somebody 自己情報提供不可 is not among
    them, so that whoever asks cannot tell them from nobody.
    """
    return tuple(
        one.person
        for one in found.sightings
        if asked.birth_on in (None, one.person.birth_on)
        and not any(coverage.refused for coverage in one.coverages)
        and any(coverage.id in one.matched and _carries(coverage, asked) for coverage in one.coverages)
    )


def _carries(coverage: Coverage, asked: PrintedNumber) -> bool:
    # Keys are never taken back and a stem can be that of another number, so the number itself is compared again.
    printed = (coverage.insurer, _folded(coverage.symbol), _folded(coverage.number))
    is_same = printed == (asked.insurer, _folded(asked.symbol), _folded(asked.number))
    branch, other = _folded(asked.branch), _folded(coverage.branch)
    return is_same and not coverage.suspended and (not branch or other in ("", branch))


def _folded(text: str | None) -> str:
    return fold_number(text) if text else ""


def place_key(municipality: str | None, folded_name: str, folded_address: str | None) -> int | None:
    """Who is called so at this address, as 63 bits; None where there is no address to speak of.

    Somebody of the same name elsewhere in the city is nobody to ask about, and in a city there are many.
    """
    if municipality is None or not folded_address:
        return None
    text = KEY_SEPARATOR.join((municipality, folded_name, folded_address))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 1


def is_lawful_pair(kind: str, period: Period, other_kind: str, other: Period) -> bool:
    """Whether the law lets two coverages of one person share the days they share; the same seen from either side.

    Medical aid pays what an insurance leaves, so the two stand side by side; otherwise law/loss.toml decides.
    """
    if (kind == MEDICAL_AID) != (other_kind == MEDICAL_AID):
        return True
    # Where both begin on one day, either may be the one that ends the day after.
    is_lawful = period.start <= other.start and law.is_lawful_overlap(kind, period, other_kind, other)
    return is_lawful or (other.start <= period.start and law.is_lawful_overlap(other_kind, other, kind, period))


def side_by_side(numbers: list[int]) -> list[int]:
    """Random 63-bit numbers with the leading 12 bits of the first.

    Rows keyed by them lie in one short stretch of their table, so a part of a load touches few of its pages; the other
    bits keep any two apart.
    """
    lead = numbers[0] >> _OWN_BITS << _OWN_BITS if numbers else 0
    own = (1 << _OWN_BITS) - 1
    return [lead | number & own for number in numbers]
