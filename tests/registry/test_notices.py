"""Late notices, contradictions between insurers, the monthly list, and how fresh an insurer's data are."""

from datetime import date

import pytest

from onshi import registry
from onshi.kernel import Moment, Period
from onshi.registry import is_lawful_pair

from .world import AID, CITY, DAY, OTHER, SOCIETY, START, World, members, row


@pytest.mark.parametrize(("days", "late"), [(30, False), (31, True)])
def test_late_is_more_than_thirty_days(world: World, days: int, late: bool) -> None:
    day = date(2026, 11, 2).toordinal() - days
    acquired = date.fromordinal(day).isoformat()
    new = world.load([row(acquired_on=acquired)])
    assert world.findings(new) == ([(1, "late-acquisition")] if late else [])
    loss = row(
        kind="loss", lost_on=acquired, loss_reason="03", number="9", acquired_on="2020-04-01", birth_on="1970-01-01"
    )
    world.load([loss | {"kind": "new", "lost_on": "", "loss_reason": "", "sex": "1"}], "first")
    lost = world.load([loss | {"sex": "1"}])
    assert world.findings(lost) == ([(1, "late-loss")] if late else [])


def test_a_first_load_is_never_late(world: World) -> None:
    loaded = world.load([row(acquired_on="2010-04-01")], "first")
    assert (world.findings(loaded), loaded.feed.counts.get("delay 400")) == ([], None)


LOST = {"lost_on": "2026-10-21", "loss_reason": "03"}


@pytest.mark.parametrize(
    ("city_lost", "society_from", "told"),
    [
        ("2026-10-21", "2026-10-20", False),  # 国保 ends the day after: one lawful day
        ("2026-10-20", "2026-10-20", False),
        ("2026-10-22", "2026-10-20", True),
        ("", "2026-10-20", True),
    ],
)
def test_one_lawful_day_is_no_finding_two_are_told_to_both(
    world: World, city_lost: str, society_from: str, told: bool
) -> None:
    lost = {"lost_on": city_lost, "loss_reason": "03" if city_lost else ""}
    world.load([row(insurer_number=CITY, symbol="", acquired_on="2020-04-01", **lost)], "first", insurer=CITY)
    loaded = world.load([row(acquired_on=society_from)])
    assert world.findings(loaded) == ([(1, "overlap-other-insurer")] if told else [])
    assert [(one.code, one.row) for one in world.about(CITY)] == ([("overlap-other-insurer", 1)] if told else [])
    month = date(2026, 10, 1)
    assert len(world.run(registry.overlaps_of, CITY, month=month)) == int(told)
    assert len(world.run(registry.overlaps_of, SOCIETY, month=month)) == int(told)


def test_the_lawful_day_does_not_depend_on_who_sends_first(world: World) -> None:
    world.load([row()])
    city = world.load([row(insurer_number=CITY, symbol="", acquired_on="2020-04-01", **LOST)], "first", insurer=CITY)
    assert world.findings(city) == []


def test_one_day_of_national_insurance_only_is_lawful_from_both_sides() -> None:
    one_day, after = Period(date(2026, 10, 20), date(2026, 10, 21)), Period(date(2026, 10, 20))
    assert is_lawful_pair("municipal_nhi", one_day, "society", after)
    assert is_lawful_pair("society", after, "municipal_nhi", one_day)


def test_medical_aid_stands_beside_an_insurance(world: World) -> None:
    world.load([row()], "first")
    aid = row(insurer_number=AID, symbol="", relation="", card_class="A1")
    loaded = world.load([aid], insurer=AID)
    assert world.findings(loaded) == []


def test_an_overlap_with_two_insurers_is_told_to_each(world: World) -> None:
    for insurer in (CITY, OTHER):
        symbol = "" if insurer == CITY else "12"
        world.load([row(insurer_number=insurer, symbol=symbol, acquired_on="2020-04-01")], "first", insurer=insurer)
    loaded = world.load([row()])
    assert world.findings(loaded) == [(1, "overlap-other-insurer")] * 2
    # The other society's own load met the city first.
    assert [len(world.about(insurer)) for insurer in (CITY, OTHER)] == [2, 1]
    assert {(one.code, one.person) for one in world.about(CITY)} == {("overlap-other-insurer", world.people()[0])}


def test_a_late_loss_ends_the_contradiction(world: World) -> None:
    city = row(insurer_number=CITY, symbol="", acquired_on="2020-04-01")
    world.load([city], "first", insurer=CITY)
    world.load([row()])
    assert [world.kind(insurer=CITY, symbol=""), world.kind()] == ["in_force", "in_force"]
    late = world.load([city | {"kind": "loss"} | LOST], insurer=CITY)
    assert world.findings(late) == []
    assert world.kind(insurer=CITY, symbol="") == "lost_other_in_force"
    assert world.run(registry.overlaps_of, CITY, month=date(2026, 10, 1)) == []


@pytest.mark.parametrize(
    ("month", "listed"),
    [("2026-07-31", False), ("2026-08-01", True), ("2026-09-15", True), ("2026-10-31", True), ("2026-11-01", False)],
)
def test_the_monthly_list_is_exact_at_both_ends(world: World, month: str, listed: bool) -> None:
    """The two share 2026-08-31 up to and with 2026-10-01."""
    lost = {"lost_on": "2026-10-02", "loss_reason": "03"}
    world.load([row(insurer_number=OTHER, acquired_on="2020-04-01", **lost)], "first", insurer=OTHER)
    world.load([row(acquired_on="2026-08-31")])
    mine = world.run(registry.overlaps_of, SOCIETY, month=date.fromisoformat(month))
    other = world.run(registry.overlaps_of, OTHER, month=date.fromisoformat(month))
    assert [(one.other_insurer, one.is_newer_mine) for one in mine] == ([(OTHER, True)] if listed else [])
    assert [(one.other_insurer, one.is_newer_mine) for one in other] == ([(SOCIETY, False)] if listed else [])
    if listed:
        assert (mine[0].other_period, mine[0].mine.starts_on) == (
            Period(date(2020, 4, 1), date(2026, 10, 2)),
            date(2026, 8, 31),
        )


def test_december_ends_with_the_year(world: World) -> None:
    world.load([row(insurer_number=OTHER, acquired_on="2020-04-01")], "first", insurer=OTHER)
    world.load([row(acquired_on="2026-12-31")])
    listed = [len(world.run(registry.overlaps_of, SOCIETY, month=date(2026, month, 1))) for month in (11, 12)]
    assert listed == [0, 1]


def freshness(world: World, known_at: int | None = None) -> tuple[int | None, int | None, int | None]:
    """First load, last load and delay of the society."""
    one = world.run(registry.insurer_book, known_at=known_at)[SOCIETY]
    return one.first_loaded_at, one.last_loaded_at, one.delay_days


def test_freshness_moves_with_every_load_and_is_remembered(world: World) -> None:
    assert freshness(world) == (None, None, None)
    first = world.load([row()], "first").feed.finished_at
    assert first is not None
    world.wait(1)
    daily = world.load(
        [
            one | {"acquired_on": day}
            for one, day in zip(members(4), ("2026-11-03", "2026-11-01", "2026-10-31", "2026-10-25"), strict=True)
        ]
    ).feed.finished_at
    assert freshness(world) == (first, daily, 2)  # 0, 2, 3 and 9 days: the lower middle
    assert freshness(world, Moment(first)) == (first, first, None)
    assert freshness(world, Moment(START - DAY)) == (None, None, None)


def test_a_loss_counts_from_its_own_day(world: World) -> None:
    world.load([row(acquired_on="2020-04-01")], "first")
    world.load([row(kind="loss", acquired_on="2020-04-01", lost_on="2026-10-28", loss_reason="03")])
    assert freshness(world)[2] == 5
