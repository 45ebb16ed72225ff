"""What was known of people and their coverages at any moment of the past, for many at once."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from onshi.db import Tx
from onshi.registry.frames import details_read
from onshi.registry.store.frames import query_frame, stage_people
from onshi.registry.store.lookup import REFUSED, UNDISCLOSED

_KNOWN: Mapping[str, Any] = {"person_id": pl.Int64, "known_from": pl.Int64, "known_to": pl.Int64}
_PERSON: Mapping[str, Any] = {
    **_KNOWN,
    "birth_on": pl.Date,
    **dict.fromkeys(
        ("name", "kana", "sex", "post_number", "address", "name_other", "kana_other", "sex_printed"), pl.String
    ),
}
_COVERAGE: Mapping[str, Any] = {
    **_KNOWN,
    "coverage_id": pl.Int64,
    **dict.fromkeys(("insurer", "symbol", "number", "branch", "relation", "loss_reason", "card_class"), pl.String),
    "flags": pl.Int64,
    "details": pl.String,
}


def versions_of(tx: Tx, people: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of these people, every version that was ever known: of themselves, and of their coverages."""
    stage_people(tx, people)
    of_people = _versions(tx, "registry_people", _PERSON)
    coverages = _versions(tx, "registry_coverages", _COVERAGE)
    flags = pl.col("flags")
    told = coverages.select(
        pl.exclude("flags", "details"), undisclosed=flags & UNDISCLOSED != 0, refused=flags & REFUSED != 0
    )
    return of_people, told.hstack(details_read(coverages["details"]))


def _versions(tx: Tx, table: str, schema: Mapping[str, Any]) -> pl.DataFrame:
    columns = ", ".join(f"v.{name}" for name in schema)
    versions = tx.looked_up(f"{table} v", "v.person_id = s.person_id")
    return query_frame(tx, f"SELECT {columns} FROM staged_people s {versions}", schema)
