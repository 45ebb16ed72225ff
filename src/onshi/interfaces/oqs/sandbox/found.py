"""What a rule finds: how often it could be looked at, and where it is broken. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from onshi.interfaces.oqs.elements import Elements
from onshi.interfaces.oqs.sandbox.observed import Seen, SeenRequest
from onshi.interfaces.oqs.schema import Element

_SHOWN_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Instance:
    """One place where a rule is broken: the file, and an element, a number of seconds or a name in it. Never what an
    element holds."""

    file: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """`seen`: how many files the rule was about."""

    seen: int
    broken: tuple[Instance, ...] = ()


Check: TypeAlias = Callable[[Seen], Found]


def each(requests: Iterable[SeenRequest], places: Callable[[SeenRequest], Iterable[str]]) -> Found:
    """A rule about every file by itself: `places` are those where it is broken, none where it is met."""
    seen = 0
    broken: list[Instance] = []
    for one in requests:
        seen += 1
        # A bulk file with a fault in every row is one fault to mend.
        broken += [Instance(one.name, place) for place in list(dict.fromkeys(places(one)))[:_SHOWN_MAX]]
    return Found(seen, tuple(broken))


def each_is(requests: Iterable[SeenRequest], is_met: Callable[[SeenRequest], bool]) -> Found:
    """The same, where a file meets it or does not."""
    return each(requests, lambda one: [] if is_met(one) else [""])


def texts_of(request: SeenRequest) -> Iterator[tuple[str, str, Element]]:
    """Every element of a request that holds text: its path, the text, its row in the table."""
    if request.read is not None and request.kind is not None:
        yield from _texts(request.read.elements, request.kind.root, "")


def _texts(elements: Elements, row: Element, path: str) -> Iterator[tuple[str, str, Element]]:
    for name, value in elements.items():
        child = row.children[name]
        values: list[Any] = value if isinstance(value, list) else [value]
        for one in values:
            if child.is_group:
                yield from _texts(one, child, f"{path}{name}/")
            else:
                yield f"{path}{name}", one, child
