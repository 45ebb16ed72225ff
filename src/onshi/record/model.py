"""What the public record holds: areas, counts, targets, single figures, definitions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """Nation, prefecture, municipality."""

    NATION = "nation"
    PREFECTURE = "prefecture"
    MUNICIPALITY = "municipality"


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
