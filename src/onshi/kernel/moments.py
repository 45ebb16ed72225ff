"""Moments are UTC microseconds since 1970; days are days in Japan."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NewType

Moment = NewType("Moment", int)

# Japan keeps one offset all year, so no time-zone database is needed.
JAPAN = timezone(timedelta(hours=9), "JST")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EPOCH_DAY = _EPOCH.toordinal()
_AHEAD = 9 * 3_600_000_000
_DAY = 86_400_000_000
# Every way ISO 8601 writes a day and nothing more: 2026-04-01, 20260401, 2026-W14-3, 2026W143.
_BARE_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}-[0-9]{2}|[0-9]{4}|-W[0-9]{2}(-[0-9])?|W[0-9]{2}[0-9]?)")


def moment_of(when: datetime) -> Moment:
    """The moment of an aware datetime."""
    return Moment((when - _EPOCH) // _MICROSECOND)


def japan_time(moment: Moment) -> datetime:
    """The aware datetime a wall clock in Japan shows."""
    return (_EPOCH + timedelta(microseconds=moment)).astimezone(JAPAN)


def japan_day(moment: Moment) -> date:
    """The calendar day in Japan."""
    # Asked for every check, so without the way over a datetime.
    return date.fromordinal(_EPOCH_DAY + (moment + _AHEAD) // _DAY)


def day_start(day: date) -> Moment:
    """Midnight in Japan, with which the day begins."""
    return Moment((day.toordinal() - _EPOCH_DAY) * _DAY - _AHEAD)


def parse_moment(text: str) -> Moment:
    """Reads ISO 8601; a text without an offset is Japanese time, a bare day its last microsecond."""
    when = datetime.fromisoformat(text)
    if _BARE_DAY.fullmatch(text):
        when += timedelta(days=1) - _MICROSECOND
    if when.tzinfo is None:
        when = when.replace(tzinfo=JAPAN)
    return moment_of(when)
