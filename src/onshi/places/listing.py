"""The lists of places, read once from the files beside this one."""

import csv
from functools import cache
from importlib.resources import files

from onshi.kernel import MunicipalityCode
from onshi.places.errors import UnknownMunicipality
from onshi.places.model import Municipality, Prefecture

_CITIES = "1"
"""The third digit of a designated city and of its wards; Tokyo's own wards have it too, and are municipalities."""


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
def _successors() -> dict[str, str]:
    return {row["code"]: row["became"] for row in _rows("changed_codes.csv")}


def successor(code: MunicipalityCode) -> Municipality | None:
    """What a municipality became that is gone, or the city that a ward (政令指定都市の区) is part of; None where
    neither is known. Wards are known by their number: it follows that of their city, which ends in a zero."""
    became = _successors().get(code)
    if became is not None:
        return municipality(MunicipalityCode(became))
    if code in _by_code() or code[2] != _CITIES:
        return None
    cities = [one for one in _by_code() if one[:3] == code[:3] and one[:5] < code[:5]]
    found = _by_code()[max(cities)] if cities else None
    return found if found is not None and found.code[4] == "0" else None
