"""The check lane: requests that wait at the same moment share one transaction, one lookup, one signature.

No timer: every turn of the event loop hands over what it read, and whoever answers takes all that waits by then as
one batch. Under light load a batch is one check and waits for nobody; under heavy load batches grow until commit and
signature cost next to nothing each (docs/decisions/0004).
"""

import asyncio
import gc
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from queue import Empty, SimpleQueue
from typing import Protocol, TypeAlias, TypeVar

from onshi.app import App
from onshi.db import DatabaseBusy
from onshi.eligibility import Asker, Query
from onshi.interfaces.rest.frames import Asked
from onshi.interfaces.rest.shapes import write_checked

# Of more than these at once the first ones would wait for the last ones' answers, with the desks behind them idle:
# at 512 a fifth fewer checks were answered (docs/decisions/0012). Of fewer, each batch's own cost weighs more.
BATCH_LIMIT = 128

Outcome: TypeAlias = bytes | Exception
Done: TypeAlias = Callable[[Outcome], None]
Deliver: TypeAlias = Callable[[Sequence[Outcome]], None]
Handed = TypeVar("Handed")


# Between two looks of the collector: some two hundred checks; in the young, the middle and the old generation.
_COLLECT_AFTER = (10_000, 20, 100)


# Whoever answers and the event loop change places at every database call. With the interpreter's 5 ms the one
# that waits loses more time than a batch takes.
_SWITCH_AFTER_S = 0.0002


def tune_interpreter() -> None:
    """What the program holds by now stays for good, and a check leaves no cycles behind; walking all that every few
    hundred objects was an eighth of the samples of a profile (docs/decisions/0009)."""
    sys.setswitchinterval(_SWITCH_AFTER_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


class Answerer(Protocol):
    """Who answers what the lane hands over, elsewhere than on the event loop."""

    def submit(self, asked: Sequence[Asked], deliver: Deliver) -> None:
        """Takes a batch; `deliver` is called on the event loop with one outcome for each, in order."""
        ...

    def close(self) -> None:
        """Answers what it has, and no more."""
        ...


class Lane:
    """One per event loop. It answers with finished JSON bodies."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._loop = asyncio.get_running_loop()
        self._asked: list[Asked] = []
        self._dones: list[Done] = []
        tune_interpreter()

    def ask(self, query: Query, asker: Asker, reference: str | None, done: Done) -> None:
        """Joins the batch that is gathering. `done` is called on the event loop with the body, or with the error
        that befell the batch; it must not raise."""
        if not self._asked:
            # After the requests that are readable in this turn of the loop have joined too.
            self._loop.call_soon(self._hand_over)
        self._asked.append((query, asker, reference))
        self._dones.append(done)

    def close(self) -> None:
        """Ends with what is under way."""
        self._answerer.close()

    def _hand_over(self) -> None:
        asked, self._asked = self._asked, []
        dones, self._dones = self._dones, []
        for start in range(0, len(asked), BATCH_LIMIT):
            part = slice(start, start + BATCH_LIMIT)
            self._answerer.submit(asked[part], partial(_deliver, dones[part]))


def _deliver(dones: Sequence[Done], outcomes: Sequence[Outcome]) -> None:
    for done, outcome in zip(dones, outcomes, strict=True):
        done(outcome)


def answers(app: App, asked: Sequence[Asked]) -> list[Outcome]:
    """A body for each question, or why there is none; all in one transaction, and in the log when it returns."""
    try:
        checked = app.check([one[0] for one in asked], [one[1] for one in asked])
    except DatabaseBusy as error:
        return [error] * len(asked)
    except Exception as error:  # noqa: BLE001 - whatever it was, every waiting request must hear of it
        if len(asked) > 1:
            # One question that trips over a fault of ours must not take its neighbours with it.
            return [outcome for one in asked for outcome in answers(app, [one])]
        return [error]
    return [write_checked(one, reference) for one, (_, _, reference) in zip(checked, asked, strict=True)]


def grouped(handed: Iterable[tuple[Sequence[Asked], Handed]]) -> Iterable[list[tuple[Sequence[Asked], Handed]]]:
    """Batches that were handed over, put together as long as they hold no more than BATCH_LIMIT questions."""
    group: list[tuple[Sequence[Asked], Handed]] = []
    count = 0
    for asked, whose in handed:
        if group and count + len(asked) > BATCH_LIMIT:
            yield group
            group, count = [], 0
        group.append((asked, whose))
        count += len(asked)
    if group:
        yield group


def answer_group(app: App, group: Sequence[tuple[Sequence[Asked], Handed]]) -> list[tuple[Handed, list[Outcome]]]:
    """The outcomes of a group, given back as it was handed over."""
    outcomes = answers(app, [one for asked, _ in group for one in asked])
    found: list[tuple[Handed, list[Outcome]]] = []
    start = 0
    for asked, whose in group:
        found.append((whose, outcomes[start : start + len(asked)]))
        start += len(asked)
    return found


class InThread:
    """Answers in a thread of this process."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._loop = asyncio.get_running_loop()
        self._handed: SimpleQueue[tuple[Sequence[Asked], Deliver] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="check-lane", daemon=True)
        self._thread.start()

    def submit(self, asked: Sequence[Asked], deliver: Deliver) -> None:
        """See Answerer."""
        self._handed.put((asked, deliver))

    def close(self) -> None:
        """See Answerer."""
        self._handed.put(None)

    def _run(self) -> None:
        is_open = True
        while is_open:
            waiting = self._all_waiting()
            is_open = waiting[-1] is not None
            for group in grouped(one for one in waiting if one is not None):
                for deliver, outcomes in answer_group(self._app, group):
                    self._loop.call_soon_threadsafe(deliver, outcomes)

    def _all_waiting(self) -> list[tuple[Sequence[Asked], Deliver] | None]:
        waiting = [self._handed.get()]
        while waiting[-1] is not None:
            try:
                waiting.append(self._handed.get_nowait())
            except Empty:
                break
        return waiting
