"""The bucket of one client."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.access import Limits, RetryAfter
from onshi.kernel import Moment

from .cast import NOW, SECOND


@pytest.mark.parametrize(
    ("takes", "results"),
    [
        # rate 2 a second, burst 4; (ms after start, how many)
        ([(0, 4), (0, 1)], [None, RetryAfter(1)]),
        ([(0, 4), (500, 1), (500, 1)], [None, None, RetryAfter(1)]),
        ([(0, 4), (499, 1)], [None, RetryAfter(1)]),
        ([(0, 4), (0, 4)], [None, RetryAfter(2)]),
        ([(0, 4), (2000, 4), (2000, 1)], [None, None, RetryAfter(1)]),
        ([(0, 1), (0, 3), (0, 1)], [None, None, RetryAfter(1)]),
        # a batch larger than the burst needs a full bucket and is paid off afterwards
        ([(0, 10), (4000, 1), (4500, 1)], [None, None, None]),
        ([(0, 10), (3000, 1), (3500, 1)], [None, RetryAfter(1), None]),
        ([(0, 1), (0, 10), (500, 10)], [None, RetryAfter(1), None]),
        ([(0, 0), (0, 4)], [None, None]),
    ],
)
def test_takes(takes: list[tuple[int, int]], results: list[RetryAfter | None]) -> None:
    limits = Limits(rate=2, burst=4)
    assert [limits.take("a", n, Moment(NOW + ms * 1000)) for ms, n in takes] == results


def test_clients_do_not_share_a_bucket() -> None:
    limits = Limits(rate=1, burst=1)
    assert [limits.take(client, 1, NOW) for client in ("a", "b", "a")] == [None, None, RetryAfter(1)]


def test_a_clock_that_steps_back_takes_nothing_away() -> None:
    limits = Limits(rate=1, burst=2)
    assert limits.take("a", 1, NOW) is None
    assert limits.take("a", 1, Moment(NOW - SECOND)) == RetryAfter(1)
    assert limits.take("a", 1, NOW) is None


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (1, 0), (-1, 1)])
def test_impossible_settings_are_refused(rate: int, burst: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Limits(rate=rate, burst=burst)


tries = st.lists(st.tuples(st.integers(0, 3 * SECOND), st.integers(1, 20)), min_size=1, max_size=60)


@given(tries, st.integers(1, 50), st.integers(1, 30))
def test_never_more_than_the_burst_and_the_rate(steps: list[tuple[int, int]], rate: int, burst: int) -> None:
    limits = Limits(rate=rate, burst=burst)
    at, passed, largest = NOW, 0, 0
    for pause, n in steps:
        at = Moment(at + pause)
        if limits.take("a", n, at) is None:
            passed, largest = passed + n, max(largest, n)
    assert passed * SECOND <= max(burst, largest) * SECOND + (at - NOW) * rate + max(0, largest - burst) * SECOND


@given(tries, st.integers(1, 50), st.integers(1, 30))
def test_waiting_as_told_is_always_enough(steps: list[tuple[int, int]], rate: int, burst: int) -> None:
    limits = Limits(rate=rate, burst=burst)
    at = NOW
    for pause, n in steps:
        at = Moment(at + pause)
        if (told := limits.take("a", n, at)) is not None:
            assert told.seconds >= 1
            at = Moment(at + told.seconds * SECOND)
            assert limits.take("a", n, at) is None
