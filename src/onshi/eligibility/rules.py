"""Deciding: from what the registry found to one truthful answer. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from msgspec.structs import replace

from onshi import registry
from onshi.eligibility.model import Answer, AnswerKind, ByNumber, Notice, OtherCoverage, Query
from onshi.eligibility.shown import freshness_of, shown_coverage, shown_person
from onshi.eligibility.texts import validity
from onshi.kernel import InsurerNumber, Moment, PersonId, fold_number, has_check_digit, japan_day
from onshi.registry import Coverage, Found, Insurer, Sighting

# After this long without any load a "no" would be a guess: the weekly snapshot has failed six times over.
STALE_AFTER = timedelta(days=45)

_VALIDITY = {kind: validity(kind) for kind in AnswerKind}
_AID = "medical_aid"
_SPECIAL_EXPENSE_CLASS = "05"

Book = Mapping[InsurerNumber, Insurer]


def decide(query: Query, found: Found, book: Book, *, at: Moment) -> Answer:
    """The answer to `query`, given what its key found and the insurers, both as known at `at`."""
    asked = query.asked
    if isinstance(asked, ByNumber):
        return _by_number(query, asked, found, book, at)
    return _by_card(query, found, book)


def subject_of(query: Query, found: Found) -> PersonId | None:
    """Whose data the answer is made from, for the log: the one person found, or the one the branch tells apart."""
    sightings, asked = found.sightings, query.asked
    if len(sightings) > 1 and isinstance(asked, ByNumber):
        sightings = tuple(sighting for sighting in sightings if _carried(sighting, asked))
    return sightings[0].person.id if len(sightings) == 1 else None


def under_flags(sighting: Sighting, today: Iterable[Coverage]) -> Sighting:
    """The sighting with every protection flag that these coverages carry."""
    flags = [(coverage.undisclosed, coverage.refused) for coverage in today]
    undisclosed, refused = any(one for one, _ in flags), any(one for _, one in flags)
    if not (undisclosed or refused):
        return sighting
    coverages = tuple(
        replace(one, undisclosed=one.undisclosed or undisclosed, refused=one.refused or refused)
        for one in sighting.coverages
    )
    return Sighting(sighting.person, coverages, sighting.matched)


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
    current = [coverage for coverage in carried if coverage.in_force(query.on)]
    if current:
        coverage = current[0] if len(current) == 1 else max(current, key=_newness)
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
        # Not even the insurer's freshness: the link in doubt may lead to somebody else's insurer.
        return _bare(AnswerKind.UNDER_REVIEW, query)
    if not current:
        over = [c for c in sighting.coverages if not c.suspended and c.lost_on is not None and c.lost_on <= query.on]
        if not over:
            doubtful = any(c.suspended and c.starts_on <= query.on for c in sighting.coverages)
            return _bare(AnswerKind.UNDER_REVIEW if doubtful else AnswerKind.NOT_REGISTERED, query)
        last = max(over, key=lambda coverage: (coverage.lost_on, coverage.id))
        return _lost(AnswerKind.LOST, query, sighting, last, book)
    if len(current) == 1:
        return _in_force(query, sighting, current[0], book, _card_notices(current[0]))
    return _several_in_force(query, sighting, current, book)


def _several_in_force(query: Query, sighting: Sighting, current: list[Coverage], book: Book) -> Answer:
    """By card the newer decides. Insurance comes before medical aid, which pays what insurance leaves."""
    insured = [c for c in current if book[c.insurer].kind != _AID] or current
    insured.sort(key=_newness, reverse=True)
    newest = insured[0]
    if len(insured) > 1 and _newness(insured[1])[:2] == _newness(newest)[:2]:
        return _bare(AnswerKind.MORE_THAN_ONE, query)
    notices = _card_notices(newest)
    aid = sorted((c for c in current if c not in insured), key=_newness, reverse=True)
    # A second one of the same insurer is that insurer's affair, and no news for a desk.
    rest = [coverage for coverage in (*insured[1:], *aid) if coverage.insurer != newest.insurer]
    if not rest:
        return _in_force(query, sighting, newest, book, notices)
    if all(_is_lawful(older, newest, book) for older in rest):
        other = OtherCoverage(rest[0].insurer, book[rest[0].insurer].name, rest[0].starts_on)
        return _in_force(query, sighting, newest, book, notices, AnswerKind.LAWFUL_DOUBLE, other)
    return _in_force(query, sighting, newest, book, (*notices, Notice.OVERLAP_REPORTED))


def _newness(coverage: Coverage) -> tuple[date, date, int]:
    # The id only keeps the order the same on every engine; it decides nothing where the days are equal.
    return coverage.starts_on, coverage.details.card_issued_on or coverage.starts_on, coverage.id


def _is_lawful(one: Coverage, other: Coverage, book: Book) -> bool:
    kind, other_kind = book[one.insurer].kind, book[other.insurer].kind
    return registry.is_lawful_pair(kind, one.period, other_kind, other.period)


def _carried(sighting: Sighting, asked: ByNumber) -> list[Coverage]:
    """The coverages that carry the number asked for, and the branch where both sides have one."""
    # A birth date corrected since then leaves its old key behind; that key must not find the person any more.
    if sighting.person.birth_on != asked.birth_on:
        return []
    matched = [coverage for coverage in sighting.coverages if coverage.id in sighting.matched]
    branch = _branch(asked.branch)
    if not branch:
        return matched
    return [c for c in matched if _branch(c.branch) in ("", branch)]


@lru_cache(maxsize=4096)  # asked for every check, and nearly always one of a hundred texts
def _branch(text: str | None) -> str:
    """Folded; empty when there is none, which some software sends as blanks."""
    return fold_number(text) if text else ""


def _number_notices(
    query: Query, asked: ByNumber, sighting: Sighting, coverage: Coverage, book: Book
) -> tuple[Notice, ...]:
    notices = _card_notices(coverage)
    if _branch(coverage.branch) and not _branch(asked.branch):
        notices = (*notices, Notice.BRANCH_NOT_ASKED)
    if len(sighting.coverages) > 1 and _overlaps_unlawfully(query, sighting.coverages, coverage, book):
        notices = (*notices, Notice.OVERLAP_REPORTED)
    return notices


def _overlaps_unlawfully(query: Query, coverages: Iterable[Coverage], one: Coverage, book: Book) -> bool:
    for other in coverages:
        if other.insurer == one.insurer or not other.in_force(query.on):
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
    if kind is AnswerKind.NOT_REGISTERED:
        kind, notices = _doubted(query, insurer, at, notices)
    return Answer(kind, query.on, _VALIDITY[kind], freshness=freshness_of(insurer), notices=notices)


def _doubted(
    query: Query, insurer: Insurer, at: Moment, notices: tuple[Notice, ...]
) -> tuple[AnswerKind, tuple[Notice, ...]]:
    """A "not registered" that says only what this insurer's data can bear."""
    if insurer.closed_on is not None and insurer.closed_on <= query.on:
        return AnswerKind.CANNOT_TELL, (*notices, Notice.INSURER_CLOSED)
    if insurer.first_loaded_at is None:
        return AnswerKind.NOT_YET_LOADED, notices
    if _is_stale(insurer, at):
        return AnswerKind.CANNOT_TELL, (*notices, Notice.STALE)
    return AnswerKind.NOT_REGISTERED, notices


def _is_stale(insurer: Insurer, at: Moment) -> bool:
    last = insurer.last_loaded_at
    return last is not None and japan_day(at) - japan_day(last) > STALE_AFTER


def _bare(kind: AnswerKind, query: Query) -> Answer:
    return Answer(kind, query.on, _VALIDITY[kind])
