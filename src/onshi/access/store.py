"""The tables of access and their queries."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from onshi.access.model import Client, Credentials, Party, PartyKind, Role, Session, Staff
from onshi.db import Tx, metadata
from onshi.kernel import Moment

parties = Table(
    "access_parties",
    metadata,
    Column("party_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_kana", Text, nullable=False),
    Column("municipality", Text),
    Column("opened_on", Date),
    Column("closed_on", Date),
    Column("attributes", JSON, nullable=False),
    Index("access_parties_place", "kind", "municipality"),
)

clients = Table(
    "access_clients",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("party_id", Text, ForeignKey("access_parties.party_id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("jwks", JSON, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    Column("voided_at", BigInteger, index=True),
)

assertions = Table(
    "access_assertions",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("jti_hash", LargeBinary, primary_key=True),
    Column("expires", BigInteger, nullable=False, index=True),
)

staff = Table(
    "access_staff",
    metadata,
    Column("staff_id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("party_id", Text, ForeignKey("access_parties.party_id"), nullable=False, index=True),
    Column("roles", JSON, nullable=False),
    Column("password_hash", Text),
    Column("totp_sealed", LargeBinary, nullable=False),
    Column("totp_step", BigInteger, nullable=False),
    Column("wrong_tries", Integer, nullable=False),
    Column("locked_until", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
)

sessions = Table(
    "access_sessions",
    metadata,
    Column("session_id", LargeBinary, primary_key=True),
    Column("staff_id", Text, ForeignKey("access_staff.staff_id"), nullable=False, index=True),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False, index=True),
)

_PARTY_COLUMNS = [column.name for column in parties.columns]
_STAFF_COLUMNS = (
    staff.c.staff_id,
    staff.c.login,
    staff.c.party_id,
    staff.c.roles,
    staff.c.created_at,
    staff.c.disabled_at,
)
_IN_CHUNK = 500


def as_party(row: Row[Any]) -> Party:
    """A row of `access_parties`."""
    return Party(
        PartyKind(row.kind),
        row.code,
        row.name,
        row.name_kana,
        row.municipality,
        row.opened_on,
        row.closed_on,
        row.attributes,
    )


def as_client(row: Row[Any]) -> Client:
    """A row of `access_clients`."""
    return Client(
        row.client_id,
        row.party_id,
        row.name,
        row.jwks,
        frozenset(row.scopes),
        row.created_at,
        row.disabled_at,
        row.voided_at,
    )


def as_staff(row: Row[Any]) -> Staff:
    """A row that holds the columns of an account."""
    roles = frozenset(Role(role) for role in row.roles)
    return Staff(row.staff_id, row.login, row.party_id, roles, row.created_at, row.disabled_at)


def as_credentials(row: Row[Any]) -> Credentials:
    """A row of `access_staff`."""
    return Credentials(
        as_staff(row), row.password_hash, row.totp_sealed, row.totp_step, row.wrong_tries, row.locked_until
    )


def add_parties(tx: Tx, new: Iterable[Party]) -> None:
    """Adds parties, by the thousand if need be."""
    rows = (
        (
            party.id,
            party.kind.value,
            party.code,
            party.name,
            party.name_kana,
            party.municipality,
            party.opened_on and party.opened_on.isoformat(),
            party.closed_on and party.closed_on.isoformat(),
            json.dumps(dict(party.attributes), ensure_ascii=False),
        )
        for party in new
    )
    tx.insert_rows(parties.name, _PARTY_COLUMNS, rows)


def party_ids_of(tx: Tx, wanted: Sequence[str]) -> set[str]:
    """Those of `wanted` that are there."""
    found: set[str] = set()
    for start in range(0, len(wanted), _IN_CHUNK):
        chunk = wanted[start : start + _IN_CHUNK]
        found.update(tx.execute(select(parties.c.party_id).where(parties.c.party_id.in_(chunk))).scalars())
    return found


def party_names_of(tx: Tx, wanted: Sequence[str]) -> dict[str, str]:
    """The names of those of `wanted` that are there."""
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _IN_CHUNK):
        chunk = wanted[start : start + _IN_CHUNK]
        query = select(parties.c.party_id, parties.c.name).where(parties.c.party_id.in_(chunk))
        found |= {row.party_id: row.name for row in tx.execute(query)}
    return found


def parties_of(tx: Tx, wanted: Sequence[str]) -> dict[str, Party]:
    """Those of `wanted` that are there, by id."""
    found: dict[str, Party] = {}
    for start in range(0, len(wanted), _IN_CHUNK):
        query = select(parties).where(parties.c.party_id.in_(wanted[start : start + _IN_CHUNK]))
        found |= {row.party_id: as_party(row) for row in tx.execute(query)}
    return found


def party_of(tx: Tx, party_id: str) -> Party | None:
    """The party with this id."""
    row = tx.execute(select(parties).where(parties.c.party_id == party_id)).first()
    return None if row is None else as_party(row)


def parties_where(tx: Tx, *, kind: PartyKind | None, municipality: str | None, after: str, limit: int) -> list[Party]:
    """Up to `limit` parties behind the id `after`, by id."""
    query = select(parties).where(parties.c.party_id > after).order_by(parties.c.party_id).limit(limit)
    if kind is not None:
        query = query.where(parties.c.kind == kind.value)
    if municipality is not None:
        query = query.where(parties.c.municipality == municipality)
    return [as_party(row) for row in tx.execute(query)]


def replace_party(tx: Tx, party: Party) -> None:
    """Writes every field of a party that is there."""
    tx.execute(
        update(parties)
        .where(parties.c.party_id == party.id)
        .values(
            name=party.name,
            name_kana=party.name_kana,
            municipality=party.municipality,
            opened_on=party.opened_on,
            closed_on=party.closed_on,
            attributes=dict(party.attributes),
        )
    )


def add_client(tx: Tx, client: Client) -> None:
    """Adds a client."""
    tx.execute(
        insert(clients).values(
            client_id=client.client_id,
            party_id=client.party_id,
            name=client.name,
            jwks=client.jwks,
            scopes=sorted(client.scopes),
            created_at=client.created_at,
        )
    )


def client_of(tx: Tx, client_id: str) -> Client | None:
    """The client with this id."""
    row = tx.execute(select(clients).where(clients.c.client_id == client_id)).first()
    return None if row is None else as_client(row)


def clients_of(tx: Tx, party_id: str) -> list[Client]:
    """The clients of a party, oldest first."""
    order = (clients.c.created_at, clients.c.client_id)
    return [
        as_client(row) for row in tx.execute(select(clients).where(clients.c.party_id == party_id).order_by(*order))
    ]


def clients_voided_since(tx: Tx, since: Moment) -> dict[str, Moment]:
    """Clients whose tokens were voided at `since` or later, with the moment."""
    query = select(clients.c.client_id, clients.c.voided_at).where(clients.c.voided_at >= since)
    return {row.client_id: Moment(row.voided_at) for row in tx.execute(query)}


def set_client(tx: Tx, client_id: str, **values: object) -> None:
    """Writes some columns of a client."""
    tx.execute(update(clients).where(clients.c.client_id == client_id).values(**values))


def use_assertion(tx: Tx, client_id: str, jti_hash: bytes, expires: Moment) -> bool:
    """Keeps an assertion as used; False when it was used before."""
    dialect = sqlite if tx.is_sqlite else postgresql
    statement = dialect.insert(assertions).values(client_id=client_id, jti_hash=jti_hash, expires=expires)
    # The key decides and not a look beforehand, so two requests at once cannot both be first.
    kept = statement.on_conflict_do_nothing().returning(assertions.c.client_id)
    return tx.execute(kept).first() is not None


def purge_assertions(tx: Tx, at: Moment) -> int:
    """Drops what could not be replayed anyway; returns how many."""
    return tx.execute(delete(assertions).where(assertions.c.expires <= at)).rowcount


def add_staff(tx: Tx, new: Staff, *, password_hash: str | None, totp_sealed: bytes) -> None:
    """Adds an account that nobody has signed in to yet."""
    tx.execute(
        insert(staff).values(
            staff_id=new.staff_id,
            login=new.login,
            party_id=new.party_id,
            roles=sorted(new.roles),
            password_hash=password_hash,
            totp_sealed=totp_sealed,
            totp_step=-1,
            wrong_tries=0,
            created_at=new.created_at,
        )
    )


def staff_of(tx: Tx, staff_id: str) -> Staff | None:
    """The account with this id."""
    row = tx.execute(select(*_STAFF_COLUMNS).where(staff.c.staff_id == staff_id)).first()
    return None if row is None else as_staff(row)


def staff_at(tx: Tx, party_id: str) -> list[Staff]:
    """The accounts at a party, by login."""
    query = select(*_STAFF_COLUMNS).where(staff.c.party_id == party_id).order_by(staff.c.login)
    return [as_staff(row) for row in tx.execute(query)]


def credentials_of(tx: Tx, login: str) -> Credentials | None:
    """What the account with this folded login signs in with."""
    row = tx.execute(select(staff).where(staff.c.login == login)).first()
    return None if row is None else as_credentials(row)


def set_staff(tx: Tx, staff_id: str, **values: object) -> None:
    """Writes some columns of an account."""
    tx.execute(update(staff).where(staff.c.staff_id == staff_id).values(**values))


def add_session(tx: Tx, session: Session) -> None:
    """Adds a session."""
    tx.execute(
        insert(sessions).values(
            session_id=session.id,
            staff_id=session.staff.staff_id,
            started_at=session.started_at,
            seen_at=session.seen_at,
        )
    )


def session_of(tx: Tx, session_id: bytes) -> Session | None:
    """The session with this id, expired or not."""
    query = (
        select(sessions.c.started_at, sessions.c.seen_at, *_STAFF_COLUMNS)
        .join_from(sessions, staff)
        .where(sessions.c.session_id == session_id)
    )
    row = tx.execute(query).first()
    return None if row is None else Session(session_id, as_staff(row), row.started_at, row.seen_at)


def see_session(tx: Tx, session_id: bytes, at: Moment) -> None:
    """Notes that a session was used."""
    tx.execute(update(sessions).where(sessions.c.session_id == session_id, sessions.c.seen_at < at).values(seen_at=at))


def drop_session(tx: Tx, session_id: bytes) -> None:
    """Ends one session."""
    tx.execute(delete(sessions).where(sessions.c.session_id == session_id))


def drop_sessions_of(tx: Tx, staff_id: str) -> None:
    """Ends every session of an account."""
    tx.execute(delete(sessions).where(sessions.c.staff_id == staff_id))


def purge_sessions(tx: Tx, *, seen_before: Moment, started_before: Moment) -> int:
    """Drops sessions that are over; returns how many."""
    over = (sessions.c.seen_at <= seen_before) | (sessions.c.started_at <= started_before)
    return tx.execute(delete(sessions).where(over)).rowcount
