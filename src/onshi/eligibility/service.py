"""The check: many questions, one lookup, one entry each in the log, one signature; then the answers leave."""

from collections.abc import Generator, Sequence
from contextlib import closing
from functools import partial

import msgspec

from onshi import audit, references, registry
from onshi.audit import Action, Entry, Signer
from onshi.db import Tx
from onshi.eligibility import proof as proofs
from onshi.eligibility.errors import KnownLater, TooManyQueries
from onshi.eligibility.model import Answer, ByCard, ByNumber, Query
from onshi.eligibility.notes import note_of
from onshi.eligibility.rules import decide, subject_of, under_flags
from onshi.eligibility.shown import shown_id
from onshi.kernel import Moment, PersonId
from onshi.registry import CardKey, Found, NumberKey, Sighting

LIMIT = 10_000
# Small enough that the first part is there soon, large enough that a statement for each costs little.
_PART = 200
_UNKNOWN = Found()
# Keys under which nothing can be registered.
_NO_NUMBER = NumberKey("")
_NO_CARD = CardKey("", "")
_encode = msgspec.json.Encoder(order="sorted").encode


class Asker(msgspec.Struct, frozen=True, gc=False):
    """Who asks: `party` for the log (`institution:1312345678`), `code` for the proof."""

    party: str
    code: str


class Checked(msgspec.Struct, frozen=True, gc=False):
    """An answer that is in the log: its id, itself, its RFC 8785 JSON (what the proof covers) and the proof.

    `reference_number` is the asker's own for whom it shows, where it was wanted and there is one; no proof covers it.
    """

    check_id: str
    answer: Answer
    answer_json: bytes
    proof: proofs.Proof
    reference_number: str | None = None


def check(
    tx: Tx, queries: Sequence[Query], *, at: Moment, batch: int, asker: Asker | Sequence[Asker], signer: Signer
) -> list[Checked]:
    """Answers every query in order, writes each into the log of `tx` and signs them together.

    `batch` is a fresh random 63-bit number. `asker` is one for all or one for each. The answers may leave
    only after `tx` has committed. Raises KnownLater and TooManyQueries.

    With `known_at` the answer is the one that was given, or would have been, at that moment; save that the flags
    an insurer has set since to protect somebody (不開示該当, 自己情報提供不可) hold for the past too.
    """
    if not queries:
        return []
    if len(queries) > LIMIT:
        raise TooManyQueries(count=len(queries), limit=LIMIT)
    askers = [asker] * len(queries) if isinstance(asker, Asker) else asker
    # Before the look-up: a load that commits in between is then found, and not denied as loaded without this person.
    books = {moment: registry.insurer_book(tx, known_at=moment) for moment in {query.known_at for query in queries}}
    found: list[Found] = []
    answers: list[Answer] = []
    texts: list[bytes] = []
    # Closed whatever happens: the transaction must not end while a look-up is under way in it.
    with closing(_find_in_parts(tx, queries, at)) as parts:
        for part, results in parts:
            decided = [
                decide(query, one, books[query.known_at], at=at if query.known_at is None else query.known_at)
                for query, one in zip(part, results, strict=True)
            ]
            found += results
            answers += decided
            texts += map(_encode, decided)
    ids = audit.shown_check_ids(batch, len(queries))
    leaves = [
        proofs.Leaf(check_id, who.code, at, query.presence, proofs.digest_of_canonical(text))
        for check_id, who, query, text in zip(ids, askers, queries, texts, strict=True)
    ]
    hashes = proofs.leaf_hashes(leaves)
    sealed = proofs.seal_batch(leaves, signer, hashes=hashes)
    entries = [
        _entry(who, query, one, answer, leaf)
        for who, query, one, answer, leaf in zip(askers, queries, found, answers, hashes, strict=True)
    ]
    audit.append(tx, batch, entries, at=at)
    # Nearly nobody wants one, and who does not must not wait for it.
    if True not in [query.with_reference for query in queries]:
        return list(map(Checked, ids, answers, texts, sealed))
    return list(map(Checked, ids, answers, texts, sealed, _references(tx, queries, entries, answers)))


def _entry(asker: Asker, query: Query, found: Found, answer: Answer, leaf: bytes) -> Entry:
    subject = subject_of(query, found)
    note = note_of(query, shown_id(query, found, answer, subject))
    return Entry(asker.party, Action.CHECK, answer.kind, leaf, subject, note)


def _references(
    tx: Tx, queries: Sequence[Query], entries: Sequence[Entry], answers: Sequence[Answer]
) -> list[str | None]:
    """The asker's own number for whom each answer shows, where it is wanted; one statement for all."""
    wanted = [
        (entry.actor, PersonId(entry.subject))
        if query.with_reference and answer.person is not None and entry.subject is not None
        else None
        for query, entry, answer in zip(queries, entries, answers, strict=True)
    ]
    known = references.numbers_of(tx, [one for one in wanted if one is not None])
    return [None if one is None else known.get(one) for one in wanted]


def _find_in_parts(
    tx: Tx, queries: Sequence[Query], at: Moment
) -> Generator[tuple[Sequence[Query], Sequence[Found]], None, None]:
    """What is found for each part of the queries, in order; of many by number, the next part is looked up while the
    caller decides one."""
    by_number = _all_by_number(queries)
    if by_number is None or len(queries) < 2 * _PART:
        yield queries, _find(tx, queries, at)
        return
    starts = range(0, len(queries), _PART)
    keys = [list(map(_number_key, by_number[start : start + _PART])) for start in starts]
    with closing(registry.find_by_number_in_parts(tx, keys)) as found:
        for start, one in zip(starts, found, strict=True):
            yield queries[start : start + _PART], one


def _all_by_number(queries: Sequence[Query]) -> Sequence[ByNumber] | None:
    """What nearly all ask: by number, as of now. None when one asks otherwise."""
    asked = [query.asked for query in queries if query.known_at is None and isinstance(query.asked, ByNumber)]
    return asked if len(asked) == len(queries) else None


def _find(tx: Tx, queries: Sequence[Query], at: Moment) -> list[Found]:
    """One lookup for all that ask as of now; those that ask about an earlier moment go by that moment."""
    if (by_number := _all_by_number(queries)) is not None:
        return _look_up(tx, by_number, is_card=False, known_at=None)
    groups: dict[tuple[bool, Moment | None], list[int]] = {}
    for place, query in enumerate(queries):
        if query.known_at is not None and query.known_at > at:
            raise KnownLater
        groups.setdefault((isinstance(query.asked, ByCard), query.known_at), []).append(place)
    found = [_UNKNOWN] * len(queries)
    for (is_card, known_at), places in groups.items():
        asked = [queries[place].asked for place in places]
        look_up = partial(_look_up, tx, asked, is_card=is_card)
        results = look_up(known_at=known_at)
        if known_at is not None:
            results = [_protected(tx, then, now) for then, now in zip(results, look_up(known_at=None), strict=True)]
        for place, result in zip(places, results, strict=True):
            found[place] = result
    return found


def _look_up(tx: Tx, asked: Sequence[ByNumber | ByCard], *, is_card: bool, known_at: Moment | None) -> list[Found]:
    if is_card:
        cards = [_card_key(one) for one in asked if isinstance(one, ByCard)]
        return registry.find_by_card(tx, cards, known_at=known_at)
    numbers = [_number_key(one) for one in asked if isinstance(one, ByNumber)]
    return registry.find_by_number(tx, numbers, known_at=known_at)


def _number_key(asked: ByNumber) -> NumberKey:
    key = registry.number_key(asked.insurer, asked.symbol, asked.number, asked.birth_on)
    return key if _is_text(key.text) else _NO_NUMBER


def _card_key(asked: ByCard) -> CardKey:
    return CardKey(asked.issuer, asked.serial) if _is_text(asked.issuer + asked.serial) else _NO_CARD


def _is_text(text: str) -> bool:
    """Whether a database can hold it: one question must not spoil the batch it came with."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def _protected(tx: Tx, then: Found, now: Found) -> Found:
    """What was known then, under the flags of today: protection asked for later would be void otherwise."""

    def flagged(sighting: Sighting) -> Sighting:
        today = registry.coverages_of(tx, sighting.person.id)
        return under_flags(sighting, [*today, *(one for other in now.sightings for one in other.coverages)])

    return Found(tuple(map(flagged, then.sightings)), then.held)
