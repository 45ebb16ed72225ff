"""What a message of the national interface is made of, read once from `tables/`: one row for each element.

Parser, writer, validator and the reference page all go by these.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files

_COLUMNS = 6
_TIMES: Mapping[str, tuple[int, int | None]] = {
    "1": (1, 1),
    "0..1": (0, 1),
    "1..n": (1, None),
    "0..n": (0, None),
    "1..3": (1, 3),
}


class Form(StrEnum):
    """What an element holds. `group`: other elements."""

    GROUP = "group"
    DAY = "day"
    MONTH = "month"
    MOMENT = "moment"
    TEXT = "text"
    DIGITS = "digits"
    INSURER = "insurer"
    CODE = "code"
    RATIO = "ratio"
    YEN = "yen"
    COUNT = "count"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Element:
    """One element: how often it stands there (`most` None: any number) and how sure we are of it (`mark`).

    `length`: the most characters of a text, the digits of `digits`. `code`: the table of its values.
    """

    name: str
    ja: str
    form: Form
    least: int
    most: int | None
    mark: str
    length: int = 0
    code: str = ""
    note: str = ""
    children: Mapping[str, "Element"] = field(default_factory=dict)

    @property
    def is_group(self) -> bool:
        """Whether it holds other elements."""
        return self.form is Form.GROUP

    @property
    def is_many(self) -> bool:
        """Whether it may stand there more than once: its value is a list then."""
        return self.most != 1


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One message: the prefix of its file name (`OQSsiquc01req`), what it is, and `MessageHeader`, `MessageBody`."""

    prefix: str
    ja: str
    en: str
    number: str
    root: Element

    @property
    def is_request(self) -> bool:
        """Whether a client writes it."""
        return self.prefix.endswith("req")

    @property
    def answer(self) -> str:
        """The prefix of its answer."""
        return self.prefix.removesuffix("req") + "res"


@dataclass(frozen=True, slots=True)
class _Line:
    depth: int
    text: str


@cache
def message_kinds() -> Mapping[str, MessageKind]:
    """Every message by its prefix, in the order of the tables."""
    pieces: dict[str, list[_Line]] = {}
    messages: dict[str, list[_Line]] = {}
    for file in sorted((files("onshi.interfaces.oqs") / "tables").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".table"):
            _gather(file.read_text(encoding="utf-8"), pieces, messages)
    return {kind.prefix: kind for kind in (_message(title, lines, pieces) for title, lines in messages.items())}


def _gather(text: str, pieces: dict[str, list[_Line]], messages: dict[str, list[_Line]]) -> None:
    lines: list[_Line] = []
    for raw in text.splitlines():
        if raw.startswith("* "):
            lines = pieces.setdefault(raw[2:], [])
        elif raw.startswith("# "):
            lines = messages.setdefault(raw[2:], [])
        elif raw and not raw.startswith(";"):
            stripped = raw.lstrip(" ")
            lines.append(_Line((len(raw) - len(stripped)) // 2, stripped))


def _message(title: str, lines: list[_Line], pieces: Mapping[str, list[_Line]]) -> MessageKind:
    prefix, ja, en, number = (part.strip() for part in title.split("|"))
    root = Element("XmlMsg", ja, Form.GROUP, 1, 1, "A", children=_children(list(_unfolded(lines, pieces, 0))))
    return MessageKind(prefix, ja, en, number, root)


def _unfolded(lines: Sequence[_Line], pieces: Mapping[str, list[_Line]], deeper: int) -> Iterator[_Line]:
    """The lines, with every `> piece` replaced by its rows."""
    for line in lines:
        if line.text.startswith("> "):
            yield from _unfolded(pieces[line.text[2:]], pieces, deeper + line.depth)
        else:
            yield _Line(deeper + line.depth, line.text)


def _children(lines: Sequence[_Line]) -> dict[str, Element]:
    found: dict[str, Element] = {}
    starts = [place for place, line in enumerate(lines) if line.depth == lines[0].depth]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        made = _element(lines[start].text)
        if start + 1 < end:
            made = replace(made, children=_children(lines[start + 1 : end]))
        assert made.name not in found, f"{made.name} stands there twice"
        found[made.name] = made
    return found


def _element(text: str) -> Element:
    cells = [cell.strip() for cell in text.split("|")]
    name, ja, form, times, mark, *note = cells + [""] * (_COLUMNS - len(cells))
    word, _, rest = form.partition(" ")
    least, most = _TIMES[times]
    kind = Form(word)
    return Element(
        name,
        ja,
        kind,
        least,
        most,
        mark,
        length=int(rest) if kind in (Form.TEXT, Form.DIGITS) else 0,
        code=rest if kind is Form.CODE else "",
        note=note[0],
    )
