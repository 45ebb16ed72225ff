"""A registration of a card as insurance card, as values."""

from datetime import date
from enum import StrEnum
from typing import NewType

import msgspec

from onshi.kernel import InsurerNumber, Moment, MunicipalityCode, PersonId
from onshi.registry.model import CardKey

EnrolmentId = NewType("EnrolmentId", int)
"""A random 63-bit integer."""


class Place(StrEnum):
    """Where somebody registers a card."""

    PORTAL = "portal"
    MUNICIPAL_TERMINAL = "municipal_terminal"
    BANK_MACHINE = "bank_machine"
    READER = "reader"


class State(StrEnum):
    """How it stands with a registration."""

    RESERVED = "reserved"
    COMPLETE = "complete"
    UNDER_REVIEW = "under_review"
    WITHDRAWAL_REQUESTED = "withdrawal_requested"
    WITHDRAWN = "withdrawn"


WAITING = frozenset({State.RESERVED, State.UNDER_REVIEW})
"""Nobody's yet: these are looked at again when people arrive."""
LIVE = frozenset({State.COMPLETE, State.WITHDRAWAL_REQUESTED})
"""The card is somebody's, and the check finds them by it."""


class Holder(msgspec.Struct, frozen=True, gc=False):
    """Who a card says its holder is: the five items that identify somebody, and where they live."""

    name: str
    kana: str
    birth_on: date
    sex: str
    address: str
    municipality: MunicipalityCode


class Enrolment(msgspec.Struct, frozen=True, gc=False):
    """One registration as it stands: 利用登録.

    `at` is its place in the queue. `person` is set from `complete` on. `reason` says why a reviewer has to decide,
    `candidate` whom the card may mean, `not_meant` whom a reviewer has ruled out. `effective_on` is the first day
    without it once withdrawal was asked for, through `withdrawn_by`.
    """

    id: EnrolmentId
    card: CardKey
    holder: Holder
    place: Place
    party: str
    at: Moment
    state: State
    person: PersonId | None = None
    reason: str | None = None
    candidate: PersonId | None = None
    not_meant: tuple[PersonId, ...] = ()
    effective_on: date | None = None
    withdrawn_by: InsurerNumber | None = None
    decided_by: str | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether it is nobody's yet."""
        return self.state in WAITING

    @property
    def is_live(self) -> bool:
        """Whether its card is somebody's insurance card."""
        return self.state in LIVE


class Receipt(msgspec.Struct, frozen=True):
    """All that leaves the house about an enrolment: nothing of whom it was joined to, of insurers or of protection."""

    enrolment: str
    state: State
    at: Moment
    effective_on: date | None


class Message(msgspec.Struct, frozen=True):
    """One thing the person is told: when, and what by its code."""

    at: Moment
    code: str
    effective_on: date | None = None


class NewlyUnable(msgspec.Struct, frozen=True):
    """Somebody whose card ends being their insurance card, so that this insurer owes them a 資格確認書."""

    person: PersonId
    insurer: InsurerNumber
    enrolment: EnrolmentId
    effective_on: date
    state: State


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """Whom the registry thinks a card means: `person` without a doubt, or why not and who comes near."""

    person: PersonId | None = None
    reason: str | None = None
    candidate: PersonId | None = None


NOBODY = Verdict()
