"""Until when a card and its certificates are valid, and what depends on the holder's age."""

from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Literal

from onshi.kernel import ONE_DAY, Dated, Entry
from onshi.law.ages import birthday
from onshi.law.card_days import Feb29, OnBirthday, month_end, nth_birthday, same_day
from onshi.law.reasons import read_table

Rule = dict[str, Any]


class Residence(StrEnum):
    """What a holder's stay in the country rests on; only a limited one ends a card early."""

    JAPANESE = "japanese"
    PERMANENT = "permanent"
    HIGHLY_SKILLED_2 = "highly_skilled_2"
    SPECIAL_PERMANENT = "special_permanent"
    LIMITED = "limited"


class Medium(StrEnum):
    """Where the certificate is."""

    CARD = "card"
    PHONE = "phone"


@cache
def card_validity_rules() -> dict[str, Dated[Rule]]:
    """The table: name of the rule → its rows by day."""
    return {
        name: Dated(Entry(row["since"], row, row["source"]) for row in rows)
        for name, rows in read_table("card_validity.toml").items()
    }


def _rule(name: str, on: date) -> Rule:
    return card_validity_rules()[name].on(on)


def is_card_adult(born: date, applied_on: date) -> bool:
    """Whether the holder counts as of age for the card; the day the application is received decides."""
    age: int = _rule("adult", applied_on)["age"]
    return birthday(born, age) <= applied_on


def card_valid_to(
    *,
    born: date,
    applied_on: date,
    issued_on: date,
    residence: Residence,
    stay_until: date | None = None,
    early_renewal: bool = False,
    on_birthday: OnBirthday = "next",
    feb29: Feb29 = "feb28",
) -> date:
    """The last day of a card: the tenth birthday after issue, the fifth of a minor, or the end of a limited stay.

    `early_renewal` (applied for with less than three months left) counts one birthday more. Birthdays count after
    the day of issue (発行の日後), so one on that day does not; `on_birthday="same"` reads it otherwise. `feb29` says
    where somebody born on 29 February has a birthday in other years. ValueError when a limited stay has no end.
    """
    rule = _rule("card_of_adult" if is_card_adult(born, applied_on) else "card_of_minor", issued_on)
    count = rule["renewed" if early_renewal else "birthdays"]
    last = nth_birthday(born, count, after=issued_on, on_birthday=on_birthday, feb29=feb29)
    if residence not in _rule("stay", issued_on)["limited"]:
        return last
    if stay_until is None:
        raise ValueError("a limited stay needs the day it ends")
    return min(last, stay_until)


def certificate_valid_to(
    *,
    born: date,
    issued_on: date,
    card_to: date,
    early_renewal: bool = False,
    on_birthday: OnBirthday = "next",
    feb29: Feb29 = "feb28",
) -> date:
    """The last day of a certificate: the fifth birthday after issue, the sixth when renewed early, never past the card.

    The signature certificate ends with the authentication certificate when that ends first: pass that day as `card_to`.
    """
    rule = _rule("certificate", issued_on)
    count = rule["renewed" if early_renewal else "birthdays"]
    return min(card_to, nth_birthday(born, count, after=issued_on, on_birthday=on_birthday, feb29=feb29))


def renewal_from(valid_to: date, *, first_day: Literal["after", "same"] = "after") -> date:
    """The first day on which a card or certificate may be renewed: less than three months are left.

    `after` is the day after the corresponding day three months before; `same` is that day itself.
    """
    months: int = _rule("renewal", valid_to)["months"]
    corresponding = same_day(valid_to, -months)
    return corresponding + ONE_DAY if first_day == "after" else corresponding


def has_signature_certificate(born: date, on: date, *, is_ward: bool, is_face_card: bool) -> bool:
    """Whether a card issued on that day carries one by default: not under 15, not for a ward, not on a 顔認証 card."""
    if is_ward or birthday(born, _rule("signature_age", on)["age"]) > on:
        return False
    return not is_face_card or bool(_rule("face_card", on)["signature"])


def needs_guardian(born: date, on: date, *, is_ward: bool) -> bool:
    """Whether a legal guardian has to act with the holder on that day: under 15, or a ward."""
    age: int = _rule("guardian_age", on)["age"]
    return is_ward or on < birthday(born, age)


def grace_until(not_after: date, medium: Medium) -> date | None:
    """The last day on which an expired certificate still serves for eligibility, or None when there is no grace.

    The end of the third month after the month of expiry for a card. None for a phone, and before the table begins.
    """
    try:
        months: int = _rule(f"grace_of_{medium}", not_after)["months"]
    except LookupError:
        return None
    return month_end(not_after, months) if months else None


def needs_photo(born: date, on: date) -> bool:
    """Whether an application received on that day needs a photo."""
    age: int = _rule("photo", on)["from_age"]
    return birthday(born, age) <= on
