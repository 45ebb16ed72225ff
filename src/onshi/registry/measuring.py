"""What can be counted over everybody: cards registered by insurer, and how late data were."""

from datetime import date

import polars as pl

from onshi.db import Tx
from onshi.kernel import ONE_DAY, Moment, day_start
from onshi.registry.store import measures as store

_JAPAN_US = 9 * 3_600_000_000
_DAY_US = 24 * 3_600_000_000


def registered_on(tx: Tx, on: date) -> pl.DataFrame:
    """insurer, members, registered: whom each insured on the day as known now, and how many of them had a card
    registered as insurance card when that day ended. By insurer."""
    return store.registered(tx, on, Moment(day_start(on + ONE_DAY) - 1))


def delays_in(tx: Tx, first: date, after: date) -> pl.DataFrame:
    """insurer, to_notice, to_load, rows: of coverages that were taken from daily changes on days of [first, after), how
    many days after 適用開始 the file with them came, and how many days after it they were taken. Ahead is 0.
    """
    found = store.loaded(tx, day_start(first), day_start(after))
    noticed, taken = (((pl.col(name) + _JAPAN_US) // _DAY_US) for name in ("noticed_at", "loaded_at"))
    starts = pl.col("starts_on").to_physical().cast(pl.Int64)
    days = found.select(
        "insurer",
        "rows",
        to_notice=(noticed - starts).clip(0),
        to_load=(taken - pl.max_horizontal(noticed, starts)).clip(0),
    )
    by = ("insurer", "to_notice", "to_load")
    return days.group_by(by).agg(pl.col("rows").sum()).sort(by)
