"""Measures, plans to carry them out, reports on what became of them, and events: values only."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from onshi import law
from onshi.kernel import Moment, Month

NOTE_MAX: Final = 400
"""How many signs a note, a reason or a comment may have."""

OTHER_KINDS: Final = ("ministry", "prefecture", "municipality", "body")
"""Who else than the ten groups of insurers may plan measures."""

KINDS: Final = (*law.GROUPS, *OTHER_KINDS)
"""Every kind of organisation a measure may be meant for."""


class Evidence(StrEnum):
    """How well it is known what something brings."""

    COMPARED = "compared"  # before and after, with days and a definition, beside somebody who did not do it
    COUNTED = "counted"  # before and after, with days and a definition
    FIGURE = "figure"  # a number, and nothing to hold it against
    TOLD = "told"  # somebody says that it was done


@dataclass(frozen=True, slots=True)
class Effect:
    """What a measure is said to bring. Without a number it is not known, and the words say so."""

    words_ja: str
    words_en: str
    number: int | None = None
    unit: str = ""
    source: str = ""

    def words(self, language: str) -> str:
        """In `ja` or `en`."""
        return self.words_ja if language == "ja" else self.words_en

    @property
    def is_known(self) -> bool:
        """Whether there is a number."""
        return self.number is not None


UNKNOWN_EFFECT: Final = Effect("効果は分かっていません", "The effect is not known")


@dataclass(frozen=True, slots=True)
class Word:
    """A short text in both languages, under a code that never changes."""

    code: str
    ja: str
    en: str

    def said(self, language: str) -> str:
        """In `ja` or `en`."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Measure:
    """One entry of the catalogue: who does what for whom through which channels, and when.

    `kinds` are those it is meant for. `source` says where it stands; `known_from` when that was published.
    """

    code: str
    title: Word
    actor: Word
    audience: Word
    channels: tuple[Word, ...]
    timing: Word | None
    kinds: tuple[str, ...]
    effect: Effect
    evidence: Evidence
    source: str
    known_from: date

    def channel(self, code: str) -> Word | None:
        """One of its channels."""
        return next((one for one in self.channels if one.code == code), None)


class PlanState(StrEnum):
    """How far a plan is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One measure through one channel: in which months, for how many people, for how much money (yen)."""

    measure: str
    channel: str
    months: tuple[Month, ...]
    audience: int | None
    budget: int

    @property
    def key(self) -> tuple[str, str]:
        """What a plan holds once."""
        return self.measure, self.channel


@dataclass(frozen=True, slots=True)
class PlanHead:
    """What a plan says as a whole. `post` is a post, never somebody's name; a target may be left open."""

    post: str
    target_holders: int | None = None
    target_registrations: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an organisation means to do in a fiscal year, as one version; every version sent stays.

    `owner` is a party id. `reason` says why this version took the place of the one before; `comment` is what whoever
    is above wrote when they returned or accepted it.
    """

    owner: str
    kind: str
    year: int
    version: int
    head: PlanHead
    lines: tuple[PlanLine, ...]
    state: PlanState
    reason: str
    comment: str
    saved_at: Moment
    submitted_at: Moment | None = None
    decided_at: Moment | None = None

    def line(self, key: tuple[str, str]) -> PlanLine | None:
        """The line of a measure and a channel."""
        return next((one for one in self.lines if one.key == key), None)

    @property
    def budget(self) -> int:
        """Of all lines together, in yen."""
        return sum(one.budget for one in self.lines)

    @property
    def thing(self) -> str:
        """How the log names it."""
        return f"plan:{self.owner}:{self.year}:{self.version}"


class Outcome(StrEnum):
    """What became of a line of the plan."""

    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"


class Why(StrEnum):
    """Why it was not done, or only partly."""

    LATER = "later"  # it comes later in the year
    STAFF = "staff"
    MONEY = "money"
    MATERIAL = "material"  # leaflets, forms or devices had not come
    PARTNER = "partner"  # the municipality or the employer could not
    ILLNESS = "illness"  # an epidemic or a disaster
    DROPPED = "dropped"  # it turned out to bring nothing
    OTHER = "other"  # the note says


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What became of one line of the plan: how many people it reached (None: not counted) and its cost in yen."""

    measure: str
    channel: str
    outcome: Outcome
    why: Why | None
    reach: int | None
    cost: int

    @property
    def key(self) -> tuple[str, str]:
        """What a report holds once."""
        return self.measure, self.channel


@dataclass(frozen=True, slots=True)
class Totals:
    """Own figures on the day of the report, members and dependants apart; None is "not known", never zero."""

    holders_members: int | None = None
    holders_dependants: int | None = None
    registrations_members: int | None = None
    registrations_dependants: int | None = None


FIGURES: Final = ("holders_members", "holders_dependants", "registrations_members", "registrations_dependants")


@dataclass(frozen=True, slots=True)
class Report:
    """How the plan in force stood on a day, as one version. A version without `sent_at` is still being written."""

    owner: str
    kind: str
    as_of: date
    version: int
    lines: tuple[ReportLine, ...]
    totals: Totals
    note: str
    reason: str
    saved_at: Moment
    sent_at: Moment | None = None

    def line(self, key: tuple[str, str]) -> ReportLine | None:
        """The line of a measure and a channel."""
        return next((one for one in self.lines if one.key == key), None)

    @property
    def thing(self) -> str:
        """How the log names it."""
        return f"report:{self.owner}:{self.as_of.isoformat()}:{self.version}"


@dataclass(frozen=True, slots=True)
class Event:
    """Something to which people came: numbers only. `came` and `applications` are None until they are counted."""

    id: int
    owner: str
    on: date
    sort: str
    place: str
    expected: int | None
    came: int | None = None
    applications: int | None = None
    cancelled: bool = False

    @property
    def thing(self) -> str:
        """How the log names it."""
        return f"event:{self.id}"


class EventSort(StrEnum):
    """What kind of event it is."""

    CHECKUP = "checkup"
    HEALTH = "health"
    SPORTS = "sports"
    SEMINAR = "seminar"
    BRIEFING = "briefing"
    COUNTER = "counter"
    OTHER = "other"
