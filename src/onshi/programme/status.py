"""Targets against reality, with nothing that was not known on the day asked about."""

from collections.abc import Sequence
from datetime import date

from onshi.programme import rules
from onshi.programme.model import FacilityVerdict, Pace, Status, Verdict
from onshi.record import Area, Count, Level, Target, allotted, counts_of, known_dates, parts, points, record, targets_on

CARDS = "issued"
FACILITIES = "facilities_operating"


def status_of(area: Area, on: date) -> Status:
    """How an area stood on a day. BeforeRecord.

    An area's part of a national target follows its residents (on the base of the count it is held against): the papers
    give no targets below the nation, so it says what everybody's equal share would be.
    """
    counts = counts_of(area, on)
    aims = targets_on(on, CARDS)
    verdicts = tuple(_verdict(one, area, counts, on) for one in aims)
    ahead = next((one for one in verdicts if one.low is not None and one.target.due >= on), None)
    pace = None if ahead is None else _pace(ahead.target, area, counts)
    return Status(on, area, counts, verdicts, rules.course_of(verdicts, ahead, pace), ahead, pace)


def statuses_of_parts(area: Area, on: date) -> tuple[Status, ...]:
    """How the parts of an area stood, those furthest behind first. BeforeRecord."""
    found = [status_of(part, on) for part in parts(area.code)] if area.level is not Level.MUNICIPALITY else []
    return tuple(sorted(found, key=_reached))


def count_behind(areas: Sequence[Area], on: date) -> int | None:
    """How many areas were off course for the next target; None when there is nothing to tell it by. BeforeRecord.

    Says the same as the course of each area's status, and looks at its last interval only.
    """
    last = known_dates(on)[-1]
    ahead = next((one for one in targets_on(on, CARDS) if one.low is not None and one.due >= on), None)
    if ahead is None or not ahead.known_from <= last <= ahead.due:
        return None
    paces = (_pace(ahead, area, counts_of(area, on, last=2)) for area in areas)
    return sum(pace is not None and pace.off_since is not None for pace in paces)


def _reached(status: Status) -> tuple[float, str]:
    held = status.in_question
    return (status.last.rate if held is None or held.ratio is None else held.ratio), status.area.code


def facilities_on(on: date) -> tuple[FacilityVerdict, ...]:
    """The targets for facilities, of the whole nation."""
    known = [one for one in points() if one.on <= on]
    return tuple(rules.judge_facilities(one, known, on=on) for one in targets_on(on, FACILITIES))


def missed_since(status: Status, verdict: Verdict) -> date | None:
    """Since when an area was off course for one of its targets."""
    if verdict.low is None:
        return None
    pace = _pace(verdict.target, status.area, status.counts)
    return None if pace is None else pace.off_since


def _verdict(target: Target, area: Area, counts: Sequence[Count], on: date) -> Verdict:
    draft = rules.judge(target, counts, None, None, on=on)
    base = record().bases.index(draft.judged.base)
    low = None if target.low is None else allotted(target.low, base)[area.code]
    high = None if target.high is None else allotted(target.high, base)[area.code]
    return rules.judge(target, counts, low, high, on=on)


def _pace(target: Target, area: Area, counts: Sequence[Count]) -> Pace | None:
    assert target.low is not None, "only a target with a number has a pace"
    bases = record().bases
    lows = [
        # Before the target was published there is nothing to be held against.
        allotted(target.low, bases.index(count.base))[area.code] if count.on >= target.known_from else 0
        for count in counts
    ]
    return rules.pace_to(target, counts, lows)
