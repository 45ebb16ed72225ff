"""The record: complete, never falling, and every level sums on every date."""

import csv
import itertools
import os
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi import places, record
from onshi.record import Level, allotted, points, share_out, targets

ROOT = Path(__file__).parent.parent.parent
FILES = ROOT / "src" / "onshi" / "record" / "data"
LAST = date(2022, 3, 1)
# Where the public lists that the record was made from lie, if they are at hand.
SOURCE = Path(os.environ.get("ONSHI_TEST_RECORD_SOURCE", ROOT.parent / "shared" / "data"))
NEEDS_SOURCE = pytest.mark.skipif(
    not (SOURCE / "rollout" / "municipal_issued.csv").exists(),
    reason="the public lists are not at hand; set ONSHI_TEST_RECORD_SOURCE to their folder",
)
# 総務省, national figures as published; the second and third are what the targets are judged by.
PUBLISHED = {
    "2017-03-08": (10_717_919, 128_066_211),
    "2020-08-01": (23_246_822, 127_443_563),
    "2021-04-01": (35_969_563, 127_138_033),
    "2022-03-01": (53_759_380, 126_654_244),
}


def children(area: record.Area) -> tuple[record.Area, ...]:
    return () if area.level is Level.MUNICIPALITY else record.parts(area.code)


def every_whole() -> list[record.Area]:
    return [record.nation(), *record.parts(record.nation().code)]


def test_the_record_has_every_municipality_and_37_dates() -> None:
    held = record.record()
    towns = {one.code for one in places.municipalities()}
    assert {code for code in held.issued if len(code) == 6} == towns == set(record.places())
    assert (len(towns), len(held.dates), len(held.bases), len(held.base_of)) == (1741, 37, 6, 37)
    assert (held.dates[0], held.dates[-1]) == (date(2017, 3, 8), LAST)
    assert set(record.tiles()) == {one.code for one in places.prefectures()}


def test_no_month_that_is_kept_back_is_in_a_file() -> None:
    assert max(record.record().dates) == LAST
    assert max(one.on for one in points()) <= date(2022, 3, 31)


def test_national_figures_are_those_published() -> None:
    counts = {one.on.isoformat(): (one.issued, one.residents) for one in record.counts_of(record.nation(), LAST)}
    assert {day: counts[day] for day in PUBLISHED} == PUBLISHED


def test_every_level_sums_on_every_date() -> None:
    for whole in every_whole():
        parts = [record.counts_of(part, LAST) for part in children(whole)]
        for place, count in enumerate(record.counts_of(whole, LAST)):
            assert count.issued == sum(row[place].issued for row in parts)
            assert count.residents == sum(row[place].residents for row in parts)


def test_no_municipality_ever_decreases() -> None:
    falling = [code for code, row in record.record().issued.items() if list(row) != sorted(row)]
    assert falling == []


def test_a_new_base_is_marked_where_it_begins_and_nowhere_else() -> None:
    marked = [one.on.isoformat() for one in record.counts_of(record.nation(), LAST) if one.is_rebased]
    assert marked == ["2017-08-31", "2018-07-01", "2019-09-16", "2020-09-01", "2021-08-01"]


@given(st.integers(0, 10**9), st.dictionaries(st.integers(), st.integers(1, 10**7), min_size=1))
def test_shares_add_up_to_the_whole_and_are_off_by_less_than_one(total: int, weights: dict[int, int]) -> None:
    named = {str(name): weight for name, weight in weights.items()}
    whole = sum(named.values())
    shared = share_out(total, named)
    assert sum(shared.values()) == total
    assert all(abs(part * whole - total * named[name]) < whole for name, part in shared.items())


@given(st.integers(0, 2 * 10**8), st.integers(0, 5))
def test_a_target_shared_out_sums_at_every_level(total: int, base: int) -> None:
    parts = allotted.__wrapped__(total, base)
    for whole in every_whole():
        assert parts[whole.code] == sum(parts[part.code] for part in children(whole))


def test_the_targets_of_2019_are_those_of_the_papers() -> None:
    told = [(one.indicator, one.due.isoformat(), one.low, one.high, one.words("en")) for one in targets()]
    assert told == [
        ("issued", "2020-07-31", 30_000_000, 40_000_000, ""),
        ("issued", "2021-03-31", 60_000_000, 70_000_000, ""),
        ("issued", "2022-03-31", 90_000_000, 100_000_000, ""),
        ("issued", "2023-03-31", None, None, "most residents"),
        ("facilities_operating", "2021-03-31", 60, None, "about 60 %"),
        ("facilities_operating", "2022-03-31", 90, None, "about 90 %"),
        ("facilities_operating", "2023-03-31", None, None, "nearly all"),
    ]
    assert {one.known_from for one in targets()} == {date(2019, 9, 3)}


def test_every_figure_has_a_definition_and_a_source() -> None:
    defined = {one.name for one in record.indicators()}
    assert {one.indicator for one in (*points(), *targets())} - defined == set()
    assert [one for one in points() if not one.source] == []
    without = [path.name for path in FILES.glob("*.csv") if not path.read_text(encoding="utf-8").startswith("# ")]
    assert without == []


def test_versions_of_a_definition_follow_each_other() -> None:
    versions = sorted(record.indicators(), key=lambda one: (one.name, one.version))
    for before, after in itertools.pairwise(versions):
        if before.name == after.name:
            assert (after.version, after.since > before.since) == (before.version + 1, True)
        else:
            assert after.version == 1


@pytest.mark.parametrize(("day", "version"), [("2022-05-31", 1), ("2022-06-01", 2), ("2016-01-01", 1)])
def test_a_day_has_the_version_that_had_begun(day: str, version: int) -> None:
    (issued,) = [one for one in record.definitions_on(date.fromisoformat(day)) if one.name == "issued"]
    assert issued.version == version


def test_a_new_definition_is_marked_where_it_begins() -> None:
    day = date(2022, 6, 1)
    assert [one.since for one in record.redefinitions("issued", date(2020, 1, 1), day)] == [day]
    assert record.redefinitions("issued", day, date(2030, 1, 1)) == ()
    assert record.redefinitions("held", date(2020, 1, 1), date(2030, 1, 1)) == ()  # its first version changes nothing


@NEEDS_SOURCE
def test_the_files_are_what_the_script_makes_of_the_public_lists(tmp_path: Path) -> None:
    script = ROOT / "tools" / "make_record.py"
    subprocess.run([sys.executable, str(script), str(SOURCE), str(tmp_path)], check=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {name: (FILES / name).read_bytes() == content for name, content in made.items()} == {
        "issued.csv": True,
        "residents.csv": True,
        "dates.csv": True,
        "places.csv": True,
    }


@NEEDS_SOURCE
def test_prefectures_sum_to_what_was_published_for_them() -> None:
    names = {one.name: one.code for one in places.prefectures()}
    published: defaultdict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    with (SOURCE / "rollout" / "prefecture_issued.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            published[names[row["pref"]]][row["date"]] = (int(row["issued_cum"]), int(row["population"]))
    ours = {
        area.code: {one.on.isoformat(): (one.issued, one.residents) for one in record.counts_of(area, LAST)}
        for area in record.parts("00")
    }
    assert ours == published
