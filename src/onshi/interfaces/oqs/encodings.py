"""The two character sets of the interface: UTF-8, and Shift_JIS, by which Windows-31J (CP932) is meant. Pure."""

import re
from enum import StrEnum
from typing import Final

BOM: Final = b"\xef\xbb\xbf"
# Also in single quotes, and with blanks around: real software writes it so.
_DECLARATION: Final = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,20})[\"'][^>]*\?>")
_NAMES: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms932": "cp932",
    "cp932": "cp932",
    "windows-31j": "cp932",
}
# Signs that JIS and Windows read differently from the same two bytes. Windows-31J holds the right-hand ones only.
_WINDOWS: Final = str.maketrans("〜−‖—¢£¬", "～－∥―￠￡￢")
# What a sign is written as that Windows-31J has not: the mark printers have always put for a missing character.
_MISSING: Final = "〓"


class Encoding(StrEnum):
    """How a file is written. The value is what the declaration says."""

    UTF_8 = "UTF-8"
    SHIFT_JIS = "Shift_JIS"

    @property
    def identifier(self) -> str:
        """文字コード識別 (OQSCD005)."""
        return "0" if self is Encoding.UTF_8 else "1"


class NotReadable(ValueError):
    """Bytes that are no text in the encoding they say they are in."""


def decode(data: bytes) -> tuple[str, Encoding]:
    """The text of a file after its declaration and mark (BOM), by what the declaration says, else UTF-8.

    Raises NotReadable for another encoding, and for bytes that are none of the one declared.
    """
    plain = data.removeprefix(BOM)
    declared = _DECLARATION.match(plain)
    name = _NAMES.get(declared[1].decode().lower()) if declared else "utf-8"
    if name is None or (name != "utf-8" and plain is not data):
        raise NotReadable("the declaration names another encoding")
    try:
        text = plain[declared.end() if declared else 0 :].decode(name)
    except UnicodeDecodeError:
        raise NotReadable("not in the encoding of the declaration") from None
    return text, Encoding.UTF_8 if name == "utf-8" else Encoding.SHIFT_JIS


def says_shift_jis(data: bytes) -> bool:
    """Whether the declaration of a file names Shift_JIS, whatever its bytes are."""
    declared = _DECLARATION.match(data.removeprefix(BOM))
    return declared is not None and _NAMES.get(declared[1].decode().lower(), "utf-8") != "utf-8"


def writable(text: str, encoding: Encoding) -> str:
    """The text with what the encoding cannot hold replaced: by its Windows twin, else by 〓, never left out."""
    if encoding is Encoding.UTF_8 or text.isascii():
        return text
    turned = text.translate(_WINDOWS)
    try:
        turned.encode("cp932")
    except UnicodeEncodeError:
        return "".join(map(_in_windows, turned))
    return turned


def _in_windows(sign: str) -> str:
    try:
        sign.encode("cp932")
    except UnicodeEncodeError:
        return _MISSING
    return sign


def encode(text: str, encoding: Encoding) -> bytes:
    """The bytes of text that is writable."""
    return text.encode("utf-8" if encoding is Encoding.UTF_8 else "cp932")
