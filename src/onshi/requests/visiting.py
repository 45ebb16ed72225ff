"""What can become of a visit, and what a body may be told of it. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from onshi.requests.errors import TooEarly, VisitOver, VisitRefused, VisitTooSmall
from onshi.requests.model import BodyTotals, DeclineReason, MaterialId, Visit, VisitState

FEW = 10
"""A body is told numbers from here up; fewer people could be guessed."""
WISHED_MAX, EXPECTED_MAX, APPLICATIONS_MAX, MINIMUM_MAX = 5, 100_000, 100_000, 1_000
_TIME = re.compile(r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]")
_WAITING = (VisitState.ASKED, VisitState.PROPOSED)
OPEN = (*_WAITING, VisitState.ACCEPTED)
"""What a visit is in that may still take place."""


def check_asked(new: Visit, *, minimum: int | None, today: date) -> None:
    """VisitRefused, VisitTooSmall."""
    if not 1 <= len(new.wished) <= WISHED_MAX or any(day <= today for day in new.wished):
        raise VisitRefused(field="wished")
    if not 1 <= new.expected <= EXPECTED_MAX:
        raise VisitRefused(field="expected")
    if minimum is not None and new.expected < minimum:
        raise VisitTooSmall(minimum=minimum)


def check_minimum(minimum: int) -> None:
    """VisitRefused."""
    if not 0 <= minimum <= MINIMUM_MAX:
        raise VisitRefused(field="minimum")


def accepted(visit: Visit, day: date, time: str) -> Visit:
    """The town comes on a day that was wished for. VisitOver, VisitRefused."""
    _require(visit, _WAITING)
    if day not in visit.wished:
        raise VisitRefused(field="day")
    return replace(visit, state=VisitState.ACCEPTED, day=day, time=_time(time), reason=None)


def proposed(visit: Visit, day: date, time: str, *, today: date) -> Visit:
    """The town could come on another day. VisitOver, VisitRefused."""
    _require(visit, _WAITING)
    if day <= today:
        raise VisitRefused(field="day")
    return replace(visit, state=VisitState.PROPOSED, day=day, time=_time(time))


def agreed(visit: Visit, day: date, time: str) -> Visit:
    """The proposed day is taken, if it is still the one that the body saw. VisitOver, VisitRefused."""
    _require(visit, (VisitState.PROPOSED,))
    if (day, time) != (visit.day, visit.time):
        raise VisitRefused(field="day")
    return replace(visit, state=VisitState.ACCEPTED)


def declined(visit: Visit, reason: DeclineReason) -> Visit:
    """The town does not come, for one of the named reasons. VisitOver."""
    _require(visit, _WAITING)
    return replace(visit, state=VisitState.DECLINED, reason=reason, day=None, time=None)


def cancelled(visit: Visit) -> Visit:
    """The body does not want it any more. VisitOver."""
    _require(visit, OPEN)
    return replace(visit, state=VisitState.CANCELLED)


def held(visit: Visit, applications: int, *, today: date) -> Visit:
    """The town was there and took so many applications; a wrong number can be put right. VisitOver, VisitRefused,
    TooEarly."""
    _require(visit, (VisitState.ACCEPTED, VisitState.HELD))
    assert visit.day is not None, "an accepted visit has a day"
    if today < visit.day:
        raise TooEarly(after=visit.day)
    if not 0 <= applications <= APPLICATIONS_MAX:
        raise VisitRefused(field="applications")
    return replace(visit, state=VisitState.HELD, applications=applications)


def told(number: int | None) -> int | None:
    """A number of people as a body may know it; None for few, and for what nobody counted."""
    return None if number is None or number < FEW else number


def totals(visits: Iterable[Visit], copies: Mapping[MaterialId, int]) -> BodyTotals:
    """The sum over visits that may be told, and how many may not: nothing can be worked out by taking away."""
    counts = [one.applications or 0 for one in visits if one.state is VisitState.HELD]
    may_be_told = [one for one in counts if one >= FEW]
    return BodyTotals(len(counts), sum(may_be_told), len(counts) - len(may_be_told), copies)


def _require(visit: Visit, states: tuple[VisitState, ...]) -> None:
    if visit.state not in states:
        raise VisitOver(state=visit.state)


def _time(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise VisitRefused(field="time")
    return text.zfill(5)
