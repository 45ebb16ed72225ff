"""Timetables (工程表) and liaison meetings: planned, revised, done; no version is lost."""

from dataclasses import replace

from onshi.db import Tx
from onshi.kernel import Moment, japan_day
from onshi.requests import planning
from onshi.requests.errors import StepChanged, UnknownStep
from onshi.requests.model import PlanStep, StepId
from onshi.requests.store import planning as store


def plan(tx: Tx, new: PlanStep, *, at: Moment) -> PlanStep:
    """A new line of the owner's timetable. StepMalformed, TooEarly."""
    first = replace(new, version=1, is_dropped=False)
    planning.check_step(first, today=japan_day(at))
    store.add(tx, first, at=at)
    return first


def revise(tx: Tx, changed: PlanStep, *, at: Moment) -> PlanStep:
    """The line as it is from now on; `changed.version` is the one that was looked at. The earlier versions stay.

    Raises UnknownStep, StepChanged, StepMalformed, TooEarly.
    """
    known = history(tx, changed.owner, changed.id)
    newest = known[-1][0]
    if newest.version != changed.version:
        raise StepChanged
    planning.check_step(changed, today=japan_day(at))
    following = replace(changed, version=newest.version + 1)
    store.add(tx, following, at=at)
    return following


def history(tx: Tx, owner: str, step: StepId) -> list[tuple[PlanStep, Moment]]:
    """Every version of a line of the owner's, the first first. UnknownStep."""
    found = store.versions(tx, step)
    if not found or found[0][0].owner != owner:
        raise UnknownStep
    return found


def timetable(tx: Tx, owner: str, *, known_at: Moment) -> list[PlanStep]:
    """The owner's lines as they stood at a moment, in the order planned."""
    return store.of_owner(tx, owner, known_at)


def all_timetables(tx: Tx, *, known_at: Moment) -> dict[str, list[PlanStep]]:
    """Everybody's lines by owner: for the office."""
    found: dict[str, list[PlanStep]] = {}
    for one in store.of_owner(tx, None, known_at):
        found.setdefault(one.owner, []).append(one)
    return found
