"""Entries found again: by their place, by whom they are about, by who acted."""

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import islice

from msgspec.structs import replace

from onshi.audit import store
from onshi.audit.errors import EntryUnreadable
from onshi.audit.ids import shown_check_id
from onshi.audit.model import Act, Action, Recorded
from onshi.audit.packing import Find, actor_key, finds_between, place_of, subject_key, unpacked_acts
from onshi.audit.spans import finds_in
from onshi.db import Tx
from onshi.kernel import Moment

Place = tuple[int, int]
_AT_ONCE = 100
# Where all entries of a batch may be wanted: a batch of checks can hold ten thousand.
_BATCHES_AT_ONCE = 20


def entry(tx: Tx, batch: int, seq: int) -> Recorded | None:
    """One entry by its place. EntryUnreadable when it is none of ours."""
    found = [row for row in store.stored_entries(tx, [batch])[batch] if row.seq == seq]
    return _read(found[0]) if found else None


def entries_of(
    tx: Tx,
    *,
    subject: int | None,
    actor: str | None,
    action: Action | None,
    since: Moment | None,
    until: Moment | None,
    limit: int,
) -> list[Recorded]:
    """Entries that fit all that is given, the newest first."""
    key = subject_key(subject) if subject is not None else actor_key(actor) if actor is not None else None
    found: list[Recorded] = []
    for part in _in_parts(_places(tx, key, since, until), _AT_ONCE):
        stored = store.stored_entries(tx, [batch for _, batch in part])
        for _, batch in part:
            found += [
                _read(row)
                for row in stored[batch]
                if (subject is None or row.entry.subject == subject)
                and (actor is None or row.entry.actor == actor)
                and (action is None or row.entry.action == action)
            ]
        if len(found) >= limit:
            break
    return found[:limit]


def acts_by(
    tx: Tx, actor: str, action: Action, *, since: Moment, until: Moment, after: Place | None, enough: int
) -> tuple[list[Act], Place | None]:
    """Acts of one actor by batches, the newest first, until there are `enough`; and the place of the last batch, None
    when there is none behind it."""
    if after is not None:
        until = Moment(after[0] + 1)
    places = (place for place in _places(tx, actor_key(actor), since, until) if after is None or place < after)
    found: list[Act] = []
    for part in _in_parts(places, _BATCHES_AT_ONCE):
        packed = dict(store.packed_of(tx, [batch for _, batch in part]))
        for place in part:
            acts = _acts(place[1], packed.get(place[1]))
            # Backwards, as the batches are.
            found += [act for act in reversed(acts) if act.actor == actor and act.action == action]
            if len(found) >= enough:
                return found, place
    return found, None


def _acts(batch: int, packed: bytes | None) -> list[Act]:
    if packed is None:
        return []
    try:
        return unpacked_acts(packed)
    except ValueError:
        raise EntryUnreadable(check_id=shown_check_id(batch, 0)) from None


def _read(row: Recorded) -> Recorded:
    try:
        return replace(row, entry=replace(row.entry, action=Action(row.entry.action)))
    except ValueError:
        raise EntryUnreadable(check_id=shown_check_id(row.batch, row.seq)) from None


def _places(tx: Tx, key: int | None, since: Moment | None, until: Moment | None) -> Iterator[Place]:
    """Batches worth a look, the newest first; what is not sealed yet can only be looked through."""
    if key is None:
        return _all_places(tx, since, until)
    waiting = [
        (batch.at, batch.batch)
        for batch in store.all_unsealed(tx)
        if (since is None or batch.at >= since) and (until is None or batch.at < until)
    ]
    return merge(_sealed_places(tx, *finds_between(key, since, until)), sorted(waiting, reverse=True), reverse=True)


def _all_places(tx: Tx, since: Moment | None, until: Moment | None) -> Iterator[Place]:
    after: Place | None = None
    while True:
        part = store.places(tx, since=since, until=until, after=after, limit=_AT_ONCE)
        yield from part
        if len(part) < _AT_ONCE:
            return
        after = part[-1]


def _sealed_places(tx: Tx, first: Find, last: Find) -> Iterator[Place]:
    """Where the finds between these two point, the newest first, out of every run."""
    runs = [_backwards(tx, *piece, first, last) for piece in store.last_pieces(tx, last)]
    return map(place_of, merge(*runs, reverse=True))


def _backwards(tx: Tx, span: int, begin: Find, piece: bytes, first: Find, last: Find) -> Iterator[Find]:
    """The finds of a run between these two, the last one first, from the piece that holds it."""
    yield from (find for find in reversed(finds_in(piece)) if first <= find <= last)
    while begin > first and (before := store.piece_before(tx, span, begin)) is not None:
        begin, piece = before
        yield from (find for find in reversed(finds_in(piece)) if first <= find)


def _in_parts(places: Iterator[Place], size: int) -> Iterator[Sequence[Place]]:
    while part := list(islice(places, size)):
        yield part
