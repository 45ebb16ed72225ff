"""What the log notes of a check: written and read back, and true to what was shown."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onshi.eligibility import ByCard, ByNumber, Query
from onshi.eligibility.notes import note_of, notes_read
from onshi.eligibility.rules import decide, subject_of
from onshi.eligibility.shown import shown_coverage, shown_id
from onshi.kernel import Moment
from onshi.registry import Found

from . import make
from .make import by_card, by_number, coverage, day, found
from .test_invariants import MOMENTS, situations

NUMBER = make.by_number().asked
CARD = ByCard("ISSUER", "S1")
LETTERS = {"card": "c", "pin": "p", "face": "f", "staff": "s", "anything": "c"}
QUERIES = st.builds(
    Query,
    st.sampled_from([NUMBER, CARD]),
    st.dates(),
    st.none() | st.integers(-(2**62), 2**62).map(Moment),
    st.booleans(),
    st.booleans(),
    st.sampled_from(list(LETTERS)),
)


@settings(deadline=None)
@given(st.lists(st.tuples(QUERIES, st.none() | st.integers(0, 2**63 - 1)), min_size=1, max_size=20))
def test_what_is_written_is_read_back(cases: list[tuple[Query, int | None]]) -> None:
    read = notes_read(pl.Series([note_of(query, shown) for query, shown in cases]))
    assert read.rows() == [
        (
            shown,
            query.on,
            "n" if isinstance(query.asked, ByNumber) else LETTERS[query.presence],
            query.limit_consent,
            query.disease_consent,
            query.known_at,
        )
        for query, shown in cases
    ]


@pytest.mark.parametrize(
    ("query", "shown", "note"),
    [
        (by_number(), 255, "ff.20260401.n"),
        (by_number(limit_consent=True), None, "-.20260401.nl"),
        (by_card(on=day("0999-01-02"), limit_consent=True, disease_consent=True), 1, "1.09990102.cld"),
        (Query(CARD, make.TODAY, Moment(7), disease_consent=True, presence="face"), 10, "a.20260401.fd.7"),
    ],
)
def test_a_note_holds_ids_and_codes_only(query: Query, shown: int | None, note: str) -> None:
    assert note_of(query, shown) == note


@pytest.mark.parametrize(
    "text", [None, "", "coverage:7", "7ZK3QW9M2X4TB-0FQM", "ff.20260401", "ff.20260401.n.", "FF.20260401.n", "-.2026.n"]
)
def test_what_is_no_note_says_nothing(text: str | None) -> None:
    (row,) = notes_read(pl.Series([text], dtype=pl.String)).rows()
    assert row == (None,) * 6


@settings(max_examples=400, deadline=None)
@given(situations(), MOMENTS)
def test_the_coverage_noted_is_the_one_shown(situation: tuple[Query, Found], at: Moment) -> None:
    query, seen = situation
    answer = decide(query, seen, make.BOOK, at=at)
    subject = subject_of(query, seen)
    noted = shown_id(query, seen, answer, subject)
    assert (noted is None) == (answer.coverage is None)
    if answer.coverage is not None:
        (mine,) = [one for one in seen.sightings if one.person.id == subject]
        (one,) = [one for one in mine.coverages if one.id == noted]
        assert shown_coverage(query, one, make.BOOK[one.insurer], mine.person.birth_on) == answer.coverage


def test_of_two_that_differ_in_little_the_right_one_is_noted() -> None:
    older = coverage(10, card_class="01")
    newer = coverage(11, card_class="05")
    query, seen = by_number(), found(older, newer)
    answer = decide(query, seen, make.BOOK, at=make.NOW)
    assert answer.coverage is not None and answer.coverage.card_class == "05"
    assert shown_id(query, seen, answer, subject_of(query, seen)) == 11
    assert date(2026, 4, 1) == query.on
