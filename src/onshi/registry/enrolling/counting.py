"""How many registered and withdrew, by insurer, municipality and day: what the programme rooms live on."""

from collections.abc import Collection
from datetime import date

import polars as pl

from onshi.db import Tx
from onshi.kernel import ONE_DAY, Moment, japan_day, parse_moment
from onshi.registry.enrolling.model import LIVE, WAITING, State
from onshi.registry.rules import MEDICAL_AID
from onshi.registry.store import enrolments as store
from onshi.registry.store import frames
from onshi.registry.store import insurers as insurer_store

COUNTS = ("reserved", "registered", "withdrawn")
_BY = ("insurer", "municipality", "day")
_RESERVED, _REGISTERED, _WITHDRAWN = COUNTS


def _among(column: str, states: Collection[State]) -> pl.Expr:
    return pl.col(column).is_in([state.value for state in states]).fill_null(value=False)


_WAS_WITHDRAWN = _among("before", [State.WITHDRAWN])
_KINDS = {
    _RESERVED: _among("state", WAITING) & (pl.col("before").is_null() | _WAS_WITHDRAWN),
    _REGISTERED: _among("state", [State.COMPLETE]) & ~_among("before", LIVE),
    _WITHDRAWN: _among("state", [State.WITHDRAWN]) & ~_WAS_WITHDRAWN,
}


def enrolments_by(tx: Tx, first_day: date, last_day: date) -> pl.DataFrame:
    """insurer, municipality, day, reserved, registered, withdrawn, for every day of the two and between them.

    `registered` counts on the day of completion, under the insurer then in force; `reserved` on the day somebody came
    and had to wait, under no insurer. `insurer` is null where none is known. By place and day, in this order.
    """
    start = Moment(parse_moment((first_day - ONE_DAY).isoformat()) + 1)
    end = Moment(parse_moment(last_day.isoformat()) + 1)
    steps = store.steps(tx, start, end).with_columns(**_KINDS).filter(pl.any_horizontal(COUNTS))
    days = pl.Series("day", [japan_day(Moment(at)) for at in steps["at"]], dtype=pl.Date)
    insured = steps.with_columns(days, person_id=pl.when(~pl.col(_RESERVED)).then("person_id"))
    counted = insured.join(_insurers(tx, insured), on=["person_id", "day"], how="left")
    return counted.group_by(_BY).agg(pl.col(COUNTS).sum().cast(pl.Int64)).sort(_BY, nulls_last=True)


def _insurers(tx: Tx, steps: pl.DataFrame) -> pl.DataFrame:
    """person_id, day, insurer: who insured each person on each day; medical aid only adds to an insurance."""
    asked = steps.select("person_id", "day").drop_nulls().unique()
    kinds = {number: one.kind for number, one in insurer_store.book(tx).items()}
    aid = [number for number, kind in kinds.items() if kind == MEDICAL_AID]
    coverages = frames.coverages_of(tx, asked["person_id"])
    in_force = asked.join(coverages, on="person_id", how="inner").filter(
        pl.col("starts_on") <= pl.col("day"), pl.col("lost_on").is_null() | (pl.col("day") < pl.col("lost_on"))
    )
    ordered = in_force.sort(pl.col("insurer").is_in(aid), pl.col("starts_on").to_physical().neg(), "coverage_id")
    return ordered.unique(["person_id", "day"], keep="first", maintain_order=True).select("person_id", "day", "insurer")
