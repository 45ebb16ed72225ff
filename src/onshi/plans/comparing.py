"""What changed between two versions of a plan. Pure.

Rows are compared by what they are about (a site by its kind and name, a month by itself), not by where they stand; rows
that are about the same thing are compared in their order.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onshi.plans.model import Content
from onshi.plans.workbook.layout import MYKEY, SCALARS, TABLES, Table, field_of

_KEYS: Mapping[str, tuple[str, ...]] = {
    "assumed": ("due",),
    "models": ("site",),
    "publicity": ("medium", "what"),
    "sites": ("kind", "name"),
    "receptions": ("method", "place", "name"),
    "costs": ("part", "category"),
    "months": ("month",),
    "occasions": ("kind", "on", "starts", "name"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that says something else. `about` are the values of the row's key, none for a single number; `name` is
    empty where the whole row came (`before` is None) or went (`after` is None)."""

    section: str
    about: tuple[Any, ...]
    name: str
    before: Any
    after: Any


def key_of(section: str) -> tuple[str, ...]:
    """The fields that say what a row is about."""
    return _KEYS[section]


def differences(before: Content, after: Content) -> tuple[Difference, ...]:
    """Everything that is not the same, in the order of the form. The order of rows is no difference."""
    return tuple(_differences(before, after))


def _differences(before: Content, after: Content) -> Iterator[Difference]:
    for name in SCALARS:
        yield from _field("", (), name, getattr(before, name), getattr(after, name))
    for name in MYKEY:
        yield from _field("mykey", (), name, getattr(before.mykey, name), getattr(after.mykey, name))
    for table in TABLES:
        yield from _rows(table, before, after)


def _rows(table: Table, before: Content, after: Content) -> Iterator[Difference]:
    old, new = _by_key(table, before), _by_key(table, after)
    for key, record in old.items():
        if key not in new:
            yield Difference(table.section, key[0], "", record, None)
            continue
        for column in table.columns:
            name = column.name
            yield from _field(table.section, key[0], name, field_of(record, name), field_of(new[key], name))
    for key, record in new.items():
        if key not in old:
            yield Difference(table.section, key[0], "", None, record)


def _by_key(table: Table, content: Content) -> dict[tuple[tuple[Any, ...], int], Any]:
    seen: Counter[tuple[Any, ...]] = Counter()
    found: dict[tuple[tuple[Any, ...], int], Any] = {}
    for record in getattr(content, table.section):
        key = tuple(field_of(record, name) for name in _KEYS[table.section])
        found[key, seen[key]] = record
        seen[key] += 1
    return found


def _field(section: str, about: tuple[Any, ...], name: str, before: Any, after: Any) -> Iterator[Difference]:
    if before != after:
        yield Difference(section, about, name, before, after)
