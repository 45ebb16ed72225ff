"""Elements written as a file of the national interface, in the order of the table of its message. Pure."""

from typing import Any, Final

from onshi.interfaces.oqs.elements import Elements
from onshi.interfaces.oqs.encodings import Encoding, encode, writable
from onshi.interfaces.oqs.schema import Element, MessageKind

# Everything XML 1.0 cannot hold, halves of signs among it. A carriage return would be read as a line feed.
_UNWRITABLE: Final = dict.fromkeys(
    [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "〓"
)
_ESCAPED: Final = {**_UNWRITABLE, ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", 0x0D: "&#13;"}


def write(elements: Elements, kind: MessageKind, encoding: Encoding = Encoding.UTF_8) -> bytes:
    """The file: UTF-8 or Windows-31J as `encoding` says. What is not in the table is a fault of ours."""
    lines = [f'<?xml version="1.0" encoding="{encoding.value}" standalone="no"?>', "<XmlMsg>"]
    _group(elements, kind.root, "  ", lines)
    lines += ["</XmlMsg>", ""]
    return encode(writable("\n".join(lines), encoding), encoding)


def _group(elements: Elements, row: Element, indent: str, lines: list[str]) -> None:
    assert elements.keys() <= row.children.keys(), f"{elements.keys() - row.children.keys()} not in {row.name}"
    for name, child in row.children.items():
        value: Any = elements.get(name)
        if value is None:
            continue
        for one in value if child.is_many else (value,):
            if child.is_group:
                lines.append(f"{indent}<{name}>")
                _group(one, child, indent + "  ", lines)
                lines.append(f"{indent}</{name}>")
            else:
                # Nothing stands between tag and text: clients look for the whole line as it is.
                lines.append(f"{indent}<{name}>{_escaped(one)}</{name}>")


def _escaped(text: str) -> str:
    # Most texts are digits.
    return text if text.isalnum() else text.translate(_ESCAPED)
