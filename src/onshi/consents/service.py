"""Consents: given, withdrawn, listed, followed; and what is said under them."""

from collections.abc import Sequence

from msgspec.structs import replace

from onshi import audit, registry
from onshi.consents import rules, store
from onshi.consents.model import (
    Care,
    Consent,
    Disclosed,
    Given,
    Giving,
    RecordsAsked,
    Span,
    Withdrawal,
    WithdrawnState,
)
from onshi.db import Tx
from onshi.kernel import Moment, PersonId

LIMIT = 500


def give(tx: Tx, givings: Sequence[Giving], *, at: Moment) -> list[tuple[Consent, ...]]:
    """The consents of each giving, kept from now on. Whoever calls has made sure that the person is there, and writes
    `entry_of` each into the log. What was given before is not touched."""
    made = [rules.consents_of(one, at=at) for one in givings]
    store.add(tx, [consent for consents in made for consent in consents], at=at)
    return made


def withdraw(tx: Tx, party: str, given: Withdrawal, *, at: Moment, batch: int) -> WithdrawnState:
    """The party sees nothing of these kinds any more, until it is let again; in the log, whatever came of it.

    `batch` is a fresh random 63-bit number; `tx` is alone.
    """
    (people,) = registry.carriers_of(tx, [given.asked])
    person = people[0].id if len(people) == 1 else None
    ended = [] if person is None else store.in_force(tx, party, person, given.kinds, at)
    _replace(tx, ended, [rules.withdrawn(one, at=at) for one in ended], at=at)
    state = rules.state_of_withdrawal(people, ended)
    audit.append(tx, batch, [rules.withdrawal_entry(party, given, state, person)], at=at)
    return state


def disclose(tx: Tx, party: str, given: RecordsAsked, *, at: Moment, batch: int) -> Disclosed:
    """What the party may be told of somebody's records, written into the log of `tx`: the guarded way out.

    No record is kept here yet, so a consent in force is answered with the person and nothing else. May leave only
    after `tx` has committed. `batch` is a fresh random 63-bit number.
    """
    (people,) = registry.carriers_of(tx, [given.asked])
    person = people[0].id if len(people) == 1 else None
    consent = None if person is None else store.last(tx, party, person, given.care, given.kind)
    told = rules.disclosed(people, consent, at=at)
    audit.append(tx, batch, [rules.disclosure_entry(party, given, told, person)], at=at)
    return told


def given_in(
    tx: Tx, party: str, care: Care, span: Span, *, after: tuple[Moment, str] | None = None, limit: int = LIMIT
) -> tuple[list[Given], bool]:
    """Everybody who gave the party a consent for that form of care in the span, each once and in the order given, from
    behind the place `after`; and whether there are more. Consents that are over are among them."""
    found = store.givers(tx, party, care, span, after=after, limit=limit + 1)
    page = found[:limit]
    theirs: dict[PersonId, list[Consent]] = {one.person: [] for one in page}
    for consent in store.latest_of(tx, party, care, theirs.keys()):
        theirs[consent.person].append(consent)
    return [replace(one, consents=rules.newest(theirs[one.person])) for one in page], len(found) > limit


def follow(tx: Tx, person: PersonId, to: PersonId, *, at: Moment) -> None:
    """The one turned out to be the other: what the one let be seen, the other has."""
    kept = store.of_person(tx, person)
    moment = max([at, *(Moment(known_from + 1) for _, known_from in kept)])
    old = [one for one, _ in kept]
    _replace(tx, old, [replace(one, person=to) for one in old], at=moment)


def _replace(tx: Tx, old: Sequence[Consent], new: Sequence[Consent], *, at: Moment) -> None:
    store.end(tx, old, at=at)
    store.add(tx, new, at=at)
