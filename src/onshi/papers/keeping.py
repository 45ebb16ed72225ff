"""What becomes of papers: given back, lapsed with the coverage, due for renewal; and which there are."""

from collections.abc import Sequence
from datetime import date

from onshi import registry
from onshi.db import Tx
from onshi.kernel import ONE_DAY, InsurerNumber, Moment, PersonId, japan_day
from onshi.papers import rules, store
from onshi.papers.errors import UnknownPaper
from onshi.papers.model import Batch, Paper, PaperId, PaperKind


def papers_of(tx: Tx, person: PersonId) -> list[Paper]:
    """Every paper of the person, whichever insurer gave it, the oldest first."""
    return store.of_person(tx, person)


def paper_of(tx: Tx, insurer: InsurerNumber, person: PersonId, paper: PaperId) -> Paper:
    """The paper, if this insurer gave it to this person. UnknownPaper."""
    found = store.one(tx, person, paper)
    if found is None or found.insurer != insurer:
        raise UnknownPaper
    return found


def give_back(tx: Tx, insurer: InsurerNumber, person: PersonId, paper: PaperId, *, at: Moment) -> Paper:
    """The paper came back, lapsed before or not. Raises UnknownPaper, PaperOver."""
    changed = rules.returned(paper_of(tx, insurer, person, paper), on=japan_day(at))
    store.set_state(tx, changed)
    return changed


def lapse(tx: Tx, insurer: InsurerNumber, *, at: Moment) -> list[Paper]:
    """Papers whose coverage is not in force today any more lapse and are to be returned; those that lapsed now.

    By coverage: who is insured here again under another one gets another paper. Again changes nothing.
    """
    on = japan_day(at)
    insured = {one.coverage for one in registry.members.members_of(tx, insurer, on, on + ONE_DAY)}
    gone = [rules.lapsed(one, on=on) for one in store.standing(tx, insurer) if one.coverage not in insured]
    for one in gone:
        store.set_state(tx, one)
    return gone


def insurers_with_papers(tx: Tx) -> list[InsurerNumber]:
    """The insurers of which a paper stands, in order."""
    return store.insurers(tx)


def to_be_returned(tx: Tx, insurer: InsurerNumber) -> list[Paper]:
    """Papers that lapsed and have not come back."""
    return store.lapsed(tx, insurer)


def due_for_renewal(tx: Tx, insurer: InsurerNumber, month: date) -> list[Paper]:
    """Each 資格確認書 whose last day is in the month while its holder is insured here beyond it."""
    first = rules.month_of(month)
    after = rules.month_after(first)
    found = [one for one in store.ending(tx, insurer, first, after) if one.kind is PaperKind.QUALIFICATION]
    return _insured_beyond(tx, insurer, found)


def _insured_beyond(tx: Tx, insurer: InsurerNumber, found: Sequence[Paper]) -> list[Paper]:
    coverages = registry.members.coverages_with(tx, [one.person for one in found])
    theirs = {one.id: one for one in coverages if one.insurer == insurer}
    kept = []
    for paper in found:
        assert paper.valid_to is not None, "a confirmation document has a last day"
        coverage = theirs.get(paper.coverage)
        if coverage is not None and coverage.in_force(paper.valid_to + ONE_DAY):
            kept.append(paper)
    return kept


def batches_of(tx: Tx, insurer: InsurerNumber, *, limit: int = 50) -> list[Batch]:
    """The insurer's batches, the newest first."""
    return store.batches(tx, insurer, limit)
