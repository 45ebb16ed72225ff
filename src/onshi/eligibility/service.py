"""The check: many questions, one lookup, one entry each in the log, one signature; then the answers leave."""

from collections.abc import Sequence

import msgspec

from onshi import audit, registry
from onshi.audit import Action, Entry, Signer
from onshi.db import Tx
from onshi.eligibility import proof as proofs
from onshi.eligibility.errors import KnownLater, TooManyQueries
from onshi.eligibility.model import Answer, ByCard, ByNumber, Query
from onshi.eligibility.rules import decide
from onshi.kernel import Moment
from onshi.registry import CardKey, Found

LIMIT = 10_000
_UNKNOWN = Found()
_encode = msgspec.json.Encoder(order="sorted").encode


class Asker(msgspec.Struct, frozen=True):
    """Who asks: `party` for the log (`institution:1312345678`), `code` for the proof."""

    party: str
    code: str


class Checked(msgspec.Struct, frozen=True):
    """An answer that is in the log: its id, itself, its RFC 8785 JSON (what the proof covers) and the proof."""

    check_id: str
    answer: Answer
    answer_json: bytes
    proof: proofs.Proof


def check(
    tx: Tx, queries: Sequence[Query], *, at: Moment, batch: int, asker: Asker | Sequence[Asker], signer: Signer
) -> list[Checked]:
    """Answers every query in order, writes each into the log of `tx` and signs them together.

    `batch` is a fresh random 63-bit number. `asker` is one for all or one for each. The answers may leave
    only after `tx` has committed. Raises KnownLater and TooManyQueries.
    """
    if not queries:
        return []
    if len(queries) > LIMIT:
        raise TooManyQueries(count=len(queries), limit=LIMIT)
    askers = [asker] * len(queries) if isinstance(asker, Asker) else asker
    found = _find(tx, queries, at)
    book = registry.insurer_book(tx)
    answers = [
        decide(query, one, book if query.known_at is None else registry.insurer_book(tx, known_at=query.known_at), at=at)
        for query, one in zip(queries, found, strict=True)
    ]
    texts = [_encode(answer) for answer in answers]
    ids = audit.shown_check_ids(batch, len(queries))
    leaves = [
        proofs.Leaf(check_id, who.code, at, query.presence, proofs.digest_of_canonical(text))
        for check_id, who, query, text in zip(ids, askers, queries, texts, strict=True)
    ]
    hashes = proofs.leaf_hashes(leaves)
    sealed = proofs.seal_batch(leaves, signer, hashes=hashes)
    entries = [
        _entry(who, one, answer, leaf)
        for who, one, answer, leaf in zip(askers, found, answers, hashes, strict=True)
    ]
    audit.append(tx, batch, entries, at=at)
    return list(map(Checked, ids, answers, texts, sealed))


def _entry(asker: Asker, found: Found, answer: Answer, leaf: bytes) -> Entry:
    subject = found.sightings[0].person.id if len(found.sightings) == 1 else None
    return Entry(asker.party, Action.CHECK, answer.kind, leaf, subject)


def _find(tx: Tx, queries: Sequence[Query], at: Moment) -> list[Found]:
    """One lookup for all that ask as of now; those that ask about an earlier moment go by that moment."""
    groups: dict[tuple[bool, Moment | None], list[int]] = {}
    for place, query in enumerate(queries):
        if query.known_at is not None and query.known_at > at:
            raise KnownLater
        groups.setdefault((isinstance(query.asked, ByCard), query.known_at), []).append(place)
    found = [_UNKNOWN] * len(queries)
    for (is_card, known_at), places in groups.items():
        asked = [queries[place].asked for place in places]
        if is_card:
            cards = [CardKey(one.issuer, one.serial) for one in asked if isinstance(one, ByCard)]
            results = registry.find_by_card(tx, cards, known_at=known_at)
        else:
            numbers = [
                registry.number_key(one.insurer, one.symbol, one.number, one.birth_on)
                for one in asked
                if isinstance(one, ByNumber)
            ]
            results = registry.find_by_number(tx, numbers, known_at=known_at)
        for place, result in zip(places, results, strict=True):
            found[place] = result
    return found
