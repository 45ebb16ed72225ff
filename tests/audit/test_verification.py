"""Every way of tampering that is known, and the place at which each is found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from onshi import audit
from onshi.audit import Head, Problem, Report, Signer, rules, store, verification
from onshi.audit.digests import entry_digest
from onshi.audit.model import Block
from onshi.audit.problems import PROBLEM_TEXTS, Break, Place
from onshi.audit.signing import PublicKey
from onshi.db import Database, Tx, metadata
from onshi.kernel import Moment
from onshi.outside import KeyRing

from . import make
from .make import AT

Found = tuple[Problem, int | None, int | None, int | None, int]
Change = str | Callable[[Tx], None]
ZEROS = {"value": bytes(32)}


@pytest.fixture
def keys(ring: KeyRing) -> dict[str, PublicKey]:
    return audit.public_keys(ring.public_jwks()["keys"])


@pytest.fixture
def log(db: Database, signer: Signer) -> Database:
    make.sealed_log(db, signer)
    return db


def change(db: Database, *changes: Change, **values: object) -> None:
    """SQL, or a forger of packed entries."""
    with db.transaction() as tx:
        for one in changes:
            if isinstance(one, str):
                tx.execute(text(one), {name: value for name, value in values.items() if f":{name}" in one})
            else:
                one(tx)


def report(db: Database, keys: Mapping[str, PublicKey], heads: Sequence[Head] = ()) -> Report:
    with db.transaction(reading=True) as tx:
        return audit.verify(tx, keys=keys, heads=heads)


def found(report: Report) -> list[Found]:
    return [(b.problem, b.place.block, b.place.batch, b.place.seq, b.count) for b in report.breaks]


def all_heads(db: Database) -> list[Head]:
    with db.transaction(reading=True) as tx:
        return [rules.head_of(block) for block in store.blocks(tx)]


def test_an_untouched_log_is_sound_and_names_its_tail(log: Database, keys: dict[str, PublicKey]) -> None:
    heads = all_heads(log)
    assert report(log, keys, heads) == Report(
        blocks=3,
        batches=7,
        entries=33,
        breaks=(),
        breaks_found=0,
        tail_batches=1,
        tail_entries=3,
        tail_since=Moment(AT + 9_000_000),
        head=heads[-1],
    )


def test_an_empty_log_is_sound(db: Database, keys: dict[str, PublicKey]) -> None:
    assert report(db, keys) == Report(0, 0, 0, (), 0, 0, 0, None, None)


BATCH = "UPDATE audit_batches SET {} WHERE batch = 22"
TAIL_BATCH = "UPDATE audit_batches SET {} WHERE batch = 41"
BLOCK = "UPDATE audit_blocks SET {} WHERE number = 2"
ALTERED_ENTRY: list[Found] = [(Problem.ENTRY_ALTERED, 1, 12, 2, 1)]
ALTERED_BATCH: list[Found] = [(Problem.BATCH_ALTERED, 2, 22, None, 1)]
ALTERED_BLOCK: list[Found] = [(Problem.BLOCK_ALTERED, 2, None, None, 1)]


@pytest.mark.parametrize(
    "forged",
    [
        {"at": AT},
        {"actor": "institution:1312345679"},
        {"action": "login"},
        {"action": "no such act"},
        {"subject": 4712},
        {"subject": None},
        {"object": "coverage:3"},
        {"object": None},
        {"outcome": "lost"},
        {"outcome": None},
        {"leaf": bytes(32)},
        {"digest": bytes(32)},
        {"at": "then"},
        {"subject": b"\xff"},
        {"actor": 7},
        {"leaf": "x"},
        {"digest": None},
        {"outcome": ["lost"]},
    ],
)
def test_each_value_of_an_entry_is_guarded(
    log: Database, keys: dict[str, PublicKey], forged: dict[str, object]
) -> None:
    change(log, make.rewritten(12, 2, **forged))
    assert found(report(log, keys)) == ALTERED_ENTRY


@pytest.mark.parametrize("packed", [b"", b"\xc1", b"\x01", msgspec.msgpack.encode([[1, 2], "x", {"seq": 2}])])
def test_ruins_of_a_batch_are_missing_entries(log: Database, keys: dict[str, PublicKey], packed: bytes) -> None:
    change(log, "UPDATE audit_entries SET packed = :value WHERE batch = 12", value=packed)
    assert found(report(log, keys)) == [(Problem.ENTRY_MISSING, 1, 12, 0, 5)]


def test_an_entry_whose_place_is_no_number_was_moved(log: Database, keys: dict[str, PublicKey]) -> None:
    change(log, make.rewritten(12, 2, seq="two"))
    assert found(report(log, keys)) == [
        (Problem.ENTRY_REORDERED, 1, 12, None, 1),
        (Problem.ENTRY_MISSING, 1, 12, 2, 1),
    ]


@pytest.mark.parametrize(
    ("assignment", "breaks"),
    [
        ("at = at + 1", ALTERED_BATCH),
        ("root = :value", ALTERED_BATCH),
        ("entries = entries + 1", ALTERED_BATCH),
        ("entries = entries - 1", ALTERED_BATCH),
        (
            "batch = 99",
            [
                (Problem.BATCH_MISSING, 2, 22, None, 1),
                (Problem.BATCH_EXTRA, 2, 99, None, 1),
                (Problem.ENTRIES_WITHOUT_BATCH, None, 22, None, 5),
            ],
        ),
        ("block = 1", [(Problem.BATCH_EXTRA, 1, 22, None, 1), (Problem.BATCH_MOVED, 2, 22, None, 1)]),
        ("block = NULL", [(Problem.BATCH_MOVED, 2, 22, None, 1)]),
        (
            "block = 8",
            [(Problem.BATCH_MOVED, 2, 22, None, 1), (Problem.BATCHES_WITHOUT_BLOCK, 8, None, None, 1)],
        ),
    ],
)
def test_each_column_of_a_batch_is_guarded(
    log: Database, keys: dict[str, PublicKey], assignment: str, breaks: list[Found]
) -> None:
    change(log, BATCH.format(assignment), value=bytes(32))
    assert found(report(log, keys)) == breaks


@pytest.mark.parametrize(
    ("assignment", "breaks"),
    [
        ("at = at + 1", ALTERED_BLOCK),
        ("previous = :value", ALTERED_BLOCK),
        ("batches = batches + 1", ALTERED_BLOCK),
        ("entries = entries - 1", ALTERED_BLOCK),
        ("root = :value", ALTERED_BLOCK),
        ("members = :value", ALTERED_BLOCK),
        ("kid = 'another'", ALTERED_BLOCK),
        ("hash = :value", [*ALTERED_BLOCK, (Problem.CHAIN_BROKEN, 3, None, None, 1)]),
        ("signature = :value", [(Problem.SIGNATURE_WRONG, 2, None, None, 1)]),
    ],
)
def test_each_column_of_a_block_is_guarded(
    log: Database, keys: dict[str, PublicKey], assignment: str, breaks: list[Found]
) -> None:
    change(log, BLOCK.format(assignment), value=b"\x01" * 32)
    assert found(report(log, keys)) == breaks


def test_a_block_given_another_number_is_missing_and_altered(log: Database, keys: dict[str, PublicKey]) -> None:
    change(log, BLOCK.format("number = 5"))
    assert found(report(log, keys)) == [
        (Problem.BLOCK_MISSING, 2, None, None, 1),
        (Problem.BLOCK_MISSING, 4, None, None, 1),
        (Problem.BLOCK_ALTERED, 5, None, None, 1),
        (Problem.BATCH_MOVED, 5, 21, None, 1),
        (Problem.BATCH_MOVED, 5, 22, None, 1),
        (Problem.BATCH_MOVED, 5, 23, None, 1),
    ]


@dataclass(frozen=True)
class Case:
    """What somebody does to the log, and what is found of it."""

    changes: tuple[Change, ...]
    breaks: list[Found]


CASES = {
    "an entry is dropped": Case((make.dropped(12, 2),), [(Problem.ENTRY_MISSING, 1, 12, 2, 1)]),
    "the last entry is dropped": Case((make.dropped(12, 4),), [(Problem.ENTRY_MISSING, 1, 12, 4, 1)]),
    "several entries are dropped": Case(
        (make.dropped(12, 0, 2, 3),),
        [(Problem.ENTRY_MISSING, 1, 12, 0, 1), (Problem.ENTRY_MISSING, 1, 12, 2, 2)],
    ),
    "all entries of a batch are dropped": Case(
        ("DELETE FROM audit_entries WHERE batch = 12",), [(Problem.ENTRY_MISSING, 1, 12, 0, 5)]
    ),
    "an entry is dropped from the tail": Case((make.dropped(41, 1),), [(Problem.ENTRY_MISSING, None, 41, 1, 1)]),
    "an entry is dropped and its batch counts one less": Case(
        (make.dropped(22, 4), BATCH.format("entries = 4")),
        [(Problem.BATCH_ALTERED, 2, 22, None, 1)],
    ),
    "two entries are swapped": Case(
        (make.swapped(12, 1, 3),),
        [(Problem.ENTRY_REORDERED, 1, 12, 1, 1), (Problem.ENTRY_REORDERED, 1, 12, 3, 1)],
    ),
    "an entry is moved to the end": Case(
        (make.rewritten(12, 2, seq=7),), [(Problem.ENTRY_REORDERED, 1, 12, 7, 1), (Problem.ENTRY_MISSING, 1, 12, 2, 1)]
    ),
    "an entry is moved to another batch": Case(
        (make.moved(12, 2, to=31, place=5),),
        [(Problem.ENTRY_MISSING, 1, 12, 2, 1), (Problem.ENTRY_ALTERED, 3, 31, 5, 1)],
    ),
    "entries are given to a batch that never was": Case(
        ("UPDATE audit_entries SET batch = 99 WHERE batch = 12",),
        [(Problem.ENTRY_MISSING, 1, 12, 0, 5), (Problem.ENTRIES_WITHOUT_BATCH, None, 99, None, 5)],
    ),
    "a batch is dropped with its entries": Case(
        ("DELETE FROM audit_entries WHERE batch = 22", "DELETE FROM audit_batches WHERE batch = 22"),
        [(Problem.BATCH_MISSING, 2, 22, None, 1)],
    ),
    "only the row of a batch is dropped": Case(
        ("DELETE FROM audit_batches WHERE batch = 22",),
        [(Problem.BATCH_MISSING, 2, 22, None, 1), (Problem.ENTRIES_WITHOUT_BATCH, None, 22, None, 5)],
    ),
    "batches are exchanged between blocks": Case(
        (
            "UPDATE audit_batches SET block = 2 WHERE batch = 11",
            "UPDATE audit_batches SET block = 1 WHERE batch = 22",
        ),
        [
            (Problem.BATCH_MOVED, 1, 11, None, 1),
            (Problem.BATCH_EXTRA, 1, 22, None, 1),
            (Problem.BATCH_MOVED, 2, 22, None, 1),
            (Problem.BATCH_EXTRA, 2, 11, None, 1),
        ],
    ),
    "a tail batch is slipped into a block": Case(
        (TAIL_BATCH.format("block = 2"),), [(Problem.BATCH_EXTRA, 2, 41, None, 1)]
    ),
    "the tail counts one more": Case((TAIL_BATCH.format("entries = 4"),), [(Problem.BATCH_ALTERED, None, 41, None, 1)]),
    "the tail counts one less": Case((TAIL_BATCH.format("entries = 2"),), [(Problem.BATCH_ALTERED, None, 41, None, 1)]),
    "the tail has another moment": Case(
        (TAIL_BATCH.format("at = at - 1"),), [(Problem.BATCH_ALTERED, None, 41, None, 1)]
    ),
    "an entry of the tail is altered": Case(
        (make.rewritten(41, 2, outcome="lost"),), [(Problem.ENTRY_ALTERED, None, 41, 2, 1)]
    ),
    "a block is dropped from the middle": Case(
        ("DELETE FROM audit_blocks WHERE number = 2",), [(Problem.BLOCK_MISSING, 2, None, None, 1)]
    ),
    "the first block is dropped": Case(
        ("DELETE FROM audit_blocks WHERE number = 1",), [(Problem.BLOCK_MISSING, 1, None, None, 1)]
    ),
    "the last block is dropped": Case(
        ("DELETE FROM audit_blocks WHERE number = 3",),
        [(Problem.TRUNCATED, 3, None, None, 1), (Problem.BATCHES_WITHOUT_BLOCK, 3, None, None, 1)],
    ),
    "the last two blocks are cut off with all that was in them": Case(
        (
            "DELETE FROM audit_entries WHERE batch > 20",
            "DELETE FROM audit_batches WHERE batch > 20",
            "DELETE FROM audit_blocks WHERE number > 1",
        ),
        [(Problem.TRUNCATED, 2, None, None, 2)],
    ),
    "everything is gone": Case(
        ("DELETE FROM audit_entries", "DELETE FROM audit_batches", "DELETE FROM audit_blocks"),
        [(Problem.TRUNCATED, 1, None, None, 3)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_tampering_is_found_at_its_place(log: Database, keys: dict[str, PublicKey], name: str) -> None:
    heads = all_heads(log)
    change(log, *CASES[name].changes)
    assert found(report(log, keys, heads)) == CASES[name].breaks


def test_an_entry_rewritten_with_its_digest_is_found_in_its_batch(log: Database, keys: dict[str, PublicKey]) -> None:
    for batch, at in ((12, AT + 1_000_001), (41, AT + 9_000_000)):
        forged = make.entry(2, object="coverage:2", outcome="lost")
        digest = entry_digest(batch, 2, Moment(at), forged)
        change(log, make.rewritten(batch, 2, outcome="lost", digest=digest))
    assert found(report(log, keys)) == [
        (Problem.ENTRIES_REPLACED, 1, 12, None, 1),
        (Problem.ENTRIES_REPLACED, None, 41, None, 1),
    ]


def test_an_entry_added_with_a_right_digest_is_named(log: Database, keys: dict[str, PublicKey]) -> None:
    added = make.entry(9)
    values = {**{name: getattr(added, name) for name in added.__struct_fields__}, "action": "check"}
    at = Moment(AT + 1_000_001)
    row = {"seq": 5, "at": at, **values, "digest": entry_digest(12, 5, at, added)}
    change(log, lambda tx: make.forge(tx, 12, lambda rows: [*rows, row]))
    assert found(report(log, keys)) == [(Problem.ENTRY_EXTRA, 1, 12, 5, 1)]


class Impostor:
    """Signs with one key in the name of another."""

    def __init__(self, signer: Signer, kid: str) -> None:
        self._signer = signer
        self.kid = kid

    def sign(self, data: bytes) -> bytes:
        return self._signer.sign(data)


def forged_again(db: Database, number: int, signer: Signer, *, at: int) -> None:
    """Block `number` sealed once more by `signer`, with another moment, in place of the true one."""
    with db.transaction() as tx:
        chain = list(store.blocks(tx))
        before = rules.head_of(chain[number - 2]) if number > 1 else None
        members = sorted(store.batches_of_block(tx, number).values(), key=lambda batch: (batch.at, batch.batch))
        block: Block = rules.next_block(before, members, at=Moment(at), signer=signer)
        columns = ", ".join(f"{name} = :{name}" for name in asdict(block))
        tx.execute(text(f"UPDATE audit_blocks SET {columns} WHERE number = :number"), asdict(block))


def test_a_block_forged_with_a_key_of_their_own(log: Database, keys: dict[str, PublicKey], tmp_path: Path) -> None:
    stranger = KeyRing.create(tmp_path / "theirs", at=Moment(0)).signer()
    forged_again(log, 2, stranger, at=AT)
    assert found(report(log, keys)) == [
        (Problem.KEY_UNKNOWN, 2, None, None, 1),
        (Problem.CHAIN_BROKEN, 3, None, None, 1),
    ]


def test_a_block_forged_in_the_name_of_our_key(
    log: Database, keys: dict[str, PublicKey], signer: Signer, tmp_path: Path
) -> None:
    stranger = KeyRing.create(tmp_path / "theirs", at=Moment(0)).signer()
    forged_again(log, 3, Impostor(stranger, signer.kid), at=AT)
    assert found(report(log, keys)) == [(Problem.SIGNATURE_WRONG, 3, None, None, 1)]


def test_a_last_block_signed_anew_with_our_key_differs_from_the_noted_head(
    log: Database, keys: dict[str, PublicKey], signer: Signer
) -> None:
    heads = all_heads(log)
    forged_again(log, 3, signer, at=AT)
    assert found(report(log, keys)) == []
    assert found(report(log, keys, heads)) == [(Problem.HEAD_DIFFERS, 3, None, None, 1)]


def test_a_noted_head_that_is_not_ours_is_said_and_not_believed(
    log: Database, keys: dict[str, PublicKey], signer: Signer
) -> None:
    true = all_heads(log)[-1]
    forged = replace(true, number=99)
    foreign = replace(true, number=98, kid="another")
    assert found(report(log, keys, [forged, foreign])) == [
        (Problem.HEAD_FORGED, 99, None, None, 1),
        (Problem.KEY_UNKNOWN, 98, None, None, 1),
    ]


def test_a_key_we_lost_is_said_of_every_block(log: Database) -> None:
    assert found(report(log, {})) == [(Problem.KEY_UNKNOWN, number, None, None, 1) for number in (1, 2, 3)]


def test_blocks_signed_before_a_rotation_stay_good(db: Database, tmp_path: Path) -> None:
    ring = KeyRing.create(tmp_path / "keys", at=AT)
    make.append(db, 1, 2)
    make.seal(db, ring.signer())
    ring.rotate(at=Moment(AT + 5))
    make.append(db, 2, 2)
    make.seal(db, ring.signer())
    result = report(db, audit.public_keys(ring.public_jwks()["keys"]))
    assert (result.sound, result.blocks) == (True, 2)


def test_a_log_of_ruins_is_counted_whole_and_listed_in_part(db: Database, keys: dict[str, PublicKey]) -> None:
    make.append(db, 1, 1_200)
    change(db, make.rewritten(1, outcome="lost"))
    result = report(db, keys)
    assert (result.sound, result.breaks_found, len(result.breaks)) == (False, 1_200, 1_000)
    assert result.breaks[-1] == Break(Place(None, 1, 999), Problem.ENTRY_ALTERED)


def test_an_entry_is_named_as_people_know_it() -> None:
    assert Place(1, 12, 2).check_id == audit.shown_check_id(12, 2)
    assert (Place(1, 12).check_id, Place(1).check_id) == (None, None)


def test_every_problem_has_words_in_both_languages() -> None:
    assert list(PROBLEM_TEXTS) == list(Problem)
    texts = [Break(Place(), problem).text(language) for problem in Problem for language in ("ja", "en")]
    assert len(set(texts)) == 2 * len(Problem)


def test_a_long_log_is_read_in_parts_with_the_same_result(
    db: Database, signer: Signer, keys: dict[str, PublicKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_ENTRIES_AT_ONCE", 5)
    monkeypatch.setattr(verification, "_BATCHES_AT_ONCE", 3)
    monkeypatch.setattr(store, "_IDS_AT_ONCE", 2)
    for block in range(35):
        for batch in range(4):
            make.append(db, block * 10 + batch, batch + 1, at=AT + block)
        make.seal(db, signer)
    for batch in range(1_000, 1_007):
        make.append(db, batch, 1, at=AT + batch)
    sound = report(db, keys)
    assert (sound.sound, sound.blocks, sound.batches, sound.entries) == (True, 35, 147, 357)
    assert (sound.tail_batches, sound.tail_entries, sound.tail_since) == (7, 7, AT + 1_000)
    change(
        db,
        "UPDATE audit_batches SET block = 1 WHERE block = 20",
        make.rewritten(1_006, outcome="lost"),
        make.rewritten(343, 3, outcome="lost"),
    )
    assert found(report(db, keys)) == [
        *[(Problem.BATCH_EXTRA, 1, batch, None, 1) for batch in (190, 191, 192, 193)],
        *[(Problem.BATCH_MOVED, 20, batch, None, 1) for batch in (190, 191, 192, 193)],
        (Problem.ENTRY_ALTERED, 35, 343, 3, 1),
        (Problem.ENTRY_ALTERED, None, 1006, 0, 1),
    ]


@pytest.mark.parametrize(
    ("statement", "breaks"),
    [
        (BLOCK.format("batches = 'many'"), ALTERED_BLOCK),
        (BLOCK.format("kid = x'ff'"), ALTERED_BLOCK),
        (BATCH.format("root = 'x'"), ALTERED_BATCH),
        (BATCH.format("at = 'then'"), ALTERED_BATCH),
    ],
)
def test_what_no_column_of_ours_ever_held_is_an_altered_block_or_batch(
    tmp_path: Path, signer: Signer, keys: dict[str, PublicKey], statement: str, breaks: list[Found]
) -> None:
    db = Database(f"sqlite:///{tmp_path / 'forged.db'}")
    metadata.create_all(
        db.engine, [store.entries_table, store.finds_table, store.spans_table, store.batches_table, store.blocks_table]
    )
    make.sealed_log(db, signer)
    change(db, statement)
    assert found(report(db, keys)) == breaks
    db.close()
