"""Counts over everybody at once, by insurer: how many have a card, and how long data were on their way."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from onshi.db import OPEN, Tx
from onshi.kernel import Moment
from onshi.registry.store.frames import query_frame

REGISTERED: Mapping[str, Any] = {"insurer": pl.String, "members": pl.Int64, "registered": pl.Int64}
LOADED: Mapping[str, Any] = {
    "insurer": pl.String,
    "starts_on": pl.Date,
    "noticed_at": pl.Int64,
    "loaded_at": pl.Int64,
    "rows": pl.Int64,
}


def registered(tx: Tx, on: date, moment: Moment) -> pl.DataFrame:
    """By insurer, whom it insures on the day as known now, and how many of them had a card of theirs registered at the
    moment (REGISTERED). One statement; everybody once for each insurer."""
    insured = (
        f"SELECT DISTINCT insurer, person_id FROM registry_coverages WHERE known_to = {OPEN} "
        "AND starts_on <= ? AND (lost_on IS NULL OR lost_on > ?)"
    )
    carded = "SELECT DISTINCT person_id FROM registry_cards WHERE known_from <= ? AND known_to > ?"
    sql = (
        f"SELECT c.insurer, count(*), count(k.person_id) FROM ({insured}) c "
        f"LEFT JOIN ({carded}) k ON k.person_id = c.person_id GROUP BY c.insurer ORDER BY c.insurer"
    )
    day = on.isoformat() if tx.is_sqlite else on
    return query_frame(tx, sql, REGISTERED, (day, day, moment, moment))


def loaded(tx: Tx, start: Moment, end: Moment) -> pl.DataFrame:
    """Coverages of daily changes that became known in [start, end), those alike counted together (LOADED): since when
    they hold, when the file with them came, when they were taken. A first load is not late: it is the beginning."""
    firsts = (
        "SELECT coverage_id, min(known_from) AS loaded_at FROM registry_coverages GROUP BY coverage_id "
        "HAVING min(known_from) >= ? AND min(known_from) < ?"
    )
    sql = (
        "SELECT c.insurer, c.starts_on, f.started_at, n.loaded_at, count(DISTINCT c.coverage_id) "
        f"FROM ({firsts}) n JOIN registry_coverages c ON c.coverage_id = n.coverage_id AND c.known_from = n.loaded_at "
        "JOIN registry_feeds f ON f.feed_id = c.feed_id WHERE f.mode = 'daily' "
        "GROUP BY c.insurer, c.starts_on, f.started_at, n.loaded_at"
    )
    return query_frame(tx, sql, LOADED, (start, end))
