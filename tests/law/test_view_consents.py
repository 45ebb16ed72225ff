"""How long what was let be seen may be seen."""

from datetime import date

import pytest

from onshi import law


@pytest.mark.parametrize(
    ("care", "day", "hours"),
    [
        ("outpatient", "2021-10-20", 24),  # the first day
        ("outpatient", "2026-11-02", 24),
        ("online", "2026-11-02", 24),
        ("home_visit", "2026-11-02", 90 * 24),
    ],
)
def test_hours(care: str, day: str, hours: int) -> None:
    assert law.view_consent_hours(care, date.fromisoformat(day)) == hours


@pytest.mark.parametrize(("care", "day"), [("outpatient", "2021-10-19"), ("home_visit", "2024-03-31")])
def test_before_there_was_such_a_consent_there_is_no_figure(care: str, day: str) -> None:
    with pytest.raises(LookupError):
        law.view_consent_hours(care, date.fromisoformat(day))
