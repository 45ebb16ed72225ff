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


def quartiles(count: Count, kind: Iterable[Figure]) -> Quartiles | None:
    """How a kind lies, for its insurers: once the count is shared, and where enough of them have members."""
    shares = sorted(one.percent for one in kind if one.percent is not None)
    if not count.is_shared or len(shares) < sharing()["least_for_quartiles"]:
        return None
    return Quartiles(len(shares), *(_at(shares, part) for part in (0.25, 0.5, 0.75)))


def _at(ordered: Sequence[float], part: float) -> int:
    """The value a part of all lies at or below, to a whole number of steps: of five insurers it is exactly one's own
    figure, and of six whoever stands beside it could work out their neighbour's."""
    place = part * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    step: int = sharing()["quartile_step"]
    return step * round((ordered[low] + (ordered[high] - ordered[low]) * (place - low)) / step)


def for_everybody(count: Count, kinds: Iterable[OfKind]) -> list[OfKind]:
    """What the public is told: nothing before it is shared; then each kind, those with few insurers put together with
    each other and, where they are still few, with the smallest kind that would stand alone. `kinds` are of insurers
    that have members: the others hide nobody's figure."""
    if not count.is_shared:
        return []
    by_size = sorted(kinds, key=lambda one: (one.insurers, one.kinds))
    least = sharing()["least_for_public"]
    few = [one for one in by_size if one.insurers < least]
    alone = by_size[len(few) :]
    while few and alone and sum(one.insurers for one in few) < least:
        few.append(alone.pop(0))
    alone.sort(key=lambda one: one.kinds)
    together = _sum(few)
    return [*alone, together] if together.insurers >= least else alone


def _sum(parts: Sequence[OfKind]) -> OfKind:
    return OfKind(
        tuple(kind for one in parts for kind in one.kinds),
        sum(one.insurers for one in parts),
        sum(one.members for one in parts),
        sum(one.registered for one in parts),
    )


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
