"""Deciding: whose turn a step is, who is told what of a count, how late data were. Pure."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any

import msgspec

from onshi.access import Party, PartyKind
from onshi.audit import Action, Entry
from onshi.tallies.errors import NotTheirStep, StepOutOfTurn
from onshi.tallies.model import Count, Delay, Figure, OfKind, Quartiles, Step

_WHOSE = {Step.RECORDED: PartyKind.OPERATOR, Step.TAKEN: PartyKind.MINISTRY, Step.SHARED: PartyKind.MINISTRY}


@cache
def sharing() -> Mapping[str, Any]:
    """The table of who is told what."""
    return tomllib.loads(files("onshi.tallies").joinpath("sharing.toml").read_text(encoding="utf-8"))


# -- Steps -------------------------------------------------------------------------------------------------------------


def is_ministry(party: Party) -> bool:
    """Whether it is the ministry that takes the counts."""
    return party.kind is PartyKind.MINISTRY and party.code in sharing()["ministries"]


def check_step(party: Party, step: Step, count: Count | None) -> None:
    """NotTheirStep, StepOutOfTurn. Recording has no turn: another version is another count."""
    if party.kind is not _WHOSE[step] or (party.kind is PartyKind.MINISTRY and not is_ministry(party)):
        raise NotTheirStep
    if step is Step.RECORDED:
        return
    order = list(Step)
    if count is None or [one.step for one in count.steps] != order[: order.index(step)]:
        raise StepOutOfTurn


# -- Who is told what --------------------------------------------------------------------------------------------------


def may_see_all(party: Party, count: Count) -> bool:
    """Whether it is told every insurer's figure: the fund of what it recorded, the ministry and the office of what was
    taken."""
    if party.kind is PartyKind.OPERATOR:
        return True
    return count.is_taken and (is_ministry(party) or party.kind is PartyKind.OFFICE)


def may_see_own(count: Count, kind: str) -> bool:
    """Whether an insurer of the kind is told its own figure."""
    return count.is_shared or kind in sharing()["direct_kinds"]


def quartiles(count: Count, figures: Iterable[Figure], kind: str) -> Quartiles | None:
    """How a kind lies, for its insurers: once the count is shared, and where enough of them have members."""
    shares = sorted(one.percent for one in figures if one.kind == kind and one.percent is not None)
    if not count.is_shared or len(shares) < sharing()["least_for_quartiles"]:
        return None
    return Quartiles(len(shares), *(_at(shares, part) for part in (0.25, 0.5, 0.75)))


def _at(ordered: Sequence[float], part: float) -> float:
    """The value a part of all lies at or below, between two neighbours in proportion."""
    place = part * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def for_everybody(count: Count, figures: Iterable[Figure]) -> list[OfKind]:
    """What the public is told: nothing before it is shared; then each kind, those with few insurers put together with
    each other and, where they are still few, with the smallest kind that would stand alone."""
    if not count.is_shared:
        return []
    kinds: dict[str, list[Figure]] = {}
    for one in figures:
        kinds.setdefault(one.kind, []).append(one)
    least = sharing()["least_for_public"]
    few = sorted(kind for kind, theirs in kinds.items() if len(theirs) < least)
    alone = sorted(kinds.keys() - set(few), key=lambda kind: (len(kinds[kind]), kind))
    while few and alone and sum(len(kinds[kind]) for kind in few) < least:
        few.append(alone.pop(0))
    together = [tuple(few)] if sum(len(kinds[kind]) for kind in few) >= least else []
    return [_sum(group, kinds) for group in [*((kind,) for kind in sorted(alone)), *together]]


def _sum(group: tuple[str, ...], kinds: Mapping[str, Sequence[Figure]]) -> OfKind:
    theirs = [one for kind in group for one in kinds[kind]]
    return OfKind(group, len(theirs), sum(one.members for one in theirs), sum(one.registered for one in theirs))


# -- How late data were ------------------------------------------------------------------------------------------------


def delay(of: str, rows: Sequence[tuple[int, int, int]]) -> Delay:
    """Of rows of days to the notice, days from there to the load, and how many there were of these."""
    total = sum(count for _, _, count in rows)
    notice = _counted((days, count) for days, _, count in rows)
    load = _counted((days, count) for _, days, count in rows)
    late = sum(count for to_notice, to_load, count in rows if to_notice + to_load > sharing()["late_after_days"])
    return Delay(of, total, _below(notice, 50), _below(notice, 90), _below(load, 50), _below(load, 90), late)


def _counted(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for days, count in pairs:
        found[days] = found.get(days, 0) + count
    return found


def _below(counted: Mapping[int, int], percent: int) -> int:
    """The smallest value that so many per cent do not exceed."""
    values = sorted(counted)
    reached = accumulate(counted[value] for value in values)
    total = sum(counted.values())
    return next(value for value, sofar in zip(values, reached, strict=True) if sofar * 100 >= total * percent)


# -- The log -----------------------------------------------------------------------------------------------------------


def entry_of(count: Count, step: Step, *, actor: str) -> Entry:
    """The log entry of a step; its leaf is the SHA-256 of a JSON list: count, step, when, by whom."""
    thing = f"tally:{count.counted_on}.{count.version}"
    done = next(one for one in count.steps if one.step is step)
    leaf = hashlib.sha256(msgspec.json.encode([thing, step, done.at, done.by])).digest()
    return Entry(actor, Action.TALLY, step.value, leaf, None, thing)
