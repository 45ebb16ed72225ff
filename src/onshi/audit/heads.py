"""The file of chain heads: one JSON object a line, kept where whoever can alter the database cannot."""

import msgspec

from onshi.audit.errors import HeadsUnreadable
from onshi.audit.model import Head
from onshi.audit.signing import from_unpadded, unpadded
from onshi.kernel import Moment


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: int
    hash: str
    at: int
    kid: str
    signature: str


HEADS_FILE = "audit-heads.jsonl"
"""The file in the data folder to which the server adds every head; keep a copy elsewhere."""


def heads_line(head: Head) -> str:
    """The head as a line, with its line end; bytes as base64url."""
    line = _Line(head.number, unpadded(head.hash), head.at, head.kid, unpadded(head.signature))
    return msgspec.json.encode(line).decode() + "\n"


def parse_heads(text: str) -> list[Head]:
    """Every head of the file, in its order; blank lines are skipped. HeadsUnreadable names a damaged line.

    A last line without line end is one whose writer was interrupted, and is left out when it is not whole.
    """
    found: list[Head] = []
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        head = _head(line)
        if head is not None:
            found.append(head)
        elif number < len(lines):
            raise HeadsUnreadable(line=number)
    return found


def _head(line: str) -> Head | None:
    try:
        read = msgspec.json.decode(line, type=_Line)
        signature = from_unpadded(read.signature)
        return Head(read.number, from_unpadded(read.hash), Moment(read.at), read.kid, signature)
    except (msgspec.MsgspecError, ValueError):
        return None
