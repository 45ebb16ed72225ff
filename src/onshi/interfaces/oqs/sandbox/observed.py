"""What software wrote and got, as values that rules look at: every request opened once, as far as it can be. Pure."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from onshi.interfaces.oqs.agent import NotUnpacked, unzipped
from onshi.interfaces.oqs.elements import Elements, text
from onshi.interfaces.oqs.encodings import Encoding, NotReadable, decode
from onshi.interfaces.oqs.names import RequestName, parse_request_name
from onshi.interfaces.oqs.reading import Read, read
from onshi.interfaces.oqs.schema import MessageKind, message_kinds
from onshi.interfaces.oqs.validating import Fault, faults_of
from onshi.kernel import ZIP_DAMAGE

BULK: Final = "mu"
_KIND_AT: Final = slice(3, 5)


@dataclass(frozen=True)
class SeenRequest:
    """A request file. `at`: when it was written, in seconds since 1970, where that is known; `again`: its name had been
    used before; `is_answered`: the agent has done with it."""

    name: str
    data: bytes
    at: float | None = None
    again: bool = False
    is_answered: bool = False
    password: bytes | None = None

    @cached_property
    def parsed(self) -> RequestName | None:
        """The parts of its name; None for a name that is none of a request."""
        return parse_request_name(self.name)

    @property
    def kind(self) -> MessageKind | None:
        """Its message; None where the name does not say one that the tables have."""
        return None if self.parsed is None else self.parsed.kind

    @property
    def is_zip(self) -> bool:
        """Whether it is named as one."""
        return self.name.lower().endswith(".zip")

    @property
    def is_bulk(self) -> bool:
        """Whether it is about many (一括)."""
        return self.parsed is not None and self.parsed.prefix[_KIND_AT].lower() == BULK

    @property
    def is_download(self) -> bool:
        """Whether it asks for the answer of a bulk request (…02req)."""
        return self.is_bulk and self.parsed is not None and self.parsed.prefix.lower().endswith("02req")

    @cached_property
    def entries(self) -> tuple[str, ...] | None:
        """The names in a ZIP; None where it is none that can be opened. Names are readable without the password."""
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                return tuple(archive.namelist())
        except ZIP_DAMAGE:
            return None

    @cached_property
    def content(self) -> bytes | None:
        """The XML; None for a ZIP that cannot be opened, or whose password is not known here."""
        if not self.is_zip:
            return self.data
        if self.password is None or self.parsed is None:
            return None
        try:
            return unzipped(self.data, self.password, self.parsed.base)
        except NotUnpacked:
            return None

    @cached_property
    def encoding(self) -> Encoding | None:
        """What it is written in; None where declaration and bytes do not go together."""
        try:
            return None if self.content is None else decode(self.content)[1]
        except NotReadable:
            return None

    @cached_property
    def read(self) -> Read | None:
        """Its elements; None where it cannot be read, or no table says how."""
        if self.content is None or self.kind is None:
            return None
        try:
            return read(self.content, self.kind)
        except NotReadable:
            return None

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with it by the table of its message."""
        return () if self.read is None or self.kind is None else tuple(faults_of(self.read, self.kind))

    @property
    def header(self) -> Elements:
        """Its MessageHeader."""
        return {} if self.read is None else self.read.header

    @property
    def identifier(self) -> str:
        """任意のファイル識別子."""
        return text(self.header, "ArbitraryFileIdentifier")

    @property
    def reception(self) -> str:
        """受付番号, in a download request."""
        return "" if self.read is None else text(self.read.body, "ReceptionNumber").strip()


@dataclass(frozen=True, slots=True)
class SeenAnswer:
    """An answer that was delivered. `is_taken`: it does not lie in its folder any more."""

    name: str
    data: bytes
    is_taken: bool

    @property
    def base(self) -> str:
        """Its name without ending, in small letters: names are compared so."""
        return self.name.rpartition(".")[0].lower()

    @property
    def reception(self) -> str:
        """受付番号 of a bulk request that was received; empty for every other answer."""
        prefix = self.name.partition("_")[0]
        kind = next((one for name, one in message_kinds().items() if name.lower() == prefix.lower()), None)
        if kind is None or not kind.prefix.endswith("01res") or not self.name.lower().endswith(".xml"):
            return ""
        try:
            return text(read(self.data, kind).body, "ReceptionNumber").strip()
        except NotReadable:
            return ""


@dataclass(frozen=True)
class Seen:
    """Everything that was looked at. `is_dialog`: answers were there to be seen as well; files alone have none."""

    requests: Sequence[SeenRequest]
    answers: Sequence[SeenAnswer] = ()
    is_dialog: bool = False

    def requests_where(self, is_so: Callable[[SeenRequest], bool]) -> list[SeenRequest]:
        """Those of which something holds."""
        return [one for one in self.requests if is_so(one)]

    @property
    def readable(self) -> list[SeenRequest]:
        """Requests whose elements can be looked at."""
        return self.requests_where(lambda one: one.read is not None)

    @cached_property
    def answer_bases(self) -> frozenset[str]:
        """The names of answers without their endings."""
        return frozenset(one.base for one in self.answers)

    @cached_property
    def receptions(self) -> frozenset[str]:
        """The numbers that bulk requests were given."""
        return frozenset(one.reception for one in self.answers if one.reception)
