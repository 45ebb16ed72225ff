"""What `onshi cards` does and shows, in one transaction with its entries in the log."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from onshi import audit, flows
from onshi.app import App
from onshi.audit import Action, Entry
from onshi.cards import HolderId, Identified, Taken
from onshi.cli.opening import LOCAL
from onshi.db import Tx
from onshi.kernel import Moment

Done = TypeVar("Done", bound=Taken | Identified)
Shown = TypeVar("Shown")
_FOUND = "found"


def acted(app: App, work: Callable[[Tx, App, Moment], Done]) -> Done:
    """Changes something and logs it."""

    def whole(tx: Tx) -> Done:
        at = app.now()
        done = work(tx, app, at)
        flows.record_card_acts(tx, done.events, batch=app.draw(), at=at)
        return done

    return app.run(whole)


def disclosed(app: App, find: Callable[[Tx], Shown], whose: Callable[[Shown], Iterable[HolderId]]) -> Shown:
    """Finds something about people, with one entry in the log for each of them."""

    def whole(tx: Tx) -> Shown:
        found = find(tx)
        entries = [
            Entry(LOCAL, Action.DISCLOSE, _FOUND, audit.tree.leaf_hash(str(holder).encode()), holder)
            for holder in dict.fromkeys(whose(found))
        ]
        if entries:
            audit.append(tx, app.draw(), entries, at=app.now())
        return found

    return app.run(whole)
