"""The day of loss, case by case, and the overlaps that are lawful because of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.kernel import Period
from onshi.law import NoLossRule, insurer_kinds, is_lawful_overlap, loss_day, loss_rules

EVENT = "2026-04-01"
SAME, NEXT = "2026-04-01", "2026-04-02"


@pytest.mark.parametrize(
    ("leaves", "reason", "joins", "lost_on"),
    [
        # Death and retirement: the day after.
        ("municipal_nhi", "died", None, NEXT),
        ("nhi_society", "died", None, NEXT),
        ("society", "died", None, NEXT),
        ("elderly", "died", None, NEXT),
        ("medical_aid", "died", None, NEXT),
        ("kyokai", "retired", None, NEXT),
        ("seamen", "retired", None, NEXT),
        ("day_labour", "retired", None, NEXT),
        ("sdf", "retired", None, NEXT),
        ("national_mutual", "retired", None, NEXT),
        ("nhi_society", "retired", None, NEXT),
        # 国保 → employees' insurance: the day after.
        ("municipal_nhi", "joined_other", "kyokai", NEXT),
        ("municipal_nhi", "joined_other", "sdf", NEXT),
        ("retired_nhi", "joined_other", "society", NEXT),
        ("nhi_society", "joined_other", "society", NEXT),
        # 市町村国保 → 国保組合: that day.
        ("municipal_nhi", "joined_other", "nhi_society", SAME),
        ("nhi_society", "joined_other", "municipal_nhi", NEXT),
        ("nhi_society", "joined_other", "nhi_society", NEXT),
        # Employees' insurance ends before anything else begins.
        ("society", "joined_other", "kyokai", SAME),
        ("society", "joined_other", "municipal_nhi", SAME),
        ("society", "joined_other", "nhi_society", SAME),
        # Medical aid.
        ("municipal_nhi", "aid_started", "medical_aid", SAME),
        ("nhi_society", "aid_started", "medical_aid", SAME),
        ("elderly", "aid_started", "medical_aid", SAME),
        ("medical_aid", "joined_other", "municipal_nhi", SAME),
        # Moves.
        ("municipal_nhi", "moved_prefecture", "municipal_nhi", SAME),
        ("elderly", "moved_prefecture", "elderly", SAME),
        ("municipal_nhi", "moved_municipality", "municipal_nhi", SAME),
        ("municipal_nhi", "left_country", None, NEXT),
        ("elderly", "left_country", None, NEXT),
        # The 75th birthday.
        ("society", "turned_75", "elderly", SAME),
        ("police_mutual", "turned_75", "elderly", SAME),
        ("nhi_society", "turned_75", "elderly", NEXT),
        ("municipal_nhi", "turned_75", "elderly", SAME),  # the default of the setting
        ("medical_aid", "turned_75", None, SAME),
    ],
)
def test_day_of_loss(leaves: str, reason: str, joins: str | None, lost_on: str) -> None:
    assert loss_day(leaves, reason, joins, date.fromisoformat(EVENT)) == date.fromisoformat(lost_on)


@pytest.mark.parametrize(("setting", "lost_on"), [("same", SAME), ("next", NEXT)])
def test_sources_differ_on_municipal_insurance_at_75(setting: str, lost_on: str) -> None:
    event = date.fromisoformat(EVENT)
    assert loss_day("municipal_nhi", "turned_75", "elderly", event, nhi_at_75=setting) == date.fromisoformat(lost_on)
    # The setting is about this one case.
    assert loss_day("society", "turned_75", "elderly", event, nhi_at_75=setting) == event


@pytest.mark.parametrize(
    ("leaves", "reason", "joins", "event"),
    [
        ("society", "aid_started", "medical_aid", EVENT),  # employees' insurance goes on beside medical aid
        ("society", "moved_prefecture", None, EVENT),
        ("elderly", "retired", None, EVENT),
        ("municipal_nhi", "abducted", None, EVENT),
        ("elderly", "died", None, "1958-12-31"),  # before the rule
        ("municipal_nhi", "moved_prefecture", "municipal_nhi", "2018-03-31"),
        ("society", "turned_75", "elderly", "2008-03-31"),
    ],
)
def test_where_the_table_is_silent_nothing_is_guessed(leaves: str, reason: str, joins: str | None, event: str) -> None:
    with pytest.raises(NoLossRule, match=f"no rule for {leaves}, {reason}"):
        loss_day(leaves, reason, joins, date.fromisoformat(event))


def test_every_row_of_the_table_decides_some_case() -> None:
    families = {kind.family: kind.slug for kind in insurer_kinds()}
    for rule in loss_rules():
        joins = families[rule.joins[0]] if rule.joins else None
        for family in rule.leaves:
            for setting, next_day in (("same", rule.day == "next"), ("next", rule.day in ("next", "setting"))):
                found = loss_day(families[family], rule.reason, joins, rule.since, nhi_at_75=setting)
                assert found == rule.since + timedelta(next_day)
        assert rule.source


def test_the_day_before_a_rule_starts_it_does_not_hold() -> None:
    for rule in loss_rules():
        kind = next(kind.slug for kind in insurer_kinds() if kind.family == rule.leaves[0])
        joins = next((kind.slug for kind in insurer_kinds() if rule.joins and kind.family == rule.joins[0]), None)
        with pytest.raises(NoLossRule):
            loss_day(kind, rule.reason, joins, rule.since - timedelta(1))


# One shared day, the older first: lawful or not. Columns and rows are families.
KINDS = {
    "employees": "society",
    "municipal_nhi": "municipal_nhi",
    "nhi_society": "nhi_society",
    "elderly": "elderly",
    "aid": "medical_aid",
}
ONE_SHARED_DAY = {
    #                  employees, municipal, society, elderly, aid
    "employees": (False, False, False, False, False),
    "municipal_nhi": (True, False, False, True, False),
    "nhi_society": (True, True, True, True, False),
    "elderly": (False, False, False, False, False),
    "aid": (False, False, False, False, False),
}


@pytest.mark.parametrize("older", KINDS)
@pytest.mark.parametrize("newer", KINDS)
def test_lawful_overlap_of_one_day(older: str, newer: str) -> None:
    expected = ONE_SHARED_DAY[older][list(KINDS).index(newer)]
    first = Period(date(2020, 4, 1), date(2026, 4, 2))
    then = Period(date(2026, 4, 1))
    assert is_lawful_overlap(KINDS[older], first, KINDS[newer], then) is expected


@pytest.mark.parametrize(
    ("older", "newer", "lawful"),
    [
        (("2020-04-01", "2026-04-02"), ("2026-04-01", None), True),
        (("2020-04-01", "2026-04-02"), ("2026-04-01", "2026-05-01"), True),
        (("2020-04-01", "2026-04-01"), ("2026-04-01", None), False),  # they share no day
        (("2020-04-01", "2026-04-03"), ("2026-04-01", None), False),  # two days
        (("2020-04-01", None), ("2026-04-01", None), False),  # never ended
        (("2020-04-01", "2026-04-02"), ("2026-03-01", "2026-03-02"), False),  # one day, in the middle of the older
        (("2020-04-01", "2026-04-02"), ("2020-03-01", "2020-04-02"), False),  # the wrong way round
    ],
)
def test_only_the_first_day_of_the_newer_may_be_shared(
    older: tuple[str, str | None], newer: tuple[str, str | None], lawful: bool
) -> None:
    assert is_lawful_overlap("municipal_nhi", period(older), "society", period(newer)) is lawful


def period(days: tuple[str, str | None]) -> Period:
    start, end = days
    return Period(date.fromisoformat(start), None if end is None else date.fromisoformat(end))


SLUGS = st.sampled_from([kind.slug for kind in insurer_kinds()])


@given(SLUGS, SLUGS, st.dates(date(2009, 1, 1), date(2040, 1, 1)))
def test_a_coverage_ended_by_the_table_never_overlaps_unlawfully(leaves: str, joins: str, day: date) -> None:
    try:
        lost = loss_day(leaves, "joined_other", joins, day)
    except NoLossRule:
        return
    older, newer = Period(date(2008, 5, 1), lost), Period(day)
    assert older.overlap(newer) is None or is_lawful_overlap(leaves, older, joins, newer)
