"""A document as values: sections of tables whose cells are still figures, days and words of both languages."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from onshi.programme.errors import UnknownSection
from onshi.record.papers import Bar, Milestone, MinistryStep, Term, When, Words


@dataclass(frozen=True, slots=True)
class About:
    """A figure that the papers give as a rounded one."""

    value: int


@dataclass(frozen=True, slots=True)
class Span:
    """A figure from `low` to `high`; from `low` on where there is no high end."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Percent:
    """Per cent, as its source gives it."""

    value: float


Plain: TypeAlias = str | int | date | When | Words | Term | About | Span | Percent | None
Cell: TypeAlias = Plain | tuple[Plain, ...]
"""None: the papers do not give it. Empty text: there is nothing to give."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `code` in JSON, `title` for people."""

    code: str
    title: Words
    is_number: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it is, its columns, its rows."""

    code: str
    title: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """A track with its tasks and dated points, ready to be drawn."""

    name: Words
    bars: tuple[Bar, ...]
    marks: tuple[tuple[int, Milestone], ...]
    """Each with its number in the table of milestones."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn over fiscal quarters: the road map by lanes, or the steps of the ministries."""

    lanes: tuple[Lane, ...] = ()
    steps: tuple[MinistryStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the document."""

    code: str
    title: Words
    place: str
    """Where in the papers it stands."""
    about: tuple[Words, ...]
    tables: tuple[Table, ...]
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The content of the papers as known on a day."""

    on: date
    title: Words
    sections: tuple[Section, ...]

    def section(self, code: str) -> Section:
        """One section. UnknownSection."""
        for one in self.sections:
            if one.code == code:
                return one
        raise UnknownSection(known=", ".join(one.code for one in self.sections))
