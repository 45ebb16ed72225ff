"""Targets against counts: what stands, by how much, since when, and what is needed. Pure."""

from collections.abc import Sequence
from datetime import date

from onshi.programme.model import Course, FacilityVerdict, Pace, Standing, Verdict
from onshi.record import Count, Point, Target


def judge(target: Target, counts: Sequence[Count], low: int | None, high: int | None, *, on: date) -> Verdict:
    """The verdict on one target, from counts known on `on`.

    A count says what was issued up to the beginning of its day, so that of the day after the due one is the first that
    can show the target met at its very end; one before can only show it met early.
    """
    judged = next((one for one in counts if one.on > target.due), counts[-1])
    if low is None:
        standing = Standing.WORDS
    elif judged.on > target.due:
        standing = Standing.MET if judged.issued >= low else Standing.MISSED
    elif judged.issued >= low:
        standing = Standing.MET
    else:
        standing = Standing.OPEN if on <= target.due else Standing.UNCOUNTED
    return Verdict(target, standing, low, high, judged)


def pace_to(target: Target, counts: Sequence[Count], lows: Sequence[int]) -> Pace | None:
    """The pace towards a target; `lows` has the low end at each count. None without a count before the due day.

    A count is off course when the interval that ends with it gave fewer cards a day than are needed from it on. Only
    counts after the target was published are looked at: before, there was nothing to be off from.
    """
    ahead = [place for place, one in enumerate(counts) if target.known_from <= one.on <= target.due]
    if not ahead:
        return None
    since = None
    for place in reversed(ahead):
        if not _is_off(target, counts, lows, place):
            break
        since = counts[place].on
    last = ahead[-1]
    return Pace(_needed(target, counts[last], lows[last]), _actual(counts, last), since)


def _needed(target: Target, count: Count, low: int) -> float:
    # The due day is worked through: its end is the beginning of the next.
    return max(0, low - count.issued) / ((target.due - count.on).days + 1)


def _actual(counts: Sequence[Count], place: int) -> float | None:
    if place == 0:
        return None
    before, here = counts[place - 1], counts[place]
    return (here.issued - before.issued) / (here.on - before.on).days


def _is_off(target: Target, counts: Sequence[Count], lows: Sequence[int], place: int) -> bool:
    actual = _actual(counts, place)
    return actual is not None and actual < _needed(target, counts[place], lows[place])


def course_of(verdicts: Sequence[Verdict], ahead: Verdict | None, pace: Pace | None) -> Course:
    """Whether an area is on course for the next target with a number."""
    if not verdicts:
        return Course.NO_TARGET
    if ahead is None or pace is None:
        return Course.CANNOT_TELL
    return Course.ON if pace.off_since is None else Course.OFF


def judge_facilities(target: Target, points: Sequence[Point], *, on: date, part: str = "all") -> FacilityVerdict:
    """The verdict on a target for facilities, or for one kind of them (`part`), from points known on `on`: the first on
    or after the due day decides."""
    own = [one for one in points if one.part == part]
    operating = [one for one in own if one.indicator == target.indicator]
    due = next((one for one in operating if one.on >= target.due), None)
    point = due or (operating[-1] if operating else None)
    percent, is_worked_out = _percent_of(point, own)
    if target.low is None:
        standing = Standing.WORDS
    elif due is None or percent is None:
        standing = Standing.OPEN if on <= target.due else Standing.UNCOUNTED
    else:
        standing = Standing.MET if percent >= target.low else Standing.MISSED
    return FacilityVerdict(target, standing, point, percent, is_worked_out)


def _percent_of(point: Point | None, points: Sequence[Point]) -> tuple[float | None, bool]:
    if point is None or point.percent is not None:
        return (None if point is None else point.percent), False
    known = [one.out_of for one in points if one.out_of and one.on <= point.on]
    if point.value is None or not known:
        return None, False
    return 100 * point.value / known[-1], True
