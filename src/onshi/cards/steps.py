"""The table of steps, and the one function that says what comes next."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from onshi import law
from onshi.cards.errors import (
    ApplicationClosed,
    StepNeedsMore,
    StepNotForLane,
    StepNotYours,
    StepOutOfOrder,
    UnknownStep,
)
from onshi.cards.model import CardState, Doer, Stage, State

NEW = "new"
"""Where an application is before there is one."""

_TABLE = tomllib.loads((files("onshi.cards") / "steps.toml").read_text(encoding="utf-8"))
LANES: Mapping[str, tuple[str, str]] = {name: (row["ja"], row["en"]) for name, row in _TABLE["lanes"].items()}
CLOSED = frozenset(State(name) for name, row in _TABLE["states"].items() if row.get("closed", False))
STATE_TEXTS: Mapping[State, tuple[str, str]] = {
    State(name): (row["ja"], row["en"]) for name, row in _TABLE["states"].items()
}


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: from where to where, on which lanes, who may do it, and what it does besides."""

    name: str
    sources: tuple[str, ...]
    target: State
    lanes: tuple[str, ...]
    by: tuple[Doer, ...]
    counts: Stage | None
    card: CardState | None
    becomes: str | None
    own_verb: bool
    ja: str
    en: str


@cache
def steps() -> tuple[Step, ...]:
    """The table, in its order."""
    return tuple(
        Step(
            name=row["name"],
            sources=tuple(_sources(row["from"])),
            target=State(row["to"]),
            lanes=tuple(row.get("for", LANES)),
            by=tuple(Doer(doer) for doer in row["by"]),
            counts=Stage(row["counts"]) if "counts" in row else None,
            card=CardState(row["card"]) if "card" in row else None,
            becomes=row.get("becomes"),
            own_verb=row.get("own_verb", False),
            ja=row["ja"],
            en=row["en"],
        )
        for row in _TABLE["step"]
    )


def _sources(names: Iterable[str]) -> Iterable[str]:
    """The states a row names; `open` stands for every state that is not closed."""
    for name in names:
        if name == "open":
            yield from (state.value for state in State if state not in CLOSED)
        else:
            yield name


@cache
def _by_place() -> dict[tuple[str, str, str], Step]:
    return {(step.name, source, lane): step for step in steps() for source in step.sources for lane in step.lanes}


def lane_of(method: str, delivery: str) -> str:
    """On which lane an application by this method and delivery goes; KeyError when the law has no such method."""
    told = law.issuance_method(method)
    if told.identity_at == "hand_over":
        return "collected"
    if not law.card_deliveries()[delivery].by_post:
        return "brought"
    return "posted" if told.presets else "express"


def next_step(state: str, lane: str, name: str, doer: Doer) -> Step:
    """The row that holds when `doer` takes the step `name`; its `target` is the next state.

    Raises `UnknownStep`, `ApplicationClosed`, `StepNotForLane`, `StepOutOfOrder` or `StepNotYours`, the first that
    is true.
    """
    named = [step for step in steps() if step.name == name]
    if not named:
        raise UnknownStep(step=name)
    if state in CLOSED:
        raise ApplicationClosed(step=name, state=state)
    found = _by_place().get((name, state, lane))
    if found is None:
        if not any(lane in step.lanes for step in named):
            raise StepNotForLane(step=name, lane=lane)
        raise StepOutOfOrder(step=name, state=state)
    if doer not in found.by:
        raise StepNotYours(step=name, doer=doer.value)
    return found


def plain_step(state: str, lane: str, name: str, doer: Doer) -> Step:
    """The same for a step that needs nothing but its name; raises `StepNeedsMore` for one that does."""
    found = next_step(state, lane, name, doer)
    if found.own_verb:
        raise StepNeedsMore(step=name)
    return found


def open_steps(state: str, lane: str, doer: Doer) -> tuple[Step, ...]:
    """What `doer` could do next, in the order of the table."""
    return tuple(step for step in steps() if state in step.sources and lane in step.lanes and doer in step.by)


def main_way(state: str, lane: str) -> tuple[Step, ...]:
    """The shortest way from a state to the card in the hand, whoever takes its steps; empty where there is none.

    Steps that change the method are left out: they are for whoever cannot go this way.
    """
    ways: dict[str, tuple[Step, ...]] = {state: ()}
    waiting = [state]
    for here in waiting:
        if here == State.ISSUED.value:
            return ways[here]
        for step in steps():
            if here in step.sources and lane in step.lanes and not step.becomes and step.target.value not in ways:
                ways[step.target.value] = (*ways[here], step)
                waiting.append(step.target.value)
    return ()


def is_closed(state: State) -> bool:
    """Whether nothing happens to an application in this state any more."""
    return state in CLOSED
