"""Frames in and out of the database: how a feed's rows are staged, looked up and written, set by set."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from onshi.db import OPEN, Tx
from onshi.kernel import InsurerNumber
from onshi.registry.feeds.folding import folded_names, folded_numbers
from onshi.registry.frames import CONTENT, PERSONAL
from onshi.registry.rules import KEY_SEPARATOR, place_key

_COVERAGE_SCHEMA: Mapping[str, Any] = {
    "person_id": pl.Int64,
    "coverage_id": pl.Int64,
    "insurer": pl.String,
    "symbol": pl.String,
    "number": pl.String,
    "branch": pl.String,
    "relation": pl.String,
    "acquired_on": pl.Date,
    "starts_on": pl.Date,
    "lost_on": pl.Date,
    "loss_reason": pl.String,
    "card_class": pl.String,
    "flags": pl.Int64,
    "details": pl.String,
}
LINKS: Mapping[str, Any] = {"person_id": pl.Int64, "code": pl.String, "suspended": pl.Boolean}
NAMED: Mapping[str, Any] = {"code": pl.String, "person_id": pl.Int64, "suspended": pl.Boolean}
OWNED: Mapping[str, Any] = {"key": pl.String, "person_id": pl.Int64, "branch": pl.String}
PAIRS: Mapping[str, Any] = {"row": pl.Int64, "person_id": pl.Int64}
_PEOPLE_SCHEMA: Mapping[str, Any] = {
    "person_id": pl.Int64,
    "match_name": pl.String,
    "match_kana": pl.String,
    "birth_on": pl.Date,
    "sex": pl.String,
    **dict.fromkeys(PERSONAL, pl.String),
}
_IS_STAGED = "p.person_id = s.person_id"
_STAGED = (
    pl.col("row", "link_code", "key"),
    pl.col("folded_name").alias("match_name"),
    pl.col("folded_kana").alias("match_kana"),
    pl.col("folded_name_before").alias("former_name"),
    pl.col("birth_on", "match_place"),
)


def insert_frame(tx: Tx, table: str, frame: pl.DataFrame) -> None:
    """Inserts every row of the frame, whose columns are named as the table's."""
    if frame.is_empty():
        return
    if tx.is_sqlite:
        days = [name for name, kind in frame.schema.items() if kind == pl.Date]
        tx.insert_rows(table, frame.columns, frame.with_columns(pl.col(days).dt.to_string("%Y-%m-%d")).rows())
        return
    names = ", ".join(frame.columns)
    with tx.cursor.copy(f"COPY {table} ({names}) FROM STDIN WITH (FORMAT csv)") as copy:
        copy.write(frame.write_csv(include_header=False))


def query_frame(tx: Tx, sql: str, schema: Mapping[str, Any], parameters: Sequence[Any] = ()) -> pl.DataFrame:
    """The rows of a query as a frame."""
    rows = tx.prepared(sql, parameters).fetchall()
    if not rows:
        return pl.DataFrame(schema=dict(schema))
    if not tx.is_sqlite:
        return pl.DataFrame(rows, schema=dict(schema), orient="row")
    # SQLite hands days over as text and truth as 0 or 1.
    plain = {name: {pl.Date: pl.String, pl.Boolean: pl.Int64}.get(kind, kind) for name, kind in schema.items()}
    frame = pl.DataFrame(rows, schema=plain, orient="row")
    days = [name for name, kind in schema.items() if kind == pl.Date]
    truths = [name for name, kind in schema.items() if kind == pl.Boolean]
    if not days and not truths:
        return frame
    return frame.with_columns(pl.col(days).str.to_date("%Y-%m-%d"), pl.col(truths).cast(pl.Boolean))


def stage(tx: Tx, table: str, columns: str, rows: pl.DataFrame) -> None:
    """Puts rows into a table of this connection, made of `columns` and emptied first."""
    cursor = tx.cursor
    # Kept from one transaction to the next: a new table would make every statement be prepared anew.
    cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({columns})")
    cursor.execute(f"{'DELETE FROM' if tx.is_sqlite else 'TRUNCATE'} {table}")
    insert_frame(tx, table, rows)
    if not tx.is_sqlite:
        # A plan is kept, and a table small when it was made grows with every part.
        cursor.execute("SET LOCAL enable_seqscan = off")


def stage_rows(tx: Tx, rows: pl.DataFrame) -> None:
    """Puts what identifies the rows where the look-ups below find it."""
    columns = (
        "row BIGINT, link_code TEXT, key TEXT, match_name TEXT, match_kana TEXT, former_name TEXT, birth_on DATE, "
        "match_place BIGINT"
    )
    placed = rows.with_columns(match_place=_places(rows["municipality"], rows["folded_name"], rows["folded_address"]))
    stage(tx, "staged_rows", columns, placed.select(_STAGED))


def stage_people(tx: Tx, people: pl.Series) -> None:
    """Puts the ids where the look-ups of people find them."""
    stage(tx, "staged_people", "person_id BIGINT PRIMARY KEY", people.unique().sort().to_frame("person_id"))


def staged_links(tx: Tx, insurer: InsurerNumber) -> pl.DataFrame:
    """The open links of this insurer that the rows name: code, person_id, suspended."""
    links = tx.looked_up("registry_links l", f"l.insurer = ? AND l.code = s.link_code AND l.known_to = {OPEN}")
    sql = f"SELECT DISTINCT l.code, l.person_id, l.suspended FROM staged_rows s {links}"
    return query_frame(tx, sql, NAMED, (insurer,))


def staged_owned(tx: Tx, *, silent_only: bool) -> pl.DataFrame:
    """Whom the numbers of the rows (or only of those without a link code) have been given to: key, person_id,
    branch."""
    keys = tx.looked_up("registry_keys k", "k.key = s.key")
    its_coverage = f"c.person_id = k.person_id AND c.known_to = {OPEN} AND c.coverage_id = k.coverage_id"
    coverages = tx.looked_up("registry_coverages c", its_coverage)
    only = "WHERE s.link_code IS NULL" if silent_only else ""
    sql = f"SELECT DISTINCT k.key, k.person_id, c.branch FROM staged_rows s {keys} {coverages} {only}"
    return query_frame(tx, sql, OWNED)


def _people(tx: Tx, condition: str) -> str:
    return tx.looked_up("registry_people p", f"{condition} AND p.known_to = {OPEN}")


def staged_pairs(tx: Tx) -> pl.DataFrame:
    """Who comes near the rows without a link code: row, person_id."""
    # In the order of the index that is looked into, so that one look finds the pages of the last one at hand.
    near = {
        "birth_on, match_kana": "p.birth_on = s.birth_on AND p.match_kana = s.match_kana",
        "birth_on, former_name": "p.birth_on = s.birth_on AND p.match_name = s.former_name",
        "match_place": "p.match_place = s.match_place",
    }
    found = []
    for names, items in near.items():
        asked = f"WHERE link_code IS NULL AND {names.split(', ')[-1]} IS NOT NULL ORDER BY {names}"
        found.append(
            f"SELECT s.row, p.person_id FROM (SELECT row, {names} FROM staged_rows {asked}) s {_people(tx, items)}"
        )
    return query_frame(tx, " UNION ".join(found), PAIRS)


def staged_people(tx: Tx) -> pl.DataFrame:
    """What is known of the staged people: person_id, the matching forms (match_address among them) and PERSONAL."""
    columns = ", ".join(f"p.{name}" for name in _PEOPLE_SCHEMA)
    found = query_frame(tx, f"SELECT {columns} FROM staged_people s {_people(tx, _IS_STAGED)}", _PEOPLE_SCHEMA)
    return found.with_columns(folded_names(found["address"].fill_null("")).alias("match_address"))


def coverages_of(tx: Tx, people: pl.Series) -> pl.DataFrame:
    """Every open coverage of these people at any insurer, with its `key`."""
    stage_people(tx, people)
    return staged_coverages(tx)


def staged_coverages(tx: Tx) -> pl.DataFrame:
    """Every open coverage of the staged people at any insurer, with its `key`."""
    columns = ", ".join(f"c.{name}" for name in _COVERAGE_SCHEMA)
    coverages = tx.looked_up("registry_coverages c", f"c.person_id = s.person_id AND c.known_to = {OPEN}")
    sql = f"SELECT {columns}, p.birth_on FROM staged_people s {_people(tx, _IS_STAGED)} {coverages}"
    found = query_frame(tx, sql, {**_COVERAGE_SCHEMA, "birth_on": pl.Date})
    return found.with_columns(
        pl.concat_str(
            [
                pl.col("insurer"),
                folded_numbers(found["symbol"].fill_null("")),
                folded_numbers(found["number"]),
                pl.col("birth_on").dt.to_string("%Y-%m-%d"),
            ],
            separator=KEY_SEPARATOR,
        ).alias("key")
    ).drop("birth_on")


def is_empty(tx: Tx) -> bool:
    """Whether nobody is registered yet, so that no look-up can find anybody."""
    cursor = tx.cursor
    cursor.execute("SELECT 1 FROM registry_people LIMIT 1")
    return cursor.fetchone() is None


def add_people(tx: Tx, people: pl.DataFrame, *, at: int) -> None:
    """Adds versions known from `at`: person_id, birth_on, sex and PERSONAL; match_name, match_kana and match_address,
    the folded texts, are made here where they are not given."""
    if people.is_empty():
        return
    if "match_name" not in people.columns:
        people = people.with_columns(match_name=folded_names(people["name"]), match_kana=folded_names(people["kana"]))
    if "match_address" not in people.columns:
        people = people.with_columns(match_address=folded_names(people["address"]))
    places = _places(people["municipality"], people["match_name"], people["match_address"])
    versions = people.select(
        "person_id",
        pl.lit(OPEN).alias("known_to"),
        pl.lit(at).alias("known_from"),
        "birth_on",
        "sex",
        *PERSONAL,
        "match_name",
        "match_kana",
        places.alias("match_place"),
    )
    insert_frame(tx, "registry_people", versions.sort("person_id"))


def _places(municipalities: pl.Series, names: pl.Series, addresses: pl.Series) -> pl.Series:
    """`place_key` of each."""
    return pl.Series(map(place_key, municipalities, names, addresses), dtype=pl.Int64)


def close_people(tx: Tx, people: pl.Series, *, at: int) -> None:
    """Ends the open versions of these people at `at`."""
    _close(tx, "registry_people", "person_id = {}", people.to_frame().rows(), at)


def add_coverages(tx: Tx, versions: pl.DataFrame, *, feed_id: int, at: int) -> None:
    """Adds versions known from `at`: person_id, coverage_id, insurer and CONTENT."""
    written = versions.select(
        "person_id",
        pl.lit(OPEN).alias("known_to"),
        "coverage_id",
        pl.lit(at).alias("known_from"),
        "insurer",
        *CONTENT,
        pl.lit(feed_id).alias("feed_id"),
    )
    insert_frame(tx, "registry_coverages", written.sort("person_id", "coverage_id"))


def close_coverages(tx: Tx, versions: pl.DataFrame, *, at: int) -> None:
    """Ends the open versions named by person_id and coverage_id at `at`."""
    _close(tx, "registry_coverages", "person_id = {} AND coverage_id = {}", versions.rows(), at)


def _close(tx: Tx, table: str, where: str, rows: Sequence[tuple[Any, ...]], at: int) -> None:
    if not rows:
        return
    mark = "?" if tx.is_sqlite else "%s"
    condition = where.replace("{}", mark)
    sql = f"UPDATE {table} SET known_to = {mark} WHERE {condition} AND known_to = {OPEN}"
    tx.cursor.executemany(sql, [(at, *row) for row in rows])


def add_keys(tx: Tx, keys: pl.DataFrame) -> None:
    """Adds key, person_id, coverage_id."""
    insert_frame(tx, "registry_keys", keys.select("key", "person_id", "coverage_id").sort("key"))


def add_links(tx: Tx, links: pl.DataFrame, insurer: InsurerNumber, *, at: int) -> None:
    """Adds links known from `at`: code, person_id."""
    written = links.select(
        pl.lit(insurer).alias("insurer"),
        "code",
        pl.lit(OPEN).alias("known_to"),
        pl.lit(at).alias("known_from"),
        "person_id",
        pl.lit(False).alias("suspended"),
    )
    insert_frame(tx, "registry_links", written.sort("code"))


def staged_links_of(tx: Tx, insurer: InsurerNumber) -> pl.DataFrame:
    """The open links of this insurer to the staged people: person_id, code, suspended."""
    links = tx.looked_up("registry_links l", f"l.person_id = s.person_id AND l.insurer = ? AND l.known_to = {OPEN}")
    sql = f"SELECT l.person_id, l.code, l.suspended FROM staged_people s {links}"
    return query_frame(tx, sql, LINKS, (insurer,))
