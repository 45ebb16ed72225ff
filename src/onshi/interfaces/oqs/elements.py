"""Elements of a message as values: texts, groups, and lists of either where more than one may stand. Pure."""

from typing import TypeAlias

Elements: TypeAlias = dict[str, "str | Elements | list[str] | list[Elements]"]


def group(elements: Elements, name: str) -> Elements:
    """The group of that name; empty when it is not there."""
    found = elements.get(name)
    return found if isinstance(found, dict) else {}


def groups(elements: Elements, name: str) -> list[Elements]:
    """The groups of a name that may stand there more than once."""
    found = elements.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def text(elements: Elements, name: str) -> str:
    """The text of an element; empty when it is not there."""
    found = elements.get(name)
    return found if isinstance(found, str) else ""


def texts(elements: Elements) -> dict[str, str]:
    """Every element that holds text."""
    return {name: value for name, value in elements.items() if isinstance(value, str)}
