"""Digits as a small black-and-white PNG: how a card holds its security code and its number."""

import struct
import zlib

_HEIGHT = 12
_ADVANCE = 6
# Five columns by seven rows for each digit, a row a number: our own letters.
_GLYPHS = {
    "0": (14, 17, 19, 21, 25, 17, 14),
    "1": (4, 12, 4, 4, 4, 4, 14),
    "2": (14, 17, 1, 2, 4, 8, 31),
    "3": (31, 2, 4, 2, 1, 17, 14),
    "4": (2, 6, 10, 18, 31, 2, 2),
    "5": (31, 16, 30, 1, 1, 17, 14),
    "6": (6, 8, 16, 30, 17, 17, 14),
    "7": (31, 1, 2, 4, 8, 8, 8),
    "8": (14, 17, 17, 14, 17, 17, 14),
    "9": (14, 17, 17, 15, 1, 2, 12),
}
_TOP = (_HEIGHT - 7) // 2


def digits_image(digits: str) -> bytes:
    """A PNG of one bit a pixel, six wide for each digit and twelve high; the same bytes for the same digits."""
    width = _ADVANCE * len(digits)
    rows = [_row(digits, line - _TOP, width) for line in range(_HEIGHT)]
    # Filter byte 0 before every row.
    packed = b"".join(b"\0" + row for row in rows)
    header = struct.pack(">IIBBBBB", width, _HEIGHT, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", _stored(packed)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _stored(data: bytes) -> bytes:
    # Not compressed: the issuer has signed these bytes, and no two versions of a compressor promise the same ones.
    block = struct.pack("<BHH", 1, len(data), len(data) ^ 0xFFFF) + data
    return b"\x78\x01" + block + struct.pack(">I", zlib.adler32(data))


def _row(digits: str, line: int, width: int) -> bytes:
    # White is 1. A glyph has five columns and one blank to its right.
    bits = 0
    for digit in digits:
        ink = _GLYPHS[digit][line] << 1 if 0 <= line < 7 else 0
        bits = bits << _ADVANCE | (~ink & 0x3F)
    size = -(-width // 8)
    return (bits << size * 8 - width).to_bytes(size)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
