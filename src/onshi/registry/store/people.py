"""Single people, their coverage and their links: what pages and reviews read and write."""

from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import and_, func, insert, or_, select, update

from onshi.db import OPEN, Tx
from onshi.kernel import InsurerNumber, Moment, Period, PersonId, fold_name
from onshi.registry.model import CardKey, Coverage, Link, Overlap, Person
from onshi.registry.rules import number_key, place_key
from onshi.registry.store.frames import insert_frame, query_frame, stage
from onshi.registry.store.lookup import COVERAGE_COLUMNS, PERSON_COLUMNS, SUSPENDED, as_coverage, as_person
from onshi.registry.store.tables import cards, coverages, keys, links, people


def _known(table: Any, known_at: Moment | None) -> Any:
    if known_at is None:
        return table.c.known_to == OPEN
    return and_(table.c.known_from <= known_at, known_at < table.c.known_to)


def _columns(table: Any, names: str) -> list[Any]:
    return [table.c[name.strip()] for name in names.split(",")]


def unmixed_since(tx: Tx, person_id: PersonId) -> Moment | None:
    """When a coverage or a certificate was last taken away from the person as being somebody else's; None: never."""
    still, elsewhere = coverages.alias("still"), cards.alias("elsewhere")
    kept = select(still.c.coverage_id).where(
        still.c.person_id == person_id, still.c.known_to == OPEN, still.c.coverage_id == coverages.c.coverage_id
    )
    moved = select(elsewhere.c.serial).where(
        elsewhere.c.issuer == cards.c.issuer,
        elsewhere.c.serial == cards.c.serial,
        elsewhere.c.known_to == OPEN,
        elsewhere.c.person_id != person_id,
    )
    taken = (
        select(func.max(coverages.c.known_to)).where(coverages.c.person_id == person_id, ~kept.exists()),
        select(func.max(cards.c.known_to)).where(
            cards.c.person_id == person_id, cards.c.known_to < OPEN, moved.exists()
        ),
    )
    moments = [moment for query in taken if (moment := tx.execute(query).scalar()) is not None]
    return Moment(max(moments)) if moments else None


def person(tx: Tx, person_id: PersonId, known_at: Moment | None = None) -> Person | None:
    """The person as known now or then."""
    query = select(*_columns(people, PERSON_COLUMNS)).where(people.c.person_id == person_id, _known(people, known_at))
    row = tx.execute(query).first()
    return None if row is None else as_person(row)


def coverages_of(tx: Tx, person_id: PersonId, known_at: Moment | None = None) -> list[Coverage]:
    """The person's coverages as known now or then, the oldest first."""
    query = (
        select(*_columns(coverages, COVERAGE_COLUMNS))
        .where(coverages.c.person_id == person_id, _known(coverages, known_at))
        .order_by(coverages.c.starts_on, coverages.c.coverage_id)
    )
    return [as_coverage(row) for row in tx.execute(query)]


def correct_person(tx: Tx, person_id: PersonId, *, name: str, kana: str, birth_on: date, sex: str, at: Moment) -> None:
    """A new version of the person with these facts; coverages follow a corrected birth date with new keys."""
    row = dict(
        tx.execute(select(people).where(people.c.person_id == person_id, people.c.known_to == OPEN)).one()._mapping
    )
    if (row["name"], row["kana"], row["birth_on"], row["sex"]) == (name, kana, birth_on, sex):
        return
    tx.execute(update(people).where(people.c.person_id == person_id, people.c.known_to == OPEN).values(known_to=at))
    corrected = {
        "known_from": at,
        "name": name,
        "kana": kana,
        "birth_on": birth_on,
        "sex": sex,
        "match_name": fold_name(name),
        "match_kana": fold_name(kana),
        "match_place": place_key(row["municipality"], fold_name(name), fold_name(row["address"] or "")),
    }
    tx.execute(insert(people).values(**(row | corrected)))
    if row["birth_on"] != birth_on:
        _rekey(tx, person_id, birth_on)


def _rekey(tx: Tx, person_id: PersonId, birth_on: date) -> None:
    for coverage in coverages_of(tx, person_id):
        key = number_key(coverage.insurer, coverage.symbol, coverage.number, birth_on).text
        same = (keys.c.key == key, keys.c.person_id == person_id, keys.c.coverage_id == coverage.id)
        if tx.execute(select(keys.c.key).where(*same)).first() is None:
            tx.execute(insert(keys).values(key=key, person_id=person_id, coverage_id=coverage.id))


def move_coverage(tx: Tx, coverage: Coverage, to: PersonId, *, feed_id: int, at: Moment) -> None:
    """Ends a coverage at one person and begins the same at another, number and days unchanged."""
    row = tx.execute(
        select(coverages).where(
            coverages.c.person_id == coverage.person,
            coverages.c.coverage_id == coverage.id,
            coverages.c.known_to == OPEN,
        )
    ).one()
    _end_coverage(tx, coverage, at)
    moved = dict(row._mapping) | {"person_id": to, "known_from": at, "feed_id": feed_id}
    tx.execute(insert(coverages).values(**moved))
    found = select(keys.c.key).where(keys.c.person_id == coverage.person, keys.c.coverage_id == coverage.id)
    for key in tx.execute(found).scalars().all():
        tx.execute(insert(keys).values(key=key, person_id=to, coverage_id=coverage.id))


def _end_coverage(tx: Tx, coverage: Coverage, at: Moment) -> None:
    tx.execute(
        update(coverages)
        .where(
            coverages.c.person_id == coverage.person,
            coverages.c.coverage_id == coverage.id,
            coverages.c.known_to == OPEN,
        )
        .values(known_to=at)
    )


def _as_link(row: Any) -> Link:
    return Link(row.insurer, row.code, row.person_id, row.suspended)


def link(tx: Tx, insurer: InsurerNumber, person_id: PersonId) -> Link | None:
    """How the insurer names the person, or None."""
    query = select(links).where(links.c.insurer == insurer, links.c.person_id == person_id, links.c.known_to == OPEN)
    row = tx.execute(query).first()
    return None if row is None else _as_link(row)


def links_of(tx: Tx, person_id: PersonId) -> list[Link]:
    """How every insurer names the person."""
    query = select(links).where(links.c.person_id == person_id, links.c.known_to == OPEN).order_by(links.c.insurer)
    return [_as_link(row) for row in tx.execute(query)]


def end_person(tx: Tx, person_id: PersonId, *, at: Moment) -> None:
    """There is nobody of this id any more."""
    tx.execute(update(people).where(people.c.person_id == person_id, people.c.known_to == OPEN).values(known_to=at))


def suspended_links(tx: Tx, insurer: InsurerNumber | None) -> list[Link]:
    """Links that are in doubt."""
    query = select(links).where(links.c.suspended, links.c.known_to == OPEN).order_by(links.c.insurer, links.c.code)
    if insurer is not None:
        query = query.where(links.c.insurer == insurer)
    return [_as_link(row) for row in tx.execute(query)]


def end_link(tx: Tx, one: Link, *, at: Moment) -> None:
    """The insurer no longer names this person so."""
    tx.execute(
        update(links)
        .where(links.c.insurer == one.insurer, links.c.code == one.code, links.c.known_to == OPEN)
        .values(known_to=at)
    )


def add_link(tx: Tx, one: Link, *, at: Moment) -> None:
    """The insurer names this person so from `at` on."""
    tx.execute(
        insert(links).values(
            insurer=one.insurer,
            code=one.code,
            known_to=OPEN,
            known_from=at,
            person_id=one.person,
            suspended=one.suspended,
        )
    )


def mark_suspended(tx: Tx, insurer: InsurerNumber, person_id: PersonId, *, is_suspended: bool, at: Moment) -> None:
    """Marks every open coverage of the person at the insurer, so that the check sees it without a further look."""
    query = select(coverages).where(
        coverages.c.person_id == person_id, coverages.c.insurer == insurer, coverages.c.known_to == OPEN
    )
    rows = [dict(row._mapping) for row in tx.execute(query)]
    if not rows:
        return
    tx.execute(
        update(coverages)
        .where(coverages.c.person_id == person_id, coverages.c.insurer == insurer, coverages.c.known_to == OPEN)
        .values(known_to=at)
    )
    bit = SUSPENDED if is_suspended else 0
    tx.execute(insert(coverages), [row | {"known_from": at, "flags": row["flags"] & ~SUSPENDED | bit} for row in rows])


def put_card(tx: Tx, card: CardKey, person_id: PersonId, *, at: Moment) -> None:
    """The certificate is on this person's card from `at` on; who had it before has it no more."""
    end_card(tx, card, at=at)
    tx.execute(
        insert(cards).values(issuer=card.issuer, serial=card.serial, known_to=OPEN, known_from=at, person_id=person_id)
    )


def end_card(tx: Tx, card: CardKey, *, at: Moment) -> None:
    """The certificate is on nobody's card any more."""
    same = (cards.c.issuer == card.issuer, cards.c.serial == card.serial, cards.c.known_to == OPEN)
    tx.execute(update(cards).where(*same).values(known_to=at))


def card_holder(tx: Tx, card: CardKey) -> PersonId | None:
    """Whose card the certificate is on, or None."""
    same = (cards.c.issuer == card.issuer, cards.c.serial == card.serial, cards.c.known_to == OPEN)
    found: PersonId | None = tx.execute(select(cards.c.person_id).where(*same)).scalar()
    return found


def linked_people(tx: Tx, named: pl.DataFrame) -> pl.DataFrame:
    """The open links among those named by insurer and code: insurer, code, person_id."""
    stage(tx, "staged_links", "insurer TEXT, code TEXT", named.select("insurer", "code").sort("insurer", "code"))
    open_links = tx.looked_up("registry_links l", f"l.insurer = s.insurer AND l.code = s.code AND l.known_to = {OPEN}")
    sql = f"SELECT l.insurer, l.code, l.person_id FROM staged_links s {open_links}"
    return query_frame(tx, sql, {"insurer": pl.String, "code": pl.String, "person_id": pl.Int64})


def put_cards(tx: Tx, new: pl.DataFrame) -> None:
    """Certificates nobody had before: issuer, serial, person_id, known_from."""
    written = new.select("issuer", "serial", pl.lit(OPEN).alias("known_to"), "known_from", "person_id")
    insert_frame(tx, "registry_cards", written.sort("issuer", "serial"))


def cards_of(tx: Tx, person_id: PersonId) -> list[CardKey]:
    """The person's current certificates."""
    query = select(cards.c.issuer, cards.c.serial).where(cards.c.person_id == person_id, cards.c.known_to == OPEN)
    return [CardKey(row.issuer, row.serial) for row in tx.execute(query.order_by(cards.c.serial))]


def overlaps(tx: Tx, insurer: InsurerNumber, first: date, after: date) -> list[Overlap]:
    """Where another insurer's coverage shares days of [first, after) with one of this insurer; lawful ones too."""
    mine, other = coverages.alias("mine"), coverages.alias("other")
    insured = select(links.c.person_id).where(links.c.insurer == insurer, links.c.known_to == OPEN)
    shares = and_(
        or_(mine.c.lost_on.is_(None), mine.c.lost_on > other.c.starts_on),
        or_(other.c.lost_on.is_(None), other.c.lost_on > mine.c.starts_on),
    )
    in_month = [
        condition
        for one in (mine, other)
        for condition in (one.c.starts_on < after, or_(one.c.lost_on.is_(None), one.c.lost_on > first))
    ]
    named = [mine.c[name.strip()] for name in COVERAGE_COLUMNS.split(",")]
    query = (
        select(
            *named,
            other.c.insurer.label("other_insurer"),
            other.c.starts_on.label("other_from"),
            other.c.lost_on.label("other_to"),
        )
        .join(other, and_(other.c.person_id == mine.c.person_id, other.c.known_to == OPEN, other.c.insurer != insurer))
        .where(mine.c.person_id.in_(insured), mine.c.insurer == insurer, mine.c.known_to == OPEN, shares, *in_month)
        .order_by(mine.c.number, mine.c.coverage_id, other.c.starts_on)
    )
    found = []
    for row in tx.execute(query):
        coverage = as_coverage(row)
        period = Period(row.other_from, row.other_to)
        found.append(Overlap(coverage.person, coverage, row.other_insurer, period, coverage.starts_on > period.start))
    return found


def find_by_name(tx: Tx, name: str, limit: int) -> list[Person]:
    """People of that name (kanji or kana), for a clerk who has nothing else."""
    folded = fold_name(name)
    query = (
        select(*_columns(people, PERSON_COLUMNS))
        .where(or_(people.c.match_name == folded, people.c.match_kana == folded), people.c.known_to == OPEN)
        .order_by(people.c.person_id)
        .limit(limit)
    )
    return [as_person(row) for row in tx.execute(query)]
