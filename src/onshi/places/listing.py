"""The lists of places, read once from the files beside this one."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise

from onshi.kernel import MunicipalityCode, parse_municipality_code
from onshi.places.errors import UnknownMunicipality
from onshi.places.model import Municipality, Prefecture

# The third digit of a designated city and of its wards. Those of Tokyo have it too, and are municipalities.
_CITIES, _TOKYO = "1", "13"
_NO_CODE = 99_999


def _rows(name: str) -> list[dict[str, str]]:
    text = files("onshi.places").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def prefectures() -> tuple[Prefecture, ...]:
    """All 47 in the order of their codes."""
    return tuple(Prefecture(row["code"], row["name"], row["kana"]) for row in _rows("prefectures.csv"))


@cache
def municipalities() -> tuple[Municipality, ...]:
    """All 1,741 in the order of their codes."""
    return tuple(
        Municipality(
            code=MunicipalityCode(row["code"]),
            prefecture_code=row["code"][:2],
            prefecture=row["prefecture"],
            name=row["name"],
            kana=row["kana"],
            population=int(row["population"]),
        )
        for row in _rows("municipalities.csv")
    )


@cache
def _by_code() -> dict[str, Municipality]:
    return {found.code: found for found in municipalities()}


def municipality(code: MunicipalityCode) -> Municipality:
    """The municipality of a six-digit code; UnknownMunicipality when the list has none."""
    found = _by_code().get(code)
    if found is None:
        raise UnknownMunicipality(code=code)
    return found


@cache
def successors() -> Mapping[MunicipalityCode, MunicipalityCode]:
    """Codes that are none of the 1,741, each with the municipality its people are counted in: what a municipality
    became that is gone, and the city that a ward (政令指定都市の区) is part of.

    Wards are known by their number, which lies between that of their city and that of the next.
    """
    became = {row["code"]: row["became"] for row in _rows("changed_codes.csv")}
    found = {MunicipalityCode(code): MunicipalityCode(now) for code, now in became.items()}
    cities = [int(code[:5]) for code in _by_code() if code[2] == _CITIES and code[:2] != _TOKYO]
    for city, after in pairwise([*cities, _NO_CODE]):
        end = min(after, (city // 100 + 1) * 100)
        found |= {_with_check_digit(ward): _with_check_digit(city) for ward in range(city + 1, end)}
    return found


def _with_check_digit(number: int) -> MunicipalityCode:
    return parse_municipality_code(f"{number:05}")


def successor(code: MunicipalityCode) -> Municipality | None:
    """What a municipality became that is gone, or the city that a ward is part of; None where neither is known."""
    now = successors().get(code)
    return None if now is None else municipality(now)
