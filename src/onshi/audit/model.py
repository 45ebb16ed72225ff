"""What the log holds, as values."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from onshi.kernel import Moment


class Action(StrEnum):
    """What was done. The list is closed: a new kind of act gets a new name here, and old names never change."""

    CHECK = "check"
    DISCLOSE = "disclose"
    OWN_VIEW = "own_view"
    LOAD = "load"
    REVIEW = "review"
    SUSPEND = "suspend"
    RESUME = "resume"
    MERGE = "merge"
    SPLIT = "split"
    CORRECT = "correct"
    CARD_SHOWN = "card_shown"
    CARD_APPLICATION = "card_application"
    CARD_CHANGED = "card_changed"
    CARD_LINKED = "card_linked"
    CARD_UNLINKED = "card_unlinked"
    PAPER_ISSUED = "paper_issued"
    PAPER_RETURNED = "paper_returned"
    REQUEST = "request"
    TIMETABLE = "timetable"
    MATERIAL = "material"
    VISIT = "visit"
    LOAN = "loan"
    REFERENCE = "reference"
    CONSENT = "consent"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    PLAN = "plan"
    PLAN_RESULTS = "plan_results"
    PLAN_ADVICE = "plan_advice"
    FACILITY = "facility"
    SUBSIDY = "subsidy"
    PACKAGE = "package"
    LOGIN = "login"
    LOGIN_FAILED = "login_failed"
    LOGOUT = "logout"
    STAFF_CHANGED = "staff_changed"
    TOKEN = "token"  # noqa: S105 - the name of an act, as is the next
    TOKEN_REFUSED = "token_refused"  # noqa: S105
    CLIENT_REGISTERED = "client_registered"
    CLIENT_CHANGED = "client_changed"
    CLIENT_DISABLED = "client_disabled"
    KEY_ROTATED = "key_rotated"
    AUDIT_READ = "audit_read"
    AUDIT_VERIFIED = "audit_verified"
    EXPORT = "export"
    SETTING_CHANGED = "setting_changed"
    SURVEY = "survey"
    TALLY = "tally"
    OUTREACH = "outreach"


# A Struct and not a dataclass: the check lane makes one for every check, and this takes a tenth of the time.
class Entry(msgspec.Struct, frozen=True, gc=False):
    """One act, before it is written: who did what to whom, and what came of it.

    `actor` is a party id such as `institution:1312345678`; `object` the id of a thing (coverage, feed,
    client); `outcome` an answer kind or a code; `leaf` 32 bytes, the digest of what was answered or
    changed. Ids, codes and digests only: names, numbers and texts cannot be taken out of a chain again.
    The object of a check an institution makes is a note of what was shown (`eligibility/notes.py`); entries
    written before there were notes have none.
    """

    actor: str
    action: Action
    outcome: str | None
    leaf: bytes
    subject: int | None = None
    object: str | None = None


class Act(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an entry says, without its proof: read in great numbers, so straight out of the stored form (packing.py)."""

    seq: int
    at: int
    actor: str
    action: str
    subject: int | None
    object: str | None
    outcome: str | None


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An entry as it stands in the log: its place (`batch`, `seq`), its moment and its digest."""

    batch: int
    seq: int
    at: Moment
    entry: Entry
    digest: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """The entries of one transaction; `root` is the hash tree over their digests, `block` where it was sealed."""

    batch: int
    at: Moment
    entries: int
    root: bytes
    block: int | None


@dataclass(frozen=True, slots=True)
class Block:
    """Sealed batches, chained to the block before by `previous` and signed.

    `members` is, for each batch in order, its id (8 bytes, big endian) and its leaf (32 bytes); `root` is the
    hash tree over those leaves. So a batch that is gone or changed is found by name.
    """

    number: int
    at: Moment
    previous: bytes
    batches: int
    entries: int
    root: bytes
    members: bytes
    kid: str
    signature: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at some moment, kept outside the database: a chain that later lacks it was cut."""

    number: int
    hash: bytes
    at: Moment
    kid: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Tail:
    """What no block holds yet: how many batches and entries, the oldest from `since` (None when there are none)."""

    batches: int
    entries: int
    since: Moment | None
