"""How the cells of the document look to people, in both languages, and to programs. Pure."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from onshi.kernel import era_date, fiscal_year, fiscal_year_name
from onshi.programme.papers.model import About, Cell, Column, Percent, Span, Table
from onshi.record.papers import Term, When, Words

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ERAS = {"令和": "Reiwa", "平成": "Heisei", "昭和": "Showa", "大正": "Taisho", "明治": "Meiji"}
_THIRDS = {(1, 10): "early", (11, 20): "middle", (21, 0): "late", (11, 0): "middle_late"}


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads((files("onshi.programme") / "papers" / "words.toml").read_text(encoding="utf-8"))


def word(name: str) -> Words:
    """A word of the document."""
    return Words(**_file()["word"][name])


def title(name: str) -> Words:
    """The title of a section or a table."""
    return Words(**_file()["title"][name])


def about(name: str) -> tuple[Words, ...]:
    """What is to be known before a section is read."""
    return tuple(Words(**one) for one in _file()["about"].get(name, ()))


def columns(*codes: str) -> tuple[Column, ...]:
    """Columns by their codes."""
    known = _file()["column"]
    return tuple(
        Column(code, Words(known[code]["ja"], known[code]["en"]), known[code].get("is_number", False)) for code in codes
    )


def table(name: str, codes: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Table:
    """A table with its title and columns."""
    return Table(name, title(name), columns(*codes), tuple(rows))


# -- Days --------------------------------------------------------------------------------------------------------------


def day_text(day: date, language: str) -> str:
    """2019年9月3日（令和元年9月3日）; 3 Sep 2019 (Reiwa 1)."""
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日（{era_date(day)}）"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year} ({_era(day)})"


def month_text(day: date, language: str) -> str:
    """2019年9月（令和元年9月）; Sep 2019 (Reiwa 1)."""
    if language == "ja":
        return f"{day.year}年{day.month}月（{era_date(day).rpartition('月')[0]}月）"
    return f"{_MONTHS[day.month - 1]} {day.year} ({_era(day)})"


def year_text(year: int, language: str) -> str:
    """2019年度（令和元年度）; FY2019 (Reiwa 1)."""
    name = fiscal_year_name(year)
    if language == "ja":
        return f"{year}年度（{name}）"
    return f"FY{year} ({_ERAS[name[:2]]} {name[2:-2].replace('元', '1')})"


def _era(day: date) -> str:
    text = era_date(day)
    return f"{_ERAS[text[:2]]} {text[2:].partition('年')[0].replace('元', '1')}"


def when_text(when: When, language: str) -> str:
    """A stretch of days as people say it: a day, a month, part of one, a fiscal year, from … to …."""
    if when.first is None and when.last is None:
        return word("unread").of(language)
    if when.first is None or when.last is None:
        known = when.first or when.last
        assert known is not None, "one of the two is given"
        name = "from" if when.last is None else "until"
        return word(name).of(language).format(day=_point(known, language))
    said = _stretch(when.first, when.last, language)
    return word("around").of(language).format(day=said) if when.is_about else said


def _point(day: date, language: str) -> str:
    return month_text(day, language) if day.day == 1 else day_text(day, language)


def _stretch(first: date, last: date, language: str) -> str:
    if first == last:
        return day_text(first, language)
    is_month = (first.year, first.month) == (last.year, last.month)
    if is_month and first.day == 1 and _ends_month(last):
        return month_text(first, language)
    if is_month and (first.day, 0 if _ends_month(last) else last.day) in _THIRDS:
        third = word(_THIRDS[(first.day, 0 if _ends_month(last) else last.day)])
        return third.of(language).format(month=month_text(first, language))
    if first == date(first.year, 4, 1) and last == date(first.year + 1, 3, 31):
        return year_text(fiscal_year(first), language)
    if first.day == 1 and _ends_month(last):
        return word("range").of(language).format(first=month_text(first, language), last=month_text(last, language))
    return word("range").of(language).format(first=day_text(first, language), last=day_text(last, language))


def _ends_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


# -- Cells -------------------------------------------------------------------------------------------------------------


def shown(cell: Cell, language: str) -> str:
    """A cell as people read it."""
    match cell:
        case None:
            return word("not_given").of(language)
        case tuple():
            return ("、" if language == "ja" else "; ").join(shown(one, language) for one in cell)
        case str():
            return cell
        case int():
            return f"{cell:,}"
        case date():
            return day_text(cell, language)
        case When():
            return when_text(cell, language)
        case Words():
            return cell.of(language)
        case Term():
            return cell.name.of(language)
        case About():
            return word("about").of(language).format(number=f"{cell.value:,}")
        case Percent():
            return f"{cell.value:g}%"
        case Span():
            return f"{cell.low:,}" if cell.low == cell.high else f"{cell.low:,}–{_high(cell.high)}"


def _high(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def for_programs(cell: Cell) -> object:
    """A cell as JSON has it: plain figures, ISO days, words in both languages."""
    match cell:
        case None | str() | int():
            return cell
        case tuple():
            return [for_programs(one) for one in cell]
        case date():
            return cell.isoformat()
        case When():
            return {"first": _iso(cell.first), "last": _iso(cell.last), "is_about": cell.is_about}
        case Words():
            return {"ja": cell.ja, "en": cell.en}
        case Term():
            return {"code": cell.code, "ja": cell.name.ja, "en": cell.name.en}
        case About():
            return {"about": cell.value}
        case Percent():
            return cell.value
        case Span():
            return {"low": cell.low, "high": cell.high}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
