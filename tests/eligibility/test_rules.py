"""Every situation of the tables gets exactly its answer."""

from datetime import timedelta

import msgspec
import pytest

from onshi.eligibility import Answer, AnswerKind, Freshness, Notice, OtherCoverage, validity
from onshi.eligibility.rules import decide
from onshi.kernel import Moment
from onshi.registry import (
    Found,
)

from . import make
from .make import (
    MUNICIPAL,
    NOW,
    SOCIETY,
    STALE,
    TODAY,
    UNLOADED,
    by_card,
    by_number,
    coverage,
    found,
)
from .situations import ALL, NEWER_SOCIETY, NOBODY, OLDER_MUNICIPAL, Case, K, lost

NATIONAL = {
    K.IN_FORCE: "1",
    K.LAWFUL_DOUBLE: "1",
    K.LOST: "2",
    K.LOST_OTHER_IN_FORCE: "3",
    K.NOT_REGISTERED: "4",
    K.MORE_THAN_ONE: "5",
    K.NOT_YET_LOADED: "4",
    K.UNDER_REVIEW: "4",
    K.CANNOT_TELL: "4",
}


def answered(case: Case) -> Answer:
    return decide(case.query, case.found, make.BOOK, at=NOW)


@pytest.mark.parametrize("case", ALL.values(), ids=ALL)
def test_situation(case: Case) -> None:
    answer = answered(case)
    assert (answer.kind, answer.notices) == (case.kind, case.notices)
    assert (answer.validity, answer.on) == (NATIONAL[case.kind], case.query.on)
    assert answer.freshness == (None if case.fresh is None else fresh(case.fresh))
    shown = {c.id: (c, s.person) for s in case.found.sightings for c in s.coverages}
    if case.shown is None:
        assert (answer.person, answer.coverage) == (None, None)
    else:
        expected, who = shown[case.shown]
        assert answer.person is not None
        assert answer.coverage is not None
        assert (answer.person.name, answer.person.address) == (who.name, who.address)
        coverage_shown = answer.coverage
        assert (
            coverage_shown.insurer_number,
            coverage_shown.starts_on,
            coverage_shown.lost_on,
            coverage_shown.branch,
        ) == (
            expected.insurer,
            expected.starts_on,
            expected.lost_on,
            expected.branch,
        )
    if case.other is None:
        assert answer.other is None
    else:
        (other,) = [c for c, _ in shown.values() if c.insurer == case.other]
        assert answer.other == OtherCoverage(other.insurer, make.BOOK[other.insurer].name, other.starts_on)


def fresh(number: str) -> Freshness:
    insurer = next(one for one in make.INSURERS if one.number == number)
    if number == UNLOADED:
        return Freshness(number, insurer.name)
    when = "2026-02-14T09:00:00+09:00" if number == STALE else "2026-04-01T08:00:00+09:00"
    return Freshness(number, insurer.name, when, 4)


def test_every_answer_and_every_notice_has_a_situation() -> None:
    assert {case.kind for case in ALL.values()} == set(AnswerKind)
    assert {notice for case in ALL.values() for notice in case.notices} == set(Notice)


def test_the_national_code_of_every_answer() -> None:
    assert {kind: validity(kind) for kind in AnswerKind} == NATIONAL


@pytest.mark.parametrize(
    ("days", "kind"), [(44, K.NOT_REGISTERED), (45, K.NOT_REGISTERED), (46, K.CANNOT_TELL), (400, K.CANNOT_TELL)]
)
def test_when_data_are_too_old_for_a_no(days: int, kind: AnswerKind) -> None:
    old = msgspec.structs.replace(make.BOOK[SOCIETY], last_loaded_at=Moment(NOW - days * make.DAY))
    assert decide(by_number(), NOBODY, {SOCIETY: old}, at=NOW).kind is kind


# What a card refused by 自己情報提供不可 answers.

REFUSED = [
    found(coverage(refused=True)),
    found(coverage(), lost(11, by=MUNICIPAL, refused=True)),
    found(lost(refused=True)),
    found(coverage(refused=True, suspended=True)),
    found(OLDER_MUNICIPAL, msgspec.structs.replace(NEWER_SOCIETY, refused=True)),
    found(coverage(card_class="05", refused=True, undisclosed=True)),
]


@pytest.mark.parametrize("refused", REFUSED)
def test_a_refused_card_answers_as_an_unknown_one_to_the_byte(refused: Found) -> None:
    query = by_card(limit_consent=True, disease_consent=True)
    encode = msgspec.json.Encoder(order="sorted").encode
    unknown = encode(decide(query, NOBODY, make.BOOK, at=NOW))
    assert encode(decide(query, refused, make.BOOK, at=NOW)) == unknown
    assert unknown == b'{"kind":"not_registered","on":"2026-04-01","validity":"4"}'


def test_the_order_in_which_coverages_were_found_never_counts() -> None:
    days = [TODAY - timedelta(n) for n in (0, 10, 20)]
    for case in ALL.values():
        for on in days:
            query = msgspec.structs.replace(case.query, on=on)
            turned = Found(
                tuple(msgspec.structs.replace(s, coverages=s.coverages[::-1]) for s in case.found.sightings[::-1]),
                case.found.held,
            )
            assert decide(query, turned, make.BOOK, at=NOW) == decide(query, case.found, make.BOOK, at=NOW)
