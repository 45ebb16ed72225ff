"""One range of bytes (RFC 9110 §14), so that a broken download goes on where it stopped."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from onshi.interfaces.rest.problems import RangeNotSatisfiable

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from `start` up to, not including, `end`."""

    start: int
    end: int


def read_range(headers: Mapping[str, str], size: int, tag: str) -> Span | None:
    """The span asked for of `size` bytes; None for the whole. Raises RangeNotSatisfiable.

    A range under an `If-Range` that is not `tag` is left out of account, as is a unit that is not bytes; several
    ranges at once are not served.
    """
    given = headers.get("range", "")
    if not given.startswith("bytes=") or headers.get("if-range", tag) != tag:
        return None
    match = _RANGE.fullmatch(given.replace(" ", ""))
    if match is None or match[1] == match[2] == "":
        raise RangeNotSatisfiable(size=size)
    if match[1] == "":
        start, end = max(size - int(match[2]), 0), size
    else:
        start, end = int(match[1]), size if match[2] == "" else min(int(match[2]) + 1, size)
    if start >= end:
        raise RangeNotSatisfiable(size=size)
    return Span(start, end)
