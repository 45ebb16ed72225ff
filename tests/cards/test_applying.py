"""Applying: by whom, with what, and what is never taken in."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from onshi import cards
from onshi.cards import (
    ApplicationId,
    Desk,
    Doer,
    Event,
    FormId,
    Helper,
    Kind,
    Papers,
    PhotoSource,
    State,
    Venue,
    errors,
)
from onshi.db import Tx
from onshi.kernel import OnshiError

from .make import (
    ASSURED,
    CHILD,
    CLERK,
    ELSEWHERE,
    GUARDIAN,
    HANAKO,
    MAKER,
    NOW,
    OTHER_CLERK,
    PHOTO,
    TARO,
    TODAY,
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
    wish,
)


def test_an_application_is_received_with_its_first_step(tx: Tx) -> None:
    registered(tx)
    taken = applied(tx)
    found = cards.application_by_id(tx, taken.application.id)
    assert found == taken.application
    assert (found.state, found.applied_on, found.is_open) == (State.RECEIVED, TODAY, True)
    assert taken.events == (Event("application_apply", "staff:s-apply", HANAKO, f"application:{found.id}", "received"),)
    assert events_of(tx, found) == [("apply", "new", "received")]
    assert cards.photo_of(tx, found) == PHOTO


def test_a_form_has_23_digits_drawn_at_random(tx: Tx) -> None:
    registered(tx)
    drawn = {cards.print_form(tx, HANAKO, by=CLERK, at=NOW)[0].id for _ in range(20)}
    assert len(drawn) == 20
    assert {len(form) for form in drawn} == {23}


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("12345678901234567890123", "12345678901234567890123"),
        ("１２３４５６７８９０１２３４５６７８９０１２３", "12345678901234567890123"),
        ("1234-5678-9012-3456-7890-123", "12345678901234567890123"),
        (" 1234 5678 9012 3456 7890 123 ", "12345678901234567890123"),
    ],
)
def test_a_form_number_is_read_as_people_type_it(typed: str, digits: str) -> None:
    assert cards.parse_form_id(typed) == digits


@pytest.mark.parametrize(
    "typed", ["", "123456789012", "1234567890123456789012", "123456789012345678901234", "1234567890123456789012x"]
)
def test_what_is_no_form_number_is_refused_and_not_repeated(typed: str) -> None:
    """Twelve digits may be somebody's personal number: the refusal holds them neither in its facts nor in its text."""
    with pytest.raises(errors.FormMalformed) as refused:
        cards.parse_form_id(typed)
    assert refused.value.facts == {}
    assert not typed or typed not in refused.value.text("en") + refused.value.text("ja")


def test_a_second_application_waits_for_the_first(tx: Tx) -> None:
    registered(tx)
    first = applied(tx).application
    with pytest.raises(errors.AlreadyApplied):
        applied(tx)
    cards.take_step(tx, first.id, "cancel", by=CLERK, at=NOW)
    assert applied(tx).application.state is State.RECEIVED


def test_who_was_referred_counts_when_they_come(tx: Tx) -> None:
    registered(tx)
    ticket = cards.refer(
        tx, HANAKO, Desk.MOVE_IN, wish("at_application"), application_id=ApplicationId(1), by=CLERK, at=NOW
    ).application
    assert (ticket.state, ticket.desk, ticket.applied_on) == (State.REFERRED, Desk.MOVE_IN, None)
    assert cards.stages(tx, CLERK.municipality, 202611, 202611)[0].received == 0
    came = cards.receive(tx, ticket.id, photo=PHOTO, by=CLERK, at=after(1)).application
    assert (came.state, came.applied_on) == (State.RECEIVED, date(2026, 11, 3))
    assert cards.stages(tx, CLERK.municipality, 202611, 202611)[0].received == 1


def test_a_defect_is_corrected_with_another_photo(tx: Tx) -> None:
    registered(tx)
    one = applied(tx).application
    cards.take_step(tx, one.id, "find_defect", by=MAKER, at=NOW)
    better = PHOTO + b" better"
    corrected = cards.correct(tx, one.id, photo=better, by=cards.citizen(HANAKO), at=after(2)).application
    assert (corrected.state, corrected.applied_on) == (State.RECEIVED, TODAY)
    assert cards.photo_of(tx, corrected) == better
    assert cards.stages(tx, CLERK.municipality, 202611, 202611)[0].received == 1


def test_no_paper_at_hand_goes_on_as_help_with_the_application(tx: Tx) -> None:
    registered(tx)
    one = applied(tx, method="at_application").application
    seen = cards.identify(tx, one.id, Papers(), assured=ASSURED, by=CLERK, at=NOW)
    assert (seen.taken, seen.may_switch, seen.decision.accepted) == (None, True, False)
    assert seen.events == (Event("application_identify", CLERK.actor, HANAKO, f"application:{one.id}", "not_accepted"),)
    switched = cards.take_step(tx, one.id, "switch_to_support", by=CLERK, at=NOW).application
    assert (switched.state, switched.wish.method) == (State.RECEIVED, "with_support")
    assert (switched.wish.helper, switched.wish.delivery) == (Helper.MUNICIPALITY, "window")
    assert taken_to(tx, switched, "issued").state is State.ISSUED


MISFITS: list[tuple[dict[str, Any], type[OnshiError], str]] = [
    ({"photo": None}, errors.PhotoRefused, "missing"),
    ({"photo": b"GIF89a"}, errors.PhotoRefused, "not-jpeg"),
    ({"photo": PHOTO + bytes(8_000_000)}, errors.PhotoRefused, "too-large"),
    ({"photo_source": PhotoSource.NONE}, errors.PhotoRefused, "missing"),
    ({"photo_source": PhotoSource.LICENCE}, errors.PhotoRefused, "no-licence-here"),
    ({"photo_source": PhotoSource.REUSED}, errors.PhotoRefused, "none-to-reuse"),
    ({"method": "with_support", "helper": None}, errors.WishRefused, "helper"),
    ({"helper": Helper.SHOP}, errors.WishRefused, "helper"),
    ({"method": "workplace", "workplace": None}, errors.WishRefused, "workplace"),
    ({"workplace": "body:x"}, errors.WishRefused, "workplace"),
    ({"method": "express", "express_ground": None, "kind": Kind.FIRST}, errors.WishRefused, "express_ground"),
    ({"express_ground": "lost"}, errors.WishRefused, "express_ground"),
    ({"method": "express", "express_since": date(2026, 10, 2)}, errors.WishRefused, "express_ground"),
    ({"method": "express", "express_ground": "haste"}, errors.WishRefused, "express_ground"),
    ({"method": "express", "delivery": "window"}, errors.WishRefused, "delivery"),
    ({"delivery": "restricted_mail"}, errors.WishRefused, "delivery"),
    ({"method": "telepathy"}, errors.WishRefused, "method"),
    ({"venue": Venue.HALL}, errors.WishRefused, "venue"),
    ({"route": "carrier_pigeon"}, errors.WishRefused, "route"),
    ({"method": "visit_posted", "route": "post"}, errors.WishRefused, "route"),
    ({"kind": Kind.LOST}, errors.WishRefused, "kind"),
    ({"kind": Kind.RENEWAL}, errors.WishRefused, "kind"),
]


def test_what_does_not_fit_is_refused_by_name(tx: Tx) -> None:
    registered(tx)
    for changes, refusal, reason in MISFITS:
        with pytest.raises(OnshiError) as refused:
            applied(tx, **changes)
        named = refused.value.facts.get("reason") or refused.value.facts.get("field")
        assert (type(refused.value), named) == (refusal, reason), changes
    assert applied(tx).application.state is State.RECEIVED  # the same person with a wish that fits


def test_a_licence_photo_is_used_again_at_a_licence_centre(tx: Tx) -> None:
    registered(tx)
    one = applied(tx, method="visit_posted", photo_source=PhotoSource.LICENCE, venue=Venue.LICENCE_CENTRE).application
    assert one.wish.venue is Venue.LICENCE_CENTRE


@pytest.mark.parametrize(
    ("born", "day", "source", "photo", "is_taken"),
    [
        ("2026-06-01", "2026-11-02", PhotoSource.NONE, None, True),  # five months old: no photo
        ("2026-06-01", "2026-11-02", PhotoSource.TAKEN, PHOTO, False),
        ("2024-06-01", "2024-12-01", PhotoSource.NONE, None, False),  # the day before the rule
        ("2024-06-01", "2024-12-02", PhotoSource.NONE, None, True),
        ("2025-06-01", "2026-11-02", PhotoSource.NONE, None, False),  # one already
    ],
)
def test_under_one_there_is_no_photo(
    tx: Tx, born: str, day: str, source: PhotoSource, photo: bytes | None, is_taken: bool
) -> None:
    registered(tx, holder(id=GUARDIAN), child(birth_on=date.fromisoformat(born)), at=on("2024-11-01"))
    wanted = {"photo_source": source, "photo": photo, "at": on(day)}
    if not is_taken:
        with pytest.raises(errors.PhotoRefused):
            applied(tx, CHILD, **wanted)
        return
    assert applied(tx, CHILD, **wanted).application.photo is None
    assert issued_kind(tx, on(day)) is cards.CardKind.CHILD


def issued_kind(tx: Tx, at: Any) -> cards.CardKind:
    (one,) = cards.applications_of(tx, CHILD)
    taken_to(tx, one, "shipped", at=at)
    return cards.cards_of(tx, CHILD)[-1].kind


@pytest.mark.parametrize(
    ("who", "by", "refusal"),
    [
        (HANAKO, cards.citizen(HANAKO), None),
        (HANAKO, cards.citizen(TARO), errors.NotGuardian),
        (CHILD, cards.citizen(GUARDIAN), None),
        (CHILD, cards.citizen(CHILD), errors.GuardianRequired),
        (CHILD, cards.citizen(TARO), errors.NotGuardian),
        (HANAKO, OTHER_CLERK, errors.NotYourMunicipality),
        (HANAKO, MAKER, errors.StepNotYours),
    ],
)
def test_who_may_apply_for_whom(tx: Tx, who: Any, by: cards.By, refusal: type[OnshiError] | None) -> None:
    registered(tx, holder(), holder(id=TARO), holder(id=GUARDIAN), child())
    if refusal is None:
        assert applied(tx, who, by=by).application.holder == who
        return
    with pytest.raises(OnshiError) as refused:
        applied(tx, who, by=by)
    assert type(refused.value) is refusal


def test_a_guardian_is_one_until_the_child_is_of_age(tx: Tx) -> None:
    registered(tx, holder(id=GUARDIAN), child(birth_on=date(2008, 11, 2)))
    with pytest.raises(errors.NotGuardian):
        applied(tx, CHILD, by=cards.citizen(GUARDIAN))  # eighteen today
    assert applied(tx, CHILD, by=cards.citizen(CHILD)).application.holder == CHILD


def test_a_form_is_void_after_a_move_a_card_and_a_death(tx: Tx) -> None:
    registered(tx, holder(), holder(id=TARO))
    form, _ = cards.print_form(tx, HANAKO, by=CLERK, at=NOW)
    issued(tx)
    assert (cards.form_by_id(tx, form.id).end_reason, cards.form_by_id(tx, form.id).ended_on) == ("used", TODAY)
    with pytest.raises(errors.FormVoid):
        cards.apply(tx, form.id, wish(), photo=PHOTO, application_id=ApplicationId(9), by=CLERK, at=NOW)
    other, _ = cards.print_form(tx, TARO, by=CLERK, at=NOW)
    cards.note_death(tx, TARO, TODAY, by=CLERK, at=NOW)
    assert cards.form_by_id(tx, other.id).end_reason == "deceased"
    with pytest.raises(errors.HolderDeceased):
        cards.apply(tx, other.id, wish(), photo=PHOTO, application_id=ApplicationId(9), by=CLERK, at=NOW)
    with pytest.raises(errors.UnknownForm):
        cards.form_by_id(tx, FormId("0" * 23))


def test_a_case_of_somebody_else_is_not_there(tx: Tx) -> None:
    registered(tx, holder(), holder(id=TARO), holder(id=GUARDIAN), child())
    one = applied(tx, CHILD, by=cards.citizen(GUARDIAN)).application
    for by in (CLERK, cards.citizen(GUARDIAN), MAKER):
        assert cards.followed(tx, one.id, by=by, at=NOW) == one
    helper = cards.helper(Helper.SHOP)
    for by in (OTHER_CLERK, cards.citizen(TARO), helper, cards.municipality(ELSEWHERE, "staff:s-e")):
        with pytest.raises(errors.UnknownApplication):
            cards.followed(tx, one.id, by=by, at=NOW)
    with pytest.raises(errors.UnknownApplication):
        cards.followed(tx, ApplicationId(one.id + 1_000_000), by=CLERK, at=NOW)


def test_what_can_be_done_next_is_told(tx: Tx) -> None:
    registered(tx)
    one = applied(tx).application
    assert [step.name for step in cards.steps_ahead(one, Doer.CITIZEN)] == ["cancel"]
    assert [step.name for step in cards.steps_ahead(one, Doer.MAKER)] == ["find_defect", "order"]
    gone = cards.take_step(tx, one.id, "cancel", by=cards.citizen(HANAKO), at=NOW).application
    assert [cards.steps_ahead(gone, doer) for doer in Doer] == [(), (), (), ()]


def test_photos_are_deleted_and_the_rest_stays(tx: Tx) -> None:
    registered(tx, holder(), holder(id=TARO))
    open_one = applied(tx).application
    closed = cards.take_step(tx, applied(tx, TARO).application.id, "cancel", by=CLERK, at=NOW).application
    assert cards.purge_photos(tx, closed_before=TODAY) == 0
    assert cards.purge_photos(tx, closed_before=date(2026, 11, 3)) == 1
    assert (cards.photo_of(tx, open_one), cards.photo_of(tx, closed)) == (PHOTO, None)
    assert cards.application_by_id(tx, closed.id) == closed
    assert cards.forget_photos(tx, HANAKO, by=cards.citizen(HANAKO), at=NOW).outcome == "1"
    assert cards.photo_of(tx, open_one) is None


def test_facts_about_a_holder_are_versions(tx: Tx) -> None:
    registered(tx)
    renamed = replace(holder(), name="別姓　花子")
    is_certified, event = cards.amend_holder(tx, renamed, by=CLERK, at=after(1))
    assert (is_certified, event.action) == (True, "holder_amended")
    assert cards.holder_by_id(tx, HANAKO).name == "別姓　花子"
    assert cards.holder_by_id(tx, HANAKO, known_at=NOW) == holder()
    unchanged = replace(renamed, post_number="1000002")
    assert cards.amend_holder(tx, unchanged, by=CLERK, at=after(2))[0] is False
    with pytest.raises(errors.NotYourMunicipality):
        cards.amend_holder(tx, renamed, by=OTHER_CLERK, at=after(3))
    with pytest.raises(errors.UnknownHolder):
        cards.holder_by_id(tx, TARO)


def test_stepping_through_by_hand_matches_the_builder(tx: Tx) -> None:
    registered(tx)
    one = stepped(tx, applied(tx).application, "order")
    assert one.state is State.MAKING


def test_what_a_card_can_be_wanted_for_follows_from_the_last_one(tx: Tx) -> None:
    registered(tx)
    assert cards.kinds_open(cards.cards_of(tx, HANAKO), TODAY) == (Kind.FIRST,)
    card = issued(tx)
    held = cards.cards_of(tx, HANAKO)
    assert cards.kinds_open(held, TODAY) == (Kind.DAMAGED, Kind.ENTRIES_FULL)
    assert cards.kinds_open(held, card.valid_to) == (Kind.RENEWAL, Kind.DAMAGED, Kind.ENTRIES_FULL)
    cards.report_lost(tx, card.id, by=cards.citizen(HANAKO), at=NOW)
    assert cards.kinds_open(cards.cards_of(tx, HANAKO), TODAY) == (Kind.LOST,)
