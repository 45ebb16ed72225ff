"""Dated values, refusals and findings."""

from datetime import date

import pytest

from onshi.kernel import Dated, Entry, OnshiError, all_errors

SHARES = Dated([Entry(date(1997, 9, 1), 20, "law A"), Entry(date(2003, 4, 1), 30, "law B")])


@pytest.mark.parametrize(
    ("day", "value"), [("1997-09-01", 20), ("2003-03-31", 20), ("2003-04-01", 30), ("2030-01-01", 30)]
)
def test_the_entry_that_holds_on_a_day(day: str, value: int) -> None:
    assert SHARES.on(date.fromisoformat(day)) == value


def test_before_the_first_entry_nothing_holds() -> None:
    with pytest.raises(LookupError, match="no entry holds on 1997-08-31; the first starts 1997-09-01"):
        SHARES.on(date(1997, 8, 31))


@pytest.mark.parametrize(
    "days",
    [[], [date(2003, 4, 1), date(1997, 9, 1)], [date(2003, 4, 1), date(2003, 4, 1)]],
    ids=["none", "falling", "same"],
)
def test_entries_stand_in_rising_order(days: list[date]) -> None:
    with pytest.raises(ValueError, match="distinct days in rising order"):
        Dated([Entry(day, 1, "law") for day in days])


def test_an_entry_names_its_source() -> None:
    with pytest.raises(ValueError, match="names its source"):
        Entry(date(2003, 4, 1), 30, "")


class SampleError(OnshiError):
    """A refusal of this test."""

    code = "sample-of-kernel-test"
    message = "{count} is too many."
    message_ja = "{count}は多すぎます。"


def test_a_refusal_speaks_both_languages() -> None:
    refusal = SampleError(count=3)
    assert (str(refusal), refusal.text("en"), refusal.text("ja")) == (
        "3 is too many.",
        "3 is too many.",
        "3は多すぎます。",
    )
    assert refusal.facts == {"count": 3}
    assert SampleError in all_errors()
