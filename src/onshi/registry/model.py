"""People, insurers and coverage as the registry keeps them.

Structs and not dataclasses: the check builds three of them per question, and building a frozen
dataclass costs five times as much (docs/decisions/0003).
"""

from datetime import date
from enum import StrEnum

import msgspec

from onshi.kernel import InsurerNumber, LinkCode, Moment, MunicipalityCode, Period, PersonId


class Sex(StrEnum):
    """性別 (OQSCD007)."""

    MALE = "1"
    FEMALE = "2"
    UNSET = "3"


class Relation(StrEnum):
    """本人・家族区分 (OQSCD009)."""

    INSURED = "1"
    FAMILY = "2"


class ElderlyCertificate(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """高齢受給者証 (70–74): `share` in percent."""

    share: int
    valid_from: date
    valid_to: date | None = None
    issued_on: date | None = None


class LimitCertificate(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """限度額適用認定証: `kind` OQSCD011, `category` OQSCD012."""

    kind: str
    category: str
    valid_from: date
    valid_to: date | None = None
    issued_on: date | None = None
    long_term_on: date | None = None


class DiseaseCertificate(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """特定疾病療養受療証: `category` OQSCD013, `self_pay` yen a month."""

    category: str
    valid_from: date
    self_pay: int
    valid_to: date | None = None
    issued_on: date | None = None


class Details(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What only some coverages have; kept as one JSON column so that every coverage stays one row."""

    holder_name: str | None = None
    card_issued_on: date | None = None
    card_valid_from: date | None = None
    card_valid_to: date | None = None
    share: int | None = None  # 後期高齢者医療 only
    elderly: ElderlyCertificate | None = None
    limit: LimitCertificate | None = None
    diseases: tuple[DiseaseCertificate, ...] = ()


NO_DETAILS = Details()


class Person(msgspec.Struct, frozen=True, gc=False):
    """Who somebody is, as known during one span of time."""

    id: PersonId
    name: str
    kana: str
    birth_on: date
    sex: str
    post_number: str | None = None
    address: str | None = None
    municipality: MunicipalityCode | None = None
    name_other: str | None = None
    kana_other: str | None = None
    sex_printed: str | None = None


class Coverage(msgspec.Struct, frozen=True, gc=False):
    """One person's coverage by one insurer.

    In force on every day of [`starts_on`, `lost_on`). `acquired_on` (資格取得年月日) can be earlier than
    `starts_on`: 市町村国保 is held per prefecture, so a move inside it keeps the day and changes the insurer number.
    """

    id: int
    person: PersonId
    insurer: InsurerNumber
    symbol: str | None
    number: str
    branch: str | None
    relation: str | None
    acquired_on: date
    starts_on: date
    lost_on: date | None = None
    loss_reason: str | None = None
    card_class: str = "01"
    undisclosed: bool = False  # 不開示該当
    refused: bool = False  # 自己情報提供不可
    suspended: bool = False  # the link to the person is in doubt
    details: Details = NO_DETAILS

    @property
    def period(self) -> Period:
        """The days it is in force."""
        return Period(self.starts_on, self.lost_on)

    def in_force(self, on: date) -> bool:
        """Whether `on` is one of its days."""
        return self.starts_on <= on and (self.lost_on is None or on < self.lost_on)


class Insurer(msgspec.Struct, frozen=True):
    """An insurer, and how fresh what it sent us is.

    `delay_days` is the median from 資格取得日 (or the day of loss) to the load that brought it, over the last
    loads; None until there is one.
    """

    number: InsurerNumber
    law_code: str
    kind: str
    name: str
    prefecture: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    first_loaded_at: Moment | None = None
    last_loaded_at: Moment | None = None
    delay_days: int | None = None


class Link(msgspec.Struct, frozen=True):
    """How one insurer names one person."""

    insurer: InsurerNumber
    code: LinkCode
    person: PersonId
    suspended: bool = False


class NumberKey(msgspec.Struct, frozen=True, gc=False):
    """What is printed on a card: enough to find a coverage. Build it with `number_key`."""

    text: str


class PrintedNumber(msgspec.Struct, frozen=True, gc=False):
    """What is printed on a card, texts as they were sent; some messages carry no birth date."""

    insurer: InsurerNumber
    number: str
    symbol: str | None = None
    branch: str | None = None
    birth_on: date | None = None


class CardKey(msgspec.Struct, frozen=True, gc=False):
    """A card's authentication certificate."""

    issuer: str
    serial: str


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """One person found by a key: everything the registry knew about the coverage of that person then.

    `matched` are the ids of the coverages that carry the number asked for (empty when asked by card).
    """

    person: Person
    coverages: tuple[Coverage, ...]
    matched: frozenset[int]


class Found(msgspec.Struct, frozen=True, gc=False):
    """What a key found: nobody, one or several people; `held` when a row that carries it waits for review."""

    sightings: tuple[Sighting, ...] = ()
    held: bool = False


class Feed(msgspec.Struct, frozen=True):
    """One file an insurer sent.

    `counts`: rows, taken, new, changed, lost, cancelled, unchanged, held, errors, warnings.
    """

    id: int
    insurer: InsurerNumber
    mode: str
    file_name: str
    digest: bytes
    started_at: Moment
    finished_at: Moment | None
    state: str
    next_row: int
    counts: dict[str, int]


class FeedFinding(msgspec.Struct, frozen=True):
    """A finding of a feed, with whom it is about where that is known."""

    place: int
    row: int
    column: str
    code: str
    severity: str
    person: PersonId | None = None
    other_insurer: InsurerNumber | None = None


class HeldRow(msgspec.Struct, frozen=True):
    """A row that waits for a person to decide.

    `blocks`: until then its number answers "identity under review"; otherwise the row was taken and the question
    is only whether `content`'s own person and `candidate` are one. `differences` are keys of `content`.
    """

    id: int
    insurer: InsurerNumber
    feed: int
    row: int
    reason: str
    rank: int
    candidate: PersonId | None
    blocks: bool
    since: Moment
    content: dict[str, str | None]
    differences: tuple[str, ...]

    @property
    def own_person(self) -> PersonId | None:
        """At whom a row stands that was taken although it is in question; None where it blocks."""
        return None if self.blocks else PersonId(int(self.content["person_id"] or 0))


class Overlap(msgspec.Struct, frozen=True):
    """One person on whom two insurers claim the same days (資格重複), seen from one of them."""

    person: PersonId
    mine: Coverage
    other_insurer: InsurerNumber
    other_period: Period
    is_newer_mine: bool
