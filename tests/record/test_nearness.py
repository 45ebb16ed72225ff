"""Municipalities near another: across prefectures, the nearest first, each way the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi import record

TOWNS = st.sampled_from([one.code for one in record.towns()])
CHIYODA, CHUO, ICHIKAWA, OGASAWARA = "131016", "131024", "122033", "134210"


def found(code: str, km: float) -> dict[str, float]:
    return {one.area.code: one.km for one in record.near(code, km)}


def test_near_is_near_and_the_border_of_a_prefecture_does_not_matter() -> None:
    near = found(CHIYODA, 20)
    assert list(near)[0] == CHIYODA
    assert 1 < near[CHUO] < 5
    assert {code[:2] for code in near} == {"11", "12", "13", "14"}
    assert ICHIKAWA in near
    assert OGASAWARA not in found(CHIYODA, 900), "more than a thousand kilometres away"
    assert 1_100 < found(CHIYODA, 2000)[OGASAWARA] < 1_300


@pytest.mark.parametrize("code", ["13", "00", "999999"])
def test_a_place_that_is_no_municipality_has_no_neighbours(code: str) -> None:
    with pytest.raises(record.errors.UnknownArea):
        record.near(code, 20)


@given(TOWNS, st.sampled_from([5, 10, 30]))
def test_it_is_near_both_ways_itself_first_and_in_order(code: str, km: int) -> None:
    near = record.near(code, km)
    assert (near[0].area.code, near[0].km) == (code, 0)
    assert [one.km for one in near] == sorted(one.km for one in near)
    for one in near[1:3]:
        assert found(one.area.code, km)[code] == one.km
