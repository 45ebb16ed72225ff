"""The verbs of the log."""

from collections.abc import Sequence

from onshi.audit import finding, rules, spans, store
from onshi.audit.errors import SealingDisturbed, TooManyEntries
from onshi.audit.model import Act, Action, Block, Entry, Head, Recorded, Tail
from onshi.audit.packing import finds_of
from onshi.audit.signing import Signer
from onshi.audit.spans import span_of_block
from onshi.db import Tx
from onshi.kernel import Moment

BATCH_LIMIT = 100_000
# A block takes as many batches as hold about this many entries: while it is written, checks wait on SQLite.
BLOCK_ENTRIES = 1000
_BLOCK_BATCHES = 400
_LEAF_SIZE = 32


def append(tx: Tx, batch: int, entries: Sequence[Entry], *, at: Moment) -> None:
    """Writes the entries of this transaction. No entries, nothing written.

    `batch` is a random 63-bit number the caller draws, new for each call; `at` is the moment of all entries.
    ValueError when a leaf is not 32 bytes.
    """
    if len(entries) > BATCH_LIMIT:
        raise TooManyEntries(limit=BATCH_LIMIT, count=len(entries))
    if any(len(entry.leaf) != _LEAF_SIZE for entry in entries):
        raise ValueError("a leaf of the audit log is a SHA-256 digest, 32 bytes")
    if entries:
        store.append(tx, batch, entries, at=at)


def seal(tx: Tx, *, at: Moment, signer: Signer) -> Block | None:
    """Chains and signs batches that are not sealed yet, the oldest first, some 1,000 entries; None when there are none.

    From then on the entries are found by subject and actor through an index and not by looking through the tail.
    Call it again until it returns None. Use `transaction(appending=True)`: it waits for another sealer's lock
    and then sees what that one did. A SERIALIZABLE transaction cannot seal twice either, but fails and retries.
    """
    store.lock_sealing(tx)
    batches = rules.first_batches(store.unsealed(tx, limit=_BLOCK_BATCHES), entries=BLOCK_ENTRIES)
    if not batches:
        return None
    block = rules.next_block(store.last_head(tx), batches, at=at, signer=signer)
    if store.add_block(tx, block, [batch.batch for batch in batches]) != len(batches):
        raise SealingDisturbed
    packed = store.packed_of(tx, [batch.batch for batch in batches])
    finds = sorted(find for batch, entries in packed for find in finds_of(batch, entries))
    store.add_span(tx, span_of_block(block.number), finds)
    return block


def merge_finds(tx: Tx) -> bool:
    """One short step of keeping the finder small; whether there may be another. It changes nothing that is found.

    Use `transaction(appending=True)`: it waits for a sealer, and for another that merges.
    """
    store.lock_sealing(tx)
    known = store.spans(tx)
    if dead := spans.dead(known):
        store.drop_spans(tx, dead)
        return True
    merge = spans.next_merge(known)
    if merge is None:
        return False
    if merge.upto is None:
        store.start_span(tx, merge.into)
        return True
    finds, is_all = spans.next_finds(store.ahead(tx, merge.children, merge.upto))
    if finds:
        store.extend_span(tx, merge.into, finds)
    if is_all:
        store.replace_spans(tx, merge.into, merge.children)
    return True


def head(tx: Tx) -> Head | None:
    """The end of the chain, to be noted outside the database with `heads_line`."""
    return store.last_head(tx)


def tail(tx: Tx) -> Tail:
    """What waits to be sealed: nothing, or what came within the last second while a sealer runs."""
    return store.tail(tx)


def entry(tx: Tx, batch: int, seq: int) -> Recorded | None:
    """One entry by its place, as `parse_check_id` gives it."""
    return finding.entry(tx, batch, seq)


def entries_of(
    tx: Tx,
    *,
    subject: int | None = None,
    actor: str | None = None,
    action: Action | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    limit: int = 100,
) -> list[Recorded]:
    """Entries that fit all that is given, the newest first, at least `since` and before `until`.

    Fast by `subject` or by `actor`; with neither of the two it reads the whole log.
    """
    return finding.entries_of(tx, subject=subject, actor=actor, action=action, since=since, until=until, limit=limit)


def acts_by(
    tx: Tx,
    actor: str,
    action: Action,
    *,
    since: Moment,
    until: Moment,
    after: tuple[int, int] | None = None,
    enough: int = 10_000,
) -> tuple[list[Act], tuple[int, int] | None]:
    """The same of one actor for long lists: the acts of whole batches, the newest first, at least `since` and before
    `until`, until there are `enough`; and the place to go on behind (as `after`, in this transaction or another),
    None at the end.

    EntryUnreadable when a batch is not as it was written; what others did in it is not looked at.
    """
    return finding.acts_by(tx, actor, action, since=since, until=until, after=after, enough=enough)
