"""Deciding: who is meant, and what is kept of a list of registrations. Pure."""

import hashlib
import re
from collections.abc import Iterable, Sequence

import msgspec

from onshi.audit import Action, Entry
from onshi.kernel import Moment, PersonId
from onshi.references.model import LENGTH_MAX, Kept, Registration, State
from onshi.registry import Person

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def is_reference_number(text: str) -> bool:
    """Whether the text can be a 照会番号: 1 to 50 characters, none of them a control character."""
    return 0 < len(text) <= LENGTH_MAX and not _CONTROL.search(text)


def state_of(people: Sequence[Person]) -> State:
    """What is said to a number that names these people."""
    if len(people) == 1:
        return State.REGISTERED
    return State.MORE_THAN_ONE if people else State.NOT_FOUND


def settled(kept: Iterable[Kept], wanted: Sequence[tuple[PersonId, str]]) -> tuple[set[PersonId], dict[PersonId, str]]:
    """Whose number ends, and who has which from now on, when `wanted` comes in its order upon what is kept.

    One number names one person, and a person has one: the later registration takes it, from whomever. Who ends up
    with what they had is in neither.
    """
    before = {one.person: one.number for one in kept}
    numbers = dict(before)
    holders = {number: person for person, number in before.items()}
    for person, number in wanted:
        holder = holders.get(number)
        if holder is not None:
            del numbers[holder]
        if person in numbers:
            del holders[numbers[person]]
        numbers[person], holders[number] = number, person
    ended = {person for person, number in before.items() if numbers.get(person) != number}
    begun = {person: number for person, number in numbers.items() if before.get(person) != number}
    return ended, begun


def moment_after(kept: Iterable[Kept], at: Moment) -> Moment:
    """`at`, or the first moment after all that is kept: a version that ends has been known for a while."""
    return max([at, *(Moment(one.known_from + 1) for one in kept)])


def entry_of(party: str, one: Registration, state: State, person: PersonId | None) -> Entry:
    """The log entry of a registration; its leaf is the SHA-256 of a JSON list: party, reference number, 保険者番号,
    記号, 番号, 枝番, state. Only somebody who was registered is its subject."""
    asked = one.asked
    told = [party, one.reference, asked.insurer, asked.symbol, asked.number, asked.branch, state]
    leaf = hashlib.sha256(msgspec.json.encode(told)).digest()
    return Entry(party, Action.REFERENCE, state.value, leaf, person)
