"""Questions, and the closed set of truthful answers.

`gc=False`: these values hold no cycles, so the collector need not walk the thousands of them a batch makes.
"""

from datetime import date
from enum import StrEnum

import msgspec

from onshi.kernel import InsurerNumber, Moment
from onshi.registry import DiseaseCertificate, ElderlyCertificate, LimitCertificate


class AnswerKind(StrEnum):
    """Every answer there is. `answers.toml` holds what each means and what to do."""

    IN_FORCE = "in_force"
    LAWFUL_DOUBLE = "lawful_double"
    LOST = "lost"
    LOST_OTHER_IN_FORCE = "lost_other_in_force"
    NOT_REGISTERED = "not_registered"
    MORE_THAN_ONE = "more_than_one"
    NOT_YET_LOADED = "not_yet_loaded"
    UNDER_REVIEW = "under_review"
    CANNOT_TELL = "cannot_tell"


class Notice(StrEnum):
    """What a reader should also know; texts in `answers.toml`."""

    WRONG_CHECK_DIGIT = "wrong-check-digit"
    UNKNOWN_INSURER = "unknown-insurer"
    STARTS_LATER = "starts-later"
    OVERLAP_REPORTED = "overlap-reported"
    INSURER_CLOSED = "insurer-closed"
    STALE = "stale"
    SPECIAL_MEDICAL_EXPENSE = "special-medical-expense"
    BRANCH_NOT_ASKED = "branch-not-asked"


class ByNumber(msgspec.Struct, frozen=True, gc=False, tag="number"):
    """Asked with what is printed on a card or document; texts as they were sent."""

    insurer: InsurerNumber
    number: str
    birth_on: date
    symbol: str | None = None
    branch: str | None = None


class ByCard(msgspec.Struct, frozen=True, gc=False, tag="card"):
    """Asked with the authentication certificate of a My Number Card."""

    issuer: str
    serial: str


class Query(msgspec.Struct, frozen=True, gc=False):
    """One question: who, for which day, and as known when (None: now).

    `limit_consent` and `disease_consent`: whether the patient let the 限度額適用認定証 and the
    特定疾病療養受療証 be shown. `presence` says how the person was shown to be there; it goes into the proof.
    `with_reference`: the asker wants its own 照会番号 for the person, where it has registered one.
    """

    asked: ByNumber | ByCard
    on: date
    known_at: Moment | None = None
    limit_consent: bool = False
    disease_consent: bool = False
    presence: str = "number"
    with_reference: bool = False


class ShownPerson(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The person as a desk may see them."""

    name: str
    kana: str
    birth_on: date
    sex: str
    name_other: str | None = None
    kana_other: str | None = None
    sex_printed: str | None = None
    post_number: str | None = None
    address: str | None = None


class Share(msgspec.Struct, frozen=True, gc=False):
    """一部負担金割合 in percent; `source` is `insurer` (it said so) or `derived` (from age, law/shares.toml)."""

    percent: int
    source: str


class ShownCoverage(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Everything the national answer carries of a coverage, in its own words (oqs-interface facts §4.2)."""

    insurer_number: str
    insurer_name: str
    insurer_kind: str
    number: str
    acquired_on: date
    starts_on: date
    card_class: str
    symbol: str | None = None
    branch: str | None = None
    relation: str | None = None
    holder_name: str | None = None
    lost_on: date | None = None
    loss_reason: str | None = None
    card_issued_on: date | None = None
    card_valid_from: date | None = None
    card_valid_to: date | None = None
    share: Share | None = None
    preschool: bool = False
    elderly: ElderlyCertificate | None = None
    limit: LimitCertificate | None = None
    diseases: tuple[DiseaseCertificate, ...] = ()


class OtherCoverage(msgspec.Struct, frozen=True, gc=False):
    """The second coverage of a lawful double: named, not shown."""

    insurer_number: str
    insurer_name: str
    starts_on: date


class Freshness(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """How fresh the insurer's data are: the answer to "but I am insured!".

    `delay_days` is how long this insurer usually takes from 資格取得日 to registering it here.
    """

    insurer_number: str
    insurer_name: str
    last_loaded_at: str | None = None
    delay_days: int | None = None


class Answer(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What is known about one question. The JSON form of this value is what a proof covers."""

    kind: AnswerKind
    on: date
    validity: str
    person: ShownPerson | None = None
    coverage: ShownCoverage | None = None
    other: OtherCoverage | None = None
    freshness: Freshness | None = None
    notices: tuple[Notice, ...] = ()
