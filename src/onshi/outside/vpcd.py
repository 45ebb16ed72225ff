"""Plugs a card into vpcd, the virtual reader of the vsmartcard project, so that pcscd and its clients see it."""

import socket
import struct
from typing import Protocol

from onshi.chip import CONTACT_ATR
from onshi.outside.errors import VirtualReaderMissing

VPCD_PORT = 35_963
"""Where vpcd listens for the card of its first slot, unless its configuration says otherwise."""

_LENGTH = struct.Struct(">H")
_POWER_OFF, _POWER_ON, _RESET, _ATR = (bytes((code,)) for code in (0, 1, 2, 4))


class Card(Protocol):
    """What can be plugged in."""

    def transmit(self, command: bytes, /) -> bytes:
        """The response to a command."""
        ...

    def reset(self) -> None:
        """Power off and on."""
        ...


class VirtualReader:
    """One slot of vpcd with a card in it, from construction to `close`."""

    def __init__(self, card: Card, *, host: str = "127.0.0.1", port: int = VPCD_PORT) -> None:
        """Plugs the card in. Raises VirtualReaderMissing when nothing listens there."""
        self._card = card
        try:
            self._line = socket.create_connection((host, port))
        except OSError:
            raise VirtualReaderMissing(port=port) from None
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def serve(self) -> None:
        """Answers until the reader goes away."""
        while (message := self._receive()) is not None:
            self._handle(message)

    def close(self) -> None:
        """Takes the card out."""
        self._line.close()

    def _handle(self, message: bytes) -> None:
        if message in (_POWER_OFF, _POWER_ON, _RESET):
            self._card.reset()
        elif message == _ATR:
            self._send(CONTACT_ATR)
        else:
            self._send(self._card.transmit(message))

    def _send(self, body: bytes) -> None:
        self._line.sendall(_LENGTH.pack(len(body)) + body)

    def _receive(self) -> bytes | None:
        head = self._exactly(_LENGTH.size)
        return None if head is None else self._exactly(_LENGTH.unpack(head)[0])

    def _exactly(self, size: int) -> bytes | None:
        found = b""
        while len(found) < size:
            # vpcd 3.3 writes length and body apart. The kernel would hold back the acknowledgement of the first for
            # 40 ms, and the sender the second until then; the option is forgotten after each receipt.
            self._acknowledge_at_once()
            try:
                part = self._line.recv(size - len(found))
            except ConnectionResetError:
                return None
            self._acknowledge_at_once()
            if not part:
                return None
            found += part
        return found

    def _acknowledge_at_once(self) -> None:
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
