"""A message held against the table of its elements: what is missing, too often, or of another form. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from onshi import law
from onshi.interfaces.oqs.elements import Elements
from onshi.interfaces.oqs.reading import Read
from onshi.interfaces.oqs.schema import Element, Form, MessageKind

_SHAPES: Final[Mapping[Form, tuple[int, str]]] = {
    Form.DAY: (8, "%Y%m%d"),
    Form.MONTH: (6, "%Y%m"),
    Form.MOMENT: (14, "%Y%m%d%H%M%S"),
}
_INSURER_LENGTHS: Final = (6, 8)
_INSURER_SIGNS: Final = 8
_RATIO_DIGITS: Final = 3
_POST_HYPHEN_AT: Final = 3
_POST_SIGNS: Final = 8


class Problem(StrEnum):
    """What is wrong with an element."""

    MISSING = "missing"
    TOO_OFTEN = "too_often"
    UNKNOWN = "unknown"
    FORM = "form"
    LENGTH = "length"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where (`MessageBody/…`, never its content) and what."""

    path: str
    problem: Problem


def faults_of(read: Read, kind: MessageKind) -> list[Fault]:
    """Everything wrong with a file that was read; empty when it agrees with its table."""
    return [
        *_faults(read.elements, kind.root, ""),
        *(Fault(name, Problem.TOO_OFTEN) for name in read.doubled),
        *(Fault(name, Problem.UNKNOWN) for name in read.unknown),
    ]


def faults_in(elements: Elements, kind: MessageKind) -> list[Fault]:
    """The same for elements that are to be written."""
    return list(_faults(elements, kind.root, ""))


def _faults(elements: Elements, row: Element, path: str) -> Iterator[Fault]:
    yield from (Fault(path + name, Problem.UNKNOWN) for name in elements.keys() - row.children.keys())
    for name, child in row.children.items():
        value: Any = elements.get(name)
        values = value if isinstance(value, list) else [] if value is None else [value]
        if len(values) < child.least:
            yield Fault(path + name, Problem.MISSING)
        if child.most is not None and len(values) > child.most:
            yield Fault(path + name, Problem.TOO_OFTEN)
        for one in values:
            if child.is_group:
                yield from _faults(one, child, f"{path}{name}/")
            elif (problem := problem_of(one, child)) is not None:
                yield Fault(path + name, problem)


def problem_of(text: str, row: Element) -> Problem | None:
    """What is wrong with the text of an element by its row."""
    if not text.strip():
        # An empty tag counts as an absent one.
        return Problem.MISSING if row.least else None
    if row.form is Form.CODE:
        return None if text in law.national_codes()[row.code].values else Problem.CODE
    if row.form is Form.TEXT:
        return None if len(text) <= row.length else Problem.LENGTH
    if row.form in _SHAPES:
        return None if _is_shaped(text, *_SHAPES[row.form]) else Problem.FORM
    return None if _FORMS[row.form](text, row.length) else Problem.FORM


def is_day_text(text: str) -> bool:
    """Whether it is a day in eight digits."""
    return _is_shaped(text, *_SHAPES[Form.DAY])


def _is_shaped(text: str, length: int, shape: str) -> bool:
    if len(text) != length or not _is_digits(text):
        return False
    try:
        datetime.strptime(text, shape)  # noqa: DTZ007 - only whether there is such a moment
    except ValueError:
        return False
    return True


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_insurer(text: str, _length: int) -> bool:
    return len(text) <= _INSURER_SIGNS and _is_digits(text.strip()) and len(text.strip()) in _INSURER_LENGTHS


def _is_post(text: str, _length: int) -> bool:
    digits = text[:_POST_HYPHEN_AT] + text[_POST_HYPHEN_AT + 1 :]
    return len(text) == _POST_SIGNS and text[_POST_HYPHEN_AT] == "-" and _is_digits(digits)


_FORMS: Final[Mapping[Form, Callable[[str, int], bool]]] = {
    Form.DIGITS: lambda text, length: len(text) == length and _is_digits(text),
    Form.INSURER: _is_insurer,
    Form.RATIO: lambda text, _: len(text) == _RATIO_DIGITS and _is_digits(text),
    Form.YEN: lambda text, _: _is_digits(text),
    Form.COUNT: lambda text, _: _is_digits(text),
    Form.POST: _is_post,
}
