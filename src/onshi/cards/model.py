"""Who holds cards, what is applied for, the cards themselves, and what happens to them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

from onshi.kernel import Moment, MunicipalityCode
from onshi.law import Residence

HolderId = NewType("HolderId", int)
"""A random 63-bit integer of ours: somebody who holds or wants a card. It is not the registry's number of a person."""

ApplicationId = NewType("ApplicationId", int)
"""A random 63-bit integer: one application for a card."""

CardId = NewType("CardId", int)
"""A random 63-bit integer: one piece of plastic. It is printed nowhere and is no certificate's number."""

FormId = NewType("FormId", str)
"""申請書ID: 23 digits on the printed form. The real one's inner form is not known; ours are drawn at random."""


class Sex(StrEnum):
    """性別 as printed on the card."""

    MALE = "1"
    FEMALE = "2"


class Doer(StrEnum):
    """On which side of the counter somebody stands."""

    CITIZEN = "citizen"  # the holder, or the guardian
    MUNICIPALITY = "municipality"
    MAKER = "maker"  # who makes the cards and posts express ones
    HELPER = "helper"  # 申請サポート: municipal, post office, bank, shop; keeps nothing


class State(StrEnum):
    """Where an application stands; the texts are in steps.toml."""

    REFERRED = "referred"
    RECEIVED = "received"
    DEFECTIVE = "defective"
    IDENTIFIED = "identified"
    MAKING = "making"
    SHIPPED = "shipped"
    IN_CUSTODY = "in_custody"
    PRESET = "preset"
    NOTIFIED = "notified"
    NOTICE_RETURNED = "notice_returned"
    NOTICE_EXPIRED = "notice_expired"
    AT_WINDOW = "at_window"
    POSTED = "posted"
    MAIL_RETURNED = "mail_returned"
    ISSUED = "issued"
    UNCOLLECTED = "uncollected"
    CANCELLED = "cancelled"
    VOID_MOVED = "void_moved"
    DECEASED = "deceased"


class Stage(StrEnum):
    """The four figures that a municipality reports every month (交付円滑化計画 3 of the papers of 2019-09-03)."""

    RECEIVED = "received"  # 交付申請受付
    PRESET = "preset"  # 交付前設定
    NOTIFIED = "notified"  # 交付通知書送付
    ISSUED = "issued"  # 交付


class Kind(StrEnum):
    """What the card is wanted for; the words are those of law/card_fees.toml."""

    FIRST = "first"  # 新規
    RENEWAL = "renewal"  # 有効期限による更新
    LOST = "lost"  # 紛失による再交付
    DAMAGED = "damaged"  # 破損・機能不良による再交付
    ENTRIES_FULL = "entries_full"  # 追記欄の満欄
    LAPSED = "lapsed_after_move"  # 転入届の遅れ・継続利用をしなかったことによる失効
    RETURNED = "returned"  # the last card was given back


class PhotoSource(StrEnum):
    """Where the photo comes from."""

    TAKEN = "taken"
    LICENCE = "licence"  # taken for a driving licence at the same visit
    REUSED = "reused"  # of an application that a move made void
    NONE = "none"  # not needed: under the age of one


class Helper(StrEnum):
    """What kind of place helped with the application (申請サポート); nothing more is known of it."""

    MUNICIPALITY = "municipality"
    POST_OFFICE = "post_office"
    BANK = "bank"
    SHOP = "shop"


class Venue(StrEnum):
    """Where a visiting reception is held (the kinds of place of 交付円滑化計画 2)."""

    WORKPLACE = "workplace"
    HALL = "hall"
    SHOP = "shop"
    HOSPITAL = "hospital"
    CARE_HOME = "care_home"
    TAX_OFFICE = "tax_office"
    POST_OFFICE = "post_office"
    JOB_CENTRE = "job_centre"
    LICENCE_CENTRE = "licence_centre"
    IMMIGRATION_OFFICE = "immigration_office"
    SCHOOL = "school"
    OTHER = "other"


class Desk(StrEnum):
    """Which desk of the town hall handed out the referral ticket."""

    MOVE_IN = "move_in"  # 転入
    CHILD_ALLOWANCE = "child_allowance"  # 児童手当
    HEALTH_INSURANCE = "health_insurance"  # 国保
    TAX = "tax"  # 税


class CardState(StrEnum):
    """What a card is worth."""

    MADE = "made"  # not handed over yet
    ACTIVE = "active"
    SUSPENDED = "suspended"  # reported lost; never released, only replaced
    VOID = "void"
    RETURNED = "returned"
    EXPIRED = "expired"
    DESTROYED = "destroyed"  # never handed over


class CardKind(StrEnum):
    """How a card is made and set."""

    STANDARD = "standard"
    FACE = "face"  # 顔認証マイナンバーカード: without PINs
    CHILD = "child"  # without a photo, for a child under one


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, and how far they reach.

    `actor` goes into the log: `staff:…`, `holder:…`, `maker:…`; of a helper only the kind, because a helper keeps
    nothing. A municipality reaches its own cases, a citizen their own and those of whom they are the guardian.
    """

    doer: Doer
    actor: str
    municipality: MunicipalityCode | None = None
    holder: HolderId | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What the caller writes to the audit log: ids and codes only.

    `outcome` is `done`, the state that was reached, or a code; `object` names the thing, `application:…` or `card:…`.
    """

    action: str
    actor: str
    subject: HolderId | None
    object: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Who somebody is, as known during one span of time.

    `stay_until` is the end of a limited stay. `guardian` is the legal guardian of a minor or ward, a holder too (a
    holder need not have a card).
    """

    id: HolderId
    name: str
    kana: str
    birth_on: date
    sex: Sex
    post_number: str
    address: str
    municipality: MunicipalityCode
    residence: Residence = Residence.JAPANESE
    stay_until: date | None = None
    guardian: HolderId | None = None
    is_ward: bool = False
    deceased_on: date | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One printed application form. From `ended_on` on it is void, because of a move, a card, or a death."""

    id: FormId
    holder: HolderId
    municipality: MunicipalityCode
    printed_on: date
    ended_on: date | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody applies for and how.

    `route`, `method`, `delivery` and `express_ground` are slugs of law/issuance_methods.toml. `express_since` is the
    day of the event that is the ground (of a child under one it is the birth). `workplace` is the id of the party
    through which it comes. `venue` says where a visiting reception is held.
    """

    route: str
    method: str
    delivery: str = "window"
    kind: Kind = Kind.FIRST
    photo_source: PhotoSource = PhotoSource.TAKEN
    helper: Helper | None = None
    workplace: str | None = None
    venue: Venue | None = None
    express_ground: str | None = None
    express_since: date | None = None
    is_face_card: bool = False


@dataclass(frozen=True, slots=True)
class Papers:
    """What is laid on the desk, as kinds of papers (`law.known_documents`): never a number of one.

    The other fields are those of `law.decide_documents`.
    """

    shown: tuple[str, ...] = ()
    guardian_shown: tuple[str, ...] = ()
    guardian_known: bool = False
    agent_ground: str | None = None
    agent_shown: tuple[str, ...] = ()
    pin_entered: bool = False


@dataclass(frozen=True, slots=True)
class Assurances:
    """What the holder says where the card is to be posted; the rest of `law.PostingAnswers` is known here."""

    in_person: bool = True
    forwards_mail: bool = False
    moves_on: date | None = None
    entries_change: bool = False
    old_card_returned: bool = False


@dataclass(frozen=True, slots=True)
class Documents:
    """What was decided about identity: kinds of papers and codes of reasons, never a number of a paper."""

    accepted: bool
    shown: tuple[str, ...]
    because: tuple[str, ...]
    decided_on: date


@dataclass(frozen=True, slots=True)
class Application:
    """One application as it stands.

    `photo` is the digest of the photo, which is kept apart and can be deleted. `notice_on` is the day of the
    notice, `reminded_on` that of the last one after it. `custody_place` says where in the town hall the card lies.
    """

    id: ApplicationId
    holder: HolderId
    municipality: MunicipalityCode
    form: FormId | None
    wish: Wish
    state: State
    state_since: date
    applied_on: date | None = None
    photo: bytes | None = None
    desk: Desk | None = None
    documents: Documents | None = None
    notice_on: date | None = None
    reminded_on: date | None = None
    custody_place: str | None = None
    card: CardId | None = None
    is_open: bool = True

    @property
    def name(self) -> str:
        """How events name it."""
        return f"application:{self.id}"


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `made_on` is the day printed as the day of issue, `handed_on` the day it reached the holder.

    It is good up to and including `valid_to`.
    """

    id: CardId
    holder: HolderId
    application: ApplicationId
    municipality: MunicipalityCode
    kind: CardKind
    state: CardState
    state_since: date
    made_on: date
    valid_to: date
    handed_on: date | None = None

    @property
    def name(self) -> str:
        """How events name it."""
        return f"card:{self.id}"


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of the history of an application or a card: who did what, when, and what it was before and after."""

    seq: int
    at: Moment
    step: str
    actor: str
    before: str
    after: str
    stage: Stage | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A step was taken: the application as it stands now, and what goes into the log.

    `fresh_card` is a card that went into the holder's hands with this step: the certificates are issued for it.
    """

    application: Application
    events: tuple[Event, ...]
    fresh_card: Card | None = None
