"""A card in a reader of this machine, through PC/SC.

The library is called as it is (libpcsclite, whose functions have kept their form for twenty years): a binding would
have to be compiled on every machine that installs onshi, for the sake of six functions.
"""

import ctypes
from ctypes import POINTER, byref, c_char_p, c_long, c_ulong, c_void_p
from dataclasses import dataclass

from onshi.outside.errors import CardGone, ReaderBusy, ReaderMissing

_LIBRARY = "libpcsclite.so.1"

# PC/SC part 5, with the numbers of pcsclite.h.
_SUCCESS, _SHARING_VIOLATION = 0x0, 0x8010000B
_SCOPE_USER, _EXCLUSIVE, _RESET = 0, 1, 1
_T1 = 2
_ANSWER_MAX = 65_548


class _Header(ctypes.Structure):
    _fields_ = (("protocol", c_ulong), ("size", c_ulong))


class _Library:
    """The functions used here, each with its types. Raises OSError where the library is not installed."""

    def __init__(self) -> None:
        found = ctypes.CDLL(_LIBRARY)
        handle, number = c_long, POINTER(c_ulong)
        for name, arguments in (
            ("SCardEstablishContext", (c_ulong, c_void_p, c_void_p, POINTER(handle))),
            ("SCardReleaseContext", (handle,)),
            ("SCardListReaders", (handle, c_char_p, c_char_p, number)),
            ("SCardConnect", (handle, c_char_p, c_ulong, c_ulong, POINTER(handle), number)),
            ("SCardDisconnect", (handle, c_ulong)),
            ("SCardTransmit", (handle, POINTER(_Header), c_char_p, c_ulong, c_void_p, c_char_p, number)),
        ):
            function = getattr(found, name)
            function.argtypes, function.restype = arguments, c_long
        self._found = found

    def __call__(self, name: str, *arguments: object) -> int:
        """Calls a function and gives its return code."""
        return int(getattr(self._found, name)(*arguments)) & 0xFFFFFFFF


def _optional() -> _Library | None:
    # A desk needs it, a server does not.
    try:
        return _Library()
    except (OSError, AttributeError):
        return None


_PCSC = _optional()


@dataclass(frozen=True, slots=True)
class NoCard:
    """The reader is empty."""


class PcscCard:
    """A `chip.Channel` to the card in a reader, for this process alone.

    `close` resets the card: a PIN that was shown to it is of no use to the next process.
    """

    def __init__(self, context: int, card: int) -> None:
        self._context = context
        self._card = card

    def transmit(self, command: bytes, /) -> bytes:
        """The response to a command. Raises CardGone when the card was taken out."""
        answer, size = ctypes.create_string_buffer(_ANSWER_MAX), c_ulong(_ANSWER_MAX)
        header = _Header(_T1, ctypes.sizeof(_Header))
        code = _pcsc()("SCardTransmit", self._card, byref(header), command, len(command), None, answer, byref(size))
        if code != _SUCCESS:
            raise CardGone
        return answer.raw[: size.value]

    def close(self) -> None:
        """Resets the card and lets it go."""
        _pcsc()("SCardDisconnect", self._card, _RESET)
        _pcsc()("SCardReleaseContext", self._context)

    def __enter__(self) -> "PcscCard":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def readers() -> list[str]:
    """The names of the readers of this machine. Raises ReaderMissing when there is no service for them."""
    context = _context()
    try:
        return _names(context)
    finally:
        _pcsc()("SCardReleaseContext", context)


def open_card(reader: str | None = None) -> PcscCard | NoCard:
    """The card in the named reader, or in the first that has one.

    Raises ReaderMissing when there is no such reader, ReaderBusy when another process has the card.
    """
    context = _context()
    try:
        opened = _open_first(context, reader)
    except BaseException:
        _pcsc()("SCardReleaseContext", context)
        raise
    if isinstance(opened, NoCard):
        _pcsc()("SCardReleaseContext", context)
    return opened


def _open_first(context: int, reader: str | None) -> PcscCard | NoCard:
    names = [name for name in _names(context) if reader in (None, name)]
    if not names:
        raise ReaderMissing
    for name in names:
        opened = _connect(context, name)
        if isinstance(opened, PcscCard):
            return opened
    return NoCard()


def _connect(context: int, name: str) -> PcscCard | NoCard:
    card, protocol = c_long(), c_ulong()
    # T=1 is what the card's ATR offers and what every contactless reader speaks.
    code = _pcsc()("SCardConnect", context, name.encode(), _EXCLUSIVE, _T1, byref(card), byref(protocol))
    if code == _SUCCESS:
        return PcscCard(context, card.value)
    if code == _SHARING_VIOLATION:
        raise ReaderBusy
    return NoCard()


def _context() -> int:
    context = c_long()
    if _pcsc()("SCardEstablishContext", _SCOPE_USER, None, None, byref(context)) != _SUCCESS:
        raise ReaderMissing
    return context.value


def _names(context: int) -> list[str]:
    size = c_ulong()
    if _pcsc()("SCardListReaders", context, None, None, byref(size)) != _SUCCESS:
        return []
    names = ctypes.create_string_buffer(size.value)
    # A reader may have been plugged in between; then there are more names than room, and the next look finds them.
    if _pcsc()("SCardListReaders", context, None, names, byref(size)) != _SUCCESS:
        return []
    return [name.decode("utf-8", "replace") for name in names.raw[: size.value].split(b"\0") if name]


def _pcsc() -> _Library:
    if _PCSC is None:
        raise ReaderMissing
    return _PCSC
