"""From the maker to the hand: custody, notices, identity, post, and the card that comes of it."""

from datetime import date
from typing import Any

import pytest

from onshi import cards
from onshi.cards import ApplicationId, Assurances, By, CardId, CardState, Event, Kind, Papers, State, errors
from onshi.db import Tx
from onshi.kernel import OnshiError
from onshi.law import Residence

from .make import (
    CHILD,
    CHILDS,
    CLERK,
    GUARDIAN,
    HANAKO,
    MAKER,
    NOW,
    OTHER_CLERK,
    PAPERS,
    TARO,
    TODAY,
    WAY,
    WITH_OLD_CARD,
    after,
    applied,
    child,
    events_of,
    holder,
    issued,
    on,
    registered,
    stepped,
    taken_to,
)


@pytest.mark.parametrize("method", sorted(WAY))
def test_every_method_leads_to_an_active_card(tx: Tx, method: str) -> None:
    registered(tx)
    if method == "express":
        cards.report_lost(tx, issued(tx).id, by=CLERK, at=NOW)
    one = taken_to(tx, applied(tx, method=method).application, "issued")
    card = cards.cards_of(tx, HANAKO)[-1]
    assert (one.state, one.is_open, one.card) == (State.ISSUED, False, card.id)
    assert (card.state, card.made_on, card.handed_on) == (CardState.ACTIVE, TODAY, TODAY)
    assert [step for step, _, _ in events_of(tx, one)][1:] == WAY[method].replace(
        "ship", "post_express" if method == "express" else "ship"
    ).split()


def test_the_hand_over_gives_out_a_fresh_card(tx: Tx) -> None:
    registered(tx)
    one = taken_to(tx, applied(tx).application, "at_window")
    done = cards.hand_over(tx, one.id, by=CLERK, at=NOW)
    card = done.fresh_card
    assert card is not None
    assert (card.state, card.valid_to) == (CardState.ACTIVE, date(2036, 3, 31))
    assert done.events == (
        Event("application_hand_over", CLERK.actor, HANAKO, f"application:{one.id}", "issued"),
        Event("card_hand_over", CLERK.actor, HANAKO, f"card:{card.id}", "active"),
    )
    assert events_of(tx, card) == [("ship", "new", "made"), ("hand_over", "made", "active")]


@pytest.mark.parametrize(
    ("born", "day", "valid_to"),
    [
        ("1989-03-31", "2016-01-04", "2025-03-31"),  # the sample card of the papers
        ("1989-03-31", "2016-03-30", "2025-03-31"),
        ("2010-07-01", "2026-11-02", "2031-07-01"),  # sixteen: the fifth birthday
    ],
)
def test_the_last_day_is_printed_when_the_card_is_made(tx: Tx, born: str, day: str, valid_to: str) -> None:
    registered(tx, holder(birth_on=date.fromisoformat(born)), at=on("2015-01-01"))
    assert issued(tx, at=on(day)).valid_to == date.fromisoformat(valid_to)


def test_a_stay_that_ends_ends_the_card(tx: Tx) -> None:
    registered(tx, holder(residence=Residence.LIMITED, stay_until=date(2027, 9, 30)))
    assert issued(tx).valid_to == date(2027, 9, 30)


@pytest.mark.parametrize(
    ("until", "reason"), [(None, "unknown"), (date(2026, 11, 1), "over"), (date(2026, 11, 2), None)]
)
def test_a_limited_stay_has_to_be_known(tx: Tx, until: date | None, reason: str | None) -> None:
    registered(tx, holder(residence=Residence.LIMITED, stay_until=until))
    if reason is None:
        assert applied(tx).application.state is State.RECEIVED
        return
    with pytest.raises(errors.StayRefused) as refused:
        applied(tx)
    assert refused.value.facts == {"reason": reason}


def test_a_stay_that_ended_meanwhile_makes_no_card(tx: Tx) -> None:
    registered(tx, holder(residence=Residence.LIMITED, stay_until=date(2026, 11, 10)))
    one = taken_to(tx, applied(tx).application, "making")
    with pytest.raises(errors.CardOver):
        cards.ship(tx, one.id, card_id=CardId(1), by=MAKER, at=on("2026-11-11"))
    assert cards.ship(tx, one.id, card_id=CardId(1), by=MAKER, at=on("2026-11-10")).application.card == 1


def test_papers_are_decided_and_the_decision_explains_itself(tx: Tx) -> None:
    registered(tx)
    one = taken_to(tx, applied(tx).application, "notified")
    seen = cards.identify(tx, one.id, Papers(("pension_book", "issue_notice")), by=CLERK, at=NOW)
    assert (seen.decision.accepted, seen.taken, seen.may_switch) == (False, None, False)
    assert seen.decision.missing != ()
    kept = cards.application_by_id(tx, one.id)
    assert kept.state is State.NOTIFIED
    assert kept.documents == cards.Documents(False, ("pension_book", "issue_notice"), ("holder-not-identified",), TODAY)
    again = cards.identify(tx, one.id, Papers(("driving_licence", "issue_notice")), by=CLERK, at=NOW)
    assert again.taken is not None
    assert (again.decision.accepted, again.taken.application.state) == (True, State.AT_WINDOW)


def test_a_child_is_identified_with_the_guardian(tx: Tx) -> None:
    registered(tx, holder(id=GUARDIAN), child())
    one = taken_to(tx, applied(tx, CHILD).application, "notified")
    alone = cards.identify(tx, one.id, Papers(("passport", "issue_notice")), by=CLERK, at=NOW)
    assert (alone.decision.accepted, alone.taken) == (False, None)
    together = cards.identify(tx, one.id, CHILDS, by=CLERK, at=NOW)
    assert together.decision.accepted


def test_an_agent_collects_for_who_is_ill_and_applies_for_nobody(tx: Tx) -> None:
    registered(tx, holder(), holder(id=TARO))
    one = taken_to(tx, applied(tx).application, "notified")
    busy = Papers(("passport", "pension_book", "issue_notice"), agent_shown=("driving_licence", "passport"))
    refused = cards.identify(tx, one.id, busy, by=CLERK, at=NOW)
    assert "agent-without-ground" in [reason.code for reason in refused.decision.because]
    ill = Papers(
        ("passport", "pension_book", "issue_notice", "power_of_attorney", "excuse_proof"),
        agent_ground="ill",
        agent_shown=("driving_licence", "passport"),
    )
    assert cards.identify(tx, one.id, ill, by=CLERK, at=NOW).decision.accepted
    other = applied(tx, TARO, method="at_application").application
    sent = cards.identify(tx, other.id, ill, assured=Assurances(), by=CLERK, at=NOW)
    assert [reason.code for reason in sent.decision.because] == ["agent-not-allowed"]


def test_a_faulty_card_goes_back_and_another_is_made(tx: Tx) -> None:
    registered(tx)
    one = taken_to(tx, applied(tx).application, "in_custody")
    back = cards.take_step(tx, one.id, "return_faulty", by=CLERK, at=NOW).application
    assert (back.state, back.card) == (State.MAKING, None)
    taken_to_end = taken_to_again(tx, back)
    assert [card.state for card in cards.cards_of(tx, HANAKO)] == [CardState.DESTROYED, CardState.ACTIVE]
    assert taken_to_end.state is State.ISSUED


def taken_to_again(tx: Tx, one: cards.Application) -> cards.Application:
    for name in WAY["at_handover"].split()[1:]:
        one = stepped(tx, one, name, at=after(1))
    return one


def test_the_new_card_takes_the_place_of_a_lost_one(tx: Tx) -> None:
    registered(tx)
    old = issued(tx)
    cards.report_lost(tx, old.id, by=CLERK, at=NOW)
    new = issued(tx, at=after(30), kind=Kind.LOST)
    assert [card.state for card in cards.cards_of(tx, HANAKO)] == [CardState.VOID, CardState.ACTIVE]
    assert events_of(tx, old)[-1] == ("replace", "suspended", "void")
    assert new.made_on == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("applied_on", "valid_to"),
    [
        ("2036-01-01", "2046-03-31"),  # in the last three months: the eleventh birthday
        ("2036-03-30", "2046-03-31"),
        ("2036-04-01", "2046-03-31"),  # it had ended: the tenth
    ],
)
def test_a_renewal_in_time_loses_no_year(tx: Tx, applied_on: str, valid_to: str) -> None:
    registered(tx)
    assert issued(tx).valid_to == date(2036, 3, 31)
    day = on(applied_on)
    cards.expire_cards(tx, CLERK.municipality, by=CLERK, at=day)
    assert issued(tx, at=day, kind=Kind.RENEWAL).valid_to == date.fromisoformat(valid_to)


@pytest.mark.parametrize(
    ("changes", "fee"),
    [
        ({}, (0, 0)),
        ({"kind": Kind.LOST}, (800, 200)),
        ({"method": "express"}, (1800, 200)),
    ],
)
def test_fees_are_those_of_the_law(tx: Tx, changes: dict[str, Any], fee: tuple[int, int]) -> None:
    registered(tx)
    if changes:
        cards.report_lost(tx, issued(tx).id, by=CLERK, at=NOW)
    found = cards.fee_of(applied(tx, **changes).application)
    assert found is not None
    assert (found.card, found.certificates) == fee


def test_a_notice_expires_after_its_time_and_not_before(tx: Tx) -> None:
    registered(tx)
    one = taken_to(tx, applied(tx).application, "notified")
    until = cards.notice_until(one, 30)
    assert until == date(2026, 12, 2)
    with pytest.raises(errors.NoticeNotExpired):
        cards.expire_notice(tx, one.id, by=CLERK, at=on("2026-12-02"), keep_days=30)
    assert cards.expire_notices(tx, CLERK.municipality, by=CLERK, at=on("2026-12-02"), keep_days=30) == []
    (late,) = cards.expire_notices(tx, CLERK.municipality, by=CLERK, at=on("2026-12-03"), keep_days=30)
    assert late.application.state is State.NOTICE_EXPIRED
    # The card is still there: who comes late is served.
    assert taken_to_hand(tx, late.application) is State.ISSUED


def taken_to_hand(tx: Tx, one: cards.Application) -> State:
    for name in ("identify", "hand_over"):
        one = stepped(tx, one, name, at=on("2026-12-04"))
    return one.state


def test_a_card_nobody_collects_is_destroyed_after_a_second_notice(tx: Tx) -> None:
    registered(tx)
    one = taken_to(tx, applied(tx).application, "notified")
    cards.expire_notice(tx, one.id, by=CLERK, at=on("2027-06-01"))
    with pytest.raises(errors.CardKept):  # nobody has sent the notice again
        cards.dispose(tx, one.id, by=CLERK, at=on("2028-06-01"))
    again = cards.take_step(tx, one.id, "remind", by=CLERK, at=on("2027-06-02")).application
    assert (again.state, again.notice_on, again.reminded_on) == (State.NOTIFIED, TODAY, date(2027, 6, 2))
    assert (cards.notice_until(again), cards.disposal_from(again)) == (date(2027, 11, 2), date(2027, 11, 3))
    cards.expire_notice(tx, one.id, by=CLERK, at=on("2027-11-03"))
    with pytest.raises(errors.CardKept):  # a town that keeps cards longer
        cards.dispose(tx, one.id, by=CLERK, at=on("2027-11-03"), after_notice_months=13)
    gone = cards.dispose(tx, one.id, by=CLERK, at=on("2027-11-03"))
    assert (gone.application.state, gone.application.is_open, gone.application.card) == (State.UNCOLLECTED, False, None)
    assert cards.cards_of(tx, HANAKO)[-1].state is CardState.DESTROYED


def test_post_that_comes_back_is_posted_again_or_collected(tx: Tx) -> None:
    registered(tx)
    one = taken_to(tx, applied(tx, method="at_application").application, "posted")
    for name in ("note_returned_mail", "post_again", "note_returned_mail", "call_in"):
        one = stepped(tx, one, name)
    assert (one.state, one.notice_on) == (State.NOTIFIED, TODAY)
    assert stepped(tx, one, "hand_over").state is State.ISSUED


NO_POSTING: list[tuple[Assurances | None, str]] = [
    (None, "not-asked"),
    (Assurances(forwards_mail=True), "mail-forwarded"),
    (Assurances(moves_on=date(2026, 12, 20)), "moves-soon"),
    (Assurances(in_person=False, entries_change=True), "not-in-person, entries-change"),
]


def test_posting_has_its_conditions(tx: Tx) -> None:
    registered(tx)
    one = applied(tx, method="at_application").application
    for assured, reasons in NO_POSTING:
        with pytest.raises(errors.PostingRefused) as refused:
            cards.identify(tx, one.id, PAPERS, assured=assured, by=CLERK, at=NOW)
        assert refused.value.facts == {"reasons": reasons}
    switched = cards.take_step(tx, one.id, "switch_to_handover", by=CLERK, at=NOW).application
    assert taken_to(tx, switched, "issued").state is State.ISSUED


def test_an_old_card_is_given_back_before_the_new_one_is_posted(tx: Tx) -> None:
    registered(tx)
    old = issued(tx)
    one = applied(tx, method="at_application", kind=Kind.ENTRIES_FULL).application
    with pytest.raises(errors.PostingRefused) as refused:
        cards.identify(tx, one.id, PAPERS, assured=Assurances(), by=CLERK, at=NOW)
    assert refused.value.facts == {"reasons": "old-card-kept"}
    assert taken_to(tx, one, "issued").state is State.ISSUED
    assert cards.card_by_id(tx, old.id).state is CardState.RETURNED


def test_an_old_card_is_given_back_or_reported_lost_at_the_window(tx: Tx) -> None:
    registered(tx)
    old = issued(tx)
    one = taken_to(tx, applied(tx, kind=Kind.DAMAGED).application, "notified")
    kept = cards.identify(tx, one.id, PAPERS, by=CLERK, at=NOW)
    assert [reason.code for reason in kept.decision.because] == ["holder-identified", "old_card-missing"]
    given = cards.identify(tx, one.id, WITH_OLD_CARD, by=CLERK, at=NOW)
    assert given.decision.accepted
    cards.hand_over(tx, one.id, by=CLERK, at=NOW)
    assert cards.card_by_id(tx, old.id).state is CardState.RETURNED


def test_a_card_that_ended_in_custody_is_not_handed_over(tx: Tx) -> None:
    registered(tx, holder(residence=Residence.LIMITED, stay_until=date(2026, 12, 1)))
    one = taken_to(tx, applied(tx).application, "at_window")
    with pytest.raises(errors.CardOver):
        cards.hand_over(tx, one.id, by=CLERK, at=on("2026-12-02"))
    assert cards.hand_over(tx, one.id, by=CLERK, at=on("2026-12-01")).fresh_card is not None


def test_death_closes_everything(tx: Tx) -> None:
    registered(tx)
    card = issued(tx)
    one = taken_to(tx, applied(tx, kind=Kind.DAMAGED).application, "in_custody")
    events = cards.note_death(tx, HANAKO, TODAY, by=CLERK, at=after(1))
    assert [event.action for event in events] == [
        "holder_deceased",
        "application_note_death",
        "card_note_death",
        "card_note_death",
    ]
    assert cards.application_by_id(tx, one.id).state is State.DECEASED
    assert [found.state for found in cards.cards_of(tx, HANAKO)] == [CardState.VOID, CardState.DESTROYED]
    assert cards.card_by_id(tx, card.id).state is CardState.VOID
    with pytest.raises(errors.HolderDeceased):
        cards.note_death(tx, HANAKO, TODAY, by=CLERK, at=after(1))


REFUSALS: list[tuple[str, By, type[OnshiError]]] = [
    ("preset", OTHER_CLERK, errors.NotYourMunicipality),
    ("preset", MAKER, errors.StepNotYours),
    ("preset", cards.citizen(HANAKO), errors.StepNotYours),
    ("notify", CLERK, errors.StepOutOfOrder),
    ("arrive", CLERK, errors.StepOutOfOrder),
    ("ship", MAKER, errors.StepOutOfOrder),
    ("post_express", MAKER, errors.StepNotForLane),
]


def test_refusals_leave_the_application_as_it_is(tx: Tx) -> None:
    registered(tx)
    one = taken_to(tx, applied(tx).application, "in_custody")
    for name, by, refusal in REFUSALS:
        with pytest.raises(OnshiError) as refused:
            cards.take_step(tx, one.id, name, by=by, at=NOW)
        assert type(refused.value) is refusal, (name, by)
        assert cards.application_by_id(tx, one.id) == one
    assert cards.take_step(tx, one.id, "preset", by=CLERK, at=NOW).application.state is State.PRESET


def test_a_lot_is_taken_as_one(tx: Tx) -> None:
    people = [holder(id=cards.HolderId(number)) for number in range(1, 6)]
    registered(tx, *people)
    lot = [taken_to(tx, applied(tx, one.id).application, "in_custody").id for one in people]
    done = cards.take_steps(tx, lot, "preset", by=CLERK, at=NOW)
    assert [one.application.state for one in done] == [State.PRESET] * 5
    with pytest.raises(errors.UnknownApplication):
        cards.take_steps(tx, [ApplicationId(77)], "notify", by=CLERK, at=NOW)
    with pytest.raises(errors.UnknownCard):
        cards.card_by_id(tx, CardId(77))
