"""How blocks are made and how the log is judged; no database, no clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from struct import error as StructError  # noqa: N812 - it is a class, only the library names it small

from onshi.audit.digests import batch_leaf, block_hash, entry_digest, members_of, packed_members, signed_bytes
from onshi.audit.model import Batch, Block, Head, Recorded
from onshi.audit.problems import Break, Place, Problem
from onshi.audit.signing import PublicKey, Signer, verify_signature
from onshi.audit.tree import root
from onshi.kernel import Moment

FIRST_PREVIOUS = bytes(32)
# Comparing every altered entry with every place grows with the square; beyond this all are called altered.
_REORDER_SEARCH = 200


def leaf_of(batch: Batch) -> bytes:
    """What stands for the batch in its block."""
    return batch_leaf(batch.batch, batch.at, batch.entries, batch.root)


def head_of(block: Block) -> Head:
    """What is noted of a block outside the database."""
    return Head(block.number, block.hash, block.at, block.kid, block.signature)


def first_batches(batches: Sequence[Batch], *, entries: int) -> list[Batch]:
    """The first of them, at least one where there is any, that together hold no more than so many entries."""
    count = 0
    for place, batch in enumerate(batches):
        count += batch.entries
        if count > entries:
            return list(batches[: max(place, 1)])
    return list(batches)


def next_block(before: Head | None, batches: Sequence[Batch], *, at: Moment, signer: Signer) -> Block:
    """The block that seals `batches` in their order and follows `before`."""
    members = [(batch.batch, leaf_of(batch)) for batch in batches]
    draft = Block(
        number=before.number + 1 if before else 1,
        at=at,
        previous=before.hash if before else FIRST_PREVIOUS,
        batches=len(batches),
        entries=sum(batch.entries for batch in batches),
        root=root([leaf for _, leaf in members]),
        members=packed_members(members),
        kid=signer.kid,
        signature=b"",
        hash=b"",
    )
    hashed = replace(draft, hash=block_hash(draft))
    return replace(hashed, signature=signer.sign(signed_bytes(head_of(hashed))))


def has_its_members(block: Block) -> bool:
    """Whether the member list is the one under the block's root."""
    members = members_of(block.members)
    return packed_members(members) == block.members and root([leaf for _, leaf in members]) == block.root


def check_block(block: Block, before: Head | None, keys: Mapping[str, PublicKey]) -> list[Break]:
    """What is wrong with a block by itself and with its link to the one before.

    An altered block is not judged further: its link and signature then fail for that reason alone.
    """
    place = Place(block.number)
    expected = before.number + 1 if before else 1
    gap = block.number - expected
    breaks = [Break(Place(expected), Problem.BLOCK_MISSING, gap)] if gap > 0 else []
    if hash_of(block) != block.hash or not has_its_members(block):
        return [*breaks, Break(place, Problem.BLOCK_ALTERED)]
    if gap == 0 and block.previous != (before.hash if before else FIRST_PREVIOUS):
        breaks.append(Break(place, Problem.CHAIN_BROKEN))
    if block.kid not in keys:
        breaks.append(Break(place, Problem.KEY_UNKNOWN))
    elif not verify_signature(keys[block.kid], signed_bytes(head_of(block)), block.signature):
        breaks.append(Break(place, Problem.SIGNATURE_WRONG))
    return breaks


def hash_of(block: Block) -> bytes | None:
    """`block_hash`, or None when a column holds what none of ours ever held."""
    try:
        return block_hash(block)
    except (StructError, ValueError, TypeError, AttributeError, OverflowError):
        return None


def check_heads(heads: Iterable[Head], keys: Mapping[str, PublicKey]) -> tuple[list[Head], list[Break]]:
    """The heads that we signed, and what is wrong with the others."""
    sound: list[Head] = []
    breaks: list[Break] = []
    for head in heads:
        if head.kid not in keys:
            breaks.append(Break(Place(head.number), Problem.KEY_UNKNOWN))
        elif not verify_signature(keys[head.kid], signed_bytes(head), head.signature):
            breaks.append(Break(Place(head.number), Problem.HEAD_FORGED))
        else:
            sound.append(head)
    return sound, breaks


def check_batch(batch: Batch, rows: Sequence[Recorded], *, leaf: bytes | None, block: int | None) -> list[Break]:
    """What is wrong with a batch and its entries, which come in the order of `seq`.

    `leaf` is what its block sealed; None when no block vouches for it (the tail). A batch row known to be
    altered does not count as witness against its entries.
    """
    place = Place(block, batch.batch)
    wrong = [row for row in rows if _digest_or_none(batch.batch, row.seq, row) != row.digest]
    places = [row.seq for row in rows if isinstance(row.seq, int)]
    whole = not wrong and places == list(range(len(rows)))
    same_root = whole and root([row.digest for row in rows]) == batch.root
    sealed = leaf is None or _leaf_or_none(batch) == leaf
    if same_root and sealed and (batch.entries, batch.at) == (len(rows), rows[0].at if rows else None):
        return []
    if same_root or not sealed:
        gaps = _gaps(place, places, max(places, default=-1) + 1)
        return [Break(place, Problem.BATCH_ALTERED), *_name_wrong(place, wrong, gaps), *gaps]
    gaps = _gaps(place, places, batch.entries)
    breaks = [*_name_wrong(place, wrong, gaps), *gaps]
    named = {one.place.seq for one in breaks}
    extra = [seq for seq in places if not 0 <= seq < batch.entries and seq not in named]
    breaks += [Break(replace(place, seq=seq), Problem.ENTRY_EXTRA) for seq in extra]
    return breaks or [Break(place, Problem.ENTRIES_REPLACED)]


def _leaf_or_none(batch: Batch) -> bytes | None:
    try:
        return leaf_of(batch)
    except (StructError, TypeError):
        return None


def _name_wrong(place: Place, wrong: Sequence[Recorded], gaps: Sequence[Break]) -> Iterator[Break]:
    """Each entry whose digest does not fit: moved here from another place of its batch, or altered."""
    searched = len(wrong) + sum(gap.count for gap in gaps) <= _REORDER_SEARCH
    starts = [(gap.place.seq or 0, gap.count) for gap in gaps] if searched else []
    origins = [row.seq for row in wrong] if searched else []
    origins += [seq for start, count in starts for seq in range(start, start + count)]
    for row in wrong:
        moved = any(_digest_or_none(row.batch, seq, row) == row.digest for seq in origins)
        seq = row.seq if isinstance(row.seq, int) else None
        yield Break(replace(place, seq=seq), Problem.ENTRY_REORDERED if moved else Problem.ENTRY_ALTERED)


def _digest_or_none(batch: int, seq: int, row: Recorded) -> bytes | None:
    # SQLite keeps whatever somebody writes into a column, so a forged row may hold a text for a number.
    try:
        return entry_digest(batch, seq, row.at, row.entry)
    except (StructError, ValueError, TypeError, AttributeError, OverflowError):
        return None


def _gaps(place: Place, found: Iterable[int], count: int) -> list[Break]:
    """Runs of places below `count` that are not in the rising `found`."""
    gaps: list[Break] = []
    expected = 0
    for seq in [*(seq for seq in found if 0 <= seq < count), count]:
        if seq > expected:
            gaps.append(Break(replace(place, seq=expected), Problem.ENTRY_MISSING, seq - expected))
        expected = seq + 1
    return gaps
