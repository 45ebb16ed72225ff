"""What the linking agent (連携アプリ) works with, as values."""

from dataclasses import dataclass, field
from typing import Protocol

from onshi.interfaces.oqs.composing import Stamp
from onshi.interfaces.oqs.elements import Elements
from onshi.interfaces.oqs.encodings import Encoding
from onshi.interfaces.oqs.names import RequestName
from onshi.interfaces.oqs.reading import Read
from onshi.interfaces.oqs.schema import MessageKind


class Centre(Protocol):
    """The server as the agent needs it: JSON to an address, and what is at one (`outside.Desk`)."""

    def post(self, path: str, body: object) -> bytes:
        """The answer to a JSON body."""

    def get(self, path: str) -> bytes:
        """What is there."""

    def close(self) -> None:
        """Ends its connections."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How one institution wants its files: in which character set, and, where files come as ZIP, by which password."""

    institution: str
    encoding: Encoding = Encoding.UTF_8
    password: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was read and is this institution's."""

    name: RequestName
    kind: MessageKind
    read: Read
    stamp: Stamp

    @property
    def header(self) -> Elements:
        """Its MessageHeader."""
        return self.read.header

    @property
    def body(self) -> Elements:
        """Its MessageBody."""
        return self.read.body
