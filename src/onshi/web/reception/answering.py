"""The answer to a check as a desk shows it: what the template needs, after who asked is in the log."""

from dataclasses import dataclass
from typing import Any

import msgspec

from onshi import audit, eligibility, registry
from onshi.access import Party
from onshi.audit import Action
from onshi.db import Tx
from onshi.eligibility import AnswerKind, Checked, Query
from onshi.kernel import Moment, PersonId
from onshi.web.acts import act
from onshi.web.reception.changes import Change, snapshot_of_answer
from onshi.web.reception.today import SHOWED_COVERAGE, changes_since, last_visit
from onshi.web.visit import Visit

# What the eye takes in first. "Not registered" is not "not insured", so it never looks like a loss.
TONES: dict[AnswerKind, str] = {
    AnswerKind.IN_FORCE: "good",
    AnswerKind.LAWFUL_DOUBLE: "good",
    AnswerKind.LOST: "bad",
    AnswerKind.LOST_OTHER_IN_FORCE: "bad",
    AnswerKind.NOT_REGISTERED: "care",
    AnswerKind.MORE_THAN_ONE: "care",
    AnswerKind.NOT_YET_LOADED: "open",
    AnswerKind.UNDER_REVIEW: "open",
    AnswerKind.CANNOT_TELL: "open",
}


@dataclass(frozen=True, slots=True)
class Since:
    """The last visit of this person here, and what has changed since."""

    at: Moment
    changes: tuple[Change, ...]


def told(visit: Visit, party: Party, query: Query, checked: Checked) -> dict[str, Any]:
    """What `reception/answer_part.html` shows of a check; writes into the log who of the staff asked."""
    since = visit.app.run(lambda tx: _note(tx, visit, party, checked))
    return {
        "party": party,
        "query": query,
        "is_number": isinstance(query.asked, eligibility.ByNumber),
        "answer": checked.answer,
        "check_id": checked.check_id,
        "at": checked.proof.at,
        "tone": TONES[checked.answer.kind],
        "advice": eligibility.advice_for(checked.answer, "reception")[visit.language],
        "meaning": eligibility.meaning(checked.answer.kind, visit.language),
        "since": since,
        "document": document_of(checked).decode(),
    }


def document_of(checked: Checked) -> bytes:
    """Answer and proof as `eligibility.verify` and every other verifier takes them."""
    return b'{"answer":' + checked.answer_json + b',"proof":' + msgspec.json.encode(checked.proof) + b"}"


def _note(tx: Tx, visit: Visit, party: Party, checked: Checked) -> Since | None:
    """Logs who at the desk asked, beside the entry of the institution, and finds the last visit."""
    kind = checked.answer.kind
    visit.log(tx, act(visit.actor, Action.CHECK, kind.value, thing=checked.check_id))
    recorded = audit.entry(tx, *audit.parse_check_id(checked.check_id))
    coverage = checked.answer.coverage
    if kind not in SHOWED_COVERAGE or coverage is None or recorded is None or recorded.entry.subject is None:
        return None
    person = registry.person_of(tx, PersonId(recorded.entry.subject))
    earlier = last_visit(tx, party, person.id, visit.app.today())
    if earlier is None:
        return None
    return Since(earlier.at, changes_since(tx, earlier, person, snapshot_of_answer(coverage)))
