"""Trees of bodies, requests that run down them, timetables, visits and loans: values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

from onshi.cards import Venue
from onshi.kernel import Moment, MunicipalityCode

RequestId = NewType("RequestId", int)
MaterialId = NewType("MaterialId", int)
VisitId = NewType("VisitId", int)
StepId = NewType("StepId", int)
LoanId = NewType("LoanId", int)
TOP = ""
"""The place of whoever sends from the top of a tree; every other place is the key of a node."""
GROUP = "group"
"""The first half of the key of bodies that are counted and not known one by one."""


# -- Trees and requests ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Node:
    """A body in a tree, known by its party id; or a counted group of them (`group:…`), of which nobody may know how
    many there are (None)."""

    key: str
    parent: str
    name: str
    name_en: str
    count: int | None = 1

    @property
    def is_group(self) -> bool:
        """Whether it stands for several that are not known one by one."""
        return self.key.startswith(f"{GROUP}:")

    def called(self, language: str) -> str:
        """Its name in `ja` or `en`."""
        return self.name if language == "ja" else self.name_en


@dataclass(frozen=True, slots=True)
class Tree:
    """Who passes on to whom, from a day on. `tops` are party ids, or whole kinds of party, that may send from its top;
    `owner` is who brought it in, None for those that stand in this room's files."""

    code: str
    since: date
    name_ja: str
    name_en: str
    tops: tuple[str, ...]
    nodes: Mapping[str, Node]
    levels: tuple[tuple[str, str], ...] = ()
    source: str = ""
    owner: str | None = None

    def called(self, language: str) -> str:
        """Its name in `ja` or `en`."""
        return self.name_ja if language == "ja" else self.name_en


class RequestKind(StrEnum):
    """How somebody is asked."""

    NOTICE = "notice"  # 通知
    CIRCULAR = "circular"  # 事務連絡
    MEETING = "meeting"  # 会議
    HEARING = "hearing"  # ヒアリング
    BRIEFING = "briefing"  # 説明会


class Relation(StrEnum):
    """What a request does to an earlier one of the same sender."""

    CORRECTS = "corrects"
    WITHDRAWS = "withdraws"


@dataclass(frozen=True, slots=True)
class Request:
    """One request on its way down a tree: from `sender`, `depth` levels deep. `due_on` is the last day for an answer.
    `attachments` are materials of the catalogue. `over_by` is the request that corrected or withdrew this one."""

    id: RequestId
    sender: str
    number: str
    kind: RequestKind
    subject_ja: str
    subject_en: str
    issued_on: date
    due_on: date | None
    tree: str
    tree_since: date
    depth: int
    attachments: tuple[MaterialId, ...] = ()
    earlier: RequestId | None = None
    relation: Relation | None = None
    over_by: RequestId | None = None

    def subject(self, language: str) -> str:
        """In English where there is one and English is asked for."""
        return self.subject_en if language == "en" and self.subject_en else self.subject_ja


class What(StrEnum):
    """What is known of a body and a request."""

    REACHED = "reached"
    ACKNOWLEDGED = "acknowledged"
    REMINDED = "reminded"


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody (`by`, a party id) says how many of a node were reached, or have acknowledged, by a day. A later report
    on the same replaces the number and not the report; `revision` counts them from 1."""

    request: RequestId
    node: str
    what: What
    revision: int
    on: date
    number: int
    by: str
    at: Moment


@dataclass(frozen=True, slots=True)
class NodeState:
    """Where a node stands: how many of it were reached and have acknowledged, and since when. `told_on` is the day of
    the last report on either."""

    node: Node
    level: int
    reached: int = 0
    reached_on: date | None = None
    acknowledged: int = 0
    acknowledged_on: date | None = None
    reminded: int = 0
    reminded_on: date | None = None
    told_on: date | None = None
    is_past_due: bool = False

    @property
    def waiting(self) -> int:
        """How many were reached and have not acknowledged."""
        return self.reached - self.acknowledged

    @property
    def late(self) -> int:
        """How many of them are past the day."""
        return self.waiting if self.is_past_due else 0


@dataclass(frozen=True, slots=True)
class LevelReach:
    """One level in sum. `bodies` and `unknown` (nobody says that they were reached) are None when a group on the level
    has no number. `late` are part of `waiting`."""

    level: int
    bodies: int | None
    reached: int
    acknowledged: int
    waiting: int
    late: int

    @property
    def unknown(self) -> int | None:
        """How many nobody has spoken of."""
        return None if self.bodies is None else self.bodies - self.reached


# -- Timetables --------------------------------------------------------------------------------------------------------


class Exactness(StrEnum):
    """How exactly a window is planned."""

    DAY = "day"
    PART = "part"  # 上旬・中旬・下旬
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Window:
    """Planned days, both inside. `is_about` is 頃: it may as well be a little earlier or later."""

    first: date
    last: date
    exactness: Exactness
    is_about: bool = False


class StepKind(StrEnum):
    """What a timetable plans."""

    REQUEST = "request"  # 団体への要請
    MEETING = "meeting"
    BRIEFING = "briefing"  # 総会等での説明
    SURVEY = "survey"  # アンケート
    FOLLOW_UP = "follow_up"
    LIAISON_BUREAU = "liaison_bureau"  # 局長級
    LIAISON_DIVISION = "liaison_division"  # 課長級


class StepStanding(StrEnum):
    """Where a step stands on a day."""

    DONE = "done"
    LATE = "late"
    OPEN = "open"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One line of the timetable that `owner` keeps, as one version of it. `audience` is whom it is about (bodies of a
    sector, economic federations); `participants` are organisations and never people. A step that was dropped stays,
    and so does every earlier version."""

    id: StepId
    owner: str
    version: int
    kind: StepKind
    audience: str
    title: str
    window: Window
    done_on: date | None = None
    note: str = ""
    participants: tuple[str, ...] = ()
    decisions: str = ""
    is_dropped: bool = False


# -- Cooperating bodies ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Material:
    """Something to hand on: a link or file by name, with what tells one edition from another (SHA-256, hexadecimal)."""

    id: MaterialId
    owner: str
    title_ja: str
    title_en: str
    language: str
    audience: str
    file_name: str
    size: int | None
    digest: str | None
    added_on: date

    def title(self, language: str) -> str:
        """In English where there is one and English is asked for."""
        return self.title_en if language == "en" and self.title_en else self.title_ja


@dataclass(frozen=True, slots=True)
class HandedOn:
    """A body handed a material on: to how many, on a day."""

    material: MaterialId
    body: str
    on: date
    copies: int


class VisitState(StrEnum):
    """What became of a visit that was asked for."""

    ASKED = "asked"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    HELD = "held"


class DeclineReason(StrEnum):
    """Why a town does not come."""

    NO_STAFF = "no_staff"
    NO_EQUIPMENT = "no_equipment"
    DATES_TAKEN = "dates_taken"
    TOO_FEW = "too_few"
    OUTSIDE_TOWN = "outside_town"
    OTHER_WAY = "other_way"


@dataclass(frozen=True, slots=True)
class Visit:
    """A body asks a town to come (出張申請受付). `day` and `time` are what the town accepts or proposes; `applications`
    is how many it took there, known when it was held."""

    id: VisitId
    body: str
    municipality: MunicipalityCode
    venue: Venue
    wished: tuple[date, ...]
    expected: int
    asked_on: date
    state: VisitState = VisitState.ASKED
    day: date | None = None
    time: str | None = None
    reason: DeclineReason | None = None
    applications: int | None = None
    changed_on: date | None = None


@dataclass(frozen=True, slots=True)
class BodyTotals:
    """What a body may know of its own visits: how many were held, applications at those that may be told, and how many
    visits had too few for that."""

    held: int
    applications: int
    hidden: int
    handed_on: Mapping[MaterialId, int] = field(default_factory=dict)


# -- Devices -----------------------------------------------------------------------------------------------------------


class DeviceKind(StrEnum):
    """What is lent for the first registration and for applications."""

    TABLET = "tablet"
    CARD_READER = "card_reader"


class Condition(StrEnum):
    """How a device was when it went or came back."""

    GOOD = "good"
    WORN = "worn"
    BROKEN = "broken"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Device:
    """One device of an owner, by its asset number."""

    owner: str
    asset: str
    kind: DeviceKind
    since: date


@dataclass(frozen=True, slots=True)
class Loan:
    """A device lent: to an organisation (a party id), or to a window by its name."""

    id: LoanId
    owner: str
    asset: str
    borrower: str
    window: str
    lent_on: date
    due_back: date
    returned_on: date | None = None
    condition: Condition | None = None

    def is_overdue(self, on: date) -> bool:
        """Whether it should be back and is not."""
        return self.returned_on is None and on > self.due_back


def shown_id(number: int) -> str:
    """Anything of this room as screens, addresses and the log see it: sixteen hexadecimal digits."""
    return f"{number:016x}"


def parse_id(text: str) -> int:
    """Reads what `shown_id` writes; ValueError for anything else."""
    plain = text.strip()
    if len(plain) != 16 or set(plain) - set("0123456789abcdef") or int(plain, 16) >= 2**63:
        raise ValueError("not an id of this room")
    return int(plain, 16)
