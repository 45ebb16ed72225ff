"""When something is planned, as exactly as that is: a day, a third of a month, a month, a quarter, 頃. Pure."""

import re
from datetime import date

from onshi.kernel import Month, Quarter, narrow, parse_day
from onshi.requests.errors import WindowUnreadable
from onshi.requests.model import Exactness, Window

_MONTH = re.compile(r"([0-9]{4})[-/年]([0-9]{1,2})月?")
_PART = re.compile(r"([0-9]{4})[-/年]([0-9]{1,2})月?(上旬|中旬|下旬)")
_QUARTER = re.compile(r"([0-9]{4})(?:年度)?(?:Q|第)([1-4])(?:四半期)?")
_SPAN = re.compile(r"(.+?)(?:\.\.|~)(.+)")
_ABOUT = ("頃", "ごろ")
_PARTS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}


def parse_window(text: str) -> Window:
    """Reads 2020-03-12, 2019-09-01..2019-09-12, 2019-09下旬, 2020-03, 2020年3月, 2019Q4 (fiscal year), each with 頃.

    WindowUnreadable for anything else.
    """
    plain = narrow(text).replace(" ", "").replace("〜", "~")
    about = next((end for end in _ABOUT if plain.endswith(end)), None)
    try:
        first, last, exactness = _read(plain.removesuffix(about) if about else plain)
    except ValueError:
        raise WindowUnreadable from None
    return Window(first, last, exactness, is_about=about is not None)


def _read(plain: str) -> tuple[date, date, Exactness]:
    if match := _PART.fullmatch(plain):
        month = Month(int(match[1]), int(match[2]))
        start, end = _PARTS[match[3]]
        return month.first.replace(day=start), month.first.replace(day=min(end, month.last.day)), Exactness.PART
    if match := _QUARTER.fullmatch(plain.upper()):
        quarter = Quarter(int(match[1]), int(match[2]))
        return quarter.first, quarter.last, Exactness.QUARTER
    if match := _MONTH.fullmatch(plain):
        month = Month(int(match[1]), int(match[2]))
        return month.first, month.last, Exactness.MONTH
    if match := _SPAN.fullmatch(plain):
        first, last = parse_day(match[1]), parse_day(match[2])
        if last < first:
            raise ValueError("a window ends after its first day")
        return first, last, Exactness.DAY
    day = parse_day(plain)
    return day, day, Exactness.DAY


def written(window: Window) -> str:
    """As `parse_window` reads it."""
    return _written(window) + ("頃" if window.is_about else "")


def _written(window: Window) -> str:
    first, last = window.first, window.last
    if window.exactness is Exactness.QUARTER:
        year = first.year - (first.month < 4)
        return f"{year}Q{(first.month - 4) % 12 // 3 + 1}"
    if window.exactness is Exactness.MONTH:
        return f"{first:%Y-%m}"
    if window.exactness is Exactness.PART:
        part = next(name for name, (start, _) in _PARTS.items() if start == first.day)
        return f"{first:%Y-%m}{part}"
    return first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"
