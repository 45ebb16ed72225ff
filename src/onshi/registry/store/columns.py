"""One row a person for reports: where they live, and when a card of theirs was first registered. Nothing else."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from onshi.db import OPEN, Tx
from onshi.registry.store.frames import query_frame

_SCHEMA: dict[str, Any] = {"person_id": pl.Int64, "municipality": pl.String, "registered_at": pl.Int64}
_ROWS = f"""
    SELECT p.person_id, p.municipality,
           (SELECT MIN(c.known_from) FROM registry_cards c WHERE c.person_id = p.person_id) AS registered_at
    FROM registry_people p
    WHERE p.known_to = {OPEN} AND p.person_id > {{after}}
    ORDER BY p.person_id LIMIT {{limit}}
"""
_AT_ONCE = 200_000
_AHEAD = "9h"  # of Japan's clocks
# Below every id there can be.
_FIRST = -1


def people_columns(tx: Tx) -> Iterator[pl.DataFrame]:
    """`municipality`, if it is known, and `registered_on` of everybody, some at a time; no id leaves."""
    after = _FIRST
    while True:
        rows = query_frame(tx, _ROWS.format(after=int(after), limit=_AT_ONCE), _SCHEMA)
        if rows.is_empty():
            return
        after = int(rows["person_id"][-1])
        registered = pl.from_epoch("registered_at", time_unit="us").dt.offset_by(_AHEAD).dt.date()
        yield rows.select("municipality", registered_on=registered)
