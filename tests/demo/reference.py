"""The demo's people again, one at a time in plain Python: slow, simple, and what the columns must agree with."""

from dataclasses import dataclass
from datetime import date, timedelta

from onshi.demo.calendar import Calendar
from onshi.demo.figures import figures
from onshi.demo.layout import Layout
from onshi.demo.names import given_names, surnames
from onshi.demo.pattern import BLOCK

MASK = (1 << 64) - 1
EPOCH = date(1970, 1, 1)


def splitmix(state: int) -> int:
    """The output for a state that was already advanced, from the published description of splitmix64."""
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
    return state ^ (state >> 31)


@dataclass(frozen=True)
class Neighbour:
    """One resident as the reference finds him."""

    serial: int
    place: int
    household: int
    head: int
    position: int
    role: int
    sex: int
    birth_on: date
    died_on: date | None
    name: str


class Reference:
    """Computes one resident from his serial."""

    def __init__(self, below, layout: Layout, calendar: Calendar) -> None:  # type: ignore[no-untyped-def]  # a bound method
        self.below = below
        self.layout = layout
        self.calendar = calendar
        self.rows = layout.pattern.places.to_dicts()

    def _places(self, serial: int) -> tuple[int, int]:
        place = next(at for at, last in enumerate(self.layout.first_people[1:]) if serial < last)
        return place, self.layout.offsets[place] + serial - self.layout.first_people[place]

    def _household(self, place: int, spot: int) -> int:
        firsts, offset = set(self.layout.pattern.first_places[:-1]), self.layout.offsets[place]
        return self.layout.first_households[place] + sum(
            1 for at in range(offset + 1, spot + 1) if at % BLOCK in firsts
        )

    def _birth(self, number: int, band: int) -> date:
        start = self.calendar.start
        latest = date(start.year - 5 * band, start.month, start.day)
        span = (latest - date(start.year - 5 * band - 5, start.month, start.day)).days
        return latest - timedelta(self.below("birth", number, span))

    def resident(self, serial: int) -> Neighbour:
        """The resident with this serial (not the children born later)."""
        place, spot = self._places(serial)
        row = self.rows[spot % BLOCK]
        household = self._household(place, spot)
        twin = row["twin"] == 1 and self.below("twin", serial, 1000) < 35
        birth_on = self._birth(serial - twin, row["band"])
        risk = figures()["mortality"]["male" if row["sex"] == 1 else "female"][row["band"]]
        spared = row["role"] == 0 and row["head_band"] < 10 and row["size"] > 1
        dies = self.below("death", serial, 1000) < risk and not spared
        died_on = self.calendar.start + timedelta(1 + self.below("day of death", serial, self.calendar.days))
        return Neighbour(
            serial=serial,
            place=place,
            household=household,
            head=serial - row["position"],
            position=row["position"],
            role=row["role"],
            sex=row["sex"],
            birth_on=birth_on,
            died_on=died_on if dies else None,
            name=self._name(household, row["position"], row["sex"], birth_on),
        )

    def _name(self, household: int, position: int, sex: int, birth_on: date) -> str:
        size = len(surnames())
        family = min(self.below("surname", household, size), self.below("surname again", household, size))
        given = given_names()
        style = sum(birth_on.year > until for until in given.untils[:-1])
        group = style * 2 + (sex != 1)
        at = (self.below("given name", household, 1 << 32) + 7 * position) % given.sizes[group]
        return f"{surnames().kanji[family]}　{given.names.kanji[given.starts[group] + at]}"
