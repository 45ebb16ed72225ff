"""交付円滑化計画 as values: what a municipality plans, reports and is advised.

Everything a municipality fills in is one `Content`; a `Plan` is one version of it with what became of it.
"""

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import NewType

import msgspec

from onshi.kernel import Moment, Month, MunicipalityCode, Severity

AdviceId = NewType("AdviceId", int)
"""A random 63-bit integer; people see it through `shown_advice_id`."""


REASON_MAX = 200
"""The longest reason that a version is given; what is longer is cut."""


class PlanState(StrEnum):
    """What became of one version of a plan."""

    DRAFT = "draft"  # 作成中
    SUBMITTED = "submitted"  # 提出済み
    RETURNED = "returned"  # 差戻し: the next version answers it
    ACCEPTED = "accepted"  # 受理


class Place(StrEnum):
    """Where cards are issued or applications are taken; the first three are sites of the municipality (`is_own`)."""

    HEAD_OFFICE = "head_office"  # 本庁
    BRANCH = "branch"  # 支所
    TEMPORARY = "temporary"  # 臨時会場
    COMPANY = "company"  # 企業
    HALL = "hall"  # 公民館
    SHOPPING = "shopping"  # 商業施設
    CARE = "care"  # 病院・介護施設
    SCHOOL = "school"  # 学校
    TAX_OFFICE = "tax_office"  # 税務署
    POST_OFFICE = "post_office"  # 郵便局
    OTHER = "other"

    @property
    def is_own(self) -> bool:
        """Whether it is a site of the municipality."""
        return self in OWN_PLACES


OWN_PLACES = (Place.HEAD_OFFICE, Place.BRANCH, Place.TEMPORARY)


class Method(StrEnum):
    """How applications are taken beside the post and the net."""

    ON_APPLICATION = "on_application"  # 申請時来庁方式
    VISIT = "visit"  # 出張申請受付
    SUPPORT = "support"  # 申請サポート


class ModelSite(StrEnum):
    """The three kinds of model project."""

    JOB_CENTRE = "job_centre"  # ハローワーク
    LICENCE_CENTRE = "licence_centre"  # 運転免許センター
    IMMIGRATION = "immigration"  # 地方出入国在留管理局


class Progress(StrEnum):
    """How far a model project is."""

    NONE = "none"  # 予定なし
    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"


class Medium(StrEnum):
    """How residents are told."""

    NEWSLETTER = "newsletter"  # 広報紙
    WEB = "web"
    LEAFLET = "leaflet"
    POSTER = "poster"
    LETTER = "letter"  # 個別通知
    EVENT = "event"
    OTHER = "other"


class OccasionKind(StrEnum):
    """Why residents may want to know of a day."""

    WEEKEND = "weekend"  # 休日開庁
    EVENING = "evening"  # 夜間開庁
    ON_APPLICATION = "on_application"
    VISIT = "visit"
    SUPPORT = "support"


class Assumed(msgspec.Struct, frozen=True):
    """交付枚数の想定: cards issued in all by the end of `due`. None: no number is assumed, which is not zero.

    `percent` is the share of residents as the municipality gives it; over 100 is possible.
    """

    due: date
    low: int | None = None
    high: int | None = None
    percent: float | None = None


class Site(msgspec.Struct, frozen=True):
    """A place with windows. Weekdays are `days` a month from `opens` to `closes`; `weekends` and `evenings` are extra
    openings a month, each of so many minutes. `first` and `last` bound the months it is open, both inside; None: the
    whole year."""

    kind: Place
    name: str
    windows: int
    staff: int
    terminals: int  # 統合端末
    days: int = 20
    opens: time = time(8, 30)
    closes: time = time(17, 15)
    weekends: int = 0
    weekend_minutes: int = 0
    evenings: int = 0
    evening_minutes: int = 0
    first: Month | None = None
    last: Month | None = None

    def is_open(self, month: Month) -> bool:
        """Whether it is open in that month."""
        return (self.first is None or self.first <= month) and (self.last is None or month <= self.last)


class Reception(msgspec.Struct, frozen=True):
    """Applications taken in one way at one kind of place: how often in all, and how many are expected in all."""

    method: Method
    place: Place
    name: str
    times: int
    expected: int
    first: Month | None = None
    last: Month | None = None


class ModelProject(msgspec.Struct, frozen=True):
    """A model project, and how many applications are expected of it."""

    site: ModelSite
    progress: Progress
    expected: int = 0
    note: str = ""


class Publicity(msgspec.Struct, frozen=True):
    """住民への周知・広報: what is done, by which medium, how often."""

    medium: Medium
    what: str
    times: int
    first: Month | None = None
    last: Month | None = None


class CostPart(StrEnum):
    """What a cost is for: part 2 or part 3 of the plan."""

    ISSUING = "issuing"  # 交付体制の整備
    RECEPTION = "reception"  # 申請受付等の推進


class Cost(msgspec.Struct, frozen=True):
    """補助金の対象経費の見込額; `category` is a code of `costs.toml`."""

    category: str
    part: CostPart
    yen: int


class Stages(msgspec.Struct, frozen=True):
    """The four counted stages: 交付申請受付, 交付前設定, 交付通知書送付, 交付."""

    received: int = 0
    preset: int = 0
    notified: int = 0
    issued: int = 0


class MonthPlan(msgspec.Struct, frozen=True):
    """The stages planned for one month."""

    month: Month
    stages: Stages


class MyKey(msgspec.Struct, frozen=True):
    """マイキーIDの初期設定支援: windows and terminals for it, and how many people are expected."""

    windows: int = 0
    terminals: int = 0
    expected: int = 0


class Occasion(msgspec.Struct, frozen=True):
    """A day that residents may be told of. What is not public is not listed."""

    kind: OccasionKind
    on: date
    starts: time
    ends: time
    name: str


class Content(msgspec.Struct, frozen=True):
    """Everything a municipality fills in for a fiscal year.

    `issued_before`: cards issued in all before the year. `minutes_per_case`: how long issuing one card takes here;
    None: the dated figure of `capacity.toml`. `moves`: people who move in, a month on average, served at the same
    terminals; None: by residents.
    """

    issued_before: int = 0
    minutes_per_case: int | None = None
    moves: int | None = None
    assumed: tuple[Assumed, ...] = ()
    sites: tuple[Site, ...] = ()
    receptions: tuple[Reception, ...] = ()
    models: tuple[ModelProject, ...] = ()
    publicity: tuple[Publicity, ...] = ()
    costs: tuple[Cost, ...] = ()
    months: tuple[MonthPlan, ...] = ()
    mykey: MyKey = MyKey()
    occasions: tuple[Occasion, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """One version of a municipality's plan of a fiscal year.

    `reason` says why there is another version; the first has none. `submitted_on` is the day it was handed in.
    `known_from` is when it became what it is.
    """

    municipality: MunicipalityCode
    fiscal_year: int
    version: int
    state: PlanState
    content: Content
    known_from: Moment
    reason: str = ""
    submitted_on: date | None = None


class Head(msgspec.Struct, frozen=True):
    """A plan without its content: where the last version of a municipality stands.

    `first_submitted_on` is the day on which any version of that year was first handed in, `counts` the version that is
    in the compilation; each None where there is none. `waits`: the newest version that was handed in is not decided on.
    """

    municipality: MunicipalityCode
    fiscal_year: int
    version: int
    state: PlanState
    known_from: Moment
    submitted_on: date | None
    first_submitted_on: date | None
    counts: int | None
    waits: bool


class Actuals(msgspec.Struct, frozen=True):
    """What a municipality reports of a month. `reported_on`: the day of the first report of it."""

    municipality: MunicipalityCode
    month: Month
    stages: Stages
    on_application: int
    visits: int
    support: int
    mykey: int
    version: int
    reported_on: date
    known_from: Moment


class AdviceState(StrEnum):
    """What became of a piece of advice."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Advice(msgspec.Struct, frozen=True):
    """What a prefecture says about a plan, and what the municipality answers."""

    id: AdviceId
    municipality: MunicipalityCode
    fiscal_year: int
    version: int
    on: date
    text: str
    known_from: Moment
    state: AdviceState = AdviceState.OPEN
    answer: str = ""
    answered_on: date | None = None


class Finding(msgspec.Struct, frozen=True):
    """What does not make sense, and where: `path` names the field (`sites[0].windows`), empty for the plan as a whole;
    `facts` are the numbers its sentence needs; `cell` is the cell of the workbook it was read from, if it was."""

    code: str
    severity: Severity
    path: str = ""
    facts: Mapping[str, int | str] = {}
    cell: str = ""

    @property
    def is_error(self) -> bool:
        """Whether the plan cannot be submitted with it."""
        return self.severity is Severity.ERROR


class Compilation(msgspec.Struct, frozen=True):
    """The sums of every figure of the plans that count, by area code: of the `whole` (the nation `00`, or a prefecture)
    and of its parts. `towns` is how many plans there should be; how many there are is the figure `plans`."""

    fiscal_year: int
    whole: str
    sums: Mapping[str, Mapping[str, int]]
    towns: Mapping[str, int]

    @property
    def parts(self) -> tuple[str, ...]:
        """The areas that make up the whole, in order."""
        return tuple(code for code in self.sums if code != self.whole)


class Standing(StrEnum):
    """Whether something that is due has come."""

    IN_TIME = "in_time"
    LATE = "late"  # it came after the day
    MISSING = "missing"  # the day is over and it has not come
    RETURNED = "returned"  # it came and went back
    OPEN = "open"  # not due yet and not there


class Due(msgspec.Struct, frozen=True):
    """One thing a municipality owes: the plan (`month` is None) or the report of a month, and how it stands."""

    municipality: MunicipalityCode
    fiscal_year: int
    month: Month | None
    due: date
    handed_on: date | None
    standing: Standing


class Outcome(StrEnum):
    """What became of a workbook."""

    KEPT = "kept"  # a draft says it now
    SUBMITTED = "submitted"
    UNCHANGED = "unchanged"  # the plan says so already
    REFUSED = "refused"  # it could not be read whole, and nothing was kept


class TakenIn(msgspec.Struct, frozen=True):
    """What became of a workbook, with the plan as it is now (None when there is none) and every finding. `changes` are
    the versions that were written, for the log."""

    outcome: Outcome
    plan: Plan | None
    findings: tuple[Finding, ...]
    changes: tuple[Plan, ...] = ()


def shown_advice_id(advice: int) -> str:
    """Advice as screens and logs name it: sixteen hexadecimal digits."""
    return f"{advice:016x}"
