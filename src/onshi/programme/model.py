"""What is said of targets and counts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from onshi.record import Area, Count, Point, Target


class Standing(StrEnum):
    """How a target stands against the counts that are known."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    """Its day has not come."""
    UNCOUNTED = "uncounted"
    """Its day is over and nothing has been counted since: that is neither met nor missed."""
    WORDS = "words"
    """It is in words, and no number says what would meet it."""


class Course(StrEnum):
    """The answer to "are we on course"."""

    ON = "on"
    OFF = "off"
    NO_TARGET = "no_target"
    """No target had been published."""
    CANNOT_TELL = "cannot_tell"
    """No target is open that has a number."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target for one area. `low` and `high` are the area's part of the national figures."""

    target: Target
    standing: Standing
    low: int | None
    high: int | None
    judged: Count
    """The first count on or after the day that was due; until there is one, the last known."""

    @property
    def short(self) -> int | None:
        """By how many cards the low end is missed (negative: passed)."""
        return None if self.low is None else self.low - self.judged.issued

    @property
    def ratio(self) -> float | None:
        """What was reached, in per cent of the low end."""
        return 100 * self.judged.issued / self.low if self.low else None


@dataclass(frozen=True, slots=True)
class Pace:
    """Cards a day from the last count to the day that is due: those needed, and those of the last interval."""

    needed: float
    actual: float | None
    """None when there is no count before."""
    off_since: date | None
    """The first count of the unbroken row of counts whose pace was too slow; None when it was quick enough."""


@dataclass(frozen=True, slots=True)
class Status:
    """Targets against reality for one area, with nothing that was not known on `on`."""

    on: date
    area: Area
    counts: tuple[Count, ...]
    verdicts: tuple[Verdict, ...]
    course: Course
    ahead: Verdict | None
    """The next target with a number whose day has not come."""
    pace: Pace | None
    """Towards `ahead`."""

    @property
    def last(self) -> Count:
        """The last count known."""
        return self.counts[-1]

    @property
    def in_question(self) -> Verdict | None:
        """The target the area is held against: the one ahead, otherwise the last that had a number."""
        return self.ahead or next((one for one in reversed(self.verdicts) if one.low is not None), None)


@dataclass(frozen=True, slots=True)
class FacilityVerdict:
    """A target for facilities, against the share that operates. National only."""

    target: Target
    standing: Standing
    point: Point | None
    percent: float | None
    """The source's own, or worked out from the last known number of facilities."""
    is_worked_out: bool
