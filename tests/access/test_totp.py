"""One-time codes: the vectors of RFC 6238 and RFC 4226, single use, tolerance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.access.totp import code_of, matching_step, provisioning_uri, step_of
from onshi.kernel import Moment

from .cast import NOW, SECOND

SECRET = b"12345678901234567890"  # both RFCs use it


@pytest.mark.parametrize(
    ("seconds", "code"),
    [  # RFC 6238 appendix B, rows for SHA-1
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    assert code_of(SECRET, step_of(Moment(seconds * SECOND)), digits=8) == code


@pytest.mark.parametrize(
    ("counter", "code"),
    [(0, "755224"), (1, "287082"), (2, "359152"), (3, "969429"), (9, "520489")],  # RFC 4226 appendix D
)
def test_vectors_of_rfc_4226(counter: int, code: str) -> None:
    assert code_of(SECRET, counter) == code


@pytest.mark.parametrize(("steps_off", "found"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_differ_by_one_step(steps_off: int, found: bool) -> None:
    step = step_of(NOW) + steps_off
    assert matching_step(SECRET, code_of(SECRET, step), at=NOW, after=-1) == (step if found else None)


@given(st.integers(-1, 1), st.integers(-1, 1))
def test_a_code_and_those_before_it_work_once(used: int, tried: int) -> None:
    now = step_of(NOW)
    found = matching_step(SECRET, code_of(SECRET, now + tried), at=NOW, after=now + used)
    assert found == (now + tried if tried > used else None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 456", "\ud800"])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert matching_step(SECRET, code, at=NOW, after=-1) is None


def test_the_address_for_the_app() -> None:
    assert provisioning_uri(SECRET, "sato@見本") == (
        "otpauth://totp/onshi:sato%40%E8%A6%8B%E6%9C%AC?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=onshi"
    )
