"""Organisations tell of good practice; the office publishes it, or sends it back with what is missing."""

from datetime import date

from onshi.access import Party
from onshi.db import Tx
from onshi.kernel import Moment, japan_day
from onshi.outreach import contributions as rules
from onshi.outreach import practices
from onshi.outreach.contributions import Contribution, Told
from onshi.outreach.errors import UnknownPractice
from onshi.outreach.practices import Practice
from onshi.outreach.rules import checked_reason
from onshi.outreach.store import contributions as store


def practices_on(tx: Tx, on: date) -> tuple[Practice, ...]:
    """Everything known to everybody on a day: the practices that onshi comes with, then what organisations told."""
    told = (rules.in_force(versions) for versions in rules.by_id(store.every(tx)))
    known = (one.practice for one in told if one is not None and one.practice.known_from <= on)
    return (*practices.practices_on(on), *known)


def told_by(tx: Tx, owner: Party) -> list[list[Contribution]]:
    """What an organisation told: of each every version, the oldest first."""
    return rules.by_id(store.of_owner(tx, owner.id))


def all_told(tx: Tx) -> list[list[Contribution]]:
    """The same of all organisations, for the office."""
    return rules.by_id(store.every(tx))


def tell(tx: Tx, new_id: int, owner: Party, told: Told, *, at: Moment) -> Contribution:
    """A practice is sent to the office for the first time. What may be wrong with it: `contributions.practice_of`."""
    made = rules.first_version(new_id, owner, _practice(new_id, owner, told, at), at=at)
    store.put(tx, made)
    return made


def tell_again(tx: Tx, owner: Party, contribution_id: int, told: Told, *, reason: str, at: Moment) -> Contribution:
    """A new version, with its reason; what was published before stays so until this one is.

    UnknownPractice, PracticeWaiting, ReasonMissing, and what may be wrong with it.
    """
    last = _own(tx, owner, contribution_id)
    made = rules.next_version(last, _practice(last.id, owner, told, at), reason, at=at)
    store.put(tx, made)
    return made


def _practice(contribution_id: int, owner: Party, told: Told, at: Moment) -> Practice:
    return rules.practice_of(contribution_id, owner, told, on=japan_day(at))


def _own(tx: Tx, owner: Party, contribution_id: int) -> Contribution:
    found = store.last(tx, contribution_id)
    if found is None or found.owner != owner.id:
        raise UnknownPractice
    return found


def take_back(tx: Tx, owner: Party, contribution_id: int, *, at: Moment) -> Contribution:
    """Whoever told it takes it back. UnknownPractice, PracticeWithdrawn."""
    return _put(tx, rules.withdrawn(_own(tx, owner, contribution_id), at=at))


def publish(tx: Tx, contribution_id: int, *, at: Moment) -> Contribution:
    """The office opens it to everybody. UnknownPractice, PracticeNotWaiting."""
    return _put(tx, rules.published(_any(tx, contribution_id), at=at))


def send_back(tx: Tx, contribution_id: int, comment: str, *, at: Moment) -> Contribution:
    """The office sends it back with what is missing. UnknownPractice, PracticeNotWaiting, ReasonMissing."""
    return _put(tx, rules.returned(_any(tx, contribution_id), comment, at=at))


def take_down(tx: Tx, contribution_id: int, comment: str, *, at: Moment) -> Contribution:
    """The office takes it out of sight and says why. UnknownPractice, PracticeWithdrawn, ReasonMissing."""
    return _put(tx, rules.withdrawn(_any(tx, contribution_id), at=at, comment=checked_reason(comment)))


def _any(tx: Tx, contribution_id: int) -> Contribution:
    found = store.last(tx, contribution_id)
    if found is None:
        raise UnknownPractice
    return found


def _put(tx: Tx, one: Contribution) -> Contribution:
    store.put(tx, one)
    return one
