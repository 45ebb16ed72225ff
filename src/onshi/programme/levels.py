"""Targets against reality for whoever is not a place: kinds of facilities and of insurers, ministries. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from onshi import record
from onshi.programme import rules
from onshi.programme.model import Standing
from onshi.programme.servants import Figure, ServantsPart, deciding, judge, public_servants_on
from onshi.record import Point, papers
from onshi.record.papers import Words

FACILITY_KINDS = ("all", "hospital", "medical_clinic", "dental_clinic", "pharmacy")
_OPERATING = "facilities_operating"
_MOST, _ALL = Words("ほとんどの被保険者", "most of the insured"), Words("全員", "everybody")


class Rank(StrEnum):
    """What sort of group a line is about."""

    FACILITY_KIND = "facility_kind"
    INSURER_KIND = "insurer_kind"
    MINISTRY = "ministry"


@dataclass(frozen=True, slots=True)
class Line:
    """One target for one group. `percent` is what was reached, `low` what was aimed at, both in per cent."""

    rank: Rank
    group: str
    """The code of the kind, of the ministry or of the prefecture."""
    name: Words | None
    """None for a kind of facility: it has its word where it is shown."""
    due: date
    low: float | None
    words: Words
    """The target in words."""
    standing: Standing
    percent: float | None
    is_worked_out: bool
    point: Point | None


def lines_on(on: date) -> tuple[Line, ...]:
    """Every group with a target published by `on`, against the figure that decides or the last that was known."""
    return (*_facilities(on), *_other_kinds(on), *_servants(on))


def _facilities(on: date) -> Iterator[Line]:
    known = [one for one in record.points() if one.on <= on]
    for target in record.targets_on(on, _OPERATING):
        words = Words(target.words_ja, target.words_en)
        for part in FACILITY_KINDS:
            found = rules.judge_facilities(target, known, on=on, part=part)
            yield Line(
                Rank.FACILITY_KIND, part, None, target.due, target.low, words, found.standing, found.percent,
                found.is_worked_out, found.point,
            )  # fmt: skip


def _other_kinds(on: date) -> Iterator[Line]:
    """Kinds of insurers that are to have most of their members hold a card: in words, and of none is a figure known."""
    for group in papers.insurer_groups(on):
        if group.goal is papers.Goal.MOST:
            yield Line(
                Rank.INSURER_KIND, group.code, group.name, group.due, None, _MOST, Standing.WORDS, None, False, None
            )


def _servants(on: date) -> Iterator[Line]:
    """Everybody was to hold a card: the last day of each kind is its target, the days before are looks."""
    if not papers.public_servants(on):
        return
    status = public_servants_on(on)
    due = {part.group.code: part.states[-1].due for part in status.parts}
    for part in status.parts:
        yield _everybody(Rank.INSURER_KIND, part.group.code, _name(part), part.figures, due[part.group.code], on)
    of_some: dict[str, list[Figure]] = {}
    for figure in status.figures:
        if not figure.meaning.is_whole_group:
            of_some.setdefault(figure.meaning.code, []).append(figure)
    for code, figures in of_some.items():
        meaning = figures[-1].meaning
        yield _everybody(Rank.MINISTRY, code, meaning.covers, figures, due[meaning.group], on)


def _name(part: ServantsPart) -> Words:
    name = part.group.name
    return Words(f"{name.ja}（被扶養者）", f"{name.en}, dependants") if part.is_dependants else name


def _everybody(rank: Rank, group: str, name: Words, figures: Sequence[Figure], due: date, on: date) -> Line:
    figure = deciding(figures, due)
    point = None if figure is None else figure.point
    percent = None if point is None else point.percent
    return Line(rank, group, name, due, 100.0, _ALL, judge(figure, due, on=on), percent, False, point)
