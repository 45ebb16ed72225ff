"""What reading and checking a feed give back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import polars as pl

Mode: TypeAlias = Literal["first", "daily", "snapshot"]
"""First load, daily changes, or everything that is in force."""

Container: TypeAlias = Literal["plain", "gzip", "zip"]

MODES: tuple[Mode, ...] = ("first", "daily", "snapshot")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is unpacked from one upload: bytes in all, and bytes out for each byte in."""

    max_bytes: int = 16 * 1024**3
    max_ratio: int = 200


@dataclass(frozen=True, slots=True)
class FeedFile:
    """A file whose head was read.

    `form` is csv or parquet, `encoding` utf-8 or cp932 (empty for Parquet), `size` its bytes when unpacked.
    `keys` names each column of the file in order: an English key, or `_5` for a stranger in the fifth place.
    `headers` gives for each known key the header as the sender wrote it. `findings` holds what is wrong with the
    file as a whole (row 0); with an error among them `readable` is False and `parts` gives nothing.
    """

    path: Path
    form: Literal["csv", "parquet"]
    container: Container
    encoding: str
    separator: str
    line_end: bytes
    body_at: int
    size: int
    keys: tuple[str, ...]
    headers: Mapping[str, str]
    findings: pl.DataFrame
    readable: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Some consecutive data rows of a feed.

    `rows` counts all of them, those that could not be read included; `next_row` is where the next part begins.
    `frame` has `row` (Int64, data row from 1) and every feed column as String, null where absent. `findings` says
    what reading found; its rows with an error are not in `frame`. `bytes_read` of the feed's `size` are behind it.
    """

    first_row: int
    rows: int
    frame: pl.DataFrame
    findings: pl.DataFrame
    headers: Mapping[str, str]
    bytes_read: int

    @property
    def next_row(self) -> int:
        """The number of the first row after this part."""
        return self.first_row + self.rows


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows that may be taken, typed, and everything that was found (see the room's README for both shapes)."""

    good: pl.DataFrame
    findings: pl.DataFrame
