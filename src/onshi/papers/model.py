"""Papers an insurer gives beside the card, as values."""

import re
from datetime import date
from enum import StrEnum
from typing import NewType

import msgspec

from onshi.kernel import InsurerNumber, PersonId
from onshi.registry import Coverage, Person

PaperId = NewType("PaperId", int)
"""A random 63-bit integer; people see it through `shown_paper_id`."""

BatchId = NewType("BatchId", int)
"""A random 63-bit integer: the papers that were issued and are printed together."""

_SHOWN = re.compile(r"[0-7][0-9a-f]{15}")


class PaperKind(StrEnum):
    """Which paper it is; only the first counts by itself."""

    QUALIFICATION = "qualification"  # 資格確認書
    NOTICE = "notice"  # 資格情報のお知らせ


class PaperState(StrEnum):
    """What became of a paper; that it is over by its date is not a state."""

    ISSUED = "issued"
    LAPSED = "lapsed"  # the coverage was lost: to be returned
    RETURNED = "returned"
    REPLACED = "replaced"


class Handed(StrEnum):
    """How it comes to the member."""

    POST = "post"
    EMPLOYER = "employer"
    DESK = "desk"


class Sorting(StrEnum):
    """In which order a batch is printed: by municipality and post number, or by employer."""

    PLACE = "place"
    EMPLOYER = "employer"


class Paper(msgspec.Struct, frozen=True, gc=False):
    """One paper.

    `ground` says why (a code of `grounds`), None for a notice. `month` is the first day of the month whose list it was
    on, or in which it was asked for. `valid_to` is its last day; a notice has none. `ended_on` is the day on which it
    stopped being issued. `batch` is None for one that was issued alone.
    """

    id: PaperId
    insurer: InsurerNumber
    person: PersonId
    coverage: int
    kind: PaperKind
    ground: str | None
    month: date
    issued_on: date
    valid_to: date | None
    handed: Handed
    batch: BatchId | None = None
    state: PaperState = PaperState.ISSUED
    ended_on: date | None = None

    def holds(self, on: date) -> bool:
        """Whether its holder may show it on that day, as far as the paper goes."""
        return self.state is PaperState.ISSUED and (self.valid_to is None or on <= self.valid_to)


class Unable(msgspec.Struct, frozen=True, gc=False):
    """A member who cannot use a card from the day `since` on, and why.

    `paper` is the 資格確認書 they have that is valid on that day, `was_issued` whether this very list brought one
    already, whatever became of it.
    """

    person: PersonId
    coverage: int
    ground: str
    since: date
    paper: PaperId | None = None
    was_issued: bool = False

    @property
    def is_owed(self) -> bool:
        """Whether a paper is still to be issued."""
        return self.paper is None and not self.was_issued


class Batch(msgspec.Struct, frozen=True):
    """Papers issued together: how many, and how many of them still stand."""

    id: BatchId
    month: date
    issued_on: date
    handed: Handed
    count: int
    standing: int


class Line(msgspec.Struct, frozen=True):
    """One paper of a print run, with everything that is printed on it and on its envelope."""

    paper: Paper
    person: Person
    coverage: Coverage


def shown_paper_id(paper: int) -> str:
    """A paper or a batch as screens, logs and printers see it: sixteen hexadecimal digits."""
    return f"{paper:016x}"


def parse_paper_id(text: str) -> int:
    """Reads what `shown_paper_id` writes; ValueError for anything else."""
    if not _SHOWN.fullmatch(text.strip()):
        raise ValueError("not the id of a paper")
    return int(text, 16)
