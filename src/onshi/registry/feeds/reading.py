"""Opening a feed and giving its rows part by part, in constant memory."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from onshi.kernel import TWELVE_DIGITS, Severity, has_personal_number
from onshi.registry.feeds.catalogue import findings_frame
from onshi.registry.feeds.columns import COLUMNS, column_of, names_personal_number
from onshi.registry.feeds.files import (
    blocks,
    chunks,
    container_of,
    encoding_of,
    is_parquet,
    one_line_end,
    refuse_unreadable,
    unpacked_size,
)
from onshi.registry.feeds.model import FeedFile, Limits, Mode, Part
from onshi.registry.feeds.parquet import is_readable, parquet_frames, parquet_schema
from onshi.registry.feeds.records import Records, Shape, read_block, split_line

_UTF8_BOM = b"\xef\xbb\xbf"
_LIMITS = Limits()


def open_feed(path: Path, *, mode: Mode = "first", limits: Limits = _LIMITS) -> FeedFile:
    """Reads the head of a feed: its form, encoding and columns, and what is wrong with them.

    CSV (UTF-8 with or without BOM, CP932; comma or tab; plain, gzip or zip with one member) or Parquet.
    Raises FeedRefused, by name, for what cannot be read at all.
    """
    if is_parquet(path):
        return _open_parquet(path, mode, limits)
    container = container_of(path)
    size = unpacked_size(path, container, limits)
    head = next(chunks(path, container), b"")
    refuse_unreadable(head, container)
    encoding = "utf-8" if head.startswith(_UTF8_BOM) else encoding_of(chunks(path, container))
    line_end = b"\r" if b"\r" in head and b"\n" not in head else b"\n"
    header, body_at = _header_line(head, line_end)
    text = header.decode(encoding, errors="replace")
    separator = "\t" if text.count("\t") > text.count(",") else ","
    headers = split_line(text, separator) or [text]
    keys, known, findings = _columns(headers if text.strip("\x1a \t,") else [], mode)
    return FeedFile(
        path=path,
        form="csv",
        container=container,
        encoding=encoding,
        separator=separator,
        line_end=line_end,
        body_at=body_at,
        size=size,
        keys=keys,
        headers=known,
        findings=findings,
        readable=_readable(findings),
    )


def parts(feed: FeedFile, rows: int = 50_000, from_row: int = 0) -> Iterator[Part]:
    """The data rows of a feed from `from_row` on (the first is 1), in parts of `rows` lines (a few more
    where a value in quotes goes over several lines).

    The same file and `rows` always give the same parts, so a load can go on where it stopped. Nothing is given
    when the feed is not readable.
    """
    if not feed.readable:
        return
    source = _csv_parts(feed, rows) if feed.form == "csv" else _parquet_parts(feed, rows)
    for part in source:
        if part.next_row <= from_row:
            continue
        yield part if part.first_row >= from_row else _cut(part, from_row)


def _open_parquet(path: Path, mode: Mode, limits: Limits) -> FeedFile:
    size = unpacked_size(path, "plain", limits)
    schema = parquet_schema(path)
    keys, known, findings = _columns(list(schema), mode)
    wrong = [
        header for key, header in zip(keys, schema, strict=True) if key in known and not is_readable(schema[header])
    ]
    findings = pl.concat([findings, findings_frame((0, header.strip(), "column-type") for header in wrong)])
    return FeedFile(
        path=path,
        form="parquet",
        container="plain",
        encoding="",
        separator="",
        line_end=b"",
        body_at=0,
        size=size,
        keys=keys,
        headers=known,
        findings=findings,
        readable=_readable(findings),
    )


def _parquet_parts(feed: FeedFile, rows: int) -> Iterator[Part]:
    first_row = 1
    for frame, share in parquet_frames(feed.path, feed.keys, rows):
        records = Records(frame.with_row_index("_record"), [], frame.height, b"")
        yield _part(records, feed, first_row, int(feed.size * share))
        first_row += frame.height


def _header_line(head: bytes, line_end: bytes) -> tuple[bytes, int]:
    """The first line that is not blank, and where the line after it begins."""
    at = len(_UTF8_BOM) if head.startswith(_UTF8_BOM) else 0
    while at < len(head):
        end = head.find(line_end, at)
        after = len(head) if end < 0 else end + 1
        line = head[at:after].strip(b"\r\n")
        if line.strip(b" \t,\x1a"):
            return line, after
        at = after
    return b"", len(head)


def _columns(headers: Sequence[str], mode: Mode) -> tuple[tuple[str, ...], dict[str, str], pl.DataFrame]:
    """Keys of the columns in order, the known headers as sent, and the findings about them.

    A header that is not known is called by its place: in a file without a header it may be a person's name.
    """
    keys: list[str] = []
    known: dict[str, str] = {}
    findings: list[tuple[int, str, str]] = []
    for place, header in enumerate(headers, start=1):
        column = column_of(header)
        if column is not None and column.key not in known:
            keys.append(column.key)
            known[column.key] = header.strip()
            continue
        keys.append(f"_{place}")
        if column is not None:
            findings.append((0, header.strip(), "duplicate-column"))
        elif names_personal_number(header):
            findings.append((0, f"#{place}", "personal-number-column"))
        else:
            findings.append((0, f"#{place}", "unknown-column"))
    if not headers:
        return (), {}, findings_frame([(0, "", "empty-file")])
    if not known:
        return tuple(keys), {}, findings_frame([(0, "", "header-missing")])
    wanted = {"always", "daily"} if mode == "daily" else {"always"}
    missing = [column for column in COLUMNS if column.required in wanted and column.key not in known]
    findings += [(0, column.header, "missing-column") for column in missing]
    return tuple(keys), known, findings_frame(findings)


def _readable(findings: pl.DataFrame) -> bool:
    return Severity.ERROR.value not in findings["severity"]


def _csv_parts(feed: FeedFile, lines: int) -> Iterator[Part]:
    shape = Shape(feed.keys, feed.separator, feed.encoding)
    pieces = one_line_end(_after(chunks(feed.path, feed.container), feed.body_at), feed.line_end)
    first_row, done, waiting = 1, feed.body_at, b""
    for block, last in _with_last(blocks(pieces, lines)):
        done += len(block)
        # Claims software ends its files with 0x1A.
        whole = waiting + (block.rstrip(b"\x1a").removesuffix(b"\r") if last else block)
        records = read_block(whole, shape, last=last)
        waiting = records.tail
        if records.count:
            yield _part(records, feed, first_row, min(done, feed.size))
            first_row += records.count


def _after(pieces: Iterator[bytes], start: int) -> Iterator[bytes]:
    left = start
    for piece in pieces:
        if left < len(piece):
            yield piece[left:]
        left = max(0, left - len(piece))


def _with_last(items: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    held = next(items, None)
    if held is None:
        return
    for item in items:
        yield held, False
        held = item
    yield held, True


def _part(records: Records, feed: FeedFile, first_row: int, done: int) -> Part:
    listed = [(first_row + record, "", code) for record, code in records.bad]
    frame = records.frame.with_columns(row=pl.col("_record").cast(pl.Int64) + first_row)
    for key in feed.keys:
        if key.startswith("_"):
            found = _rows_with_personal_number(frame, key)
            listed += [(row, f"#{key[1:]}", "personal-number-suspected") for row in found]
            if found:
                frame = frame.filter(~pl.col("row").is_in(found))
    return Part(
        first_row=first_row,
        rows=records.count,
        frame=_all_columns(frame),
        findings=findings_frame(sorted(listed)),
        headers=feed.headers,
        bytes_read=done,
    )


def _rows_with_personal_number(frame: pl.DataFrame, key: str) -> list[int]:
    candidates = frame.filter(pl.col(key).str.contains(TWELVE_DIGITS)).select("row", key)
    return [row for row, text in candidates.iter_rows() if has_personal_number(text)]


def _all_columns(frame: pl.DataFrame) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.String)
    wanted = [pl.col(c.key) if c.key in frame.columns else nothing.alias(c.key) for c in COLUMNS]
    return frame.select("row", *wanted)


def _cut(part: Part, from_row: int) -> Part:
    return Part(
        first_row=from_row,
        rows=part.next_row - from_row,
        frame=part.frame.filter(pl.col("row") >= from_row),
        findings=part.findings.filter(pl.col("row") >= from_row),
        headers=part.headers,
        bytes_read=part.bytes_read,
    )
