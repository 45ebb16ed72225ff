"""Nation, prefectures and municipalities as one tree."""

from functools import cache

from onshi.kernel import narrow, parse_municipality_code
from onshi.places import municipalities, prefectures
from onshi.record.errors import UnknownArea
from onshi.record.model import Area, Level
from onshi.record.reading import NATION, english_names

_PREFECTURE_DIGITS = 2


@cache
def _all() -> dict[str, Area]:
    nation = Area(NATION, Level.NATION, "全国", "", "Japan")
    whole = [Area(one.code, Level.PREFECTURE, one.name, one.code, english_names()[one.code]) for one in prefectures()]
    parts = [Area(one.code, Level.MUNICIPALITY, one.name, one.prefecture_code, "") for one in municipalities()]
    return {one.code: one for one in (nation, *whole, *parts)}


def nation() -> Area:
    """The whole country."""
    return _all()[NATION]


def parent(area: Area) -> Area | None:
    """The area that an area is part of; none for the nation."""
    if area.level is Level.NATION:
        return None
    return _all()[area.prefecture if area.level is Level.MUNICIPALITY else NATION]


@cache
def parts(code: str) -> tuple[Area, ...]:
    """The prefectures of the nation, or the municipalities of a prefecture, in the order of their codes."""
    if code == NATION:
        return tuple(one for one in _all().values() if one.level is Level.PREFECTURE)
    return tuple(one for one in _all().values() if one.level is Level.MUNICIPALITY and one.prefecture == code)


@cache
def towns() -> tuple[Area, ...]:
    """All 1,741 municipalities in the order of their codes."""
    return tuple(one for one in _all().values() if one.level is Level.MUNICIPALITY)


def find_area(text: str) -> Area:
    """An area as its code is written: 00, 13, 130001 or 13104, 131041. UnknownArea."""
    plain = narrow(text)
    if len(plain) != _PREFECTURE_DIGITS:
        try:
            plain = parse_municipality_code(plain)
        except ValueError:
            raise UnknownArea from None
        if plain[2:5] == "000":  # the code of a prefecture itself
            plain = plain[:2]
    found = _all().get(plain)
    if found is None:
        raise UnknownArea
    return found
