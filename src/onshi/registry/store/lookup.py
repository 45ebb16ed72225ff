"""The hot path: keys in, people and their coverage out, one statement for all of them.

Prepared text and positional rows, because this runs for every check (docs/decisions/0003). All keys go in one
statement, as a JSON list: starting a statement again for every key costs as much as half the look-up, and on
PostgreSQL a round trip as well (docs/decisions/0009); writing an array for PostgreSQL was a quarter of the work of its
driver (docs/decisions/0014). SQLite gives all rows as one JSON text: handing over thirty values of a row one by one
costs twice the look-up (docs/decisions/0012).
"""

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
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


def _known(known_at: Moment | None) -> str:
    """The condition on the version of a row, its alias left open."""
    if known_at is None:
        return f"{{0}}.known_to = {OPEN}"
    return f"{{0}}.known_from <= {int(known_at)} AND {int(known_at)} < {{0}}.known_to"


def _number_sql(tx: Tx, known_at: Moment | None) -> str:
    known = _known(known_at)
    keys = tx.looked_up("registry_keys k", "k.key = q.value")
    is_held = f"k.person_id = 0 AND h.held_id = k.coverage_id AND h.blocks AND {known.format('h')}"
    held = tx.looked_up("registry_held h", is_held, optional=True)
    asked = "json_each(?) q" if tx.is_sqlite else "json_array_elements_text(?::json) WITH ORDINALITY AS q(value, key)"
    return f"SELECT {_row(tx, 'k.coverage_id', 'h.held_id')} FROM {asked} {keys} {_whose(tx, known)} {held}"


def _stem_sql(tx: Tx) -> str:
    known = _known(None)
    if tx.is_sqlite:
        asked, first, after = "json_each(?) q", "json_extract(q.value, '$[0]')", "json_extract(q.value, '$[1]')"
    else:
        asked = "json_array_elements(?::json) WITH ORDINALITY AS q(value, key)"
        first, after = "q.value->>0", "q.value->>1"
    within = f"k.key >= {first} AND k.key < {after} AND k.person_id <> 0"
    keys = tx.looked_up("registry_keys k", within)
    return f"SELECT {_row(tx, 'k.coverage_id', 'NULL')} FROM {asked} {keys} {_whose(tx, known)}"


def _card_sql(tx: Tx, known_at: Moment | None) -> str:
    known = _known(known_at)
    if tx.is_sqlite:
        asked, issuer, serial = "json_each(?) q", "json_extract(q.value, '$[0]')", "json_extract(q.value, '$[1]')"
    else:
        asked = "json_array_elements(?::json) WITH ORDINALITY AS q(value, key)"
        issuer, serial = "q.value->>0", "q.value->>1"
    cards = tx.looked_up("registry_cards k", f"k.issuer = {issuer} AND k.serial = {serial} AND {known.format('k')}")
    return f"SELECT {_row(tx, '0', 'NULL')} FROM {asked} {cards} {_whose(tx, known)}"


def _row(tx: Tx, matched: str, held: str) -> str:
    """`q.key`: the place of the key in what was asked, from 0 with SQLite and from 1 with PostgreSQL."""
    if tx.is_sqlite:
        return f"json_group_array(json_array(q.key + 1, k.person_id, {matched}, {held}, {_SELECT}))"
    return f"q.key, k.person_id, {matched}, {held}, {_SELECT}"


def _whose(tx: Tx, known: str) -> str:
    people = tx.looked_up("registry_people p", f"p.person_id = k.person_id AND {known.format('p')}", optional=True)
    theirs = f"c.person_id = k.person_id AND {known.format('c')}"
    return f"{people} {tx.looked_up('registry_coverages c', theirs, optional=True)}"


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


def by_number(tx: Tx, keys: Sequence[NumberKey], known_at: Moment | None = None) -> list[Found]:
    """What each key finds, in the order of the keys; as known now, or at `known_at`."""
    return _by_place(_rows(tx, _asked(tx, keys, known_at)), len(keys))


def by_number_in_parts(tx: Tx, parts: Sequence[Sequence[NumberKey]]) -> Generator[list[Found], None, None]:
    """The same part by part, as known now. While the caller works on one, the database looks up the next: SQLite in a
    thread, PostgreSQL by itself, having been asked beforehand."""
    if tx.is_sqlite:
        with ThreadPoolExecutor(1) as beside:
            texts = beside.map(lambda part: _text(_asked(tx, part)), parts)
            for part, text in zip(parts, texts, strict=True):
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


def by_stem(tx: Tx, stems: Sequence[str]) -> list[Found]:
    """What all keys that begin with each stem find, as known now: a stretch of the key's own index for each."""
    # Ordered by code point on both engines: the sign after the last one is where the stretch ends.
    spans = [(stem, stem[:-1] + chr(ord(stem[-1]) + 1)) for stem in stems]
    return _by_place(_rows(tx, tx.prepared(_stem_sql(tx), (_encode(spans).decode(),))), len(stems))


def _asked(tx: Tx, keys: Sequence[NumberKey], known_at: Moment | None = None) -> Any:
    return tx.prepared(_number_sql(tx, known_at), (_encode([key.text for key in keys]).decode(),))


def _text(cursor: Any) -> str:
    text: str = cursor.fetchone()[0]
    return text


def _rows(tx: Tx, cursor: Any) -> Sequence[Row]:
    return _decode_rows(_text(cursor)) if tx.is_sqlite else cursor.fetchall()


def by_card(tx: Tx, keys: Sequence[CardKey], known_at: Moment | None = None) -> list[Found]:
    """Whose card each one is and that person's coverage; as known now, or at `known_at`."""
    pairs = _encode([(key.issuer, key.serial) for key in keys]).decode()
    return _by_place(_rows(tx, tx.prepared(_card_sql(tx, known_at), (pairs,))), len(keys))


def _by_place(rows: Sequence[Row], count: int) -> list[Found]:
    groups: list[list[Row]] = [[] for _ in range(count)]
    for row in rows:
        groups[row[0] - 1].append(row)
    return [_found(group) for group in groups]
