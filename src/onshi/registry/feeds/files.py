"""Bytes of a feed, whatever it is packed in: streamed, limited, and refused by name when they cannot be trusted."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from onshi.registry.feeds.errors import (
    FeedDamaged,
    FeedEncodingUnknown,
    FeedEncrypted,
    FeedIsWorkbook,
    FeedMembers,
    FeedNested,
    FeedTooLarge,
)
from onshi.registry.feeds.model import Container, Limits

CHUNK = 1 << 20
MAX_RECORD = 1 << 20
# Stands at the end of a line whose rest was not kept; a control character, so no good row ends with it.
OVERLONG = b"\x1doverlong"
_MAX_PART = 64 << 20
# A small file may well shrink a thousandfold; only what is large can hurt.
_RATIO_COUNTS_FROM = 16 << 20
# NotImplementedError is what Python's zip reader raises for a way of packing it does not know. Not `kernel.ZIP_DAMAGE`:
# a feed is read from the disk, and an OSError there is the disk's fault and not the file's.
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError)


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


def container_of(path: Path) -> Container:
    """What the file is packed in, told by its first bytes and never by its name."""
    with path.open("rb") as stream:
        head = stream.read(4)
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    return "zip" if head.startswith(b"PK") else "plain"


def is_parquet(path: Path) -> bool:
    """Whether the file, as it lies there, is Parquet."""
    with path.open("rb") as stream:
        return stream.read(4) == b"PAR1"


def unpacked_size(path: Path, container: Container, limits: Limits) -> int:
    """How many bytes the file holds. A packed file is read to its end, so that its sums are proven before any row.

    Raises FeedTooLarge, FeedDamaged, FeedMembers, FeedEncrypted or FeedIsWorkbook.
    """
    packed = path.stat().st_size
    if container == "plain":
        _limit(packed, packed, limits)
        return packed
    total = 0
    for chunk in chunks(path, container):
        total += len(chunk)
        _limit(total, packed, limits)
    return total


def _limit(total: int, packed: int, limits: Limits) -> None:
    if total > limits.max_bytes or (total > _RATIO_COUNTS_FROM and total > packed * limits.max_ratio):
        raise FeedTooLarge(limit=limits.max_bytes, ratio=limits.max_ratio)


def chunks(path: Path, container: Container) -> Iterator[bytes]:
    """The unpacked bytes, a mebibyte at a time."""
    try:
        with _opened(path, container) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except _DAMAGE as error:
        raise FeedDamaged from error


@contextmanager
def _opened(path: Path, container: Container) -> Iterator[_Stream]:
    if container == "plain":
        with path.open("rb") as stream:
            yield stream
    elif container == "gzip":
        with gzip.open(path, "rb") as stream:
            yield stream
    else:
        with zipfile.ZipFile(path) as archive, archive.open(_only_member(archive)) as stream:
            yield stream


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir() and "__MACOSX/" not in member.filename]
    if any(member.filename == "[Content_Types].xml" for member in members):
        raise FeedIsWorkbook
    if len(members) != 1:
        raise FeedMembers(count=len(members))
    if members[0].flag_bits & 1:
        raise FeedEncrypted
    return members[0]


def refuse_unreadable(head: bytes, container: Container) -> None:
    """Refuses by its first bytes what is surely no CSV: UTF-16 or UTF-32, an old workbook, a packed file inside."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        raise FeedEncodingUnknown
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise FeedIsWorkbook
    if container != "plain" and head.startswith((b"PAR1", b"\x1f\x8b", b"PK\x03\x04")):
        raise FeedNested


def encoding_of(pieces: Iterator[bytes]) -> str:
    """utf-8 or cp932, whichever reads the first mebibyte with fewer wrong bytes; looks further while all is ASCII."""
    for piece in pieces:
        sample = piece
        if not sample.isascii():
            break
    else:
        return "utf-8"
    # A chunk ends anywhere; half a character at its end is no wrong byte.
    sample = sample[: sample.rfind(b"\n") + 1] or sample[:-3] or sample
    wrong = {name: sample.decode(name, errors="replace").count("\ufffd") for name in ("utf-8", "cp932")}
    return "cp932" if wrong["cp932"] < wrong["utf-8"] else "utf-8"


def one_line_end(pieces: Iterator[bytes], line_end: bytes) -> Iterator[bytes]:
    """The same bytes with LF at line ends where the file has only CR, and no line kept beyond `MAX_RECORD` bytes."""
    pending, skipping = 0, False
    for piece in pieces:
        chunk = piece.replace(b"\r", b"\n") if line_end == b"\r" else piece
        first = chunk.find(b"\n")
        if skipping:
            if first < 0:
                continue
            chunk, skipping, pending = chunk[first:], False, 0
        elif pending + (first if first >= 0 else len(chunk)) > MAX_RECORD:
            chunk = OVERLONG + (chunk[first:] if first >= 0 else b"")
            skipping = first < 0
        last = chunk.rfind(b"\n")
        pending = len(chunk) - last - 1 if last >= 0 else pending + len(chunk)
        yield chunk


def blocks(pieces: Iterator[bytes], lines: int) -> Iterator[bytes]:
    """Cuts a stream into blocks of so many whole lines (fewer when the bytes run high); the last may lack its end."""
    held: list[bytes] = []
    count = size = 0
    for piece in pieces:
        while piece:
            here = piece.count(b"\n")
            if count + here < lines and size + len(piece) <= _MAX_PART:
                held.append(piece)
                count, size = count + here, size + len(piece)
                break
            wanted = lines - count if count + here >= lines else here
            if wanted == 0:
                if count == 0:
                    held.append(piece)
                    size += len(piece)
                    break
                whole = b"".join(held)
                cut = whole.rfind(b"\n") + 1
                yield whole[:cut]
                held, count, size = [whole[cut:]], 0, len(whole) - cut
                continue
            cut = _end_of_line(piece, wanted)
            held.append(piece[:cut])
            yield b"".join(held)
            held, count, size = [], 0, 0
            piece = piece[cut:]
    if rest := b"".join(held):
        yield rest


def _end_of_line(piece: bytes, number: int) -> int:
    """The place after the `number`th line end, found by halving: counting bytes is far quicker than visiting them."""
    low, high, left = 0, len(piece), number
    while left > 1 and high - low > 256:
        middle = (low + high) // 2
        here = piece.count(b"\n", low, middle)
        if here >= left:
            high = middle
        else:
            low, left = middle, left - here
    at = low - 1
    for _ in range(left):
        at = piece.index(b"\n", at + 1)
    return at + 1
