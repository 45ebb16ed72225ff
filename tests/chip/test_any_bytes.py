"""Whatever is sent in whatever order: an answer, no exception, no try won back, nothing secret told."""

import os
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from onshi import chip
from onshi.chip import CardContent, Lock, Session, new_state
from onshi.chip.model import TRIES

from . import make
from .make import AUTH_PIN, PASSWORD, TEXT_PIN, USUAL_NUMBER
from .test_commands import CODE_B, JPKI, SURFACE, TEXT

CARD = make.usual_card()
SECRETS = (AUTH_PIN, PASSWORD, TEXT_PIN, USUAL_NUMBER, CODE_B, "630409")


def key_bytes(content: CardContent) -> Iterator[bytes]:
    """Every number of every private key that nobody may learn."""
    for key in (content.auth.key, content.sign.key, content.card_key):
        assert key is not None
        numbers = key.private_numbers()
        for number in (numbers.d, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp):
            yield number.to_bytes(256).lstrip(b"\0")


PRIVATE = list(key_bytes(CARD))

select = st.sampled_from([JPKI, TEXT, SURFACE]).map(bytes.fromhex)
file_ids = st.integers(0, 0x20)
choose = file_ids.map(lambda number: bytes.fromhex(f"00A4020C02{number:04X}"))
read = st.tuples(file_ids, st.integers(0, 255)).map(lambda place: bytes((0, 0xB0, 0x80 | place[0] & 31, place[1], 0)))
references = st.one_of(st.just(0x80), file_ids.map(lambda number: 0x80 | number & 31))
guesses = st.one_of(st.binary(max_size=20), st.sampled_from(["0000", "AAAAAA", "0" * 14, "0" * 12]).map(str.encode))
known = st.sampled_from(SECRETS).map(str.encode)


def shown(secrets: st.SearchStrategy[bytes], ins: int = 0x20, p1: int = 0) -> st.SearchStrategy[bytes]:
    return st.tuples(references, secrets).map(
        lambda given: bytes((0, ins, p1, given[0])) + (bytes((len(given[1]),)) + given[1] if given[1] else b"")
    )


signing = st.tuples(st.integers(0, 7), references, st.binary(min_size=1, max_size=60)).map(
    lambda given: bytes((0x80, 0x2A, given[0], given[1], len(given[2]))) + given[2] + b"\0"
)
instructions = st.sampled_from([0x20, 0x24, 0x2A, 0x82, 0x84, 0xA2, 0xA4, 0xB0, 0xCA])
mangled = st.tuples(st.sampled_from([0x00, 0x80, 0x0C]), instructions, st.binary(max_size=320)).map(
    lambda given: bytes(given[:2]) + given[2]
)
without_secrets = st.one_of(select, choose, read, shown(guesses), signing, mangled, st.binary(max_size=320))
with_secrets = st.one_of(without_secrets, shown(known), shown(st.just(b"1111"), 0x24, 1))


@settings(deadline=None)
@given(st.lists(without_secrets, max_size=30))
def test_who_knows_nothing_learns_nothing_and_wins_no_try(commands: list[bytes]) -> None:
    memory, session = new_state(CARD), Session()
    for command in commands:
        before = memory
        memory, session, said = chip.respond(CARD, memory, session, command, os.urandom)
        assert all(memory.tries[lock] <= before.tries[lock] for lock in Lock)
        assert sum(before.tries.values()) - sum(memory.tries.values()) in (0, 1)
        assert memory.changed == {}
        raw = bytes(said)
        assert [one for one in SECRETS[3:] if one.encode() in raw] == []
        assert make.SURFACE.name.encode() not in raw
        assert session.opened == frozenset()
        assert session.is_terminal_proved is False


@settings(deadline=None)
@given(st.lists(with_secrets, max_size=30))
def test_a_counter_rises_only_by_the_right_secret(commands: list[bytes]) -> None:
    memory, session = new_state(CARD), Session()
    for command in commands:
        before, was = memory, session
        memory, session, said = chip.respond(CARD, memory, session, command, os.urandom)
        risen = {lock for lock in Lock if memory.tries[lock] > before.tries[lock]}
        assert risen <= session.opened, "whoever wins tries back has opened the lock"
        assert all(memory.tries[lock] == TRIES[lock] for lock in risen)
        assert len(risen) <= 1
        assert said.status in range(0x6300, 0x9001)
        raw = bytes(said)
        assert [one for one in PRIVATE if one in raw] == []
        may_tell = {Lock.TEXT_PIN, Lock.TEXT_CODE_A, Lock.SURFACE_CODE_A} & was.opened
        assert USUAL_NUMBER.encode() not in raw or may_tell
        assert len(raw) >= 2


def test_the_reads_can_tell_the_number_to_who_opened_it() -> None:
    """Otherwise the property above would hold for a card that tells nothing."""
    bench = make.Bench()
    bench.data(TEXT)
    bench.data("0020009104" + TEXT_PIN.encode().hex())
    assert USUAL_NUMBER.encode() in bench.data("00B0810000")
