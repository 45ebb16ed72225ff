"""How a card is applied for and how it reaches its holder, as a table."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from onshi.law import (
    PostingAnswers,
    card_deliveries,
    card_routes,
    express_grounds,
    issuance_method,
    issuance_methods,
    posting_rules,
    why_not_posted,
)

day = date.fromisoformat
ON = day("2026-04-01")
POST = ("restricted_mail", "registered_mail")
REMOTE = ("post", "phone", "pc", "photo_booth", "window")


@pytest.mark.parametrize(
    ("method", "identity", "deliveries", "routes", "presets", "has_helper", "counts_only"),
    [
        ("at_handover", "hand_over", ("window",), REMOTE, True, False, False),
        ("with_support", "hand_over", ("window",), (*REMOTE, "visiting_reception"), True, True, False),
        ("at_application", "application", POST, ("window",), True, False, False),
        ("visit_posted", "application", POST, ("visiting_reception",), True, False, False),
        ("visit_second", "application", ("window",), ("visiting_reception",), True, False, False),
        ("workplace", "application", POST, ("visiting_reception",), True, False, True),
        ("express", "application", ("maker_post",), ("window",), False, False, False),
    ],
)
def test_methods(
    method: str,
    identity: str,
    deliveries: tuple[str, ...],
    routes: tuple[str, ...],
    presets: bool,
    has_helper: bool,
    counts_only: bool,
) -> None:
    found = issuance_method(method)
    assert (found.identity_at, found.deliveries, found.routes) == (identity, deliveries, routes)
    assert (found.presets, found.has_helper, found.counts_only) == (presets, has_helper, counts_only)
    assert found.delivery == ("post" if deliveries == POST else deliveries[0])
    for route in card_routes():
        for delivery in card_deliveries():
            allowed = route in routes and delivery in deliveries
            assert found.allows(route=route, delivery=delivery, on=ON) is allowed


def test_every_route_delivery_and_method_is_used_and_dated() -> None:
    methods = issuance_methods()
    assert {route for method in methods for route in method.routes} == card_routes().keys()
    assert {delivery for method in methods for delivery in method.deliveries} == card_deliveries().keys()
    for method in methods:
        first = max(method.since, card_routes()[method.routes[0]].since, card_deliveries()[method.deliveries[0]].since)
        asked = {"route": method.routes[0], "delivery": method.deliveries[0]}
        assert method.allows(**asked, on=first)
        assert not method.allows(**asked, on=first - timedelta(1))
    assert [delivery.slug for delivery in card_deliveries().values() if delivery.by_post] == [*POST, "maker_post"]
    assert {route.since.isoformat() for route in card_routes().values()} == {"2015-10-05", "2016-01-01"}


def test_no_method_of_that_name() -> None:
    with pytest.raises(KeyError):
        issuance_method("by_pigeon")


@pytest.mark.parametrize(
    ("ground", "event", "first_day", "last_day"),
    [
        ("under_one", "2026-04-10", "2026-04-10", "2027-04-09"),
        ("under_one", "2024-11-01", "2024-12-02", "2025-10-31"),  # born before the lane opened
        ("from_abroad", "2026-04-10", "2026-04-10", "2026-05-10"),
        ("lost", "2026-04-10", "2026-04-10", "2026-05-10"),
        ("damaged", "2026-04-10", "2026-04-10", "2026-05-10"),
        ("entries_full", "2026-04-10", "2026-04-10", "2026-05-10"),
        ("number_changed", "2026-04-10", "2026-04-10", "2026-05-10"),
        ("new_resident_record", "2026-04-10", "2026-04-10", "2026-05-10"),
        ("new_foreign_resident", "2026-04-10", "2026-04-10", "2026-05-10"),
        ("released", "2026-04-10", "2026-04-10", "2026-05-10"),
        ("lost", "2024-11-20", "2024-12-02", "2024-12-20"),
    ],
)
def test_express_issue_is_open(ground: str, event: str, first_day: str, last_day: str) -> None:
    found = express_grounds()[ground]
    assert found.is_open(day(first_day), event_on=day(event))
    assert found.is_open(day(last_day), event_on=day(event))
    assert not found.is_open(day(first_day) - timedelta(1), event_on=day(event))
    assert not found.is_open(day(last_day) + timedelta(1), event_on=day(event))


def test_every_ground_of_express_issue_is_in_the_table_above() -> None:
    assert list(express_grounds()) == [
        "under_one",
        "from_abroad",
        "lost",
        "damaged",
        "entries_full",
        "number_changed",
        "new_resident_record",
        "new_foreign_resident",
        "released",
    ]
    assert {ground.since for ground in express_grounds().values()} == {day("2024-12-02")}


FIRST_CARD = PostingAnswers(
    in_person=True,
    forwards_mail=False,
    moves_on=None,
    entries_change=False,
    old_card_to=None,
    old_card_returned=False,
)
RENEWAL = replace(FIRST_CARD, old_card_to=day("2026-06-15"), old_card_returned=True)


@pytest.mark.parametrize(
    ("case", "reasons"),
    [
        (FIRST_CARD, []),
        (RENEWAL, []),
        (replace(FIRST_CARD, in_person=False), ["not-in-person"]),
        (replace(FIRST_CARD, forwards_mail=True), ["mail-forwarded"]),
        (replace(FIRST_CARD, moves_on=day("2026-06-01")), ["moves-soon"]),
        (replace(FIRST_CARD, moves_on=day("2026-06-02")), []),  # more than two months away
        (replace(FIRST_CARD, entries_change=True), ["entries-change"]),
        (replace(RENEWAL, old_card_to=day("2026-06-30")), []),  # less than three months left
        (replace(RENEWAL, old_card_to=day("2026-07-01")), ["not-due"]),  # three months to the day
        (replace(RENEWAL, old_card_to=day("2028-07-01"), entries_full=True), []),
        (replace(RENEWAL, old_card_returned=False), ["old-card-kept"]),
        (
            PostingAnswers(False, True, day("2026-04-02"), True, day("2030-01-01"), False),
            ["not-in-person", "mail-forwarded", "moves-soon", "entries-change", "not-due", "old-card-kept"],
        ),
    ],
)
def test_what_excludes_posting(case: PostingAnswers, reasons: list[str]) -> None:
    assert [reason.code for reason in why_not_posted(case, on=ON)] == reasons


def test_a_renewal_by_post_begins_with_the_window() -> None:
    assert why_not_posted(RENEWAL, on=day("2026-03-16")) == ()
    assert why_not_posted(RENEWAL, on=day("2026-03-15")) == (posting_rules()["not-due"].reason,)


def test_before_the_first_cards_no_posting_rule_holds() -> None:
    case = PostingAnswers(False, True, day("2016-01-02"), True, day("2030-01-01"), False)
    assert len(why_not_posted(case, on=day("2016-01-01"))) == len(posting_rules()) == 6
    assert why_not_posted(case, on=day("2015-12-31")) == ()
