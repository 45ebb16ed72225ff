"""Facilities on their way onto the network, their vendors, subsidies and deferrals: values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType, TypeAlias

from onshi.kernel import Moment, Month, ProviderCode

PackageId = NewType("PackageId", int)
"""A random 63-bit integer."""

ApplicationId = NewType("ApplicationId", int)
"""A random 63-bit integer: one application for a subsidy, or for a deferral."""


class FacilityKind(StrEnum):
    """What a facility is; hospital and clinic are told apart here, the code of an institution does not."""

    HOSPITAL = "hospital"  # 病院
    MEDICAL_CLINIC = "medical_clinic"  # 医科診療所
    DENTAL_CLINIC = "dental_clinic"  # 歯科診療所
    PHARMACY = "pharmacy"  # 薬局
    VISITING_NURSING = "visiting_nursing"  # 訪問看護ステーション


class Claims(StrEnum):
    """How a facility sends its claims; who sends paper is exempt."""

    ONLINE = "online"
    MEDIA = "media"
    PAPER = "paper"


class Step(StrEnum):
    """A step with its day. The order is that of the way; the values are stored."""

    ACCOUNT = "account"
    READER_APPLIED = "reader_applied"
    READER_DELIVERED = "reader_delivered"
    VENDOR_ORDERED = "vendor_ordered"
    WORK_BEGUN = "work_begun"
    USE_APPLICATION = "use_application"
    TERMINAL_CERTIFICATE = "terminal_certificate"
    TEST_ELIGIBILITY = "test_eligibility"
    READY = "ready"
    START_ELIGIBILITY = "start_eligibility"
    TEST_CHECKUPS = "test_checkups"
    START_CHECKUPS = "start_checkups"
    TEST_DRUGS = "test_drugs"
    START_DRUGS = "start_drugs"


class Milestone(StrEnum):
    """What is counted. Each holds the next one: who operates is counted in all four."""

    ACCOUNT = "account"
    READER_APPLIED = "reader_applied"
    READY = "ready"
    OPERATING = "operating"


class Function(StrEnum):
    """What a facility can do on the network, each with its own test and its own first day."""

    ELIGIBILITY = "eligibility"  # 資格確認
    CHECKUPS = "checkups"  # 特定健診情報
    DRUGS = "drugs"  # 薬剤情報


class Sake(StrEnum):
    """Who is waited for."""

    FACILITY = "facility"
    VENDOR = "vendor"
    READER_MAKER = "reader_maker"
    FUND = "fund"
    NETWORK = "network"
    LINE = "line"


class DeferralKind(StrEnum):
    """The six reasons for which the duty is put off (経過措置1 to 6)."""

    VENDOR_UNFINISHED = "1"
    NO_LINE = "2"
    HOME_VISITS_ONLY = "3"
    BUILDING_WORKS = "4"
    CLOSING = "5"
    HARDSHIP = "6"


@dataclass(frozen=True, slots=True)
class Facility:
    """What this room knows of an institution.

    `municipality` has 6 digits. `readers` is how many it wants or has. `prescriptions`: how many a month the group of a
    pharmacy fills, None where nobody said. `vendor` is the party it named, `package` that vendor's package. `closed_on`
    is the first day on which it is closed.
    """

    institution: ProviderCode
    kind: FacilityKind
    municipality: str
    readers: int = 1
    claims: Claims = Claims.ONLINE
    prescriptions: int | None = None
    vendor: str | None = None
    package: PackageId | None = None
    closed_on: date | None = None

    @property
    def prefecture(self) -> str:
        """Two digits."""
        return self.municipality[:2]


Progress: TypeAlias = Mapping[Step, date]
"""The day of every step that was entered; what is not there was not taken."""


@dataclass(frozen=True, slots=True)
class Entered:
    """One step of one institution; `on` None takes it back."""

    institution: ProviderCode
    step: Step
    on: date | None


@dataclass(frozen=True, slots=True)
class Version:
    """What was believed of a step, by whom it was entered, in [`known_from`, `known_to`); None: until now."""

    step: Step
    on: date
    known_from: Moment
    known_to: Moment | None
    by: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where a facility stands still: at the first step that is missing, or at `subsidy`.

    `since` is the day from which it waits. `due` is a first day of use that lies ahead: then nobody is late.
    """

    at: str
    sake: Sake
    since: date
    days: int
    is_late: bool
    due: date | None = None


class DecisionState(StrEnum):
    """What became of an application: a granted subsidy is paid, a granted deferral stays."""

    APPLIED = "applied"
    GRANTED = "granted"
    REFUSED = "refused"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Deferral:
    """An application to put the duty off.

    `awaited_on` is the day on which what is waited for is there, where it is known (kind 2: the line). `until` is the
    last day it is put off to; None: open, since no last day is known.
    """

    id: ApplicationId
    institution: ProviderCode
    kind: DeferralKind
    applied_on: date
    awaited_on: date | None = None
    state: DecisionState = DecisionState.APPLIED
    decided_on: date | None = None
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the duty is put off on the day."""
        if self.state is not DecisionState.GRANTED or self.decided_on is None:
            return False
        return self.applied_on <= on and (self.until is None or on <= self.until)


class Obligation(StrEnum):
    """Whether a facility has to check eligibility online on a day."""

    NOT_YET = "not_yet"
    EXEMPT = "exempt"
    DEFERRED = "deferred"
    OBLIGED = "obliged"


@dataclass(frozen=True, slots=True)
class Standing:
    """The obligation on a day; `until`: to which day it is put off, where that is known."""

    obligation: Obligation
    until: date | None = None


class WhyNot(StrEnum):
    """Why nothing is paid: the first five by the rules, the others by whoever decides."""

    BEFORE_SCHEME = "before_scheme"
    READER_TOO_LATE = "reader_too_late"
    CONTRACT_TOO_LATE = "contract_too_late"
    DONE_TOO_LATE = "done_too_late"
    HANDED_IN_TOO_LATE = "handed_in_too_late"
    PAPERS_DO_NOT_FIT = "papers_do_not_fit"
    COST_NOT_COVERED = "cost_not_covered"
    PAID_BEFORE = "paid_before"


@dataclass(frozen=True, slots=True)
class Outlay:
    """What a subsidy is asked for: the facility, what it cost in yen, and the days that decide.

    `applied_on` is when the reader was applied for. Days that have not come are None and are not judged.
    """

    kind: FacilityKind
    readers: int
    cost: int
    applied_on: date
    contract_on: date | None = None
    done_on: date | None = None
    handed_in_on: date | None = None
    operating_on: date | None = None
    prescriptions: int | None = None
    deferral: DeferralKind | None = None


@dataclass(frozen=True, slots=True)
class Subsidy:
    """What is paid, in yen.

    `scheme` is that of the day on which the reader was applied for, `paid_by` the one whose figures are paid: another
    for earlier appliers. `raise_by` is the difference that these get, a part of `amount`; None where it is not known.
    """

    scheme: str
    amount: int
    cap: int
    share: int
    raise_by: int | None
    done_by: date | None
    hand_in_by: date | None
    paid_by: str
    source: str


@dataclass(frozen=True, slots=True)
class NotEligible:
    """Nothing is paid, and why. `last`: the day by which it should have been."""

    reason: WhyNot
    last: date | None = None


@dataclass(frozen=True, slots=True)
class NotKnown:
    """The rule exists and no source gives its figure (`what`: amount or deadline). `at_most` where that is known."""

    scheme: str
    what: str
    at_most: int | None = None


SubsidyAnswer: TypeAlias = Subsidy | NotEligible | NotKnown


@dataclass(frozen=True, slots=True)
class Receipts:
    """What lies beside an application; the papers themselves are not kept here."""

    receipt: bool = False
    itemised: bool = False
    completion_report: bool = False

    @property
    def complete(self) -> bool:
        """Whether all three are there."""
        return self.receipt and self.itemised and self.completion_report


@dataclass(frozen=True, slots=True)
class Application:
    """An application for a subsidy.

    `computed` is what the rules gave, None where no source has the figure; `granted` what was decided. `batch` is the
    month in whose batch it is paid, `pay_on` about when the money comes.
    """

    id: ApplicationId
    institution: ProviderCode
    outlay: Outlay
    handed_in_on: date
    computed: int | None
    state: DecisionState = DecisionState.APPLIED
    decided_on: date | None = None
    granted: int | None = None
    refused_for: WhyNot | None = None
    batch: Month | None = None
    pay_on: date | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """A vendor's software in one version, and what it is made to do."""

    id: PackageId
    vendor: str
    name: str
    version: str
    functions: tuple[Function, ...]


@dataclass(frozen=True, slots=True)
class PackageTest:
    """One test of a package for one function. `report` is the SHA-256 of what was handed in, or the number under which
    the operator recorded it by hand (`by_hand`)."""

    package: PackageId
    function: Function
    on: date
    report: str
    passed: bool
    by_hand: bool
    met: int = 0
    broken: int = 0
    not_seen: int = 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """So many facilities of one place, kind and vendor that have taken exactly these steps by a day.

    `municipality` is a prefecture's two digits and `vendor` None where those are not told apart. `deferral` is the kind
    of one that they asked for or were granted, `waits_for_fund` whether a subsidy is open.
    """

    municipality: str
    kind: FacilityKind
    claims: Claims
    vendor: str | None
    steps: frozenset[Step]
    deferral: DeferralKind | None
    waits_for_fund: bool
    count: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many facilities, and how many of them reached each milestone."""

    facilities: int = 0
    reached: Mapping[Milestone, int] = field(default_factory=lambda: dict.fromkeys(Milestone, 0))

    def share(self, milestone: Milestone) -> float | None:
        """In per cent; None of nobody."""
        return 100 * self.reached[milestone] / self.facilities if self.facilities else None


@dataclass(frozen=True, slots=True)
class Count:
    """The same of all facilities, and of those that the duty reaches; which of the two is said with every share."""

    of_all: Tally = field(default_factory=Tally)
    of_obliged: Tally = field(default_factory=Tally)
