"""Deciding: from what the registry found to one truthful answer. Pure."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from onshi import registry
from onshi.eligibility.model import Answer, AnswerKind, ByNumber, Notice, OtherCoverage, Query
from onshi.eligibility.shown import freshness_of, shown_coverage, shown_person
from onshi.eligibility.texts import validity
from onshi.kernel import InsurerNumber, Moment, fold_number, has_check_digit, japan_day
from onshi.registry import Coverage, Found, Insurer, Sighting

# After this long without any load a "no" would be a guess: the weekly snapshot has failed six times over.
STALE_AFTER = timedelta(days=45)

_VALIDITY = {kind: validity(kind) for kind in AnswerKind}
_AID = "medical_aid"
_SPECIAL_EXPENSE_CLASS = "05"

Book = Mapping[InsurerNumber, Insurer]


def decide(query: Query, found: Found, book: Book, *, at: Moment) -> Answer:
    """The answer to `query`, given what its key found and the insurers as known at `at`."""
    asked = query.asked
    if isinstance(asked, ByNumber):
        return _by_number(query, asked, found, book, at)
    return _by_card(query, found, book)


def _by_number(query: Query, asked: ByNumber, found: Found, book: Book, at: Moment) -> Answer:
    matches = [(sighting, carried) for sighting in found.sightings if (carried := _carried(sighting, asked))]
    if not matches:
        kind = AnswerKind.UNDER_REVIEW if found.held else AnswerKind.NOT_REGISTERED
        return _negative(kind, query, asked.insurer, book, at)
    if len(matches) > 1:
        return _bare(AnswerKind.MORE_THAN_ONE, query)
    sighting, carried = matches[0]
    if any(coverage.suspended for coverage in carried):
        return _negative(AnswerKind.UNDER_REVIEW, query, asked.insurer, book, at)
    for coverage in carried:
        if coverage.in_force(query.on):
            return _in_force(query, sighting, coverage, book, _number_notices(query, asked, sighting, coverage, book))
    return _not_in_force(query, asked, sighting, carried, book, at)


def _not_in_force(
    query: Query, asked: ByNumber, sighting: Sighting, carried: list[Coverage], book: Book, at: Moment
) -> Answer:
    over = [c for c in carried if c.lost_on is not None and c.lost_on <= query.on]
    if not over:
        return _negative(AnswerKind.NOT_REGISTERED, query, asked.insurer, book, at, (Notice.STARTS_LATER,))
    last = max(over, key=lambda coverage: (coverage.lost_on, coverage.id))
    others = (c for c in sighting.coverages if c.id != last.id and not c.suspended and c.in_force(query.on))
    kind = AnswerKind.LOST_OTHER_IN_FORCE if any(others) else AnswerKind.LOST
    return _lost(kind, query, sighting, last, book)


def _by_card(query: Query, found: Found, book: Book) -> Answer:
    # A refused card (自己情報提供不可) answers as an unknown one, to the byte: to say anything else would
    # tell whoever holds the card that there is something to look for.
    if not found.sightings or any(coverage.refused for coverage in found.sightings[0].coverages):
        return _bare(AnswerKind.NOT_REGISTERED, query)
    sighting = found.sightings[0]
    current = [coverage for coverage in sighting.coverages if coverage.in_force(query.on)]
    if any(coverage.suspended for coverage in current):
        return _bare(AnswerKind.UNDER_REVIEW, query)
    if not current:
        over = [c for c in sighting.coverages if not c.suspended and c.lost_on is not None and c.lost_on <= query.on]
        if not over:
            return _bare(AnswerKind.NOT_REGISTERED, query)
        last = max(over, key=lambda coverage: (coverage.lost_on, coverage.id))
        return _lost(AnswerKind.LOST, query, sighting, last, book)
    if len(current) == 1:
        return _in_force(query, sighting, current[0], book, _card_notices(current[0]))
    return _several_in_force(query, sighting, current, book)


def _several_in_force(query: Query, sighting: Sighting, current: list[Coverage], book: Book) -> Answer:
    """By card the newer decides. Insurance comes before medical aid, which pays what insurance leaves."""
    insured = [c for c in current if book[c.insurer].kind != _AID] or current
    insured.sort(key=lambda c: (c.starts_on, c.details.card_issued_on or c.starts_on), reverse=True)
    newest, rest = insured[0], [c for c in current if c is not insured[0]]
    if len(insured) > 1 and _rank(insured[1]) == _rank(newest):
        return _bare(AnswerKind.MORE_THAN_ONE, query)
    notices = _card_notices(newest)
    if all(_is_lawful(older, newest, book) for older in rest):
        other = OtherCoverage(rest[0].insurer, book[rest[0].insurer].name, rest[0].starts_on)
        return _in_force(query, sighting, newest, book, notices, AnswerKind.LAWFUL_DOUBLE, other)
    return _in_force(query, sighting, newest, book, (*notices, Notice.OVERLAP_REPORTED))


def _rank(coverage: Coverage) -> tuple[object, object]:
    return coverage.starts_on, coverage.details.card_issued_on


def _is_lawful(one: Coverage, other: Coverage, book: Book) -> bool:
    kind, other_kind = book[one.insurer].kind, book[other.insurer].kind
    return registry.is_lawful_pair(kind, one.period, other_kind, other.period)


def _carried(sighting: Sighting, asked: ByNumber) -> list[Coverage]:
    """The coverages that carry the number asked for, and the branch where both sides have one."""
    # A birth date corrected since then leaves its old key behind; that key must not find the person any more.
    if sighting.person.birth_on != asked.birth_on:
        return []
    matched = [coverage for coverage in sighting.coverages if coverage.id in sighting.matched]
    if not asked.branch:
        return matched
    branch = fold_number(asked.branch)
    return [c for c in matched if not c.branch or fold_number(c.branch) == branch]


def _number_notices(
    query: Query, asked: ByNumber, sighting: Sighting, coverage: Coverage, book: Book
) -> tuple[Notice, ...]:
    notices = _card_notices(coverage)
    if coverage.branch and not asked.branch:
        notices = (*notices, Notice.BRANCH_NOT_ASKED)
    if len(sighting.coverages) > 1 and _overlaps_unlawfully(query, sighting.coverages, coverage, book):
        notices = (*notices, Notice.OVERLAP_REPORTED)
    return notices


def _overlaps_unlawfully(query: Query, coverages: Iterable[Coverage], one: Coverage, book: Book) -> bool:
    for other in coverages:
        if other is one or not other.in_force(query.on):
            continue
        if not _is_lawful(one, other, book):
            return True
    return False


def _card_notices(coverage: Coverage) -> tuple[Notice, ...]:
    return (Notice.SPECIAL_MEDICAL_EXPENSE,) if coverage.card_class == _SPECIAL_EXPENSE_CLASS else ()


def _in_force(
    query: Query,
    sighting: Sighting,
    coverage: Coverage,
    book: Book,
    notices: tuple[Notice, ...],
    kind: AnswerKind = AnswerKind.IN_FORCE,
    other: OtherCoverage | None = None,
) -> Answer:
    person = shown_person(sighting, by_number=isinstance(query.asked, ByNumber))
    shown = shown_coverage(query, coverage, book[coverage.insurer], sighting.person.birth_on)
    return Answer(kind, query.on, _VALIDITY[kind], person, shown, other, None, notices)


def _lost(kind: AnswerKind, query: Query, sighting: Sighting, coverage: Coverage, book: Book) -> Answer:
    person = shown_person(sighting, by_number=isinstance(query.asked, ByNumber))
    insurer = book[coverage.insurer]
    shown = shown_coverage(query, coverage, insurer, sighting.person.birth_on)
    fresh = freshness_of(insurer)
    return Answer(kind, query.on, _VALIDITY[kind], person, shown, None, fresh, _card_notices(coverage))


def _negative(
    kind: AnswerKind,
    query: Query,
    number: InsurerNumber,
    book: Book,
    at: Moment,
    notices: tuple[Notice, ...] = (),
) -> Answer:
    """An answer without a coverage, saying how fresh that insurer's data are."""
    insurer = book.get(number)
    if insurer is None:
        wrong = () if has_check_digit(number.removeprefix("00")) else (Notice.WRONG_CHECK_DIGIT,)
        return Answer(kind, query.on, _VALIDITY[kind], notices=(*notices, Notice.UNKNOWN_INSURER, *wrong))
    if insurer.closed_on is not None and insurer.closed_on <= query.on:
        kind, notices = AnswerKind.CANNOT_TELL, (*notices, Notice.INSURER_CLOSED)
    elif kind is AnswerKind.NOT_REGISTERED and insurer.first_loaded_at is None:
        kind = AnswerKind.NOT_YET_LOADED
    elif kind is AnswerKind.NOT_REGISTERED and _is_stale(insurer, at):
        kind, notices = AnswerKind.CANNOT_TELL, (*notices, Notice.STALE)
    return Answer(kind, query.on, _VALIDITY[kind], freshness=freshness_of(insurer), notices=notices)


def _is_stale(insurer: Insurer, at: Moment) -> bool:
    last = insurer.last_loaded_at
    return last is not None and japan_day(at) - japan_day(last) > STALE_AFTER


def _bare(kind: AnswerKind, query: Query) -> Answer:
    return Answer(kind, query.on, _VALIDITY[kind])
