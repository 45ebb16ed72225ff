"""The fiscal year of Japan's public bodies: 1 April to 31 March, its quarters counted from April."""

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta

from onshi.kernel.eras import era_date

_APRIL = 4


def fiscal_year(day: date) -> int:
    """The western year in which the fiscal year of `day` begins: 2019 for 2020-03-31."""
    return day.year if day.month >= _APRIL else day.year - 1


def fiscal_year_name(year: int) -> str:
    """令和元年度; 平成30年度 for 2018. The year has the era of the most of its days, so 2019 is 令和元年度."""
    return era_date(date(year, 12, 31)).partition("年")[0] + "年度"


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a fiscal year, 1 (April to June) to 4 (January to March)."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError("a fiscal year has the quarters 1 to 4")

    @property
    def first(self) -> date:
        """Its first day."""
        month = _APRIL + 3 * (self.number - 1)
        return date(self.year + (month > 12), (month - 1) % 12 + 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        """The quarter after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)


def quarter_of(day: date) -> Quarter:
    """The quarter a day lies in."""
    return Quarter(fiscal_year(day), (day.month - _APRIL) % 12 // 3 + 1)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, 1 to 12."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 12:
            raise ValueError("a year has the months 1 to 12")

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Month":
        """The month after it."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)


def month_of(day: date) -> Month:
    """The month a day lies in."""
    return Month(day.year, day.month)


def parse_month(text: str) -> Month:
    """Reads 2019-10. ValueError for anything else, and for a year at whose ends there is no other month."""
    year, dash, number = text.strip().partition("-")
    if not (dash and len(year) == 4 and len(number) == 2 and (year + number).isascii() and (year + number).isdigit()):
        raise ValueError("a month is written like 2019-10")
    if not MINYEAR < int(year) < MAXYEAR:
        raise ValueError("no calendar has this month and those beside it")
    return Month(int(year), int(number))


def months_of_fiscal_year(year: int) -> tuple[Month, ...]:
    """April to March."""
    found = [Month(year, _APRIL)]
    while len(found) < 12:
        found.append(found[-1].next)
    return tuple(found)
