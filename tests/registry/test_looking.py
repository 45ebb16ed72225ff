"""Whoever is looked up is found through an index, so that the work does not grow with the number of people.

SQLite joins as it is told. PostgreSQL goes by figures, and of a table in partitions it has none until somebody asks.
"""

import time

import pytest

from conftest import WITHOUT
from onshi import registry
from onshi.db import Database
from onshi.registry import CardKey, NumberKey

from .world import World, members

LARGE = ("registry_people", "registry_coverages", "registry_keys", "registry_links", "registry_cards")


def rows_read_in_order(db: Database) -> dict[str, int]:
    """How many rows of each large table were read by going through it."""
    db.close()  # a connection tells what it has read when it ends
    while _connections(db) > 1:
        time.sleep(0.01)
    read = "SELECT coalesce(sum(seq_tup_read), 0)::bigint FROM pg_stat_user_tables WHERE relname LIKE ?"
    with db.transaction(reading=True) as tx:
        return {table: tx.prepared(read, (f"{table}%",)).fetchone()[0] for table in LARGE}


def _connections(db: Database) -> int:
    with db.transaction(reading=True) as tx:
        ours = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        return int(tx.prepared(ours).fetchone()[0])


@pytest.mark.parametrize("db_url", [] if "postgresql" in WITHOUT else ["postgresql"], indirect=True)
@pytest.mark.parametrize("is_analysed", [False, True])
def test_nobody_is_read_who_is_not_asked_about(world: World, *, is_analysed: bool) -> None:
    people = members(900)
    world.load(people[:800], "first")
    with world.db.transaction() as tx:
        keys = [NumberKey(key) for (key,) in tx.prepared("SELECT key FROM registry_keys").fetchall()]
        if is_analysed:
            tx.cursor.execute("ANALYZE")
    before = rows_read_in_order(world.db)
    codes = world.codes(world.load(people[700:], "first", part_rows=100))
    moved = [one | {"link_code": code, "address": "東京都港区"} for one, code in zip(people[700:], codes, strict=True)]
    world.load(moved)
    with world.db.transaction(appending=True) as tx:
        found = registry.find_by_number(tx, keys[:100]) + registry.find_by_number(tx, keys[:1])
        registry.find_by_card(tx, [CardKey("invented", "1")])
    assert [len(one.sightings) for one in found] == [1] * 101
    after = rows_read_in_order(world.db)
    # One row a part: whether there is anybody at all.
    assert {table: after[table] - before[table] for table in LARGE} == dict.fromkeys(LARGE, 0) | {"registry_people": 3}
