"""What a nonce is good for, and that each reason it is not has its own name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.kernel import Moment
from onshi.presence.model import Bound, Mode, Outcome, Purpose
from onshi.presence.nonces import LIFE, make_nonce, read_nonce

SECRET = bytes(range(32))
RANDOM = bytes(range(16))
NOON = Moment(1_700_000_000_000_000)
DESK = Bound("institution:1312345678", "desk-1", Purpose.CHECK, Mode.PIN)


@pytest.mark.parametrize(
    ("bound", "later", "reason"),
    [
        (DESK, 0, None),  # at once
        (DESK, LIFE - 1, None),  # the last moment
        (DESK, LIFE, Outcome.NONCE_EXPIRED),
        (Bound("institution:1319999999", "desk-1", Purpose.CHECK, Mode.PIN), 0, Outcome.NONCE_OF_ANOTHER),
        (Bound("institution:1312345678", "desk-2", Purpose.CHECK, Mode.PIN), 0, Outcome.NONCE_OF_ANOTHER),
        (Bound("institution:1312345678", "desk-1", Purpose.REGISTER, Mode.PIN), 0, Outcome.NONCE_OF_ANOTHER),
        (Bound("institution:1312345678", "desk-1", Purpose.CHECK, Mode.FACE), 0, Outcome.NONCE_OF_ANOTHER),
        # Fields are told apart by their lengths and not by where they happen to meet.
        (Bound("institution:1312345678d", "esk-1", Purpose.CHECK, Mode.PIN), 0, Outcome.NONCE_OF_ANOTHER),
    ],
)
def test_a_nonce_is_good_for_what_it_was_made_for(bound: Bound, later: int, reason: Outcome | None) -> None:
    nonce = make_nonce(SECRET, DESK, at=NOON, random=RANDOM)
    assert read_nonce(SECRET, nonce.value, bound, at=Moment(NOON + later)).refusal == reason


def test_a_nonce_says_when_it_ends_and_what_it_is_called() -> None:
    nonce = make_nonce(SECRET, DESK, at=NOON, random=RANDOM)
    read = read_nonce(SECRET, nonce.value, DESK, at=NOON)
    assert (read.id, read.expires_at) == (RANDOM, nonce.expires_at)
    assert nonce.expires_at == NOON + LIFE


def test_a_nonce_of_another_server_is_malformed() -> None:
    nonce = make_nonce(bytes(32), DESK, at=NOON, random=RANDOM)
    assert read_nonce(SECRET, nonce.value, DESK, at=NOON).refusal == Outcome.NONCE_MALFORMED


@given(place=st.integers(0, 47), bit=st.integers(0, 7))
def test_one_wrong_bit_makes_it_malformed(place: int, bit: int) -> None:
    value = bytearray(make_nonce(SECRET, DESK, at=NOON, random=RANDOM).value)
    value[place] ^= 1 << bit
    assert read_nonce(SECRET, bytes(value), DESK, at=NOON).refusal == Outcome.NONCE_MALFORMED


@given(st.binary(max_size=100))
def test_bytes_of_any_kind_are_malformed(value: bytes) -> None:
    assert read_nonce(SECRET, value, DESK, at=NOON).refusal == Outcome.NONCE_MALFORMED
