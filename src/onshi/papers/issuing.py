"""Papers are issued: to everybody on a list, to one who asks, to all of the elderly scheme, in place of another."""

from collections.abc import Callable, Sequence
from datetime import date

from onshi import registry
from onshi.db import Tx
from onshi.kernel import ONE_DAY, InsurerNumber, Moment, PersonId, japan_day
from onshi.papers import rules, store
from onshi.papers.errors import NotAMember, PaperHeld
from onshi.papers.keeping import paper_of
from onshi.papers.listing import kind_of, newly_unable
from onshi.papers.model import BatchId, Handed, Paper, PaperId, PaperKind

Draw = Callable[[int], Sequence[int]]


def issue_ex_officio(
    tx: Tx,
    insurer: InsurerNumber,
    month: date,
    *,
    at: Moment,
    draw: Draw,
    handed: Handed = Handed.POST,
    wanted_to: date | None = None,
) -> list[Paper]:
    """A 資格確認書 for everybody on the month's list who is still owed one and insured today, in one batch.

    Nobody gets a second one of the same list, even if the first came back; nobody gets one who has a valid one. So
    again means those who came onto the list since, or nobody. `tx` is alone. Raises UnknownInsurer, EndsTooEarly.
    """
    on = japan_day(at)
    listed = newly_unable(tx, insurer, month)
    insured = _insured(tx, insurer, on)
    owed = [(one.person, one.coverage, one.ground) for one in listed if one.is_owed and one.coverage in insured]
    return _issued(tx, insurer, owed, month=rules.month_of(month), on=on, draw=draw, handed=handed, wanted_to=wanted_to)


def everybody_elderly(
    tx: Tx, insurer: InsurerNumber, *, at: Moment, draw: Draw, handed: Handed = Handed.POST
) -> list[Paper]:
    """A 資格確認書 for every member of the elderly scheme who has none that is valid, in one batch, while the law gives
    everybody one (to 2026-07-31).

    Raises UnknownInsurer, NotForEverybody.
    """
    on = japan_day(at)
    rules.check_everybody(insurer=insurer, kind=kind_of(tx, insurer), on=on)
    month = rules.month_of(on)
    valid, brought = store.valid(tx, insurer, on), store.brought_by_list(tx, insurer, month)
    members = registry.members.members_of(tx, insurer, on, on + ONE_DAY)
    owed = [
        (one.person, one.coverage, rules.EVERYBODY)
        for one in members
        if one.coverage not in valid and (one.person, rules.EVERYBODY) not in brought
    ]
    return _issued(tx, insurer, owed, month=month, on=on, draw=draw, handed=handed, wanted_to=None)


def _insured(tx: Tx, insurer: InsurerNumber, on: date) -> set[int]:
    """The coverages that are in force on the day."""
    return {one.coverage for one in registry.members.members_of(tx, insurer, on, on + ONE_DAY)}


def _issued(
    tx: Tx,
    insurer: InsurerNumber,
    owed: Sequence[tuple[PersonId, int, str]],
    *,
    month: date,
    on: date,
    draw: Draw,
    handed: Handed,
    wanted_to: date | None,
) -> list[Paper]:
    valid_to = rules.last_day(kind_of(tx, insurer), on, wanted_to)
    once = {person: (coverage, ground) for person, coverage, ground in reversed(owed)}
    if not once:
        return []
    batch, *ids = draw(len(once) + 1)
    kind = PaperKind.QUALIFICATION
    made = [
        Paper(PaperId(number), insurer, person, coverage, kind, ground, month, on, valid_to, handed, BatchId(batch))
        for number, (person, (coverage, ground)) in zip(ids, sorted(once.items()), strict=True)
    ]
    store.add(tx, made)
    return made


def issue_on_request(
    tx: Tx,
    insurer: InsurerNumber,
    person: PersonId,
    *,
    ground: str | None,
    paper_id: PaperId,
    at: Moment,
    kind: PaperKind = PaperKind.QUALIFICATION,
    handed: Handed = Handed.POST,
    wanted_to: date | None = None,
) -> Paper:
    """A paper for one member who asks: a 資格確認書 on one of `grounds`, or a 資格情報のお知らせ (no ground, no end).

    Raises UnknownInsurer, NotAMember, UnknownGround, PaperNotGiven, PaperHeld, EndsTooEarly. `tx` is alone.
    """
    on = japan_day(at)
    insurer_kind = kind_of(tx, insurer)
    coverage = _coverage(tx, insurer, person, on)
    rules.check_asked(kind, ground, insurer=insurer, kind=insurer_kind, on=on)
    is_notice = kind is PaperKind.NOTICE
    valid_to = None if is_notice else rules.last_day(insurer_kind, on, wanted_to)
    theirs = [one for one in store.of_person(tx, person) if one.insurer == insurer and one.kind is kind]
    if any(one.holds(on) and one.coverage == coverage for one in theirs):
        raise PaperHeld
    why, month = None if is_notice else ground, rules.month_of(on)
    new = Paper(paper_id, insurer, person, coverage, kind, why, month, on, valid_to, handed)
    store.add(tx, [new])
    return new


def _coverage(tx: Tx, insurer: InsurerNumber, person: PersonId, on: date) -> int:
    coverages = registry.coverages_of(tx, person)
    found = [one.id for one in coverages if one.insurer == insurer and one.in_force(on)]
    if not found:
        raise NotAMember(insurer=insurer, on=on)
    return found[-1]


def replace(
    tx: Tx,
    insurer: InsurerNumber,
    person: PersonId,
    paper: PaperId,
    *,
    new_id: PaperId,
    at: Moment,
    handed: Handed = Handed.POST,
) -> tuple[Paper, Paper]:
    """A paper that was lost or spoilt is replaced: the old one, and the new one, which ends when the old one would.

    Raises UnknownPaper, NotAMember, PaperOver.
    """
    found = paper_of(tx, insurer, person, paper)
    on = japan_day(at)
    coverage = _coverage(tx, insurer, person, on)
    old, new = rules.replaced(found, new_id, coverage=coverage, handed=handed, on=on)
    store.set_state(tx, old)
    store.add(tx, [new])
    return old, new
