"""Registrations of the demo country as they were counted: two months shared, the last one taken."""

from datetime import date

from onshi import access, tallies
from onshi.access import PartyKind
from onshi.app import App
from onshi.audit import append
from onshi.db import Tx
from onshi.kernel import ONE_DAY
from onshi.tallies import Count, Step

_BY = "local:demo"
_MONTHS = 3


def fill(app: App, today: date) -> None:
    """Counts the last days of the last three months."""

    def work(tx: Tx) -> None:
        day = today.replace(day=1) - ONE_DAY
        for newest_first in range(_MONTHS):
            _count(app, tx, day, is_shared=newest_first > 0)
            day = day.replace(day=1) - ONE_DAY

    app.run(work)


def _count(app: App, tx: Tx, on: date, *, is_shared: bool) -> None:
    (fund,) = access.parties(tx, kind=PartyKind.OPERATOR, limit=1)
    ministry = access.party_by_id(tx, f"ministry:{tallies.sharing()['ministries'][0]}")
    _note(app, tx, tallies.record_counts(tx, fund, on, at=app.now()), Step.RECORDED)
    _note(app, tx, tallies.take(tx, ministry, on, at=app.now()), Step.TAKEN)
    if is_shared:
        _note(app, tx, tallies.share(tx, ministry, on, at=app.now()), Step.SHARED)


def _note(app: App, tx: Tx, count: Count, step: Step) -> None:
    append(tx, app.draw(), [tallies.entry_of(count, step, actor=_BY)], at=app.now())
