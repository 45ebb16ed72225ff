"""What the programme knows: counts, targets, areas, and what is said of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """Nation, prefecture, municipality."""

    NATION = "nation"
    PREFECTURE = "prefecture"
    MUNICIPALITY = "municipality"


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
class Area:
    """`code` is `00` for the nation, two digits for a prefecture, six for a municipality."""

    code: str
    level: Level
    name: str
    prefecture: str
    """Two digits; empty for the nation."""

    name_en: str
    """Empty for municipalities: the lists have none."""

    def called(self, language: str) -> str:
        """The name; municipalities have the Japanese one in every language."""
        return self.name_en if language == "en" and self.name_en else self.name


@dataclass(frozen=True, slots=True)
class Count:
    """Cards issued up to the beginning of a day, and the residents its rate is based on."""

    on: date
    issued: int
    base: date
    residents: int
    is_rebased: bool
    """The base is another one than that of the count before: the rate moves without an event."""

    @property
    def rate(self) -> float:
        """Per cent of residents; over 100 is possible, because void cards count."""
        return 100 * self.issued / self.residents


@dataclass(frozen=True, slots=True)
class Record:
    """The counts of every area: one figure for each day (`issued`) and base (`residents`), all levels rolled up."""

    dates: tuple[date, ...]
    bases: tuple[date, ...]
    base_of: tuple[int, ...]
    """For each day the place of its base in `bases`."""
    issued: Mapping[str, tuple[int, ...]]
    residents: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Target:
    """What was to be reached by the end of `due`: a range, a number from below, or words."""

    name: str
    version: int
    known_from: date
    indicator: str
    due: date
    low: int | None
    high: int | None
    words_ja: str
    words_en: str
    reason: str

    def words(self, language: str) -> str:
        """The target where it is words; empty for a number."""
        return self.words_ja if language == "ja" else self.words_en


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of which only single days are known, as its source gives it."""

    on: date
    """The last day of the month where the source names the month only."""
    is_month: bool
    indicator: str
    part: str
    value: int | None
    out_of: int | None
    percent: float | None
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One version of how something is counted, from `since` on."""

    name: str
    version: int
    since: date
    title_ja: str
    title_en: str
    counted_ja: str
    counted_en: str
    source: str

    def title(self, language: str) -> str:
        """Its short name."""
        return self.title_ja if language == "ja" else self.title_en

    def counted(self, language: str) -> str:
        """What is divided by what."""
        return self.counted_ja if language == "ja" else self.counted_en


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
