"""Mailing of pre-filled application forms: who is chosen, which households that makes, and what fits into one run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NewType

from onshi.cards.counts import SMALL
from onshi.cards.errors import ChoiceUnreadable
from onshi.cards.model import Form, Holder, HolderId
from onshi.kernel import MunicipalityCode, fold_name, narrow, parse_day

RUN_MOST = 500
"""People in one run: what one PDF, and one printer's tray, is good for."""

_POST_DIGITS, _AGE_MOST = 7, 130

MailingId = NewType("MailingId", int)
"""A random 63-bit integer: one printing run."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a town wants to write to, of those without a card: by the beginning of the post number, by age (both ends
    included), and only who was in none of its runs since a day. None and the empty text mean everybody."""

    post_number: str = ""
    age_from: int | None = None
    age_to: int | None = None
    not_mailed_since: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody without a card, as far as a household is found by it."""

    holder: HolderId
    post_number: str
    address: str
    birth_on: date


@dataclass(frozen=True, slots=True)
class Household:
    """People without a card at one address, the oldest first. Others may live there too."""

    post_number: str
    people: tuple[HolderId, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """All that a choice means, as counts, and the households that come into the next run."""

    households: int
    people: int
    first: tuple[Household, ...]

    @property
    def first_people(self) -> int:
        """People in the next run."""
        return sum(len(one.people) for one in self.first)


@dataclass(frozen=True, slots=True)
class Mailing:
    """One printing run. It is the town's own; `made_on` counts as the day of the mailing, `printed_on` is the first
    day on which it was printed."""

    id: MailingId
    municipality: MunicipalityCode
    made_on: date
    choice: Choice
    households: int
    people: int
    printed_on: date | None = None


@dataclass(frozen=True, slots=True)
class MailingCount:
    """What others see of a run: counts, None where there are fewer than ten."""

    municipality: MunicipalityCode
    made_on: date
    households: int | None
    people: int | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes into one envelope: a form for each of a household."""

    forms: tuple[tuple[Form, Holder], ...]


def read_choice(given: dict[str, str]) -> Choice:
    """A choice as it was typed; `ChoiceUnreadable` names the field that is wrong."""
    choice = Choice(
        _post_beginning(given.get("post_number", "")),
        _age("age_from", given.get("age_from", "")),
        _age("age_to", given.get("age_to", "")),
        _day(given.get("not_mailed_since", "")),
    )
    if choice.age_from is not None and choice.age_to is not None and choice.age_to < choice.age_from:
        raise ChoiceUnreadable(field="age_to")
    return choice


def _post_beginning(text: str) -> str:
    digits = narrow(text).removeprefix("〒").replace("-", "")
    if digits and not (digits.isascii() and digits.isdigit() and len(digits) <= _POST_DIGITS):
        raise ChoiceUnreadable(field="post_number")
    return digits


def _age(name: str, text: str) -> int | None:
    digits = narrow(text)
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(_AGE_MOST)) and int(digits) <= _AGE_MOST):
        raise ChoiceUnreadable(field=name)
    return int(digits)


def _day(text: str) -> date | None:
    try:
        return parse_day(text) if text.strip() else None
    except ValueError:
        raise ChoiceUnreadable(field="not_mailed_since") from None


def born_by(on: date, age: int) -> date:
    """The latest birth date of somebody who is `age` on a day."""
    try:
        return on.replace(year=on.year - age)
    except ValueError:
        # 29 February: whoever was born on 1 March has the birthday still to come.
        return date(on.year - age, 2, 28)


def households(found: Iterable[Candidate]) -> list[Household]:
    """Everybody with those who live at the same address, by post number; width and blanks of an address do not count.

    An address says nothing of who belongs together: a care home is one household here, and gets one thick envelope.
    """
    together: dict[tuple[str, str], list[Candidate]] = {}
    for one in found:
        together.setdefault((one.post_number, fold_name(one.address)), []).append(one)
    return [
        Household(
            post_number,
            tuple(one.holder for one in sorted(people, key=lambda who: (who.birth_on, who.holder))),
        )
        for (post_number, _), people in sorted(together.items())
    ]


def fitting(all_of_them: Sequence[Household], most: int = RUN_MOST) -> tuple[Household, ...]:
    """The first households that make at most `most` people, none of them torn apart.

    One that is larger than a whole run comes alone, and only its first people; the others are the next run's.
    """
    taken: list[Household] = []
    left = most
    for one in all_of_them:
        if len(one.people) > left:
            break
        taken.append(one)
        left -= len(one.people)
    if not taken and all_of_them:
        large = all_of_them[0]
        return (Household(large.post_number, large.people[:most]),)
    return tuple(taken)


def told(one: Mailing) -> MailingCount:
    """A run as others than the town see it."""
    return MailingCount(one.municipality, one.made_on, _told(one.households), _told(one.people))


def _told(count: int) -> int | None:
    return count if count >= SMALL else None
