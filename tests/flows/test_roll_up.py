"""The running country rolled up: who lives where and who has registered a card, and nothing else of anybody."""

from datetime import date
from pathlib import Path

import polars as pl

from cards import make
from onshi import cards, flows, programme, record, registry
from onshi.cards import Stage
from onshi.kernel import parse_moment
from onshi.registry import CardKey
from registry.world import World, members

ON = date(2026, 11, 1)
CHIYODA, TOKYO = "131016", "13"


def rolled(world: World, folder: Path, on: date = ON) -> programme.RolledUp:
    with world.db.transaction(reading=True) as tx:
        return flows.roll_up(tx, folder, on=on).people


def rolled_before(folder: Path) -> programme.RolledUp | None:
    found = flows.rolled_up_figures(folder)
    return None if found is None else found.people


def register(world: World, name: str, at: str, serial: str = "01") -> None:
    (person,) = world.people(name)
    world.run(registry.put_card, CardKey("jp-test-ca", serial), person, at=parse_moment(at))


def test_people_are_counted_where_they_live_and_from_the_day_they_registered(world: World, tmp_path: Path) -> None:
    rows = [one | {"address": "東京都千代田区見本町一丁目１－１"} for one in members(4)]
    world.load(rows)
    names = [one["name"] for one in rows]
    register(world, names[0], "2026-09-30T23:59:59", "01")  # 30 September in Japan
    register(world, names[1], "2026-10-01T00:00:00", "02")
    register(world, names[1], "2026-10-20T00:00:00", "03")  # a second card: the first counts
    figures = rolled(world, tmp_path)
    assert figures.residents[CHIYODA] == figures.residents[TOKYO] == figures.residents["00"] == 4
    series = dict(zip(figures.dates, figures.counts[flows.REGISTERED][CHIYODA], strict=True))
    assert {day: count for day, count in series.items() if day >= date(2026, 9, 1)} == {
        date(2026, 9, 1): 0,
        date(2026, 10, 1): 1,
        date(2026, 11, 1): 2,
    }
    assert rolled_before(tmp_path) == figures
    held = programme.record_of(figures, flows.REGISTERED, base=ON)
    assert record.counts_of(record.find_area(CHIYODA), ON, last=1, held=held)[0].rate == 50.0


def test_people_of_a_merged_municipality_are_counted_in_what_it_became(world: World, tmp_path: Path) -> None:
    hatogaya, kawaguchi, ward, nowhere = "112267", "112038", "141011", ""
    codes = (hatogaya, kawaguchi, ward, nowhere)
    world.load([one | {"municipality": code} for one, code in zip(members(4), codes, strict=True)])
    figures = rolled(world, tmp_path)
    found = {code: number for code, number in figures.residents.items() if number}
    assert found == {kawaguchi: 2, "11": 2, "141003": 1, "14": 1, "00": 3}
    assert figures.unplaced == 1


def test_a_row_holds_a_place_and_a_day_and_nothing_else(world: World, tmp_path: Path) -> None:
    world.load(members(2))
    rolled(world, tmp_path)
    (path,) = (tmp_path / "people").iterdir()
    assert pl.read_parquet_schema(path) == {"municipality": programme.places(), "registered_on": pl.Date}
    assert "見本".encode() not in path.read_bytes()


def test_another_day_takes_the_place_of_the_last(world: World, tmp_path: Path) -> None:
    assert rolled_before(tmp_path) is None
    world.load(members(2))
    rolled(world, tmp_path)
    later = rolled(world, tmp_path, date(2026, 11, 2))
    assert [one.name for one in (tmp_path / "people").iterdir()] == ["2026-11-02-00000.parquet"]
    assert rolled_before(tmp_path) == later
    assert (later.dates[0], len(later.dates)) == (date(2024, 11, 1), 26)  # 24 months, this one, and the day
    assert later.dates[-2:] == (date(2026, 11, 1), date(2026, 11, 2))


def test_applications_stand_at_every_level(world: World, tmp_path: Path) -> None:
    with world.db.transaction() as tx:
        cards.register_holders(tx, [make.holder()], by=make.CLERK, at=parse_moment("2026-10-01T09:00:00"))
        make.applied(tx, make.HANAKO, at=parse_moment("2026-10-01T09:00:00"))
    rolled(world, tmp_path)
    found = flows.rolled_up_figures(tmp_path)
    assert found is not None
    received = {area: counts[Stage.RECEIVED] for area, counts in found.stages.items()}
    assert received == {CHIYODA: 1, TOKYO: 1, "00": 1}
