"""Enrolments by time: every step is a version, so that what somebody was told can be told again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    String,
    Table,
    Text,
    and_,
    bindparam,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)

from onshi.db import OPEN, Tx, metadata
from onshi.kernel import InsurerNumber, Moment, PersonId, fold_name
from onshi.registry.enrolling.model import Enrolment, EnrolmentId, Holder, NewlyUnable, Place, State
from onshi.registry.model import CardKey
from onshi.registry.rules import place_key
from onshi.registry.store.frames import query_frame, stage
from onshi.registry.store.people import put_cards
from onshi.registry.store.tables import coverages, links

enrolments = Table(
    "registry_enrolments",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("serial", Text, primary_key=True),
    Column("known_to", BigInteger, primary_key=True, autoincrement=False),
    Column("known_from", BigInteger, nullable=False),
    Column("enrolment_id", BigInteger, nullable=False),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kana", Text, nullable=False),
    Column("birth_on", Date, nullable=False),
    Column("sex", String(1), nullable=False),
    Column("address", Text, nullable=False),
    Column("municipality", String(6), nullable=False),
    # Folded forms, as in registry_people, by which the two find each other.
    Column("match_kana", Text, nullable=False),
    Column("match_place", BigInteger),
    Column("person_id", BigInteger),
    Column("reason", Text),
    Column("candidate", BigInteger),
    Column("not_meant", Text),
    Column("effective_on", Date),
    Column("withdrawn_by", String(8)),
    Column("decided_by", Text),
    sqlite_with_rowid=False,
)
# Conditions of partial indexes: an engine sees that a query lies within one only if the same words stand in both.
_NOW = f"registry_enrolments.known_to = {OPEN}"
_WAITING = f"{_NOW} AND registry_enrolments.state IN ('reserved', 'under_review')"
_IN_CHUNK = 500
_LIVE = "('complete', 'withdrawal_requested')"


def _where(condition: str) -> dict[str, Any]:
    bare = text(condition.replace("registry_enrolments.", ""))
    return {"sqlite_where": bare, "postgresql_where": bare}


Index("registry_enrolments_by_id", enrolments.c.enrolment_id, enrolments.c.known_to)
Index("registry_enrolments_by_person", enrolments.c.person_id)
Index("registry_enrolments_by_moment", enrolments.c.known_from)
Index("registry_enrolments_waiting", enrolments.c.enrolled_at, enrolments.c.enrolment_id, **_where(_WAITING))
Index("registry_enrolments_ending", enrolments.c.effective_on, **_where(f"{_NOW} AND effective_on IS NOT NULL"))
Index("registry_enrolments_candidates", enrolments.c.candidate, **_where(f"{_NOW} AND candidate IS NOT NULL"))

STEPS: Mapping[str, Any] = {
    "person_id": pl.Int64,
    "municipality": pl.String,
    "at": pl.Int64,
    "state": pl.String,
    "before": pl.String,
}
_OPEN_ONE = text(_NOW)
_IN_DOUBT = text(f"{_NOW} AND registry_enrolments.candidate IS NOT NULL")
_PLACE = (enrolments.c.enrolled_at, enrolments.c.enrolment_id)
_ids = msgspec.json.Decoder(tuple[int, ...])


def _as_enrolment(row: Any) -> Enrolment:
    return Enrolment(
        id=row.enrolment_id,
        card=CardKey(row.issuer, row.serial),
        holder=Holder(row.name, row.kana, row.birth_on, row.sex, row.address, row.municipality),
        place=Place(row.place),
        party=row.party,
        at=row.enrolled_at,
        state=State(row.state),
        person=row.person_id,
        reason=row.reason,
        candidate=row.candidate,
        not_meant=() if row.not_meant is None else tuple(map(PersonId, _ids.decode(row.not_meant))),
        effective_on=row.effective_on,
        withdrawn_by=row.withdrawn_by,
        decided_by=row.decided_by,
    )


def _as_row(one: Enrolment, at: Moment) -> dict[str, Any]:
    holder = one.holder
    return {
        "issuer": one.card.issuer,
        "serial": one.card.serial,
        "known_to": OPEN,
        "known_from": at,
        "enrolment_id": one.id,
        "enrolled_at": one.at,
        "state": one.state.value,
        "place": one.place.value,
        "party": one.party,
        **msgspec.structs.asdict(holder),
        "match_kana": fold_name(holder.kana),
        "match_place": place_key(holder.municipality, fold_name(holder.name), fold_name(holder.address)),
        "person_id": one.person,
        "reason": one.reason,
        "candidate": one.candidate,
        "not_meant": msgspec.json.encode(one.not_meant).decode() if one.not_meant else None,
        "effective_on": one.effective_on,
        "withdrawn_by": one.withdrawn_by,
        "decided_by": one.decided_by,
    }


def _found(tx: Tx, *conditions: Any) -> list[Enrolment]:
    """Those that hold now under these conditions, in the order of their places."""
    query = select(enrolments).where(_OPEN_ONE, *conditions).order_by(*_PLACE)
    return [_as_enrolment(row) for row in tx.execute(query)]


def by_card(tx: Tx, card: CardKey) -> Enrolment | None:
    """The enrolment of this certificate, or None."""
    found = _found(tx, enrolments.c.issuer == card.issuer, enrolments.c.serial == card.serial)
    return found[0] if found else None


def one(tx: Tx, enrolment: EnrolmentId) -> Enrolment | None:
    """The enrolment as it stands, or None."""
    found = _found(tx, enrolments.c.enrolment_id == enrolment)
    return found[0] if found else None


def of_person(tx: Tx, person: PersonId) -> list[Enrolment]:
    """The person's enrolments, those that were withdrawn among them."""
    return _found(tx, enrolments.c.person_id == person)


def versions(tx: Tx, enrolment: EnrolmentId) -> list[tuple[Moment, Enrolment]]:
    """Everything it ever was and since when, the oldest first."""
    query = select(enrolments).where(enrolments.c.enrolment_id == enrolment).order_by(enrolments.c.known_to)
    return [(row.known_from, _as_enrolment(row)) for row in tx.execute(query)]


def save(tx: Tx, changed: Sequence[Enrolment], *, at: Moment) -> None:
    """They stand so from `at` on, whatever card they were on before."""
    if not changed:
        return
    end(tx, [enrolment.id for enrolment in changed], at=at)
    tx.execute(insert(enrolments), [_as_row(enrolment, at) for enrolment in changed])


def end(tx: Tx, ids: Iterable[EnrolmentId], *, at: Moment) -> None:
    """They are no more: another one goes on in their place."""
    which = enrolments.c.enrolment_id == bindparam("which")
    closing = update(enrolments).where(which, enrolments.c.known_to == OPEN).values(known_to=at)
    tx.execute(closing, [{"which": enrolment} for enrolment in ids])


def _meets(tx: Tx, condition: str) -> str:
    """Whether somebody is there, looked up through an index for each row (as `Tx.looked_up` does)."""
    offset = "" if tx.is_sqlite else "OFFSET 0"
    return f"EXISTS (SELECT 1 FROM registry_people p WHERE {condition} AND p.known_to = {OPEN} {offset})"


def waiting_with_company(tx: Tx, after: Enrolment | None, limit: int) -> list[Enrolment]:
    """Those that wait and to whom somebody comes near, in the order of their places, from the one after `after` on."""
    if not tx.is_sqlite:
        # A plan is kept, and a table small when it was made may have grown.
        tx.cursor.execute("SET LOCAL enable_seqscan = off")
    born = "p.birth_on = registry_enrolments.birth_on AND p.match_kana = registry_enrolments.match_kana"
    lives = "p.match_place = registry_enrolments.match_place"
    query = select(enrolments).where(text(_WAITING), text(f"({_meets(tx, born)} OR {_meets(tx, lives)})"))
    if after is not None:
        later = and_(enrolments.c.enrolled_at == after.at, enrolments.c.enrolment_id > after.id)
        query = query.where(enrolments.c.enrolled_at >= after.at, or_(enrolments.c.enrolled_at > after.at, later))
    return [_as_enrolment(row) for row in tx.execute(query.order_by(*_PLACE).limit(limit))]


def still_waiting(tx: Tx, ids: Sequence[EnrolmentId]) -> list[Enrolment]:
    """Those of these that wait, in the order of their places."""
    found = [
        enrolment
        for start in range(0, len(ids), _IN_CHUNK)
        for enrolment in _found(tx, enrolments.c.enrolment_id.in_(ids[start : start + _IN_CHUNK]))
    ]
    return sorted((one for one in found if one.is_waiting), key=lambda one: (one.at, one.id))


def linked(tx: Tx, cards: pl.DataFrame) -> dict[int, PersonId]:
    """Whose card each certificate (row, issuer, serial) is on already, by row; without those on nobody's."""
    stage(tx, "staged_cards", "row BIGINT, issuer TEXT, serial TEXT", cards.sort("issuer", "serial"))
    same = f"k.issuer = s.issuer AND k.serial = s.serial AND k.known_to = {OPEN}"
    sql = f"SELECT s.row, k.person_id FROM staged_cards s {tx.looked_up('registry_cards k', same)}"
    return dict(query_frame(tx, sql, {"row": pl.Int64, "person_id": pl.Int64}).iter_rows())


def add_cards(tx: Tx, cards: Sequence[tuple[str, str, PersonId]], *, at: Moment) -> None:
    """Certificates (issuer, serial, person) that are on nobody's card are on these people's from `at` on."""
    schema = {"issuer": pl.String, "serial": pl.String, "person_id": pl.Int64}
    put_cards(tx, pl.DataFrame(cards, schema=schema, orient="row").with_columns(known_from=pl.lit(int(at))))


def of_staged_people(tx: Tx) -> list[tuple[PersonId, EnrolmentId]]:
    """The enrolments of the staged people."""
    theirs = tx.looked_up("registry_enrolments e", f"e.person_id = s.person_id AND e.known_to = {OPEN}")
    sql = f"SELECT e.person_id, e.enrolment_id FROM staged_people s {theirs}"
    return query_frame(tx, sql, {"person_id": pl.Int64, "enrolment_id": pl.Int64}).rows()


def move(tx: Tx, person: PersonId, to: PersonId, *, at: Moment) -> None:
    """What was one person's is the other's from `at` on, and reviewers are asked about the other."""
    save(tx, [msgspec.structs.replace(each, person=to) for each in of_person(tx, person)], at=at)
    named = (enrolments.c.candidate == person, _OPEN_ONE)
    tx.execute(update(enrolments).where(*named).values(candidate=to))


def due(tx: Tx, on: date, limit: int) -> list[Enrolment]:
    """Those whose withdrawal takes effect on the day or did before."""
    query = (
        select(enrolments)
        .where(_OPEN_ONE, enrolments.c.effective_on <= on, enrolments.c.state == State.WITHDRAWAL_REQUESTED.value)
        .order_by(enrolments.c.effective_on, enrolments.c.enrolment_id)
    )
    return [_as_enrolment(row) for row in tx.execute(query.limit(limit))]


def end_cards(tx: Tx, people: Iterable[PersonId], *, at: Moment) -> None:
    """Nothing is these people's card any more, but for cards of other enrolments of theirs that go on."""
    mark = "?" if tx.is_sqlite else "%s"
    goes_on = (
        "SELECT 1 FROM registry_enrolments e WHERE e.issuer = registry_cards.issuer AND "
        f"e.serial = registry_cards.serial AND e.known_to = {OPEN} AND e.state IN {_LIVE}"
    )
    sql = (
        f"UPDATE registry_cards SET known_to = {mark} WHERE person_id = {mark} AND known_to = {OPEN} "
        f"AND NOT EXISTS ({goes_on})"
    )
    tx.cursor.executemany(sql, [(at, person) for person in people])


def newly_unable(tx: Tx, insurer: InsurerNumber, first: date, after: date) -> list[NewlyUnable]:
    """Whose withdrawal takes effect on a day of [first, after), while this insurer insures them."""
    day = enrolments.c.effective_on
    insured = and_(
        coverages.c.person_id == enrolments.c.person_id,
        coverages.c.known_to == OPEN,
        coverages.c.insurer == insurer,
        coverages.c.starts_on <= day,
        or_(coverages.c.lost_on.is_(None), coverages.c.lost_on > day),
    )
    query = (
        select(enrolments)
        .where(_OPEN_ONE, day >= first, day < after, select(literal_column("1")).where(insured).exists())
        .order_by(day, enrolments.c.person_id, enrolments.c.enrolment_id)
    )
    return [
        NewlyUnable(row.person_id, insurer, row.enrolment_id, row.effective_on, State(row.state))
        for row in tx.execute(query)
    ]


def steps(tx: Tx, start: Moment, end_at: Moment) -> pl.DataFrame:
    """Every version that began in [start, end_at), beside the state `before` it (STEPS).

    The person is whom the enrolment belongs to now: two people may have become one since.
    """
    earlier, now = enrolments.alias("earlier"), enrolments.alias("now")
    query = (
        select(enrolments, earlier.c.state.label("before"), now.c.person_id.label("person_now"))
        .outerjoin(
            earlier,
            and_(
                earlier.c.enrolment_id == enrolments.c.enrolment_id,
                earlier.c.known_to == enrolments.c.known_from,
            ),
        )
        .outerjoin(now, and_(now.c.enrolment_id == enrolments.c.enrolment_id, now.c.known_to == OPEN))
        .where(enrolments.c.known_from >= start, enrolments.c.known_from < end_at)
    )
    rows = [
        (row.person_now or row.person_id, row.municipality, row.known_from, row.state, row.before)
        for row in tx.execute(query)
    ]
    return pl.DataFrame(rows, schema=dict(STEPS), orient="row")


def under_review(tx: Tx, insurer: InsurerNumber, on: date, limit: int) -> list[Enrolment]:
    """Those in doubt about somebody whose coverage by this insurer is not lost by that day, in the order of their
    places."""
    insured = and_(
        coverages.c.person_id == enrolments.c.candidate,
        coverages.c.known_to == OPEN,
        coverages.c.insurer == insurer,
        or_(coverages.c.lost_on.is_(None), coverages.c.lost_on > on),
    )
    query = (
        select(enrolments)
        .where(_IN_DOUBT, enrolments.c.state == State.UNDER_REVIEW.value)
        .where(select(literal_column("1")).where(insured).exists())
        .order_by(*_PLACE)
        .limit(limit)
    )
    return [_as_enrolment(row) for row in tx.execute(query)]


def listed(tx: Tx, insurer: InsurerNumber | None, state: State | None, limit: int) -> list[Enrolment]:
    """Those of people whom an insurer names, or of everybody, in the order of their places."""
    query = select(enrolments).where(_OPEN_ONE)
    if state is not None:
        query = query.where(enrolments.c.state == state.value)
    if insurer is not None:
        named = select(links.c.person_id).where(links.c.insurer == insurer, links.c.known_to == OPEN)
        query = query.where(enrolments.c.person_id.in_(named))
    return [_as_enrolment(row) for row in tx.execute(query.order_by(*_PLACE).limit(limit))]
