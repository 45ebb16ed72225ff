"""Writing entries, reading them back, and the digests over them."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from onshi import audit
from onshi.audit import Action, Entry, Recorded
from onshi.audit.digests import block_hash, entry_digest, members_of, packed_members
from onshi.audit.errors import EntryUnreadable, HeadsUnreadable, TooManyEntries
from onshi.audit.model import Block, Head
from onshi.audit.service import BATCH_LIMIT
from onshi.db import Database, Tx
from onshi.kernel import Moment

from . import make
from .make import AT


@pytest.mark.parametrize("count", [1, 2, 64, 500])
def test_what_is_appended_is_read_back(tx: Tx, count: int) -> None:
    written = [
        make.entry(number, subject=None if number % 2 else number - 7, object=f"件:{number}" if number % 3 else None)
        for number in range(count)
    ]
    audit.append(tx, 2**63 - 1, written, at=AT)
    assert [audit.entry(tx, 2**63 - 1, seq) for seq in range(count)] == [
        Recorded(2**63 - 1, seq, AT, entry, entry_digest(2**63 - 1, seq, AT, entry))
        for seq, entry in enumerate(written)
    ]
    assert audit.entry(tx, 2**63 - 1, count) is None


def test_absent_columns_stay_absent(tx: Tx) -> None:
    bare = [make.entry(subject=None, outcome=None, object=None)] * 2
    audit.append(tx, 5, bare, at=AT)
    found = audit.entry(tx, 5, 1)
    assert found is not None and found.entry == bare[1]


def test_no_entries_write_nothing(tx: Tx) -> None:
    audit.append(tx, 5, [], at=AT)
    assert tx.execute(text("SELECT count(*) FROM audit_batches")).scalar() == 0


def test_a_batch_has_a_limit(tx: Tx) -> None:
    with pytest.raises(TooManyEntries) as refusal:
        audit.append(tx, 5, [make.entry()] * (BATCH_LIMIT + 1), at=AT)
    assert refusal.value.facts == {"limit": BATCH_LIMIT, "count": BATCH_LIMIT + 1}


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_leaf_has_32_bytes(tx: Tx, size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        audit.append(tx, 5, [Entry("local:cli", Action.LOAD, "ok", bytes(size))], at=AT)


def test_a_batch_id_is_used_once(db: Database) -> None:
    make.append(db, 5, 2)
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        make.append(db, 5, 2)
    with db.transaction(reading=True) as tx:
        assert [audit.entry(tx, 5, seq) is not None for seq in range(3)] == [True, True, False]


def test_a_transaction_that_fails_leaves_no_entry(db: Database) -> None:
    with pytest.raises(LookupError), db.transaction(appending=True) as tx:
        audit.append(tx, 5, [make.entry()], at=AT)
        raise LookupError
    with db.transaction(reading=True) as tx:
        assert audit.entry(tx, 5, 0) is None


def test_pages_show_the_newest_first_and_what_was_asked_for(tx: Tx) -> None:
    hospital, insurer = "institution:1312345678", "insurer:06123456"
    audit.append(tx, 1, [make.entry(0, subject=1), make.entry(1, subject=2)], at=AT)
    audit.append(tx, 2, [make.entry(2, actor=insurer, action=Action.LOAD, subject=1)], at=Moment(AT + 10))
    audit.append(tx, 3, [make.entry(3, actor=hospital, subject=1)], at=Moment(AT + 20))

    def places(found: list[Recorded]) -> list[tuple[int, int]]:
        return [(one.batch, one.seq) for one in found]

    assert places(audit.entries_of(tx, subject=1)) == [(3, 0), (2, 0), (1, 0)]
    assert places(audit.entries_of(tx, subject=2)) == [(1, 1)]
    assert places(audit.entries_of(tx, subject=3)) == []
    assert places(audit.entries_of(tx, actor=hospital)) == [(3, 0), (1, 0), (1, 1)]
    assert places(audit.entries_of(tx, subject=1, action=Action.LOAD)) == [(2, 0)]
    assert places(audit.entries_of(tx, since=Moment(AT + 10), until=Moment(AT + 20))) == [(2, 0)]
    assert places(audit.entries_of(tx, subject=1, limit=1)) == [(3, 0)]


def test_an_action_nobody_knows_is_refused_by_name(tx: Tx) -> None:
    audit.append(tx, 5, [make.entry()], at=AT)
    make.rewritten(5, action="cheque")(tx)
    with pytest.raises(EntryUnreadable) as refusal:
        audit.entry(tx, 5, 0)
    assert refusal.value.facts == {"check_id": audit.shown_check_id(5, 0)}


ENTRIES = st.builds(
    Entry,
    actor=st.text(st.characters(codec="utf-8"), max_size=20),
    action=st.sampled_from(Action),
    outcome=st.none() | st.text(st.characters(codec="utf-8"), max_size=10),
    leaf=st.binary(min_size=32, max_size=32),
    subject=st.none() | st.integers(-(2**63), 2**63 - 1),
    object=st.none() | st.text(st.characters(codec="utf-8"), max_size=10),
)
PLACES = st.tuples(st.integers(0, 2**63 - 1), st.integers(0, 2**31 - 1), st.integers(0, 2**62))


@given(PLACES, ENTRIES, PLACES, ENTRIES)
def test_digests_are_equal_only_for_equal_entries(
    place: tuple[int, int, int], entry: Entry, other_place: tuple[int, int, int], other: Entry
) -> None:
    def digest(where: tuple[int, int, int], what: Entry) -> bytes:
        return entry_digest(where[0], where[1], Moment(where[2]), what)

    same = (place, entry) == (other_place, other)
    assert (digest(place, entry) == digest(other_place, other)) is same
    # One thing changed at a time: the case that a careless encoding would miss.
    for name in Entry.__struct_fields__:
        mixed = msgspec.structs.replace(entry, **{name: getattr(other, name)})
        assert (digest(place, mixed) == digest(place, entry)) is (mixed == entry)


def test_texts_that_run_together_do_not() -> None:
    left = Entry("ab", Action.CHECK, "c", bytes(32), None, "d")
    right = Entry("a", Action.CHECK, "dc", bytes(32), None, "b")
    assert entry_digest(1, 0, AT, left) != entry_digest(1, 0, AT, right)


def test_a_text_too_long_for_the_log_is_refused(tx: Tx) -> None:
    with pytest.raises(ValueError, match="65,534 bytes"):
        audit.append(tx, 5, [make.entry(actor="x" * 65_535)], at=AT)


def test_the_digest_of_an_entry_never_changes() -> None:
    """Golden: a change here makes every log written so far fail its verification."""
    assert (
        entry_digest(1, 2, AT, make.entry(3, object="coverage:9")).hex()
        == "35e988a9c40dfd8d76b833ec1cbcb1062a6b45cdc27f2dcbcc68f848881e562e"
    )


def test_the_hash_of_a_block_never_changes() -> None:
    block = Block(7, AT, bytes(32), 2, 9, bytes(range(32)), b"", "kid", b"", b"")
    assert block_hash(block).hex() == "94e4be1ad998724dee6d6257645dd12a0a6ae4178b2f0c1e5190d132a69e20b0"
    assert block_hash(replace(block, members=b"x", signature=b"y", hash=b"z")) == block_hash(block)


@given(st.lists(st.tuples(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32)), max_size=5))
def test_members_are_read_back(members: list[tuple[int, bytes]]) -> None:
    assert members_of(packed_members(members)) == members
    assert members_of(packed_members(members) + b"half") == members


HEAD = Head(3, bytes(range(32)), AT, "kid", bytes(64))


def test_heads_are_read_back_from_their_lines() -> None:
    lines = audit.heads_line(HEAD) + "\n" + audit.heads_line(replace(HEAD, number=4))
    assert audit.parse_heads(lines) == [HEAD, replace(HEAD, number=4)]


def test_a_line_cut_off_at_the_end_of_the_file_is_left_out() -> None:
    assert audit.parse_heads(audit.heads_line(HEAD) + audit.heads_line(HEAD)[:40]) == [HEAD]


@pytest.mark.parametrize("line", ["{}", "x", '{"number":1,"hash":"_","at":1,"kid":"k","signature":""}'])
def test_a_damaged_line_is_named(line: str) -> None:
    with pytest.raises(HeadsUnreadable) as refusal:
        audit.parse_heads(audit.heads_line(HEAD) + line + "\n")
    assert refusal.value.facts == {"line": 2}
