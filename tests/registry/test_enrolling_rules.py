"""Every state and step of an enrolment, as tables."""

from datetime import date

import msgspec
import pytest

from onshi.kernel import Moment, PersonId
from onshi.registry.enrolling import Enrolment, EnrolmentId, Message, Place, State, rules
from onshi.registry.enrolling.messages import messages
from onshi.registry.enrolling.model import NOBODY, Verdict

from .desk import CARD, HANAKO, OTHER_CARD
from .world import SOCIETY

P, Q = PersonId(1), PersonId(2)
WAITING = Enrolment(EnrolmentId(7), CARD, HANAKO, Place.PORTAL, "portal:demo", Moment(5), State.RESERVED)
ASKED = msgspec.structs.replace(
    WAITING, state=State.UNDER_REVIEW, reason="near-match", candidate=Q, not_meant=(PersonId(9),)
)
NEAR = Verdict(reason="near-match", candidate=Q)
DAY = date(2027, 1, 1)


@pytest.mark.parametrize("one", [WAITING, ASKED])
@pytest.mark.parametrize(
    ("verdict", "linked", "is_enrolled", "state", "person", "reason", "candidate"),
    [
        (Verdict(person=P), None, False, "complete", P, None, None),
        (Verdict(person=P), P, False, "complete", P, None, None),
        (Verdict(person=P), Q, False, "under_review", None, "card-linked-elsewhere", Q),
        (Verdict(person=P), Q, True, "under_review", None, "card-linked-elsewhere", Q),
        (Verdict(person=P), None, True, "under_review", None, "enrolled-already", P),
        (Verdict(person=P), P, True, "under_review", None, "enrolled-already", P),
        (NEAR, None, False, "under_review", None, "near-match", Q),
        (NEAR, Q, False, "under_review", None, "card-linked-elsewhere", Q),
        (NOBODY, None, False, "reserved", None, None, None),
        (NOBODY, P, False, "under_review", None, "card-linked-elsewhere", P),
    ],
)
def test_what_becomes_of_one_that_waits(
    one: Enrolment,
    verdict: Verdict,
    linked: PersonId | None,
    is_enrolled: bool,
    state: str,
    person: PersonId | None,
    reason: str | None,
    candidate: PersonId | None,
) -> None:
    found = rules.judged(one, verdict, linked=linked, is_enrolled=is_enrolled)
    assert (found.state.value, found.person, found.reason, found.candidate) == (state, person, reason, candidate)
    # Its place, its card and who holds that never change by being looked at.
    assert (found.id, found.card, found.holder, found.at) == (one.id, one.card, one.holder, one.at)
    assert found.not_meant == (() if state == "complete" else one.not_meant)


def test_who_is_ruled_out_stays_so_until_it_is_complete() -> None:
    out = rules.ruled_out(ASKED, [Q])
    assert (out.state, out.reason, out.candidate, out.not_meant) == (State.RESERVED, None, None, (Q, PersonId(9)))
    assert rules.joined(out, P).not_meant == ()


COMPLETE = rules.joined(WAITING, P)
REQUESTED = rules.withdrawal_asked(COMPLETE, SOCIETY, DAY)
WITHDRAWN = rules.withdrawn(REQUESTED)
NEW = Enrolment(EnrolmentId(8), OTHER_CARD, HANAKO, Place.READER, "r", Moment(9), State.RESERVED)


@pytest.mark.parametrize(
    ("one", "state", "at", "effective_on", "place"),
    [
        (COMPLETE, State.COMPLETE, 5, None, Place.PORTAL),
        (REQUESTED, State.WITHDRAWAL_REQUESTED, 5, DAY, Place.PORTAL),
        (WITHDRAWN, State.COMPLETE, 9, None, Place.READER),
    ],
)
def test_an_enrolment_follows_to_another_card(
    one: Enrolment, state: State, at: int, effective_on: date | None, place: Place
) -> None:
    followed = rules.following(one, NEW)
    assert (followed.id, followed.card, followed.person) == (one.id, OTHER_CARD, P)
    assert (followed.state, followed.at, followed.effective_on, followed.place) == (state, at, effective_on, place)


@pytest.mark.parametrize(
    ("one", "is_waiting", "is_live"),
    [
        (WAITING, True, False),
        (ASKED, True, False),
        (COMPLETE, False, True),
        (REQUESTED, False, True),
        (WITHDRAWN, False, False),
    ],
)
def test_one_waits_holds_or_is_over(one: Enrolment, is_waiting: bool, is_live: bool) -> None:
    assert (one.is_waiting, one.is_live) == (is_waiting, is_live)


def test_a_step_is_told_once_and_a_new_card_is_no_step() -> None:
    other = rules.on_card(COMPLETE, OTHER_CARD)
    versions = [WAITING, ASKED, ASKED, COMPLETE, other, rules.withdrawal_asked(other, SOCIETY, DAY), WITHDRAWN]
    told = list(messages((Moment(at), one) for at, one in enumerate(versions)))
    assert told == [
        Message(Moment(0), "reserved"),
        Message(Moment(1), "under-review"),
        Message(Moment(3), "completed"),
        Message(Moment(5), "withdrawal-requested", DAY),
        Message(Moment(6), "withdrawn", DAY),
    ]
