"""Everybody an insurer insures, and many people at once: what rooms above ask set by set."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import select

from onshi.db import OPEN, Tx
from onshi.kernel import InsurerNumber, PersonId
from onshi.registry.model import Coverage, Person
from onshi.registry.store.frames import query_frame
from onshi.registry.store.lookup import COVERAGE_COLUMNS, PERSON_COLUMNS, as_coverage, as_person
from onshi.registry.store.tables import coverages, people

MEMBERS: Mapping[str, Any] = {
    "person_id": pl.Int64,
    "coverage_id": pl.Int64,
    "starts_on": pl.Date,
    "lost_on": pl.Date,
    "issuer": pl.String,
    "serial": pl.String,
}
ENDINGS: Mapping[str, Any] = {"person_id": pl.Int64, "state": pl.String, "effective_on": pl.Date}
_IN_CHUNK = 500


def members(tx: Tx, insurer: InsurerNumber, first: date, after: date) -> pl.DataFrame:
    """Every coverage in force on a day of [first, after) (MEMBERS): a row for each current certificate of the person,
    one without where there is none. By person and coverage."""
    insured = (
        f"c.person_id = l.person_id AND c.known_to = {OPEN} AND c.insurer = l.insurer AND c.starts_on < ? "
        "AND (c.lost_on IS NULL OR c.lost_on > ?)"
    )
    cards = tx.looked_up("registry_cards k", f"k.person_id = l.person_id AND k.known_to = {OPEN}", optional=True)
    sql = (
        "SELECT c.person_id, c.coverage_id, c.starts_on, c.lost_on, k.issuer, k.serial FROM registry_links l "
        f"{tx.looked_up('registry_coverages c', insured)} {cards} WHERE l.insurer = ? AND l.known_to = {OPEN} "
        "ORDER BY c.person_id, c.coverage_id, k.issuer, k.serial"
    )
    return query_frame(tx, sql, MEMBERS, (_day(tx, after), _day(tx, first), insurer))


def endings(tx: Tx, insurer: InsurerNumber) -> pl.DataFrame:
    """The withdrawals, asked for or done, of everybody the insurer has a link to (ENDINGS)."""
    ending = f"e.person_id = l.person_id AND e.known_to = {OPEN} AND e.effective_on IS NOT NULL"
    sql = (
        f"SELECT e.person_id, e.state, e.effective_on FROM registry_links l "
        f"{tx.looked_up('registry_enrolments e', ending)} WHERE l.insurer = ? AND l.known_to = {OPEN}"
    )
    return query_frame(tx, sql, ENDINGS, (insurer,))


def people_with(tx: Tx, ids: Sequence[PersonId]) -> dict[PersonId, Person]:
    """The people as known now."""
    query = select(*_columns(people, PERSON_COLUMNS)).where(people.c.known_to == OPEN)
    found = [as_person(row) for chunk in _chunks(ids) for row in tx.execute(query.where(people.c.person_id.in_(chunk)))]
    return {one.id: one for one in found}


def coverages_with(tx: Tx, ids: Sequence[PersonId]) -> list[Coverage]:
    """Every coverage of these people as known now."""
    query = select(*_columns(coverages, COVERAGE_COLUMNS)).where(coverages.c.known_to == OPEN)
    rows = (row for chunk in _chunks(ids) for row in tx.execute(query.where(coverages.c.person_id.in_(chunk))))
    return [as_coverage(row) for row in rows]


def _chunks(ids: Sequence[PersonId]) -> list[Sequence[PersonId]]:
    return [ids[start : start + _IN_CHUNK] for start in range(0, len(ids), _IN_CHUNK)]


def _columns(table: Any, names: str) -> list[Any]:
    return [table.c[name.strip()] for name in names.split(",")]


def _day(tx: Tx, day: date) -> date | str:
    return day.isoformat() if tx.is_sqlite else day
