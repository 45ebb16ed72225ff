"""From application to card in hand: how many are at each stage, and how many wait between two. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from onshi import record

STAGES = ("applied", "shipped", "preset", "notified", "issued")


@dataclass(frozen=True, slots=True)
class Step:
    """One stage, counted from the start: everybody who has come so far or further."""

    stage: str
    count: int
    gap: int | None
    """How many of the stage before have not come so far; withdrawn and void ones are among them. None for the first."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """The stages counted on one day; stages the sources do not give are left out."""

    on: date
    steps: tuple[Step, ...]


def funnel_of(on: date, counts: Mapping[str, int]) -> Funnel:
    """The funnel of what was counted on a day, by stage. A stage larger than the one before has a gap below zero."""
    known = [(stage, counts[stage]) for stage in STAGES if stage in counts]
    before: list[int | None] = [None, *(count for _, count in known)]
    steps = (
        Step(stage, count, None if was is None else was - count)
        for (stage, count), was in zip(known, before, strict=False)
    )
    return Funnel(on, tuple(steps))


def funnel_on(on: date) -> Funnel | None:
    """The nation's funnel as known on a day: of the last day on which applications and cards were both counted."""
    counted: dict[date, dict[str, int]] = {}
    for one in record.points():
        if one.on <= on and one.part == "all" and one.value is not None and one.indicator in STAGES:
            counted.setdefault(one.on, {})[one.indicator] = one.value
    whole = [day for day, counts in counted.items() if {"applied", "issued"} <= counts.keys()]
    return funnel_of(max(whole), counted[max(whole)]) if whole else None
