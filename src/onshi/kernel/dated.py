"""A number fixed by law: it starts on a day and has a source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Entry(Generic[Value]):
    """What holds from `start` on, until the next entry, and where that is written."""

    start: date
    value: Value
    source: str

    def __post_init__(self) -> None:
        if not self.source:
            raise ValueError("a dated entry names its source")


class Dated(Generic[Value]):
    """Entries in order of their days. Asking before the first one is an error of the caller."""

    def __init__(self, entries: Iterable[Entry[Value]]) -> None:
        self.entries = tuple(entries)
        starts = [entry.start for entry in self.entries]
        if not starts or starts != sorted(set(starts)):
            raise ValueError("dated entries need distinct days in rising order")

    def entry_on(self, day: date) -> Entry[Value]:
        """The entry that holds on `day`."""
        for entry in reversed(self.entries):
            if entry.start <= day:
                return entry
        raise LookupError(f"no entry holds on {day.isoformat()}; the first starts {self.entries[0].start}")

    def on(self, day: date) -> Value:
        """The value that holds on `day`."""
        return self.entry_on(day).value
