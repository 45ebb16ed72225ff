"""Counts of registrations: recorded, taken, shared, told; and how late data were."""

from collections.abc import Iterable
from datetime import date

import msgspec

from onshi.access import Party
from onshi.db import Tx
from onshi.kernel import InsurerNumber, Moment, Month, japan_day
from onshi.registry import insurer_book, measuring
from onshi.tallies import rules, store
from onshi.tallies.errors import DayNotOver, UnknownTally
from onshi.tallies.model import Count, Delay, Done, Figure, OfKind, Own, Step


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
            return count, store.figures_of(tx, count)
    raise UnknownTally


def own_figures(tx: Tx, insurer: InsurerNumber) -> list[Own]:
    """What an insurer is told: of each day the newest count that it may see, the newest day first."""
    known = insurer_book(tx).get(insurer)
    found = []
    for count in _newest(one for one in store.counts(tx) if known and rules.may_see_own(one, known.kind)):
        figures = store.figures_of(tx, count)
        mine = next((one for one in figures if one.insurer == insurer), None)
        if mine is not None and rules.may_see_own(count, mine.kind):
            found.append(Own(count, mine, rules.quartiles(count, figures, mine.kind)))
    return found


def told_to_everybody(tx: Tx) -> list[tuple[Count, list[OfKind]]]:
    """What the public is told, by kind of insurer; the newest day first."""
    return [
        (count, rules.for_everybody(count, store.figures_of(tx, count)))
        for count in _newest(one for one in store.counts(tx) if one.is_shared)
    ]


def _newest(counts: Iterable[Count]) -> list[Count]:
    """Of each day the first."""
    found: dict[date, Count] = {}
    for one in counts:
        found.setdefault(one.counted_on, one)
    return list(found.values())


def delays(tx: Tx, month: Month, *, by_kind: bool = False) -> list[Delay]:
    """How late what was loaded in the month was, by insurer or by kind of insurer; those without any are not there."""
    book = insurer_book(tx)
    found: dict[str, list[tuple[int, int, int]]] = {}
    for insurer, to_notice, to_load, rows in measuring.delays_in(tx, month.first, month.next.first).rows():
        of = book[insurer].kind if by_kind and insurer in book else insurer
        found.setdefault(of, []).append((to_notice, to_load, rows))
    return [rules.delay(of, rows) for of, rows in sorted(found.items())]


def own_delays(tx: Tx, insurer: InsurerNumber, month: Month) -> list[Delay]:
    """How late an insurer's own data of the month were, then those of its kind where that has enough insurers: of few
    the kind's figure and one's own leave the others'."""
    book = insurer_book(tx)
    kind = book[insurer].kind if insurer in book else ""
    others = sum(one.kind == kind for one in book.values())
    found = [one for one in delays(tx, month) if one.of == insurer]
    if others >= rules.sharing()["least_for_quartiles"]:
        found += [one for one in delays(tx, month, by_kind=True) if one.of == kind]
    return found
