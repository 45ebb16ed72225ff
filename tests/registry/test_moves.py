"""市町村国保 is held per prefecture since 2018-04: a move inside it keeps 資格取得日, a move out of it does not."""

from datetime import date

import pytest

from onshi import law, registry
from onshi.eligibility import Answer
from onshi.kernel import InsurerNumber, Moment
from onshi.registry import CardKey, Insurer

from .world import CITY, DAY, START, World, row

NEAR = InsurerNumber("00130013")
FAR = InsurerNumber("00148015")
MOVED_ON = date(2026, 10, 20)
KEPT = date(2015, 6, 1)
BEFORE, OLD_TOWN = "2026-10-19", "東京都千代田区見本町１－１"
NEW_TOWN = {NEAR: "東京都八王子市例町２", FAR: "神奈川県横浜市例町２"}
CARD = CardKey("jp-test-ca", "0A12")
MOVES = [
    pytest.param(NEAR, "moved_municipality", {"acquired_on": KEPT, "starts_on": MOVED_ON}, KEPT, id="inside"),
    pytest.param(FAR, "moved_prefecture", {"acquired_on": MOVED_ON}, MOVED_ON, id="to another prefecture"),
]


def member(insurer: InsurerNumber, number: str, **more: date | str) -> dict[str, str]:
    """Hanako as a member of a 市町村国保."""
    return row(insurer_number=insurer, symbol="", number=number, **{name: str(value) for name, value in more.items()})


def moved(world: World, to: InsurerNumber, reason: str, days: dict[str, date]) -> None:
    """She was insured where she lived, and moves: a loss from the one insurer, an acquisition from the other."""
    others = [
        Insurer(NEAR, "00", "municipal_nhi", "見本となり市", "13"),
        Insurer(FAR, "00", "municipal_nhi", "見本遠市", "14"),
    ]
    world.run(registry.put_insurers, others, at=Moment(START - 30 * DAY))
    world.load([member(CITY, "1", address=OLD_TOWN, acquired_on=KEPT)], "first", insurer=CITY)
    (person,) = world.people()
    world.run(registry.put_card, CARD, person, at=world.now())
    lost = law.loss_day("municipal_nhi", reason, None, MOVED_ON)
    loss = member(CITY, "1", kind="loss", address=OLD_TOWN, acquired_on=KEPT, lost_on=lost, loss_reason="99")
    assert world.findings(world.load([loss], insurer=CITY)) == []
    loaded = world.load([member(to, "2", address=NEW_TOWN[to], **days)], insurer=to)
    assert world.findings(loaded) == [(1, "same-but-address")]
    # With another address she is somebody new, until a reviewer has said that the two are one.
    (question,) = world.held()
    world.decide(question, accept=True)


def days_shown(answer: Answer) -> tuple[str, date, date]:
    """The kind of the answer, 資格取得日 and 適用開始日."""
    assert answer.coverage is not None
    return answer.kind.value, answer.coverage.acquired_on, answer.coverage.starts_on


@pytest.mark.parametrize(("to", "reason", "days", "acquired_on"), MOVES)
def test_a_move_keeps_the_day_of_acquisition_only_inside_the_prefecture(
    world: World, to: InsurerNumber, reason: str, days: dict[str, date], acquired_on: date
) -> None:
    moved(world, to, reason, days)
    moved_on = MOVED_ON.isoformat()
    new = {"insurer": to, "number": "2", "symbol": None}
    old = {"insurer": CITY, "number": "1", "symbol": None}
    assert days_shown(world.ask(moved_on, **new)) == ("in_force", acquired_on, MOVED_ON)
    assert days_shown(world.ask_card(CARD, moved_on)) == ("in_force", acquired_on, MOVED_ON)
    assert days_shown(world.ask(moved_on, **old)) == ("lost_other_in_force", KEPT, KEPT)
    # The day kept is no day of the new number: before the move the old one counted, and no day counts twice.
    assert days_shown(world.ask(BEFORE, **old)) == ("in_force", KEPT, KEPT)
    assert days_shown(world.ask_card(CARD, BEFORE)) == ("in_force", KEPT, KEPT)
    assert world.kind(BEFORE, **new) == "not_registered"
    assert [world.run(registry.overlaps_of, one, month=date(2026, 10, 1)) for one in (CITY, to)] == [[], []]
