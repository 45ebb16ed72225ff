"""Which file stands where, what is in it, and what opens it: the whole layout of the card as tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from onshi.chip import records
from onshi.chip.model import Application, CardContent, Lock

# CKF_TOKEN_INITIALIZED, CKF_USER_PIN_INITIALIZED, CKF_LOGIN_REQUIRED, CKF_RNG (PKCS #11).
_TOKEN_FLAGS = 0x040D
_UNKNOWN = 0xFFFFFFFF
_PRESENT, _ABSENT = 0x8F, 0x00


@dataclass(frozen=True, slots=True)
class DataFile:
    """Read in whole or in parts. `opened_by` is None where anybody may read; an empty set opens to nobody.

    `read` gives None where this card has no such file.
    """

    read: Callable[[CardContent], bytes | None]
    opened_by: frozenset[Lock] | None = None


@dataclass(frozen=True, slots=True)
class LockFile:
    """Something to be shown to the card; never read."""

    lock: Lock


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key that signs after `opened_by` was opened, or for a terminal that proved itself; never read."""

    key: Callable[[CardContent], RSAPrivateKey | None]
    opened_by: Lock
    terminal_opens: bool = False


@dataclass(frozen=True, slots=True)
class InnerKey:
    """A key that the card keeps for itself; can be selected and nothing more."""


File: TypeAlias = DataFile | LockFile | KeyFile | InnerKey


def token_info(_: CardContent) -> bytes:
    """CK_TOKEN_INFO of PKCS #11 with 32-bit big-endian numbers, 160 bytes, texts padded with blanks."""
    texts = (("JPKIAPICCTOKEN2", 32), ("ONSHI TEST", 32), ("SOFTWARE CARD", 16), ("0", 16))
    numbers = (_TOKEN_FLAGS, 0, 0, 0, 0, 16, 4, _UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN)
    body = b"".join(text.ljust(size).encode() for text, size in texts) + b"".join(n.to_bytes(4) for n in numbers)
    return body.ljust(160)


def _certificates_present(content: CardContent) -> bytes:
    holders = (content.sign, content.auth)
    return bytes(_PRESENT if holder.certificate else _ABSENT for holder in holders) + b"\0"


_SIGN = frozenset({Lock.SIGN_PASSWORD})
_NOBODY: frozenset[Lock] = frozenset()
_TEXT_ALL = frozenset({Lock.TEXT_PIN, Lock.TEXT_CODE_A, Lock.TEXT_CODE_B})
_TEXT_A = frozenset({Lock.TEXT_PIN, Lock.TEXT_CODE_A})
_TEXT_B = frozenset({Lock.TEXT_PIN, Lock.TEXT_CODE_B})
_FACE = frozenset({Lock.SURFACE_CODE_A, Lock.SURFACE_CODE_B})

_JPKI: Mapping[int, File] = {
    0x0001: DataFile(lambda content: content.sign.certificate, _SIGN),
    0x0002: DataFile(lambda content: content.sign.authority),
    0x0006: DataFile(token_info),
    0x0008: DataFile(_certificates_present),
    0x0009: DataFile(lambda _: bytes(16), _NOBODY),  # purpose unknown; nothing was ever seen to open it
    0x000A: DataFile(lambda content: content.auth.certificate),
    0x000B: DataFile(lambda content: content.auth.authority),
    0x0016: InnerKey(),
    0x0017: KeyFile(lambda content: content.auth.key, Lock.AUTH_PIN, terminal_opens=True),
    0x0018: LockFile(Lock.AUTH_PIN),
    0x001A: KeyFile(lambda content: content.sign.key, Lock.SIGN_PASSWORD),
    0x001B: LockFile(Lock.SIGN_PASSWORD),
}

_TEXT: Mapping[int, File] = {
    0x0001: DataFile(lambda content: records.number_file(records.code_a(content)), _TEXT_A),
    0x0002: DataFile(lambda content: records.attributes_file(content.surface), _TEXT_B),
    0x0003: DataFile(records.integrity_file, _TEXT_ALL),
    0x0004: DataFile(lambda content: content.surface_certificate),
    0x0005: DataFile(records.text_basic_file),
    0x0007: DataFile(records.card_key_file, _TEXT_ALL),
    0x0011: LockFile(Lock.TEXT_PIN),
    0x0012: LockFile(Lock.TEXT_UNUSED),
    0x0014: LockFile(Lock.TEXT_CODE_A),
    0x0015: LockFile(Lock.TEXT_CODE_B),
}

_SURFACE: Mapping[int, File] = {
    0x0001: DataFile(records.age_file, frozenset({Lock.SURFACE_BIRTH})),
    0x0002: DataFile(records.face_file, _FACE),
    0x0003: DataFile(records.surface_basic_file),
    0x0004: DataFile(lambda content: content.surface_certificate),
    0x0005: DataFile(records.number_image_file, frozenset({Lock.SURFACE_CODE_A})),
    0x0011: LockFile(Lock.SURFACE_BIRTH),
    0x0012: LockFile(Lock.SURFACE_CODE_B),
    0x0013: LockFile(Lock.SURFACE_CODE_A),
}

FILES: Mapping[Application, Mapping[int, File]] = MappingProxyType(
    {Application.JPKI: _JPKI, Application.TEXT: _TEXT, Application.SURFACE: _SURFACE}
)

PLACES: Mapping[Lock, tuple[Application, int]] = MappingProxyType(
    {
        file.lock: (application, number)
        for application, files in FILES.items()
        for number, file in files.items()
        if isinstance(file, LockFile)
    }
)
"""Where each lock stands."""


def file_of(content: CardContent, application: Application, number: int) -> File | None:
    """The file with this id; None where the card has none."""
    match FILES[application].get(number):
        case DataFile(read=read) if read(content) is None:
            return None
        case KeyFile(key=key) if key(content) is None:
            return None
        case file:
            return file
