"""Pure decisions of the registry that no story reaches alone."""

from hypothesis import given
from hypothesis import strategies as st

from onshi.registry.rules import side_by_side

NUMBERS = st.lists(st.integers(min_value=0, max_value=2**63 - 1), max_size=50)


@given(NUMBERS)
def test_ids_side_by_side_keep_all_but_their_leading_bits(numbers: list[int]) -> None:
    ids = side_by_side(numbers)
    assert [one % 2**51 for one in ids] == [one % 2**51 for one in numbers]
    assert {one >> 51 for one in ids} == {one >> 51 for one in numbers[:1]}
    assert all(0 <= one < 2**63 for one in ids)
