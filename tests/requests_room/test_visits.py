"""Visits: asked for and answered, for enough people, and few are never told to the body; materials handed on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode, OnshiError, parse_moment
from onshi.places import UnknownMunicipality
from onshi.requests import HandedOn, Material, Visit, VisitState, materials, visiting, visits
from onshi.requests.errors import (
    MaterialMalformed,
    TooEarly,
    UnknownMaterial,
    UnknownVisit,
    VisitOver,
    VisitRefused,
    VisitTooSmall,
)
from onshi.requests.model import BodyTotals, DeclineReason, MaterialId

from .make import AT, BODY, ISSUED, MINISTRY, OTHER_BODY, TODAY, TOWN, day, visit

AFTER = parse_moment("2020-03-20T10:00:00")
NEIGHBOUR = MunicipalityCode("131024")


def asked(tx: Tx, **changes: Any) -> Visit:
    return visits.ask(tx, visit(**changes), at=AT)


def accepted(tx: Tx, **changes: Any) -> Visit:
    return visits.accept(tx, TOWN, asked(tx, **changes).id, day=day("03-10"), time="9:30", at=AT)


def held(tx: Tx, applications: int, **changes: Any) -> Visit:
    return visits.enter_result(tx, TOWN, accepted(tx, **changes).id, applications, at=AFTER)


def test_a_visit_is_asked_for_accepted_and_held(tx: Tx) -> None:
    found = accepted(tx)
    assert (found.state, found.day, found.time, found.changed_on) == (
        VisitState.ACCEPTED,
        day("03-10"),
        "09:30",
        TODAY,
    )
    done = visits.enter_result(tx, TOWN, found.id, 18, at=AFTER)
    assert visits.visits_to(tx, TOWN) == [done]
    assert (done.state, done.applications) == (VisitState.HELD, 18)
    assert visits.enter_result(tx, TOWN, found.id, 19, at=AFTER).applications == 19


def test_another_day_is_proposed_and_taken(tx: Tx) -> None:
    found = asked(tx)
    offered = visits.propose(tx, TOWN, found.id, day=day("03-17"), time="13:00", at=AT)
    assert (offered.state, offered.day) == (VisitState.PROPOSED, day("03-17"))
    visits.propose(tx, TOWN, found.id, day=day("03-18"), time="13:00", at=AT)
    with pytest.raises(VisitRefused):  # it saw the offer before
        visits.agree(tx, BODY, found.id, day=day("03-17"), time="13:00", at=AT)
    visits.propose(tx, TOWN, found.id, day=day("03-17"), time="13:00", at=AT)
    taken = visits.agree(tx, BODY, found.id, day=day("03-17"), time="13:00", at=AT)
    assert (taken.state, taken.day, taken.time) == (VisitState.ACCEPTED, day("03-17"), "13:00")


def test_a_visit_is_declined_for_a_named_reason(tx: Tx) -> None:
    found = visits.decline(tx, TOWN, asked(tx).id, DeclineReason.NO_STAFF, at=AT)
    assert (found.state, found.reason) == (VisitState.DECLINED, DeclineReason.NO_STAFF)


@pytest.mark.parametrize(
    ("changes", "error", "facts"),
    [
        ({"wished": ()}, VisitRefused, {"field": "wished"}),
        ({"wished": (TODAY,)}, VisitRefused, {"field": "wished"}),
        ({"wished": tuple(day(f"03-0{one}") for one in range(1, 7))}, VisitRefused, {"field": "wished"}),
        ({"expected": 0}, VisitRefused, {"field": "expected"}),
        ({"expected": 9}, VisitTooSmall, {"minimum": 10}),
        ({"municipality": MunicipalityCode("131017")}, UnknownMunicipality, {"code": "131017"}),
    ],
)
def test_what_cannot_be_asked_for(
    tx: Tx, changes: dict[str, Any], error: type[OnshiError], facts: dict[str, Any]
) -> None:
    visits.set_minimum(tx, TOWN, 10, at=AT)
    with pytest.raises(error) as found:
        asked(tx, **changes)
    assert found.value.facts == facts
    assert visits.visits_to(tx, TOWN) == []


def test_how_many_are_enough_is_the_towns_own_setting(tx: Tx) -> None:
    assert visits.minimum_of(tx, TOWN) == 0
    asked(tx, expected=1)
    visits.set_minimum(tx, TOWN, 5, at=AT)
    visits.set_minimum(tx, TOWN, 10, at=Moment(AT + 1))
    visits.set_minimum(tx, NEIGHBOUR, 3, at=AT)
    assert (visits.minimum_of(tx, TOWN), visits.minimum_of(tx, NEIGHBOUR)) == (10, 3)
    asked(tx, municipality=NEIGHBOUR, expected=3)
    for wrong in (-1, 1_001):
        with pytest.raises(VisitRefused):
            visits.set_minimum(tx, TOWN, wrong, at=AT)


Act = Callable[[Tx, Visit], object]


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda tx, one: visits.accept(tx, NEIGHBOUR, one.id, day=day("03-10"), time="9:00", at=AT), UnknownVisit),
        (lambda tx, one: visits.decline(tx, NEIGHBOUR, one.id, DeclineReason.TOO_FEW, at=AT), UnknownVisit),
        (lambda tx, one: visits.enter_result(tx, NEIGHBOUR, one.id, 3, at=AFTER), UnknownVisit),
        (lambda tx, one: visits.agree(tx, OTHER_BODY, one.id, day=TODAY, time="9:00", at=AT), UnknownVisit),
        (lambda tx, one: visits.cancel(tx, OTHER_BODY, one.id, at=AT), UnknownVisit),
        (lambda tx, one: visits.accept(tx, TOWN, one.id, day=day("03-11"), time="9:00", at=AT), VisitRefused),
        (lambda tx, one: visits.accept(tx, TOWN, one.id, day=day("03-10"), time="25:00", at=AT), VisitRefused),
        (lambda tx, one: visits.propose(tx, TOWN, one.id, day=TODAY, time="9:00", at=AT), VisitRefused),
        (lambda tx, one: visits.agree(tx, BODY, one.id, day=TODAY, time="9:00", at=AT), VisitOver),
        (lambda tx, one: visits.enter_result(tx, TOWN, one.id, 3, at=AFTER), VisitOver),
    ],
)
def test_illegal_steps_have_a_name_and_change_nothing(tx: Tx, act: Act, error: type[OnshiError]) -> None:
    before = asked(tx)
    with pytest.raises(error):
        act(tx, before)
    assert visits.visits_to(tx, TOWN) == [before]


@pytest.mark.parametrize("applications", [-1, 100_001])
def test_no_such_number_is_entered(tx: Tx, applications: int) -> None:
    with pytest.raises(VisitRefused):
        held(tx, applications)


def test_nothing_is_entered_before_the_day_and_nothing_done_to_a_visit_that_is_over(tx: Tx) -> None:
    found = accepted(tx)
    with pytest.raises(TooEarly):
        visits.enter_result(tx, TOWN, found.id, 20, at=AT)
    over = visits.cancel(tx, BODY, found.id, at=AT)
    for act in (
        lambda: visits.cancel(tx, BODY, over.id, at=AT),
        lambda: visits.decline(tx, TOWN, over.id, DeclineReason.TOO_FEW, at=AT),
        lambda: visits.enter_result(tx, TOWN, over.id, 20, at=AFTER),
    ):
        with pytest.raises(VisitOver) as refused:
            act()
        assert refused.value.facts == {"state": "cancelled"}


def test_a_body_sees_its_own_and_few_are_not_told(tx: Tx) -> None:
    for number in (9, 10, 0, 25):
        held(tx, number)
    held(tx, 77, body=OTHER_BODY)
    assert sorted(str(one.applications) for one in visits.visits_of(tx, BODY)) == ["10", "25", "None", "None"]
    assert visits.totals_of(tx, BODY) == BodyTotals(held=4, applications=35, hidden=2)
    assert visits.totals_of(tx, OTHER_BODY) == BodyTotals(held=1, applications=77, hidden=0)
    assert visits.totals_of(tx, "body:nobody") == BodyTotals(0, 0, 0)


@given(st.lists(st.integers(0, 40)), st.integers(0, 9), st.integers(0, 9))
def test_totals_are_the_same_whatever_the_few_were(numbers: list[int], few: int, other: int) -> None:
    done = [visit(state=VisitState.HELD, day=day("03-10"), applications=one) for one in numbers]
    with_few, with_other = (
        visiting.totals([*done, visit(state=VisitState.HELD, day=day("03-10"), applications=one)], {})
        for one in (few, other)
    )
    assert with_few == with_other
    assert with_few.hidden == 1 + sum(one < visiting.FEW for one in numbers)


LEAFLET = Material(MaterialId(5), MINISTRY, "ちらし", "Leaflet", "ja", "従業員", "a.pdf", 1_024, "0a" * 32, ISSUED)


def test_what_a_body_handed_on_is_counted(tx: Tx) -> None:
    materials.add(tx, LEAFLET)
    for number, (body, copies) in enumerate([(BODY, 300), (BODY, 20), (OTHER_BODY, 5)]):
        materials.hand_on(tx, HandedOn(LEAFLET.id, body, day("02-01"), copies), handing_id=number, at=AT)
    assert visits.totals_of(tx, BODY).handed_on == {LEAFLET.id: 320}
    assert materials.copies_of_owner(tx, MINISTRY) == {LEAFLET.id: 325}
    assert materials.copies_of_owner(tx, BODY) == {}
    assert materials.catalogue(tx) == [LEAFLET]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_ja": ""}, "title"),
        ({"title_en": "x" * 121}, "title_en"),
        ({"audience": "x" * 41}, "audience"),
        ({"file_name": "x" * 201}, "file_name"),
        ({"language": "xx"}, "language"),
        ({"digest": "0A" * 32}, "digest"),
        ({"size": -1}, "size"),
    ],
)
def test_what_is_no_material(tx: Tx, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(MaterialMalformed) as found:
        materials.add(tx, replace(LEAFLET, **changes))
    assert found.value.facts == {"field": field}


@pytest.mark.parametrize(
    ("handed", "error"),
    [
        (HandedOn(MaterialId(6), BODY, TODAY, 1), UnknownMaterial),
        (HandedOn(LEAFLET.id, BODY, TODAY, 0), MaterialMalformed),
        (HandedOn(LEAFLET.id, BODY, day("02-11"), 1), TooEarly),
        (HandedOn(LEAFLET.id, BODY, date(2020, 1, 5), 1), TooEarly),
    ],
)
def test_what_was_not_handed_on(tx: Tx, handed: HandedOn, error: type[OnshiError]) -> None:
    materials.add(tx, LEAFLET)
    with pytest.raises(error):
        materials.hand_on(tx, handed, handing_id=1, at=AT)
    assert materials.copies_of_owner(tx, MINISTRY) == {}
