"""The days between which the demo country lives."""

from dataclasses import dataclass
from datetime import date

from onshi.demo.columns import day_number
from onshi.demo.model import YEARS_OF_LIFE

BANDS = 21


def years_before(day: date, years: int) -> date:
    """The same day so many years before; 28 February for a 29th that year lacks."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - years, 2, 28)
    return date(day.year - years, day.month, day.day)


@dataclass(frozen=True, slots=True)
class Calendar:
    """`start` is the day of the first load; life is told from the day after it to `today`."""

    today: date

    @property
    def start(self) -> date:
        return years_before(self.today, YEARS_OF_LIFE)

    @property
    def first(self) -> int:
        """The day number of `start`."""
        return day_number(self.start)

    @property
    def last(self) -> int:
        """The day number of `today`."""
        return day_number(self.today)

    @property
    def days(self) -> int:
        """Days of life after the first load."""
        return self.last - self.first

    def youngest(self) -> list[int]:
        """The last day of birth of each band of five years on `start`, and of the one beyond."""
        return [day_number(years_before(self.start, 5 * band)) for band in range(BANDS + 1)]
