"""What was revised: every version of the road map with the day it was published and the reason. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date

from onshi.programme.papers.model import About, Cell, Span, Table
from onshi.programme.papers.wording import table, word
from onshi.record import Target
from onshi.record.papers import Bar, Milestone, Row, Words


def aim(target: Target) -> Span | About | Words:
    """A target: a range, a rounded number, or words."""
    if target.low is None:
        return Words(target.words_ja, target.words_en)
    # The record has words beside a number where the papers give it as a rounded one.
    return About(target.low) if target.words_ja else Span(target.low, target.high)


def versions_table(targets: Iterable[Target], revised: Mapping[str, tuple[Row, ...]], on: date) -> Table:
    """Every version of every target published by a day; of tasks and milestones those that were revised."""
    known = sorted((one for one in targets if one.known_from <= on), key=lambda one: (one.name, one.version))
    rows: list[tuple[Cell, ...]] = [
        (word("target"), one.name, one.version, one.known_from, one.due, aim(one), _why(one.reason)) for one in known
    ]
    for versions in revised.values():
        if len(versions) > 1:
            rows += [_row(one) for one in versions]
    return table("versions", ("kind", "name", "version", "known_from", "when", "aim_or_task", "reason"), rows)


def _row(one: Row) -> tuple[Cell, ...]:
    assert isinstance(one, Bar | Milestone), "the road map has bars and milestones"
    kind, said = ("task", one.task) if isinstance(one, Bar) else ("milestone", one.name)
    when: Cell = word("dropped") if one.is_dropped else one.when
    return word(kind), one.code, one.version, one.known_from, when, said, _why(one.reason)


def _why(reason: str) -> Words | str:
    return word("first_published") if reason == "first published" else reason
