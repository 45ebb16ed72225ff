"""Deciding what somebody is shown of their own coverage. Pure.

Nothing here decides a second time who is protected: where the check by card has nothing to tell of a person, nothing
is shown. So 自己情報提供不可 closes this door by the same line of `rules.py` that refuses the card.
"""

from datetime import date, timedelta

import msgspec
from msgspec.structs import replace

from onshi.eligibility.model import Answer, AnswerKind, ByCard, Query, ShownCoverage
from onshi.eligibility.rules import Book, decide
from onshi.eligibility.shown import shown_coverage
from onshi.kernel import Moment, japan_day
from onshi.registry import Coverage, Found, Sighting

_OPEN = {AnswerKind.IN_FORCE, AnswerKind.LAWFUL_DOUBLE, AnswerKind.LOST, AnswerKind.MORE_THAN_ONE}
# OQSCD008. Whoever is there with the card of somebody who died is somebody else.
_DIED = "01"
_ONE_DAY = timedelta(days=1)


class OwnAnswer(msgspec.Struct, frozen=True, gc=False):
    """What somebody is shown of themselves.

    `answer` is what a desk is told by this card today, without the address. `coverages` are those known, the newest
    first. `under_review`: some are left out, because it is in doubt whose they are. `shows_history`: who asked about
    the person may be shown too. Where the answer is not about a person, it stands alone.
    """

    answer: Answer
    coverages: tuple[ShownCoverage, ...] = ()
    under_review: bool = False
    shows_history: bool = False


def own_answer(asked: ByCard, found: Found, book: Book, *, at: Moment) -> OwnAnswer:
    """What the holder of the card may see at `at`, given what the card finds and the insurers, as known then."""
    query = Query(asked, japan_day(at), limit_consent=True, disease_consent=True, presence="card")
    answer = decide(query, found, book, at=at)
    if answer.kind not in _OPEN:
        return OwnAnswer(answer)
    if answer.coverage is not None and answer.coverage.loss_reason == _DIED:
        return OwnAnswer(Answer(answer.kind, answer.on, answer.validity))
    return _shown(query, answer, found.sightings[0], book)


def _shown(query: Query, answer: Answer, sighting: Sighting, book: Book) -> OwnAnswer:
    person, known = sighting.person, sighting.coverages
    sure = sorted((one for one in known if not one.suspended), key=_age, reverse=True)
    coverages = tuple(
        shown_coverage(replace(query, on=_day_of(one, query.on)), one, book[one.insurer], person.birth_on)
        for one in sure
    )
    named = None if answer.person is None else replace(answer.person, post_number=None, address=None)
    doubtful = len(sure) < len(known)
    undisclosed = any(one.undisclosed for one in known)
    # What was asked by a number in doubt was noted under this person, and may have been about another.
    return OwnAnswer(replace(answer, person=named), coverages, doubtful, not (doubtful or undisclosed))


def _age(coverage: Coverage) -> tuple[date, int]:
    return coverage.starts_on, coverage.id


def _day_of(coverage: Coverage, today: date) -> date:
    """The day nearest to today on which the coverage is in force: what depends on age is told as of that day."""
    if coverage.lost_on is not None and coverage.lost_on <= today:
        return max(coverage.starts_on, coverage.lost_on - _ONE_DAY)
    return max(coverage.starts_on, today)
