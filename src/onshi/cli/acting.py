"""Acts on the register of organisations: what `onshi access` changes, with its entry in the log."""

from collections.abc import Callable
from typing import TypeVar

from onshi.access import Event
from onshi.app import App
from onshi.db import Tx
from onshi.flows import record
from onshi.kernel import Moment

Result = TypeVar("Result")


def act(app: App, change: Callable[[Tx, Moment], Event], then: Callable[[Tx], Result]) -> Result:
    """Changes something, logs it, and returns what `then` sees, all in one transaction."""

    def work(tx: Tx) -> Result:
        at = app.now()
        record(tx, change(tx, at), batch=app.draw(), at=at)
        return then(tx)

    return app.run(work)
