"""Until when a consent holds, and what is said under it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.make import person
from onshi.consents import Care, Consent, Disclosed, Giving, Kind, RecordsState, WithdrawnState
from onshi.consents.rules import consents_of, disclosed, newest, state_of_withdrawal, withdrawn
from onshi.kernel import Moment, PersonId, parse_moment
from onshi.registry import CardKey

NOW = parse_moment("2026-11-02T09:00:00.123456")
SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR


def giving(**changes: Any) -> Giving:
    good: dict[str, Any] = {
        "party": "institution:1312345678",
        "person": PersonId(1),
        "kinds": (Kind.DRUGS,),
        "care": Care.OUTPATIENT,
        "check_id": "7ZK3QW9M2X4TB-0FQM",
        "card": CardKey("ISSUER", "S1"),
        "examined_on": date(2026, 11, 2),
    }
    return Giving(**(good | changes))


def consent(at: int = NOW, **changes: Any) -> Consent:
    (one,) = consents_of(giving(**changes), at=Moment(at))
    return one


@pytest.mark.parametrize(("care", "length"), [(Care.OUTPATIENT, DAY), (Care.ONLINE, DAY), (Care.HOME_VISIT, 90 * DAY)])
def test_a_consent_holds_to_the_microsecond(care: Care, length: int) -> None:
    one = consent(care=care)
    assert one.until - one.given_at == length
    moments = [-1, 0, length - 1, length]
    assert [one.in_force(Moment(NOW + after)) for after in moments] == [False, True, True, False]


def test_every_kind_once_in_the_order_of_the_kinds() -> None:
    asked = (Kind.OPERATIONS, Kind.DRUGS, Kind.OPERATIONS)
    assert [one.kind for one in consents_of(giving(kinds=asked), at=NOW)] == [Kind.DRUGS, Kind.OPERATIONS]
    assert consents_of(giving(kinds=()), at=NOW) == ()


@given(st.lists(st.tuples(st.sampled_from(Kind), st.integers(0, 5)), max_size=8))
def test_the_newest_of_each_kind_counts(made: list[tuple[Kind, int]]) -> None:
    found = newest(consent(NOW + after, kinds=(kind,)) for kind, after in made)
    last = {kind: max(after for other, after in made if other is kind) for kind, _ in made}
    assert [(one.kind, one.given_at - NOW) for one in found] == [(kind, last[kind]) for kind in Kind if kind in last]


def test_a_withdrawn_consent_is_over_at_once() -> None:
    one = withdrawn(consent(), at=Moment(NOW + HOUR))
    assert (one.in_force(Moment(NOW + HOUR - 1)), one.in_force(Moment(NOW + HOUR))) == (True, False)
    assert (one.given_at, one.until, one.withdrawn) == (NOW, NOW + HOUR, True)
    assert not withdrawn(consent(), at=NOW).in_force(NOW)


MINE = consent()


@pytest.mark.parametrize(
    ("people", "held", "after", "told"),
    [
        (1, MINE, 0, Disclosed(RecordsState.NONE, MINE.until, person(0))),
        (1, MINE, DAY - 1, Disclosed(RecordsState.NONE, MINE.until, person(0))),
        (1, MINE, DAY, Disclosed(RecordsState.CONSENT_OVER)),
        (1, withdrawn(MINE, at=NOW), 0, Disclosed(RecordsState.CONSENT_OVER)),
        (1, None, 0, Disclosed(RecordsState.NO_CONSENT)),
        (0, None, 0, Disclosed(RecordsState.NOT_FOUND)),
        (0, MINE, 0, Disclosed(RecordsState.NOT_FOUND)),
        (2, MINE, 0, Disclosed(RecordsState.NOT_FOUND)),
    ],
)
def test_what_is_said_of_records(people: int, held: Consent | None, after: int, told: Disclosed) -> None:
    named = [person(number) for number in range(people)]
    assert disclosed(named, held, at=Moment(NOW + after)) == told


@pytest.mark.parametrize(
    ("people", "ended", "state"),
    [
        (1, [MINE], WithdrawnState.WITHDRAWN),
        (1, [], WithdrawnState.NO_CONSENT),
        (0, [], WithdrawnState.NOT_FOUND),
        (2, [], WithdrawnState.NOT_FOUND),
    ],
)
def test_what_is_said_of_a_withdrawal(people: int, ended: list[Consent], state: WithdrawnState) -> None:
    assert state_of_withdrawal([person(number) for number in range(people)], ended) is state
