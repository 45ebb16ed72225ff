"""Check ids survive being read aloud, and never silently become another one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.audit import parse_check_id, shown_check_id, shown_check_ids

BATCHES = st.integers(0, 2**63 - 1)
SEQS = st.integers(0, 2**30 - 1) | st.integers(0, 70)


@pytest.mark.parametrize(
    ("batch", "seq", "shown"),
    [
        (0, 0, "0000000000000-0000"),
        (0, 1, "0000000000000-0101"),
        (0, 1024, "0000000000000-010003"),
        (2**63 - 1, 2**30 - 1, "7ZZZZZZZZZZZZ-ZZZZZZ75"),
    ],
)
def test_written_like_this(batch: int, seq: int, shown: str) -> None:
    assert shown_check_id(batch, seq) == shown


@given(BATCHES, SEQS)
def test_read_back_as_written_in_either_case(batch: int, seq: int) -> None:
    shown = shown_check_id(batch, seq)
    assert [parse_check_id(text) for text in (shown, shown.lower(), f" {shown} ", shown.replace("-", ""))] == [
        (batch, seq)
    ] * 4


def test_misread_letters_are_the_digits_they_look_like() -> None:
    assert parse_check_id("OOOOOOOOOOOOO-OIOL") == (0, 1)


@given(BATCHES, st.integers(0, 1100))
def test_many_at_once_are_the_same(batch: int, count: int) -> None:
    assert shown_check_ids(batch, count) == [shown_check_id(batch, seq) for seq in range(count)]


@given(BATCHES, SEQS, st.data())
def test_one_wrong_sign_always_shows(batch: int, seq: int, data: st.DataObject) -> None:
    signs = shown_check_id(batch, seq).replace("-", "")
    place = data.draw(st.integers(0, len(signs) - 1))
    wrong = data.draw(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ").filter(lambda sign: sign != signs[place]))
    with pytest.raises(ValueError, match="check"):
        parse_check_id(signs[:place] + wrong + signs[place + 1 :])


@given(BATCHES, SEQS, st.data())
def test_two_neighbours_swapped_always_show(batch: int, seq: int, data: st.DataObject) -> None:
    signs = shown_check_id(batch, seq).replace("-", "")
    place = data.draw(st.integers(0, len(signs) - 2))
    swapped = signs[:place] + signs[place + 1] + signs[place] + signs[place + 2 :]
    if swapped != signs:
        with pytest.raises(ValueError, match="check"):
            parse_check_id(swapped)


@pytest.mark.parametrize(
    "text", ["", "7ZK3", "0000000000000-00U0", "0000000000000-000", "0000000000000-000000000", "あ"]
)
def test_other_texts_are_no_check_ids(text: str) -> None:
    with pytest.raises(ValueError, match="check id"):
        parse_check_id(text)


@pytest.mark.parametrize(("batch", "seq"), [(-1, 0), (2**63, 0), (0, -1), (0, 2**30)])
def test_numbers_out_of_range_are_not_shown(batch: int, seq: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        shown_check_id(batch, seq)
