"""Work and coverage again, in plain Python: what a household lives through, and who insures whom on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from onshi.demo.calendar import Calendar
from onshi.demo.chance import Chance
from onshi.demo.columns import day_number
from onshi.demo.figures import figures

EARLIEST = day_number(date(2010, 1, 1))
EMPLOYEES = (
    *("kyokai", "seamen", "day_labour", "day_labour_special", "society", "sdf", "national_mutual", "local_mutual"),
    *("police_mutual", "school_mutual", "private_school", "retired_society", "retired_mutual"),
)


@dataclass(frozen=True)
class Home:
    """What the story of one household is; days are day numbers."""

    head_job: str | None
    aided: bool
    story: str
    day1: int | None
    day2: int | None
    next_job: str


class HomeReference:
    """Throws for one household at a time."""

    def __init__(self, chance: Chance, calendar: Calendar) -> None:
        self.below = chance.below
        self.calendar = calendar

    def _job(self, kind: str, number: int, group: str, *, everybody: bool) -> str | None:
        shares = figures()["jobs"][group]
        throw = self.below(kind, number, 10_000 if everybody else sum(shares.values()))
        for name, share in shares.items():
            if throw < share:
                return name
            throw -= share
        return None

    def _story(self, throw: int, age: int, *, works: bool) -> str:
        if throw < 110:
            return "move"
        if works and age < 62 and throw < 250:
            return "change job"
        if works and age < 62 and throw < 310:
            return "change with gap"
        if works and age >= 57 and throw < 480:
            return "retire"
        if not works and age < 62 and throw < 230:
            return "take job"
        return "go on aid" if not works and throw >= 990 else "stay"

    def home(self, household: int, head: int, head_born: int) -> Home:
        """The story of a household, from its number and its head's serial and birth."""
        age = (self.calendar.first - head_born) * 4 // 1461
        aided = self.below("aid", household, 1000) < (20 if age >= 65 else 10)
        group = "head" if age < 65 else "senior"
        job = self._job("head job", head, group, everybody=True) if age < 75 and not aided else None
        story = "stay" if aided else self._story(self.below("story", household, 1000), age, works=job is not None)
        day1 = day2 = None
        if story != "stay":
            day1 = self.calendar.first + 1 + self.below("story day", household, self.calendar.days)
            if story != "move" and self.below("story month", household, 1000) < 500:
                day = date(1970, 1, 1) + timedelta(day1)
                day1 = day_number((day.replace(day=1) + timedelta(32)).replace(day=1))
        if story == "change with gap":
            assert day1 is not None
            day2 = day1 + 20 + self.below("gap", household, 130)
        next_job = self._job("next job", head, "member", everybody=False)
        assert next_job is not None
        return Home(job, aided, story, day1, day2, next_job)


def head_work(home: Home, row: Mapping[str, Any], day: int) -> tuple[str | None, int]:
    """The head's work on a day, and whether it is the first (0) or the second job (1) of the story."""
    told = home.day1 is not None and day >= home.day1
    second = (home.story in ("change job", "take job") and told) or (home.day2 is not None and day >= home.day2)
    gone = (row["head_died"] is not None and day > row["head_died"]) or day >= row["head_75"]
    if gone or (not second and told and home.story in ("change with gap", "retire")):
        return None, int(second)
    return (home.next_job if second else home.head_job), int(second)


def insured(home: Home, row: Mapping[str, Any], own_job: str | None, day: int) -> tuple[str, int, int | None]:
    """Kind of insurer, account and relation of a living person on a day.

    `row` holds the person's own facts: serial, household, head, role, t75, own_since, leans, and of the
    head head_died and head_75.
    """
    serial, household, is_head = row["serial"], row["household"], row["role"] == 0
    if home.aided or (home.story == "go on aid" and home.day1 is not None and day >= home.day1):
        return "medical_aid", serial, None
    if day >= row["t75"]:
        return "elderly", serial, None
    work, episode = head_work(home, row, day)
    own = work if is_head else own_job if row["own_since"] is not None and day >= row["own_since"] else None
    relation = 1 if is_head else 2
    if own == "nhi_society":
        return "nhi_society", household, relation
    if own is not None:
        return own, serial * 2 + (episode if is_head else 0), 1
    if row["leans"] and work in EMPLOYEES:
        # The families of 自衛官 belong to the mutual aid society of the defence branch.
        return ("national_mutual" if work == "sdf" else str(work)), row["head"] * 2 + episode, 2
    return ("nhi_society" if work == "nhi_society" else "municipal_nhi"), household, relation
