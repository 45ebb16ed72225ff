"""The table of consents and its queries."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Row, Table, Text, and_, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from onshi.consents.model import Care, Consent, Given, Kind, Span
from onshi.db import OPEN, Tx, metadata
from onshi.kernel import Moment, PersonId, day_start
from onshi.registry import CardKey

# The key on SQLite is the table itself; on PostgreSQL the migration partitions by its first column.
_CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}
_DAY = timedelta(days=1) // timedelta(microseconds=1)

# Consents are only added; one that is withdrawn, or follows its person, ends here and goes on as another version.
given = Table(
    "consents_given",
    metadata,
    Column("party", Text, primary_key=True),
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("care", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("given_at", BigInteger, primary_key=True, autoincrement=False),
    Column("known_to", BigInteger, primary_key=True, autoincrement=False),
    Column("known_from", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("examined_on", Date, nullable=False),
    Column("check_id", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("serial", Text, nullable=False),
    **_CLUSTERED,
)
Index("consents_given_by_moment", given.c.party, given.c.care, given.c.given_at)
Index("consents_given_by_examination", given.c.party, given.c.care, given.c.examined_on)
Index("consents_given_by_person", given.c.person_id)
_is_open = given.c.known_to == OPEN


def as_consent(row: Row[Any]) -> Consent:
    """A row of `consents_given`."""
    return Consent(
        row.party,
        row.person_id,
        Kind(row.kind),
        Care(row.care),
        row.given_at,
        row.until,
        row.check_id,
        CardKey(row.issuer, row.serial),
        row.examined_on,
        row.withdrawn,
    )


def _as_row(one: Consent, known_from: Moment) -> dict[str, Any]:
    return {
        "party": one.party,
        "person_id": one.person,
        "care": one.care.value,
        "kind": one.kind.value,
        "given_at": one.given_at,
        "known_to": OPEN,
        "known_from": known_from,
        "until": one.until,
        "withdrawn": one.withdrawn,
        "examined_on": one.examined_on,
        "check_id": one.check_id,
        "issuer": one.card.issuer,
        "serial": one.card.serial,
    }


def add(tx: Tx, new: Sequence[Consent], *, at: Moment) -> None:
    """These are known from `at` on; of two of the same moment the first stays."""
    if new:
        dialect = sqlite if tx.is_sqlite else postgresql
        tx.execute(dialect.insert(given).on_conflict_do_nothing(), [_as_row(one, at) for one in new])


def end(tx: Tx, old: Sequence[Consent], *, at: Moment) -> None:
    """These versions were known until `at`."""
    for one in old:
        this = (
            given.c.party == one.party,
            given.c.person_id == one.person,
            given.c.care == one.care.value,
            given.c.kind == one.kind.value,
            given.c.given_at == one.given_at,
            _is_open,
        )
        tx.execute(update(given).where(*this).values(known_to=at))


def in_force(tx: Tx, party: str, person: PersonId, kinds: Collection[Kind], at: Moment) -> list[Consent]:
    """What of these kinds the party may see of the person, for any form of care."""
    named = (given.c.party == party, given.c.person_id == person, given.c.kind.in_([one.value for one in kinds]))
    query = select(given).where(*named, _is_open, given.c.until > at).order_by(given.c.kind, given.c.given_at)
    return [as_consent(row) for row in tx.execute(query)]


def last(tx: Tx, party: str, person: PersonId, care: Care, kind: Kind) -> Consent | None:
    """The last one given of that kind for that form of care, in force or not."""
    query = (
        select(given)
        .where(
            given.c.party == party,
            given.c.person_id == person,
            given.c.care == care.value,
            given.c.kind == kind.value,
            _is_open,
        )
        .order_by(given.c.given_at.desc())
        .limit(1)
    )
    row = tx.execute(query).first()
    return None if row is None else as_consent(row)


def latest_of(tx: Tx, party: str, care: Care, people: Collection[PersonId]) -> list[Consent]:
    """Of each of these people the last one given of each kind for that form of care."""
    later = given.alias()
    is_over = exists().where(
        later.c.party == given.c.party,
        later.c.person_id == given.c.person_id,
        later.c.care == given.c.care,
        later.c.kind == given.c.kind,
        later.c.given_at > given.c.given_at,
        later.c.known_to == OPEN,
    )
    named = (given.c.party == party, given.c.person_id.in_(people), given.c.care == care.value)
    return [as_consent(row) for row in tx.execute(select(given).where(*named, _is_open, ~is_over))]


def of_person(tx: Tx, person: PersonId) -> list[tuple[Consent, Moment]]:
    """Everything given by the person to anybody, and since when each is known."""
    query = select(given).where(given.c.person_id == person, _is_open)
    return [(as_consent(row), row.known_from) for row in tx.execute(query)]


def givers(tx: Tx, party: str, care: Care, span: Span, *, after: tuple[Moment, str] | None, limit: int) -> list[Given]:
    """Who gave the party something for that form of care in the span, in the order of each one's last giving in it."""
    later = given.alias()
    is_over = exists().where(
        later.c.party == given.c.party,
        later.c.person_id == given.c.person_id,
        later.c.care == given.c.care,
        later.c.known_to == OPEN,
        _within(later, span),
        _behind(later, (given.c.given_at, given.c.check_id)),
    )
    what = (given.c.given_at, given.c.check_id, given.c.person_id, given.c.issuer, given.c.serial)
    conditions = [given.c.party == party, given.c.care == care.value, _is_open, _within(given, span), ~is_over]
    if after is not None:
        conditions.append(_behind(given, after))
    query = select(*what).distinct().where(*conditions).order_by(given.c.given_at, given.c.check_id).limit(limit)
    return [
        Given(row.person_id, CardKey(row.issuer, row.serial), row.given_at, row.check_id) for row in tx.execute(query)
    ]


def _within(table: Any, span: Span) -> Any:
    if span.is_of_examination:
        return and_(table.c.examined_on >= span.first, table.c.examined_on <= span.last)
    return and_(table.c.given_at >= day_start(span.first), table.c.given_at < day_start(span.last) + _DAY)


def _behind(table: Any, place: tuple[Any, Any]) -> Any:
    at, check_id = place
    return or_(table.c.given_at > at, and_(table.c.given_at == at, table.c.check_id > check_id))
