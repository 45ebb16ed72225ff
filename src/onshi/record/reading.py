"""The files of the record, read once. Lines that begin with `#` say what a file is and where it comes from."""

import csv
import tomllib
from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from onshi.record.model import Indicator, Point, Record, Target

NATION = "00"


def _lines(name: str) -> list[list[str]]:
    text = (files("onshi.record") / "data" / name).read_text(encoding="utf-8")
    return list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))


def _rows(name: str) -> list[dict[str, str]]:
    header, *lines = _lines(name)
    return [dict(zip(header, line, strict=True)) for line in lines]


def _table(name: str) -> tuple[tuple[date, ...], Mapping[str, tuple[int, ...]]]:
    """A row a municipality, a column a day; with prefectures and nation, which are nothing but sums."""
    header, *lines = _lines(name)
    found = {code: tuple(map(int, figures)) for code, *figures in lines}
    parts: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
    for code, figures in found.items():
        parts[code[:2]].append(figures)
    whole = {code: tuple(map(sum, zip(*rows, strict=True))) for code, rows in parts.items()}
    nation = tuple(map(sum, zip(*whole.values(), strict=True)))
    return tuple(map(date.fromisoformat, header[1:])), {**found, **whole, NATION: nation}


@cache
def record() -> Record:
    """Every area on every date."""
    dates, issued = _table("issued.csv")
    bases, residents = _table("residents.csv")
    base_on = {row["date"]: date.fromisoformat(row["base"]) for row in _rows("dates.csv")}
    return Record(dates, bases, tuple(bases.index(base_on[day.isoformat()]) for day in dates), issued, residents)


@cache
def targets() -> tuple[Target, ...]:
    """Every version of every target."""
    return tuple(
        Target(
            name=row["target"],
            version=int(row["version"]),
            known_from=date.fromisoformat(row["known_from"]),
            indicator=row["indicator"],
            due=date.fromisoformat(row["due"]),
            low=_number(row["low"]),
            high=_number(row["high"]),
            words_ja=row["words_ja"],
            words_en=row["words_en"],
            reason=row["reason"],
        )
        for row in _rows("targets.csv")
    )


@cache
def points() -> tuple[Point, ...]:
    """Every figure of which only single days are known, in the order of their days."""
    found = [
        Point(
            on=_last_day(row["date"]),
            is_month=len(row["date"]) == len("2021-03"),
            indicator=row["indicator"],
            part=row["part"],
            value=_number(row["value"]),
            out_of=_number(row["of"]),
            percent=float(row["percent"]) if row["percent"] else None,
            note=row["note"],
            source=row["source"],
        )
        for row in _rows("points.csv")
    ]
    return tuple(sorted(found, key=lambda one: one.on))


@cache
def indicators() -> tuple[Indicator, ...]:
    """Every version of every definition."""
    table = tomllib.loads((files("onshi.record") / "data" / "indicators.toml").read_text(encoding="utf-8"))
    return tuple(Indicator(**row) for row in table["indicator"])


@cache
def places() -> Mapping[str, tuple[float, float]]:
    """Longitude and latitude of every municipality."""
    return {row["code"]: (float(row["longitude"]), float(row["latitude"])) for row in _rows("places.csv")}


@cache
def tiles() -> Mapping[str, tuple[int, int]]:
    """Column and row of every prefecture in a grid of tiles."""
    return {row["code"]: (int(row["column"]), int(row["row"])) for row in _rows("tiles.csv")}


@cache
def english_names() -> Mapping[str, str]:
    """The prefectures in English."""
    return {row["code"]: row["name_en"] for row in _rows("tiles.csv")}


def _number(text: str) -> int | None:
    return int(text) if text else None


def _last_day(text: str) -> date:
    if len(text) == len("2021-03"):
        year, month = int(text[:4]), int(text[5:])
        return date(year, month, monthrange(year, month)[1])
    return date.fromisoformat(text)
