"""The list of today's checks at one institution, read out of the audit log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from onshi import audit, registry
from onshi.access import Party
from onshi.audit import Action, Recorded
from onshi.db import Tx
from onshi.eligibility import AnswerKind
from onshi.kernel import Moment, PersonId, day_start, japan_day
from onshi.registry import Person
from onshi.web.reception.changes import Change, Snapshot, changes, snapshot_on

# Only these answers showed a person. Another entry may well hold somebody's id (a card whose holder refused),
# and a name beside it would say what the answer did not.
SHOWED_PERSON = frozenset(
    {AnswerKind.IN_FORCE, AnswerKind.LAWFUL_DOUBLE, AnswerKind.LOST, AnswerKind.LOST_OTHER_IN_FORCE}
)
SHOWED_COVERAGE = frozenset({AnswerKind.IN_FORCE, AnswerKind.LAWFUL_DOUBLE})
ROWS = 50
_EARLIER_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One check of today. `changed` names what differs since the person's last visit; `is_first`: there was none."""

    at: Moment
    check_id: str
    kind: AnswerKind
    person: Person | None
    changed: tuple[str, ...]
    last_visit: Moment | None


def lines_of(tx: Tx, party: Party, day: date) -> list[Line]:
    """The latest checks of a day at this institution and nobody else's, the newest first."""
    found = audit.entries_of(tx, actor=party.id, action=Action.CHECK, since=day_start(day), limit=ROWS)
    return [_line(tx, party, recorded) for recorded in found]


def last_visit(tx: Tx, party: Party, person: PersonId, before: date) -> Recorded | None:
    """The last check of a person on an earlier day, at this institution, that showed a coverage."""
    earlier = audit.entries_of(
        tx,
        subject=person,
        actor=party.id,
        action=Action.CHECK,
        until=day_start(before),
        limit=_EARLIER_LOOKED_AT,
    )
    return next((one for one in earlier if one.entry.outcome in SHOWED_COVERAGE), None)


def changes_since(tx: Tx, visit: Recorded, person: Person, after: Snapshot) -> tuple[Change, ...]:
    """What differs between what was known at an earlier visit and `after`."""
    before = _known(tx, person, on=japan_day(visit.at), known_at=visit.at, like=after.insurer)
    return changes(before, after) if before else ()


def _line(tx: Tx, party: Party, recorded: Recorded) -> Line:
    entry = recorded.entry
    check_id = audit.shown_check_id(recorded.batch, recorded.seq)
    kind = AnswerKind(entry.outcome or AnswerKind.CANNOT_TELL)
    if kind not in SHOWED_PERSON or entry.subject is None:
        return Line(recorded.at, check_id, kind, None, (), None)
    person = registry.person_of(tx, PersonId(entry.subject))
    on = japan_day(recorded.at)
    earlier = last_visit(tx, party, person.id, on)
    if earlier is None:
        return Line(recorded.at, check_id, kind, person, (), None)
    changed: Iterable[str] = ("lost",)
    if kind in SHOWED_COVERAGE:
        now = _known(tx, person, on=on, known_at=recorded.at)
        changed = (change.field for change in changes_since(tx, earlier, person, now)) if now else ()
    return Line(recorded.at, check_id, kind, person, tuple(changed), earlier.at)


def _known(tx: Tx, person: Person, *, on: date, known_at: Moment, like: str | None = None) -> Snapshot | None:
    coverages = registry.coverages_of(tx, person.id, known_at=known_at)
    book = registry.insurer_book(tx)
    return snapshot_on(coverages, book, person.birth_on, on, like=like)
