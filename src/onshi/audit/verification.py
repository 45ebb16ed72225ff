"""The proof that nothing in the log was altered, cut, added or moved; or the places where it was."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from onshi.audit import rules, store
from onshi.audit.digests import members_of
from onshi.audit.model import Batch, Block, Head
from onshi.audit.problems import Break, Place, Problem, Report
from onshi.audit.signing import PublicKey
from onshi.db import Tx
from onshi.kernel import Moment

_BREAKS_KEPT = 1_000
# Batches are read together until they hold this many entries, so memory does not grow with the log.
_ENTRIES_AT_ONCE = 20_000
_BATCHES_AT_ONCE = 500


class _Findings:
    """Counts while the log is read."""

    def __init__(self) -> None:
        self.blocks = self.batches = self.entries = self.found = 0
        self.tail_batches = self.tail_entries = 0
        self.tail_since: Moment | None = None
        self.breaks: list[Break] = []

    def add(self, breaks: Iterable[Break]) -> None:
        for one in breaks:
            self.found += 1
            if len(self.breaks) < _BREAKS_KEPT:
                self.breaks.append(one)


def verify(tx: Tx, *, keys: Mapping[str, PublicKey], heads: Sequence[Head] = ()) -> Report:
    """Reads the whole log and says what is wrong with it, each problem at the finest place that can be known.

    `keys` are all public keys that ever signed, by `kid`; `heads` what was noted outside the database: without
    them, blocks cut off at the end together with their batches cannot be missed. Memory does not grow with the
    log. An entry rewritten together with its digest is found in its batch, but not named within it. Use a
    reading transaction, so that all of it is one state of the log.
    """
    findings = _Findings()
    noted, breaks = rules.check_heads(heads, keys)
    findings.add(breaks)
    by_number: dict[int, list[Head]] = {}
    for head in noted:
        by_number.setdefault(head.number, []).append(head)
    last: Head | None = None
    for block in store.blocks(tx):
        findings.add(rules.check_block(block, last, keys))
        findings.add(_against_heads(block, by_number.get(block.number, ())))
        _check_members(tx, block, findings)
        findings.blocks += 1
        last = rules.head_of(block)
    _check_end(tx, last.number if last else 0, max(by_number, default=0), findings)
    _check_tail(tx, findings)
    return Report(
        blocks=findings.blocks,
        batches=findings.batches,
        entries=findings.entries,
        breaks=tuple(findings.breaks),
        breaks_found=findings.found,
        tail_batches=findings.tail_batches,
        tail_entries=findings.tail_entries,
        tail_since=findings.tail_since,
        head=last,
    )


def _against_heads(block: Block, heads: Iterable[Head]) -> Iterator[Break]:
    # A block whose row was altered is reported as that; it is another block only if neither hash is the noted one.
    hashes = {block.hash, rules.hash_of(block)}
    if any(head.hash not in hashes for head in heads):
        yield Break(Place(block.number), Problem.HEAD_DIFFERS)


def _check_end(tx: Tx, last: int, noted: int, findings: _Findings) -> None:
    if noted > last:
        findings.add([Break(Place(last + 1), Problem.TRUNCATED, noted - last)])
    outside = store.batches_outside(tx, last)
    findings.add(Break(Place(number), Problem.BATCHES_WITHOUT_BLOCK, count) for number, count in outside)
    orphans = store.orphans(tx)
    findings.add(Break(Place(batch=batch), Problem.ENTRIES_WITHOUT_BATCH, count) for batch, count in orphans)


def _check_members(tx: Tx, block: Block, findings: _Findings) -> None:
    claimed = store.batches_of_block(tx, block.number)
    if not rules.has_its_members(block):
        _check_batches(tx, [(batch, None) for batch in claimed.values()], block.number, findings)
        return
    members = dict(members_of(block.members))
    elsewhere = store.batches_by_id(tx, [batch for batch in members if batch not in claimed])
    present: list[tuple[Batch, bytes | None]] = []
    for batch, leaf in members.items():
        found = claimed.pop(batch, None)
        if found is None:
            found = elsewhere.get(batch)
            problem = Problem.BATCH_MOVED if found else Problem.BATCH_MISSING
            findings.add([Break(Place(block.number, batch), problem)])
        if found is not None:
            present.append((found, leaf))
    findings.add(Break(Place(block.number, batch), Problem.BATCH_EXTRA) for batch in sorted(claimed))
    _check_batches(tx, present, block.number, findings)


def _check_tail(tx: Tx, findings: _Findings) -> None:
    after: Batch | None = None
    while part := store.unsealed(tx, limit=_BATCHES_AT_ONCE, after=after):
        after = part[-1]
        if findings.tail_since is None:
            findings.tail_since = part[0].at
        findings.tail_batches += len(part)
        findings.tail_entries += sum(batch.entries for batch in part)
        _check_batches(tx, [(batch, None) for batch in part], None, findings)


def _check_batches(
    tx: Tx, batches: Sequence[tuple[Batch, bytes | None]], block: int | None, findings: _Findings
) -> None:
    for part in _parts(batches):
        stored = store.stored_entries(tx, [batch.batch for batch, _ in part])
        for batch, leaf in part:
            rows = stored[batch.batch]
            findings.batches += 1
            findings.entries += len(rows)
            findings.add(rules.check_batch(batch, rows, leaf=leaf, block=block))


def _parts(batches: Sequence[tuple[Batch, bytes | None]]) -> Iterator[list[tuple[Batch, bytes | None]]]:
    part: list[tuple[Batch, bytes | None]] = []
    entries = 0
    for one in batches:
        part.append(one)
        entries += one[0].entries
        if entries >= _ENTRIES_AT_ONCE or len(part) == _BATCHES_AT_ONCE:
            yield part
            part, entries = [], 0
    if part:
        yield part
