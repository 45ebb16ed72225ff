"""Days that run for a card: moving, waiting to be collected, withdrawing the registration."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.kernel import parse_municipality_code
from onshi.law import (
    MoveStanding,
    days_left,
    deadline_rules,
    disposal_from,
    is_application_void,
    move_in_verdict,
    move_reasons,
    notice_until,
    registration_ends_on,
)

day = date.fromisoformat


def maybe(text: str | None) -> date | None:
    return None if text is None else day(text)


# Moved on 1 April; the planned day of moving out is 31 March unless said otherwise.
@pytest.mark.parametrize(
    ("planned", "notified", "continued", "again", "on", "reason", "last_day", "void_from"),
    [
        # The notice: 14 days after the move, 30 after the planned day.
        ("2026-03-31", None, None, None, "2026-04-01", "awaits-notice", "2026-04-15", None),
        ("2026-03-31", None, None, None, "2026-04-15", "awaits-notice", "2026-04-15", None),
        ("2026-03-31", None, None, None, "2026-04-16", "late-after-move", None, "2026-04-16"),
        ("2026-03-31", "2026-04-15", None, None, "2026-04-15", "awaits-continued-use", "2026-07-14", None),
        ("2026-03-31", "2026-04-16", None, None, "2026-04-16", "late-after-move", None, "2026-04-16"),
        ("2026-03-31", "2026-04-16", "2026-04-16", None, "2026-05-01", "late-after-move", None, "2026-04-16"),
        (None, "2026-04-15", None, None, "2026-04-15", "awaits-continued-use", "2026-07-14", None),
        ("2026-03-05", None, None, None, "2026-04-04", "awaits-notice", "2026-04-04", None),
        ("2026-03-05", None, None, None, "2026-04-05", "late-after-planned", None, "2026-04-05"),
        ("2026-03-05", "2026-04-04", None, None, "2026-04-04", "awaits-continued-use", "2026-07-03", None),
        ("2026-03-05", "2026-04-05", None, None, "2026-04-05", "late-after-planned", None, "2026-04-05"),
        (
            "2026-03-16",
            "2026-04-16",
            None,
            None,
            "2026-04-16",
            "late-after-move",
            None,
            "2026-04-16",
        ),  # both on one day
        # What is done after the day asked about is not known on it.
        ("2026-03-31", "2026-04-10", None, None, "2026-04-09", "awaits-notice", "2026-04-15", None),
        ("2026-03-31", "2026-04-10", "2026-05-01", None, "2026-04-30", "awaits-continued-use", "2026-07-09", None),
        # Continued use: 90 days.
        ("2026-03-31", "2026-04-10", "2026-04-10", None, "2026-04-10", "continued", None, None),
        ("2026-03-31", "2026-04-10", "2026-07-09", None, "2026-07-09", "continued", None, None),
        ("2026-03-31", "2026-04-10", None, None, "2026-07-09", "awaits-continued-use", "2026-07-09", None),
        ("2026-03-31", "2026-04-10", None, None, "2026-07-10", "continued-use-late", None, "2026-07-10"),
        ("2026-03-31", "2026-04-10", "2026-07-10", None, "2026-07-10", "continued-use-late", None, "2026-07-10"),
        # Moving on before it is done.
        ("2026-03-31", "2026-04-10", None, "2026-06-01", "2026-05-01", "awaits-continued-use", "2026-05-31", None),
        ("2026-03-31", "2026-04-10", None, "2026-06-01", "2026-06-01", "moved-again", None, "2026-06-01"),
        ("2026-03-31", "2026-04-10", "2026-06-01", "2026-06-01", "2026-06-01", "moved-again", None, "2026-06-01"),
        ("2026-03-31", "2026-04-10", "2026-05-31", "2026-06-01", "2026-06-01", "continued", None, None),
        ("2026-03-31", "2026-04-10", None, "2026-07-09", "2026-07-09", "moved-again", None, "2026-07-09"),
        ("2026-03-31", "2026-04-10", None, "2026-08-01", "2026-08-01", "continued-use-late", None, "2026-07-10"),
    ],
)
def test_a_card_after_a_move(
    planned: str | None,
    notified: str | None,
    continued: str | None,
    again: str | None,
    on: str,
    reason: str,
    last_day: str | None,
    void_from: str | None,
) -> None:
    found = move_in_verdict(
        moved_on=day("2026-04-01"),
        planned_on=maybe(planned),
        notified_on=maybe(notified),
        continued_on=maybe(continued),
        moves_again_on=maybe(again),
        on=day(on),
    )
    assert (found.because.code, found.last_day, found.void_from) == (reason, maybe(last_day), maybe(void_from))
    assert found.is_void is (void_from is not None)
    assert found.standing == (MoveStanding.VOID if void_from else MoveStanding(reason))


def test_the_verdict_reads_in_both_languages() -> None:
    found = move_in_verdict(
        moved_on=day("2026-04-01"), planned_on=None, notified_on=None, continued_on=None, on=day("2026-05-01")
    )
    assert found.because == move_reasons()["late-after-move"]
    assert found.because.text("ja") == "転入した日から14日を過ぎて転入届がされたため、失効しました。"


def test_every_reason_of_a_move_is_in_the_table_above() -> None:
    assert list(move_reasons()) == [
        "late-after-move",
        "late-after-planned",
        "continued-use-late",
        "moved-again",
        "awaits-notice",
        "awaits-continued-use",
        "continued",
    ]


@pytest.mark.parametrize(
    ("last_day", "on", "left"),
    [("2026-07-09", "2026-04-10", 90), ("2026-07-09", "2026-07-09", 0), ("2026-07-09", "2026-07-10", -1)],
)
def test_days_left(last_day: str, on: str, left: int) -> None:
    assert days_left(day(last_day), day(on)) == left


def test_a_pending_application_ends_with_a_move_to_another_municipality() -> None:
    chiyoda, yokohama = parse_municipality_code("131016"), parse_municipality_code("141003")
    assert is_application_void(chiyoda, yokohama)
    assert not is_application_void(chiyoda, chiyoda)


@pytest.mark.parametrize(
    ("notified", "reminded", "from_day"),
    [
        ("2026-01-10", None, None),  # nobody was reminded: nothing is destroyed
        ("2026-01-10", "2026-04-10", "2027-01-11"),  # twelve months after the notice
        ("2026-01-10", "2026-12-01", "2027-03-02"),  # three after the reminder, which is later
        ("2024-02-29", "2024-05-29", "2025-03-01"),
    ],
)
def test_an_uncollected_card_is_destroyed(notified: str, reminded: str | None, from_day: str | None) -> None:
    assert disposal_from(day(notified), maybe(reminded)) == maybe(from_day)


def test_towns_differ_so_the_months_can_be_chosen() -> None:
    notified, reminded = day("2026-01-10"), day("2026-12-01")
    assert disposal_from(notified, reminded, after_reminder_months=2) == day("2027-02-02")
    assert disposal_from(notified, reminded, after_notice_months=18) == day("2027-07-11")
    assert notice_until(notified) == day("2026-04-10")
    assert notice_until(notified, keep_days=30) == day("2026-02-09")
    assert notice_until(day("2026-11-30")) == day("2027-02-28")
    assert registration_ends_on(day("2026-04-01"), months=0) == day("2026-04-30")


@pytest.mark.parametrize(
    ("withdrawn", "ends"),
    [("2026-04-01", "2026-05-31"), ("2026-04-30", "2026-05-31"), ("2026-12-15", "2027-01-31")],
)
def test_a_withdrawn_registration_ends_with_the_next_month(withdrawn: str, ends: str) -> None:
    assert registration_ends_on(day(withdrawn)) == day(ends)


def test_the_values_of_the_table() -> None:
    values = {
        name: [(entry.start.isoformat(), entry.value.count, entry.value.unit) for entry in rule.entries]
        for name, rule in deadline_rules().items()
    }
    assert values == {
        "move_in_after_move": [("2016-01-01", 14, "days")],
        "move_in_after_planned": [("2016-01-01", 30, "days")],
        "continued_use": [("2016-01-01", 90, "days")],
        "uncollected_after_notice": [("2016-01-01", 12, "months")],
        "uncollected_after_reminder": [("2016-01-01", 3, "months")],
        "notice": [("2016-01-01", 3, "months")],
        "withdrawal": [("2024-10-28", 1, "months")],
    }


def test_the_day_before_a_rule_starts_it_does_not_hold() -> None:
    for rule in deadline_rules().values():
        first = rule.entries[0].start
        with pytest.raises(LookupError, match=f"^no entry holds on {first - timedelta(1)}; the first starts {first}$"):
            rule.on(first - timedelta(1))
    with pytest.raises(LookupError, match="the first starts 2024-10-28"):
        registration_ends_on(day("2024-10-27"))


DAYS = st.dates(date(2016, 3, 1), date(2040, 1, 1))
GAP = st.integers(0, 120)


@given(DAYS, GAP, GAP, GAP)
def test_a_void_card_stays_void(moved: date, until_notice: int, until_use: int, asked: int) -> None:
    notified = moved + timedelta(until_notice)
    continued = notified + timedelta(until_use)
    on = moved + timedelta(asked)
    first, later = (
        move_in_verdict(
            moved_on=moved, planned_on=moved - timedelta(10), notified_on=notified, continued_on=continued, on=when
        )
        for when in (on, on + timedelta(400))
    )
    if first.standing in (MoveStanding.VOID, MoveStanding.CONTINUED):
        assert later == first
    else:
        assert first.last_day is not None
        assert days_left(first.last_day, on) >= 0
