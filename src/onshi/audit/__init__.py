"""The append-only log of every check, disclosure and change, sealed into signed, chained blocks."""

from onshi.audit import tree
from onshi.audit.heads import HEADS_FILE, heads_line, parse_heads
from onshi.audit.ids import parse_check_id, shown_check_id, shown_check_ids
from onshi.audit.model import Act, Action, Block, Entry, Head, Recorded, Tail
from onshi.audit.problems import Break, Problem, Report
from onshi.audit.service import BLOCK_ENTRIES, acts_by, append, entries_of, entry, head, merge_finds, seal, tail
from onshi.audit.signing import Signer, from_unpadded, public_jwk, public_keys, unpadded, verify_signature
from onshi.audit.verification import verify

__all__ = [
    "BLOCK_ENTRIES",
    "HEADS_FILE",
    "Act",
    "Action",
    "Block",
    "Break",
    "Entry",
    "Head",
    "Problem",
    "Recorded",
    "Report",
    "Signer",
    "Tail",
    "acts_by",
    "append",
    "entries_of",
    "entry",
    "from_unpadded",
    "head",
    "heads_line",
    "merge_finds",
    "parse_check_id",
    "parse_heads",
    "public_jwk",
    "public_keys",
    "seal",
    "tail",
    "shown_check_id",
    "shown_check_ids",
    "tree",
    "unpadded",
    "verify",
    "verify_signature",
]
