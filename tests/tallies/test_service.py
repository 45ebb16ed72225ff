"""Counts out of the registry, on both engines: recorded, taken, shared, counted again; and how late data were."""

from datetime import date
from pathlib import Path

import pytest

from onshi import registry, tallies
from onshi.db import Database
from onshi.kernel import InsurerNumber, Moment, Month, PersonId, parse_moment
from onshi.registry import CardKey, Insurer
from onshi.tallies import Figure, Step, errors
from registry.world import CITY, DAY, OTHER, SOCIETY, World, row

from . import make

SCHOOL = InsurerNumber("34130021")
ON = date(2026, 11, 20)


class Country:
    """The registry's small world, with days as they come."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.world = World(db, folder)
        self.number = 0

    def at(self, when: str) -> Moment:
        self.world.moment = parse_moment(f"{when}T10:00:00")
        return self.world.now()

    def member(self, acquired_on: str, *, insurer: InsurerNumber = SOCIETY, **more: str) -> PersonId:
        self.number += 1
        name = f"例　{'あいうえおかきくけこさしすせそ'[self.number]}"
        sent = row(
            name=name,
            name_kana=f"レイ　{'アイウエオカキクケコサシスセソ'[self.number]}",
            number=str(500 + self.number),
            birth_on=f"19{50 + self.number}-03-04",
            address=f"東京都千代田区例町{self.number}",
            acquired_on=acquired_on,
            insurer_number=insurer,
            **more,
        )
        self.world.load([sent], "daily", insurer=insurer)
        (person,) = self.world.people(name)
        return person

    def card(self, person: PersonId, when: str) -> None:
        self.world.run(registry.put_card, CardKey("CA", str(person)), person, at=self.at(when))


@pytest.fixture
def country(db: Database, tmp_path: Path) -> Country:
    """Members of two insurers at the end of 2026-11-20: three and one here, one of each with a card by then."""
    made = Country(db, tmp_path)
    made.at("2026-11-05")
    first, second, third = (made.member("2026-11-02") for _ in range(3))
    other = made.member("2026-11-02", insurer=CITY)
    made.member("2026-11-21")  # insured from the day after
    made.card(first, "2026-11-20")
    made.card(other, "2026-11-10")
    made.card(second, "2026-11-21")  # registered the day after
    assert third not in (first, second)
    made.at("2026-11-25")
    return made


def figures(country: Country, on: date = ON) -> dict[str, tuple[int, int]]:
    with country.world.db.transaction(reading=True) as tx:
        _, found = tallies.figures_for(tx, make.FUND, on)
        return {one.insurer: (one.members, one.registered) for one in found if one.members}


def test_a_day_is_counted_as_it_was_when_it_ended(country: Country) -> None:
    country.world.run(tallies.record_counts, make.FUND, ON, at=country.world.now())
    assert figures(country) == {SOCIETY: (3, 1), CITY: (1, 1)}
    with country.world.db.transaction(reading=True) as tx:
        count, found = tallies.figures_for(tx, make.FUND, ON)
        assert (count.version, [one.step for one in count.steps]) == (1, [Step.RECORDED])
        # Those without members stand there too: nobody is forgotten.
        assert {one.insurer for one in found} == set(registry.insurer_book(tx))


def test_what_was_wrong_is_counted_again_and_nothing_is_overwritten(country: Country) -> None:
    world = country.world
    world.run(tallies.record_counts, make.FUND, ON, at=world.now())
    world.run(tallies.take, make.MINISTRY, ON, at=world.now())
    world.run(tallies.share, make.MINISTRY, ON, at=world.now())
    country.member("2026-11-15")  # known late
    world.run(tallies.record_counts, make.FUND, ON, at=world.now())
    assert figures(country) == {SOCIETY: (4, 1), CITY: (1, 1)}
    with world.db.transaction(reading=True) as tx:
        assert [(one.version, len(one.steps)) for one in tallies.counts(tx)] == [(2, 1), (1, 3)]
        # The ministry and the insurer have the version that came to them until the next one does.
        assert [one.members for one in tallies.figures_for(tx, make.MINISTRY, ON)[1] if one.insurer == SOCIETY] == [3]
        (own,) = tallies.own_figures(tx, SOCIETY)
        assert (own.count.version, own.figure, own.quartiles) == (1, Figure(SOCIETY, "society", 3, 1), None)


def test_an_insurer_sees_its_own_figure_and_only_when_it_is_shared(country: Country) -> None:
    world = country.world
    seen = []
    for step in (
        lambda tx: tallies.record_counts(tx, make.FUND, ON, at=world.now()),
        lambda tx: tallies.take(tx, make.MINISTRY, ON, at=world.now()),
        lambda tx: tallies.share(tx, make.MINISTRY, ON, at=world.now()),
    ):
        world.run(step)
        with world.db.transaction(reading=True) as tx:
            seen.append([one.figure for one in tallies.own_figures(tx, CITY)])
    assert seen == [[], [], [Figure(CITY, "municipal_nhi", 1, 1)]]


def test_one_kind_sees_its_own_from_the_fund(country: Country) -> None:
    world = country.world
    world.run(registry.put_insurers, [Insurer(SCHOOL, "34", "private_school", "見本私学", "13")], at=world.now())
    country.member("2026-11-01", insurer=SCHOOL)
    world.run(tallies.record_counts, make.FUND, ON, at=world.now())
    with world.db.transaction(reading=True) as tx:
        (own,) = tallies.own_figures(tx, SCHOOL)
        assert (own.figure, own.quartiles) == (Figure(SCHOOL, "private_school", 1, 0), None)
        assert tallies.own_figures(tx, OTHER) == []
        assert tallies.told_to_everybody(tx) == []


def test_quartiles_and_the_public(country: Country) -> None:
    world = country.world
    numbers = [InsurerNumber(f"061300{n}") for n in (25, 33, 41)]
    world.run(
        registry.put_insurers, [Insurer(one, "06", "society", f"健保{one}", "13") for one in numbers], at=world.now()
    )
    for number in (OTHER, *numbers):
        country.member("2026-11-01", insurer=number)
    world.run(tallies.record_counts, make.FUND, ON, at=world.now())
    world.run(tallies.take, make.MINISTRY, ON, at=world.now())
    with world.db.transaction(reading=True) as tx:
        assert tallies.told_to_everybody(tx) == []
    world.run(tallies.share, make.MINISTRY, ON, at=world.now())
    with world.db.transaction(reading=True) as tx:
        (own,) = tallies.own_figures(tx, SOCIETY)
        ((count, told),) = tallies.told_to_everybody(tx)
    assert own.quartiles is not None
    assert (own.quartiles.insurers, own.quartiles.lower, own.quartiles.upper) == (5, 0, 0)
    # One municipal insurer is too few by itself; the office for medical aid has no members and hides nobody.
    assert (count.counted_on, [(one.kinds, one.insurers, one.members) for one in told]) == (
        ON,
        [(("municipal_nhi", "society"), 6, 8)],
    )


def test_insurers_without_members_hide_nobody(country: Country) -> None:
    """Of five societies and two other insurers two have members: their sum less one's own is the other's figure."""
    world = country.world
    more = [Insurer(InsurerNumber(f"061300{n}"), "06", "society", "健保", "13") for n in (25, 33, 41)]
    world.run(registry.put_insurers, more, at=world.now())
    for step in (
        lambda tx: tallies.record_counts(tx, make.FUND, ON, at=world.now()),
        lambda tx: tallies.take(tx, make.MINISTRY, ON, at=world.now()),
        lambda tx: tallies.share(tx, make.MINISTRY, ON, at=world.now()),
    ):
        world.run(step)
    with world.db.transaction(reading=True) as tx:
        ((_, told),) = tallies.told_to_everybody(tx)
    assert told == []


def test_what_is_not_told_looks_like_what_is_not_there(country: Country) -> None:
    world = country.world
    world.run(tallies.record_counts, make.FUND, ON, at=world.now())
    with world.db.transaction(reading=True) as tx:
        for reader in (make.MINISTRY, make.OFFICE, make.OTHER_MINISTRY, make.SOCIETY, make.PREFECTURE):
            with pytest.raises(errors.UnknownTally):
                tallies.figures_for(tx, reader, ON)
        with pytest.raises(errors.UnknownTally):
            tallies.figures_for(tx, make.FUND, date(2026, 11, 19))


def test_a_day_that_is_not_over_is_not_counted(country: Country) -> None:
    for day in (date(2026, 11, 25), date(2026, 11, 26)):
        with pytest.raises(errors.DayNotOver):
            country.world.run(tallies.record_counts, make.FUND, day, at=country.world.now())


def test_how_late_data_were(db: Database, tmp_path: Path) -> None:
    made = Country(db, tmp_path)
    made.at("2026-11-05")
    made.world.load([row(acquired_on="2020-04-01")], "first")  # the beginning, not late
    made.member("2026-11-02")  # three days
    made.member("2026-11-10")  # ahead: none
    made.member("2026-10-20", insurer=CITY)  # sixteen
    made.at("2026-12-03")
    made.member("2026-12-01")  # another month's
    with db.transaction(reading=True) as tx:
        found, by_kind = tallies.delays(tx, Month(2026, 11))
        assert tallies.delays(tx, Month(2026, 10)) == ([], [])
        # Two societies are too few for their kind's figure: with one's own it would be the other's.
        assert [one.of for one in tallies.own_delays(tx, SOCIETY, Month(2026, 11))] == [SOCIETY]
        assert tallies.own_delays(tx, OTHER, Month(2026, 11)) == []
    assert [(one.of, one.rows, one.median_notice, one.p90_notice, one.over) for one in found] == [
        (CITY, 1, 16, 16, 1),
        (SOCIETY, 2, 0, 3, 0),
    ]
    assert [(one.of, one.rows) for one in by_kind] == [("municipal_nhi", 1), ("society", 2)]
    more = [InsurerNumber(f"061300{n}") for n in (25, 33, 41)]
    made.world.run(
        registry.put_insurers, [Insurer(one, "06", "society", "健保", "13") for one in more], at=made.world.now()
    )

    def own() -> list[str]:
        with db.transaction(reading=True) as tx:
            return [one.of for one in tallies.own_delays(tx, SOCIETY, Month(2026, 11))]

    made.at("2026-11-20")
    for number in (OTHER, *more[:2]):
        made.member("2026-11-12", insurer=number)
    # Five societies, of which four sent anything.
    assert own() == [SOCIETY]
    made.member("2026-11-12", insurer=more[2])
    assert own() == [SOCIETY, "society"]


def test_a_row_that_was_held_came_when_it_came_and_was_taken_later(db: Database, tmp_path: Path) -> None:
    made = Country(db, tmp_path)
    made.at("2026-11-05")
    made.world.load([row(acquired_on="2020-04-01")], "first")
    made.at("2026-11-06")
    # Hanako as another insurer has her, with another sex: held until a reviewer says who it is.
    made.world.load([row(number="9", sex="1", acquired_on="2026-11-04", insurer_number=CITY)], "daily", insurer=CITY)
    made.world.moment = Moment(made.world.moment + 9 * DAY)
    (held,) = made.world.held()
    made.world.decide(held, accept=True)
    with db.transaction(reading=True) as tx:
        ((found,), _) = tallies.delays(tx, Month(2026, 11))
    assert (found.of, found.median_notice, found.median_load, found.over) == (CITY, 2, 9, 1)
