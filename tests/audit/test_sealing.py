"""Sealing: what a block holds, one sealer at a time, all or nothing."""

import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from onshi import audit
from onshi.audit import Block, Problem, Signer, rules, service, spans, store
from onshi.audit.digests import members_of, signed_bytes
from onshi.audit.errors import SealingDisturbed
from onshi.audit.model import Batch
from onshi.audit.packing import find
from onshi.db import Database
from onshi.kernel import Moment
from onshi.outside import KeyRing

from . import make
from .make import AT


def test_nothing_to_seal_seals_nothing(db: Database, signer: Signer) -> None:
    assert make.seal(db, signer) is None
    with db.transaction(reading=True) as tx:
        assert audit.head(tx) is None


def test_blocks_follow_one_another_and_hold_batches_by_age(db: Database, ring: KeyRing, signer: Signer) -> None:
    make.append(db, 7, 3, at=AT + 2)
    make.append(db, 9, 1, at=AT + 1)
    make.append(db, 8, 1, at=AT + 1)
    first = make.seal(db, signer)
    assert first is not None and make.seal(db, signer) is None
    make.append(db, 1, 4)
    second = make.seal(db, signer)
    assert second is not None
    assert [batch for batch, _ in members_of(first.members)] == [8, 9, 7]
    assert (first.number, first.previous, first.batches, first.entries) == (1, bytes(32), 3, 5)
    assert (second.number, second.previous, second.batches, second.entries) == (2, first.hash, 1, 4)
    (key,) = audit.public_keys(ring.public_jwks()["keys"]).values()
    assert audit.verify_signature(key, signed_bytes(rules.head_of(second)), second.signature)
    with db.transaction(reading=True) as tx:
        assert audit.head(tx) == rules.head_of(second)


def test_a_block_has_a_limit_and_the_next_takes_the_rest(
    db: Database, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BLOCK_ENTRIES", 3)
    for batch, entries in enumerate((1, 2, 1, 5, 1, 1)):
        make.append(db, batch, entries, at=AT + batch)
    blocks = [make.seal(db, signer) for _ in range(5)]
    assert [block and (block.batches, block.entries) for block in blocks] == [(2, 3), (1, 1), (1, 5), (2, 2), None]


def test_entries_are_found_alike_before_and_after_they_are_sealed(db: Database, signer: Signer) -> None:
    actors = ("institution:1312345678", "insurer:06123456")
    for batch in range(230):
        entries = [make.entry(n, actor=actors[n % 2], subject=(batch * 3 + n) % 11) for n in range(4)]
        with db.transaction(appending=True) as tx:
            audit.append(tx, batch, entries, at=Moment(AT + batch // 2))

    def found() -> list[list[audit.Recorded]]:
        asked: list[dict[str, Any]] = [
            {"subject": 4},
            {"subject": 4, "actor": actors[0]},
            {"actor": actors[1]},
            {"actor": actors[1], "since": Moment(AT + 20), "until": Moment(AT + 90)},
            {"subject": 99},
            {"since": Moment(AT + 50)},
        ]
        with db.transaction(reading=True) as tx:
            return [audit.entries_of(tx, limit=1_000, **one) for one in asked]

    before = found()
    assert [len(part) for part in before] == [84, 42, 460, 280, 0, 520]
    for one in before[0]:
        assert one.entry.subject == 4
    places = [(-one.at, -one.batch, one.seq) for one in before[2]]
    assert places == sorted(places)
    make.seal(db, signer)
    assert found() == before, "with one block of several"
    while make.seal(db, signer):
        pass
    assert found() == before
    with db.transaction(reading=True) as tx:
        assert audit.tail(tx).entries == 0
        assert audit.entries_of(tx, subject=4, limit=5) == before[0][:5]


class Failing:
    """A signer whose device is gone."""

    kid = "failing"

    def sign(self, data: bytes) -> bytes:
        raise ConnectionError


def test_a_sealer_that_dies_leaves_nothing(db: Database, ring: KeyRing, signer: Signer) -> None:
    make.append(db, 1, 2)
    with pytest.raises(ConnectionError):
        make.seal(db, Failing())
    with pytest.raises(KeyboardInterrupt), db.transaction(appending=True) as tx:
        audit.seal(tx, at=AT, signer=signer)
        raise KeyboardInterrupt
    with db.transaction(reading=True) as tx:
        assert tx.execute(text("SELECT count(*) FROM audit_blocks")).scalar() == 0
        assert tx.execute(text("SELECT count(*) FROM audit_batches WHERE block IS NULL")).scalar() == 1
    again = make.seal(db, signer)
    assert again is not None and (again.number, again.batches) == (1, 1)


def test_a_batch_that_vanishes_while_it_is_sealed_stops_the_sealing(db: Database, signer: Signer) -> None:
    make.append(db, 1, 2)
    make.append(db, 2, 2)

    class Thief:
        """Removes a batch at the moment of signing, in the sealer's own transaction."""

        kid = signer.kid

        def sign(self, data: bytes) -> bytes:
            tx.execute(text("DELETE FROM audit_batches WHERE batch = 1"))
            return signer.sign(data)

    with pytest.raises(SealingDisturbed), db.transaction(appending=True) as tx:
        audit.seal(tx, at=AT, signer=Thief())
    with db.transaction(reading=True) as tx:
        assert tx.execute(text("SELECT count(*) FROM audit_blocks")).scalar() == 0


@pytest.mark.parametrize("appending", [True, False])
def test_two_sealers_and_a_writer_at_once_seal_everything_once(
    db: Database, ring: KeyRing, signer: Signer, appending: bool
) -> None:
    for batch in range(20):
        make.append(db, batch, 2, at=AT + batch)
    start = threading.Barrier(3)
    sealed: list[Block] = []
    failures: list[BaseException] = []

    def run_sealer() -> None:
        start.wait()
        for _ in range(12):
            block = db.run(lambda tx: audit.seal(tx, at=AT, signer=signer), appending=appending)
            if block is not None:
                sealed.append(block)

    def run_writer() -> None:
        start.wait()
        for batch in range(20, 40):
            make.append(db, batch, 2, at=AT + batch)

    def guarded(work: object) -> None:
        try:
            assert callable(work)
            work()
        except BaseException as error:  # noqa: BLE001 - a thread's failure is shown by the test, not lost with the thread
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in (run_sealer, run_sealer, run_writer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    while (block := make.seal(db, signer)) is not None:
        sealed.append(block)
    members = sorted(batch for block in sealed for batch, _ in members_of(block.members))
    assert members == list(range(40))
    assert sorted(block.number for block in sealed) == list(range(1, len(sealed) + 1))
    with db.transaction(reading=True) as tx:
        report = audit.verify(tx, keys=audit.public_keys(ring.public_jwks()["keys"]))
    assert (report.sound, report.batches, report.tail_batches) == (True, 40, 0)


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=8, unique=True), st.data())
def test_a_block_changes_with_every_batch_in_it(signer: Signer, ids: list[int], data: st.DataObject) -> None:
    batches = [Batch(batch, Moment(AT), 1, bytes(32), None) for batch in ids]
    block = rules.next_block(None, batches, at=AT, signer=signer)
    place = data.draw(st.integers(0, len(ids) - 1))
    changed = list(batches)
    changed[place] = Batch(ids[place], Moment(AT), 2, bytes(32), None)
    assert rules.next_block(None, changed, at=AT, signer=signer).root != block.root
    assert rules.has_its_members(block)


def test_runs_are_merged_step_by_step_and_nothing_is_lost_meanwhile(
    db: Database, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "_FAN_BITS", 1)
    monkeypatch.setattr(spans, "_FAN", 2)
    monkeypatch.setattr(spans, "PIECE_FINDS", 2)
    monkeypatch.setattr(store, "_PIECES_DROPPED", 3)
    subjects = [number * 2**60 + batch for batch in range(3) for number in (0, 3, 7)]
    steps: list[int] = []
    for batch in range(22):
        with db.transaction(appending=True) as tx:
            entries = [make.entry(n, subject=subjects[(batch + n) % 9]) for n in range(3)]
            audit.append(tx, batch, entries, at=Moment(AT + batch))
        make.seal(db, signer)

    def found() -> list[list[audit.Recorded]]:
        with db.transaction(reading=True) as tx:
            by_subject = [audit.entries_of(tx, subject=subject) for subject in subjects]
            return [*by_subject, audit.entries_of(tx, actor="institution:1312345678")]

    before = found()
    assert sum(map(len, before)) == 2 * 66

    def step() -> bool:
        with db.transaction(appending=True) as tx:
            return audit.merge_finds(tx)

    while step():
        assert found() == before
        steps.append(1)
    assert len(steps) > 30
    with db.transaction(reading=True) as tx:
        left = store.spans(tx)
        finds = tx.execute(text("SELECT sum(length(packed)) FROM audit_finds")).scalar()
    # Blocks 1 to 22 by halves: 0-15, 16-19, 20-21, 22.
    assert [(one.span >> 56, one.span & 0xFF) for one in left] == [(0, 22), (1, 10), (2, 4), (4, 0)]
    assert all(one.is_live for one in left)
    assert finds == 24 * (22 + 66), "each transaction once by who acted, each entry by whom it is about"


@given(st.lists(st.sets(st.integers(0, 99)), min_size=1, max_size=4), st.integers(1, 3))
def test_runs_become_one_in_order_whatever_is_read_of_each_at_a_time(runs: list[set[int]], at_once: int) -> None:
    left = [[bytes([find]) for find in sorted(run)] for run in runs]
    made: list[bytes] = []
    is_all = False
    while not is_all:
        finds, is_all = spans.next_finds([spans.Ahead(run[:at_once], len(run) > at_once) for run in left])
        assert finds or is_all, "every step makes progress"
        made += finds
        left = [[find for find in run if not made or find > made[-1]] for run in left]
    assert made == sorted(bytes([find]) for run in runs for find in run)
    assert not any(left)


@given(st.lists(st.integers(0, 2**64 - 1), max_size=200))
def test_finds_are_read_back_from_their_pieces(keys: list[int]) -> None:
    finds = sorted(find(key, AT, 5) for key in keys)
    kept = list(spans.pieces(finds))
    assert [one for _, piece in kept for one in spans.finds_in(piece)] == finds
    assert all(first == spans.finds_in(piece)[0] for first, piece in kept)
    assert all(len(piece) <= 24 * spans.PIECE_FINDS for _, piece in kept)


def test_somebody_with_many_entries_is_found_through_all_pieces_in_a_span_of_time(db: Database, signer: Signer) -> None:
    for batch in range(300):
        make.append(db, batch, 1, at=AT + batch)
    while make.seal(db, signer) is not None:
        pass
    with db.transaction(reading=True) as tx:
        actor = "institution:1312345678"
        assert [one.at for one in audit.entries_of(tx, actor=actor, limit=1000)] == [
            AT + at for at in range(299, -1, -1)
        ]
        some = audit.entries_of(tx, actor=actor, since=Moment(AT + 7), until=Moment(AT + 291), limit=1000)
        assert [one.at for one in some] == [AT + at for at in range(290, 6, -1)]
        assert audit.entries_of(tx, actor="institution:1312345679", limit=1000) == []


def test_a_run_knows_its_parent_and_its_children() -> None:
    for span in (0, 5, 255, 256, (1 << 56) | 77, (2 << 56) | 1023):
        assert span in spans.children(spans.parent(span))
        assert len(spans.children(spans.parent(span))) == 16


@pytest.mark.parametrize("forged", [{"actor": 7}, {"subject": "x"}, {"at": None}, {"actor": None}])
def test_ruins_in_the_tail_do_not_stop_the_sealing(
    db: Database, ring: KeyRing, signer: Signer, forged: dict[str, object]
) -> None:
    make.append(db, 1, 3)
    make.append(db, 2, 3, at=AT + 1)
    with db.transaction() as tx:
        make.rewritten(1, 1, **forged)(tx)
    assert make.seal(db, signer) is not None
    with db.transaction(reading=True) as tx:
        assert [one.batch for one in audit.entries_of(tx, subject=4711)] == [2, 2, 2]
        report = audit.verify(tx, keys=audit.public_keys(ring.public_jwks()["keys"]))
    assert [(one.problem, one.place.batch, one.place.seq) for one in report.breaks] == [(Problem.ENTRY_ALTERED, 1, 1)]
