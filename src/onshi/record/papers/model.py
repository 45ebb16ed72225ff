"""What the papers of 2019 hold, one record a row: every row has a version, a reason, and the place it stands at."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    ja: str
    en: str

    def of(self, language: str) -> str:
        """The words of one language; English for anything but Japanese."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Term:
    """One of a closed list: an actor, an audience, a channel, a medium, a kind."""

    code: str
    name: Words


@dataclass(frozen=True, slots=True)
class When:
    """A stretch of days, both included. An end that the papers do not give is None: unknown, not open."""

    first: date | None = None
    last: date | None = None
    is_about: bool = False
    """The papers say around (頃, 目途)."""

    @property
    def is_known(self) -> bool:
        """Whether both ends are given."""
        return self.first is not None and self.last is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every row has. A revision is a new row with the same code; the earlier one stays."""

    code: str
    version: int
    known_from: date
    reason: str
    """Why this version was made."""
    place: str
    """Where in the papers, or the source of a later version."""
    is_dropped: bool
    """The revision took it off the map."""


class Goal(StrEnum):
    """What a group of insurers is to reach by its day."""

    EVERYBODY = "everybody"
    """All at once (一斉取得), members and dependants."""
    MOST = "most"
    """Most of the insured."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """How many bodies a group reaches its people through."""

    name: Words
    count: int
    is_about: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InsurerGroup(Row):
    """One kind of insurer. Persons as written, rounded: the groups are no partition of the residents."""

    name: Words
    sheet: str
    overseer: Term
    insured: int | None
    """Without dependants; None where only both together are given."""
    dependants: int | None
    """None where they are not given apart, or where the scheme has none."""
    together: int | None
    """Insured and dependants where the papers give one figure for both."""
    is_about: bool
    bodies: tuple[Bodies, ...]
    goal: Goal
    due: date
    follow_up: Words
    follow_up_on: tuple[date, ...]
    """Fixed days as of which it is asked; empty where it is asked from time to time."""
    is_public_servants: bool
    asks_new_hires: bool
    """Who is hired is to hold a card on the day of hiring."""
    new_hires_from: date | None
    """From which hiring day on; None where no day is given."""

    @property
    def persons(self) -> int:
        """Everybody of the group."""
        return self.together if self.together is not None else (self.insured or 0) + (self.dependants or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Row):
    """Who does what for whom, and by which ways, in one group."""

    group: str
    actor: Term
    audience: Term
    channels: tuple[Term, ...]
    action: Words
    timing: Words | None
    """None where the papers give none."""
    on: tuple[date, ...]
    """The days and, as their first days, the months that are named."""
    copies: int | None
    is_follow_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaItem(Row):
    """One piece of publicity."""

    medium: Term
    title: Words
    audience: tuple[Term, ...]
    is_audience_ours: bool
    """The papers name the audiences in general; which piece is for whom is our reading."""
    when: When
    days: int | None
    """How many days of `when` it runs; None: all of them."""
    issues: tuple[date, ...]
    """The days on which it comes out, for what is printed."""
    sites: int | None
    site_word: Words | None
    are_screens: bool
    """Each of the sites is one screen that shows at the rate."""
    facilities: int | None
    length_s: int | None
    per_hour: tuple[int, int] | None
    per_day: int | None
    is_rate_about: bool
    status: Term
    note: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Row):
    """A dated act of the programme: a notice, a circular, a meeting, a briefing."""

    kind: Term
    when: When
    sender: Term
    addressees: tuple[Term, ...]
    subject: Words
    is_planned: bool
    """Ahead of the day of the papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path(Row):
    """Who passes it on to whom, from the top down."""

    steps: tuple[Term, ...]
    about: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Track(Row):
    """One line of work of the road map."""

    name: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar(Row):
    """One task of a track. An end of `when` that the papers do not give in quarters is None."""

    track: str
    task: Words
    when: When
    leads_to: str | None
    """The milestone it has to be done for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Row):
    """A dated point of the road map."""

    track: str
    name: Words
    when: When
    target: str | None
    """The target of the record that belongs to it."""


@dataclass(frozen=True, slots=True)
class Example:
    """A municipality that does it, and where."""

    municipality: str
    """Its code."""
    venue: Words
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Method(Row):
    """One way from an application to the card in the hand."""

    name: Words
    apply: Words
    identity_at: Term
    """When the identity is checked."""
    receive: Words
    note: Words | None
    examples: tuple[Example, ...]
    is_everywhere: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Row):
    """A numbered point of a list: `number` as the papers count, `under` the point above it."""

    number: str
    under: str | None
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme(Row):
    """One of the three payment schemes around the rise of the consumption tax."""

    name: Words
    who: Words
    what: Words
    when: When
    said: Words | None
    """What the papers say of the time where they give no days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MinistryStep(Row):
    """One step of the timetable that every ministry in charge of an industry keeps."""

    name: Words
    act: str | None
    """The act that it is, whose days it has."""
    when: When
    is_by_position: bool
    """The papers give no year in words: it is read from the order of the columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServantsFigure(Row):
    """Which figure of the record (`points.csv`) is whose: by its `part`."""

    group: str
    part: str
    is_dependants: bool
    covers: Words
    includes_applied: bool | None
    """Whether those who applied count as well; None where the source does not say."""
    is_whole_group: bool
    """False for a figure of some of the group only: it judges nothing."""
