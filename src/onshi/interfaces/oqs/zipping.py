"""A ZIP of one file, written while its content is made, with the file's name as Japanese Windows writes names.

Python's own writer marks every name beyond ASCII as UTF-8; the national download has its name in CP932 and unmarked.
"""

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from struct import Struct

from onshi.interfaces.oqs.errors import TooMuchForAZip

_HEAD = Struct("<4s5H3L2H")
_SIZES = Struct("<4s3L")
_ENTRY = Struct("<4s6H3L5H2L")
_END = Struct("<4s4H2LH")
_VERSION = 20
# Sizes follow behind the content (APPNOTE 4.4.4, bit 3); bit 11 would mean a name in UTF-8.
_FLAGS = 1 << 3
_DEFLATE = 8
_SIZE_MAX = 0xFFFF_FFFF
# Level 6 takes nearly four times as long for a fifth less.
_LEVEL = 1


def zip_of(name: str, pieces: Iterable[bytes], *, at: datetime, size_max: int = _SIZE_MAX) -> Iterator[bytes]:
    """The ZIP in pieces. `name` must be in CP932. TooMuchForAZip where the content is beyond `size_max` bytes."""
    written = name.encode("cp932")
    day = (at.year - 1980) << 9 | at.month << 5 | at.day
    clock = at.hour << 11 | at.minute << 5 | at.second // 2
    yield _HEAD.pack(b"PK\3\4", _VERSION, _FLAGS, _DEFLATE, clock, day, 0, 0, 0, len(written), 0) + written
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    crc = size = packed_size = 0
    for piece in pieces:
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        if size > size_max:
            raise TooMuchForAZip
        packed = deflate.compress(piece)
        packed_size += len(packed)
        yield packed
    packed = deflate.flush()
    packed_size += len(packed)
    sizes = (crc, packed_size, size)
    head = _HEAD.size + len(written)
    entry = _ENTRY.pack(
        b"PK\1\2", _VERSION, _VERSION, _FLAGS, _DEFLATE, clock, day, *sizes, len(written), 0, 0, 0, 0, 0, 0
    )
    start = head + packed_size + _SIZES.size
    end = _END.pack(b"PK\5\6", 0, 0, 1, 1, len(entry) + len(written), start, 0)
    yield packed + _SIZES.pack(b"PK\7\x08", *sizes) + entry + written + end
