"""The verbs of counting."""

from collections.abc import Mapping

from onshi.cards.counts import StageCount, WorkplaceCounts, filled, suppressed
from onshi.cards.model import Stage, State
from onshi.cards.steps import CLOSED
from onshi.cards.store import counting as store
from onshi.db import Tx
from onshi.kernel import MunicipalityCode


def stages(tx: Tx, municipality: MunicipalityCode | None, first_month: int, last_month: int) -> list[StageCount]:
    """The four stages of every month from `first_month` to `last_month` (202611), both included.

    For one municipality, or for every one that has counted anything in that time; a month without anything is a row of
    zeros, so that the rows are a series. An application counts where it was when the step was taken.
    """
    found = store.stages(tx, municipality, first_month, last_month)
    return filled(found, first_month, last_month, [] if municipality is None else [municipality])


def stage_totals(tx: Tx) -> Mapping[MunicipalityCode, Mapping[Stage, int]]:
    """The four stages of all time, by municipality; one without applications is not there. For reports: it reads what
    happened to every application."""
    return store.stage_totals(tx)


def workplace_counts(tx: Tx, workplace: str) -> WorkplaceCounts:
    """What an employer may know of the applications that came through it: counts, small ones hidden, nobody named."""
    states = {State(state): count for state, count in store.workplace_states(tx, workplace).items()}
    issued = states.pop(State.ISSUED, 0)
    ended = sum(count for state, count in states.items() if state in CLOSED)
    under_way = sum(count for state, count in states.items() if state not in CLOSED)
    return WorkplaceCounts(*suppressed(under_way, issued, ended))
