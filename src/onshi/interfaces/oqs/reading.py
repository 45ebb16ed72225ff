"""A file of the national interface, read into elements by the table of its message. Pure.

Hostile by assumption: no document type, no entities, bounded in size, depth and number of elements.
"""

from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from onshi.interfaces.oqs.elements import Elements, group
from onshi.interfaces.oqs.encodings import Encoding, NotReadable, decode
from onshi.interfaces.oqs.schema import Element, MessageKind

BYTES_MAX: Final = 128 * 1024 * 1024
_DEPTH_MAX: Final = 16
_ELEMENTS_MAX: Final = 4_000_000
_BLANKS: Final = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Read:
    """A message as it was read. `doubled`: elements that stand there more often than they may; `unknown`: names that
    the table does not have, whose content was skipped. `first_encoding` is what the file was written in."""

    elements: Elements
    encoding: Encoding
    doubled: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def header(self) -> Elements:
        """The MessageHeader; empty when it is not there."""
        return group(self.elements, "MessageHeader")

    @property
    def body(self) -> Elements:
        """The MessageBody; empty when it is not there."""
        return group(self.elements, "MessageBody")


@dataclass(slots=True)
class _Open:
    """An element that has begun: its row, and what it has gathered."""

    row: Element
    elements: Elements = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)


class _Builder:
    """What expat tells, made into elements."""

    def __init__(self, kind: MessageKind) -> None:
        self._root = kind.root
        self._stack: list[_Open] = []
        self._skipping = self._count = 0
        self.elements: Elements | None = None
        self.doubled: list[str] = []
        self.unknown: list[str] = []

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _ELEMENTS_MAX or len(self._stack) + self._skipping >= _DEPTH_MAX:
            raise NotReadable("too many elements, or too deep")
        if attributes:
            raise NotReadable("an element has attributes")
        if self._skipping:
            self._skipping += 1
            return
        if not self._stack:
            if name != self._root.name or self.elements is not None:
                raise NotReadable("the root is another element")
            self._stack.append(_Open(self._root))
            return
        above = self._stack[-1]
        row = above.row.children.get(name)
        if row is None:
            self.unknown.append(name)
            self._skipping = 1
            return
        self._stack.append(_Open(row))

    def characters(self, data: str) -> None:
        if not self._skipping and self._stack:
            opened = self._stack[-1]
            if not opened.row.is_group:
                opened.parts.append(data)
            elif data.strip(_BLANKS):
                raise NotReadable("text stands between elements")

    def end(self, _name: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        done = self._stack.pop()
        value: Any = done.elements if done.row.is_group else "".join(done.parts)
        if not self._stack:
            self.elements = done.elements
            return
        above = self._stack[-1].elements
        name = done.row.name
        if done.row.is_many:
            kept: Any = above.setdefault(name, [])
            if done.row.most is not None and len(kept) >= done.row.most:
                self.doubled.append(name)
                return
            kept.append(value)
        elif name in above:
            self.doubled.append(name)
        else:
            above[name] = value


def read(data: bytes, kind: MessageKind) -> Read:
    """The elements of a file by the table of its message: texts, groups as dicts, and lists where more than one may
    stand. Empty elements are kept as empty texts. Raises NotReadable; never anything else, whatever the bytes."""
    if len(data) > BYTES_MAX:
        raise NotReadable("too large")
    content, encoding = decode(data)
    builder = _Builder(kind)
    # The declaration is gone and the text is UTF-8 by now, whatever it was before.
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.begin
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ProcessingInstructionHandler = _refuse
    try:
        parser.Parse(content.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError:
        raise NotReadable("no well-formed XML") from None
    assert builder.elements is not None, "a well-formed document has a root"
    return Read(builder.elements, encoding, tuple(builder.doubled), tuple(builder.unknown))


def _refuse(*_: object) -> None:
    raise NotReadable("document types, entities and instructions are not taken")
