"""Japanese era dates and the other ways a day is written in feeds and on cards."""

import re
from datetime import date

from onshi.kernel.text import narrow

# First day of each era (元号法 and the proclamations before it); the last era is open.
ERAS: tuple[tuple[str, str, date], ...] = (
    ("令和", "R", date(2019, 5, 1)),
    ("平成", "H", date(1989, 1, 8)),
    ("昭和", "S", date(1926, 12, 25)),
    ("大正", "T", date(1912, 7, 30)),
    ("明治", "M", date(1873, 1, 1)),  # the Gregorian calendar came with 明治6年
)
_BASE = {"R": 2018, "H": 1988, "S": 1925, "T": 1911, "M": 1867}
# The digit older claim files write for an era.
_DIGIT = {"1": "M", "2": "T", "3": "S", "4": "H", "5": "R"}
_LETTER = {name: letter for name, letter, _ in ERAS}  # ㋿ and its like become two signs in `narrow`
_WESTERN = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_ERA = re.compile(r"(令和|平成|昭和|大正|明治|[RHSTM])([0-9]{1,2}|元)[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_ERA_COMPACT = re.compile(r"([RHSTM1-5])([0-9]{2})([0-9]{2})([0-9]{2})")


def _from_era(letter: str, year: int, month: int, day: int) -> date:
    found = date(_BASE[letter] + year, month, day)
    starts = {mark: start for _, mark, start in ERAS}
    if year < 1 or found < starts[letter]:
        raise ValueError("the day lies before its era")
    later = [start for start in starts.values() if start > starts[letter]]
    # Cards and feeds went on writing 平成31年 after its end, so a day past the era's end is read, not refused,
    # as long as the year was ever printed: one year of grace.
    if later and found.year > min(later).year:
        raise ValueError("the day lies after its era")
    return found


def parse_day(text: str) -> date:
    """Reads a day as feeds write it: 2024-04-01, 20240401, 2024/4/1, 令和6年4月1日, R6.4.1, R060401, 5060401.

    Raises ValueError for anything else, impossible days included.
    """
    plain = narrow(text).upper()
    if len(plain) == 8 and plain.isascii() and plain.isdigit():
        return date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
    if match := _WESTERN.fullmatch(plain):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _ERA.fullmatch(plain):
        year = 1 if match[2] == "元" else int(match[2])
        return _from_era(_LETTER.get(match[1], match[1]), year, int(match[3]), int(match[4]))
    if match := _ERA_COMPACT.fullmatch(plain):
        return _from_era(_DIGIT.get(match[1], match[1]), int(match[2]), int(match[3]), int(match[4]))
    raise ValueError("not a day in any form that is read here")


def era_date(day: date) -> str:
    """令和6年4月1日; the first year is 元年."""
    for name, letter, start in ERAS:
        if day >= start:
            year = day.year - _BASE[letter]
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    raise ValueError("no era is known for a day before 1873")
