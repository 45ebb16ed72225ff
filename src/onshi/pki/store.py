"""The tables of the authorities and their queries."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from onshi.db import Tx, metadata
from onshi.kernel import Moment
from onshi.law import Medium
from onshi.pki.model import (
    Authority,
    Certificate,
    CertificateKey,
    Crl,
    Ending,
    Kind,
    Purpose,
    Reason,
    Revocation,
    Standing,
    Status,
    Terminal,
    serial_number,
    serial_text,
)

authorities = Table(
    "pki_authorities",
    metadata,
    Column("name", Text, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("purpose", Text, nullable=False),
    Column("key_id", LargeBinary(20), nullable=False, unique=True),
    Column("certificate", LargeBinary, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("ocsp_url", Text),
    Column("responder", LargeBinary),
)

certificates = Table(
    "pki_certificates",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("holder", BigInteger, nullable=False, index=True),
    Column("card", BigInteger, nullable=False),
    Column("medium", Text, nullable=False),
    Column("municipality", String(6), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("not_after", Date, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("revoked_at", BigInteger),
    Column("successor", BigInteger),
    Column("der", LargeBinary),
)
# What stands on a revocation list, found without reading what does not.
_is_off = text("status <> 'active'")
Index(
    "pki_certificates_off",
    certificates.c.issuer,
    certificates.c.generation,
    certificates.c.municipality,
    sqlite_where=_is_off,
    postgresql_where=_is_off,
)

# Where an authority has issued anything, and what ends there, without reading the certificates themselves.
Index(
    "pki_certificates_by_place",
    certificates.c.issuer,
    certificates.c.generation,
    certificates.c.municipality,
    certificates.c.not_after,
)

crls = Table(
    "pki_crls",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("partition", String(6), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("this_update", BigInteger, nullable=False),
    Column("next_update", BigInteger, nullable=False),
    Column("der", LargeBinary, nullable=False),
)

terminals = Table(
    "pki_terminals",
    metadata,
    Column("terminal_id", Text, primary_key=True),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("party_id", Text, nullable=False, index=True),
    Column("certificate", LargeBinary, nullable=False),
    Column("revoked_at", BigInteger),
)

_COLUMNS = tuple(column.name for column in certificates.columns)
_IN_CHUNK = 500
_encode = msgspec.json.Encoder().encode
_STATUSES = {status.value: status for status in Status}
_REASONS = {reason.value: reason for reason in Reason}


def as_authority(row: Row[Any]) -> Authority:
    """A row of `pki_authorities`."""
    return Authority(
        name=row.name,
        generation=row.generation,
        purpose=Purpose(row.purpose),
        key_id=bytes(row.key_id),
        certificate=bytes(row.certificate),
        since=row.since,
        until=row.until,
        ocsp_url=row.ocsp_url,
        responder=None if row.responder is None else bytes(row.responder),
    )


def as_certificate(row: Row[Any]) -> Certificate:
    """A row of `pki_certificates`."""
    return Certificate(
        key=CertificateKey(row.issuer, serial_text(row.serial)),
        kind=Kind(row.kind),
        holder=row.holder,
        card=row.card,
        medium=Medium(row.medium),
        municipality=row.municipality,
        generation=row.generation,
        not_before=row.not_before,
        not_after=row.not_after,
        status=Status(row.status),
        reason=None if row.reason is None else Reason(row.reason),
        revoked_at=row.revoked_at,
        successor=None if row.successor is None else serial_text(row.successor),
        der=None if row.der is None else bytes(row.der),
    )


def as_crl(row: Row[Any]) -> Crl:
    """A row of `pki_crls`."""
    return Crl(
        issuer=row.issuer,
        generation=row.generation,
        partition=row.partition,
        number=row.number,
        this_update=row.this_update,
        next_update=row.next_update,
        der=bytes(row.der),
    )


def add_authority(tx: Tx, new: Authority) -> None:
    """Adds a generation."""
    tx.execute(
        insert(authorities).values(
            name=new.name,
            generation=new.generation,
            purpose=new.purpose.value,
            key_id=new.key_id,
            certificate=new.certificate,
            since=new.since,
            until=new.until,
            ocsp_url=new.ocsp_url,
            responder=new.responder,
        )
    )


def set_responder(tx: Tx, authority: Authority, certificate: bytes) -> None:
    """Writes which certificate may answer for an authority."""
    this = (authorities.c.name == authority.name) & (authorities.c.generation == authority.generation)
    tx.execute(update(authorities).where(this).values(responder=certificate))


def all_authorities(tx: Tx) -> list[Authority]:
    """Every generation of every authority, by name and number."""
    query = select(authorities).order_by(authorities.c.name, authorities.c.generation)
    return [as_authority(row) for row in tx.execute(query)]


def count_authorities(tx: Tx) -> int:
    """How many generations there are; they are only ever added to."""
    (count,) = tx.prepared("SELECT count(*) FROM pki_authorities").fetchone()
    return int(count)


def authority_with_key(tx: Tx, key_id: bytes) -> Authority | None:
    """The generation that has this key."""
    row = tx.execute(select(authorities).where(authorities.c.key_id == key_id)).first()
    return None if row is None else as_authority(row)


def add_certificates(tx: Tx, new: Iterable[Certificate]) -> None:
    """Adds certificates, by the million if need be."""
    rows = (
        (
            one.key.issuer,
            serial_number(one.key.serial),
            one.kind.value,
            one.holder,
            one.card,
            one.medium.value,
            one.municipality,
            one.generation,
            one.not_before,
            _day(tx, one.not_after),
            one.status.value,
            None if one.reason is None else one.reason.value,
            one.revoked_at,
            None if one.successor is None else serial_number(one.successor),
            one.der,
        )
        for one in new
    )
    tx.insert_rows("pki_certificates", _COLUMNS, rows)


def _day(tx: Tx, day: date) -> date | str:
    return day.isoformat() if tx.is_sqlite else day


def set_certificate(tx: Tx, one: Certificate) -> None:
    """Writes what of a certificate can change: its status, what follows it, and its bytes once they are made."""
    this = (certificates.c.issuer == one.key.issuer) & (certificates.c.serial == serial_number(one.key.serial))
    tx.execute(
        update(certificates)
        .where(this)
        .values(
            status=one.status.value,
            reason=None if one.reason is None else one.reason.value,
            revoked_at=one.revoked_at,
            successor=None if one.successor is None else serial_number(one.successor),
            der=one.der,
        )
    )


def certificates_with(tx: Tx, keys: Sequence[CertificateKey]) -> dict[CertificateKey, Certificate]:
    """Those of the certificates that are there."""
    found: dict[CertificateKey, Certificate] = {}
    for issuer in {key.issuer for key in keys}:
        serials = [serial_number(key.serial) for key in keys if key.issuer == issuer]
        for start in range(0, len(serials), _IN_CHUNK):
            chunk = serials[start : start + _IN_CHUNK]
            query = select(certificates).where(certificates.c.issuer == issuer, certificates.c.serial.in_(chunk))
            found |= {one.key: one for one in map(as_certificate, tx.execute(query))}
    return found


def certificates_of(tx: Tx, holder: int) -> list[Certificate]:
    """Everything ever issued to somebody, the oldest first."""
    order = certificates.c.not_before, certificates.c.issuer, certificates.c.serial
    query = select(certificates).where(certificates.c.holder == holder).order_by(*order)
    return [as_certificate(row) for row in tx.execute(query)]


def standings_of(tx: Tx, keys: Sequence[CertificateKey], *, at: Moment) -> list[Standing]:
    """For each key where its certificate stands.

    Prepared text and positional rows: this runs with every card that is shown (docs/decisions/0003).
    """
    serials = [(key.issuer, serial_number(key.serial)) for key in keys]
    found = [Standing(key, None, None, None, None, at) for key in keys]
    first = 0 if tx.is_sqlite else 1
    for place, status, reason, revoked_at, successor in tx.prepared(_standing_sql(tx), (_encode(serials).decode(),)):
        found[place - first] = Standing(
            keys[place - first],
            _STATUSES[status],
            None if reason is None else _REASONS[reason],
            revoked_at,
            None if successor is None else serial_text(successor),
            at,
        )
    return found


def _standing_sql(tx: Tx) -> str:
    if tx.is_sqlite:
        asked, issuer, serial = "json_each(?) q", "json_extract(q.value, '$[0]')", "json_extract(q.value, '$[1]')"
    else:
        asked = "json_array_elements(?::json) WITH ORDINALITY AS q(value, key)"
        issuer, serial = "q.value->>0", "(q.value->>1)::bigint"
    rows = tx.looked_up("pki_certificates c", f"c.issuer = {issuer} AND c.serial = {serial}")
    return f"SELECT q.key, c.status, c.reason, c.revoked_at, c.successor FROM {asked} {rows}"


def endings_of(tx: Tx, keys: Sequence[CertificateKey]) -> list[Ending]:
    """Until when those of the certificates count that are there, chunk by chunk."""
    named = ("issuer", "serial", "medium", "not_after", "reason", "revoked_at", "successor")
    columns = [certificates.c[name] for name in named]
    serials: dict[str, list[int | None]] = {}
    for key in keys:
        serials.setdefault(key.issuer, []).append(serial_number(key.serial))
    found = []
    for issuer, theirs in serials.items():
        for start in range(0, len(theirs), _IN_CHUNK):
            chunk = theirs[start : start + _IN_CHUNK]
            query = select(*columns).where(certificates.c.issuer == issuer, certificates.c.serial.in_(chunk))
            found += [_as_ending(row) for row in tx.execute(query)]
    return found


def _as_ending(row: Row[Any]) -> Ending:
    return Ending(
        CertificateKey(row.issuer, serial_text(row.serial)),
        Medium(row.medium),
        row.not_after,
        None if row.reason is None else _REASONS[row.reason],
        row.revoked_at,
        None if row.successor is None else serial_text(row.successor),
    )


def off_in(tx: Tx, authority: Authority, municipality: str, *, since: date) -> list[tuple[int, Revocation]]:
    """What of a municipality's certificates by this generation is held or revoked, save those over before `since`."""
    query = (
        select(certificates.c.serial, certificates.c.reason, certificates.c.revoked_at)
        .where(
            certificates.c.issuer == authority.name,
            certificates.c.generation == authority.generation,
            certificates.c.municipality == municipality,
            _is_off,
            certificates.c.not_after >= since,
        )
        .order_by(certificates.c.serial)
    )
    return [(row.serial, Revocation(Reason(row.reason), row.revoked_at)) for row in tx.execute(query)]


def card_ends(
    tx: Tx, of: Authority, municipality: str, *, first: date, last: date, limit: int
) -> list[tuple[int, date]]:
    """Cards (and the day) whose good certificate of this generation and municipality ends on these days, the soonest
    first."""
    query = (
        select(certificates.c.card, certificates.c.not_after)
        .where(
            certificates.c.issuer == of.name,
            certificates.c.generation == of.generation,
            certificates.c.municipality == municipality,
            certificates.c.not_after >= first,
            certificates.c.not_after <= last,
            certificates.c.status == Status.ACTIVE.value,
            certificates.c.medium == Medium.CARD.value,
        )
        .order_by(certificates.c.not_after, certificates.c.serial)
        .limit(limit)
    )
    return [(row.card, row.not_after) for row in tx.execute(query)]


def partitions_of(tx: Tx, issuer: str, generation: int) -> list[str]:
    """The municipalities for which a generation has issued anything.

    From one to the next through the index: however many certificates there are, as many steps as municipalities.
    """
    return [row[0] for row in tx.prepared(_PARTITIONS, (issuer, generation) * 2)]


_PARTITIONS = """
    WITH RECURSIVE places (municipality) AS (
        SELECT min(municipality) FROM pki_certificates WHERE issuer = ? AND generation = ?
        UNION ALL
        SELECT (
            SELECT min(c.municipality) FROM pki_certificates c
            WHERE c.issuer = ? AND c.generation = ? AND c.municipality > places.municipality
        )
        FROM places WHERE places.municipality IS NOT NULL
    )
    SELECT municipality FROM places WHERE municipality IS NOT NULL
"""


def lists_since(tx: Tx, issuer: str, generation: int, partition: str | None = None) -> dict[str, Moment]:
    """When the newest list of each municipality, or of one, came out."""
    wanted = (crls.c.issuer == issuer) & (crls.c.generation == generation)
    if partition is not None:
        wanted &= crls.c.partition == partition
    newest = func.max(crls.c.this_update).label("newest")
    query = select(crls.c.partition, newest).where(wanted).group_by(crls.c.partition)
    return {row.partition: Moment(row.newest) for row in tx.execute(query)}


def newest_crl(tx: Tx, issuer: str, partition: str, *, generation: int | None) -> Crl | None:
    """The newest list of a municipality: of one generation, or of the newest that has any."""
    query = select(crls).where(crls.c.issuer == issuer, crls.c.partition == partition)
    if generation is not None:
        query = query.where(crls.c.generation == generation)
    row = tx.execute(query.order_by(crls.c.generation.desc(), crls.c.number.desc()).limit(1)).first()
    return None if row is None else as_crl(row)


def newest_crls(tx: Tx) -> list[Crl]:
    """The newest list of every authority, generation and municipality."""
    place = crls.c.issuer, crls.c.generation, crls.c.partition
    last = select(*place, func.max(crls.c.number).label("number")).group_by(*place).subquery()
    same = [crls.c[name] == last.c[name] for name in ("issuer", "generation", "partition", "number")]
    query = select(crls).join(last, same[0] & same[1] & same[2] & same[3]).order_by(*place)
    return [as_crl(row) for row in tx.execute(query)]


def add_crl(tx: Tx, new: Crl) -> None:
    """Adds a list and drops those of the same municipality but for the one before: it may still be on its way."""
    same = (crls.c.issuer == new.issuer) & (crls.c.generation == new.generation) & (crls.c.partition == new.partition)
    tx.execute(delete(crls).where(same & (crls.c.number < new.number - 1)))
    tx.execute(
        insert(crls).values(
            issuer=new.issuer,
            generation=new.generation,
            partition=new.partition,
            number=new.number,
            this_update=new.this_update,
            next_update=new.next_update,
            der=new.der,
        )
    )


def add_terminal(tx: Tx, new: Terminal) -> None:
    """Adds a terminal certificate."""
    tx.execute(
        insert(terminals).values(
            terminal_id=new.id, since=new.since, party_id=new.party, certificate=new.certificate, revoked_at=None
        )
    )


def terminal_of(tx: Tx, terminal: str) -> Terminal | None:
    """The newest certificate of a terminal, revoked or not."""
    query = select(terminals).where(terminals.c.terminal_id == terminal).order_by(terminals.c.since.desc()).limit(1)
    row = tx.execute(query).first()
    return None if row is None else _as_terminal(row)


def terminals_of(tx: Tx, party: str) -> list[Terminal]:
    """Every terminal certificate of an organisation, by terminal, the oldest first."""
    query = select(terminals).where(terminals.c.party_id == party)
    return [_as_terminal(row) for row in tx.execute(query.order_by(terminals.c.terminal_id, terminals.c.since))]


def _as_terminal(row: Row[Any]) -> Terminal:
    return Terminal(row.terminal_id, row.party_id, bytes(row.certificate), row.since, row.revoked_at)


def revoke_terminal(tx: Tx, terminal: Terminal, *, at: Moment) -> None:
    """Notes since when a terminal certificate does not count."""
    this = (terminals.c.terminal_id == terminal.id) & (terminals.c.since == terminal.since)
    tx.execute(update(terminals).where(this).values(revoked_at=at))
