"""Counting months and birthdays as the rules about cards do."""

from calendar import monthrange
from datetime import date
from typing import Literal

from onshi.kernel import ONE_DAY

OnBirthday = Literal["next", "same"]
Feb29 = Literal["feb28", "mar1"]


def birthday_in(born: date, year: int, *, feb29: Feb29) -> date:
    """The birthday in that year; `feb29` says where it falls when the year has no 29 February."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28) if feb29 == "feb28" else date(year, 3, 1)


def nth_birthday(born: date, count: int, *, after: date, on_birthday: OnBirthday, feb29: Feb29) -> date:
    """The `count`-th birthday after a day; `same` counts a birthday on that very day as the first."""
    first = birthday_in(born, after.year, feb29=feb29)
    has_passed = first < after or (first == after and on_birthday == "next")
    return birthday_in(born, after.year + count - (0 if has_passed else 1), feb29=feb29)


def month_start(day: date, months: int) -> date:
    """The first of the month so many months from that of `day`."""
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def month_end(day: date, months: int) -> date:
    """The last of the month so many months from that of `day`."""
    return month_start(day, months + 1) - ONE_DAY


def same_day(day: date, months: int) -> date:
    """The day of the same number so many months away, or the last of that month when it is shorter."""
    start = month_start(day, months)
    return start.replace(day=min(day.day, monthrange(start.year, start.month)[1]))
