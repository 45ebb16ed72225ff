"""Targets against reality for whoever is not a place: kinds of facilities and of insurers, ministries. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from onshi import record
from onshi.programme import rules
from onshi.programme.model import Standing
from onshi.programme.servants import Figure, ServantsPart, judge, public_servants_on
from onshi.record import Point, papers

FACILITY_KINDS = ("all", "hospital", "medical_clinic", "dental_clinic", "pharmacy")
_OPERATING = "facilities_operating"


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
    """The code of the kind, or the name of the ministry."""
    name_ja: str
    name_en: str
    due: date
    low: float | None
    words_ja: str
    words_en: str
    standing: Standing
    percent: float | None
    is_worked_out: bool
    point: Point | None

    def name(self, language: str) -> str:
        """What the group is called; a kind of facility has its word where it is shown."""
        return self.name_ja if language == "ja" else self.name_en

    def words(self, language: str) -> str:
        """The target in words."""
        return self.words_ja if language == "ja" else self.words_en


def lines_on(on: date) -> tuple[Line, ...]:
    """Every group with a target published by `on`, against the last figure that was known of it."""
    return (*_facilities(on), *_other_kinds(on), *_servants(on))


def _facilities(on: date) -> Iterator[Line]:
    known = [one for one in record.points() if one.on <= on]
    for target in record.targets_on(on, _OPERATING):
        for part in FACILITY_KINDS:
            found = rules.judge_facilities(target, known, on=on, part=part)
            words = (target.words_ja, target.words_en)
            yield Line(
                Rank.FACILITY_KIND, part, "", "", target.due, target.low, *words, found.standing, found.percent,
                found.is_worked_out, found.point,
            )  # fmt: skip


def _other_kinds(on: date) -> Iterator[Line]:
    """Kinds of insurers that are to have most of their members hold a card: in words, and of none is a figure known."""
    for group in papers.insurer_groups(on):
        if group.goal is papers.Goal.MOST:
            yield Line(
                Rank.INSURER_KIND, group.code, group.name.ja, group.name.en, group.due, None, "加入者の大半",
                "most of the insured", Standing.WORDS, None, False, None,
            )  # fmt: skip


def _servants(on: date) -> Iterator[Line]:
    """Everybody was to hold a card: the last day of each kind is its target, the days before are looks."""
    if not papers.public_servants(on):
        return
    status = public_servants_on(on)
    for part in status.parts:
        yield _of_kind(part)
    due = {part.group.code: part.states[-1].due for part in status.parts}
    last = {figure.meaning.code: figure for figure in status.figures if not figure.meaning.is_whole_group}
    for figure in last.values():
        yield _of_some(figure, due[figure.meaning.group], on)


def _of_kind(part: ServantsPart) -> Line:
    last = part.states[-1]
    figure = last.figure
    ja, en = (f"{part.group.name.ja}（被扶養者）", f"{part.group.name.en}, dependants") if part.is_dependants else (
        part.group.name.ja, part.group.name.en
    )  # fmt: skip
    assert last.standing is not None, "the last day is the target"
    return Line(
        Rank.INSURER_KIND, part.group.code, ja, en, last.due, 100.0, "全員", "everybody", last.standing,
        None if figure is None else figure.point.percent, False, None if figure is None else figure.point,
    )  # fmt: skip


def _of_some(figure: Figure, due: date, on: date) -> Line:
    names = figure.meaning.covers
    # A count after the day that falls short did so on the day as well: cards held by staff do not become fewer.
    standing = judge(figure if figure.point.on >= due else None, due, on=on)
    return Line(
        Rank.MINISTRY, figure.meaning.code, names.ja, names.en, due, 100.0, "全員", "everybody", standing,
        figure.point.percent, False, figure.point,
    )  # fmt: skip
