"""Messages as the JSON web API has them, written and read by the table of the message. Pure.

The names are those of the XML and every value is a text. Two lists have forms of their own, as clients read them:
each result of `ResultList` keeps its name, each entry of `SpecificDiseasesCertificateList` has lost it.
"""

from typing import Any, Final, TypeAlias

import msgspec

from onshi.interfaces.oqs.elements import Elements
from onshi.interfaces.oqs.encodings import Encoding, NotReadable
from onshi.interfaces.oqs.errors import ElementUnreadable
from onshi.interfaces.oqs.reading import Read
from onshi.interfaces.oqs.schema import Element, MessageKind

Json: TypeAlias = dict[str, Any]

_NAMED_LISTS: Final = frozenset({"ResultList"})
_BARE_LISTS: Final = frozenset({"SpecificDiseasesCertificateList"})
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def as_json(elements: Elements, kind: MessageKind) -> Json:
    """The document of a message; what is absent has no member. What is not in the table is a fault of ours."""
    return {kind.root.name: _written(elements, kind.root)}


def of_json(data: bytes, kind: MessageKind) -> Read:
    """The elements of a document. A member that is null is absent, names that the table does not have are skipped.

    Raises NotReadable for what is no such document, and ElementUnreadable for a value of another shape than the
    table's (a number, say); never anything else, whatever the bytes.
    """
    try:
        document = msgspec.json.decode(data.removeprefix(_BYTE_ORDER_MARK))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise NotReadable("no JSON in UTF-8") from None
    content = document.get(kind.root.name) if isinstance(document, dict) else None
    if not isinstance(content, dict):
        raise NotReadable(f"no object {kind.root.name}")
    reader = _Reader()
    return Read(reader.group(content, kind.root), Encoding.UTF_8, tuple(reader.doubled), tuple(reader.unknown))


def _written(elements: Elements, row: Element) -> Json:
    assert elements.keys() <= row.children.keys(), f"{elements.keys() - row.children.keys()} not in {row.name}"
    return {name: _member(elements[name], child) for name, child in row.children.items() if name in elements}


def _member(value: Any, row: Element) -> Any:
    if row.is_many:
        return [_one(each, row) for each in value]
    return _one(value, row)


def _one(value: Any, row: Element) -> Any:
    if not row.is_group:
        return value
    written = _written(value, row)
    if row.name in _NAMED_LISTS:
        return [written] if written else []
    if row.name in _BARE_LISTS:
        return written.get(_only(row).name, [])
    return written


def _only(row: Element) -> Element:
    (child,) = row.children.values()
    return child


class _Reader:
    """Reads a document and keeps what is wrong with it."""

    def __init__(self) -> None:
        self.doubled: list[str] = []
        self.unknown: list[str] = []

    def group(self, given: Json, row: Element) -> Elements:
        found: Elements = {}
        for name, value in given.items():
            child = row.children.get(name)
            if child is None:
                self.unknown.append(name)
            elif value is not None:
                found[name] = self._member(value, child)
        return found

    def _member(self, value: Any, row: Element) -> Any:
        if not row.is_many:
            return self._one(value, row)
        if not isinstance(value, list):
            raise ElementUnreadable(element=row.name)
        return [self._one(each, row) for each in self._at_most(value, row)]

    def _one(self, value: Any, row: Element) -> Any:
        if row.name in _NAMED_LISTS or row.name in _BARE_LISTS:
            return self._list(value, row)
        if row.is_group:
            return self.group(self._object(value, row), row)
        if not isinstance(value, str):
            raise ElementUnreadable(element=row.name)
        return value

    def _list(self, value: Any, row: Element) -> Elements:
        if not isinstance(value, list):
            raise ElementUnreadable(element=row.name)
        inner = _only(row)
        if row.name in _BARE_LISTS:
            return {inner.name: [self._one(each, inner) for each in self._at_most(value, inner)]} if value else {}
        found: Elements = {}
        for each in self._at_most(value, inner):
            found |= self.group(self._object(each, row), row)
        return found

    def _at_most(self, values: list[Any], row: Element) -> list[Any]:
        if row.most is None or len(values) <= row.most:
            return values
        self.doubled.append(row.name)
        return values[: row.most]

    def _object(self, value: Any, row: Element) -> Json:
        if not isinstance(value, dict):
            raise ElementUnreadable(element=row.name)
        return value
