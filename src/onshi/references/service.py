"""An institution's patient numbers: registered, found again, followed when two people turn out to be one."""

from collections.abc import Sequence

from onshi import audit, registry
from onshi.db import Tx
from onshi.kernel import Moment, PersonId
from onshi.references import rules, store
from onshi.references.model import Registration, State

LIMIT = 500


def register(tx: Tx, party: str, registrations: Sequence[Registration], *, at: Moment, batch: int) -> list[State]:
    """The party's numbers are kept for whom the printed ones name; what came of each, in order, and a log entry each.

    Of two for one person, or of one number for two, the later counts. The same again changes nothing but the log.
    `batch` is a fresh random 63-bit number; `tx` is alone.
    """
    assert len(registrations) <= LIMIT, "the edge cuts what is longer"
    found = registry.carriers_of(tx, [one.asked for one in registrations])
    states = [rules.state_of(people) for people in found]
    meant = [people[0].id if len(people) == 1 else None for people in found]
    pairs = zip(meant, registrations, strict=True)
    _keep(tx, party, [(person, one.reference) for person, one in pairs if person is not None], at=at)
    entries = [
        rules.entry_of(party, one, state, person)
        for one, state, person in zip(registrations, states, meant, strict=True)
    ]
    audit.append(tx, batch, entries, at=at)
    return states


def _keep(tx: Tx, party: str, wanted: Sequence[tuple[PersonId, str]], *, at: Moment) -> None:
    if not wanted:
        return
    kept = store.kept(tx, party, wanted)
    ended, begun = rules.settled(kept, wanted)
    moment = rules.moment_after(kept, at)
    store.end(tx, party, ended, at=moment)
    store.begin(tx, party, begun, at=moment)


def numbers_of(tx: Tx, asked: Sequence[tuple[str, PersonId]]) -> dict[tuple[str, PersonId], str]:
    """The number that each party registered for each person, for those pairs that have one. One statement for all."""
    return store.numbers_of(tx, asked) if asked else {}


def all_of(tx: Tx, party: str) -> list[tuple[PersonId, str]]:
    """Every number the party has registered, as it stands, and whose it is: for a list of many of its checks."""
    return store.all_of(tx, party)


def follow(tx: Tx, person: PersonId, to: PersonId, *, at: Moment) -> None:
    """The one turned out to be the other: what any party had for the one it has for the other, unless it has a number
    for the other already."""
    kept = store.of_people(tx, [person, to])
    named = {one.party for one in kept if one.person == to}
    moment = rules.moment_after(kept, at)
    for one in kept:
        if one.person == person:
            store.end(tx, one.party, [person], at=moment)
            if one.party not in named:
                store.begin(tx, one.party, {to: one.number}, at=moment)
