"""What verification can find, and how it says so."""

from dataclasses import dataclass
from enum import StrEnum

from onshi.audit.ids import shown_check_id
from onshi.audit.model import Head
from onshi.kernel import Moment


class Problem(StrEnum):
    """One way in which the log is not what was written. `PROBLEM_TEXTS` has the words."""

    ENTRY_ALTERED = "entry_altered"
    ENTRY_MISSING = "entry_missing"
    ENTRY_EXTRA = "entry_extra"
    ENTRY_REORDERED = "entry_reordered"
    ENTRIES_REPLACED = "entries_replaced"
    ENTRIES_WITHOUT_BATCH = "entries_without_batch"
    BATCH_ALTERED = "batch_altered"
    BATCH_MISSING = "batch_missing"
    BATCH_EXTRA = "batch_extra"
    BATCH_MOVED = "batch_moved"
    BATCHES_WITHOUT_BLOCK = "batches_without_block"
    BLOCK_ALTERED = "block_altered"
    BLOCK_MISSING = "block_missing"
    CHAIN_BROKEN = "chain_broken"
    SIGNATURE_WRONG = "signature_wrong"
    KEY_UNKNOWN = "key_unknown"
    TRUNCATED = "truncated"
    HEAD_DIFFERS = "head_differs"
    HEAD_FORGED = "head_forged"


# (Japanese, English)
PROBLEM_TEXTS: dict[Problem, tuple[str, str]] = {
    Problem.ENTRY_ALTERED: ("記録の内容が書き換えられています。", "The entry was altered."),
    Problem.ENTRY_MISSING: ("記録が失われています。", "The entry is missing."),
    Problem.ENTRY_EXTRA: ("後から加えられた記録があります。", "The entry was added afterwards."),
    Problem.ENTRY_REORDERED: ("記録の順番が入れ替えられています。", "The entry was moved to another place."),
    Problem.ENTRIES_REPLACED: (
        "この束の記録が、束を閉じた時のものと異なります。",
        "The entries are not those the batch was closed with.",
    ),
    Problem.ENTRIES_WITHOUT_BATCH: ("束のない記録があります。", "There are entries whose batch is gone."),
    Problem.BATCH_ALTERED: ("束の行が書き換えられています。", "The row of the batch was altered."),
    Problem.BATCH_MISSING: ("封印された束が失われています。", "A sealed batch is missing."),
    Problem.BATCH_EXTRA: (
        "この束は、属すると称するブロックに封印されていません。",
        "The batch claims a block that did not seal it.",
    ),
    Problem.BATCH_MOVED: (
        "このブロックが封印した束が、別のブロックのものとされています。",
        "A batch this block sealed now claims another block, or none.",
    ),
    Problem.BATCHES_WITHOUT_BLOCK: (
        "存在しないブロックに属すると称する束があります。",
        "There are batches that claim a block which is not there.",
    ),
    Problem.BLOCK_ALTERED: ("ブロックの行が書き換えられています。", "The row of the block was altered."),
    Problem.BLOCK_MISSING: ("ブロックが失われています。", "The block is missing."),
    Problem.CHAIN_BROKEN: (
        "ブロックが直前のブロックにつながっていません。",
        "The block does not follow from the one before.",
    ),
    Problem.SIGNATURE_WRONG: ("ブロックの署名が正しくありません。", "The signature of the block is wrong."),
    Problem.KEY_UNKNOWN: ("知らない鍵で署名されています。", "It was signed with a key that is not ours."),
    Problem.TRUNCATED: (
        "控えにあるブロック以降が切り取られています。",
        "The chain ends before a head that was noted outside the database.",
    ),
    Problem.HEAD_DIFFERS: (
        "ブロックが、データベースの外に控えた先頭と異なります。",
        "The block is not the one that was noted outside the database.",
    ),
    Problem.HEAD_FORGED: (
        "データベースの外の控えの署名が正しくありません。",
        "The signature of a noted head is wrong.",
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the log: a block, a batch, an entry in it; None as far as it is not known or not meant."""

    block: int | None = None
    batch: int | None = None
    seq: int | None = None

    @property
    def check_id(self) -> str | None:
        """The entry as people name it."""
        if self.batch is None or self.seq is None:
            return None
        return shown_check_id(self.batch, self.seq)


@dataclass(frozen=True, slots=True)
class Break:
    """One problem at one place. `count` is how many in a row from there (entries, blocks, batches)."""

    place: Place
    problem: Problem
    count: int = 1

    def text(self, language: str) -> str:
        """The problem in `ja` or `en`; the place is for the caller to show."""
        japanese, english = PROBLEM_TEXTS[self.problem]
        return japanese if language == "ja" else english


@dataclass(frozen=True, slots=True)
class Report:
    """What verification read and found.

    `breaks` holds the first problems, `breaks_found` counts all. The tail is what no block has sealed yet: not
    an error, but not proven either. `head` is the end of the chain as found, to be compared with a note of it.
    """

    blocks: int
    batches: int
    entries: int
    breaks: tuple[Break, ...]
    breaks_found: int
    tail_batches: int
    tail_entries: int
    tail_since: Moment | None
    head: Head | None

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return self.breaks_found == 0
