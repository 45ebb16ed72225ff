"""Counts of registrations: recorded, taken, shared, told; and how late data were."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain
from typing import TypeAlias

import msgspec

from onshi.access import Party
from onshi.db import Tx
from onshi.kernel import InsurerNumber, Moment, Month, japan_day
from onshi.registry import Insurer, insurer_book, measuring
from onshi.tallies import rules, store
from onshi.tallies.errors import DayNotOver, UnknownTally
from onshi.tallies.model import Count, Delay, Done, Figure, OfKind, Own, Step

_Rows: TypeAlias = tuple[int, int, int]
"""Days to the notice, days on to the load, how many coverages."""


def record_counts(tx: Tx, fund: Party, on: date, *, at: Moment) -> Count:
    """The fund counts a day out of the registry, for every insurer that is known; again it is the next version.
    Raises NotTheirStep, DayNotOver."""
    rules.check_step(fund, Step.RECORDED, None)
    if on >= japan_day(at):
        raise DayNotOver
    counted = {
        insurer: (members, registered) for insurer, members, registered in measuring.registered_on(tx, on).rows()
    }
    figures = [
        Figure(number, insurer.kind, *counted.get(number, (0, 0))) for number, insurer in insurer_book(tx).items()
    ]
    count = Count(on, store.last_version(tx, on) + 1, (Done(Step.RECORDED, at, fund.id),))
    store.add_step(tx, on, count.version, count.steps[0])
    store.add_figures(tx, on, count.version, figures)
    return count


def take(tx: Tx, ministry: Party, on: date, *, at: Moment) -> Count:
    """The ministry takes the newest count of the day. Raises NotTheirStep, StepOutOfTurn."""
    return _step(tx, ministry, on, Step.TAKEN, at)


def share(tx: Tx, ministry: Party, on: date, *, at: Moment) -> Count:
    """From now on each insurer sees its own figure of the newest count of the day, and everybody the kinds'.
    Raises NotTheirStep, StepOutOfTurn."""
    return _step(tx, ministry, on, Step.SHARED, at)


def _step(tx: Tx, party: Party, on: date, step: Step, at: Moment) -> Count:
    newest = next(iter(store.counts(tx, on)), None)
    rules.check_step(party, step, newest)
    assert newest is not None, "a count that is not there has no turn"
    done = Done(step, at, party.id)
    store.add_step(tx, on, newest.version, done)
    return msgspec.structs.replace(newest, steps=(*newest.steps, done))


def counts(tx: Tx) -> list[Count]:
    """Every count and how far it has come, without figures; the newest first."""
    return store.counts(tx)


def figures_for(tx: Tx, reader: Party, on: date) -> tuple[Count, list[Figure]]:
    """The newest count of the day of which the reader is told every figure, with them. UnknownTally."""
    for count in store.counts(tx, on):
        if rules.may_see_all(reader, count):
            return count, store.figures_of(tx, [count])[0]
    raise UnknownTally


def all_figures(tx: Tx, reader: Party) -> list[tuple[Count, list[Figure]]]:
    """The same of every day, the newest first."""
    seen = _newest(one for one in store.counts(tx) if rules.may_see_all(reader, one))
    return list(zip(seen, store.figures_of(tx, seen), strict=True))


def own_figures(tx: Tx, insurer: InsurerNumber) -> list[Own]:
    """What an insurer is told: of each day the newest count that it may see, the newest day first."""
    known = insurer_book(tx).get(insurer)
    if known is None:
        return []
    seen = _newest(one for one in store.counts(tx) if rules.may_see_own(one, known.kind))
    found = []
    for count, kind in zip(seen, store.figures_of(tx, seen, kind=known.kind), strict=True):
        mine = next((one for one in kind if one.insurer == insurer), None)
        if mine is not None:
            found.append(Own(count, mine, rules.quartiles(count, kind)))
    return found


def told_to_everybody(tx: Tx) -> list[tuple[Count, list[OfKind]]]:
    """What the public is told, by kind of insurer; the newest day first."""
    seen = _newest(one for one in store.counts(tx) if one.is_shared)
    kinds = store.kinds_of(tx, seen)
    return [(count, rules.for_everybody(count, theirs)) for count, theirs in zip(seen, kinds, strict=True)]


def _newest(counts: Iterable[Count]) -> list[Count]:
    """Of each day the first."""
    found: dict[date, Count] = {}
    for one in counts:
        found.setdefault(one.counted_on, one)
    return list(found.values())


def delays(tx: Tx, month: Month) -> tuple[list[Delay], list[Delay]]:
    """How late what was loaded in the month was, by insurer and by kind of insurer; those without any are not there."""
    kinds = _loads(tx, month, insurer_book(tx))
    insurers = {insurer: rows for theirs in kinds.values() for insurer, rows in theirs.items()}
    return (
        [rules.delay(insurer, rows) for insurer, rows in sorted(insurers.items())],
        [_delay_of_kind(kind, theirs) for kind, theirs in sorted(kinds.items())],
    )


def own_delays(tx: Tx, insurer: InsurerNumber, month: Month) -> list[Delay]:
    """How late an insurer's own data of the month were, then those of its kind where enough insurers of it sent any: of
    few the kind's figure and one's own leave the others'."""
    book = insurer_book(tx)
    kind = book[insurer].kind if insurer in book else insurer
    theirs = _loads(tx, month, book).get(kind, {})
    found = [rules.delay(insurer, theirs[insurer])] if insurer in theirs else []
    if len(theirs) >= rules.sharing()["least_for_quartiles"]:
        found.append(_delay_of_kind(kind, theirs))
    return found


def _loads(tx: Tx, month: Month, book: Mapping[InsurerNumber, Insurer]) -> dict[str, dict[str, list[_Rows]]]:
    """What was loaded in the month, by kind and insurer; one that is not known is a kind by itself."""
    found: dict[str, dict[str, list[_Rows]]] = {}
    for insurer, *rows in measuring.delays_in(tx, month.first, month.next.first).rows():
        kind = book[insurer].kind if insurer in book else insurer
        found.setdefault(kind, {}).setdefault(insurer, []).append(tuple(rows))
    return found


def _delay_of_kind(kind: str, theirs: Mapping[str, list[_Rows]]) -> Delay:
    return rules.delay(kind, list(chain.from_iterable(theirs.values())))
