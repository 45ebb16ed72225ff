"""Lines of a CSV into rows of text, exactly and quickly.

Most blocks are regular and go straight to the engine's reader. It fills short rows silently and joins lines at a
stray quote, so a block goes there only when counting has proven it regular; the others are taken line by line.
"""

import re
from dataclasses import dataclass
from functools import cache

import polars as pl
from polars.exceptions import ComputeError

from onshi.registry.feeds.files import OVERLONG

# The last field of every row we hand to the reader; a row of another length shows by its absence.
_MARK = "\x1f"
# How far a field in quotes may go on before its quote is taken for a stray one.
_MAX_LINES = 20
_MAX_TEXT = 1 << 16
_OVERLONG = OVERLONG.decode()
# What the quick way does not know how to read: quotes, our own mark, and the first sign of an overlong line.
_CARE = (b'"', _MARK.encode(), OVERLONG[:1])


@dataclass(frozen=True, slots=True)
class Records:
    """The rows of one block: `frame` has `_record` (0, 1, … in the block) and the file's columns as text.

    `bad` lists (record, code) of those that are no rows; `count` counts both; `tail` are bytes to put before the
    next block, because a quoted field goes on there.
    """

    frame: pl.DataFrame
    bad: list[tuple[int, str]]
    count: int
    tail: bytes


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written: its columns in order, what separates them, its encoding."""

    keys: tuple[str, ...]
    separator: str
    encoding: str


@cache
def _patterns(separator: str) -> tuple[str, re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    mark = re.escape(separator)
    quoted = '"[^"]*(?:""[^"]*)*"'
    strict = f'(?:{quoted}|[^"{mark}]*)'
    loose = f'(?:{quoted}|[^"{mark}][^{mark}]*|)'
    return (
        f"^{strict}(?:{mark}{strict})*$",
        re.compile(f"{loose}(?:{mark}{loose})*"),
        re.compile(f'(?:{loose}{mark})*"[^"]*(?:""[^"]*)*'),
        re.compile(f"({loose})(?:{mark}|$)"),
    )


def split_line(line: str, separator: str) -> list[str] | None:
    """The fields of one record; None when a quotation mark is not closed."""
    _, whole, _, field = _patterns(separator)
    if not whole.fullmatch(line):
        return None
    fields, at = [], 0
    while True:
        match = field.match(line, at)
        assert match is not None, "a whole record is a run of fields"
        text = match[1]
        fields.append(text[1:-1].replace('""', '"') if text.startswith('"') else text)
        if match.end(1) == len(line):
            return fields
        at = match.end()


def read_block(block: bytes, shape: Shape, *, last: bool) -> Records:
    """The records of a block of whole lines; `last` when the file ends with it."""
    quick = _regular(block, shape)
    if quick is not None:
        return Records(quick, [], quick.height, b"")
    return _irregular(block, shape, last=last)


def _regular(block: bytes, shape: Shape) -> pl.DataFrame | None:
    if not block or any(sign in block for sign in _CARE):
        return None
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    separator = shape.separator.encode()
    commas = len(shape.keys) - 1
    if block.count(separator) != lines * commas:
        return None
    try:
        if shape.encoding != "utf-8":
            block = block.decode(shape.encoding).encode()
        frame = _read(block, shape.keys, shape.separator, quote=None)
    except (UnicodeDecodeError, ComputeError):
        return None
    assert frame.height == lines, "a regular block has a row for every line"
    # Lines of nothing but separators are no rows; only where no column is full can there be one.
    if all(column.null_count() for column in frame):
        return None
    return frame.with_row_index("_record")


def _read(
    block: bytes, keys: tuple[str, ...], separator: str, *, quote: str | None, ragged: bool = False
) -> pl.DataFrame:
    return pl.read_csv(
        block,
        has_header=False,
        schema=dict.fromkeys(keys, pl.String()),
        separator=separator,
        quote_char=quote,
        truncate_ragged_lines=ragged,
    )


def _irregular(block: bytes, shape: Shape, *, last: bool) -> Records:
    ended = block.endswith(b"\n")
    text = block.decode(shape.encoding, errors="replace").replace("\r\n", "\n").replace(_MARK, "\x1e")
    lines = text.split("\n")
    if ended:
        lines.pop()
    sorter = _Sorter(shape, lines, cut_short=last and not ended)
    waiting = sorter.sort(last=last)
    kept = _read_marked(sorter.plain, shape, quoted='"' in text)
    whole = kept["_mark"] == _MARK
    short = kept.filter(~whole.fill_null(False))["_record"]
    bad = [*sorter.bad, *((record, sorter.wrong_count(record)) for record in short)]
    frame = kept.filter(whole.fill_null(False)).drop("_mark")
    if sorter.odd:
        schema = {"_record": pl.UInt32(), **dict.fromkeys(shape.keys, pl.String())}
        rows = [(record, *(field or None for field in fields)) for record, fields in sorter.odd]
        frame = pl.concat([frame, pl.DataFrame(rows, schema=schema, orient="row")]).sort("_record")
    # The bytes as they came, not the decoded text: a wrong byte must still be wrong the second time.
    tail = b"\n".join(block.split(b"\n")[-waiting - 1 :]) if waiting else b""
    return Records(frame, sorted(bad), sorter.count, tail)


def _read_marked(records: list[tuple[int, str]], shape: Shape, *, quoted: bool) -> pl.DataFrame:
    keys = (*shape.keys, "_mark")
    # The reader takes the number of columns from its first line, so that one is ours.
    first = shape.separator.join("x" * len(keys))
    ending = f"{shape.separator}{_MARK}\n"
    text = first + "\n" + "".join(line + ending for _, line in records)
    frame = _read(text.encode(), keys, shape.separator, quote='"' if quoted else None, ragged=True).slice(1)
    assert frame.height == len(records), "every record is one row"
    numbers = pl.Series("_record", [record for record, _ in records], dtype=pl.UInt32)
    return frame.insert_column(0, numbers)


class _Sorter:
    """Sorts the lines of an irregular block: plain records, odd ones already split, and no records at all."""

    def __init__(self, shape: Shape, lines: list[str], *, cut_short: bool) -> None:
        self._shape = shape
        self._lines = lines
        self._cut_short = cut_short
        self._nothing = f' \t\r\u3000\x1a"{shape.separator}'
        self.plain: list[tuple[int, str]] = []
        self.odd: list[tuple[int, list[str]]] = []
        self.bad: list[tuple[int, str]] = []
        self.count = 0
        self._unfinished = -1

    def wrong_count(self, record: int) -> str:
        """Why a record has too few or too many fields."""
        return "file-ends-early" if record == self._unfinished else "wrong-field-count"

    def sort(self, *, last: bool) -> int:
        """Goes through the lines; returns how many at the end must wait for the next block."""
        strict = pl.Series(self._lines, dtype=pl.String).str.contains(_patterns(self._shape.separator)[0]).to_list()
        at = 0
        while at < len(self._lines):
            line = self._lines[at]
            if self._cut_short and at == len(self._lines) - 1:
                self._unfinished = self.count
            if not line.strip(self._nothing):
                at += 1
            elif line.endswith(_OVERLONG):
                self._bad("too-long")
                at += 1
            elif strict[at]:
                self.plain.append((self.count, line))
                self.count += 1
                at += 1
            else:
                used = self._odd(at, last=last)
                if used == 0:
                    return len(self._lines) - at
                at += used
        return 0

    def _bad(self, code: str) -> None:
        self.bad.append((self.count, code))
        self.count += 1

    def _odd(self, at: int, *, last: bool) -> int:
        """Takes one record that needs care; returns how many lines it used, 0 when its end is not in this block."""
        _, whole, unclosed, _ = _patterns(self._shape.separator)
        text = self._lines[at]
        for used in range(1, _MAX_LINES + 1):
            if whole.fullmatch(text):
                return self._split(text, used)
            if len(text) > _MAX_TEXT or not unclosed.fullmatch(text):
                break
            if at + used == len(self._lines):
                if not last:
                    return 0
                if self.count == self._unfinished:
                    self._bad("file-ends-early")
                    return 1
                break
            text = f"{text}\n{self._lines[at + used]}"
        # A quote that never closes takes only its own line with it, not the good ones after it.
        self._bad("stray-quote")
        return 1

    def _split(self, text: str, used: int) -> int:
        fields = split_line(text, self._shape.separator)
        assert fields is not None, "the record is whole"
        if len(fields) == len(self._shape.keys):
            self.odd.append((self.count, fields))
            self.count += 1
            return used
        # Lines that a stray quote joined give a record of the wrong length: then only the first is at fault.
        self._bad(self.wrong_count(self.count) if used == 1 else "stray-quote")
        return 1
