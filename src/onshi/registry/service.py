"""What the registry does for others: finding people by what they show, and telling what is known."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from onshi.db import Tx
from onshi.kernel import InsurerNumber, Moment, PersonId
from onshi.registry.errors import UnknownFeed, UnknownHeldRow, UnknownPerson
from onshi.registry.model import (
    CardKey,
    Coverage,
    Feed,
    FeedFinding,
    Found,
    HeldRow,
    Insurer,
    Link,
    NumberKey,
    Overlap,
    Person,
    PrintedNumber,
)
from onshi.registry.rules import carriers, is_lawful_pair, number_stem
from onshi.registry.store import columns as column_store
from onshi.registry.store import feeds as feed_store
from onshi.registry.store import held as held_store
from onshi.registry.store import insurers as insurer_store
from onshi.registry.store import lookup
from onshi.registry.store import people as people_store
from onshi.registry.store import versions as version_store


def find_by_number(tx: Tx, keys: Sequence[NumberKey], *, known_at: Moment | None = None) -> list[Found]:
    """Who carries each number, in the order asked; as known now or at `known_at`."""
    return lookup.by_number(tx, keys, known_at)


def find_by_number_in_parts(tx: Tx, parts: Sequence[Sequence[NumberKey]]) -> Generator[list[Found], None, None]:
    """`find_by_number` as known now, part by part: the next is looked up while the caller works on one, who leaves
    `tx` alone until the last, and closes this before `tx` ends."""
    return lookup.by_number_in_parts(tx, parts)


def find_by_card(tx: Tx, keys: Sequence[CardKey], *, known_at: Moment | None = None) -> list[Found]:
    """Whose card each certificate is on, in the order asked; as known now or at `known_at`."""
    return lookup.by_card(tx, keys, known_at)


def carriers_of(tx: Tx, numbers: Sequence[PrintedNumber]) -> list[tuple[Person, ...]]:
    """The people whom each number names as known now, in the order asked: nobody, one, or several who share it.

    For messages that may lack the birth date; a check has one and asks `find_by_number`. Somebody 自己情報提供不可,
    and somebody whose link is in doubt, is not named.
    """
    if not numbers:
        return []
    found = lookup.by_stem(tx, [number_stem(one.insurer, one.symbol, one.number) for one in numbers])
    return [carriers(one, what) for one, what in zip(numbers, found, strict=True)]


def insurer_book(tx: Tx, *, known_at: Moment | None = None) -> Mapping[InsurerNumber, Insurer]:
    """Every insurer by number, with the freshness of its data."""
    return insurer_store.book(tx, known_at)


def put_insurers(tx: Tx, insurers: Iterable[Insurer], *, at: Moment) -> None:
    """Registers insurers, or makes new facts about them known from `at` on."""
    insurer_store.put(tx, insurers, at=at)


def person_of(tx: Tx, person: PersonId, *, known_at: Moment | None = None) -> Person:
    """The person, as known now or then. Raises UnknownPerson."""
    found = people_store.person(tx, person, known_at)
    if found is None:
        raise UnknownPerson
    return found


def coverages_of(tx: Tx, person: PersonId, *, known_at: Moment | None = None) -> list[Coverage]:
    """The person's coverages, the oldest first."""
    return people_store.coverages_of(tx, person, known_at)


def unmixed_since(tx: Tx, person: PersonId) -> Moment | None:
    """From when on all that led to this person was theirs; None: from the beginning.

    A coverage that was cancelled or moved and a certificate that is now on another card were never theirs: what was
    asked by those, and noted under this person, may have been about somebody else.
    """
    return people_store.unmixed_since(tx, person)


def versions_of(tx: Tx, people: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Everything ever known of these people, as versions (`known_from`, `known_to`): of themselves, and of their
    coverages with flags and details under the names a feed has for them."""
    return version_store.versions_of(tx, people)


def people_named(tx: Tx, name: str, *, limit: int = 50) -> list[Person]:
    """People of that name in kanji or kana; width, blanks and small kana do not count."""
    return people_store.find_by_name(tx, name, limit)


def count_people(tx: Tx) -> int:
    """How many people are registered."""
    return feed_store.count_people(tx)


def people_columns(tx: Tx) -> Iterator[pl.DataFrame]:
    """One row a person for reports, some at a time: `municipality`, if it is known, and `registered_on`, the day in
    Japan on which a card of theirs was first registered, if any was. No id and nothing else of a person leaves."""
    return column_store.people_columns(tx)


def put_card(tx: Tx, card: CardKey, person: PersonId, *, at: Moment) -> None:
    """The certificate is on this person's card from `at` on."""
    people_store.put_card(tx, card, person, at=at)


def put_cards(tx: Tx, cards: pl.DataFrame) -> None:
    """Many certificates nobody had before: issuer, serial, person_id, known_from (µs)."""
    people_store.put_cards(tx, cards)


def linked_people(tx: Tx, links: pl.DataFrame) -> pl.DataFrame:
    """Whom insurers name by these codes (insurer, code): insurer, code, person_id of those that are in use."""
    return people_store.linked_people(tx, links)


def cards_of(tx: Tx, person: PersonId) -> list[CardKey]:
    """The person's current certificates."""
    return people_store.cards_of(tx, person)


def feeds_of(tx: Tx, insurer: InsurerNumber | None = None, *, limit: int = 50) -> list[Feed]:
    """Feeds of an insurer or of all, the newest first."""
    return feed_store.newest(tx, insurer, limit)


def feed_of(tx: Tx, feed_id: int) -> Feed:
    """The feed. Raises UnknownFeed."""
    found = feed_store.one(tx, feed_id)
    if found is None:
        raise UnknownFeed(feed=feed_id)
    return found


def findings_of(
    tx: Tx, feed_id: int, *, after: int = -1, limit: int = 100, severity: str | None = None
) -> list[FeedFinding]:
    """A page of a feed's findings: those after the place `after`."""
    return feed_store.findings_of(tx, feed_id, after=after, limit=limit, severity=severity)


def findings_about(tx: Tx, insurer: InsurerNumber, *, limit: int = 100) -> list[FeedFinding]:
    """What other insurers' feeds brought up about this one."""
    return feed_store.findings_about(tx, insurer, limit)


def findings_frame(tx: Tx, feed_id: int) -> pl.DataFrame:
    """All findings of a feed, in the shape that `feeds.findings_csv` and `findings_xlsx` take."""
    return feed_store.findings_frame(tx, feed_id)


def held_rows(tx: Tx, insurer: InsurerNumber | None = None, *, limit: int = 100) -> list[HeldRow]:
    """Rows that wait for review, the most doubtful first."""
    return held_store.waiting(tx, insurer, limit)


def held_row(tx: Tx, held_id: int) -> HeldRow:
    """A row that waits. Raises UnknownHeldRow."""
    found = held_store.one(tx, held_id)
    if found is None:
        raise UnknownHeldRow(held=held_id)
    return found


def link_of(tx: Tx, insurer: InsurerNumber, person: PersonId) -> Link | None:
    """How the insurer names the person, or None."""
    return people_store.link(tx, insurer, person)


def suspended_links(tx: Tx, insurer: InsurerNumber | None = None) -> list[Link]:
    """Links that are in doubt."""
    return people_store.suspended_links(tx, insurer)


def overlaps_of(tx: Tx, insurer: InsurerNumber, *, month: date) -> list[Overlap]:
    """The 資格重複 list of a month: days another insurer claims too, but for those the law lets the two share."""
    first = month.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    book = insurer_store.book(tx)
    kinds = {number: one.kind for number, one in book.items()}
    found = people_store.overlaps(tx, insurer, first, after)
    return [
        one
        for one in found
        if not is_lawful_pair(kinds[insurer], one.mine.period, kinds[one.other_insurer], one.other_period)
    ]
