"""The check lane: requests that wait at the same moment share one transaction, one lookup, one signature.

No timer: while one batch commits in the lane's thread, the next gathers on the event loop. Under light load a
batch is one check and waits for nobody; under heavy load batches grow until commit and signature cost next to
nothing each (docs/decisions/0004).
"""

import asyncio
import gc
import sys
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import TypeAlias

from onshi.app import App
from onshi.db import DatabaseBusy
from onshi.eligibility import Asker, Query
from onshi.interfaces.rest.shapes import write_checked

BATCH_LIMIT = 512

Outcome: TypeAlias = bytes | Exception
Done: TypeAlias = Callable[[Outcome], None]
Waiting: TypeAlias = tuple[Query, Asker, str | None, Done]


# Between two looks of the collector: some two hundred checks; in the young, the middle and the old generation.
_COLLECT_AFTER = (10_000, 20, 100)


# The lane's thread and the event loop change places at every database call. With the interpreter's 5 ms the one
# that waits loses more time than a batch takes.
_SWITCH_AFTER_S = 0.0002


def _tune_interpreter() -> None:
    """What the program holds by now stays for good, and a check leaves no cycles behind; walking all that every few
    hundred objects was an eighth of the samples of a profile (docs/decisions/0009)."""
    sys.setswitchinterval(_SWITCH_AFTER_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


class Lane:
    """One per event loop. It answers with finished JSON bodies."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Waiting] = deque()
        self._is_busy = False
        self._work: SimpleQueue[list[Waiting] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="check-lane", daemon=True)
        self._thread.start()
        _tune_interpreter()

    def ask(self, query: Query, asker: Asker, reference: str | None, done: Done) -> None:
        """Joins the batch that is gathering. `done` is called on the event loop with the body, or with the error
        that befell the batch; it must not raise."""
        self._waiting.append((query, asker, reference, done))
        if not self._is_busy:
            self._is_busy = True
            # After the requests that are readable in this turn of the loop have joined too.
            self._loop.call_soon(self._hand_over)

    def close(self) -> None:
        """Ends the thread after the batch it is working on."""
        self._work.put(None)

    def _hand_over(self) -> None:
        count = min(len(self._waiting), BATCH_LIMIT)
        self._work.put([self._waiting.popleft() for _ in range(count)])

    def _run(self) -> None:
        while (batch := self._work.get()) is not None:
            outcome = self._answers(batch)
            self._loop.call_soon_threadsafe(self._deliver, batch, outcome)

    def _answers(self, batch: list[Waiting]) -> list[Outcome]:
        try:
            checked = self._app.check([one[0] for one in batch], [one[1] for one in batch])
        except Exception as error:  # noqa: BLE001 - whatever it was, every waiting request must hear of it
            if len(batch) == 1 or isinstance(error, DatabaseBusy):
                return [error] * len(batch)
            # One question that trips over a fault of ours must not take its neighbours with it.
            return [outcome for one in batch for outcome in self._answers([one])]
        return [write_checked(one, waiting[2]) for one, waiting in zip(checked, batch, strict=True)]

    def _deliver(self, batch: list[Waiting], outcomes: list[Outcome]) -> None:
        if self._waiting:
            self._hand_over()
        else:
            self._is_busy = False
        for (_, _, _, done), outcome in zip(batch, outcomes, strict=True):
            done(outcome)
