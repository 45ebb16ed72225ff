"""The lists of places, read once from the files beside this one."""

import csv
from functools import cache
from importlib.resources import files

from onshi.kernel import MunicipalityCode
from onshi.places.errors import UnknownMunicipality
from onshi.places.model import Municipality, Prefecture


def _rows(name: str) -> list[dict[str, str]]:
    text = files("onshi.places").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


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
