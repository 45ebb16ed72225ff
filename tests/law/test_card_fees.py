"""What a card costs, case by case."""

from datetime import date, timedelta

import pytest

from onshi.law import card_fee, card_fee_rules

day = date.fromisoformat


@pytest.mark.parametrize(
    ("case", "express", "with_certificates", "without"),
    [
        ("first", False, 0, 0),
        ("renewal", False, 0, 0),
        ("entries_full", False, 0, 0),
        ("number_changed", False, 0, 0),
        ("from_abroad", False, 0, 0),
        ("not_own_fault", False, 0, 0),
        ("lost", False, 1000, 800),
        ("damaged", False, 1000, 800),
        ("lapsed_after_move", False, 1000, 800),
        ("returned", False, 1000, 800),
        ("old_card_not_returned", False, 1000, 800),
        ("stay_over", False, 1000, 800),
        ("lost", True, 2000, 1800),
        ("damaged", True, 2000, 1800),
        ("under_one", True, 0, 0),
        ("from_abroad", True, 0, 0),
        ("new_foreign_resident", True, 0, 0),
        ("new_resident_record", True, 0, 0),
        ("number_changed", True, 0, 0),
        ("entries_full", True, 0, 0),
        ("released", True, 0, 0),
        ("not_own_fault", True, 0, 0),
    ],
)
def test_fees(case: str, express: bool, with_certificates: int, without: int) -> None:
    fee = card_fee(case, express=express, on=day("2026-04-01"))
    assert fee is not None
    assert (fee.total(with_certificates=True), fee.total(with_certificates=False)) == (with_certificates, without)
    assert fee.source


@pytest.mark.parametrize(
    ("case", "express", "on"),
    [
        ("under_one", False, "2026-04-01"),  # only a ground of express issue; otherwise a first card
        ("renewal", True, "2026-04-01"),  # a renewal has no express lane
        ("gold_card", False, "2026-04-01"),
        ("lost", True, "2024-12-01"),  # the day before the lane opened
        ("lost", False, "2015-12-31"),
    ],
)
def test_where_no_source_gives_a_fee_there_is_none(case: str, express: bool, on: str) -> None:
    assert card_fee(case, express=express, on=day(on)) is None


def test_every_row_decides_some_case_and_none_the_day_before() -> None:
    for rule in card_fee_rules():
        for case in rule.cases:
            assert card_fee(case, express=rule.express, on=rule.since) == rule.fee
            assert card_fee(case, express=rule.express, on=rule.since - timedelta(1)) is None
