"""The table of reference numbers and its queries."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Index, Row, String, Table, Text, insert, or_, select, text, update

from onshi.db import OPEN, Tx, metadata
from onshi.kernel import Moment, PersonId
from onshi.references.model import LENGTH_MAX, Kept

# The key on SQLite is the table itself; on PostgreSQL the migration partitions by its first column.
_CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}
_encode = msgspec.json.Encoder().encode

numbers = Table(
    "references_numbers",
    metadata,
    Column("party", Text, primary_key=True),
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("known_to", BigInteger, primary_key=True, autoincrement=False),
    Column("known_from", BigInteger, nullable=False),
    Column("number", String(LENGTH_MAX), nullable=False),
    **_CLUSTERED,
)
_is_open = numbers.c.known_to == OPEN
_open = text(f"known_to = {OPEN}")
# One number names one person, whoever registers at once.
Index(
    "references_numbers_once",
    numbers.c.party,
    numbers.c.number,
    unique=True,
    sqlite_where=_open,
    postgresql_where=_open,
)
Index("references_numbers_by_person", numbers.c.person_id)


def as_kept(row: Row[Any]) -> Kept:
    """A row of `references_numbers`."""
    return Kept(row.party, row.person_id, row.number, row.known_from)


def kept(tx: Tx, party: str, wanted: Sequence[tuple[PersonId, str]]) -> list[Kept]:
    """What the party has now for any of these people, and whom any of these numbers names now."""
    people = {person for person, _ in wanted}
    texts = {number for _, number in wanted}
    query = select(numbers).where(
        numbers.c.party == party,
        _is_open,
        or_(numbers.c.person_id.in_(people), numbers.c.number.in_(texts)),
    )
    return [as_kept(row) for row in tx.execute(query)]


def all_of(tx: Tx, party: str) -> list[tuple[PersonId, str]]:
    """Every number the party has now, and whose it is."""
    query = select(numbers.c.person_id, numbers.c.number).where(numbers.c.party == party, _is_open)
    return [(row.person_id, row.number) for row in tx.execute(query)]


def of_people(tx: Tx, people: Collection[PersonId]) -> list[Kept]:
    """What every party has now for these people."""
    query = select(numbers).where(numbers.c.person_id.in_(people), _is_open).order_by(numbers.c.party)
    return [as_kept(row) for row in tx.execute(query)]


def end(tx: Tx, party: str, people: Collection[PersonId], *, at: Moment) -> None:
    """The party has no number for these people any more."""
    if people:
        these = (numbers.c.party == party, numbers.c.person_id.in_(people), _is_open)
        tx.execute(update(numbers).where(*these).values(known_to=at))


def begin(tx: Tx, party: str, new: Mapping[PersonId, str], *, at: Moment) -> None:
    """The party has these numbers from `at` on."""
    if new:
        known = {"party": party, "known_to": OPEN, "known_from": at}
        tx.execute(insert(numbers), [known | {"person_id": person, "number": one} for person, one in new.items()])


def numbers_of(tx: Tx, asked: Sequence[tuple[str, PersonId]]) -> dict[tuple[str, PersonId], str]:
    """The numbers of these parties for these people, those that there are, in one statement."""
    party, person = ("json_extract(q.value, '$[0]')", "json_extract(q.value, '$[1]')")
    pairs = "json_each(?) q"
    if not tx.is_sqlite:
        party, person, pairs = "q.value->>0", "(q.value->>1)::bigint", "json_array_elements(?::json) q(value)"
    same = f"n.party = {party} AND n.person_id = {person} AND n.known_to = {OPEN}"
    found = tx.looked_up("references_numbers n", same)
    sql = f"SELECT n.party, n.person_id, n.number FROM {pairs} {found}"
    return {(row[0], row[1]): row[2] for row in tx.prepared(sql, (_encode(asked).decode(),)).fetchall()}
