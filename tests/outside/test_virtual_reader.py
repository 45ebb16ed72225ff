"""The client of vpcd, against the reader's side of its protocol."""

import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from chip.make import Bench
from onshi.chip import CONTACT_ATR
from onshi.outside import VirtualReader, VirtualReaderMissing

JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")


class Reader:
    """What vpcd does: waits for a card, then asks it."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.bench = Bench()
        self.virtual = VirtualReader(self.bench, port=self.port)
        self.line, _ = self.door.accept()
        self.line.settimeout(10)
        self.thread = threading.Thread(target=self.virtual.serve)
        self.thread.start()

    def say(self, body: bytes, *, in_parts: bool = False) -> None:
        message = struct.pack(">H", len(body)) + body
        for part in [message[place : place + 1] for place in range(len(message))] if in_parts else [message]:
            self.line.sendall(part)

    def ask(self, body: bytes, *, in_parts: bool = False) -> bytes:
        self.say(body, in_parts=in_parts)
        (size,) = struct.unpack(">H", self._exactly(2))
        return self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            found += self.line.recv(size - len(found))
        return found

    def stop(self) -> None:
        self.line.close()
        self.thread.join(10)
        self.virtual.close()
        self.door.close()


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.stop()
    assert not made.thread.is_alive()


def test_commands_are_answered_and_power_is_obeyed(reader: Reader) -> None:
    assert reader.ask(b"\x04") == CONTACT_ATR
    for power in (b"\x00", b"\x01", b"\x02"):
        assert reader.ask(JPKI) == b"\x90\x00"
        assert reader.ask(bytes.fromhex("00200098")) == b"\x63\xc3"
        reader.say(power)
        assert reader.ask(bytes.fromhex("00200098")) == b"\x69\x86"


def test_messages_may_come_in_parts(reader: Reader) -> None:
    assert reader.ask(JPKI, in_parts=True) == b"\x90\x00"


def test_a_long_command_and_a_long_answer(reader: Reader) -> None:
    reader.ask(JPKI)
    assert reader.ask(bytes.fromhex("80A200C100" + "0133") + bytes(307)) == b"\x6a\x80"
    reader.ask(bytes.fromhex("00A4020C02000A"))
    certificate = reader.bench.content.auth.certificate
    assert certificate is not None
    assert reader.ask(bytes.fromhex("00B00000000000")) == certificate + b"\x90\x00"


def test_a_reader_that_goes_away_ends_it(reader: Reader) -> None:
    reader.line.sendall(b"\x00\x05half")
    reader.line.close()
    reader.thread.join(10)
    assert not reader.thread.is_alive()


def test_no_reader_has_a_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with pytest.raises(VirtualReaderMissing) as refused:
        VirtualReader(Bench(), port=port)
    assert f"port {port}" in str(refused.value)
