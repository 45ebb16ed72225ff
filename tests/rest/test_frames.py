"""What goes between the server and its checker arrives as it was sent."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.db import DatabaseBusy
from onshi.eligibility import Asker, ByCard, ByNumber, Query
from onshi.interfaces.rest.frames import (
    Answered,
    Asked,
    Counted,
    Cutter,
    Ready,
    framed,
    read_asked,
    read_told,
    told_outcome,
)
from onshi.interfaces.rest.lane import BATCH_LIMIT, grouped
from onshi.interfaces.rest.logs import Fault
from onshi.kernel import InsurerNumber, Moment

DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
QUESTIONS = st.builds(
    Query,
    asked=st.builds(ByCard, issuer=TEXTS, serial=TEXTS)
    | st.builds(
        ByNumber,
        insurer=TEXTS.map(InsurerNumber),
        number=TEXTS,
        birth_on=DAYS,
        symbol=st.none() | TEXTS,
        branch=st.none() | TEXTS,
    ),
    on=DAYS,
    known_at=st.none() | st.integers(0, 2**62).map(Moment),
    limit_consent=st.booleans(),
    disease_consent=st.booleans(),
    presence=st.sampled_from(["number", "card"]),
)
ASKED = st.lists(st.tuples(QUESTIONS, st.builds(Asker, party=TEXTS, code=TEXTS), st.none() | TEXTS), max_size=4)
OUTCOMES = st.lists(
    st.none() | st.binary(max_size=9) | st.builds(Fault, kind=TEXTS, frames=st.lists(TEXTS, max_size=2))
)
TOLD = (
    st.builds(Answered, st.integers(0, 2**40), OUTCOMES)
    | st.builds(Counted, st.just({"lost": 3}), st.integers(0, 9))
    | st.just(Ready())
)


@given(ASKED)
def test_questions_arrive_as_they_were_asked(asked: list[Asked]) -> None:
    (frame,) = Cutter().cut(framed(asked))
    assert read_asked(frame) == asked


@given(st.lists(TOLD, max_size=4), st.lists(st.integers(0, 200), max_size=6))
def test_a_stream_cut_anywhere_gives_the_same_frames(told: list[Answered | Counted | Ready], cuts: list[int]) -> None:
    stream = b"".join(framed(one) for one in told)
    cutter = Cutter()
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    pieces = [stream[start:end] for start, end in zip(places, places[1:], strict=False)]
    assert [read_told(frame) for piece in pieces for frame in cutter.cut(piece)] == told


@pytest.mark.parametrize("frame", [b"", b"\xc1", msgspec.msgpack.encode({"type": "other"})])
def test_what_is_no_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        read_told(frame)


def test_an_outcome_says_what_may_be_told_of_a_fault() -> None:
    try:
        raise LookupError("花子")
    except LookupError as error:
        told = told_outcome(error)
    assert isinstance(told, Fault)
    assert (told.kind, "花子" in str(told)) == ("LookupError", False)
    assert told.frames[-1].endswith("test_an_outcome_says_what_may_be_told_of_a_fault")
    assert (told_outcome(b"{}"), told_outcome(DatabaseBusy())) == (b"{}", None)


@given(st.lists(st.integers(1, BATCH_LIMIT), max_size=12))
def test_batches_that_wait_are_put_together_up_to_the_limit(sizes: list[int]) -> None:
    one = (Query(ByCard("i", "s"), date(2026, 1, 1)), Asker("p", "c"), None)
    groups = list(grouped(([one] * size, place) for place, size in enumerate(sizes)))
    assert [place for group in groups for _, place in group] == list(range(len(sizes)))
    totals = [sum(len(asked) for asked, _ in group) for group in groups]
    assert all(total <= BATCH_LIMIT for total in totals)
    for (first, *_), total in zip(groups[1:], totals, strict=False):
        assert total + len(first[0]) > BATCH_LIMIT, "no more would have fitted"
