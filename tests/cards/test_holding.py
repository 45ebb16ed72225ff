"""A card in somebody's hands: lost, found, returned, switched, over; and that only one is in force."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from onshi import cards
from onshi.cards import CardKind, CardState, Event, HolderId, errors
from onshi.cards.store import cards as store
from onshi.db import Tx

from .make import (
    CHILD,
    CLERK,
    GUARDIAN,
    HANAKO,
    MAKER,
    NOW,
    OTHER_CLERK,
    TARO,
    after,
    child,
    events_of,
    holder,
    issued,
    on,
    registered,
)


def test_a_lost_card_is_never_released(tx: Tx) -> None:
    registered(tx)
    card = issued(tx)
    lost, event = cards.report_lost(tx, card.id, by=cards.citizen(HANAKO), at=after(1))
    assert (lost.state, lost.state_since) == (CardState.SUSPENDED, date(2026, 11, 3))
    assert event == Event("card_report_lost", f"holder:{HANAKO}", HANAKO, f"card:{card.id}", "suspended")
    with pytest.raises(errors.CardNotIn):
        cards.report_lost(tx, card.id, by=CLERK, at=after(1))
    found, _ = cards.report_found(tx, card.id, by=cards.citizen(HANAKO), at=after(2))
    assert (found.needs_replacement, found.card.state) == (True, CardState.SUSPENDED)
    assert cards.card_by_id(tx, card.id).state is CardState.SUSPENDED
    assert events_of(tx, card)[-2:] == [
        ("report_lost", "active", "suspended"),
        ("report_found", "suspended", "suspended"),
    ]


def test_only_a_lost_card_is_found(tx: Tx) -> None:
    registered(tx)
    card = issued(tx)
    with pytest.raises(errors.CardNotLost):
        cards.report_found(tx, card.id, by=CLERK, at=NOW)


def test_a_guardian_reports_a_childs_card(tx: Tx) -> None:
    registered(tx, holder(id=GUARDIAN), child(), holder(id=TARO))
    card = issued(tx, CHILD)
    for by, refusal in (
        (cards.citizen(CHILD), errors.GuardianRequired),
        (cards.citizen(TARO), errors.NotGuardian),
        (MAKER, errors.StepNotYours),
        (OTHER_CLERK, errors.NotYourMunicipality),
    ):
        with pytest.raises(refusal):
            cards.report_lost(tx, card.id, by=by, at=NOW)
    assert cards.report_lost(tx, card.id, by=cards.citizen(GUARDIAN), at=NOW)[0].state is CardState.SUSPENDED


def test_a_card_is_given_back_at_the_municipality(tx: Tx) -> None:
    registered(tx)
    card = issued(tx)
    with pytest.raises(errors.StepNotYours):
        cards.return_card(tx, card.id, by=cards.citizen(HANAKO), at=NOW)
    assert cards.return_card(tx, card.id, by=CLERK, at=NOW)[0].state is CardState.RETURNED
    with pytest.raises(errors.CardNotIn):
        cards.return_card(tx, card.id, by=CLERK, at=NOW)


def test_a_face_card_is_the_same_plastic_both_ways(tx: Tx) -> None:
    registered(tx)
    card = issued(tx)
    for kind in (CardKind.FACE, CardKind.STANDARD):
        switched, event = cards.switch_kind(tx, card.id, kind, by=CLERK, at=NOW)
        assert (switched.kind, switched.id, event.outcome) == (kind, card.id, kind.value)
    with pytest.raises(errors.CardNotIn):
        cards.switch_kind(tx, card.id, CardKind.STANDARD, by=CLERK, at=NOW)
    with pytest.raises(errors.CardNotIn):
        cards.switch_kind(tx, card.id, CardKind.CHILD, by=CLERK, at=NOW)


def test_a_card_made_as_a_face_card_is_one(tx: Tx) -> None:
    registered(tx)
    assert issued(tx, is_face_card=True).kind is CardKind.FACE


def test_cards_are_over_after_their_last_day(tx: Tx) -> None:
    registered(tx)
    card = issued(tx)
    assert card.valid_to == date(2036, 3, 31)
    assert cards.expire_cards(tx, CLERK.municipality, by=CLERK, at=on("2036-03-31")) == []
    with pytest.raises(errors.NotYourMunicipality):
        cards.expire_cards(tx, CLERK.municipality, by=OTHER_CLERK, at=on("2036-04-01"))
    (event,) = cards.expire_cards(tx, CLERK.municipality, by=CLERK, at=on("2036-04-01"))
    assert (event.object, event.outcome) == (f"card:{card.id}", "expired")


def test_the_database_lets_nobody_have_two_active_cards(tx: Tx) -> None:
    registered(tx)
    card = issued(tx)
    store.add_card(tx, replace(card, id=cards.CardId(card.id + 1), state=CardState.VOID))
    with pytest.raises(IntegrityError):
        store.add_card(tx, replace(card, id=cards.CardId(card.id + 2)))


def test_a_holder_id_is_shown_with_a_check_sign() -> None:
    shown = cards.shown_holder_id(HolderId(4_711))
    assert cards.parse_holder_id(shown) == 4_711
    with pytest.raises(ValueError, match="check sign"):
        cards.parse_holder_id(shown[:-1] + ("0" if shown[-1] != "0" else "1"))
