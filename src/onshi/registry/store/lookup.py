"""The hot path: keys in, people and their coverage out, one statement for all of them.

Prepared text and positional rows, because this runs for every check (docs/decisions/0003). All keys go in one
statement, as a JSON list on SQLite and as an array on PostgreSQL: starting a statement again for every key costs
as much as half the look-up, and on PostgreSQL a round trip as well (docs/decisions/0009). SQLite gives all rows as
one JSON text: handing over thirty values of a row one by one costs twice the look-up (docs/decisions/0012).
"""

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from itertools import zip_longest
from types import GenericAlias
from typing import Any

import msgspec

from onshi.db import OPEN, Tx
from onshi.kernel import Moment
from onshi.registry.model import NO_DETAILS, CardKey, Coverage, Details, Found, NumberKey, Person, Sighting

UNDISCLOSED, REFUSED, SUSPENDED = 1, 2, 4

COVERAGE_COLUMNS = (
    "coverage_id, person_id, insurer, symbol, number, branch, relation, acquired_on, starts_on, "
    "lost_on, loss_reason, card_class, flags, details"
)
PERSON_COLUMNS = (
    "person_id, name, kana, birth_on, sex, post_number, address, municipality, name_other, kana_other, sex_printed"
)
_COVERAGE_WIDTH = 14
_DAYS = frozenset({"acquired_on", "starts_on", "lost_on", "birth_on"})

_columns = f"{COVERAGE_COLUMNS}, {PERSON_COLUMNS}".split(", ")
_row_type: Any = GenericAlias(
    tuple, (int, int, int, int | None, *(date | None if name in _DAYS else Any for name in _columns))
)
_decode_rows = msgspec.json.Decoder(list[_row_type]).decode
_details = msgspec.json.Decoder(Details)
_encode = msgspec.json.Encoder().encode
Row = Sequence[Any]


def _prefixed(columns: str, alias: str) -> str:
    return ", ".join(f"{alias}.{column.strip()}" for column in columns.split(","))


_SELECT = f"{_prefixed(COVERAGE_COLUMNS, 'c')}, {_prefixed(PERSON_COLUMNS, 'p')}"
_NOW = f"{{0}}.known_to = {OPEN}"
_THEN = "{0}.known_from <= {{moment}} AND {{moment}} < {0}.known_to"


def _joins(known: str) -> str:
    return (
        f"LEFT JOIN registry_people p ON p.person_id = k.person_id AND {known.format('p')} "
        f"LEFT JOIN registry_coverages c ON c.person_id = k.person_id AND {known.format('c')} "
    )


def _number_sql(source: str, known: str, row: str) -> str:
    return (
        f"SELECT {row.format('k.coverage_id', 'h.held_id')} FROM {source} {_joins(known)}"
        "LEFT JOIN registry_held h ON k.person_id = 0 AND h.held_id = k.coverage_id AND h.blocks "
        f"AND {known.format('h')} "
    )


def _card_sql(source: str, known: str, row: str) -> str:
    return f"SELECT {row.format(0, 'NULL')} FROM {source} {_joins(known)}"


# CROSS JOIN keeps SQLite from beginning with the large table.
_NUMBERS_JSON = "json_each(?) q CROSS JOIN registry_keys k ON k.key = q.value"
_CARDS_JSON = (
    "json_each(?) q CROSS JOIN registry_cards k "
    "ON k.issuer = json_extract(q.value, '$[0]') AND k.serial = json_extract(q.value, '$[1]') AND "
)
_JSON_ROW = f"json_group_array(json_array(q.key + 1, k.person_id, {{}}, {{}}, {_SELECT}))"
_ROW = f"q.place, k.person_id, {{}}, {{}}, {_SELECT}"
_NUMBERS_ARRAY = "unnest(?::text[]) WITH ORDINALITY AS q(key, place) JOIN registry_keys k ON k.key = q.key"
_CARDS_ARRAY = (
    "unnest(%s::text[], %s::text[]) WITH ORDINALITY AS q(issuer, serial, place) "
    "JOIN registry_cards k ON k.issuer = q.issuer AND k.serial = q.serial AND "
)


def as_coverage(row: Row) -> Coverage:
    """A coverage from its columns, in the order of COVERAGE_COLUMNS."""
    flags = row[12]
    return Coverage(
        row[0],
        row[1],
        row[2],
        row[3],
        row[4],
        row[5],
        row[6],
        row[7],
        row[8],
        row[9],
        row[10],
        row[11],
        flags & UNDISCLOSED != 0,
        flags & REFUSED != 0,
        flags & SUSPENDED != 0,
        NO_DETAILS if row[13] is None else _details.decode(row[13]),
    )


def as_person(row: Row) -> Person:
    """A person from the columns of PERSON_COLUMNS."""
    return Person(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10])


def _found(rows: Sequence[Row]) -> Found:
    """One key's rows: (place, person_id, matched coverage, held id, coverage…, person…)."""
    if len(rows) == 1 and rows[0][1] and rows[0][4] is not None:
        row = rows[0]
        matched = frozenset((row[2],)) if row[2] else frozenset()
        coverage = as_coverage(row[4 : 4 + _COVERAGE_WIDTH])
        return Found((Sighting(as_person(row[4 + _COVERAGE_WIDTH :]), (coverage,), matched),))
    people: dict[int, Person] = {}
    coverages: dict[int, dict[int, Coverage]] = {}
    matched_ids: dict[int, set[int]] = {}
    held = False
    for row in rows:
        person_id = row[1]
        if person_id == 0:
            held = held or row[3] is not None
            continue
        if row[4 + _COVERAGE_WIDTH] is None:
            continue
        if person_id not in people:
            people[person_id] = as_person(row[4 + _COVERAGE_WIDTH :])
            coverages[person_id] = {}
            matched_ids[person_id] = set()
        if row[2]:
            matched_ids[person_id].add(row[2])
        if row[4] is not None and row[4] not in coverages[person_id]:
            coverages[person_id][row[4]] = as_coverage(row[4 : 4 + _COVERAGE_WIDTH])
    sightings = tuple(
        Sighting(person, tuple(coverages[person_id].values()), frozenset(matched_ids[person_id]))
        for person_id, person in people.items()
    )
    return Found(sightings, held)


def _known(known_at: Moment | None) -> str:
    return _NOW if known_at is None else _THEN.replace("{{moment}}", str(int(known_at)))


def by_number(tx: Tx, keys: Sequence[NumberKey], known_at: Moment | None = None) -> list[Found]:
    """What each key finds, in the order of the keys; as known now, or at `known_at`."""
    if tx.is_sqlite:
        return _by_place(_decode_rows(_rows_as_text(tx, keys, known_at)), len(keys))
    return _by_place(_asked(tx, keys, known_at).fetchall(), len(keys))


def by_number_in_parts(tx: Tx, parts: Sequence[Sequence[NumberKey]]) -> Generator[list[Found], None, None]:
    """The same part by part, as known now. While the caller works on one, the database looks up the next: SQLite in a
    thread, PostgreSQL by itself, having been asked beforehand."""
    if tx.is_sqlite:
        with ThreadPoolExecutor(1) as beside:
            for part, text in zip(parts, beside.map(partial(_rows_as_text, tx), parts), strict=True):
                yield _by_place(_decode_rows(text), len(part))
        return
    connection = tx.cursor.connection
    with connection.pipeline():
        coming = _asked(tx, parts[0])
        for part, following in zip_longest(parts, parts[1:]):
            rows = coming.fetchall()
            if following is not None:
                coming = _asked(tx, following)
                connection.pgconn.flush()  # it would wait to be sent together with what comes after
            yield _by_place(rows, len(part))


def _rows_as_text(tx: Tx, keys: Sequence[NumberKey], known_at: Moment | None = None) -> str:
    texts = _encode([key.text for key in keys]).decode()
    text: str = tx.prepared(_number_sql(_NUMBERS_JSON, _known(known_at), _JSON_ROW), (texts,)).fetchone()[0]
    return text


def _asked(tx: Tx, keys: Sequence[NumberKey], known_at: Moment | None = None) -> Any:
    return tx.prepared(_number_sql(_NUMBERS_ARRAY, _known(known_at), _ROW), ([key.text for key in keys],))


def by_card(tx: Tx, keys: Sequence[CardKey], known_at: Moment | None = None) -> list[Found]:
    """Whose card each one is and that person's coverage; as known now, or at `known_at`."""
    known = _known(known_at)
    cursor = tx.cursor
    if tx.is_sqlite:
        pairs = _encode([(key.issuer, key.serial) for key in keys]).decode()
        cursor.execute(_card_sql(_CARDS_JSON + known.format("k"), known, _JSON_ROW), (pairs,))
        return _by_place(_decode_rows(cursor.fetchone()[0]), len(keys))
    source = _CARDS_ARRAY + known.format("k")
    issuers, serials = [key.issuer for key in keys], [key.serial for key in keys]
    cursor.execute(_card_sql(source, known, _ROW), (issuers, serials))
    return _by_place(cursor.fetchall(), len(keys))


def _by_place(rows: Sequence[Row], count: int) -> list[Found]:
    groups: list[list[Row]] = [[] for _ in range(count)]
    for row in rows:
        groups[row[0] - 1].append(row)
    return [_found(group) for group in groups]
