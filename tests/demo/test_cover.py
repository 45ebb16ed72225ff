"""Coverage computed in columns agrees with a plain reading of each person's life, day by day."""

from datetime import date, timedelta

import polars as pl

from onshi.demo import Country
from onshi.demo.calendar import Calendar
from onshi.demo.chance import Chance
from onshi.demo.columns import day_number
from onshi.demo.insurers import KINDS
from onshi.demo.work import CHANGE_JOB, CHANGE_WITH_GAP, GO_ON_AID, MOVE, RETIRE, STAY, TAKE_JOB

from .reference_cover import HomeReference, insured

STORIES = {
    STAY: "stay",
    MOVE: "move",
    CHANGE_JOB: "change job",
    CHANGE_WITH_GAP: "change with gap",
    RETIRE: "retire",
    TAKE_JOB: "take job",
    GO_ON_AID: "go on aid",
}


def test_stories_agree_with_the_reference(village: Country) -> None:
    reference = HomeReference(Chance(village.seed), Calendar(village.today))
    for row in village.whole.lives.filter(position=0).iter_rows(named=True):
        home = reference.home(row["household"], row["serial"], row["born"])
        job = None if row["head_job"] == 0 else KINDS[row["head_job"]]
        found = (job, row["aid_since"] is not None, STORIES[row["story"]], row["day1"], row["day2"])
        assert found == (home.head_job, home.aided, home.story, home.day1, home.day2)
        assert KINDS[row["next_job"]] == home.next_job


def test_coverage_agrees_with_the_reference_day_by_day(village: Country) -> None:
    reference = HomeReference(Chance(village.seed), Calendar(village.today))
    people = village.whole.lives
    spells = village.whole.spells.select("serial", "day", "kind", "account", "relation", "lost")
    by_person = spells.filter(pl.col("kind") != KINDS.index("retired_nhi")).partition_by("serial", as_dict=True)
    step = 7
    days = range(day_number(village.start), day_number(village.today) + 1, step)
    for row in people.gather_every(5).iter_rows(named=True):
        home = reference.home(row["household"], row["head"], row["head_born"])
        own = KINDS[row["own_job"]] if row["own_job"] else None
        told = by_person.get((row["serial"],))
        rows = [] if told is None else told.sort("day").rows(named=True)
        for day in days:
            if day < row["born"] or (row["died"] is not None and day > row["died"]):
                continue
            spell = [one for one in rows if one["day"] <= day][-1]
            found = (KINDS[spell["kind"]], spell["account"], spell["relation"])
            assert found == insured(home, row, own, day)
            assert spell["lost"] is None or date(1970, 1, 1) + timedelta(day) < spell["lost"]
