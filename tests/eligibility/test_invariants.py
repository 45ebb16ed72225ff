"""What holds for every answer, whatever was found and asked."""

import json
from datetime import date, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from onshi.eligibility import Answer, AnswerKind, ByNumber, Query, proof
from onshi.eligibility.rules import decide
from onshi.eligibility.shown import freshness_of
from onshi.kernel import InsurerNumber, Moment
from onshi.registry import (
    Coverage,
    Details,
    DiseaseCertificate,
    ElderlyCertificate,
    Found,
    LimitCertificate,
    Sighting,
)

from . import make

SILENT = {
    AnswerKind.NOT_REGISTERED,
    AnswerKind.MORE_THAN_ONE,
    AnswerKind.NOT_YET_LOADED,
    AnswerKind.UNDER_REVIEW,
    AnswerKind.CANNOT_TELL,
}
DAYS = st.dates(date(2026, 3, 25), date(2026, 4, 8)) | st.dates(date(1950, 1, 1), date(2100, 1, 1))
BIRTHS = st.sampled_from([make.BORN, date(2020, 4, 2), date(1956, 4, 1), date(1951, 4, 1), date(2026, 4, 1)])
NUMBERS = st.sampled_from(list(make.BOOK))
ASKED_NUMBERS = NUMBERS | st.sampled_from([make.UNKNOWN, make.UNKNOWN_WRONG, InsurerNumber("00000000")])
CERTIFICATES = st.builds(
    Details,
    holder_name=st.none() | st.text(max_size=4),
    card_issued_on=st.none() | DAYS,
    share=st.none() | st.sampled_from([10, 20, 30]),
    elderly=st.none() | st.builds(ElderlyCertificate, st.sampled_from([20, 30]), DAYS, st.none() | DAYS),
    limit=st.none() | st.builds(LimitCertificate, st.just("01"), st.just("A03"), DAYS),
    diseases=st.lists(st.builds(DiseaseCertificate, st.just("1"), DAYS, st.just(10_000)), max_size=2).map(tuple),
)


@st.composite
def coverages(draw: st.DrawFn, person: int, identity: int) -> Coverage:
    start = draw(DAYS)
    lost = draw(st.none() | st.integers(-1, 4).map(lambda days: start + timedelta(days)) | DAYS)
    return make.coverage(
        identity,
        draw(NUMBERS),
        person=person,
        number=draw(st.sampled_from(["4410", "4410", "7"])),
        symbol=draw(st.sampled_from([None, "７２１", '\x7f"\\/\u2028é𠮷\x01'])),
        branch=draw(st.sampled_from([None, "", " ", "01", "1", "02"])),
        starts_on=start,
        lost_on=lost,
        card_class=draw(st.sampled_from(["01", "05", "A1"])),
        undisclosed=draw(st.booleans()),
        refused=draw(st.integers(0, 5)) == 0,
        suspended=draw(st.integers(0, 5)) == 0,
        details=draw(CERTIFICATES),
    )


@st.composite
def sightings(draw: st.DrawFn, person: int, *, by_card: bool) -> Sighting:
    held = draw(st.lists(st.integers(), max_size=3))
    mine = tuple(draw(coverages(person, person * 10 + place)) for place in range(len(held)))
    who = make.person(person, birth_on=draw(BIRTHS), address=draw(st.none() | st.just(f"見本町{person}")))
    return make.sighting(*mine, who=who, matched=() if by_card else None)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Query, Found]:
    by_card = draw(st.booleans())
    consents = {"limit_consent": draw(st.booleans()), "disease_consent": draw(st.booleans())}
    on = draw(DAYS)
    count = draw(st.integers(0, 1 if by_card else 3))
    seen = Found(tuple(draw(sightings(person + 1, by_card=by_card)) for person in range(count)), draw(st.booleans()))
    if by_card:
        return make.by_card(on=on, **consents), seen
    branch = draw(st.sampled_from([None, "", "  ", "01", "1", "２", "03", "\x00"]))
    query = make.by_number(draw(ASKED_NUMBERS), on=on, branch=branch, birth_on=draw(BIRTHS), **consents)
    return query, seen


MOMENTS = st.sampled_from([make.NOW, make.NOW - 400 * make.DAY, make.NOW + 400 * make.DAY]).map(Moment)
encode = msgspec.json.Encoder(order="sorted").encode


@settings(max_examples=600, deadline=None)
@given(situations(), MOMENTS)
def test_every_question_has_one_truthful_answer(situation: tuple[Query, Found], at: Moment) -> None:
    query, seen = situation
    answer = decide(query, seen, make.BOOK, at=at)
    assert answer.on == query.on
    if answer.kind in SILENT:
        assert (answer.person, answer.coverage, answer.other) == (None, None, None)
        return
    assert answer.person is not None
    assert answer.coverage is not None
    (who,) = [one for one in seen.sightings if one.person.name == answer.person.name]
    shown = answer.coverage
    mine = [c for c in who.coverages if (c.insurer, c.starts_on) == (shown.insurer_number, shown.starts_on)]
    assert any(c.in_force(query.on) for c in mine) == (answer.kind in (AnswerKind.IN_FORCE, AnswerKind.LAWFUL_DOUBLE))
    others = [one.person for one in seen.sightings if one is not who]
    text = encode(answer).decode()
    assert not any(other.name in text or (other.address or other.name) in text for other in others)
    if query.presence == "number" and any(c.undisclosed for c in who.coverages):
        assert (answer.person.address, answer.person.post_number) == (None, None)
    if query.presence == "card":
        assert not any(c.refused for c in who.coverages)
    if not query.limit_consent:
        assert shown.limit is None
    if not query.disease_consent:
        assert shown.diseases == ()


@settings(max_examples=300, deadline=None)
@given(situations(), MOMENTS)
def test_a_negative_answer_about_an_insurer_says_how_fresh_its_data_are(
    situation: tuple[Query, Found], at: Moment
) -> None:
    query, seen = situation
    answer = decide(query, seen, make.BOOK, at=at)
    about: str | None = None
    if answer.kind in (AnswerKind.LOST, AnswerKind.LOST_OTHER_IN_FORCE):
        assert answer.coverage is not None
        about = answer.coverage.insurer_number
    elif isinstance(query.asked, ByNumber) and answer.kind in SILENT - {AnswerKind.MORE_THAN_ONE}:
        about = query.asked.insurer if query.asked.insurer in make.BOOK else None
    # A card that shows nobody names no insurer either: a doubtful link may lead to somebody else's.
    assert answer.freshness == (None if about is None else freshness_of(make.BOOK[InsurerNumber(about)]))


@settings(max_examples=300, deadline=None)
@given(situations(), MOMENTS)
def test_an_answer_is_canonical_json_and_reads_back(situation: tuple[Query, Found], at: Moment) -> None:
    query, seen = situation
    answer = decide(query, seen, make.BOOK, at=at)
    text = encode(answer)
    plain = json.loads(text)
    # RFC 8785 for objects whose names are ASCII and whose numbers are whole: sorted, tight, UTF-8, shortest escapes.
    assert text == json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert text == proof.canonical(plain)
    assert msgspec.json.decode(text, type=Answer) == answer


@settings(max_examples=200, deadline=None)
@given(situations())
def test_the_order_of_what_was_found_never_counts(situation: tuple[Query, Found]) -> None:
    query, seen = situation
    turned = Found(
        tuple(msgspec.structs.replace(s, coverages=s.coverages[::-1]) for s in seen.sightings[::-1]), seen.held
    )
    assert decide(query, turned, make.BOOK, at=make.NOW) == decide(query, seen, make.BOOK, at=make.NOW)
