"""Consents, what is asked under them, and what is said: values only."""

from datetime import date
from enum import StrEnum

import msgspec

from onshi.kernel import Moment, PersonId
from onshi.registry import CardKey, Person, PrintedNumber


class Kind(StrEnum):
    """What may be seen (OQSCD036)."""

    DRUGS = "drugs"  # 薬剤 YZK
    CHECKUPS = "checkups"  # 特定健診 TKK
    DIAGNOSIS = "diagnosis"  # 診療 SRJ
    OPERATIONS = "operations"  # 手術 SHJ


class Care(StrEnum):
    """For which form of care (OQSCD028)."""

    OUTPATIENT = "outpatient"
    HOME_VISIT = "home_visit"
    ONLINE = "online"


class Giving(msgspec.Struct, frozen=True, gc=False):
    """Somebody who has proved to be there lets the party see these kinds. `check_id` names the check they came for,
    whose proof says how they proved it; `examined_on` is its day."""

    party: str
    person: PersonId
    kinds: tuple[Kind, ...]
    care: Care
    check_id: str
    card: CardKey
    examined_on: date


class Consent(msgspec.Struct, frozen=True, gc=False):
    """One kind let be seen, at every moment of [`given_at`, `until`). `withdrawn`: `until` is when that was."""

    party: str
    person: PersonId
    kind: Kind
    care: Care
    given_at: Moment
    until: Moment
    check_id: str
    card: CardKey
    examined_on: date
    withdrawn: bool = False

    def in_force(self, at: Moment) -> bool:
        """Whether it may be seen at that moment."""
        return self.given_at <= at < self.until


class Span(msgspec.Struct, frozen=True):
    """Days from `first` to `last`, both inside: those of the consents, or of the examinations (受診日)."""

    first: date
    last: date
    is_of_examination: bool = False


class Given(msgspec.Struct, frozen=True):
    """Somebody who gave consents in a span: the last giving of theirs in it, and all that stands of that form of care
    now, one of each kind."""

    person: PersonId
    card: CardKey
    given_at: Moment
    check_id: str
    consents: tuple[Consent, ...] = ()

    @property
    def place(self) -> tuple[Moment, str]:
        """Where it stands in the order given."""
        return self.given_at, self.check_id


class RecordsState(StrEnum):
    """What is said to somebody who wants to see records."""

    NONE = "none"  # a consent is in force, and there is nothing
    NO_CONSENT = "no_consent"
    CONSENT_OVER = "consent_over"
    NOT_FOUND = "not_found"


class RecordsAsked(msgspec.Struct, frozen=True, gc=False):
    """Whose records of which kind are wanted, for which form of care."""

    kind: Kind
    care: Care
    asked: PrintedNumber


class Disclosed(msgspec.Struct, frozen=True, gc=False):
    """What is said; the person and the end of the consent only while one is in force."""

    state: RecordsState
    until: Moment | None = None
    person: Person | None = None


class Withdrawal(msgspec.Struct, frozen=True, gc=False):
    """Whose consents of which kinds end; every form of care."""

    kinds: tuple[Kind, ...]
    asked: PrintedNumber


class WithdrawnState(StrEnum):
    """What came of a withdrawal."""

    WITHDRAWN = "withdrawn"
    NO_CONSENT = "no_consent"
    NOT_FOUND = "not_found"
